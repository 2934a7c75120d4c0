//! What a login costs: statements and commits.

use keystead_domain::{CredentialState, CredentialUse, UserRef};
use keystead_store::{EventFilter, Finish, Insert, LoginUpdate, Page, Store, tally};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

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

        let (found, tally) =
            tally::scope(within.find_for_login(home.rp.id, &home.credential.webauthn_id)).await;
        assert_eq!((found.unwrap().is_some(), tally), (true, count(1, 0)));

        let (found, tally) = tally::scope(within.find_registrant(home.rp.id, &named)).await;
        assert_eq!((found.unwrap().map(|found| found.usable), tally), (Some(1), count(1, 0)));

        let (found, tally) = tally::scope(within.find_signal_facts(home.rp.id, &named)).await;
        assert_eq!((found.unwrap().map(|found| found.accepted.len()), tally), (Some(1), count(1, 0)));

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

/// Statements that the connection has prepared so far.
async fn prepared(store: &Store) -> String {
    let question = Statement::from_string(DbBackend::MySql, "SHOW SESSION STATUS LIKE 'Com_stmt_prepare'");
    let row = store.reader().query_one_raw(question).await.unwrap().unwrap();
    row.try_get_by_index(1).unwrap()
}

async fn ask_everything(store: &Store, home: &Household, states: &[CredentialState], page: Page) {
    let reader = store.reader();
    let (within, tenant) = (reader.within(home.tenant.id), Some(home.tenant.id));
    for named in [UserRef::Id(home.user.id), UserRef::External(home.user.external_id.clone())] {
        within.find_named(home.rp.id, &named).await.unwrap();
        within.find_registrant(home.rp.id, &named).await.unwrap();
        within.find_signal_facts(home.rp.id, &named).await.unwrap();
        within.find_user(&named).await.unwrap();
    }
    within.credentials_of(home.user.id).await.unwrap();
    within.registration_profiles().await.unwrap();
    within.find_for_login(home.rp.id, &home.credential.webauthn_id).await.unwrap();
    within.find_anywhere(&home.credential.webauthn_id).await.unwrap();
    within.list_credentials(Some(home.user.id), states, page).await.unwrap();
    within.list_credentials(None, states, page).await.unwrap();
    within.list_users(page).await.unwrap();
    within.relying_parties().await.unwrap();
    reader.list_events(tenant, &EventFilter::default(), page).await.unwrap();
    reader.list_callers(tenant, page).await.unwrap();
    reader.list_tenants(page).await.unwrap();
    reader.decoy_key(home.tenant.id).await.unwrap();
    reader.related_origins().await.unwrap();
    for login in [home.login(), strict_login_from_nowhere(home)] {
        let finished = store
            .transact(async |tx| Ok(Finish::Commit(tx.within(home.tenant.id).record_login(&login).await?)));
        // The strict one rises but once.
        assert!(finished.await.unwrap() || login.counter_must_rise);
    }
    change_states(store, home).await;
}

fn strict_login_from_nowhere(home: &Household) -> LoginUpdate {
    LoginUpdate { sign_count: 9, counter_must_rise: true, used: CredentialUse::default(), ..home.login() }
}

async fn change_states(store: &Store, home: &Household) {
    let states = [CredentialState::Suspended, CredentialState::Superseded, CredentialState::Active];
    let changed = store.transact(async |tx| {
        let within = tx.within(home.tenant.id);
        for state in states {
            within.write_user(home.user.id).await?;
            let before = within.find_credential(home.credential.id).await?.unwrap();
            let lost_at = (state == CredentialState::Suspended).then_some(NOW);
            within.set_credential_state(&before, state, lost_at, NOW).await?;
        }
        within.reactivate_user(home.user.id, home.user.epoch).await?;
        Ok(Finish::Commit(()))
    });
    changed.await.unwrap();
}

#[tokio::test]
async fn a_question_with_other_values_is_no_new_statement_to_the_driver() {
    for database in Database::on_every_server().await {
        let store = database.connect_again(|options| options.max_connections = 1).await.unwrap();
        let [first, second] = [Household::move_in(&store).await, Household::move_in(&store).await];
        prepared(&store).await;
        ask_everything(&store, &first, &[], Page { after: None, size: 50 }).await;
        let before = prepared(&store).await;
        let after = Some((NOW, fixture::bytes()));
        for count in 1..CredentialState::ALL.len() {
            ask_everything(&store, &second, &CredentialState::ALL[..count], Page { after, size: 7 }).await;
        }
        assert_eq!(prepared(&store).await, before);
    }
}
