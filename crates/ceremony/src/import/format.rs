//! The attestation statement's format, where a row tells it from afar.

/// The formats of the registry (§8, IANA "WebAuthn Attestation Statement Format Identifiers").
const KNOWN: &[&str] =
    &["none", "packed", "tpm", "android-key", "android-safetynet", "fido-u2f", "apple", "compound"];

/// go-webauthn has the format in a field of its own, and before that had it in that of the attestation type, which now is a
/// word such as `basic_full`. What is no format is as none: what it proved there is not proven here.
pub(super) fn of(format: Option<String>, kind: Option<String>) -> String {
    let known = |word: &String| KNOWN.contains(&word.as_str());
    format.filter(known).or(kind.filter(known)).unwrap_or_else(|| "none".to_owned())
}
