//! What a signature counter that does not rise means under each rule.

use keystead_authenticator::Authenticator;
use keystead_domain::{CounterRule, EventKind, Name, Reason, RegistrationProfile};
use keystead_service::ceremony::StartRegistration;
use keystead_tests::database::on_every_engine;

use crate::world::{ORIGIN, World, finish_authentication, reason, registration_of};

async fn registered_under(world: &World, rule: CounterRule) -> Authenticator {
    let name = Name::new(format!("rule-{rule:?}")).expect("a name");
    let profile =
        RegistrationProfile { name: name.clone(), counter_rule: rule, ..RegistrationProfile::built_in() };
    world.profile(profile).await;
    world.user("anna").await;
    let asking = StartRegistration { profile: Some(name), ..registration_of("anna") };
    let started = world.service.start_registration(&world.call, asking).await.expect("started");
    let mut device = Authenticator::new(rule.number().into());
    world.finish_registration("anna", &started, &mut device).await.expect("registered");
    device
}

#[tokio::test]
async fn a_counter_that_goes_backwards_is_ignored_noted_or_refused_as_the_profile_says() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        for (rule, refused, noted) in [
            (CounterRule::Ignore, None, 0),
            (CounterRule::Flag, None, 1),
            (CounterRule::StepUp, Some(Reason::MoreFactorsRequired), 1),
            (CounterRule::Reject, Some(Reason::CounterRegressed), 1),
        ] {
            let before = world.count_events(EventKind::CounterRegressed).await;
            let mut device = registered_under(&world, rule).await;
            let mut clone = device.clone();
            for _ in 0..3 {
                world.log_in(None, &mut device).await.expect("logged in");
            }
            let answer = world.log_in(None, &mut clone).await;
            match refused {
                None => drop(answer.expect("logged in")),
                Some(expected) => assert_eq!(reason(&answer), expected, "{rule:?}"),
            }
            let events = world.count_events(EventKind::CounterRegressed).await - before;
            assert_eq!(events, noted, "{rule:?}");
            // The key itself stays as it is: a signature cannot be guessed, but an id is handed out to anyone.
            world.log_in(None, &mut device).await.expect("logged in");
        }
    })
    .await;
}

#[tokio::test]
async fn under_a_strict_rule_a_clone_that_finishes_at_the_same_time_does_not_hide_behind_the_other() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = registered_under(&world, CounterRule::Reject).await;
        for _ in 0..8 {
            let mut clone = device.clone();
            let (one, two) = (world.start(None).await, world.start(None).await);
            let first = device.get(&one.options.to_json(), ORIGIN).expect("an answer");
            let second = clone.get(&two.options.to_json(), ORIGIN).expect("an answer");
            let (one, two) = tokio::join!(
                world.service.finish_authentication(&world.call, finish_authentication(&one.token, &first)),
                world.service.finish_authentication(&world.call, finish_authentication(&two.token, &second)),
            );
            assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
            assert_eq!(reason(&if one.is_ok() { two } else { one }), Reason::CounterRegressed);
        }
    })
    .await;
}
