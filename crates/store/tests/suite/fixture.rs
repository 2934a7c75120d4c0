//! Things to put into a database. Every call makes other ids.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use keystead_domain::{
    Aaguid, AaguidMode, AaguidRule, ActingUser, Algorithm, ApiKey, ApiKeyId, Attachment, AttemptId,
    Attestation, AttestationConveyance, AttestationRule, AttestationTrust, Caller, CallerId, CallerState,
    CeremonyId, CeremonyKind, CeremonyOutcome, ClientContext, CounterRule, Credential, CredentialId,
    CredentialSource, CredentialState, CredentialUse, DisplayName, Epoch, Event, EventId, EventKind,
    EventOutcome, ExternalId, Grant, GrantSet, Hint, Lifecycle, Name, Origin, ProfileId, Reason,
    RegistrationProfile, RelyingParty, RelyingPartyId, ResidentKey, RpId, Tenant, TenantId, Timestamp,
    Transport, UntrustedAttestation, User, UserId, UserVerification, Verdict, WebauthnId,
};
use keystead_store::{Finish, Insert, LoginUpdate, Store};

/// Some moment of 2026.
pub(crate) const NOW: Timestamp = Timestamp::from_micros(1_780_000_000_123_456);

/// A number that no other call gives.
fn unique() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    let number = unique().to_be_bytes();
    bytes[N - number.len()..].copy_from_slice(&number);
    bytes
}

pub(crate) fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

pub(crate) fn tenant() -> Tenant {
    let id = TenantId::new(NOW, bytes());
    Tenant { id, name: name(&id.to_string()), created_at: NOW }
}

pub(crate) fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

pub(crate) fn caller(tenant: Option<TenantId>) -> Caller {
    let id = CallerId::new(NOW, bytes());
    Caller {
        id,
        tenant_id: tenant,
        name: name(&id.to_string()),
        grants: [Grant::CeremonyAuthenticate, Grant::Events].into_iter().collect::<GrantSet>(),
        may_be_finished_by: vec![CallerId::new(NOW, bytes()), CallerId::new(NOW, bytes())],
        state: CallerState::Active,
        created_at: NOW,
    }
}

pub(crate) fn api_key(caller: CallerId) -> ApiKey {
    ApiKey { id: ApiKeyId::new(NOW, bytes()), caller_id: caller, created_at: NOW, revoked_at: None }
}

pub(crate) fn relying_party(tenant_id: TenantId, rp_id: &str) -> RelyingParty {
    let rp_id = RpId::new(rp_id).unwrap();
    let origin = |host: &str| Origin::new(format!("https://{host}{}", rp_id.as_str()), &rp_id).unwrap();
    RelyingParty {
        id: RelyingPartyId::new(NOW, bytes()),
        tenant_id,
        name: name("Example"),
        origins: vec![origin(""), origin("login.")],
        top_origins: Vec::new(),
        related_origins: Vec::new(),
        is_default: false,
        ceremony_lifetime: seconds(300),
        created_at: NOW,
        rp_id,
    }
}

pub(crate) fn external_id(text: &str) -> ExternalId {
    ExternalId::new(text).unwrap()
}

pub(crate) fn user() -> User {
    let id = UserId::new(NOW, bytes());
    User {
        id,
        external_id: external_id(&id.to_string()),
        display_name: DisplayName::new("Änne 🦊").unwrap(),
        epoch: Epoch(0),
        credential_count: 0,
        lifecycle: Lifecycle::Active,
        state_version: 0,
        created_at: NOW,
        last_success_at: None,
    }
}

pub(crate) fn webauthn_id(bytes: &[u8]) -> WebauthnId {
    WebauthnId::new(bytes).unwrap()
}

pub(crate) fn credential(user: &User, relying_party_id: RelyingPartyId) -> Credential {
    Credential {
        id: CredentialId::new(NOW, bytes()),
        webauthn_id: webauthn_id(&bytes::<32>()),
        user_id: user.id,
        user_epoch: user.epoch,
        relying_party_id,
        display_name: DisplayName::new("Telefon").unwrap(),
        state: CredentialState::Active,
        public_key: vec![0xa5, 0x01, 0x02, 0x00, 0xff],
        algorithm: Algorithm::Rs256,
        sign_count: 7,
        sign_count_regressions: 0,
        aaguid: Aaguid(bytes()),
        attestation: Attestation { format: "packed".to_owned(), trust: AttestationTrust::SelfSigned },
        transports: ["internal", "hybrid", "x-unknown"].map(|word| Transport::new(word).unwrap()).to_vec(),
        attachment: Some(Attachment::Platform),
        discoverable: Some(true),
        backup_eligible: true,
        backed_up: false,
        user_verification_seen: false,
        created_at: NOW,
        last_used_at: None,
        user_verification_initialized: false,
        source: CredentialSource::Registration,
        profile: name("staff"),
        device_hash: Some(bytes()),
        creation: credential_use(Some(Attachment::Platform)),
        last_use: CredentialUse::default(),
        use_count: 0,
        lost_at: None,
        state_changed_at: None,
    }
}

pub(crate) fn credential_use(attachment: Option<Attachment>) -> CredentialUse {
    CredentialUse {
        origin: format!("https://n{}.example.org", unique()),
        user_agent: "Mozilla/5.0 (🦊)".to_owned(),
        country: "DE".to_owned(),
        attachment,
        user_verified: true,
    }
}

