use std::collections::HashSet;

use sea_orm_migration::{
    Migration,
    prelude::*,
    sea_orm::{EntityTrait, QuerySelect},
    seaql_migrations,
};

/// The migration history. Callers hold the database's lock around [`MigratorTrait::up`]: it takes none itself.
#[derive(Clone, Copy, Debug)]
pub struct Migrator;

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

/// How many steps the database lacks. Only reads, so that a user without DDL rights may ask.
///
/// # Errors
/// The database did not answer.
pub async fn pending<C>(db: &C) -> Result<usize, DbErr>
where
    C: ConnectionTrait,
    for<'c> &'c C: IntoSchemaManagerConnection<'c>,
{
    let table = Migrator::migration_table_name().to_string();
    if !SchemaManager::new(db).has_table(table).await? {
        return Ok(Migrator::migrations().len());
    }
    let applied = applied(db).await?;
    Ok(Migrator::migrations().iter().filter(|m| !applied.contains(m.name())).count())
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
