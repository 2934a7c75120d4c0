//! Several processes on one database: whatever one of them decides holds for all.

use keystead_authenticator::Authenticator;
use keystead_client::{Code, Error, v1, v1::ErrorReason};
use keystead_tests::database::on_every_engine;
use tokio::task::JoinSet;

use crate::served::{Served, client};

const PARALLEL: usize = 64;

#[tokio::test(flavor = "multi_thread")]
async fn of_64_parallel_finishes_over_the_wire_one_succeeds_also_over_two_processes() {
    on_every_engine(async |database| {
        let one = Served::start(&database).await;
        let mut device = Authenticator::new(1);
        one.register("anna", &mut device).await;
        // SQLite is one process's database; two share it here only where there is a server.
        let two =
            if database.url().starts_with("sqlite") { None } else { Some(one.replica(&database).await) };
        let mut endpoints = vec![one.endpoint.clone()];
        endpoints.extend(two.as_ref().map(|two| two.endpoint.clone()));
        let finish = one.answered(None, &mut device).await;
        let mut finishes = JoinSet::new();
        for i in 0..PARALLEL {
            let client = client(&endpoints[i % endpoints.len()], &one.api_key);
            let finish = finish.clone();
            finishes.spawn(async move { client.ceremonies().finish_authentication(finish).await });
        }
        let (successes, losers): (Vec<_>, Vec<_>) =
            finishes.join_all().await.into_iter().partition(Result::is_ok);
        assert_eq!(successes.len(), 1);
        for loser in losers {
            assert_eq!(loser.expect_err("lost").reason(), Some(ErrorReason::CeremonyConsumed));
        }
    })
    .await;
}

#[tokio::test]
async fn a_ceremony_started_on_one_replica_is_finished_on_another_and_a_revoked_key_dies_everywhere() {
    on_every_engine(async |database| {
        let one = Served::start(&database).await;
        let mut device = Authenticator::new(1);
        one.register("anna", &mut device).await;
        let two = one.replica(&database).await;
        let finish = one.answered(Some("anna"), &mut device).await;
        two.client.ceremonies().finish_authentication(finish).await.expect("logged in on the other");

        let create = v1::CreateCallerRequest {
            name: "web".to_owned(),
            grants: vec!["users.read".to_owned()],
            ..Default::default()
        };
        let caller = one.client.admin().create_caller(create).await.expect("made").caller.expect("it");
        let key = v1::CreateApiKeyRequest { caller_id: caller.caller_id, ..Default::default() };
        let key = one.client.admin().create_api_key(key).await.expect("made");
        let elsewhere = two.as_caller(&key.api_key);
        let list = || v1::ListUsersRequest::default();
        elsewhere.users().list_users(list()).await.expect("may");
        let revoke = v1::RevokeApiKeyRequest { api_key_id: key.api_key_id, ..Default::default() };
        one.client.admin().revoke_api_key(revoke).await.expect("revoked");
        let here = one.as_caller(&key.api_key).users().list_users(list()).await;
        assert!(is_unauthenticated(&here), "{here:?}");
        // Within the age of the other's directory, which asks the clock: ask until it says so, and no longer than twice that.
        let dies = async {
            let mut answer = elsewhere.users().list_users(list()).await;
            while answer.is_ok() {
                tokio::task::yield_now().await;
                answer = elsewhere.users().list_users(list()).await;
            }
            answer
        };
        let there = tokio::time::timeout(std::time::Duration::from_secs(10), dies).await;
        let there = there.expect("dead within its time");
        assert!(is_unauthenticated(&there), "{there:?}");
    })
    .await;
}

fn is_unauthenticated<T>(answer: &Result<T, Error>) -> bool {
    matches!(answer, Err(Error::Rejected { code: Code::Unauthenticated, .. }))
}

#[tokio::test]
async fn a_second_start_finds_everything_as_it_was() {
    on_every_engine(async |database| {
        let first = Served::start(&database).await;
        let mut device = Authenticator::new(1);
        first.register("anna", &mut device).await;
        let second = first.replica(&database).await;
        let announced = |served: &Served| -> Vec<String> {
            let ids = ["tenant", "caller", ". "];
            let lines = served.process.lines();
            lines.into_iter().filter(|line| ids.iter().any(|id| line.trim_start().starts_with(id))).collect()
        };
        assert_eq!(announced(&first), announced(&second));
        assert_eq!(first.api_key, second.api_key);
        let shown =
            |served: &Served| served.process.lines().iter().filter(|line| line.contains("ks_")).count();
        assert_eq!((shown(&first), shown(&second)), (1, 0));
    })
    .await;
}

#[tokio::test]
async fn a_raised_restore_epoch_kills_every_open_token() {
    on_every_engine(async |database| {
        let served = Served::start_with(&database, &[("KEYSTEAD__DIRECTORY__MAX_AGE", "0s")]).await;
        let mut device = Authenticator::new(1);
        served.register("anna", &mut device).await;
        let open = served.answered(None, &mut device).await;
        let output = tokio::process::Command::new(keystead_tests::binary::keystead())
            .args(["admin", "raise-restore-epoch", "--database-url", database.url()])
            .arg("--data-dir")
            .arg(served.data_directory())
            .output()
            .await
            .expect("keystead runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let answer = served.client.ceremonies().finish_authentication(open).await.expect_err("dead");
        assert_eq!(answer.reason(), Some(ErrorReason::CeremonyTokenInvalid));
        served.log_in(None, &mut device).await.expect("a new one lives");
    })
    .await;
}
