//! Pages of lists: opaque tokens, sealed with what they page through.

use keystead_domain::{Reason, Timestamp};
use keystead_keyring::{Context, Purpose};
use keystead_store::Page;

use crate::{Call, Error, Fault, Service};

/// Which page of a list.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// Rows, 1 to 500.
    pub size: u32,
    /// The token of the page before; empty: the first page.
    pub token: String,
}

/// One page of a list, newest first.
#[derive(Debug)]
pub struct Listed<T> {
    /// The rows.
    pub items: Vec<T>,
    /// The token of the next page; `None`: this was the last.
    pub next: Option<String>,
}

/// A list being paged: its name and filters are part of the token's associated data, so that a token of another list, or
/// of the same with other filters, is not one.
pub(crate) struct Pager<'a> {
    pub(crate) call: &'a Call,
    pub(crate) list: &'static str,
    pub(crate) filters: &'a [&'a [u8]],
}

impl Service {
    /// The store's page: one row more than asked for tells whether there is a next one.
    pub(crate) async fn page(&self, pager: &Pager<'_>, request: &PageRequest) -> Result<Page, Error> {
        let after = match request.token.as_str() {
            "" => None,
            token => Some(self.open_cursor(pager, token).await?),
        };
        Ok(Page { after, size: request.size + 1 })
    }

    /// Cuts the extra row off and seals the next token.
    pub(crate) async fn listed<T>(
        &self,
        pager: &Pager<'_>,
        request: &PageRequest,
        mut items: Vec<T>,
        cursor: impl Fn(&T) -> (Timestamp, [u8; 16]),
    ) -> Result<Listed<T>, Error> {
        let size = usize::try_from(request.size).unwrap_or(usize::MAX);
        let has_next = items.len() > size;
        items.truncate(size);
        let next = match items.last() {
            Some(last) if has_next => Some(self.seal_cursor(pager, cursor(last)).await?),
            _ => None,
        };
        Ok(Listed { items, next })
    }

    /// The token that goes on after a row.
    pub(crate) async fn seal_cursor(
        &self,
        pager: &Pager<'_>,
        (at, id): (Timestamp, [u8; 16]),
    ) -> Result<String, Error> {
        let label = pager.label();
        let context = self.page_context(pager, &label).await?;
        let cursor = [&at.micros().to_be_bytes()[..], &id].concat();
        let (nonce, now) = (self.environment.random(), self.environment.now());
        Ok(self.keyring.seal(&context, &cursor, nonce, now).map_err(Fault::from)?)
    }

    /// The row that a token goes on after.
    pub(crate) async fn open_cursor(
        &self,
        pager: &Pager<'_>,
        token: &str,
    ) -> Result<(Timestamp, [u8; 16]), Error> {
        let label = pager.label();
        let context = self.page_context(pager, &label).await?;
        let not_one = || Error::Rejected(Reason::InvalidPageToken);
        let cursor = self.keyring.unseal(&context, token, self.environment.now()).map_err(|_| not_one())?;
        let (at, id) = cursor.split_first_chunk::<8>().ok_or_else(not_one)?;
        let id = id.try_into().map_err(|_| not_one())?;
        Ok((Timestamp::from_micros(i64::from_be_bytes(*at)), id))
    }

    async fn page_context<'l>(&self, pager: &Pager<'_>, label: &'l [u8]) -> Result<Context<'l>, Error> {
        let instance = self.directory.instance().await?;
        Ok(Context {
            purpose: Purpose::Page,
            instance_id: instance.id,
            restore_epoch: instance.restore_epoch,
            tenant_id: pager.call.caller.tenant_id,
            label,
        })
    }
}

impl Pager<'_> {
    fn label(&self) -> [u8; 32] {
        let parts: Vec<&[u8]> =
            [self.list.as_bytes()].into_iter().chain(self.filters.iter().copied()).collect();
        keystead_keyring::digest::sha256(&parts)
    }
}
