//! Texts of statements that are made once. Saying a statement with sea-query takes as long as a tenth of a login; where it is
//! asked at every login, its text is kept and only its values are bound anew.

use std::sync::OnceLock;

use sea_orm::{DbBackend, Statement, Value};

/// The text of one statement, for each kind of database.
#[derive(Debug)]
pub(crate) struct Text {
    sqlite: OnceLock<String>,
    mysql: OnceLock<String>,
}

impl Text {
    pub(crate) const fn new() -> Self {
        Self { sqlite: OnceLock::new(), mysql: OnceLock::new() }
    }

    /// The statement with these values, which stand in the order of its text. `whole` says all of it the long way: the first
    /// time for its text, and with debug assertions each time, to compare.
    pub(crate) fn with(
        &self,
        backend: DbBackend,
        values: Vec<Value>,
        whole: impl Fn() -> Statement,
    ) -> Statement {
        let text = match backend {
            DbBackend::Sqlite => &self.sqlite,
            _ => &self.mysql,
        };
        let text = text.get_or_init(|| whole().sql);
        let statement = Statement::from_sql_and_values(backend, text, values);
        debug_assert_eq!(
            statement,
            whole(),
            "a kept text, or the order of its values, is not what it stands for"
        );
        statement
    }
}
