//! What a driver's error means. The only file that knows error numbers.

use std::fmt;

use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};
use sqlx::mysql::MySqlDatabaseError;

/// What a driver's error means for whoever asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A unique key was there already.
    Duplicate,
    /// Another transaction was in the way.
    Busy,
    /// The database is away.
    Away,
    /// The driver gave up without a word of the database.
    Unanswered,
    /// The database said no.
    Answered,
}

pub(super) fn class(error: &DbErr) -> Class {
    match error {
        DbErr::ConnectionAcquire(_) => Class::Away,
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => class_of_sqlx(error),
        _ => Class::Answered,
    }
}

fn class_of_sqlx(error: &sqlx::Error) -> Class {
    match error {
        sqlx::Error::Database(error) if error.is_unique_violation() => Class::Duplicate,
        sqlx::Error::Database(error) => match error.try_downcast_ref::<MySqlDatabaseError>() {
            Some(error) => class_of_mysql(error.number()),
            None => class_of_sqlite(error.code().as_deref()),
        },
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => Class::Away,
        sqlx::Error::Protocol(_) | sqlx::Error::BeginFailed => Class::Unanswered,
        _ => Class::Answered,
    }
}

/// Server error numbers of MySQL 8 and MariaDB.
const fn class_of_mysql(number: u16) -> Class {
    match number {
        // Record changed since last read, lock wait timeout, deadlock (a certification failure of Galera too), rolled back
        // by group replication.
        1020 | 1205 | 1213 | 3101 => Class::Busy,
        // Too many connections (server, user), node not in the cluster, shutting down, killed (statement, MariaDB's and
        // MySQL's connection), idle for too long, read-only server, a hook of group replication failed, statement out of time
        // (MariaDB, MySQL), too many prepared statements.
        1040 | 1203 | 1047 | 1053 | 1317 | 1927 | 3169 | 4031 | 1290 | 1836 | 3100 | 1969 | 3024 | 1461 => {
            Class::Away
        }
        _ => Class::Answered,
    }
}

/// SQLite's extended result codes: the low byte is the primary one.
fn class_of_sqlite(code: Option<&str>) -> Class {
    match code.and_then(|code| code.parse::<u32>().ok()).map(|code| code & 0xff) {
        // SQLITE_BUSY (517 SQLITE_BUSY_SNAPSHOT among them), SQLITE_LOCKED.
        Some(5 | 6) => Class::Busy,
        // SQLITE_IOERR, SQLITE_FULL, SQLITE_CANTOPEN.
        Some(10 | 13 | 14) => Class::Away,
        _ => Class::Answered,
    }
}

/// What the driver said, fit for an operator's log: without the values that constraint and data errors quote.
pub struct DriverError(DbErr);

impl DriverError {
    pub(super) const fn new(error: DbErr) -> Self {
        Self(error)
    }

    pub(super) const fn is_timeout(&self) -> bool {
        matches!(self.0, DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))
    }

    fn database(&self) -> Option<&dyn sqlx::error::DatabaseError> {
        match &self.0 {
            DbErr::Conn(RuntimeErr::SqlxError(error))
            | DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)) => error.as_database_error(),
            _ => None,
        }
    }
}

impl fmt::Display for DriverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(error) = self.database() else { return fmt::Display::fmt(&self.0, f) };
        let number = error.try_downcast_ref::<MySqlDatabaseError>().map(MySqlDatabaseError::number);
        let code = error.code().unwrap_or_default();
        match number {
            Some(number) => write!(f, "error {number} ({code})")?,
            None => write!(f, "error {code}")?,
        }
        if quotes_values(number, &code) { Ok(()) } else { write!(f, ": {}", error.message()) }
    }
}

/// SQLSTATE classes 22 and 23 are data and constraints; MySQL files its 1366, a string it cannot convert, elsewhere.
fn quotes_values(number: Option<u16>, code: &str) -> bool {
    number == Some(1366) || (number.is_some() && (code.starts_with("22") || code.starts_with("23")))
}

impl fmt::Debug for DriverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for DriverError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conflicts_are_busy_and_a_database_that_is_away_is_away() {
        for number in [1020, 1205, 1213, 3101] {
            assert_eq!(class_of_mysql(number), Class::Busy, "{number}");
        }
        for number in [1040, 1047, 1053, 1203, 1290, 1317, 1461, 1836, 1927, 1969, 3024, 3100, 3169, 4031] {
            assert_eq!(class_of_mysql(number), Class::Away, "{number}");
        }
        assert_eq!(class_of_mysql(1146), Class::Answered);
        for (code, class) in [
            ("5", Class::Busy),
            ("517", Class::Busy),
            ("6", Class::Busy),
            ("262", Class::Busy),
            ("10", Class::Away),
            ("13", Class::Away),
            ("14", Class::Away),
            ("1", Class::Answered),
            ("26", Class::Answered),
        ] {
            assert_eq!(class_of_sqlite(Some(code)), class, "{code}");
        }
        assert_eq!(class_of_sqlite(None), Class::Answered);
    }

    #[test]
    fn only_the_databases_own_no_says_that_a_commit_did_not_happen() {
        use crate::Error;
        let lost = || DbErr::Query(RuntimeErr::SqlxError(sqlx::Error::WorkerCrashed.into()));
        let garbled = || DbErr::Query(RuntimeErr::SqlxError(sqlx::Error::Protocol("?".into()).into()));
        assert!(matches!(Error::of_commit(lost()), Error::CommitUnknown(_)));
        assert!(matches!(Error::of_commit(garbled()), Error::CommitUnknown(_)));
        assert!(matches!(Error::from(lost()), Error::Unavailable(_)));
        assert!(matches!(Error::from(garbled()), Error::Driver(_)));
    }

    #[test]
    fn messages_that_quote_what_was_written_are_left_out() {
        assert!(quotes_values(Some(1366), "HY000"));
        assert!(quotes_values(Some(1062), "23000"));
        assert!(quotes_values(Some(1292), "22007"));
        assert!(!quotes_values(Some(1146), "42S02"));
        assert!(!quotes_values(None, "2067"));
    }
}
