//! Imports: each message of rows is worked on and answered before the next one is read.

use std::time::Duration;

use futures_util::{Stream, stream::try_unfold};
use keystead_ceremony::import::Format;
use keystead_proto::v1::{ImportCredentialsRequest, ImportCredentialsResponse};
use keystead_service::{Call, Import, Service};
use tonic::{Status, Streaming};

use crate::{decode::credentials as decode, encode, status};

/// An import, and how far it has come.
pub(super) struct Importing {
    service: Service,
    call: Call,
    /// How long the work on a message may take.
    limit: Duration,
    /// Since the first message, which says how.
    begun: Option<(Format, Import)>,
}

impl Importing {
    pub(super) fn new(service: Service, call: Call, limit: Duration) -> Self {
        Self { service, call, limit, begun: None }
    }

    /// The answers to these messages, one each. The work on one begins once the answer before it was taken: gRPC's encoder looks
    /// for the next as soon as it has one, and where nobody reads the stream, that would be left alone in the middle of a
    /// transaction, with no limit to end it.
    pub(super) fn answers(
        self,
        messages: Streaming<ImportCredentialsRequest>,
    ) -> impl Stream<Item = Result<ImportCredentialsResponse, Status>> {
        try_unfold((self, messages), async |(mut importing, mut messages)| {
            tokio::task::yield_now().await;
            let Some(message) = messages.message().await? else { return importing.ended().map(|()| None) };
            let answer = status::within(importing.limit, importing.take(message)).await?;
            Ok(Some((answer, (importing, messages))))
        })
    }

    async fn take(&mut self, message: ImportCredentialsRequest) -> Result<ImportCredentialsResponse, Status> {
        let (format, import) = if let Some(begun) = &mut self.begun {
            decode::no_options(message.options.as_ref())?;
            begun
        } else {
            let (format, options) = decode::import_options(message.options)?;
            let import = self.service.begin_import(&self.call, options).await.map_err(status::of)?;
            self.begun.insert((format, import))
        };
        let rows = decode::import_rows(*format, message.rows)?;
        let batch = import.take(&self.call, rows).await.map_err(status::of)?;
        Ok(encode::imported(batch))
    }

    /// Whoever sends no message at all forgot the options.
    fn ended(&self) -> Result<(), Status> {
        match self.begun {
            Some(_) => Ok(()),
            None => Ok(decode::import_options(None).map(|_| ())?),
        }
    }
}
