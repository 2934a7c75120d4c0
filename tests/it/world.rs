//! The use cases in process, on a database of any engine, with a clock and dice that a test holds in its hands.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use keystead_authenticator::Authenticator;
use keystead_ceremony::{CreationOptions, RequestOptions, assertion, registration};
use keystead_domain::{
    ActingUser, ClientContext, Credential, CredentialId, DisplayName, Event, EventKind, ExternalId, Grant,
    GrantSet, Lifecycle, Mediation, Name, Reason, RegistrationOverrides, RegistrationProfile, RequestId,
    RpId, SessionBinding, TenantId, Timestamp, UserRef,
};
use keystead_keyring::{Keyring, key_file::KeyFile};
use keystead_service::{
    Call, CreateCaller, CreateRegistrationProfile, CreateRelyingParty, Environment, Error, ListEvents,
    Managed, PageRequest, Service, SetLifecycle, Settings, Taking, UpsertUser,
    ceremony::{
        FinishAuthentication, FinishRegistration, Finished, Login, Registration, StartAuthentication,
        StartRegistration, Started, Token,
    },
    environment::{Clock, Dice},
};
use keystead_store::{Options, Store};
use keystead_tests::Database;
use tempfile::TempDir;

/// The origin every test's page is served from.
pub(crate) const ORIGIN: &str = "https://example.org";

/// 2026-01-01.
const START: i64 = 1_767_225_600_000_000;

#[derive(Clone, Default)]
pub(crate) struct Hands {
    now: Arc<AtomicI64>,
    drawn: Arc<AtomicU64>,
    /// Runs at the next draw of this many bytes.
    on_draw: Arc<Mutex<Option<(usize, Hook)>>>,
}

type Hook = Box<dyn FnOnce() + Send>;

impl Hands {
    /// Lets time pass.
    pub(crate) fn wait(&self, duration: Duration) {
        let micros = i64::try_from(duration.as_micros()).expect("a short wait");
        self.now.fetch_add(micros, Ordering::SeqCst);
    }

    /// Sets the clock back.
    pub(crate) fn turn_back(&self, duration: Duration) {
        let micros = i64::try_from(duration.as_micros()).expect("a short while");
        self.now.fetch_sub(micros, Ordering::SeqCst);
    }

    /// Runs `hook` when this many bytes are drawn next: 16 are drawn for an attempt id, between a finish's read and its
    /// transaction, and for nothing else in it.
    pub(crate) fn on_draw_of(&self, bytes: usize, hook: impl FnOnce() + Send + 'static) {
        *self.on_draw.lock().expect("not poisoned") = Some((bytes, Box::new(hook)));
    }
}

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        // Time passes between two looks at a clock: whatever happens later is later.
        Timestamp::from_micros(START + self.now.fetch_add(1_000, Ordering::SeqCst))
    }
}

impl Dice for Hands {
    fn fill(&self, bytes: &mut [u8]) {
        let hook = {
            let mut on_draw = self.on_draw.lock().expect("not poisoned");
            on_draw.take_if(|(length, _)| *length == bytes.len())
        };
        if let Some((_, hook)) = hook {
            hook();
        }
        let draw = self.drawn.fetch_add(1, Ordering::SeqCst) + 1;
        for (i, byte) in bytes.iter_mut().enumerate() {
            // SplitMix64: every draw differs from every other, which is all that a test needs.
            let mut z = (draw << 8 | (i as u64 / 8)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            *byte = (z ^ (z >> 31)).to_le_bytes()[i % 8];
        }
    }
}

/// A tenant with a relying party `example.org` and a caller that may do everything.
pub(crate) struct World {
    pub(crate) service: Service,
    pub(crate) store: Store,
    pub(crate) hands: Hands,
    pub(crate) tenant: TenantId,
    pub(crate) call: Call,
    pub(crate) keys: PathBuf,
    database_url: String,
    _directory: TempDir,
}

impl World {
    /// A world on this database, migrated.
    pub(crate) async fn new(database: &Database) -> Self {
        Self::with(database, Settings::default()).await
    }

