//! What a registration profile may say.

use std::{collections::HashSet, hash::Hash};

use keystead_ceremony::is_certificate;
use keystead_domain::{
    Aaguid, AaguidRule, AttestationConveyance, AttestationRule, RegistrationProfile, TenantId,
};

use crate::Error;

/// Most hints of a profile: there are no more.
const MOST_HINTS: usize = 3;

/// Whether each member is in its range.
pub(super) fn check(profile: &RegistrationProfile) -> Result<(), Error> {
    let rules = [
        ("profile.hints", "must be at most 3 and differ", is_set(&profile.hints, MOST_HINTS)),
        (
            "profile.algorithms",
            "must be one at least, and differ",
            !profile.algorithms.is_empty() && is_set(&profile.algorithms, usize::MAX),
        ),
        (
            "profile.max_credentials",
            "must be 1 to 100",
            (1..=RegistrationProfile::MOST_CREDENTIALS).contains(&profile.max_credentials),
        ),
        ("profile.allowed_aaguids", MODELS, is_set(&profile.aaguids.allowed, AaguidRule::MOST)),
        ("profile.denied_aaguids", MODELS, is_set(&profile.aaguids.denied, AaguidRule::MOST)),
        (ROOTS, "must be at most 32 and differ, 40 KiB together", fits(&profile.attestation_rule.roots)),
        (ROOTS, "must be X.509 certificates in DER", {
            profile.attestation_rule.roots.iter().all(|root| is_certificate(root))
        }),
        (
            ROOTS,
            "need `attestation` to ask for more than NONE",
            profile.attestation_rule.roots.is_empty() || profile.attestation != AttestationConveyance::None,
        ),
    ];
    match rules.into_iter().find(|(_, _, holds)| !holds) {
        Some((field, rule, _)) => Err(Error::invalid(field, rule)),
        None => Ok(()),
    }
}

const MODELS: &str = "must be at most 256 and differ";
const ROOTS: &str = "profile.attestation_roots";

fn fits(roots: &[Vec<u8>]) -> bool {
    let together: usize = roots.iter().map(Vec::len).sum();
    is_set(roots, AttestationRule::MOST_ROOTS)
        && roots.iter().all(|root| root.len() <= AttestationRule::MOST_BYTES)
        && together <= AttestationRule::MOST_BYTES_TOGETHER
}

fn is_set<T: Hash + Eq>(items: &[T], most: usize) -> bool {
    let mut seen = HashSet::new();
    items.len() <= most && items.iter().all(|item| seen.insert(item))
}

/// What a request to make this profile says.
pub(super) fn payload(
    tenant: TenantId,
    profile: &RegistrationProfile,
    acknowledge_lockout: bool,
) -> Vec<Vec<u8>> {
    let aaguids = |list: &[Aaguid]| list.iter().flat_map(|aaguid| aaguid.0).collect();
    vec![
        tenant.as_bytes().to_vec(),
        profile.name.as_str().as_bytes().to_vec(),
        vec![
            profile.user_verification.number(),
            profile.resident_key.number(),
            profile.attachment.map_or(0, keystead_domain::Attachment::number),
            profile.attestation.number(),
            profile.counter_rule.number(),
            profile.locked.into(),
            profile.aaguids.mode.number(),
            acknowledge_lockout.into(),
            profile.attestation_rule.untrusted.number(),
        ],
        profile.hints.iter().map(|hint| hint.number()).collect(),
        profile.algorithms.iter().flat_map(|algorithm| algorithm.cose().to_be_bytes()).collect(),
        profile.max_credentials.to_be_bytes().to_vec(),
        aaguids(&profile.aaguids.allowed),
        aaguids(&profile.aaguids.denied),
        listed(&profile.attestation_rule.roots),
    ]
}

/// Each with its length before it, so that no two lists are the same bytes.
fn listed(items: &[Vec<u8>]) -> Vec<u8> {
    let with_length = |item: &Vec<u8>| [&(item.len() as u64).to_be_bytes(), item.as_slice()].concat();
    items.iter().flat_map(with_length).collect()
}

#[cfg(test)]
mod tests {
    use keystead_domain::{Algorithm, Hint, Name, UntrustedAttestation};

    use super::*;

    const CERTIFICATE: &[u8] =
        include_bytes!("../../../../../tests/authenticator/keys/batch_certificate.der");

    type Edit = fn(&mut RegistrationProfile);

    fn trust(profile: &mut RegistrationProfile, roots: Vec<Vec<u8>>) {
        profile.attestation = AttestationConveyance::Direct;
        profile.attestation_rule.roots = roots;
    }

