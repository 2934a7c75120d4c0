//! Blocked means blocked, even in flight: a user's epoch raised, or his key revoked, while a ceremony is open.

use keystead_authenticator::Authenticator;
use keystead_domain::{CredentialId, CredentialState, EventKind, Reason, TenantId, UserId};
use keystead_store::{Finish, Options, Store};
use keystead_tests::database::on_every_engine;

use crate::world::{ORIGIN, World, finish_authentication, finish_registration, raise_epoch, reason};

/// An attempt id has 16 bytes, and is drawn between what a finish reads and what it writes.
const BETWEEN_READ_AND_WRITE: usize = 16;

#[tokio::test]
async fn an_epoch_raised_between_start_and_finish_refuses_named_logins_and_registrations() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        let user = world.register("anna", &mut device).await.user_id;
        let login = world.start(Some("anna")).await;
        let registration = world.start_registration("anna").await;
        world.raise_epoch(user).await;
        assert_eq!(reason(&world.finish(&login, &mut device).await), Reason::StateChanged);
        assert_eq!(
            world.newest_event().await,
            (EventKind::AuthenticationFinished, Some(Reason::StateChanged))
        );
        let answer = world.finish_registration("anna", &registration, &mut Authenticator::new(2)).await;
        assert_eq!(reason(&answer), Reason::StateChanged);
        assert_eq!(world.newest_event().await, (EventKind::RegistrationFinished, Some(Reason::StateChanged)));
        assert_eq!(world.user("anna").await.credential_count, 1);

        // What is started afterwards is judged by the new epoch.
        for name in [Some("anna"), None] {
            world.log_in(name, &mut device).await.expect("logged in");
        }
    })
    .await;
}

#[tokio::test]
async fn an_epoch_raised_between_a_finishs_read_and_its_write_refuses_it() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        let user = world.register("anna", &mut device).await.user_id;
        for name in [Some("anna"), None] {
            let (started, response) = world.answered(name, &mut device).await;
            in_between(&world, database.url(), Take::Epoch(user));
            let command = finish_authentication(&started.token, &response);
            let answer = world.service.finish_authentication(&world.call, command).await;
            assert_eq!(reason(&answer), Reason::StateChanged, "{name:?}");
        }
        let started = world.start_registration("anna").await;
        let response = Authenticator::new(2).create(&started.options.to_json(), ORIGIN).expect("a key");
        in_between(&world, database.url(), Take::Epoch(user));
        let command = finish_registration("anna", &started.token, &response);
        assert_eq!(
            reason(&world.service.finish_registration(&world.call, command).await),
            Reason::StateChanged
        );
        assert_eq!(world.user("anna").await.credential_count, 1);
    })
    .await;
}

#[tokio::test]
async fn a_key_revoked_between_a_finishs_read_and_its_write_does_not_log_in() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        let credential = world.register("anna", &mut device).await;
        let (started, response) = world.answered(None, &mut device).await;
        in_between(&world, database.url(), Take::Key(credential.id));
        let command = finish_authentication(&started.token, &response);
        let answer = world.service.finish_authentication(&world.call, command).await;
        assert_eq!(reason(&answer), Reason::CredentialRevoked);
        let row =
            world.store.reader().within(world.tenant).find_credential(credential.id).await.unwrap().unwrap();
        assert_eq!((row.sign_count, row.last_used_at), (credential.sign_count, None));
    })
    .await;
}

#[derive(Clone, Copy)]
enum Take {
    Epoch(UserId),
    Key(CredentialId),
}

/// Takes something from a user at the next moment between a finish's read and its write, as another process would.
fn in_between(world: &World, url: &str, take: Take) {
    let (url, tenant) = (url.to_owned(), world.tenant);
    world.hands.on_draw_of(BETWEEN_READ_AND_WRITE, move || {
        let other = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(carry_out(&url, tenant, take));
        });
        other.join().expect("taken");
    });
}

async fn carry_out(url: &str, tenant: TenantId, take: Take) {
    let store = Store::connect(&Options::new(url)).await.expect("the database answers");
    match take {
        Take::Epoch(user) => raise_epoch(&store, tenant, user).await,
        Take::Key(id) => {
            let revoked = store
                .transact(async |tx| {
                    let within = tx.within(tenant);
                    let at = keystead_domain::Timestamp::from_micros(1);
                    let before = within.find_credential(id).await?.expect("the credential is there");
                    within.set_credential_state(&before, CredentialState::Revoked, None, at).await?;
                    Ok(Finish::Commit(()))
                })
                .await;
            revoked.expect("revoked");
        }
    }
    store.close().await.expect("closed");
}