    /// As [`Self::new`], with these settings.
    pub(crate) async fn with(database: &Database, settings: Settings) -> Self {
        let store = connect(database.url()).await;
        store.migrate().await.expect("the database migrates");
        let directory = tempfile::tempdir().expect("a temporary directory");
        let keys = directory.path().join("keys.toml");
        let hands = Hands::default();
        let file = KeyFile::generate(hands.now(), [7; KeyFile::RANDOM_LEN]);
        file.write_new(&keys).expect("the key file is written");
        let service = service(&store, &keys, &hands, settings);
        let (tenant, call) = set_up(&service).await;
        let database_url = database.url().to_owned();
        Self { service, store, hands, tenant, call, keys, database_url, _directory: directory }
    }

    /// Another process on the same database, with the same keys: own pool, own caches.
    pub(crate) async fn replica(&self) -> Service {
        self.other_process().service().await
    }

    /// What another process needs to start.
    pub(crate) fn other_process(&self) -> OtherProcess {
        OtherProcess {
            database_url: self.database_url.clone(),
            keys: self.keys.clone(),
            hands: self.hands.clone(),
        }
    }

    /// A further caller of the tenant.
    pub(crate) async fn caller(&self, name: &str, grants: &[Grant]) -> Call {
        let caller = self
            .service
            .create_caller(
                &self.call,
                CreateCaller {
                    tenant: None,
                    name: Name::new(name).expect("a name"),
                    grants: grants.iter().copied().collect(),
                    may_be_finished_by: Vec::new(),
                },
            )
            .await
            .expect("the caller is made");
        Call { caller: Arc::new(caller), ..self.call.clone() }
    }

    /// The same call with a `request_id`.
    pub(crate) fn with_request_id(&self, id: &str) -> Call {
        Call { request_id: Some(RequestId::new(id).expect("a request id")), ..self.call.clone() }
    }

    /// Makes a user known.
    pub(crate) async fn user(&self, name: &str) -> keystead_domain::User {
        let external_id = ExternalId::new(name).expect("an id");
        let upsert = UpsertUser { external_id, display_name: None, lifecycle: None };
        self.service.upsert_user(&self.call, upsert).await.expect("the user is made")
    }

    /// Makes a user known and registers a passkey for him.
    pub(crate) async fn register(&self, name: &str, device: &mut Authenticator) -> Credential {
        self.user(name).await;
        let started = self.start_registration(name).await;
        let response = device.create(&started.options.to_json(), ORIGIN).expect("the device makes a key");
        let command = finish_registration(name, &started.token, &response);
        self.service
            .finish_registration(&self.call, command)
            .await
            .expect("registered")
            .value
            .credential
            .credential
    }

    /// Starts a registration, as asked by default.
    pub(crate) async fn start_registration(&self, name: &str) -> Started<CreationOptions> {
        self.service.start_registration(&self.call, registration_of(name)).await.expect("started")
    }

    /// Starts a login: of this user, or of whoever answers.
    pub(crate) async fn start(&self, name: Option<&str>) -> Started<RequestOptions> {
        self.service.start_authentication(&self.call, authentication_of(name)).await.expect("started")
    }

    /// Starts a login and has the device answer.
    pub(crate) async fn answered(
        &self,
        name: Option<&str>,
        device: &mut Authenticator,
    ) -> (Started<RequestOptions>, String) {
        let started = self.start(name).await;
        let response = device.get(&started.options.to_json(), ORIGIN).expect("an answer");
        (started, response)
    }

    /// Finishes a login with the device's answer.
    pub(crate) async fn finish(
        &self,
        started: &Started<RequestOptions>,
        device: &mut Authenticator,
    ) -> Result<Finished<Login>, Error> {
        let response = device.get(&started.options.to_json(), ORIGIN).expect("the device answers");
        self.service.finish_authentication(&self.call, finish_authentication(&started.token, &response)).await
    }

    /// Logs in, from start to finish.
    pub(crate) async fn log_in(
        &self,
        name: Option<&str>,
        device: &mut Authenticator,
    ) -> Result<Finished<Login>, Error> {
        let started = self.start(name).await;
        self.finish(&started, device).await
    }

    /// Finishes a registration with the device's answer.
    pub(crate) async fn finish_registration(
        &self,
        name: &str,
        started: &Started<CreationOptions>,
        device: &mut Authenticator,
    ) -> Result<Finished<Registration>, Error> {
        let response = device.create(&started.options.to_json(), ORIGIN).expect("the device makes a key");
        self.service
            .finish_registration(&self.call, finish_registration(name, &started.token, &response))
            .await
    }

