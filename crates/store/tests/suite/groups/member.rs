//! Transactions that stay inside until a test lets them go.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    task::Poll,
};

use keystead_domain::Tenant;
use keystead_store::{Error, Finish, Insert, Store};
use tokio::{sync::Notify, task::JoinHandle};

use crate::{database::bounded, fixture};

/// A transaction that inserts a tenant.
pub(super) struct Member {
    pub(super) tenant: Tenant,
    inside: Notify,
    leave: Notify,
    runs: AtomicU32,
}

pub(super) type Task = JoinHandle<Result<Insert, Error>>;

impl Member {
    pub(super) fn new() -> Arc<Self> {
        Self::of(fixture::tenant())
    }

    pub(super) fn of(tenant: Tenant) -> Arc<Self> {
        Arc::new(Self { tenant, inside: Notify::new(), leave: Notify::new(), runs: AtomicU32::new(0) })
    }

    pub(super) async fn commits(self: &Arc<Self>, store: &Store) -> Task {
        in_line(Arc::clone(self).run(store.clone(), Finish::Commit)).await
    }

    pub(super) async fn rolls_back(self: &Arc<Self>, store: &Store) -> Task {
        in_line(Arc::clone(self).run(store.clone(), Finish::RollBack)).await
    }

    /// It stays inside once: where it runs again, it runs through.
    async fn run(
        self: Arc<Self>,
        store: Store,
        finish: fn(Insert) -> Finish<Insert>,
    ) -> Result<Insert, Error> {
        store
            .transact(async |tx| {
                let inserted = tx.insert_tenant(&self.tenant).await?;
                if self.runs.fetch_add(1, Ordering::Relaxed) == 0 {
                    self.inside.notify_one();
                    self.leave.notified().await;
                }
                Ok(finish(inserted))
            })
            .await
    }

    /// Waits until it has inserted.
    pub(super) async fn is_inside(&self) {
        bounded(self.inside.notified()).await;
    }

    pub(super) fn may_end(&self) {
        self.leave.notify_one();
    }

    pub(super) fn runs(&self) -> u32 {
        self.runs.load(Ordering::Relaxed)
    }
}

/// A task whose transaction stands in the line already, behind those that do.
pub(super) async fn in_line<F>(transaction: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    let mut transaction = Box::pin(transaction);
    poll_fn(|context| {
        assert!(transaction.as_mut().poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
    tokio::spawn(transaction)
}

pub(super) async fn exists(store: &Store, tenant: &Tenant) -> bool {
    let reader = store.reader();
    let found = pin!(reader.find_tenant(tenant.id));
    bounded(found).await.unwrap().is_some()
}
