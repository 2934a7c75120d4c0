use keystead_domain::{
    Algorithm, Attachment, AttestationConveyance, Hint, Mediation, Name, RegistrationTerms, ResidentKey,
    UserVerification,
};
use proptest::{prelude::*, sample::select};

use super::*;
use crate::{AskedAuthentication, AskedRegistration};

fn login(subject: Subject) -> Sealed {
    Sealed {
        ceremony_id: CeremonyId::from_bytes([1; 16]),
        relying_party_id: RelyingPartyId::from_bytes([2; 16]),
        caller_id: CallerId::from_bytes([3; 16]),
        challenge: Challenge([4; 32]),
        subject,
        binding: None,
        asked: Asked::Authentication(AskedAuthentication {
            user_verification: UserVerification::Preferred,
            mediation: Mediation::Conditional,
        }),
        sealed_at: Timestamp::from_micros(1_700_000_000_000_000),
        expires_at: Timestamp::from_micros(1_700_000_300_000_000),
    }
}

fn user() -> Subject {
    Subject::User { id: UserId::from_bytes([5; 16]), epoch: Epoch(6) }
}

fn terms() -> RegistrationTerms {
    RegistrationTerms {
        profile: Name::new("p".repeat(64)).unwrap(),
        mediation: Mediation::Modal,
        user_verification: UserVerification::Required,
        resident_key: ResidentKey::Preferred,
        attachment: Some(Attachment::Platform),
        attestation: AttestationConveyance::Direct,
        algorithms: Algorithm::ALL.to_vec(),
        hints: vec![],
    }
}

fn registration_on(terms: RegistrationTerms) -> Sealed {
    Sealed { asked: Asked::Registration(AskedRegistration { terms }), ..login(user()) }
}

fn registration() -> Sealed {
    registration_on(terms())
}

/// What a token made of these bytes takes: version, key id, nonce and tag around them, as base64url.
fn token_length(plaintext: &[u8]) -> usize {
    (1 + 4 + 12 + plaintext.len() + 16).div_ceil(3) * 4
}

#[test]
fn the_length_does_not_tell_whether_a_user_is_known() {
    for subject in [Subject::Anyone, Subject::Unknown, user()] {
        for binding in [None, binding_hash("session")] {
            assert_eq!(Sealed { binding, ..login(subject) }.encode().len(), 256, "{subject:?}");
            assert_eq!(Sealed { subject, binding, ..registration() }.encode().len(), 256, "{subject:?}");
        }
    }
}

#[test]
fn tokens_stay_below_1_kib_for_logins_and_4_kib_for_registrations() {
    assert!(token_length(&login(user()).encode()) < 1024);
    assert!(token_length(&registration().encode()) < 4096);
    let endless = RegistrationTerms { algorithms: vec![Algorithm::MlDsa87; 100_000], ..terms() };
    let bytes = registration_on(endless).encode();
    assert!(bytes.len() == 512 && token_length(&bytes) < 4096);
    assert!(Sealed::decode(&bytes).is_ok());
}

#[test]
fn hints_are_not_sealed() {
    let hinted = RegistrationTerms { hints: vec![Hint::Hybrid], ..terms() };
    assert_eq!(Sealed::decode(&registration_on(hinted).encode()), Ok(registration()));
}

#[test]
fn each_ceremony_knows_its_kind() {
    assert_eq!(login(user()).kind(), CeremonyKind::Authentication);
    assert_eq!(registration().kind(), CeremonyKind::Registration);
}

#[test]
fn another_version_is_told_from_broken_bytes() {
    let mut bytes = login(user()).encode();
    for version in [1, 3] {
        bytes[0] = version;
        assert_eq!(Sealed::decode(&bytes), Err(Undecodable::Version(version)));
    }
}

#[test]
fn cut_off_or_extended_bytes_are_not_decoded() {
    let bytes = registration().encode();
    for length in 0..bytes.len() {
        assert_eq!(Sealed::decode(&bytes[..length]), Err(Undecodable::Form), "{length}");
    }
    assert_eq!(Sealed::decode(&[&bytes[..], &[0; 256]].concat()), Err(Undecodable::Form));
}

#[test]
fn absent_fields_and_padding_are_zero() {
    let bytes = login(Subject::Unknown).encode();
    let (user_id, binding, last) = (2 + 3 * 16 + 32 + 1, 2 + 3 * 16 + 32 + 21 + 1, bytes.len() - 1);
    for at in [user_id, binding, last] {
        let mut changed = bytes.clone();
        assert_eq!(changed[at], 0);
        changed[at] = 1;
        assert_eq!(Sealed::decode(&changed), Err(Undecodable::Form), "{at}");
    }
}

