//! A tenant on SQLite in memory, for the tests of use cases: with a clock that stands still until it is told to move.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use keystead_domain::{
    Aaguid, ActingUser, Algorithm, Attestation, AttestationTrust, Caller, CallerId, CallerState,
    ClientContext, Credential, CredentialId, CredentialSource, CredentialState, CredentialUse, DisplayName,
    Epoch, Event, EventKind, ExternalId, GrantSet, Lifecycle, Name, RelyingPartyId, RequestId, RpId,
    TenantId, Timestamp, User, UserHandle, UserId, UserRef, WebauthnId,
};
use keystead_keyring::{Keyring, key_file::KeyFile};
use keystead_store::{Finish, Insert, Options, Store};

use crate::{
    Call, CreateRelyingParty, Environment, ListEvents, PageRequest, Service, Settings, UpsertUser,
    environment::{Clock, Dice},
};

/// 2026-01-01.
const START: i64 = 1_767_225_600_000_000;

/// A tenant with one relying party, `example.org`.
pub(crate) struct Home {
    pub(crate) service: Service,
    pub(crate) tenant: TenantId,
    pub(crate) rp: RelyingPartyId,
    pub(crate) call: Call,
    pub(crate) hands: Hands,
}

/// The clock and the dice.
#[derive(Clone, Default)]
pub(crate) struct Hands {
    passed: Arc<AtomicI64>,
    drawn: Arc<AtomicU64>,
}

impl Hands {
    /// Lets time pass.
    pub(crate) fn wait(&self, duration: Duration) {
        self.passed.fetch_add(i64::try_from(duration.as_micros()).unwrap(), Ordering::Relaxed);
    }

    fn draw(&self) -> [u8; 8] {
        self.drawn.fetch_add(1, Ordering::Relaxed).to_be_bytes()
    }
}

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(START + self.passed.load(Ordering::Relaxed))
    }
}

impl Dice for Hands {
    fn fill(&self, bytes: &mut [u8]) {
        let end = bytes.len();
        bytes[end - 8..].copy_from_slice(&self.draw());
    }
}

pub(crate) fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

pub(crate) fn anna() -> UserRef {
    UserRef::External(ExternalId::new("anna").unwrap())
}

pub(crate) fn support() -> ActingUser {
    ActingUser::new("support-7").unwrap()
}

pub(crate) fn all() -> PageRequest {
    PageRequest { size: 500, token: String::new() }
}

impl Home {
    pub(crate) async fn new() -> Self {
        let hands = Hands::default();
        let service = service(&hands).await;
        let tenant = service.create_tenant(&Call::operator(hands.now()), name("home")).await.unwrap().id;
        let call = call(tenant, hands.now());
        let command = CreateRelyingParty {
            tenant: None,
            rp_id: RpId::new("example.org").unwrap(),
            name: None,
            origins: vec!["https://example.org".to_owned()],
            top_origins: Vec::new(),
            related_origins: Vec::new(),
            ceremony_lifetime: None,
        };
        let rp = service.create_relying_party(&call, command).await.unwrap().relying_party.id;
        Self { service, tenant, rp, call, hands }
    }

    /// As [`Self::call`], to be told from others by this id.
    pub(crate) fn named(&self, request_id: u8) -> Call {
        let id = RequestId::new(format!("request-{request_id:016}")).unwrap();
        Call { request_id: Some(id), ..self.call.clone() }
    }

    pub(crate) async fn user(&self, external_id: &str) -> User {
        let command = UpsertUser {
            external_id: ExternalId::new(external_id).unwrap(),
            display_name: None,
            lifecycle: None,
        };
        self.service.upsert_user(&self.call, command).await.unwrap()
    }

    /// A passkey of the user, with his handle; `edit` makes it another.
    pub(crate) async fn passkey(&self, external_id: &str, edit: impl FnOnce(&mut Credential)) -> Credential {
        let user = self.user(external_id).await;
        let now = self.hands.now();
        let handle = UserHandle::new(user.id.as_bytes().to_vec()).unwrap();
        self.service.store.claim_user_handle(self.tenant, self.rp, user.id, &handle, now).await.unwrap();
        let mut credential = passkey(&user, self.rp, &self.hands);
        edit(&mut credential);
        self.service
            .store
            .transact(async |tx| {
                let within = tx.within(self.tenant);
                assert!(within.count_credential_up(user.id, user.epoch, 100).await?);
                assert_eq!(within.insert_credential(&credential).await?, Insert::Done);
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
        credential
    }

    /// What happened, newest first, without how all this came to be.
    pub(crate) async fn events(&self) -> Vec<Event> {
        let listed = self.service.list_events(&self.call, &ListEvents::default(), &all()).await.unwrap();
        let set_up = [EventKind::TenantCreated, EventKind::RelyingPartyCreated, EventKind::UserCreated];
        listed.items.into_iter().filter(|event| !set_up.contains(&event.kind)).collect()
    }

    pub(crate) async fn kinds(&self) -> Vec<EventKind> {
        self.events().await.into_iter().map(|event| event.kind).collect()
    }
}

async fn service(hands: &Hands) -> Service {
    let home = tempfile::tempdir().unwrap();
    let keys = home.path().join("keys.toml");
    KeyFile::generate(hands.now(), [7; KeyFile::RANDOM_LEN]).write_new(&keys).unwrap();
    let keyring = Keyring::open(&keys, hands.now()).unwrap();
    let store = Store::connect(&Options::new("sqlite::memory:")).await.unwrap();
    store.migrate().await.unwrap();
    Service::new(store, keyring, Environment::new(hands.clone(), hands.clone()), Settings::default())
}

fn call(tenant: TenantId, now: Timestamp) -> Call {
    let caller = Caller {
        id: CallerId::from_bytes([9; 16]),
        tenant_id: Some(tenant),
        name: name("web"),
        grants: GrantSet::all(),
        may_be_finished_by: Vec::new(),
        state: CallerState::Active,
        created_at: now,
    };
    Call { caller: Arc::new(caller), request_id: None, trace_id: None, client: ClientContext::default() }
}

/// A credential of nobody in particular.
pub(crate) fn any_credential() -> Credential {
    let now = Timestamp::from_micros(START);
    let user = User {
        id: UserId::from_bytes([1; 16]),
        external_id: ExternalId::new("anna").unwrap(),
        display_name: DisplayName::default(),
        epoch: Epoch(0),
        credential_count: 1,
        lifecycle: Lifecycle::Active,
        state_version: 0,
        created_at: now,
        last_success_at: None,
    };
    passkey(&user, RelyingPartyId::from_bytes([2; 16]), &Hands::default())
}

fn passkey(user: &User, rp: RelyingPartyId, hands: &Hands) -> Credential {
    let (now, draw) = (hands.now(), hands.draw());
    Credential {
        id: CredentialId::new(now, [&[0; 2], &draw[..]].concat().try_into().unwrap()),
        webauthn_id: WebauthnId::new(draw).unwrap(),
        user_id: user.id,
        user_epoch: user.epoch,
        relying_party_id: rp,
        display_name: DisplayName::default(),
        state: CredentialState::Active,
        public_key: vec![0xa0],
        algorithm: Algorithm::Es256,
        sign_count: 0,
        sign_count_regressions: 0,
        aaguid: Aaguid([1; 16]),
        attestation: Attestation { format: "none".to_owned(), trust: AttestationTrust::None },
        transports: Vec::new(),
        attachment: None,
        discoverable: Some(true),
        backup_eligible: true,
        backed_up: true,
        user_verification_seen: true,
        created_at: now,
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
