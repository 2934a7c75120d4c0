use tokio_stream::Stream;

use super::service;
use crate::answers::Answers;
use crate::v1::credential_service_client::CredentialServiceClient;
use crate::v1::{
    ExportCredentialsRequest, ExportCredentialsResponse, ImportCredentialsRequest, ImportCredentialsResponse,
};

service! {
    /// The credentials of users, for a settings page and for support; taken over and given away.
    Credentials, credential_service_client::CredentialServiceClient;

    /// Lists credentials, newest first.
    list_credentials(ListCredentialsRequest) -> ListCredentialsResponse, Always;

    /// Reads one credential.
    get_credential(GetCredentialRequest) -> GetCredentialResponse, Always;

    /// Gives a credential another display name.
    rename_credential(RenameCredentialRequest) -> RenameCredentialResponse, WithRequestId;

    /// Puts a credential aside, at once.
    suspend_credential(SuspendCredentialRequest) -> SuspendCredentialResponse, WithRequestId;

    /// Takes a credential into use again that was suspended or reported lost.
    resume_credential(ResumeCredentialRequest) -> ResumeCredentialResponse, WithRequestId;

    /// Ends a credential for good, at once.
    revoke_credential(RevokeCredentialRequest) -> RevokeCredentialResponse, WithRequestId;

    /// Suspends a credential whose device is lost, whatever else the user has.
    report_lost(ReportLostRequest) -> ReportLostResponse, WithRequestId;

    /// What the browser of a user who is signed in should be told about his passkeys. Pass it to no other browser.
    get_signals(GetSignalsRequest) -> GetSignalsResponse, Always;
}

/// Streams: the client's timeout and its repeats are for getting through; the stream then has no deadline. The server ends
/// one in which nothing moves for a minute.
impl Credentials {
    /// Takes credentials over from another server. Each message is answered once its rows are committed, before the next one is
    /// read. It is never repeated: after a break, send the rows again, from the first one that was not answered or from the
    /// start.
    ///
    /// # Errors
    /// Every [`Error`](crate::Error); most come with the answers.
    pub async fn import_credentials(
        &self,
        messages: impl Stream<Item = ImportCredentialsRequest> + Send + 'static,
    ) -> Result<Answers<ImportCredentialsResponse>, crate::Error> {
        let open = |channel, request| async move {
            CredentialServiceClient::new(channel).import_credentials(request).await
        };
        self.connection.open(messages, open).await
    }

    /// Gives credentials away, oldest first. After a break, ask again with the `resume_token` of the last answer.
    ///
    /// # Errors
    /// Every [`Error`](crate::Error); most come with the answers.
    pub async fn export_credentials(
        &self,
        request: ExportCredentialsRequest,
    ) -> Result<Answers<ExportCredentialsResponse>, crate::Error> {
        let open = |channel, request| async move {
            CredentialServiceClient::new(channel).export_credentials(request).await
        };
        self.connection.open_repeatably(request, open).await
    }

    /// As `RULES`, of the streams: `Opening` is repeated until it is through, `Never` not at all.
    #[cfg(test)]
    pub(super) const STREAM_RULES: &[(&str, &str)] =
        &[("import_credentials", "Never"), ("export_credentials", "Opening")];
}
