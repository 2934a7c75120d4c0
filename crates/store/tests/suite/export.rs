//! Credentials as they are given away.

use keystead_domain::{Credential, CredentialId, CredentialState, Timestamp, UserHandle};
use keystead_store::{ExportFilter, ExportRow, Finish, Insert, tally};

use crate::{
    database::Database,
    fixture::{self, Household, NOW, seconds},
};

#[tokio::test]
async fn a_row_has_what_another_server_needs_in_one_statement() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        Household::move_in(&database.store).await;
        let reader = database.store.reader();
        let within = reader.within(home.tenant.id);
        let filter = ExportFilter::default();
        let (page, tally) = tally::scope(within.export_page(&filter, None, 10)).await;
        assert_eq!(tally, tally::Tally { statements: 1, commits: 0 });
        let mut row = ExportRow {
            credential: home.credential.clone(),
            external_id: home.user.external_id.clone(),
            user_display_name: home.user.display_name.clone(),
            handle: None,
        };
        assert_eq!(page.unwrap(), [row.clone()]);
        let handle = UserHandle::new(fixture::bytes::<64>()).unwrap();
        let claimed =
            database.store.claim_user_handle(home.tenant.id, home.rp.id, home.user.id, &handle, NOW);
        claimed.await.unwrap();
        row.handle = Some(handle);
        assert_eq!(within.export_page(&filter, None, 10).await.unwrap(), [row]);
    }
}

#[tokio::test]
async fn pages_hold_every_row_once_oldest_first_whatever_is_registered_meanwhile() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let key =
            |at: Timestamp| Credential { created_at: at, ..fixture::credential(&home.user, home.rp.id) };
        // Several of one moment: their ids tell them apart.
        let mut keys: Vec<Credential> = (0..20).map(|n| key(NOW.plus(seconds(1 + n / 7)))).collect();
        insert(&database, &home, &keys).await;
        keys.push(home.credential.clone());
        keys.sort_by_key(|key| (key.created_at, key.id));
        let reader = database.store.reader();
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page =
                reader.within(home.tenant.id).export_page(&ExportFilter::default(), after, 4).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some((last.credential.created_at, last.credential.id));
            seen.extend(page.iter().map(|row| row.credential.id));
            if seen.len() < 20 {
                insert(&database, &home, &[key(NOW.plus(seconds(60)))]).await;
            }
        }
        let expected: Vec<CredentialId> = keys.iter().map(|key| key.id).collect();
        assert_eq!(seen[..keys.len()], expected);
    }
}

#[tokio::test]
async fn rows_are_those_that_the_filter_names() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let other_rp = fixture::relying_party(home.tenant.id, "other.example");
        let other = fixture::user();
        let keys: Vec<Credential> = CredentialState::ALL
            .iter()
            .flat_map(|state| {
                [(&home.user, home.rp.id), (&other, home.rp.id), (&other, other_rp.id)]
                    .map(|(user, rp)| Credential { state: *state, ..fixture::credential(user, rp) })
            })
            .collect();
        database
            .store
            .transact(async |tx| {
                assert_eq!(tx.within(home.tenant.id).insert_user(&other).await?, Insert::Done);
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
        insert(&database, &home, &keys).await;
        let all: Vec<&Credential> = keys.iter().chain([&home.credential]).collect();
        let reader = database.store.reader();
        for user in [None, Some(home.user.id), Some(other.id)] {
            for rp in [None, Some(home.rp.id), Some(other_rp.id)] {
                for states in [vec![], vec![CredentialState::Revoked], CredentialState::ALL.to_vec()] {
                    let expected = all.iter().filter(|key| {
                        user.is_none_or(|user| key.user_id == user)
                            && rp.is_none_or(|rp| key.relying_party_id == rp)
                            && (states.is_empty() || states.contains(&key.state))
                    });
                    let expected = expected.count();
                    let filter = ExportFilter { user, rp, states };
                    let page = reader.within(home.tenant.id).export_page(&filter, None, 99).await.unwrap();
                    assert_eq!(page.len(), expected, "{filter:?}");
                }
            }
        }
    }
}

async fn insert(database: &Database, home: &Household, keys: &[Credential]) {
    let inserted = database.store.transact(async |tx| {
        tx.within(home.tenant.id).insert_credentials(keys).await?;
        Ok(Finish::Commit(()))
    });
    inserted.await.unwrap();
}
