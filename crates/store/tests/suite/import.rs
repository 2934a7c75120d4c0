//! What an import reads and writes.

use keystead_domain::{Credential, Epoch, Event, Timestamp, User, UserHandle, UserId, UserRef};
use keystead_store::{Error, Finish, Page, PresentCredential, Steps, Store, tally};

use crate::{
    database::{Database, bounded},
    fixture::{self, Household, NOW},
};

/// Longer than a statement's rows, and no power of two.
const MANY: usize = 300;

fn handle(bytes: &[u8]) -> UserHandle {
    UserHandle::new(bytes).unwrap()
}

async fn commit(store: &Store, steps: impl Steps<()>) -> Result<(), Error> {
    store.transact(async |tx| Ok(Finish::Commit(steps.run(tx).await?))).await
}

#[tokio::test]
async fn hundreds_of_rows_are_written_with_a_few_statements_and_found_again() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let users: Vec<User> = (0..MANY).map(|_| User { credential_count: 1, ..fixture::user() }).collect();
        let credentials: Vec<Credential> =
            users.iter().map(|user| fixture::credential(user, home.rp.id)).collect();
        let handles: Vec<(UserId, UserHandle)> =
            users.iter().map(|user| (user.id, handle(&fixture::bytes::<64>()))).collect();
        let events: Vec<Event> = (0..MANY).map(|_| fixture::event(Some(home.tenant.id), NOW)).collect();
        let written = commit(&database.store, async |tx| {
            let within = tx.within(home.tenant.id);
            within.insert_users(&users).await?;
            within.insert_user_handles(home.rp.id, &handles, NOW).await?;
            within.insert_credentials(&credentials).await?;
            tx.insert_events(&events).await
        });
        let (written, tally) = tally::scope(written).await;
        written.unwrap();
        // 300 are 256, 32, 8 and 4.
        assert_eq!(tally, tally::Tally { statements: 4 * 4 + 2, commits: 1 });

        let reader = database.store.reader();
        let within = reader.within(home.tenant.id);
        let mut names: Vec<_> = users.iter().map(|user| user.external_id.clone()).collect();
        names.push(fixture::external_id("nobody"));
        let mut found = within.users_named(&names).await.unwrap();
        found.sort_by_key(|user| user.id);
        assert_eq!(found, users);
        let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
        let mut found = within.handles_at(home.rp.id, &ids).await.unwrap();
        found.sort_by_key(|(user, _)| *user);
        assert_eq!(found, handles);
        let theirs: Vec<UserHandle> = handles.iter().map(|(_, handle)| handle.clone()).collect();
        assert_eq!(within.owners_of_handles(home.rp.id, &theirs).await.unwrap().len(), MANY);
        let ids: Vec<_> = credentials.iter().map(|credential| credential.webauthn_id.clone()).collect();
        assert_eq!(within.credentials_named(home.rp.id, &ids).await.unwrap().len(), MANY);
        let page = Page { after: None, size: 500 };
        assert_eq!(within.list_credentials(None, &[], page).await.unwrap().len(), MANY + 1);
    }
}

#[tokio::test]
async fn only_this_tenants_rows_at_this_relying_party_are_found() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let neighbours = Household::move_in(&database.store).await;
        let theirs = (home.user.id, handle(b"h"));
        commit(&database.store, async |tx| {
            tx.within(home.tenant.id)
                .insert_user_handles(home.rp.id, std::slice::from_ref(&theirs), NOW)
                .await
        })
        .await
        .unwrap();
        let reader = database.store.reader();
        let (user, id) = (&home.user, std::slice::from_ref(&home.credential.webauthn_id));
        for (tenant, rp, expected) in [
            (home.tenant.id, home.rp.id, 1),
            (home.tenant.id, neighbours.rp.id, 0),
            (neighbours.tenant.id, home.rp.id, 0),
        ] {
            let within = reader.within(tenant);
            assert_eq!(within.handles_at(rp, &[user.id]).await.unwrap().len(), expected);
            assert_eq!(within.owners_of_handles(rp, &[handle(b"h")]).await.unwrap().len(), expected);
            assert_eq!(within.credentials_named(rp, id).await.unwrap().len(), expected);
        }
        let name = [user.external_id.clone()];
        assert_eq!(
            reader.within(home.tenant.id).users_named(&name).await.unwrap(),
            std::slice::from_ref(user)
        );
        assert_eq!(reader.within(neighbours.tenant.id).users_named(&name).await.unwrap(), []);
        let present = reader.within(home.tenant.id).credentials_named(home.rp.id, id).await.unwrap();
        let Credential { webauthn_id, id, user_id, public_key, .. } = home.credential;
        assert_eq!(present, [PresentCredential { webauthn_id, id, user_id, public_key }]);
    }
}

