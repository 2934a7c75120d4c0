//! More requests than connections: twice, then twenty times the pool. The server keeps answering, and says so.

use std::time::Duration;

use keystead_authenticator::Authenticator;
use keystead_client::{Code, Error, v1};
use keystead_tests::database::on_every_engine;
use tokio::task::JoinSet;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

use crate::served::Served;

const POOL: usize = 16;

#[tokio::test(flavor = "multi_thread")]
async fn twice_and_twenty_times_the_pool_are_answered_and_the_server_stays_ready() {
    on_every_engine(async |database| {
        let served = Served::start(&database).await;
        let mut device = Authenticator::new(1);
        served.register("anna", &mut device).await;
        for crowd in [2 * POOL, 20 * POOL] {
            let mut logins = JoinSet::new();
            let mut finishes = Vec::new();
            for _ in 0..crowd {
                finishes.push(served.answered(None, &mut device).await);
            }
            for finish in finishes {
                let client = served.client.clone();
                logins.spawn(async move { client.ceremonies().finish_authentication(finish).await });
            }
            let answers =
                tokio::time::timeout(Duration::from_mins(1), logins.join_all()).await.expect("answered");
            let succeeded = answers.iter().filter(|answer| answer.is_ok()).count();
            for answer in &answers {
                // Done, or turned away in time to be tried again: nothing else.
                assert!(
                    matches!(
                        answer,
                        Ok(_)
                            | Err(Error::Rejected { code: Code::Unavailable | Code::ResourceExhausted, .. })
                    ),
                    "{answer:?}"
                );
            }
            assert!(succeeded >= POOL, "{succeeded} of {crowd}");
            served.log_in(None, &mut device).await.expect("and on it goes");
            serves_again(&served).await;
        }
        let list = v1::ListUsersRequest::default();
        served.client.users().list_users(list).await.expect("answered");
    })
    .await;
}

/// Waits until health says so: in the crush the database may have been found too busy to serve, which it is told soon after.
async fn serves_again(served: &Served) {
    let endpoint =
        tonic::transport::Endpoint::from_shared(format!("http://{}", served.endpoint)).expect("a URL");
    let mut health = HealthClient::new(endpoint.connect().await.expect("connected"));
    let request = HealthCheckRequest { service: String::new() };
    let mut told = health.watch(request).await.expect("answered").into_inner();
    let serving = async {
        loop {
            let status = told.message().await.expect("told").expect("and told on").status();
            if status == ServingStatus::Serving {
                break;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), serving).await.expect("serves again");
}
