//! A house with one tenant to call at.

use std::{path::Path, time::Duration};

use keystead_domain::{
    ApiKey, ApiKeyId, Caller, CallerId, CallerState, Grant, Name, RpId, Tenant, TenantId, Timestamp,
};
use keystead_keyring::{Keyring, api_key, key_file::KeyFile};
use keystead_service::{Call, CreateRelyingParty, Environment, Service};
use keystead_store::{Finish, Insert, Options, Store};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{
    Extensions, Request, Status,
    metadata::{MetadataMap, MetadataValue},
    service::Routes,
    transport::{Channel, Endpoint, Server},
};

use crate::{
    Settings,
    layers::{Layers, Pace},
    routes, status,
};

/// What a handler could do wrong if admission let it.
pub(super) struct House {
    pub(super) store: Store,
    pub(super) service: Service,
    pub(super) tenant: TenantId,
    _keys: TempDir,
}

impl House {
    pub(super) async fn build() -> Self {
        let store = Store::connect(&Options::new("sqlite::memory:")).await.expect("a database");
        store.migrate().await.expect("a schema");
        let keys = tempfile::tempdir().expect("a directory");
        let service = Service::new(
            store.clone(),
            keyring(&keys.path().join("keys.toml")),
            Environment::system(),
            keystead_service::Settings { directory_max_age: Duration::ZERO, ..Default::default() },
        );
        let tenant = TenantId::from_bytes([1; 16]);
        let row = Tenant { id: tenant, name: name("shop"), created_at: now() };
        let made = store.transact(async |tx| Ok(Finish::Commit(tx.insert_tenant(&row).await?))).await;
        assert_eq!(made.expect("a tenant"), Insert::Done);
        Self { store, service, tenant, _keys: keys }
    }

    /// The key of a new caller of the tenant with these grants.
    pub(super) async fn caller(&self, grants: &[Grant]) -> String {
        self.key_of(Some(self.tenant), grants).await
    }

    /// The key of a new instance-level caller.
    pub(super) async fn root(&self) -> String {
        self.key_of(None, &[Grant::Admin]).await
    }

    async fn key_of(&self, tenant_id: Option<TenantId>, grants: &[Grant]) -> String {
        let environment = Environment::system();
        let caller = Caller {
            id: CallerId::new(now(), environment.random()),
            tenant_id,
            name: name(&format!("caller {:x}", u128::from_be_bytes(environment.random()))),
            grants: grants.iter().copied().collect(),
            may_be_finished_by: Vec::new(),
            state: CallerState::Active,
            created_at: now(),
        };
        let key = ApiKey {
            id: ApiKeyId::new(now(), environment.random()),
            caller_id: caller.id,
            created_at: now(),
            revoked_at: None,
        };
        let secret = api_key::mint(key.id, environment.random());
        let hash = api_key::hash(&secret);
        self.store
            .transact(async |tx| {
                assert_eq!(tx.insert_caller(&caller).await?, Insert::Done);
                tx.insert_api_key(tenant_id, &key, &hash).await?;
                Ok(Finish::Commit(()))
            })
            .await
            .expect("a caller");
        secret.as_str().to_owned()
    }

    pub(super) fn routes(&self) -> Routes {
        routes(self.service.clone(), Settings::default())
    }

    /// A channel to the services on a socket, served for as long as the test runs.
    pub(super) async fn channel(&self) -> Channel {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let server = Server::builder().add_routes(self.routes());
        tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
        Endpoint::from_shared(format!("http://{address}")).expect("a URL").connect_lazy()
    }

    pub(super) fn layers(&self) -> Layers {
        self.layers_at(Settings::default(), Pace::default())
    }

    pub(super) fn layers_at(&self, settings: Settings, pace: Pace) -> Layers {
        Layers::new(self.service.clone(), settings, pace)
    }

    /// A call of the operator, who may set up anything.
    pub(super) fn operator() -> Call {
        Call::operator(now())
    }

    /// Makes the relying party `example.org` of the tenant.
    pub(super) async fn relying_party(&self) {
        let command = CreateRelyingParty {
            tenant: Some(self.tenant),
            rp_id: RpId::new("example.org").expect("an RP ID"),
            name: None,
            origins: vec!["https://example.org".to_owned()],
            top_origins: Vec::new(),
            related_origins: Vec::new(),
            ceremony_lifetime: None,
        };
        self.service.create_relying_party(&Self::operator(), command).await.expect("a relying party");
    }
}

fn keyring(path: &Path) -> Keyring {
    KeyFile::generate(now(), Environment::system().random()).write_new(path).expect("a key file");
    Keyring::open(path, now()).expect("a keyring")
}

pub(super) fn now() -> Timestamp {
    Environment::system().now()
}

fn name(text: &str) -> Name {
    Name::new(text).expect("a name")
}

/// A request that presents this key; none where it is empty.
pub(super) fn request<M>(key: &str, message: M) -> Request<M> {
    let mut metadata = MetadataMap::new();
    if !key.is_empty() {
        let value = MetadataValue::try_from(format!("Bearer {key}")).expect("metadata");
        metadata.insert("authorization", value);
    }
    Request::from_parts(metadata, Extensions::default(), message)
}

/// The reason of a refused call.
pub(super) fn reason<T: std::fmt::Debug>(answer: Result<T, Status>) -> String {
    status::reason_of(&answer.expect_err("refused")).expect("a reason")
}
