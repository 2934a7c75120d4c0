//! Users.

use keystead_domain::{DisplayName, Epoch, Lifecycle, User, UserRef};
use keystead_store::{Finish, Insert, Page};

use crate::{
    database::Database,
    fixture::{self, Household, NOW, seconds},
};

#[tokio::test]
async fn a_user_is_found_by_either_id_in_his_tenant_only() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let names = [UserRef::Id(home.user.id), UserRef::External(home.user.external_id.clone())];
        for named in &names {
            let reader = database.store.reader();
            let found = reader.within(home.tenant.id).find_user(named).await.unwrap();
            assert_eq!(found.as_ref(), Some(&home.user));
            assert_eq!(reader.within(fixture::tenant().id).find_user(named).await.unwrap(), None);
        }
    }
}

#[tokio::test]
async fn an_external_id_is_unique_in_its_tenant_only() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let twin = User { external_id: home.user.external_id.clone(), ..fixture::user() };
        database
            .store
            .transact(async |tx| {
                assert_eq!(tx.within(home.tenant.id).insert_user(&twin).await?, Insert::Duplicate);
                // The transaction goes on after a duplicate.
                assert_eq!(tx.within(fixture::tenant().id).insert_user(&twin).await?, Insert::Done);
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_display_name_is_changed_in_its_tenant_only() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let longest = DisplayName::new("ß".repeat(127)).unwrap();
        database
            .store
            .transact(async |tx| {
                let other = tx.within(fixture::tenant().id);
                assert!(!other.set_display_name(home.user.id, &longest).await?);
                assert!(tx.within(home.tenant.id).set_display_name(home.user.id, &longest).await?);
                // Written twice the same is written too: the count is of rows that match.
                assert!(tx.within(home.tenant.id).set_display_name(home.user.id, &longest).await?);
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
        let named = UserRef::Id(home.user.id);
        let found = database.store.reader().within(home.tenant.id).find_user(&named).await.unwrap();
        assert_eq!(found.unwrap().display_name, longest);
    }
}

#[tokio::test]
async fn the_last_success_is_the_newest_use_of_any_credential() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let second = fixture::credential(&home.user, home.rp.id);
        database
            .store
            .transact(async |tx| {
                let within = tx.within(home.tenant.id);
                assert_eq!(within.insert_credential(&second).await?, Insert::Done);
                for (credential_id, at) in [(home.credential.id, NOW.plus(seconds(9))), (second.id, NOW)] {
                    let login = keystead_store::LoginUpdate { credential_id, at, ..home.login() };
                    assert!(within.record_login(&login).await?);
                }
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
        let reader = database.store.reader();
        let within = reader.within(home.tenant.id);
        let found = within.find_user(&UserRef::Id(home.user.id)).await.unwrap().unwrap();
        assert_eq!(found.last_success_at, Some(NOW.plus(seconds(9))));
        let listed = within.list_users(Page { after: None, size: 10 }).await.unwrap();
        assert_eq!(listed, [found]);
    }
}

#[tokio::test]
async fn raising_the_epoch_writes_the_user_and_all_his_credentials_and_nobody_elses() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let other = fixture::user();
        let theirs = fixture::credential(&other, home.rp.id);
        let second = fixture::credential(&home.user, fixture::relying_party(home.tenant.id, "a.example").id);
        let raised = database
            .store
            .transact(async |tx| {
                let within = tx.within(home.tenant.id);
                assert_eq!(within.insert_user(&other).await?, Insert::Done);
                assert_eq!(within.insert_credential(&theirs).await?, Insert::Done);
                assert_eq!(within.insert_credential(&second).await?, Insert::Done);
                assert_eq!(tx.within(fixture::tenant().id).raise_epoch(home.user.id).await?, None);
                assert_eq!(within.raise_epoch(fixture::user().id).await?, None);
                assert_eq!(within.raise_epoch(home.user.id).await?, Some(Epoch(1)));
                Ok(Finish::Commit(within.raise_epoch(home.user.id).await?))
            })
            .await
            .unwrap();
        assert_eq!(raised, Some(Epoch(2)));
        let reader = database.store.reader();
        let within = reader.within(home.tenant.id);
        let user = within.find_user(&UserRef::Id(home.user.id)).await.unwrap().unwrap();
        assert_eq!(user.epoch, Epoch(2));
        for (id, epoch) in [(home.credential.id, 2), (second.id, 2), (theirs.id, 0)] {
            assert_eq!(within.find_credential(id).await.unwrap().unwrap().user_epoch, Epoch(epoch));
        }
    }
}