    /// The same call, of an end user whose front end keeps this handle on his device.
    pub(crate) fn on_device(&self, handle: &str) -> Call {
        let client = ClientContext { device_handle: Some(handle.to_owned()), ..self.call.client.clone() };
        Call { client, ..self.call.clone() }
    }

    /// Registers a further passkey of a user, on this call's device.
    pub(crate) async fn register_on(
        &self,
        call: &Call,
        name: &str,
        device: &mut Authenticator,
    ) -> Credential {
        let started = self.service.start_registration(call, registration_of(name)).await.expect("started");
        let response = device.create(&started.options.to_json(), ORIGIN).expect("the device makes a key");
        let command = finish_registration(name, &started.token, &response);
        let finished = self.service.finish_registration(call, command).await.expect("registered");
        finished.value.credential.credential
    }

    /// Says where a user's account is in its life.
    pub(crate) async fn set_lifecycle(&self, name: &str, lifecycle: Lifecycle) -> keystead_domain::User {
        let command =
            SetLifecycle { user: by_external_id(name), lifecycle, state_version: None, acting_user: None };
        self.service.set_lifecycle(&self.call, command).await.expect("said")
    }

    /// Makes a registration profile, whatever it does to users.
    pub(crate) async fn profile(&self, profile: RegistrationProfile) -> RegistrationProfile {
        let command = CreateRegistrationProfile { tenant: None, profile, acknowledge_lockout: true };
        self.service.create_registration_profile(&self.call, command).await.expect("the profile is made")
    }

    /// A credential as it is now.
    pub(crate) async fn credential(&self, id: CredentialId) -> Credential {
        self.service.get_credential(&self.call, id).await.expect("the credential is there").credential
    }

    /// Ends a credential, by someone who knows that it may be the last.
    pub(crate) async fn revoke(&self, id: CredentialId) -> Managed {
        self.service.revoke_credential(&self.call, taking(id).by_support()).await.expect("revoked")
    }

    /// How often something happened.
    pub(crate) async fn count_events(&self, kind: EventKind) -> usize {
        self.events().await.iter().filter(|event| event.kind == kind).count()
    }

    /// The tenant's events, newest first.
    pub(crate) async fn events(&self) -> Vec<Event> {
        let page = PageRequest { size: 500, token: String::new() };
        self.service.list_events(&self.call, &ListEvents::default(), &page).await.expect("events").items
    }

    /// The kind, outcome and first reason of the newest event.
    pub(crate) async fn newest_event(&self) -> (keystead_domain::EventKind, Option<Reason>) {
        let events = self.events().await;
        let newest = events.first().expect("an event");
        (newest.kind, newest.reasons.first().copied())
    }

