//! Makes what is missing and finds the rest.

use std::{net::SocketAddr, path::Path, sync::Arc};

use anyhow::Context;
use keystead_domain::{
    Attachment, Caller, GrantSet, Hint, Name, Origin, Reason, RegistrationProfile, RelyingParty, ResidentKey,
    RpId, Tenant, TenantId, UserVerification,
};
use keystead_keyring::api_key::ApiKeySecret;
use keystead_service::{
    Call, CreateCaller, CreateRegistrationProfile, CreateRelyingParty, Error, Service, SetOrigins,
};
use keystead_store::Store;

use super::{Development, env_file};

const TENANT: &str = "development";
const RP_ID: &str = "localhost";
const PROFILE: &str = "security-keys";
const CALLER: &str = "dev";
/// Accepted wherever the playground listens: the port people know it by.
const USUAL_ORIGIN: &str = "http://localhost:8080";

/// One more than there are things that another process may make first.
const MOST_ATTEMPTS: u32 = 4;

/// Sets things up, as the operator.
pub(crate) struct SetUp<'a> {
    pub(crate) store: &'a Store,
    pub(crate) service: &'a Service,
    /// Where `dev.env` stands.
    pub(crate) dir: &'a Path,
    pub(crate) grpc_addr: SocketAddr,
    pub(crate) http_addr: SocketAddr,
}

impl SetUp<'_> {
    /// Makes what is missing, and brings endpoint and origins in step with where the server listens now.
    pub(crate) async fn run(&self) -> anyhow::Result<Development> {
        let mut attempts = 1;
        loop {
            match self.attempt().await {
                Err(error) if attempts < MOST_ATTEMPTS && was_made_meanwhile(&error) => attempts += 1,
                answer => return answer,
            }
        }
    }

    async fn attempt(&self) -> anyhow::Result<Development> {
        let operator = Call::operator(self.service.now());
        let tenant = self.tenant(&operator).await.context("cannot set up the development tenant")?;
        let relying_party =
            self.relying_party(&operator, tenant.id).await.context("cannot set up the relying party")?;
        self.profile(&operator, tenant.id).await.context("cannot set up the registration profile")?;
        let caller = self.caller(&operator, tenant.id).await.context("cannot set up the caller")?;
        let env_file = self.dir.join("dev.env");
        let new_api_key = self
            .api_key(&operator, &caller, &env_file)
            .await
            .with_context(|| format!("cannot set up the API key in {}", env_file.display()))?;
        Ok(Development {
            grpc_addr: self.grpc_addr,
            http_addr: self.http_addr,
            tenant,
            relying_party,
            caller: Arc::new(caller),
            new_api_key,
            env_file,
        })
    }

    async fn tenant(&self, operator: &Call) -> anyhow::Result<Tenant> {
        let name = Name::new(TENANT)?;
        match self.store.reader().find_tenant_by_name(&name).await? {
            Some(tenant) => Ok(tenant),
            None => Ok(self.service.create_tenant(operator, name).await?),
        }
    }

    async fn relying_party(&self, operator: &Call, tenant: TenantId) -> anyhow::Result<RelyingParty> {
        let all = self.store.reader().within(tenant).relying_parties().await?;
        let needed = [USUAL_ORIGIN.to_owned(), format!("http://localhost:{}", self.http_addr.port())];
        let Some(found) = all.into_iter().find(|rp| rp.rp_id.as_str() == RP_ID) else {
            let command = CreateRelyingParty {
                tenant: Some(tenant),
                rp_id: RpId::new(RP_ID)?,
                name: None,
                origins: union(&[], &needed),
                top_origins: Vec::new(),
                related_origins: Vec::new(),
                ceremony_lifetime: None,
            };
            return Ok(self.service.create_relying_party(operator, command).await?.relying_party);
        };
        let origins = union(&found.origins, &needed);
        if origins.len() == found.origins.len() {
            return Ok(found);
        }
        let command = SetOrigins {
            tenant: Some(tenant),
            relying_party: found.id,
            origins,
            top_origins: found.top_origins.iter().map(|origin| origin.as_str().to_owned()).collect(),
            related_origins: found.related_origins.iter().map(|origin| origin.as_str().to_owned()).collect(),
        };
        Ok(self.service.set_origins(operator, command).await?.relying_party)
    }

    /// A second profile, so that there is a choice: it also takes keys that show a touch and nothing more. Not discoverable,
    /// for browsers refuse to make what is discoverable on a key without a PIN.
    async fn profile(&self, operator: &Call, tenant: TenantId) -> anyhow::Result<()> {
        let name = Name::new(PROFILE)?;
        let made = self.store.reader().within(tenant).registration_profiles().await?;
        if made.iter().any(|profile| profile.name == name) {
            return Ok(());
        }
        let profile = RegistrationProfile {
            name,
            user_verification: UserVerification::Preferred,
            resident_key: ResidentKey::Discouraged,
            attachment: Some(Attachment::CrossPlatform),
            hints: vec![Hint::SecurityKey],
            ..RegistrationProfile::built_in()
        };
        let command = CreateRegistrationProfile { tenant: Some(tenant), profile, acknowledge_lockout: false };
        self.service.create_registration_profile(operator, command).await?;
        Ok(())
    }

    async fn caller(&self, operator: &Call, tenant: TenantId) -> anyhow::Result<Caller> {
        let name = Name::new(CALLER)?;
        if let Some(caller) = self.store.reader().find_caller_by_name(Some(tenant), &name).await? {
            if caller.grants == GrantSet::all() {
                return Ok(caller);
            }
            // Somebody tried what it is like without; or this version has grants that the one before had not.
            return Ok(self
                .service
                .set_caller_grants(operator, Some(tenant), caller.id, GrantSet::all())
                .await?);
        }
        let command = CreateCaller {
            tenant: Some(tenant),
            name,
            grants: GrantSet::all(),
            may_be_finished_by: Vec::new(),
        };
        Ok(self.service.create_caller(operator, command).await?)
    }

    /// Keeps the key in the file where it works, else makes another; either way the file says where gRPC listens now.
    async fn api_key(
        &self,
        operator: &Call,
        caller: &Caller,
        file: &Path,
    ) -> anyhow::Result<Option<ApiKeySecret>> {
        if let Some(written) = env_file::Written::read(file)?
            && let Some(key) = written.api_key()
            && self.service.authenticate(Some(key)).await.is_ok_and(|known| known.id == caller.id)
        {
            env_file::write(file, self.grpc_addr, key)?;
            return Ok(None);
        }
        let minted = self.service.create_api_key(operator, caller.tenant_id, caller.id).await?;
        let secret = minted.secret.context("a new API key has no secret")?;
        env_file::write(file, self.grpc_addr, secret.as_str())?;
        Ok(Some(secret))
    }
}

