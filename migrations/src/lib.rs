//! The schema: one SeaORM migration history for every engine.
//!
//! Rules of every step:
//! - One DDL statement, `IF NOT EXISTS`: MySQL and MariaDB commit DDL at once, so a step that died half way is run again.
//! - Secondary indexes stand inside `CREATE TABLE`, because MySQL has no `CREATE INDEX IF NOT EXISTS`. Where a table is there
//!   already, its columns and indexes are looked for first; all that are missing come in one `ALTER TABLE`.
//! - A new column of a table that is there is `NULL` or has a default: the release before inserts rows without it.
//! - What is compared as a key is `BINARY` or `VARBINARY`: no collation, no padding, on any engine.
//! - Ids are 16 bytes, times are microseconds since 1970 in a `BIGINT`, enums are `SMALLINT` with the numbers of the domain.
//! - Every unique key that is not an id starts with `tenant_id`; what belongs to the instance has sixteen zero bytes there,
//!   for `NULL` would switch the uniqueness off.
//! - No foreign keys: an insert would lock the parent row, and make the tenant's row hot for every login.
//! - A release reads and writes the schema of the release before it and of the one after it: add first, use later, drop last.
//!   A new value of an enum is known to a release before another one writes it.
//!
//! A released step is never edited and never renamed: `seaql_migrations` knows it by its module's name.

mod m0001_instance;
mod m0002_instance_row;
mod m0003_tenant;
mod m0004_caller;
mod m0005_api_key;
mod m0006_relying_party;
mod m0007_user;
mod m0008_user_handle;
mod m0009_credential;
mod m0010_ceremony_outcome;
mod m0011_event;
mod m0012_request;
mod m0013_credential_life;
mod m0014_user_lifecycle;
mod m0015_registration_profile;
mod m0016_credential_tombstone;
mod m0017_tenant_decoy_key;
mod m0018_authenticator_model;
mod m0019_related_origins;
mod m0020_credential_revoked_at;
mod m0021_attestation_roots;
mod migrator;
mod table;

pub use migrator::{pending, up};