/// A registration profile with something in every member.
pub(crate) fn registration_profile(text: &str, at: Timestamp) -> RegistrationProfile {
    RegistrationProfile {
        id: Some(ProfileId::new(at, bytes())),
        name: name(text),
        user_verification: UserVerification::Preferred,
        resident_key: ResidentKey::Required,
        attachment: Some(Attachment::CrossPlatform),
        hints: vec![Hint::SecurityKey, Hint::Hybrid],
        attestation: AttestationConveyance::Direct,
        attestation_rule: AttestationRule {
            roots: vec![vec![0x30; AttestationRule::MOST_BYTES], vec![0], bytes::<300>().to_vec()],
            untrusted: UntrustedAttestation::Accept,
        },
        algorithms: Algorithm::ALL.to_vec(),
        counter_rule: CounterRule::StepUp,
        max_credentials: 7,
        locked: true,
        aaguids: AaguidRule {
            allowed: (0..AaguidRule::MOST).map(|_| Aaguid(bytes())).collect(),
            denied: vec![Aaguid(bytes())],
            mode: AaguidMode::RegistrationAndUse,
        },
        created_at: Some(at),
    }
}

pub(crate) fn outcome(tenant_id: TenantId, ceremony_id: CeremonyId) -> CeremonyOutcome {
    CeremonyOutcome {
        ceremony_id,
        kind: CeremonyKind::Authentication,
        tenant_id,
        relying_party_id: RelyingPartyId::new(NOW, bytes()),
        caller_id: CallerId::new(NOW, bytes()),
        user_id: Some(UserId::new(NOW, bytes())),
        user_epoch: Some(Epoch(3)),
        credential_id: None,
        request_id_hash: Some(bytes()),
        payload_hash: bytes(),
        attempt_id: AttemptId(bytes()),
        verdict: Verdict::Refused(Reason::UserMismatch),
        finished_at: NOW,
        expires_at: NOW.plus(seconds(86_400)),
    }
}

pub(crate) fn ceremony_id() -> CeremonyId {
    CeremonyId::new(NOW, bytes())
}

pub(crate) fn event(tenant_id: Option<TenantId>, at: Timestamp) -> Event {
    Event {
        id: EventId::new(at, bytes()),
        tenant_id,
        at,
        kind: EventKind::AuthenticationFinished,
        outcome: EventOutcome::Refused,
        reasons: vec![Reason::CredentialRevoked, Reason::WrongRp],
        user_id: Some(UserId::new(NOW, bytes())),
        credential_id: Some(CredentialId::new(NOW, bytes())),
        ceremony_id: Some(ceremony_id()),
        caller_id: Some(CallerId::new(NOW, bytes())),
        request_id: Some("0123456789abcdef".to_owned()),
        trace_id: Some(bytes()),
        acting_user: Some(ActingUser::new("support@example.org").unwrap()),
        client: ClientContext {
            ip_address: Some("2001:db8::1".to_owned()),
            user_agent: Some("Mozilla/5.0 (🦊)".to_owned()),
            origin: Some("https://example.org".to_owned()),
            country: Some("DE".to_owned()),
            device_handle: None,
        },
    }
}

/// A tenant with a relying party, a user and his credential, in the database.
pub(crate) struct Household {
    pub(crate) tenant: Tenant,
    pub(crate) rp: RelyingParty,
    pub(crate) user: User,
    pub(crate) credential: Credential,
}

impl Household {
    pub(crate) async fn move_in(store: &Store) -> Self {
        let tenant = tenant();
        let rp = relying_party(tenant.id, "example.org");
        let user = User { credential_count: 1, ..user() };
        let credential = credential(&user, rp.id);
        let home = Self { tenant, rp, user, credential };
        store
            .transact(async |tx| {
                let within = tx.within(home.tenant.id);
                assert_eq!(tx.insert_tenant(&home.tenant).await?, Insert::Done);
                assert_eq!(within.insert_relying_party(&home.rp).await?, Insert::Done);
                assert_eq!(within.insert_user(&home.user).await?, Insert::Done);
                assert_eq!(within.insert_credential(&home.credential).await?, Insert::Done);
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
        home
    }

    /// Credentials of the user, each older than the one before: one in each state, an initialised one, one that was
    /// made without a dialog, and one at another relying party.
    pub(crate) async fn more_credentials(&self, store: &Store) -> Vec<Credential> {
        let elsewhere = relying_party(self.tenant.id, "elsewhere.example").id;
        let key = |rp| credential(&self.user, rp);
        let mut more: Vec<Credential> = CredentialState::ALL
            .iter()
            .map(|state| Credential { state: *state, ..key(self.rp.id) })
            .collect();
        more.push(Credential { user_verification_initialized: true, ..key(self.rp.id) });
        more.push(Credential { source: CredentialSource::Conditional, ..key(self.rp.id) });
        more.push(key(elsewhere));
        for (age, credential) in (1..).zip(&mut more) {
            credential.created_at = NOW.minus(seconds(age));
        }
        store
            .transact(async |tx| {
                for credential in &more {
                    assert_eq!(tx.within(self.tenant.id).insert_credential(credential).await?, Insert::Done);
                }
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
        more
    }

    pub(crate) fn login(&self) -> LoginUpdate {
        LoginUpdate {
            credential_id: self.credential.id,
            user_epoch: self.user.epoch,
            sign_count: 8,
            regressed: false,
            counter_must_rise: false,
            backup_eligible: true,
            backed_up: true,
            user_verified: true,
            user_verification_initialized: false,
            used: credential_use(Some(Attachment::CrossPlatform)),
            at: NOW.plus(seconds(5)),
        }
    }
}
