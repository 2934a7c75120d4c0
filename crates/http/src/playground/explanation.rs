//! What a reason means and what to do about it, for the developer in front of the page. A backend takes the sentence for
//! its end users from `Refusal.message`; this one may say more.

use keystead_domain::Reason;

/// The reason in a sentence, and the next step.
pub(super) const fn explain(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::CeremonyTokenInvalid
        | Reason::CeremonyForeign
        | Reason::CeremonyExpired
        | Reason::CeremonyConsumed
        | Reason::ChallengeMismatch => about_ceremony(reason),
        Reason::StateChanged => (
            "The user or the passkey changed while the dialog was open.",
            "Start again: it is judged as it is now.",
        ),
        Reason::FlowRequired
        | Reason::CredentialExists
        | Reason::CredentialLimit
        | Reason::ResidentKeyRequired
        | Reason::AuthenticatorNotAllowed => about_registration(reason),
        Reason::MoreFactorsRequired
        | Reason::UvRequired
        | Reason::UpRequired
        | Reason::UserMismatch
        | Reason::WrongRp
        | Reason::CredentialUnknown
        | Reason::CredentialRevoked
        | Reason::CredentialSuspended
        | Reason::CredentialQuarantined
        | Reason::CounterRegressed => about_login(reason),
        Reason::WouldLockOut
        | Reason::UnreachableUsers
        | Reason::AccountPending
        | Reason::AccountDeactivated
        | Reason::AccountDormant
        | Reason::StateVersionStale => about_account(reason),
        Reason::AlgorithmUnsupported | Reason::UserHandleConflict | Reason::UserVerificationUnknown => {
            about_import(reason)
        }
        _ if reason.number() < FIRST_OF_CEREMONIES => about_server(reason),
        _ => about_response(reason),
    }
}

/// Reasons with lower numbers are about the call and the server, not about what a browser showed.
const FIRST_OF_CEREMONIES: u16 = 40;

const fn about_server(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::StorageUnavailable => {
            ("The database is away or busy.", "Nothing was decided. Try again when it is back.")
        }
        Reason::KeyUnavailable => (
            "There is no active sealing key.",
            "Nothing was decided. Look at the key file and at the server's log.",
        ),
        Reason::FieldViolation => ("A field breaks a rule.", "Change the field that is named here."),
        Reason::UserNotFound => ("Nobody has this name.", "Create a passkey: that makes the user, too."),
        Reason::CredentialNotFound => ("There is no such passkey.", "Reload the page."),
        Reason::ProfileNotFound => (
            "There is no registration profile of this name.",
            "Reload the page, and choose one that there is.",
        ),
        Reason::RelyingPartyNotFound => {
            ("The tenant has no default relying party.", "Make one: AdminService, SetDefaultRelyingParty.")
        }
        Reason::CallerNotAllowed | Reason::TenantNotFound | Reason::CallerNotFound => (
            "The development tenant or its caller is not as the server left it.",
            "Start the server again: it makes what is missing.",
        ),
        _ => ("The server has a fault of its own.", "Nothing was decided. Its log has the cause."),
    }
}

const fn about_ceremony(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::CeremonyForeign => (
            "The ceremony was started in another browser session, or for another user.",
            "Start again here. The other one stays open for whom it belongs to.",
        ),
        Reason::CeremonyExpired => ("The dialog was open for too long.", "Start again."),
        Reason::CeremonyConsumed => {
            ("This ceremony was finished before; each is good for once.", "Start again.")
        }
        Reason::ChallengeMismatch => (
            "The answer belongs to another ceremony, perhaps one that another tab started.",
            "Start again, in one tab.",
        ),
        _ => ("No ceremony is open in this browser session, or none of this server's.", "Start again."),
    }
}

const fn about_registration(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::FlowRequired => (
            "This user has a passkey, and the caller may not add another without one of his logins.",
            "Give the caller the grant ceremony.register.unattended.",
        ),
        Reason::CredentialExists => {
            ("This passkey is registered already.", "Sign in with it, or use another authenticator.")
        }
        Reason::CredentialLimit => {
            ("This user has as many passkeys as he may have.", "Revoke one he does not use.")
        }
        Reason::AuthenticatorNotAllowed => (
            "The registration profile does not accept this model of authenticator.",
            "Use another authenticator or passkey, or another profile.",
        ),
        _ => (
            "The authenticator did not keep the passkey, so that it cannot be found without a name.",
            "Use another authenticator, or make room on this one.",
        ),
    }
}

const VERIFY: &str = "Set up a PIN, fingerprint or face on this key, or use another passkey.";

