//! Transactions: what stays, what runs again, what is given up.

use std::sync::atomic::{AtomicU32, Ordering};

use keystead_domain::Tenant;
use keystead_store::{Error, Finish, Insert, Steps, Store};

use crate::{
    database::{Database, bounded},
    fixture,
};

async fn exists(store: &Store, tenant: &Tenant) -> bool {
    store.reader().find_tenant(tenant.id).await.unwrap().is_some()
}

#[tokio::test]
async fn what_is_committed_stays_and_what_is_rolled_back_or_failed_does_not() {
    for database in Database::on_every_engine().await {
        let store = &database.store;
        let [kept, dropped, failed] = [(); 3].map(|()| fixture::tenant());
        let answer = store
            .transact(async |tx| {
                assert_eq!(tx.insert_tenant(&kept).await?, Insert::Done);
                Ok(Finish::Commit("kept"))
            })
            .await;
        assert_eq!(answer.unwrap(), "kept");
        let answer = store
            .transact(async |tx| {
                assert_eq!(tx.insert_tenant(&dropped).await?, Insert::Done);
                Ok(Finish::RollBack("dropped"))
            })
            .await;
        assert_eq!(answer.unwrap(), "dropped");
        let answer: Result<(), Error> = store
            .transact(async |tx| {
                assert_eq!(tx.insert_tenant(&failed).await?, Insert::Done);
                Err(Error::Conflict)
            })
            .await;
        assert!(matches!(answer, Err(Error::Conflict)));
        assert!(exists(store, &kept).await);
        assert!(!exists(store, &dropped).await);
        assert!(!exists(store, &failed).await);
    }
}

#[tokio::test]
async fn a_busy_closure_runs_again_as_a_whole() {
    for database in Database::on_every_engine().await {
        let runs = AtomicU32::new(0);
        let tenant = fixture::tenant();
        let inserted = database
            .store
            .transact(async |tx| {
                let inserted = tx.insert_tenant(&tenant).await?;
                if runs.fetch_add(1, Ordering::Relaxed) < 2 {
                    return Err(Error::Busy);
                }
                Ok(Finish::Commit(inserted))
            })
            .await;
        assert_eq!(inserted.unwrap(), Insert::Done, "the runs before left nothing");
        assert_eq!(runs.into_inner(), 3);
    }
}

#[tokio::test]
async fn a_closure_that_stays_busy_is_given_up_after_five_retries() {
    for database in Database::on_every_engine().await {
        let runs = AtomicU32::new(0);
        let answer: Result<(), Error> = database
            .store
            .transact(async |_| {
                runs.fetch_add(1, Ordering::Relaxed);
                Err(Error::Busy)
            })
            .await;
        assert!(matches!(answer, Err(Error::Busy)));
        assert_eq!(runs.into_inner(), 6);
    }
}

#[tokio::test]
async fn a_second_connection_inside_a_transaction_is_refused() {
    for database in Database::on_every_engine().await {
        let store = &database.store;
        let answer: Result<(), Error> = store
            .transact(async |_| {
                store.reader().instance().await?;
                Ok(Finish::Commit(()))
            })
            .await;
        assert!(matches!(answer, Err(Error::Driver(_))), "{answer:?}");
        let answer: Result<(), Error> = store
            .transact(async |_| {
                store.transact(async |_| Ok(Finish::Commit(()))).await?;
                Ok(Finish::Commit(()))
            })
            .await;
        assert!(matches!(answer, Err(Error::Driver(_))), "{answer:?}");
        store.reader().instance().await.unwrap();
    }
}

/// A use case as a service writes it: it borrows what it has and hands closures on.
struct Service {
    store: Store,
    tenant: Tenant,
}

impl Service {
    async fn use_case(&self, other: &Tenant) -> Result<[Insert; 3], Error> {
        let owned = fixture::tenant();
        self.repeated(async |tx| {
            Ok([
                tx.insert_tenant(&self.tenant).await?,
                tx.insert_tenant(other).await?,
                tx.insert_tenant(&owned).await?,
            ])
        })
        .await
    }

    async fn repeated<T: Send>(&self, change: impl Steps<T>) -> Result<T, Error> {
        self.store.transact(async |tx| Ok(Finish::Commit(change.run(tx).await?))).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_use_case_that_borrows_runs_in_a_task_of_its_own() {
    for database in Database::on_every_engine().await {
        let service = Service { store: database.store.clone(), tenant: fixture::tenant() };
        let task = tokio::spawn(async move {
            let other = fixture::tenant();
            service.use_case(&other).await
        });
        assert_eq!(bounded(task).await.unwrap().unwrap(), [Insert::Done; 3]);
    }
}
