//! Relying parties.

use keystead_domain::{Origin, RelatedOrigin, RelyingParty, RelyingPartyId, TopOrigin};
use keystead_store::{Finish, Insert, Store};

use crate::{
    database::{Database, bounded},
    fixture::{self, NOW, seconds},
};

async fn insert(store: &Store, rp: &RelyingParty) -> Insert {
    store
        .transact(async |tx| Ok(Finish::Commit(tx.within(rp.tenant_id).insert_relying_party(rp).await?)))
        .await
        .unwrap()
}

async fn defaults(store: &Store, of: &RelyingParty) -> Vec<RelyingPartyId> {
    let all = store.reader().within(of.tenant_id).relying_parties().await.unwrap();
    all.into_iter().filter(|rp| rp.is_default).map(|rp| rp.id).collect()
}

#[tokio::test]
async fn an_rp_id_is_unique_in_its_tenant_only() {
    for database in Database::on_every_engine().await {
        let rp = fixture::relying_party(fixture::tenant().id, "example.org");
        let store = &database.store;
        assert_eq!(insert(store, &rp).await, Insert::Done);
        let twin = fixture::relying_party(rp.tenant_id, "example.org");
        assert_eq!(insert(store, &twin).await, Insert::Duplicate);
        let theirs = fixture::relying_party(fixture::tenant().id, "example.org");
        assert_eq!(insert(store, &theirs).await, Insert::Done);
        let reader = store.reader();
        assert_eq!(reader.within(rp.tenant_id).find_relying_party(rp.id).await.unwrap(), Some(rp.clone()));
        assert_eq!(reader.within(theirs.tenant_id).find_relying_party(rp.id).await.unwrap(), None);
        assert_eq!(reader.within(rp.tenant_id).relying_parties().await.unwrap(), [rp]);
    }
}

#[tokio::test]
async fn origins_are_replaced_in_their_tenant_only() {
    for database in Database::on_every_engine().await {
        let rp = fixture::relying_party(fixture::tenant().id, "example.org");
        assert_eq!(insert(&database.store, &rp).await, Insert::Done);
        let origins: Vec<Origin> = (1..=32)
            .map(|n| Origin::new(format!("https://example.org:{}", 9000 + n), &rp.rp_id).unwrap())
            .chain([Origin::new(format!("android:apk-key-hash:{}", "~".repeat(200)), &rp.rp_id).unwrap()])
            .collect();
        let top = vec![TopOrigin::new("https://portal.example").unwrap()];
        let related = related(&["https://shop.example", "https://shop.test"]);
        database
            .store
            .transact(async |tx| {
                let foreign = tx.within(fixture::tenant().id);
                assert!(!foreign.set_origins(rp.id, &origins, &top, &related).await?);
                assert!(tx.within(rp.tenant_id).set_origins(rp.id, &origins, &top, &related).await?);
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
        let found = database.store.reader().within(rp.tenant_id).find_relying_party(rp.id).await.unwrap();
        let expected = RelyingParty { origins, top_origins: top, related_origins: related, ..rp };
        assert_eq!(found, Some(expected));
    }
}

fn related(origins: &[&str]) -> Vec<RelatedOrigin> {
    origins.iter().map(|origin| RelatedOrigin::new(*origin).unwrap()).collect()
}

#[tokio::test]
async fn related_origins_of_all_tenants_are_listed_with_the_oldest_relying_party_first() {
    for database in Database::on_every_engine().await {
        let store = &database.store;
        let rp = |age, origins: &[&str]| RelyingParty {
            related_origins: related(origins),
            created_at: NOW.minus(seconds(age)),
            ..fixture::relying_party(fixture::tenant().id, "example.org")
        };
        let [newer, older] =
            [rp(1, &["https://a.example", "https://b.example"]), rp(2, &["https://c.example"])];
        let emptied = rp(4, &["https://d.example"]);
        let silent = rp(3, &[]);
        for rp in [&newer, &older, &silent, &emptied] {
            assert_eq!(insert(store, rp).await, Insert::Done);
        }
        let empty = store.transact(async |tx| {
            assert!(tx.within(emptied.tenant_id).set_origins(emptied.id, &emptied.origins, &[], &[]).await?);
            Ok(Finish::Commit(()))
        });
        empty.await.unwrap();
        // Those that have none are listed too: an older one without keeps a newer one from speaking for its domain.
        let emptied = RelyingParty { related_origins: Vec::new(), ..emptied };
        let expected = [emptied, silent, older, newer].map(|rp| (rp.rp_id, rp.related_origins));
        assert_eq!(store.reader().related_origins().await.unwrap(), expected);
    }
}

#[tokio::test]
async fn a_tenant_has_one_default_relying_party_at_most() {
    for database in Database::on_every_engine().await {
        let store = &database.store;
        let tenant = fixture::tenant().id;
        let [first, second] = ["a.example", "b.example"]
            .map(|id| RelyingParty { is_default: true, ..fixture::relying_party(tenant, id) });
        assert_eq!(insert(store, &first).await, Insert::Done);
        assert_eq!(defaults(store, &first).await, [first.id]);
        assert_eq!(insert(store, &second).await, Insert::Done);
        assert_eq!(defaults(store, &first).await, [second.id]);
        store
            .transact(async |tx| {
                assert!(!tx.within(fixture::tenant().id).set_default(first.id).await?);
                assert!(tx.within(tenant).set_default(first.id).await?);
                assert!(tx.within(tenant).set_default(first.id).await?, "again");
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
        assert_eq!(defaults(store, &first).await, [first.id]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn defaults_that_are_set_at_once_leave_one() {
    for database in Database::on_every_engine().await {
        let tenant = fixture::tenant().id;
        let rps: Vec<_> = (0..6).map(|n| fixture::relying_party(tenant, &format!("a{n}.example"))).collect();
        for rp in &rps {
            assert_eq!(insert(&database.store, rp).await, Insert::Done);
        }
        let tasks: Vec<_> = rps
            .iter()
            .map(|rp| {
                let (store, id) = (database.store.clone(), rp.id);
                tokio::spawn(async move {
                    store
                        .transact(async |tx| Ok(Finish::Commit(tx.within(tenant).set_default(id).await?)))
                        .await
                })
            })
            .collect();
        for task in tasks {
            assert!(bounded(task).await.unwrap().unwrap());
        }
        assert_eq!(defaults(&database.store, &rps[0]).await.len(), 1);
    }
}