const fn about_login(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::MoreFactorsRequired => (
            "The key was touched, but it did not check who touched it: one factor is not a login.",
            "Use another passkey, or check a second factor as well. A key that was registered without a PIN stays one factor: \
             set up a PIN, and register it anew.",
        ),
        Reason::UvRequired => ("The key was touched, but it did not check who touched it.", VERIFY),
        Reason::UserMismatch => (
            "This passkey belongs to somebody other than the one who was named.",
            "Choose a passkey of that name, or sign in without a name.",
        ),
        Reason::WrongRp => {
            ("This passkey belongs to another relying party.", "Use one that was created here.")
        }
        Reason::CredentialUnknown => (
            "This passkey was never registered here.",
            "The browser has been told and stops offering it, where it can. Create a new one.",
        ),
        Reason::CredentialRevoked => ("This passkey was revoked.", "Use another one, or create a new one."),
        Reason::CredentialSuspended | Reason::CredentialQuarantined => {
            ("This passkey is put aside.", "Use another one until it is resumed.")
        }
        Reason::CounterRegressed => (
            "The authenticator counted backwards: there may be two of it, and the profile refuses that.",
            "Revoke this passkey and create a new one.",
        ),
        _ => ("The authenticator did not ask for a touch.", "Use another passkey."),
    }
}

const fn about_account(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::WouldLockOut => (
            "This is the last passkey that its owner can sign in with.",
            "Add another passkey first, or say what else he signs in with. A lost one is reported lost: that always works.",
        ),
        Reason::UnreachableUsers => (
            "Users would have no way left to sign in.",
            "PreviewRegistrationProfile names them. To go on all the same, acknowledge it.",
        ),
        Reason::AccountPending => {
            ("The sign-up of this user is not complete.", "Complete it: SetLifecycle to ACTIVE.")
        }
        Reason::AccountDeactivated => {
            ("The account of this user is closed.", "Open it again: SetLifecycle to ACTIVE.")
        }
        Reason::AccountDormant => {
            ("This user was not seen for long.", "Sign in first: that makes the account active again.")
        }
        _ => ("A later change was accepted before this one.", "Read the user, and decide anew."),
    }
}

/// Reasons that only the report of an import has.
const fn about_import(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::AlgorithmUnsupported => {
            ("No key of this kind can be verified here.", "Its owner creates a new passkey.")
        }
        Reason::UserHandleConflict => (
            "The user handle of the row is another user's, or its user has another one.",
            "Find out which of the two is right before importing it.",
        ),
        _ => (
            "The row does not say whether its user was verified when the passkey was registered.",
            "Say for all such rows what is true: --unknown-user-verification.",
        ),
    }
}

/// Reasons that an honest browser and authenticator never cause.
const fn about_response(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::SignatureInvalid => (
            "The signature does not verify with the registered key.",
            "Nobody is signed in. A real authenticator does not do this: it is a fault, or a forgery.",
        ),
        Reason::OriginMismatch | Reason::RpIdMismatch => (
            "The page was opened at an address that is not one of the relying party's origins.",
            "Open it at the address that the server names at start, or add this origin: SetRelyingPartyOrigins.",
        ),
        Reason::UserHandleMissing | Reason::UserHandleMismatch => (
            "The passkey does not say that it belongs to its owner.",
            "Sign in with a name, or create the passkey anew.",
        ),
        Reason::AttestationUntrusted => (
            "Nobody whom the registration profile trusts attests this key.",
            "Use an authenticator whose maker's root certificate the profile names, and let the browser tell the page about it.",
        ),
        Reason::AttestationUnsupported => (
            "The profile asks for attestation, and what came cannot be judged: its format, or the kind of key.",
            "Use another authenticator, or a profile that asks for no attestation.",
        ),
        Reason::AlgorithmNotOffered | Reason::AttachmentMismatch => (
            "The authenticator made another kind of key than it was asked for.",
            "Use another authenticator.",
        ),
        _ => (
            "The answer of the browser or authenticator breaks a rule of WebAuthn.",
            "Try another browser or authenticator. The event keeps the reason.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_sentence_and_a_next_step() {
        for reason in Reason::ALL {
            let (sentence, remedy) = explain(*reason);
            assert!(sentence.ends_with('.') && remedy.ends_with('.'), "{reason}");
        }
    }

    #[test]
    fn a_fault_is_not_blamed_on_the_browser() {
        for reason in [Reason::Internal, Reason::StorageUnavailable, Reason::KeyUnavailable] {
            let (sentence, remedy) = explain(reason);
            assert!(!sentence.contains("browser") && remedy.starts_with("Nothing was decided."), "{reason}");
        }
    }
}
