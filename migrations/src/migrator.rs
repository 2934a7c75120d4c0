use std::collections::HashSet;

use sea_orm_migration::{
    Migration,
    prelude::*,
    sea_orm::{EntityTrait, QuerySelect},
    seaql_migrations,
};

struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(crate::m0001_instance::Migration),
            Box::new(crate::m0002_instance_row::Migration),
            Box::new(crate::m0003_tenant::Migration),
            Box::new(crate::m0004_caller::Migration),
            Box::new(crate::m0005_api_key::Migration),
            Box::new(crate::m0006_relying_party::Migration),
            Box::new(crate::m0007_user::Migration),
            Box::new(crate::m0008_user_handle::Migration),
            Box::new(crate::m0009_credential::Migration),
            Box::new(crate::m0010_ceremony_outcome::Migration),
            Box::new(crate::m0011_event::Migration),
            Box::new(crate::m0012_request::Migration),
            Box::new(crate::m0013_credential_life::Migration),
            Box::new(crate::m0014_user_lifecycle::Migration),
            Box::new(crate::m0015_registration_profile::Migration),
            Box::new(crate::m0016_credential_tombstone::Migration),
            Box::new(crate::m0017_tenant_decoy_key::Migration),
            Box::new(crate::m0018_authenticator_model::Migration),
            Box::new(crate::m0019_related_origins::Migration),
            Box::new(crate::m0020_credential_revoked_at::Migration),
            Box::new(crate::m0021_attestation_roots::Migration),
        ]
    }

    /// The default refuses a database with steps it does not know. During an upgrade the older release runs on the newer
    /// schema, so such steps are none of its business.
    async fn get_pending_migrations<C: ConnectionTrait>(db: &C) -> Result<Vec<Migration>, DbErr> {
        Self::install(db).await?;
        let applied = applied(db).await?;
        Ok(Self::get_migration_files().into_iter().filter(|m| !applied.contains(m.name())).collect())
    }
}

/// Takes the steps that the database lacks, each recorded once it is done. The caller holds the database's lock.
///
/// # Errors
/// The database refused a step, or did not answer.
pub async fn up<'c>(db: impl IntoSchemaManagerConnection<'c>) -> Result<(), DbErr> {
    Migrator::up(db, None).await
}

/// How many steps the database lacks. Only reads, so that a user without DDL rights may ask.
///
/// # Errors
/// The database did not answer.
pub async fn pending<'c>(db: impl IntoSchemaManagerConnection<'c>) -> Result<usize, DbErr> {
    let manager = SchemaManager::new(db);
    let steps = Migrator::migrations();
    if !manager.has_table(Migrator::migration_table_name().to_string()).await? {
        return Ok(steps.len());
    }
    let applied = applied(manager.get_connection()).await?;
    Ok(steps.iter().filter(|step| !applied.contains(step.name())).count())
}

async fn applied<C: ConnectionTrait>(db: &C) -> Result<HashSet<String>, DbErr> {
    let versions = seaql_migrations::Entity::find()
        .select_only()
        .column(seaql_migrations::Column::Version)
        .into_tuple::<String>()
        .all(db)
        .await?;
    Ok(versions.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_numbered_in_their_order_without_gaps() {
        for (n, step) in Migrator::migrations().iter().enumerate() {
            assert!(step.name().starts_with(&format!("m{:04}_", n + 1)), "{}", step.name());
        }
    }
}
