//! SeaORM entities and queries over one database: SQLite, MySQL or MariaDB.
//!
//! [`Store`] connects, migrates and says whether it is ready. Reads go through [`Store::reader`], one statement at a time;
//! whatever writes goes through [`Store::transact`], which runs a closure in a transaction and runs the whole closure again
//! where another transaction was in the way. Queries of a tenant are methods of [`Within`], which a connection's `within`
//! gives: no query of a tenant's rows can leave the tenant out. Methods that write exist on a [`Tx`] only.
//!
//! Every statement, `BEGIN` and `COMMIT` included, is counted into the task's [`tally`].

mod connect;
mod connection;
mod entity;
mod error;
mod insert;
mod many;
mod migrate;
mod options;
mod page;
mod query;
mod ready;
mod row;
mod store;
pub mod tally;
mod text;
mod to_the_end;
mod transact;

pub use connection::{Connection, Link, Pooled, Session, Transaction, Tx, Within};
pub use error::{DriverError, Error};
pub use insert::Insert;
pub use options::{Engine, Options};
pub use page::Page;
pub use query::{
    event::EventFilter,
    exclusion::{Excluded, UseRule},
    export::{ExportFilter, ExportRow},
    import::PresentCredential,
    instance::Instance,
    login::{LoginRow, LoginUpdate},
    named::{Allowed, Named},
    registration::Registrant,
    request::Request,
    signal::SignalFacts,
};
pub use store::Store;
pub use transact::{Finish, Steps, StepsWith};
