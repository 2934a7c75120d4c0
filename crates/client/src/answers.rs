use tonic::Streaming;

use crate::error::Error;

/// The answers of a stream, as they come. Dropping it ends the stream.
#[derive(Debug)]
pub struct Answers<A> {
    answers: Streaming<A>,
}

impl<A> Answers<A> {
    pub(crate) fn new(answers: Streaming<A>) -> Self {
        Self { answers }
    }

    /// The next answer; `None` once the server has said all. Without a deadline of its own: wrap it in a timeout where waiting
    /// must end.
    ///
    /// # Errors
    /// Every [`Error`]; the stream is over then. What was answered before holds.
    pub async fn next(&mut self) -> Result<Option<A>, Error> {
        Ok(self.answers.message().await?)
    }
}
