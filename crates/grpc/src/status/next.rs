//! What a refused end user reads, and what he may do next.
//!
//! The sentences reveal nothing about accounts: reasons that differ in what they say about one share a sentence.

use keystead_proto::v1::RetryHint;

/// A sentence for the end user and a hint for the page that shows it.
#[derive(Clone, Copy)]
pub(super) struct Next {
    pub(super) sentence: &'static str,
    pub(super) retry: RetryHint,
}

const fn next(retry: RetryHint, sentence: &'static str) -> Next {
    Next { sentence, retry }
}

pub(super) const START_AGAIN: Next = next(RetryHint::SameMethod, "That did not work. Please try again.");
pub(super) const TOOK_TOO_LONG: Next = next(RetryHint::SameMethod, "That took too long. Please try again.");
pub(super) const CONFIRM: Next =
    next(RetryHint::SameMethod, "Please try again, and confirm with your PIN, fingerprint or face.");
pub(super) const TOUCH: Next =
    next(RetryHint::SameMethod, "Please try again, and confirm on your device or touch your key.");
pub(super) const NOT_ENOUGH: Next = next(
    RetryHint::OtherMethod,
    "This key alone is not enough to sign in. Please use another way to sign in.",
);
pub(super) const OTHER_WAY: Next =
    next(RetryHint::OtherMethod, "This passkey cannot be used here. Please use another way.");
pub(super) const OTHER_KEY: Next =
    next(RetryHint::OtherMethod, "This passkey cannot be added here. Please use another device or key.");
pub(super) const NO_MORE_KEYS: Next = next(RetryHint::None, "A passkey cannot be added here at the moment.");
pub(super) const WRONG_PAGE: Next = next(RetryHint::None, "Passkeys cannot be used on this page.");
pub(super) const OTHER_MODEL: Next = next(
    RetryHint::OtherMethod,
    "This kind of passkey is not accepted here. Please use another device or key.",
);
pub(super) const LAST_WAY_IN: Next =
    next(RetryHint::OtherMethod, "Without it you could no longer sign in. Please add another passkey first.");
pub(super) const SIGN_IN_FIRST: Next =
    next(RetryHint::OtherMethod, "Please sign in first. Then a passkey can be added.");
pub(super) const NOT_NOW: Next = next(RetryHint::None, "That is not possible at the moment.");
