//! Between columns and the domain's types.

use keystead_domain::{
    ApiKeyId, CallerId, CeremonyId, CredentialId, EventId, ProfileId, RelyingPartyId, TenantId, Timestamp,
    UserId,
};
use sea_orm::{
    ColumnTrait, EntityTrait, Iterable,
    sea_query::{Expr, ExprTrait, SelectStatement},
};
use uuid::Uuid;

use crate::Error;

/// An id as a column keeps it: its 16 bytes.
pub(crate) trait Id: Copy {
    fn column(self) -> Uuid;
    fn from_column(value: Uuid) -> Self;
}

macro_rules! ids {
    ($($name:ty),*) => {$(
        impl Id for $name {
            fn column(self) -> Uuid {
                Uuid::from_bytes(*self.as_bytes())
            }

            fn from_column(value: Uuid) -> Self {
                Self::from_bytes(value.into_bytes())
            }
        }
    )*};
}

ids!(ApiKeyId, CallerId, CeremonyId, CredentialId, EventId, ProfileId, RelyingPartyId, TenantId, UserId);

/// Sixteen zero bytes for what belongs to the instance: NULL would take the row out of its unique key.
pub(crate) fn owner(tenant: Option<TenantId>) -> Uuid {
    tenant.map_or(Uuid::nil(), Id::column)
}

pub(crate) fn owning_tenant(column: Uuid) -> Option<TenantId> {
    (!column.is_nil()).then(|| TenantId::from_column(column))
}

/// Words without spaces, as one text.
pub(crate) fn join<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().collect::<Vec<_>>().join(" ")
}

pub(crate) fn time(column: i64) -> Timestamp {
    Timestamp::from_micros(column)
}

/// Selects an entity's columns under a prefix, where a query joins several.
pub(crate) fn select<E: EntityTrait>(query: &mut SelectStatement, prefix: &str) {
    for column in E::Column::iter() {
        let alias = format!("{prefix}{}", sea_orm::IdenStatic::as_str(&column));
        query.expr_as(Expr::col(column.as_column_ref()), alias);
    }
}

/// Two columns are equal: how tables are joined.
pub(crate) fn same(left: impl ColumnTrait, right: impl ColumnTrait) -> Expr {
    Expr::col(left.as_column_ref()).equals(right.as_column_ref())
}

/// The row that values are read from: a value that cannot be is reported with its place.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) table: &'static str,
    pub(crate) id: Uuid,
}

impl Row {
    pub(crate) fn inconsistent(self, column: &'static str) -> Error {
        Error::Inconsistent { table: self.table, column, row: self.id.to_string() }
    }

    /// The value that a constructor of the domain made, or did not.
    pub(crate) fn valid<T, E>(self, column: &'static str, value: Result<T, E>) -> Result<T, Error> {
        value.map_err(|_| self.inconsistent(column))
    }

    pub(crate) fn known<T>(self, column: &'static str, value: Option<T>) -> Result<T, Error> {
        value.ok_or_else(|| self.inconsistent(column))
    }

    pub(crate) fn text(self, column: &'static str, value: Vec<u8>) -> Result<String, Error> {
        self.valid(column, String::from_utf8(value))
    }

    pub(crate) fn count(self, column: &'static str, value: i64) -> Result<u32, Error> {
        self.valid(column, u32::try_from(value))
    }

    /// A number that may pass 32 bits.
    pub(crate) fn large(self, column: &'static str, value: i64) -> Result<u64, Error> {
        self.valid(column, u64::try_from(value))
    }

    pub(crate) fn bytes<const N: usize>(
        self,
        column: &'static str,
        value: Vec<u8>,
    ) -> Result<[u8; N], Error> {
        self.valid(column, value.try_into())
    }

    /// A value of an enum of the domain, by its number.
    pub(crate) fn choice<T>(
        self,
        column: &'static str,
        value: i16,
        from_number: impl FnOnce(u8) -> Option<T>,
    ) -> Result<T, Error> {
        self.known(column, u8::try_from(value).ok().and_then(from_number))
    }

    /// As [`Self::choice`], where the column may be NULL.
    pub(crate) fn optional_choice<T>(
        self,
        column: &'static str,
        value: Option<i16>,
        from_number: impl FnOnce(u8) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        value.map(|number| self.choice(column, number, from_number)).transpose()
    }

    pub(crate) fn words<T>(
        self,
        column: &'static str,
        value: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<T>, Error> {
        let words: Option<Vec<T>> = value.split_ascii_whitespace().map(read).collect();
        self.known(column, words)
    }
}
