//! What a login costs the database: statements, BEGIN and COMMIT included, and commits. A regression fails here.

mod wire;

use std::time::Duration;

use keystead_authenticator::{Authenticator, Fault};
use keystead_domain::Reason;
use keystead_keyring::Keyring;
use keystead_service::{
    Environment, Service, Settings,
    environment::Clock as _,
    tally::{self, Tally},
};
use keystead_store::{Options, Store};
use keystead_tests::database::on_every_engine;

use self::wire::Wire;
use crate::world::{
    ORIGIN, World, authentication_of, by_external_id, finish_authentication, finish_registration, reason,
    registration_of,
};

fn cost(statements: u32, commits: u32) -> Tally {
    Tally { statements, commits }
}

#[tokio::test]
async fn a_page_view_is_free_and_a_login_is_one_commit() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        world.register("anna", &mut device).await;
        world.log_in(None, &mut device).await.expect("logged in");

        for (name, expected) in [(None, cost(0, 0)), (Some("anna"), cost(1, 0)), (Some("nobody"), cost(1, 0))]
        {
            let start = world.service.start_authentication(&world.call, authentication_of(name));
            let (started, spent) = tally::scope(Box::pin(start)).await;
            started.expect("started");
            assert_eq!(spent, expected, "start of {name:?}");
        }
        for name in [None, Some("anna")] {
            let (started, response) = world.answered(name, &mut device).await;
            let finish = world
                .service
                .finish_authentication(&world.call, finish_authentication(&started.token, &response));
            let (finished, spent) = tally::scope(Box::pin(finish)).await;
            finished.expect("logged in");
            assert_eq!(spent, cost(6, 1), "finish of {name:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_not_a_login_costs_as_little() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        world.user("anna").await;
        let start = || world.service.start_registration(&world.call, registration_of("anna"));
        let (first, spent) = tally::scope(Box::pin(start())).await;
        first.expect("started");
        // The user's handle for the RP, once in his life.
        assert_eq!(spent, cost(4, 1));
        let (started, spent) = tally::scope(Box::pin(start())).await;
        let started = started.expect("started");
        assert_eq!(spent, cost(1, 0));

        let response = Authenticator::new(1).create(&started.options.to_json(), ORIGIN).expect("a key");
        let finish = world
            .service
            .finish_registration(&world.call, finish_registration("anna", &started.token, &response));
        let (finished, spent) = tally::scope(Box::pin(finish)).await;
        finished.expect("registered");
        assert_eq!(spent, cost(8, 1));

        let anna = by_external_id("anna");
        let get = world.service.get_user(&world.call, &anna);
        assert_eq!(tally::scope(get).await.1, cost(1, 0));
    })
    .await;
}

#[tokio::test]
async fn a_refusal_costs_a_statement_less_than_a_login() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let (mut annas, mut berts) = (Authenticator::new(1), Authenticator::new(2));
        let anna = world.register("anna", &mut annas).await;
        world.register("bert", &mut berts).await;
        let revoked = world.answered(None, &mut annas).await;
        world.revoke(anna.id).await;
        berts.plant(Fault::BadSignature);
        let forged = world.answered(None, &mut berts).await;

        for ((started, response), expected) in
            [(revoked, Reason::CredentialRevoked), (forged, Reason::SignatureInvalid)]
        {
            let finish = || {
                let command = finish_authentication(&started.token, &response);
                tally::scope(Box::pin(world.service.finish_authentication(&world.call, command)))
            };
            let (refused, spent) = finish().await;
            assert_eq!((reason(&refused), spent), (expected, cost(5, 1)));
            let (again, spent) = finish().await;
            assert_eq!((reason(&again), spent), (Reason::CeremonyConsumed, cost(8, 1)));
        }
    })
    .await;
}

#[tokio::test]
async fn what_comes_a_second_time_costs_one_commit_too() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        world.user("anna").await;
        let started = world.start_registration("anna").await;
        let response = device.create(&started.options.to_json(), ORIGIN).expect("a key");
        let finish = || {
            let command = finish_registration("anna", &started.token, &response);
            tally::scope(Box::pin(world.service.finish_registration(&world.call, command)))
        };
        finish().await.0.expect("registered");
        let (again, spent) = finish().await;
        assert_eq!((reason(&again), spent), (Reason::CeremonyConsumed, cost(10, 1)));

        let (started, response) = world.answered(None, &mut device).await;
        let finish = || {
            let command = finish_authentication(&started.token, &response);
            tally::scope(Box::pin(world.service.finish_authentication(&world.call, command)))
        };
        finish().await.0.expect("logged in");
        let (again, spent) = finish().await;
        assert_eq!((reason(&again), spent), (Reason::CeremonyConsumed, cost(9, 1)));
    })
    .await;
}

#[tokio::test]
async fn after_the_first_logins_nothing_is_prepared_and_what_is_counted_is_what_the_server_is_asked() {
    on_every_engine(async |database| {
        let Some(wire) = Wire::to(&database).await else { return };
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        world.register("anna", &mut device).await;
        let service = over_one_connection(&wire, &world).await;

        let mut log_in = async |name| {
            let started = service.start_authentication(&world.call, authentication_of(name)).await;
            let started = started.expect("started");
            let response = device.get(&started.options.to_json(), ORIGIN).expect("an answer");
            let finish = finish_authentication(&started.token, &response);
            service.finish_authentication(&world.call, finish).await.expect("logged in");
        };
        for name in [None, Some("anna")] {
            log_in(name).await;
        }
        for (name, expected) in [(None, cost(6, 1)), (Some("anna"), cost(7, 1))] {
            let (statements, prepared) = (wire.statements(), wire.prepared());
            let ((), spent) = tally::scope(Box::pin(log_in(name))).await;
            assert_eq!(spent, expected);
            assert_eq!(wire.statements() - statements, spent.statements);
            assert_eq!(wire.prepared() - prepared, 0);
        }
    })
    .await;
}

/// The use cases on the world's database, over a single connection on this wire: each connection prepares for itself.
async fn over_one_connection(wire: &Wire, world: &World) -> Service {
    let options = Options { max_connections: 1, ..Options::new(&wire.url) };
    let store = Store::connect(&options).await.expect("the database answers");
    let keyring = Keyring::open(&world.keys, world.hands.now()).expect("the key file opens");
    let environment = Environment::new(world.hands.clone(), world.hands.clone());
    // What it reads of the configuration is not a login's: once is enough.
    let settings = Settings { directory_max_age: Duration::from_mins(1), ..Settings::default() };
    Service::new(store, keyring, environment, settings)
}