/// Whether another process that starts on the same database was faster: the next attempt finds what it made.
fn was_made_meanwhile(error: &anyhow::Error) -> bool {
    use Reason::{CallerExists, RelyingPartyExists, TenantExists};
    let rejected = error.downcast_ref::<Error>();
    matches!(rejected, Some(Error::Rejected(TenantExists | RelyingPartyExists | CallerExists)))
}

/// The origins there are, and those needed; where that is too many, the needed ones alone.
fn union(found: &[Origin], needed: &[String]) -> Vec<String> {
    let mut all: Vec<String> = found.iter().map(|origin| origin.as_str().to_owned()).collect();
    for origin in needed {
        if !all.contains(origin) {
            all.push(origin.clone());
        }
    }
    if all.len() > RelyingParty::MOST_ORIGINS { union(&[], needed) } else { all }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_added_once_and_never_more_than_a_relying_party_may_have() {
        let usual = [USUAL_ORIGIN.to_owned()];
        let twice = [USUAL_ORIGIN.to_owned(), USUAL_ORIGIN.to_owned()];
        assert_eq!(union(&[], &twice), usual);
        let rp_id = RpId::new(RP_ID).unwrap();
        let many: Vec<Origin> = (1..=32)
            .map(|port| Origin::new(format!("http://localhost:90{port:02}"), &rp_id).unwrap())
            .collect();
        assert_eq!(union(&many[..31], &usual).len(), 32);
        assert_eq!(union(&many, &usual), usual);
    }
}
