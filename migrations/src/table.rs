//! `CREATE TABLE` and `ALTER TABLE` as every step writes them.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// A new table. Its columns are `NOT NULL` unless [`Table::optional`].
pub(crate) struct Table {
    name: &'static str,
    create: TableCreateStatement,
    indexes: Vec<IndexCreateStatement>,
}

impl Table {
    pub(crate) fn new(name: &'static str) -> Self {
        let create = sea_query::Table::create().table(name).if_not_exists().take();
        Self { name, create, indexes: Vec::new() }
    }

    pub(crate) fn column(mut self, mut column: ColumnDef) -> Self {
        self.create.col(column.not_null());
        self
    }

    pub(crate) fn optional(mut self, mut column: ColumnDef) -> Self {
        self.create.col(column.null());
        self
    }

    pub(crate) fn primary_key(mut self, columns: &[&'static str]) -> Self {
        let mut key = Index::create();
        for column in columns {
            key.col(*column);
        }
        self.create.primary_key(&mut key);
        self
    }

    pub(crate) fn unique(mut self, columns: &[&'static str]) -> Self {
        let mut index = self.index_over(columns);
        self.create.index(index.unique());
        self
    }

    pub(crate) fn index(mut self, columns: &[&'static str]) -> Self {
        self.indexes.push(self.index_over(columns));
        self
    }

    fn index_over(&self, columns: &[&'static str]) -> IndexCreateStatement {
        index_over(self.name, columns)
    }

    /// Creates the table. SQLite has no indexes inside `CREATE TABLE`; there the whole history is one transaction, so that
    /// several statements are as good as one.
    pub(crate) async fn create(mut self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Sqlite {
            manager.create_table(self.create).await?;
            for mut index in self.indexes {
                manager.create_index(index.table(self.name).if_not_exists().take()).await?;
            }
            return Ok(());
        }
        for mut index in self.indexes {
            self.create.index(&mut index);
        }
        self.create.engine("InnoDB").character_set("utf8mb4").collate("utf8mb4_bin");
        manager.create_table(self.create).await
    }
}

/// Names start with the table's: in SQLite they are names in the database.
fn index_name(table: &str, columns: &[&'static str]) -> String {
    format!("{table}_{}", columns.join("_"))
}

fn index_over(table: &str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(index_name(table, columns));
    for column in columns {
        index.col(*column);
    }
    index
}

/// Adds an index to a table that is there.
pub(crate) async fn add_index(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    let name = index_name(table, columns);
    if manager.has_index(table, &name).await? {
        return Ok(());
    }
    match manager.create_index(index_over(table, columns).table(table).take()).await {
        Err(refused) if !manager.has_index(table, &name).await? => Err(refused),
        _ => Ok(()),
    }
}

/// More columns of a table that is there. The release before does not know them: it inserts rows without them.
pub(crate) struct Columns {
    table: &'static str,
    columns: Vec<ColumnDef>,
}

impl Columns {
    pub(crate) const fn of(table: &'static str) -> Self {
        Self { table, columns: Vec::new() }
    }

    /// `NULL` in the rows that are there, and in those of the release before.
    pub(crate) fn optional(mut self, mut column: ColumnDef) -> Self {
        self.columns.push(column.null().take());
        self
    }

    /// A number that counts from 0.
    pub(crate) fn counter(mut self, mut column: ColumnDef) -> Self {
        self.columns.push(column.not_null().default(0).take());
        self
    }

    /// Adds the columns that are missing. On Galera a process at another node may do so at the same time, and then this one is
    /// refused what is done already.
    pub(crate) async fn add(self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        let missing = self.missing(manager).await?;
        match self.alter(manager, &missing).await {
            Err(refused) if !self.missing(manager).await?.is_empty() => Err(refused),
            _ => Ok(()),
        }
    }

    async fn missing(&self, manager: &SchemaManager<'_>) -> Result<Vec<ColumnDef>, DbErr> {
        let mut missing = Vec::new();
        for column in &self.columns {
            if !manager.has_column(self.table, column.get_column_name()).await? {
                missing.push(column.clone());
            }
        }
        Ok(missing)
    }

    /// In one statement; SQLite takes but one column at a time, in the transaction of the whole history.
    async fn alter(&self, manager: &SchemaManager<'_>, missing: &[ColumnDef]) -> Result<(), DbErr> {
        let at_once =
            if manager.get_database_backend() == DbBackend::Sqlite { 1 } else { missing.len().max(1) };
        for columns in missing.chunks(at_once) {
            let mut alter = sea_query::Table::alter().table(self.table).take();
            for column in columns {
                alter.add_column(column.clone());
            }
            manager.alter_table(alter).await?;
        }
        Ok(())
    }
}

/// An id of ours, or another 16 bytes.
pub(crate) fn id(name: &'static str) -> ColumnDef {
    bytes(name, 16)
}

/// A SHA-256.
pub(crate) fn hash(name: &'static str) -> ColumnDef {
    bytes(name, 32)
}

fn bytes(name: &'static str, length: u32) -> ColumnDef {
    ColumnDef::new(name).binary_len(length).take()
}

/// Bytes that are compared as they are: 255 holds every key text, and a longer column could be had only by copying.
pub(crate) fn key(name: &'static str, most: u32) -> ColumnDef {
    ColumnDef::new(name).var_binary(most).take()
}

/// Microseconds since 1970.
pub(crate) fn time(name: &'static str) -> ColumnDef {
    number(name)
}

pub(crate) fn number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().take()
}

/// A number of an enum of the domain.
pub(crate) fn choice(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).small_integer().take()
}

pub(crate) fn flag(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().take()
}

/// Text that is shown and never searched.
pub(crate) fn text(name: &'static str, most_characters: u32) -> ColumnDef {
    ColumnDef::new(name).string_len(most_characters).take()
}

/// Words with a space between them, never searched.
pub(crate) fn words(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().take()
}

pub(crate) fn blob(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().take()
}
