//! One suite for every engine: SQLite in memory, SQLite in a file, and each server in `KEYSTEAD_TEST_DATABASES` (base URLs
//! with commas between them, such as `mysql://root@127.0.0.1:3306/`). Every test has fresh databases, dropped when it ends.
#![expect(clippy::unwrap_used, reason = "what tests are made of may panic")]

mod authenticator_models;
mod callers;
mod commit;
mod conflicts;
mod connections;
mod credential_states;
mod credentials;
mod database;
mod decoy_keys;
mod events;
mod exclusion;
mod export;
mod fixture;
mod groups;
mod import;
mod keys;
mod login;
mod login_rows;
mod migrations;
mod proxy;
mod purge;
mod readiness;
mod registration;
mod registration_profiles;
mod relying_parties;
mod rows;
mod statements;
mod tombstones;
mod transactions;
mod upgrades;
mod users;
