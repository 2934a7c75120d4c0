use super::*;

fn locked() -> RegistrationProfile {
    RegistrationProfile {
        user_verification: UserVerification::Preferred,
        resident_key: ResidentKey::Preferred,
        attachment: Some(Attachment::CrossPlatform),
        hints: vec![Hint::SecurityKey, Hint::Hybrid],
        attestation: AttestationConveyance::Indirect,
        algorithms: vec![Algorithm::Es384, Algorithm::Es256],
        locked: true,
        ..RegistrationProfile::built_in()
    }
}

#[test]
fn what_is_not_overridden_is_as_the_profile_says() {
    let profile = locked();
    let terms = profile.terms(&RegistrationOverrides::default(), Mediation::Modal).unwrap();
    assert_eq!(terms.user_verification, profile.user_verification);
    assert_eq!(terms.attachment, profile.attachment);
    assert_eq!(terms.algorithms, profile.algorithms);
    assert_eq!(terms.hints, profile.hints);
}

#[test]
fn a_locked_profile_may_only_be_asked_for_more() {
    let more = RegistrationOverrides {
        user_verification: Some(UserVerification::Required),
        resident_key: Some(ResidentKey::Required),
        attachment: Some(Attachment::CrossPlatform),
        hints: vec![Hint::Hybrid],
        attestation: Some(AttestationConveyance::Enterprise),
        algorithms: vec![Algorithm::Es256],
    };
    let terms = locked().terms(&more, Mediation::Modal).unwrap();
    assert_eq!(terms.user_verification, UserVerification::Required);
    assert_eq!(terms.algorithms, [Algorithm::Es256]);

    let none = RegistrationOverrides::default;
    for (less, field) in [
        (
            RegistrationOverrides { user_verification: Some(UserVerification::Discouraged), ..none() },
            USER_VERIFICATION,
        ),
        (RegistrationOverrides { resident_key: Some(ResidentKey::Discouraged), ..none() }, RESIDENT_KEY),
        (RegistrationOverrides { attachment: Some(Attachment::Platform), ..none() }, ATTACHMENT),
        (RegistrationOverrides { hints: vec![Hint::ClientDevice], ..none() }, HINTS),
        (RegistrationOverrides { attestation: Some(AttestationConveyance::None), ..none() }, ATTESTATION),
        (
            RegistrationOverrides { algorithms: vec![Algorithm::Es256, Algorithm::Rs256], ..none() },
            ALGORITHMS,
        ),
    ] {
        assert_eq!(locked().terms(&less, Mediation::Modal), Err(TermsError::Locked(field)));
        let open = RegistrationProfile { locked: false, ..locked() };
        assert!(open.terms(&less, Mediation::Modal).is_ok(), "{field}");
    }
}

#[test]
fn a_conditional_registration_asks_for_what_a_browser_gives_without_a_dialog() {
    let none = RegistrationOverrides::default;
    let terms = RegistrationProfile::built_in().terms(&none(), Mediation::Conditional).unwrap();
    assert_eq!(terms.user_verification, UserVerification::Preferred);
    assert_eq!(terms.attestation, AttestationConveyance::None);

    let required = RegistrationOverrides { user_verification: Some(UserVerification::Required), ..none() };
    let attested = RegistrationOverrides { attestation: Some(AttestationConveyance::Direct), ..none() };
    let strict = RegistrationProfile { locked: true, ..RegistrationProfile::built_in() };
    for (profile, overrides, error) in [
        (RegistrationProfile::built_in(), required, TermsError::ConditionalVerification),
        (RegistrationProfile::built_in(), attested, TermsError::ConditionalAttestation),
        (strict, none(), TermsError::ConditionalLocked),
    ] {
        assert_eq!(profile.terms(&overrides, Mediation::Conditional), Err(error));
    }
}

#[test]
fn a_profile_that_was_locked_meanwhile_makes_the_finish_stricter() {
    let asked = RegistrationProfile::built_in()
        .terms(
            &RegistrationOverrides {
                user_verification: Some(UserVerification::Discouraged),
                ..RegistrationOverrides::default()
            },
            Mediation::Modal,
        )
        .unwrap();
    assert_eq!(RegistrationProfile::built_in().at_finish(asked.clone()), asked);
    let judged = locked().at_finish(asked);
    assert_eq!(judged.user_verification, UserVerification::Preferred);
    assert_eq!(judged.attachment, Some(Attachment::CrossPlatform));
    assert_eq!(judged.attestation, AttestationConveyance::Indirect);
    assert_eq!(judged.algorithms, [Algorithm::Es256]);
    let asked = RegistrationTerms { attestation: AttestationConveyance::Direct, ..judged };
    assert_eq!(locked().at_finish(asked).attestation, AttestationConveyance::Direct);
}
