//! `keystead admin`: what must be possible before anybody can call, and after a restore. It works on the database itself.

mod authenticator_models;
mod export;
mod import;
mod progress;
mod rows;

use std::{io::Write, process::ExitCode, sync::Arc};

use anyhow::{Context, anyhow, bail};
use clap::Subcommand;
use keystead_domain::{Caller, CallerId, Grant, GrantSet, Name, Reason, RpId, TenantId};
use keystead_keyring::Keyring;
use keystead_service::{Call, CreateCaller, Environment, Error, Service};
use keystead_store::Store;

use crate::{cli::Flags, config::Settings};

/// What `admin` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    flags: Flags,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Makes a tenant and prints its id
    CreateTenant {
        /// A name for people, unique in the instance
        #[arg(long, value_parser = name)]
        name: Name,
    },
    /// Makes a caller and prints its API key, this once
    CreateCaller {
        /// A name for people, unique in the tenant
        #[arg(long, value_parser = name)]
        name: Name,
        /// What it may do; without a tenant, `admin` alone
        #[arg(long, value_name = "GRANT,…", value_delimiter = ',', required = true)]
        grants: Vec<Grant>,
        /// The tenant it acts in, by id or name; without one it sets up tenants
        #[arg(long)]
        tenant: Option<String>,
    },
    /// Makes another API key for a caller and prints it, this once
    CreateApiKey {
        /// The caller's name
        #[arg(long, value_parser = name)]
        caller: Name,
        /// The caller's tenant, by id or name; without one, a caller that sets up tenants
        #[arg(long)]
        tenant: Option<String>,
    },
    /// Takes credentials over from another server; the exit code is 2 where rows were refused
    Import(import::Args),
    /// Writes credentials as another server needs them to go on verifying them
    Export(export::Args),
    /// Puts the names of authenticator models into the catalogue
    PutAuthenticatorModels(authenticator_models::Args),
    /// Ends every open ceremony, as must be done after a restore or an unclean fail-over
    RaiseRestoreEpoch,
}

fn name(text: &str) -> Result<Name, keystead_domain::TextError> {
    Name::new(text)
}

fn rp_id(text: &str) -> Result<RpId, keystead_domain::RpIdError> {
    RpId::new(text)
}

/// Does one of these things.
pub(crate) async fn run(
    args: Args,
    environment: Environment,
    out: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let settings = args.flags.load()?;
    let office = Office::open(&settings, environment).await?;
    let mut code = ExitCode::SUCCESS;
    match args.action {
        Action::CreateTenant { name } => office.create_tenant(name, out).await?,
        Action::CreateCaller { name, grants, tenant } => {
            office.create_caller(name, grants.into_iter().collect(), tenant.as_deref(), out).await?;
        }
        Action::CreateApiKey { caller, tenant } => {
            office.create_api_key(&caller, tenant.as_deref(), out).await?;
        }
        Action::Import(args) => {
            let call = office.within(&args.tenant).await?;
            code = import::run(&args, &office.service, &call, out).await?;
        }
        Action::Export(args) => {
            let call = office.within(&args.tenant).await?;
            export::run(&args, &office.service, &call, out).await?;
        }
        Action::PutAuthenticatorModels(args) => {
            authenticator_models::run(&args, &office.service, &office.operator, out).await?;
        }
        Action::RaiseRestoreEpoch => {
            office.service.raise_restore_epoch().await?;
            writeln!(out, "every ceremony that was open has ended; replicas know within {}", office.delay)?;
        }
    }
    office.store.close().await?;
    Ok(code)
}

/// Where an operator works.
struct Office {
    store: Store,
    service: Service,
    operator: Call,
    /// How long until every replica knows of a change.
    delay: String,
}

