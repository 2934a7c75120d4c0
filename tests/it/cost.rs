//! What a login costs the database: statements, BEGIN and COMMIT included, and commits. A regression fails here.

use keystead_authenticator::Authenticator;
use keystead_service::tally::{self, Tally};
use keystead_tests::database::on_every_engine;

use crate::world::{
    ORIGIN, World, authentication_of, by_external_id, finish_authentication, finish_registration,
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
