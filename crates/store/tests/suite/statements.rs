//! What a login costs: statements and commits.

use keystead_domain::UserRef;
use keystead_store::{Finish, Insert, tally};

use crate::{
    database::Database,
    fixture::{self, Household, NOW},
};

#[tokio::test]
async fn a_login_reads_once_and_commits_once_in_five_statements() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let store = &database.store;
        let reader = store.reader();
        let within = reader.within(home.tenant.id);
        let count = |statements, commits| tally::Tally { statements, commits };

        let named = UserRef::External(home.user.external_id.clone());
        let (found, tally) = tally::scope(within.find_named(home.rp.id, &named)).await;
        assert_eq!((found.unwrap().map(|named| named.allow.len()), tally), (Some(1), count(1, 0)));

        let (found, tally) = tally::scope(within.find_for_login(&home.credential.webauthn_id)).await;
        assert_eq!((found.unwrap().len(), tally), (1, count(1, 0)));

        let (found, tally) = tally::scope(within.find_registrant(home.rp.id, &named)).await;
        assert_eq!((found.unwrap().map(|found| found.usable), tally), (Some(1), count(1, 0)));

        let outcome = fixture::outcome(home.tenant.id, fixture::ceremony_id());
        let event = fixture::event(Some(home.tenant.id), NOW);
        let login = home.login();
        let finish = store.transact(async |tx| {
            let within = tx.within(home.tenant.id);
            assert!(within.record_login(&login).await?);
            assert_eq!(within.insert_outcome(&outcome).await?, Insert::Done);
            tx.insert_event(&event).await?;
            Ok(Finish::Commit(()))
        });
        let (finished, tally) = tally::scope(finish).await;
        finished.unwrap();
        assert_eq!(tally, count(5, 1));
    }
}

#[tokio::test]
async fn an_api_key_is_looked_up_in_one_statement() {
    for database in Database::on_every_engine().await {
        let key = fixture::api_key(fixture::caller(None).id);
        let (found, tally) = tally::scope(database.store.reader().find_api_key(key.id)).await;
        assert_eq!(found.unwrap(), None);
        assert_eq!(tally, tally::Tally { statements: 1, commits: 0 });
    }
}

#[tokio::test]
async fn a_transaction_that_is_rolled_back_commits_nothing() {
    for database in Database::on_every_engine().await {
        let nothing = database.store.transact(async |_| Ok(Finish::RollBack(7)));
        let (answer, tally) = tally::scope(nothing).await;
        assert_eq!(answer.unwrap(), 7);
        assert_eq!(tally, tally::Tally { statements: 2, commits: 0 });
    }
}
