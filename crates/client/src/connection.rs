//! What every call needs: the channel, the API key, the deadline, the rules about repeats.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::Channel;
use tonic::{Request, Response, Status, Streaming};

use crate::answers::Answers;
use crate::attempts::Attempts;
use crate::config::{ApiKey, Config, ConfigError};
use crate::error::Error;

/// Longer makes no sense of a call, and `grpc-timeout` has eight digits only.
const LONGEST_TIMEOUT: Duration = Duration::from_hours(1);

/// Cheap to clone; clones share the connection and the retry budget.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    channel: Channel,
    authorization: MetadataValue<Ascii>,
    timeout: Duration,
    attempts: Arc<Attempts>,
}

impl Connection {
    pub(crate) fn new(channel: Channel, config: Config) -> Result<Self, ConfigError> {
        let Config { api_key, timeout, retry, .. } = config;
        let authorization = authorization(&api_key)?;
        let attempts = Arc::new(Attempts::new(retry));
        Ok(Self { channel, authorization, timeout: timeout.min(LONGEST_TIMEOUT), attempts })
    }

    pub(crate) fn with_timeout(&self, timeout: Duration) -> Self {
        Self { timeout: timeout.min(LONGEST_TIMEOUT), ..self.clone() }
    }

    /// Sends `message` through one method of a stub, which `send` makes of a clone of the channel.
    pub(crate) async fn call<Q, A, F>(
        &self,
        message: Q,
        repeatable: bool,
        send: impl Fn(Channel, Request<Q>) -> F,
    ) -> Result<A, Error>
    where
        Q: Clone,
        F: Future<Output = Result<Response<A>, Status>>,
    {
        let send = |left| send(self.channel.clone(), self.request(message.clone(), left));
        self.attempts.run(self.timeout, repeatable, send).await.map(Response::into_inner)
    }

    /// Opens a stream of these messages, which can be sent once only.
    pub(crate) async fn open<Q, A, F>(
        &self,
        messages: Q,
        open: impl FnOnce(Channel, Request<Q>) -> F,
    ) -> Result<Answers<A>, Error>
    where
        F: Future<Output = Result<Response<Streaming<A>>, Status>>,
    {
        let opening = open(self.channel.clone(), self.request_without_end(messages));
        let opened = timeout(self.timeout, opening).await.map_err(|_| Error::Deadline)??;
        Ok(Answers::new(opened.into_inner()))
    }

    /// Opens a stream that answers one message, again where the server was away.
    pub(crate) async fn open_repeatably<Q, A, F>(
        &self,
        message: Q,
        open: impl Fn(Channel, Request<Q>) -> F,
    ) -> Result<Answers<A>, Error>
    where
        Q: Clone,
        F: Future<Output = Result<Response<Streaming<A>>, Status>>,
    {
        let open = |_left| open(self.channel.clone(), self.request_without_end(message.clone()));
        let opened = self.attempts.run(self.timeout, true, open).await?;
        Ok(Answers::new(opened.into_inner()))
    }

    fn request<Q>(&self, message: Q, left: Duration) -> Request<Q> {
        let mut request = self.request_without_end(message);
        request.set_timeout(left);
        request
    }

    /// A request whose answers may take any time.
    fn request_without_end<Q>(&self, message: Q) -> Request<Q> {
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", self.authorization.clone());
        request
    }
}

/// Marked sensitive: HPACK then never indexes it, and `Debug` does not show it.
fn authorization(api_key: &ApiKey) -> Result<MetadataValue<Ascii>, ConfigError> {
    let secret = api_key.as_str();
    if !secret.starts_with("ks_") || !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ConfigError::ApiKey);
    }
    let mut value: MetadataValue<Ascii> =
        format!("Bearer {secret}").parse().map_err(|_| ConfigError::ApiKey)?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authorization_is_a_sensitive_bearer_token() {
        let value = authorization(&"ks_secret".into()).expect("a key");
        assert_eq!(value, "Bearer ks_secret");
        assert!(value.is_sensitive());
        assert!(!format!("{value:?}").contains("secret"), "{value:?}");
    }

    #[test]
    fn what_cannot_be_an_api_key_is_refused() {
        for secret in ["", "127.0.0.1:50051", "KS_secret", "ks_secret\n", "ks_two words", "ks_ä"] {
            assert_eq!(authorization(&secret.into()), Err(ConfigError::ApiKey), "{secret:?}");
        }
    }
}
