//! Exports: a page is read once the one before is on its way.

use std::time::Duration;

use futures_util::{Stream, stream::try_unfold};
use keystead_proto::v1::ExportCredentialsResponse;
use keystead_service::{Call, ExportFilter, Service};
use tonic::Status;

use crate::{encode, status};

/// An export, and how far it has come.
pub(super) struct Exporting {
    pub(super) service: Service,
    pub(super) call: Call,
    pub(super) filter: ExportFilter,
    pub(super) resume_token: String,
    /// How long the reading of a page may take.
    pub(super) limit: Duration,
}

impl Exporting {
    /// The pages from here on.
    pub(super) fn answers(self) -> impl Stream<Item = Result<ExportCredentialsResponse, Status>> {
        try_unfold(self, Self::next)
    }

    /// Begins once the page before was taken, as an import does: nobody shall wait with a connection for a caller who does not read.
    async fn next(mut self) -> Result<Option<(ExportCredentialsResponse, Self)>, Status> {
        tokio::task::yield_now().await;
        let reading = async {
            let page = self.service.export_page(&self.call, &self.filter, &self.resume_token).await;
            page.map_err(status::of)
        };
        let Some(page) = status::within(self.limit, reading).await? else { return Ok(None) };
        self.resume_token.clone_from(&page.resume_token);
        Ok(Some((encode::exported(page), self)))
    }
}