#[tokio::test]
async fn nothing_is_asked_of_nobody() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let nothing = commit(&database.store, async |tx| {
            let within = tx.within(home.tenant.id);
            assert_eq!(within.users_named(&[]).await?, []);
            assert_eq!(within.handles_at(home.rp.id, &[]).await?, []);
            assert_eq!(within.owners_of_handles(home.rp.id, &[]).await?, []);
            assert_eq!(within.credentials_named(home.rp.id, &[]).await?, []);
            within.write_users(&[]).await?;
            within.add_to_credential_counts(&[]).await?;
            within.insert_users(&[]).await?;
            within.insert_user_handles(home.rp.id, &[], NOW).await?;
            within.insert_credentials(&[]).await?;
            tx.insert_events(&[]).await
        });
        let (done, tally) = tally::scope(nothing).await;
        done.unwrap();
        assert_eq!(tally, tally::Tally { statements: 2, commits: 1 });
    }
}

#[tokio::test]
async fn counts_grow_by_what_is_added_to_each_user() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let users: Vec<User> = (0..5).map(|n| User { credential_count: n, ..fixture::user() }).collect();
        let added = [3, 1, 3, 2, 1];
        let additions: Vec<_> = users.iter().map(|user| user.id).zip(added).collect();
        commit(&database.store, async |tx| {
            let within = tx.within(home.tenant.id);
            within.insert_users(&users).await?;
            let elsewhere = tx.within(fixture::tenant().id);
            elsewhere.add_to_credential_counts(&additions).await?;
            within.add_to_credential_counts(&additions).await
        })
        .await
        .unwrap();
        let reader = database.store.reader();
        for (user, added) in users.iter().zip(added) {
            let found =
                reader.within(home.tenant.id).find_user(&UserRef::Id(user.id)).await.unwrap().unwrap();
            assert_eq!(found.credential_count, user.credential_count + added);
        }
        let untouched =
            reader.within(home.tenant.id).find_user(&UserRef::Id(home.user.id)).await.unwrap().unwrap();
        assert_eq!(untouched.credential_count, 1);
    }
}

#[tokio::test]
async fn a_key_that_is_there_makes_the_whole_closure_run_again() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let handles = [(home.user.id, handle(b"h"))];
        commit(&database.store, async |tx| {
            tx.within(home.tenant.id).insert_user_handles(home.rp.id, &handles, NOW).await
        })
        .await
        .unwrap();
        let others: Vec<User> = (0..9).map(|_| fixture::user()).collect();
        let mut users = others.clone();
        users.push(User { external_id: home.user.external_id.clone(), ..fixture::user() });
        let mut keys: Vec<Credential> =
            others.iter().map(|user| fixture::credential(user, home.rp.id)).collect();
        keys.push(Credential {
            webauthn_id: home.credential.webauthn_id.clone(),
            ..fixture::credential(&others[0], home.rp.id)
        });
        let taken = [(others[0].id, handle(b"a")), (others[1].id, handle(b"h"))];
        let again = [(home.user.id, handle(b"another"))];
        let (tenant, rp) = (home.tenant.id, home.rp.id);
        let busy = |done: Result<(), Error>| assert!(matches!(done, Err(Error::Busy)), "{done:?}");
        let store = &database.store;
        busy(commit(store, async |tx| tx.within(tenant).insert_users(&users).await).await);
        busy(commit(store, async |tx| tx.within(tenant).insert_credentials(&keys).await).await);
        busy(commit(store, async |tx| tx.within(tenant).insert_user_handles(rp, &taken, NOW).await).await);
        busy(commit(store, async |tx| tx.within(tenant).insert_user_handles(rp, &again, NOW).await).await);
        let found = store.reader().within(tenant).list_users(Page { after: None, size: 50 }).await.unwrap();
        assert_eq!(found.len(), 1, "nothing of them is there");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_was_written_is_nobody_elses_until_the_transaction_ends() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let (tenant, user) = (home.tenant.id, home.user.id);
        let elsewhere = std::sync::Mutex::new(None);
        commit(&database.store, async |tx| {
            let within = tx.within(tenant);
            within.write_users(&[user]).await?;
            let store = database.store.clone();
            let registration = tokio::spawn(async move {
                store
                    .transact(async |tx| {
                        let within = tx.within(tenant);
                        Ok(Finish::Commit(within.count_credential_up(user, Epoch(0), 2).await?))
                    })
                    .await
            });
            elsewhere.lock().unwrap().get_or_insert(registration);
            within.add_to_credential_counts(&[(user, 1)]).await
        })
        .await
        .unwrap();
        let registration = elsewhere.into_inner().unwrap().unwrap();
        assert!(!bounded(registration).await.unwrap().unwrap(), "two are two");
    }
}

#[tokio::test]
async fn times_are_kept_as_they_were_elsewhere() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let key = Credential {
            created_at: Timestamp::from_micros(1_500_000_000_000_001),
            last_used_at: Some(Timestamp::from_micros(1_600_000_000_000_002)),
            ..fixture::credential(&home.user, home.rp.id)
        };
        let keys = [key.clone()];
        commit(&database.store, async |tx| tx.within(home.tenant.id).insert_credentials(&keys).await)
            .await
            .unwrap();
        let reader = database.store.reader();
        assert_eq!(reader.within(home.tenant.id).find_credential(key.id).await.unwrap(), Some(key));
    }
}