    /// Raises a user's epoch, as whatever takes something from him does.
    pub(crate) async fn raise_epoch(&self, user: keystead_domain::UserId) {
        raise_epoch(&self.store, self.tenant, user).await;
    }
}

/// The device's answer to creation options, as Finish takes it.
pub(crate) fn answer_registration(
    name: &str,
    started: &Started<CreationOptions>,
    device: &mut Authenticator,
) -> FinishRegistration {
    let response = device.create(&started.options.to_json(), ORIGIN).expect("the device makes a key");
    finish_registration(name, &started.token, &response)
}

/// A user takes one of his own credentials away.
pub(crate) fn taking(id: CredentialId) -> Taking {
    Taking { id, acting_user: None, remaining_methods: Vec::new(), acknowledge_lockout: false }
}

/// Who else may take a credential away.
pub(crate) trait By {
    /// Someone who acts for the owner's sake and knows that it may be his last.
    fn by_support(self) -> Self;
}

impl By for Taking {
    fn by_support(self) -> Self {
        let acting_user = Some(ActingUser::new("support-7").expect("a name"));
        Self { acting_user, acknowledge_lockout: true, ..self }
    }
}

/// Request options that name no credential: what a forger's browser takes any passkey for.
pub(crate) fn for_anyone(started: &Started<RequestOptions>) -> String {
    RequestOptions { allow: Vec::new(), ..started.options.clone() }.to_json()
}

/// Bytes as browsers write them.
pub(crate) fn base64url(bytes: &[u8]) -> String {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A signal as the page parses it.
pub(crate) fn signal(json: Option<&String>) -> serde_json::Value {
    serde_json::from_str(json.expect("a signal")).expect("JSON")
}

/// What another process needs to start.
pub(crate) struct OtherProcess {
    database_url: String,
    keys: PathBuf,
    hands: Hands,
}

impl OtherProcess {
    /// Its use cases; its connections belong to the runtime that starts it.
    pub(crate) async fn service(&self) -> Service {
        service(&connect(&self.database_url).await, &self.keys, &self.hands, Settings::default())
    }
}

/// Raises a user's epoch.
pub(crate) async fn raise_epoch(store: &Store, tenant: TenantId, user: keystead_domain::UserId) {
    store
        .transact(async |tx| Ok(keystead_store::Finish::Commit(tx.within(tenant).raise_epoch(user).await?)))
        .await
        .expect("the epoch is raised")
        .expect("the user exists");
}

/// The reason of an error, whichever kind it is.
pub(crate) fn reason<T: std::fmt::Debug>(answer: &Result<T, Error>) -> Reason {
    match answer {
        Err(Error::Refused(refused)) => refused.reason,
        Err(Error::Rejected(reason)) => *reason,
        other => panic!("neither refused nor rejected: {other:?}"),
    }
}

pub(crate) fn registration_of(name: &str) -> StartRegistration {
    StartRegistration {
        user: by_external_id(name),
        rp_id: None,
        profile: None,
        overrides: RegistrationOverrides::default(),
        mediation: Mediation::Modal,
        session_binding: SessionBinding::default(),
    }
}

pub(crate) fn authentication_of(name: Option<&str>) -> StartAuthentication {
    StartAuthentication {
        user: name.map(by_external_id),
        rp_id: None,
        user_verification: None,
        mediation: Mediation::Modal,
        hints: Vec::new(),
        session_binding: SessionBinding::default(),
    }
}

pub(crate) fn finish_registration(name: &str, token: &Token, response: &str) -> FinishRegistration {
    FinishRegistration {
        user: by_external_id(name),
        token: token.clone(),
        response: registration::Response::from_json(response).expect("a response"),
        display_name: DisplayName::default(),
        session_binding: SessionBinding::default(),
    }
}

pub(crate) fn finish_authentication(token: &Token, response: &str) -> FinishAuthentication {
    FinishAuthentication {
        user: None,
        token: token.clone(),
        response: assertion::Response::from_json(response).expect("a response"),
        session_binding: SessionBinding::default(),
    }
}

pub(crate) fn by_external_id(name: &str) -> UserRef {
    UserRef::External(ExternalId::new(name).expect("an id"))
}

async fn connect(url: &str) -> Store {
    Store::connect(&Options::new(url)).await.expect("the database answers")
}

fn service(store: &Store, keys: &std::path::Path, hands: &Hands, settings: Settings) -> Service {
    let keyring = Keyring::open(keys, hands.now()).expect("the key file opens");
    Service::new(store.clone(), keyring, Environment::new(hands.clone(), hands.clone()), settings)
}

async fn set_up(service: &Service) -> (TenantId, Call) {
    let operator = Call::operator(service.now());
    let tenant =
        service.create_tenant(&operator, Name::new("acme").expect("a name")).await.expect("a tenant").id;
    let relying_party = CreateRelyingParty {
        tenant: Some(tenant),
        rp_id: RpId::new("example.org").expect("an RP ID"),
        name: None,
        origins: vec![ORIGIN.to_owned()],
        top_origins: Vec::new(),
        related_origins: Vec::new(),
        ceremony_lifetime: None,
    };
    service.create_relying_party(&operator, relying_party).await.expect("a relying party");
    let caller = CreateCaller {
        tenant: Some(tenant),
        name: Name::new("web").expect("a name"),
        grants: GrantSet::all(),
        may_be_finished_by: Vec::new(),
    };
    let caller = service.create_caller(&operator, caller).await.expect("a caller");
    let call =
        Call { caller: Arc::new(caller), request_id: None, trace_id: None, client: ClientContext::default() };
    (tenant, call)
}