    #[test]
    fn roots_are_few_and_small() {
        let roots = |count: u8, size: usize| -> Vec<Vec<u8>> { (0..count).map(|n| vec![n; size]).collect() };
        assert!(fits(&roots(32, 1280)) && fits(&roots(5, 8192)) && fits(&[]));
        assert!(!fits(&roots(33, 1)) && !fits(&roots(1, 8193)) && !fits(&roots(32, 1281)));
    }

    fn edited(edit: Edit) -> RegistrationProfile {
        let mut profile = RegistrationProfile::built_in();
        edit(&mut profile);
        profile
    }

    fn models(count: u16) -> Vec<Aaguid> {
        (0..count)
            .map(|n| Aaguid([[0; 14].as_slice(), &n.to_be_bytes()].concat().try_into().unwrap()))
            .collect()
    }

    #[test]
    fn a_profile_says_what_a_registration_can_ask_for() {
        let cases: &[(Edit, Option<&str>)] = &[
            (|_| {}, None),
            (|it| it.hints = vec![Hint::Hybrid, Hint::SecurityKey, Hint::ClientDevice], None),
            (|it| it.hints = vec![Hint::Hybrid, Hint::Hybrid], Some("profile.hints")),
            (|it| it.hints = vec![Hint::Hybrid; 4], Some("profile.hints")),
            (|it| it.algorithms = Algorithm::ALL.to_vec(), None),
            (|it| it.algorithms.clear(), Some("profile.algorithms")),
            (|it| it.algorithms = vec![Algorithm::Es256; 2], Some("profile.algorithms")),
            (|it| it.max_credentials = 0, Some("profile.max_credentials")),
            (|it| it.max_credentials = 1, None),
            (|it| it.max_credentials = 100, None),
            (|it| it.max_credentials = 101, Some("profile.max_credentials")),
            (|it| it.aaguids.allowed = models(256), None),
            (|it| it.aaguids.allowed = models(257), Some("profile.allowed_aaguids")),
            (|it| it.aaguids.denied = vec![Aaguid([1; 16]); 2], Some("profile.denied_aaguids")),
            (|it| trust(it, vec![CERTIFICATE.to_vec()]), None),
            (|it| trust(it, vec![CERTIFICATE.to_vec(); 2]), Some(ROOTS)),
            (|it| trust(it, vec![CERTIFICATE.to_vec(), b"no certificate".to_vec()]), Some(ROOTS)),
            (|it| trust(it, vec![[CERTIFICATE, &[0]].concat()]), Some(ROOTS)),
            (|it| it.attestation_rule.roots = vec![CERTIFICATE.to_vec()], Some(ROOTS)),
            (|it| it.attestation_rule.untrusted = UntrustedAttestation::Accept, None),
        ];
        for (i, (edit, expected)) in cases.iter().enumerate() {
            let field = match check(&edited(*edit)) {
                Ok(()) => None,
                Err(Error::Invalid { field, .. }) => Some(field),
                Err(other) => panic!("{other:?}"),
            };
            assert_eq!(field, *expected, "case {i}");
        }
    }

    #[test]
    fn every_member_makes_another_request_of_it() {
        use keystead_domain::{AaguidMode, Attachment, CounterRule, ResidentKey, UserVerification};
        let edits: &[Edit] = &[
            |_| {},
            |it| it.name = Name::operator(),
            |it| it.user_verification = UserVerification::Discouraged,
            |it| it.resident_key = ResidentKey::Discouraged,
            |it| it.attachment = Some(Attachment::Platform),
            |it| it.hints = vec![Hint::Hybrid],
            |it| it.attestation = AttestationConveyance::Direct,
            |it| it.attestation_rule.untrusted = UntrustedAttestation::Accept,
            |it| it.attestation_rule.roots = vec![vec![1, 2]],
            |it| it.attestation_rule.roots = vec![vec![1], vec![2]],
            |it| it.algorithms = vec![Algorithm::Es256],
            |it| it.counter_rule = CounterRule::Reject,
            |it| it.max_credentials = 7,
            |it| it.locked = true,
            |it| it.aaguids.allowed = models(1),
            |it| it.aaguids.denied = models(1),
            |it| it.aaguids.mode = AaguidMode::RegistrationAndUse,
        ];
        let tenant = TenantId::from_bytes([1; 16]);
        let mut payloads: Vec<_> = edits.iter().map(|edit| payload(tenant, &edited(*edit), false)).collect();
        payloads.push(payload(tenant, &edited(edits[0]), true));
        payloads.push(payload(TenantId::from_bytes([2; 16]), &edited(edits[0]), false));
        assert!(is_set(&payloads, usize::MAX));
    }
}
