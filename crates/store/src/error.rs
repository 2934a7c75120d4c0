//! What can go wrong between a query and its rows.

mod driver;

pub use driver::DriverError;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};

use self::driver::Class;

/// Why the database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A row with one of these keys exists, where the query did not expect one.
    #[error("a row with this key exists already")]
    Conflict,
    /// Another transaction was in the way: nothing is done, and the whole closure may run again.
    #[error("another transaction was in the way")]
    Busy,
    /// The database is away, the connection was lost before COMMIT, or no connection was free in time. Nothing is done.
    #[error("the database is away, or no connection was free in time")]
    Unavailable(#[source] DriverError),
    /// The connection was lost during COMMIT: done or not done, only the database knows.
    #[error("the connection was lost during COMMIT")]
    CommitUnknown(#[source] DriverError),
    /// A row holds what this release never writes.
    #[error("column {column} of {table} row {row} holds an impossible value")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's id, as a UUID.
        row: String,
    },
    /// The options do not name a database that can be used.
    #[error("the database URL cannot be used: {0}")]
    Options(String),
    /// Anything else: a fault.
    #[error("the database answered with an error")]
    Driver(#[source] DriverError),
}

impl Error {
    /// What a failed COMMIT means: unless the database itself said that it rolled back, nobody knows.
    pub(crate) fn of_commit(error: DbErr) -> Self {
        match driver::class(&error) {
            Class::Busy => Self::Busy,
            Class::Away | Class::Unanswered => Self::CommitUnknown(DriverError::new(error)),
            Class::Duplicate | Class::Answered => error.into(),
        }
    }

    /// What requests that write would be answered with.
    pub(crate) fn read_only() -> Self {
        Self::Unavailable(DriverError::new(DbErr::Custom("the server is read-only".to_owned())))
    }

    /// Whether it may rest on rows, which may be another transaction's.
    pub(crate) const fn rests_on_rows(&self) -> bool {
        !matches!(self, Self::Busy | Self::Unavailable(_) | Self::CommitUnknown(_))
    }

    /// Whether no connection was to be had in time.
    pub(crate) const fn is_timeout(&self) -> bool {
        matches!(self, Self::Unavailable(error) if error.is_timeout())
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match driver::class(&error) {
            Class::Duplicate => Self::Conflict,
            Class::Busy => Self::Busy,
            Class::Away => Self::Unavailable(DriverError::new(error)),
            Class::Unanswered | Class::Answered => Self::Driver(DriverError::new(error)),
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout).into(),
            sqlx::Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed).into(),
            error => DbErr::Conn(RuntimeErr::SqlxError(error.into())).into(),
        }
    }
}

/// Whether a unique key refused the statement.
pub(crate) fn is_duplicate(error: &DbErr) -> bool {
    driver::class(error) == Class::Duplicate
}

/// Whether the connection was lost under a statement, rather than that none was to be had.
pub(crate) fn is_lost(error: &DbErr) -> bool {
    matches!(error, DbErr::Query(_)) && driver::class(error) == Class::Away
}
