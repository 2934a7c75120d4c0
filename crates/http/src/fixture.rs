//! A service with a tenant on SQLite in memory, for tests.

use keystead_domain::{Name, RpId, TenantId};
use keystead_keyring::{Keyring, key_file::KeyFile};
use keystead_service::{Call, CreateRelyingParty, Environment, Service, Settings};
use keystead_store::{Options, Store};

pub(crate) struct Home {
    pub(crate) service: Service,
    pub(crate) environment: Environment,
    pub(crate) operator: Call,
    pub(crate) tenant: TenantId,
}

impl Home {
    pub(crate) async fn new() -> Self {
        let environment = Environment::system();
        let directory = tempfile::tempdir().unwrap();
        let keys = directory.path().join("keys.toml");
        let now = environment.now();
        KeyFile::generate(now, environment.random()).write_new(&keys).unwrap();
        let keyring = Keyring::open(&keys, now).unwrap();
        let store = Store::connect(&Options::new("sqlite::memory:")).await.unwrap();
        store.migrate().await.unwrap();
        let service = Service::new(store, keyring, environment.clone(), Settings::default());
        let operator = Call::operator(now);
        let name = Name::new("development").unwrap();
        let tenant = service.create_tenant(&operator, name).await.unwrap().id;
        Self { service, environment, operator, tenant }
    }

    pub(crate) async fn relying_party(&self, rp_id: &str, origins: &[&str], related: &[&str]) {
        let texts = |origins: &[&str]| origins.iter().copied().map(str::to_owned).collect();
        let command = CreateRelyingParty {
            tenant: Some(self.tenant),
            rp_id: RpId::new(rp_id).unwrap(),
            name: None,
            origins: texts(origins),
            top_origins: Vec::new(),
            related_origins: texts(related),
            ceremony_lifetime: None,
        };
        self.service.create_relying_party(&self.operator, command).await.unwrap();
    }
}