#[tokio::test]
async fn pages_of_users_neither_skip_nor_repeat_even_at_one_moment() {
    for database in Database::on_every_engine().await {
        let tenant = fixture::tenant().id;
        let mut users: Vec<User> =
            (0..11).map(|n| User { created_at: NOW.plus(seconds(n / 4)), ..fixture::user() }).collect();
        database
            .store
            .transact(async |tx| {
                for user in &users {
                    assert_eq!(tx.within(tenant).insert_user(user).await?, Insert::Done);
                }
                assert_eq!(tx.within(fixture::tenant().id).insert_user(&users[0]).await?, Insert::Duplicate);
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
        users.sort_by_key(|user| std::cmp::Reverse((user.created_at, user.id)));
        let mut walked = Vec::new();
        let mut after = None;
        loop {
            let reader = database.store.reader();
            let page = reader.within(tenant).list_users(Page { after, size: 3 }).await.unwrap();
            assert!(page.len() <= 3);
            let Some(last) = page.last() else { break };
            after = Some((last.created_at, *last.id.as_bytes()));
            walked.extend(page);
        }
        assert_eq!(walked, users);
    }
}

#[tokio::test]
async fn a_lifecycle_is_set_in_its_tenant_and_in_the_order_of_its_versions() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let id = home.user.id;
        for (lifecycle, version, accepted, state_version) in [
            (Lifecycle::Deactivated, Some(7), true, 7),
            (Lifecycle::Active, Some(7), false, 7),
            (Lifecycle::Active, Some(6), false, 7),
            (Lifecycle::Dormant, None, true, 7),
            (Lifecycle::Pending, Some(i64::MAX), true, i64::MAX),
        ] {
            let found = database
                .store
                .transact(async |tx| {
                    let within = tx.within(home.tenant.id);
                    let foreign = tx.within(fixture::tenant().id);
                    assert!(!foreign.set_lifecycle(id, Lifecycle::Active, None).await?);
                    assert!(!within.set_lifecycle(fixture::user().id, lifecycle, version).await?);
                    let before = within.find_user(&UserRef::Id(id)).await?.unwrap();
                    assert_eq!(within.set_lifecycle(id, lifecycle, version).await?, accepted, "{version:?}");
                    let after = within.find_user(&UserRef::Id(id)).await?.unwrap();
                    Ok(Finish::Commit((before, after)))
                })
                .await
                .unwrap();
            let (before, after) = found;
            let lifecycle = if accepted { lifecycle } else { before.lifecycle };
            assert_eq!(after, User { lifecycle, state_version, ..before });
        }
    }
}

#[tokio::test]
async fn only_a_dormant_user_whose_epoch_holds_is_reactivated_by_a_login() {
    for database in Database::on_every_engine().await {
        let tenant = fixture::tenant().id;
        for lifecycle in Lifecycle::ALL.iter().copied() {
            let user = User { lifecycle, state_version: 3, epoch: Epoch(4), ..fixture::user() };
            let after = database
                .store
                .transact(async |tx| {
                    let within = tx.within(tenant);
                    assert_eq!(within.insert_user(&user).await?, Insert::Done);
                    assert!(!within.reactivate_user(user.id, Epoch(3)).await?);
                    let back = within.reactivate_user(user.id, Epoch(4)).await?;
                    assert_eq!(back, lifecycle == Lifecycle::Dormant, "{lifecycle:?}");
                    Ok(Finish::Commit(within.find_user(&UserRef::Id(user.id)).await?.unwrap()))
                })
                .await
                .unwrap();
            let lifecycle = if lifecycle == Lifecycle::Dormant { Lifecycle::Active } else { lifecycle };
            assert_eq!(after, User { lifecycle, ..user });
        }
    }
}

#[tokio::test]
async fn writing_a_user_changes_nothing_of_him_and_finds_him_in_his_tenant_only() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let after = database
            .store
            .transact(async |tx| {
                assert!(!tx.within(fixture::tenant().id).write_user(home.user.id).await?);
                let within = tx.within(home.tenant.id);
                assert!(within.write_user(home.user.id).await?);
                Ok(Finish::Commit(within.find_user(&UserRef::Id(home.user.id)).await?))
            })
            .await
            .unwrap();
        assert_eq!(after, Some(home.user));
    }
}
