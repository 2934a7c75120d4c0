//! `CREATE TABLE` as every step writes it.

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

    /// Names start with the table's: in SQLite they are names in the database.
    fn index_over(&self, columns: &[&'static str]) -> IndexCreateStatement {
        let mut index = Index::create();
        index.name(format!("{}_{}", self.name, columns.join("_")));
        for column in columns {
            index.col(*column);
        }
        index
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