#[test]
fn what_no_registration_asks_for_is_not_decoded() {
    let bytes = registration().encode();
    let asked = 2 + 3 * 16 + 32 + 21 + 33 + 16;
    let (name, algorithm) = (asked + 6, asked + 6 + 64 + 1);
    for (at, byte, what) in [
        (asked, 4, "a user verification that is none"),
        (asked + 1, 0, "a resident key that is none"),
        (asked + 2, 3, "an attachment that is none"),
        (asked + 3, 0, "a mediation that is none"),
        (asked + 4, 5, "an attestation conveyance that is none"),
        (asked + 5, 0, "a profile without a name"),
        (asked + 5, 65, "a name that is longer than any"),
        (name, 0xff, "a name that is no text"),
        (name, b'\n', "a name with a control character"),
        (algorithm - 1, 7, "fewer algorithms than are there"),
        (algorithm + 3, 0, "an algorithm that is none"),
    ] {
        let mut changed = bytes.clone();
        assert_ne!(changed[at], byte);
        changed[at] = byte;
        assert_eq!(Sealed::decode(&changed), Err(Undecodable::Form), "{what}");
    }
}

#[test]
fn only_the_session_that_started_may_finish() {
    let bound = Sealed { binding: binding_hash("session"), ..login(user()) };
    assert!(bound.is_bound_to("session"));
    assert!(!bound.is_bound_to("Session"));
    assert!(!bound.is_bound_to(""));
    let free = login(user());
    assert!(free.is_bound_to(""));
    assert!(!free.is_bound_to("session"));
}

#[test]
fn neither_challenge_nor_binding_is_in_debug_output() {
    let shown = format!("{:?}", Sealed { binding: Some([222; 32]), ..login(user()) });
    assert!(!shown.contains("222") && !shown.contains("4, 4"), "{shown}");
}

fn subjects() -> impl Strategy<Value = Subject> {
    prop_oneof![
        Just(Subject::Anyone),
        Just(Subject::Unknown),
        any::<([u8; 16], u32)>()
            .prop_map(|(id, epoch)| Subject::User { id: UserId::from_bytes(id), epoch: Epoch(epoch) }),
    ]
}

fn all_terms() -> impl Strategy<Value = RegistrationTerms> {
    use AttestationConveyance::{Direct, Enterprise, Indirect, None as Nothing};
    let resident_key = select(vec![ResidentKey::Required, ResidentKey::Preferred, ResidentKey::Discouraged]);
    let attachment = select(vec![None, Some(Attachment::Platform), Some(Attachment::CrossPlatform)]);
    let attestation = select(vec![Nothing, Indirect, Direct, Enterprise]);
    let algorithms = proptest::collection::vec(select(Algorithm::ALL), 0..=64);
    (("[a-zä]{1,32}", verifications(), mediations()), (resident_key, attachment, attestation, algorithms))
        .prop_map(
            |(
                (profile, user_verification, mediation),
                (resident_key, attachment, attestation, algorithms),
            )| {
                RegistrationTerms {
                    profile: Name::new(profile).unwrap(),
                    mediation,
                    user_verification,
                    resident_key,
                    attachment,
                    attestation,
                    algorithms,
                    hints: vec![],
                }
            },
        )
}

fn verifications() -> impl Strategy<Value = UserVerification> {
    use UserVerification::{Discouraged, Preferred, Required};
    select(vec![Required, Preferred, Discouraged])
}

fn mediations() -> impl Strategy<Value = Mediation> {
    select(vec![Mediation::Modal, Mediation::Conditional])
}

fn asked() -> impl Strategy<Value = Asked> {
    prop_oneof![
        (verifications(), mediations()).prop_map(|(user_verification, mediation)| {
            Asked::Authentication(AskedAuthentication { user_verification, mediation })
        }),
        all_terms().prop_map(|terms| Asked::Registration(AskedRegistration { terms })),
    ]
}

fn any_sealed() -> impl Strategy<Value = Sealed> {
    let ids = any::<([u8; 16], [u8; 16], [u8; 16], [u8; 32])>();
    let times = any::<(Option<[u8; 32]>, i64, i64)>();
    (ids, times, subjects(), asked()).prop_map(|(ids, times, subject, asked)| Sealed {
        ceremony_id: CeremonyId::from_bytes(ids.0),
        relying_party_id: RelyingPartyId::from_bytes(ids.1),
        caller_id: CallerId::from_bytes(ids.2),
        challenge: Challenge(ids.3),
        subject,
        binding: times.0,
        asked,
        sealed_at: Timestamp::from_micros(times.1),
        expires_at: Timestamp::from_micros(times.2),
    })
}

proptest! {
    #[test]
    fn every_ceremony_survives_its_encoding(sealed in any_sealed()) {
        let bytes = sealed.encode();
        prop_assert_eq!(bytes.len() % 256, 0);
        prop_assert_eq!(Sealed::decode(&bytes), Ok(sealed));
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = Sealed::decode(&bytes);
    }

    #[test]
    fn no_terms_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let head = registration().encode();
        let _ = Sealed::decode(&[&head[..152], &bytes].concat());
    }

    #[test]
    fn changed_bytes_are_refused_or_mean_something_else(sealed in any_sealed(), at: usize, to: u8) {
        let mut bytes = sealed.encode();
        let at = at % bytes.len();
        prop_assume!(bytes[at] != to);
        bytes[at] = to;
        if let Ok(decoded) = Sealed::decode(&bytes) {
            prop_assert_ne!(decoded, sealed);
        }
    }
}
