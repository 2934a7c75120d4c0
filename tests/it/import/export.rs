//! Credentials given away.

use std::sync::Arc;

use keystead_domain::{Caller, CredentialState, EventKind, Name, Reason, RpId, UserRef};
use keystead_service::{
    Call, CreateRelyingParty, Error, ExportFilter, Exported, ImportFormat, ImportOptions,
};
use keystead_tests::database::on_every_engine;
use serde_json::Value;

use super::{counts, foreign::Foreign, import};
use crate::world::{ORIGIN, World, by_external_id, reason};

/// Everything that the filter names, page by page.
async fn export(world: &World, filter: &ExportFilter) -> Result<Vec<Exported>, Error> {
    let (mut all, mut token) = (Vec::new(), String::new());
    while let Some(page) = world.service.export_page(&world.call, filter, &token).await? {
        assert!(!page.records.is_empty());
        all.extend(page.records);
        token = page.resume_token;
    }
    Ok(all)
}

fn rows(exported: &[Exported]) -> Vec<Value> {
    exported.iter().map(|row| serde_json::from_str(&row.to_json()).expect("JSON")).collect()
}

/// Moves the world into another tenant, with a relying party of the same RP ID.
async fn move_to_another_tenant(world: &mut World) {
    let operator = Call::operator(world.service.now());
    let name = Name::new("elsewhere").expect("a name");
    let tenant = world.service.create_tenant(&operator, name).await.expect("a tenant").id;
    let relying_party = CreateRelyingParty {
        tenant: Some(tenant),
        rp_id: RpId::new("example.org").expect("an RP ID"),
        name: None,
        origins: vec![ORIGIN.to_owned()],
        top_origins: Vec::new(),
        related_origins: Vec::new(),
        ceremony_lifetime: None,
    };
    world.service.create_relying_party(&operator, relying_party).await.expect("a relying party");
    let caller = Caller { tenant_id: Some(tenant), ..(*world.call.caller).clone() };
    world.call = Call { caller: Arc::new(caller), ..world.call.clone() };
    world.tenant = tenant;
}

#[tokio::test]
async fn what_is_exported_logs_in_at_another_tenant_and_is_exported_the_same_there() {
    on_every_engine(async |database| {
        let mut world = World::new(&database).await;
        let mut own = keystead_authenticator::Authenticator::new(9);
        world.register("anna", &mut own).await;
        let mut foreign = Foreign::passkey(1, "bert", b"b");
        let row = foreign.row(ImportFormat::Keystead);
        import(&world, ImportOptions::default(), [&row]).await.expect("taken");
        world.log_in(None, &mut own).await.expect("logged in");

        let exported = rows(&export(&world, &ExportFilter::default()).await.expect("exported"));
        assert_eq!(exported.len(), 2);
        move_to_another_tenant(&mut world).await;
        let batch = import(&world, ImportOptions::default(), &exported).await.expect("taken");
        assert_eq!(counts(&batch), (2, 0, 0), "{:?}", batch.refused_rows);
        let without_ids = |mut rows: Vec<Value>| {
            for row in &mut rows {
                row.as_object_mut()
                    .expect("a row")
                    .retain(|member, _| member != "userId" && member != "credentialId");
            }
            rows
        };
        let again = rows(&export(&world, &ExportFilter::default()).await.expect("exported"));
        assert_eq!(without_ids(again), without_ids(exported));
        for (name, device) in [("anna", &mut own), ("bert", &mut foreign.device)] {
            for named in [None, Some(name)] {
                let login = world.log_in(named, device).await.expect("logged in").value;
                assert_eq!(login.user.external_id.as_str(), name);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_export_goes_on_after_the_rows_that_arrived_and_is_one_event() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let given: Vec<Value> = (1..=300)
            .map(|n: u64| Foreign::passkey(n, &format!("user-{n}"), &n.to_be_bytes()))
            .map(|foreign| foreign.row(ImportFormat::Keystead))
            .collect();
        import(&world, ImportOptions::default(), &given).await.expect("taken");
        let filter = ExportFilter::default();
        let (service, call) = (&world.service, &world.call);
        let first = service.export_page(call, &filter, "").await.expect("a page").expect("rows");
        assert!(first.records.len() < given.len());
        // The stream broke, and somebody registers.
        world.register("zoe", &mut keystead_authenticator::Authenticator::new(900)).await;
        let mut ids: Vec<_> = first.records.iter().map(|row| row.row.credential.id).collect();
        let mut token = first.resume_token.clone();
        while let Some(page) = service.export_page(call, &filter, &token).await.expect("a page") {
            ids.extend(page.records.iter().map(|row| row.row.credential.id));
            token = page.resume_token;
        }
        assert_eq!(ids.len(), 301);
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 301, "each once");
        assert_eq!(world.count_events(EventKind::CredentialsExported).await, 1);

        // A token is one of these very fields, and of this tenant.
        let other = ExportFilter { states: vec![CredentialState::Active], ..ExportFilter::default() };
        for (filter, token) in [(&other, first.resume_token.as_str()), (&filter, "forged")] {
            let page = service.export_page(call, filter, token).await;
            assert_eq!(reason(&page), Reason::InvalidPageToken);
        }
    })
    .await;
}

#[tokio::test]
async fn an_export_has_what_was_asked_for_and_nothing_of_others() {
    on_every_engine(async |database| {
        let mut world = World::new(&database).await;
        for (n, name) in [(1, "anna"), (2, "bert")] {
            world.register(name, &mut keystead_authenticator::Authenticator::new(n)).await;
        }
        let anna = Some(by_external_id("anna"));
        let of_anna = ExportFilter { user: anna.clone(), ..ExportFilter::default() };
        let exported = export(&world, &of_anna).await.expect("exported");
        assert_eq!(exported.len(), 1);
        assert_eq!(exported[0].row.external_id.as_str(), "anna");
        let event = world.events().await.into_iter().find(|it| it.kind == EventKind::CredentialsExported);
        assert_eq!(event.expect("an event").user_id, Some(exported[0].row.credential.user_id));
        world.revoke(exported[0].row.credential.id).await;
        let rp_id = |text| Some(RpId::new(text).expect("an RP ID"));
        for (filter, expected) in [
            (ExportFilter { states: vec![CredentialState::Revoked], ..of_anna.clone() }, 1),
            (ExportFilter { states: vec![CredentialState::Active], ..of_anna.clone() }, 0),
            (ExportFilter { rp_id: rp_id("example.org"), ..ExportFilter::default() }, 2),
        ] {
            assert_eq!(export(&world, &filter).await.expect("exported").len(), expected, "{filter:?}");
        }
        let nobody: UserRef = by_external_id("nobody");
        for (filter, expected) in [
            (ExportFilter { user: Some(nobody), ..ExportFilter::default() }, Reason::UserNotFound),
            (
                ExportFilter { rp_id: rp_id("example.com"), ..ExportFilter::default() },
                Reason::RelyingPartyNotFound,
            ),
        ] {
            assert_eq!(reason(&export(&world, &filter).await), expected);
        }
        move_to_another_tenant(&mut world).await;
        assert_eq!(export(&world, &ExportFilter::default()).await.expect("exported").len(), 0);
    })
    .await;
}