impl Office {
    async fn open(settings: &Settings, environment: Environment) -> anyhow::Result<Self> {
        let url = &settings.database.url;
        let keyring = Keyring::open(&settings.keys.file, environment.now())?;
        let store = Store::connect(&settings.database.options())
            .await
            .with_context(|| format!("cannot use the database {url}"))?;
        if store.pending_migrations().await? > 0 {
            bail!("the database {url} is not migrated; run `keystead migrate` first");
        }
        let operator = Call::operator(environment.now());
        let service = Service::new(store.clone(), keyring, environment, settings.service());
        let delay = crate::config::duration::text(settings.directory.max_age);
        Ok(Self { store, service, operator, delay })
    }

    /// The operator's call within a tenant.
    async fn within(&self, tenant: &str) -> anyhow::Result<Call> {
        let tenant_id = Some(self.find_tenant(tenant).await?);
        let caller = Caller { tenant_id, ..(*self.operator.caller).clone() };
        Ok(Call { caller: Arc::new(caller), ..self.operator.clone() })
    }

    async fn create_tenant(&self, name: Name, out: &mut dyn Write) -> anyhow::Result<()> {
        let made = self.service.create_tenant(&self.operator, name.clone()).await;
        let tenant = made.map_err(|error| match error {
            Error::Rejected(Reason::TenantExists) => {
                anyhow!("there is a tenant named {} already", name.as_str())
            }
            error => error.into(),
        })?;
        writeln!(out, "{}", tenant.id)?;
        Ok(())
    }

    /// The caller and its key are two commits: where the second fails, [`Self::create_api_key`] makes up for it.
    async fn create_caller(
        &self,
        name: Name,
        grants: GrantSet,
        tenant: Option<&str>,
        out: &mut dyn Write,
    ) -> anyhow::Result<()> {
        let tenant = self.scope(tenant).await?;
        let command = CreateCaller { tenant, name: name.clone(), grants, may_be_finished_by: Vec::new() };
        let made = self.service.create_caller(&self.operator, command).await;
        let caller = made.map_err(|error| match error {
            Error::Rejected(Reason::CallerExists) => {
                anyhow!("there is a caller named {} already", name.as_str())
            }
            error => error.into(),
        })?;
        self.print_new_key(tenant, caller.id, out).await.context(
            "the caller is made, its API key is not, or was not shown; `keystead admin create-api-key` makes one",
        )
    }

    async fn create_api_key(
        &self,
        name: &Name,
        tenant: Option<&str>,
        out: &mut dyn Write,
    ) -> anyhow::Result<()> {
        let tenant = self.scope(tenant).await?;
        let found = self.store.reader().find_caller_by_name(tenant, name).await?;
        let caller = found.with_context(|| {
            let place = if tenant.is_some() { "in the tenant" } else { "outside of tenants" };
            format!(
                "there is no caller named {} {place}; `keystead admin create-caller` makes one",
                name.as_str()
            )
        })?;
        self.print_new_key(tenant, caller.id, out).await
    }

    /// Prints the key alone, so that a script can take it.
    async fn print_new_key(
        &self,
        tenant: Option<TenantId>,
        caller: CallerId,
        out: &mut dyn Write,
    ) -> anyhow::Result<()> {
        let key = self.service.create_api_key(&self.operator, tenant, caller).await?;
        let secret = key.secret.context("a new API key has no secret")?;
        writeln!(out, "{}", secret.as_str())?;
        Ok(())
    }

    /// The tenant that is named, if one is.
    async fn scope(&self, tenant: Option<&str>) -> anyhow::Result<Option<TenantId>> {
        Ok(match tenant {
            Some(text) => Some(self.find_tenant(text).await?),
            None => None,
        })
    }

    async fn find_tenant(&self, text: &str) -> anyhow::Result<TenantId> {
        let reader = self.store.reader();
        let found = match text.parse() {
            Ok(id) => reader.find_tenant(id).await?,
            Err(_) => reader.find_tenant_by_name(&Name::new(text).context("--tenant")?).await?,
        };
        let tenant = found.with_context(|| {
            format!("there is no tenant {text}; `keystead admin create-tenant` makes one")
        })?;
        Ok(tenant.id)
    }
}
