//! What webauthn-rs-core found wrong, as a reason of ours.

use keystead_domain::Reason;
use webauthn_rs_core::error::WebauthnError;

/// The reason of an error. What is not named here either cannot happen, because it was judged before, or means that the
/// response is of a kind that cannot be judged: refused it is in any case.
pub(super) fn reason_of(error: &WebauthnError) -> Reason {
    use WebauthnError as E;
    match error {
        E::AttestationStatementSigInvalid | E::SignatureInvalid => Reason::AttestationSignatureInvalid,
        E::UserNotPresent => Reason::UpRequired,
        E::AttestationStatementMapInvalid
        | E::AttestationStatementSigMissing
        | E::AttestationStatementX5CMissing
        | E::AttestationStatementX5CInvalid
        | E::AttestationStatementAlgMissing
        | E::AttestationStatementAlgInvalid
        | E::AttestationStatementAlgMismatch
        | E::AttestationStatementMissingExtension
        | E::AttestationCertificateAAGUIDMismatch
        | E::AttestationCertificateNonceMismatch
        | E::AttestationCertificateRequirementsNotMet
        | E::AttestationCredentialSubjectKeyMismatch
        | E::CertificatePublicKeyAlgorthimMismatch
        | E::CertificatePublicKeyInvalid
        | E::EcdsaPointInvalid
        | E::X509DerInvalid
        // A member of the statement is of another CBOR type; the key itself was read before.
        | E::COSEKeyInvalidCBORValue => Reason::AttestationStatementMalformed,
        _ => Reason::AttestationUnsupported,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_has_its_reason() {
        use Reason::{
            AttestationSignatureInvalid as Signature, AttestationStatementMalformed as Malformed,
            AttestationUnsupported as Unsupported,
        };
        use WebauthnError as E;
        for (error, reason) in [
            (E::AttestationStatementSigInvalid, Signature),
            (E::SignatureInvalid, Signature),
            (E::UserNotPresent, Reason::UpRequired),
            (E::AttestationStatementMapInvalid, Malformed),
            (E::AttestationStatementSigMissing, Malformed),
            (E::AttestationStatementX5CMissing, Malformed),
            (E::AttestationStatementX5CInvalid, Malformed),
            (E::AttestationStatementAlgMissing, Malformed),
            (E::AttestationStatementAlgInvalid, Malformed),
            (E::AttestationStatementAlgMismatch, Malformed),
            (E::AttestationStatementMissingExtension, Malformed),
            (E::AttestationCertificateAAGUIDMismatch, Malformed),
            (E::AttestationCertificateNonceMismatch, Malformed),
            (E::AttestationCertificateRequirementsNotMet, Malformed),
            (E::AttestationCredentialSubjectKeyMismatch, Malformed),
            (E::CertificatePublicKeyAlgorthimMismatch, Malformed),
            (E::CertificatePublicKeyInvalid, Malformed),
            (E::EcdsaPointInvalid, Malformed),
            (E::X509DerInvalid, Malformed),
            (E::COSEKeyInvalidCBORValue, Malformed),
            (E::AttestationNotSupported, Unsupported),
            (E::COSEKeyInvalidType, Unsupported),
            (E::COSEKeyInvalidAlgorithm, Unsupported),
            (E::COSEKeyRSANEInvalid, Unsupported),
            (E::SshPublicKeyEDUnsupported, Unsupported),
            (E::CredentialInsecureCryptography, Unsupported),
            (E::CredentialCrossOrigin, Unsupported),
            (E::ParseNOMFailure, Unsupported),
            (E::InvalidRPOrigin, Unsupported),
            (E::MismatchedChallenge, Unsupported),
        ] {
            assert_eq!(reason_of(&error), reason, "{error:?}");
        }
    }
}
