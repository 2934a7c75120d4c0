//! A deadline that passes inside the server: what the server itself answers, and that nothing is used up by it.

use std::sync::Arc;

use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use keystead_authenticator::Authenticator;
use keystead_client::v1::{
    self, FinishAuthenticationRequest, ceremony_service_client::CeremonyServiceClient,
};
use keystead_domain::{CredentialId, DisplayName};
use keystead_store::{Finish, Options, Page, Store};
use keystead_tests::{Database, database::on_every_engine};
use tokio::{sync::Notify, task::JoinHandle};
use tonic::{Code, Request, Response, Status};
use tonic_types::StatusExt;

use crate::served::Served;

#[tokio::test]
async fn a_deadline_that_passes_while_the_database_is_held_is_answered_as_one_and_burns_nothing() {
    on_every_engine(async |database| {
        let served = Served::start(&database).await;
        let mut device = Authenticator::new(1);
        let credential = served.register("anna", &mut device).await;
        let finish = served.answered(None, &mut device).await;

        let held = Held::on(&database, &credential).await;
        let late = finish_within(&served, finish.clone(), "500m").await.expect_err("too late");
        assert_eq!(late.code(), Code::DeadlineExceeded, "{late:?}");
        assert_eq!(late.get_details_error_info().expect("an ErrorInfo").reason, "DEADLINE");
        held.let_go().await;

        let finished = served.client.ceremonies().finish_authentication(finish).await.expect("not burnt");
        assert_eq!(finished.authentication.expect("a login").user.expect("a user").external_id, "anna");
    })
    .await;
}

/// The stub alone, on a bare connection: the client of ours, and tonic's channel too, have a timer for the same header, and
/// might answer before the server does.
async fn finish_within(
    served: &Served,
    finish: FinishAuthenticationRequest,
    timeout: &'static str,
) -> Result<Response<v1::FinishAuthenticationResponse>, Status> {
    let connection = Client::builder(TokioExecutor::new()).http2_only(true).build_http();
    let origin = format!("http://{}", served.endpoint).parse().expect("a URL");
    let mut ceremonies = CeremonyServiceClient::with_origin(connection, origin);
    let mut request = Request::new(finish);
    let key = format!("Bearer {}", served.api_key).parse().expect("metadata");
    request.metadata_mut().insert("authorization", key);
    request.metadata_mut().insert("grpc-timeout", timeout.parse().expect("metadata"));
    ceremonies.finish_authentication(request).await
}

/// A transaction of another process that wrote a credential and stays open: on SQLite nobody else can write anything, on a
/// server nobody else this row.
struct Held {
    let_go: Arc<Notify>,
    transaction: JoinHandle<()>,
}

impl Held {
    async fn on(database: &Database, credential: &v1::Credential) -> Self {
        let store = Store::connect(&Options::new(database.url())).await.expect("connected");
        let id = credential.credential_id.parse().expect("an id");
        let (written, let_go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let transaction = tokio::spawn(hold(store, id, Arc::clone(&written), Arc::clone(&let_go)));
        written.notified().await;
        Self { let_go, transaction }
    }

    async fn let_go(self) {
        self.let_go.notify_one();
        self.transaction.await.expect("rolled back");
    }
}

async fn hold(store: Store, id: CredentialId, written: Arc<Notify>, let_go: Arc<Notify>) {
    let page = Page { after: None, size: 1 };
    let tenant = store.reader().list_tenants(page).await.expect("tenants")[0].id;
    let name = DisplayName::new("nobody sees this").expect("a name");
    let rolled_back = store.transact(async |tx| {
        assert!(tx.within(tenant).rename_credential(id, &name).await?);
        written.notify_one();
        let_go.notified().await;
        Ok(Finish::RollBack(()))
    });
    rolled_back.await.expect("rolled back");
}
