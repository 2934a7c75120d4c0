//! Statements that are carried out even where nobody waits for their answer any more.

use std::{
    future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use sea_orm::{DatabaseConnection, DatabaseConnectionType};
use tokio::runtime::Handle;

/// How long an abandoned conversation may go on after its pool was closed.
pub(crate) const LETTING_GO: Duration = Duration::from_secs(10);

/// A conversation with the database. Dropped half way, it goes on in a task of its own: a connection that is left in the
/// middle of one is not in order afterwards. (sqlx 0.9 takes the first packet of an abandoned PREPARE's answer for all of it
/// and reads what follows as the answer to the next statement; an abandoned BEGIN leaves a transaction open.)
/// Once the pool is closed nobody is given the connection again, and so the conversation ends soon after, whatever the server
/// does.
pub(crate) struct ToTheEnd<T: Send + 'static> {
    conversation: Option<Pin<Box<dyn Future<Output = T> + Send>>>,
    pool: Arc<DatabaseConnection>,
    begun: bool,
}

impl<T: Send + 'static> ToTheEnd<T> {
    pub(crate) fn new(
        conversation: impl Future<Output = T> + Send + 'static,
        pool: &Arc<DatabaseConnection>,
    ) -> Self {
        Self { conversation: Some(Box::pin(conversation)), pool: Arc::clone(pool), begun: false }
    }
}

impl<T: Send + 'static> Future for ToTheEnd<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        self.begun = true;
        let Some(conversation) = &mut self.conversation else { return Poll::Pending };
        let poll = conversation.as_mut().poll(context);
        if poll.is_ready() {
            self.conversation = None;
        }
        poll
    }
}

impl<T: Send + 'static> Drop for ToTheEnd<T> {
    fn drop(&mut self) {
        let Some(conversation) = self.conversation.take().filter(|_| self.begun) else { return };
        if let Ok(runtime) = Handle::try_current() {
            let pool = Arc::clone(&self.pool);
            runtime.spawn(async move {
                tokio::select! {
                    _ = conversation => {}
                    () = closed_for_a_while(&pool) => {}
                }
            });
        }
    }
}

/// Of MySQL and MariaDB only: a file answers, or the process has other troubles.
async fn closed_for_a_while(pool: &DatabaseConnection) {
    if !matches!(pool.inner, DatabaseConnectionType::SqlxMySqlPoolConnection(_)) {
        future::pending::<()>().await;
    }
    pool.get_mysql_connection_pool().close_event().await;
    tokio::time::sleep(LETTING_GO).await;
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    };

    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn what_was_begun_is_finished_after_it_was_dropped() {
        let (go_on, done) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let conversation = {
            let (go_on, done) = (Arc::clone(&go_on), Arc::clone(&done));
            async move {
                go_on.notified().await;
                done.notify_one();
            }
        };
        let mut dropped = Box::pin(ToTheEnd::new(conversation, &Arc::default()));
        assert!(poll_once(&mut dropped).await.is_pending());
        drop(dropped);
        go_on.notify_one();
        done.notified().await;
    }

    #[tokio::test]
    async fn what_was_not_begun_is_not_done() {
        let done = Arc::new(AtomicBool::new(false));
        drop(ToTheEnd::new(
            {
                let done = Arc::clone(&done);
                async move { done.store(true, Ordering::Relaxed) }
            },
            &Arc::default(),
        ));
        tokio::task::yield_now().await;
        assert!(!done.load(Ordering::Relaxed));
    }

    async fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
        std::future::poll_fn(|context| Poll::Ready(Pin::new(&mut *future).poll(context))).await
    }
}
