use super::*;
use crate::{
    Aaguid, AaguidMode, AaguidRule, Algorithm, Attestation, AttestationTrust, CredentialId, CredentialSource,
    CredentialUse, DisplayName, Epoch, Name, RelyingPartyId, Timestamp, UserId, WebauthnId,
};

fn key(n: u8, state: CredentialState) -> Credential {
    Credential {
        id: CredentialId::from_bytes([n; 16]),
        webauthn_id: WebauthnId::new([n; 32]).unwrap(),
        user_id: UserId::from_bytes([0; 16]),
        user_epoch: Epoch(0),
        relying_party_id: RelyingPartyId::from_bytes([0; 16]),
        display_name: DisplayName::default(),
        state,
        public_key: Vec::new(),
        algorithm: Algorithm::Es256,
        sign_count: 0,
        sign_count_regressions: 0,
        aaguid: Aaguid([n; 16]),
        attestation: Attestation { format: "none".to_owned(), trust: AttestationTrust::None },
        transports: Vec::new(),
        attachment: None,
        discoverable: None,
        backup_eligible: false,
        backed_up: false,
        user_verification_seen: true,
        created_at: Timestamp::from_micros(0),
        last_used_at: None,
        user_verification_initialized: true,
        source: CredentialSource::Registration,
        profile: Name::default_profile(),
        device_hash: None,
        creation: CredentialUse::default(),
        last_use: CredentialUse::default(),
        use_count: 0,
        lost_at: None,
        state_changed_at: None,
    }
}

#[test]
fn only_the_last_way_in_must_stay() {
    use CredentialState::{Active, Revoked, Superseded, Suspended};
    let presence_only = Credential { user_verification_initialized: false, ..key(9, Active) };
    for (taken, others, is_last) in [
        (key(1, Active), vec![], true),
        (key(1, Active), vec![key(2, Active)], false),
        (key(1, Active), vec![key(2, Suspended)], true),
        (key(1, Active), vec![key(2, Superseded)], true),
        (key(1, Active), vec![presence_only.clone()], true),
        // It may be found again, and then it is all he has.
        (key(1, Suspended), vec![], true),
        (key(1, Superseded), vec![], true),
        (key(1, Suspended), vec![key(2, Active)], false),
        (key(1, Revoked), vec![], false),
        (presence_only, vec![], false),
    ] {
        let his: Vec<Credential> = others.into_iter().chain([taken.clone()]).collect();
        assert_eq!(taken.is_last_way_in(&his, |_| None), is_last, "{taken:?}");
    }
}

#[test]
fn a_model_that_the_profile_keeps_out_is_no_way_in() {
    let denied = vec![Aaguid([2; 16])];
    let aaguids = AaguidRule { allowed: Vec::new(), denied, mode: AaguidMode::RegistrationAndUse };
    let profile = RegistrationProfile { aaguids, ..RegistrationProfile::built_in() };
    let his = [key(1, CredentialState::Active), key(2, CredentialState::Active)];
    assert!(his[0].is_last_way_in(&his, |_| Some(&profile)));
    assert!(!his[1].is_last_way_in(&his, |_| Some(&profile)), "it takes nothing away");
    assert!(!his[1].is_usable(Some(&profile)) && his[0].is_usable(Some(&profile)));
}
