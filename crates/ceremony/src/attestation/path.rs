//! Whether certificates lead to somebody who is trusted (§7.1 steps 22 to 24, RFC 5280 §6).

use std::{
    collections::BTreeMap,
    fmt,
    time::{Duration, SystemTime},
};

use keystead_domain::Timestamp;
use uuid::Uuid;
use webauthn_rs_core::{
    attestation::verify_attestation_ca_chain,
    proto::{AttestationCaListBuilder, ParsedAttestationData},
};
use x509_cert::Certificate;

use super::certificates::read;

/// The attestation trust path (§6.5.3): the certificates of a statement that holds, the authenticator's own first, in DER; or
/// that attestation was not asked for, and then nobody asks whom to trust. By default it was not.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TrustPath(Option<Vec<Vec<u8>>>);

impl TrustPath {
    pub(super) const fn not_asked() -> Self {
        Self(None)
    }

    /// Empty: there are no certificates.
    pub(super) const fn of(certificates: Vec<Vec<u8>>) -> Self {
        Self(Some(certificates))
    }

    /// The certificates; `None`: attestation was not asked for.
    pub(crate) fn certificates(&self) -> Option<&[Vec<u8>]> {
        self.0.as_deref()
    }
}

impl fmt::Debug for TrustPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(certificates) => write!(f, "TrustPath[{} certificates]", certificates.len()),
            None => f.write_str("TrustPath[not asked]"),
        }
    }
}

/// Whether a path leads to one of the roots at this time.
///
/// The path ends at its first certificate that is a root itself: some authenticators send theirs along, and a root may also be
/// what an authenticator shows. Every other link is verified by webauthn-rs-core: names, basic constraints, key usage, times,
/// signatures. Revocation is not looked at.
pub(crate) fn leads_to_one_of(roots: &[Vec<u8>], path: &[Vec<u8>], at: Timestamp) -> bool {
    let Some(at) = since_epoch(at) else { return false };
    let Some(mut path_read) = path.iter().map(|der| read(der)).collect::<Option<Vec<_>>>() else {
        return false;
    };
    let end = path.iter().position(|der| roots.contains(der));
    match end.map(|end| (end, path_read.split_off(end))) {
        Some((0, trusted)) => trusted.first().is_some_and(|own| is_in_time(own, at)),
        Some((_, trusted)) => {
            trusted.into_iter().next().is_some_and(|root| is_signed_under(root, path_read, at))
        }
        None => {
            let Some(last) = path_read.last() else { return false };
            let issuer = last.tbs_certificate().issuer().clone();
            // Two roots may have one name, and only one of them signed.
            let namesakes = roots.iter().filter_map(|der| read(der));
            let mut namesakes = namesakes.filter(|root| *root.tbs_certificate().subject() == issuer);
            namesakes.any(|root| is_signed_under(root, path_read.clone(), at))
        }
    }
}

fn is_signed_under(root: Certificate, path: Vec<Certificate>, at: Duration) -> bool {
    let mut roots = AttestationCaListBuilder::new();
    // Which models a root stands for is not asked here: the list wants one, and looks at none.
    let inserted = roots.insert_device_x509(root, Uuid::nil(), String::new(), BTreeMap::new());
    let path = ParsedAttestationData::Basic(path);
    let verified = || verify_attestation_ca_chain(&path, &roots.build(), SystemTime::UNIX_EPOCH + at).is_ok();
    inserted.is_ok() && verified()
}

fn is_in_time(certificate: &Certificate, at: Duration) -> bool {
    let validity = certificate.tbs_certificate().validity();
    (validity.not_before.to_unix_duration()..=validity.not_after.to_unix_duration()).contains(&at)
}

fn since_epoch(at: Timestamp) -> Option<Duration> {
    u64::try_from(at.micros()).ok().map(Duration::from_micros)
}
