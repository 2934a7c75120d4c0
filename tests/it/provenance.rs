//! What support sees of a credential: what holds it, where it was made, when and how it was last used.

use keystead_authenticator::{Authenticator, Settings};
use keystead_domain::{Attachment, AttestationTrust, CredentialSource, SyncModel};
use keystead_service::{Call, CreateRelyingParty, Error, SetOrigins};
use keystead_tests::database::on_every_engine;

use crate::world::{ORIGIN, World, finish_authentication, registration_of};

/// What Apple's devices say they are.
const APPLE: [u8; 16] =
    [0xfb, 0xfc, 0x30, 0x07, 0x15, 0x4e, 0x4e, 0xcc, 0x8c, 0x0b, 0x6e, 0x02, 0x05, 0x57, 0xd7, 0xbd];

fn from(call: &Call, user_agent: &str, country: &str) -> Call {
    let mut call = call.clone();
    call.client.user_agent = Some(user_agent.to_owned());
    call.client.country = Some(country.to_owned());
    call
}

#[tokio::test]
async fn a_credential_says_what_holds_it_and_how_it_was_made_and_used() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let made = from(&world.call, "Safari on a Mac", "DE");
        let used = from(&world.call, "Chrome on Windows", "AT");
        let mut device =
            Authenticator::with_settings(1, Settings { aaguid: APPLE, ..Settings::synced_passkey() });
        world.user("anna").await;
        let registered = world.register_on(&made, "anna", &mut device).await;

        let fresh = world.service.get_credential(&world.call, registered.id).await.expect("it is there");
        assert_eq!(fresh.provider.name.as_ref().map(keystead_domain::Name::as_str), Some("Apple Passwords"));
        assert_eq!(fresh.provider.sync_model, Some(SyncModel::Synced));
        assert!(!fresh.provider.verified, "nobody attested it");
        assert_eq!(fresh.credential.attestation.trust, AttestationTrust::None);
        assert_eq!(
            (fresh.credential.source, fresh.credential.use_count),
            (CredentialSource::Registration, 0)
        );
        let creation = &fresh.credential.creation;
        assert_eq!((creation.origin.as_str(), creation.user_agent.as_str()), (ORIGIN, "Safari on a Mac"));
        assert_eq!((creation.country.as_str(), creation.user_verified), ("DE", true));
        assert_eq!(fresh.credential.profile.as_str(), "default");
        assert!(fresh.usable);

        device.settings.attachment = Some(keystead_authenticator::Attachment::CrossPlatform);
        for _ in 0..2 {
            let (started, response) = world.answered(None, &mut device).await;
            let command = finish_authentication(&started.token, &response);
            world.service.finish_authentication(&used, command).await.expect("logged in");
        }
        let after = world.credential(registered.id).await;
        assert_eq!(after.use_count, 2);
        assert_eq!(after.last_use.user_agent, "Chrome on Windows");
        assert_eq!(after.last_use.attachment, Some(Attachment::CrossPlatform));
        assert_eq!((after.last_use.origin.as_str(), after.last_use.country.as_str()), (ORIGIN, "AT"));
        assert_eq!(after.creation, fresh.credential.creation, "where it was made does not change");
    })
    .await;
}

#[tokio::test]
async fn a_model_nobody_knows_has_no_name() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::with_settings(1, Settings { aaguid: [0; 16], ..Settings::default() });
        let registered = world.register("anna", &mut device).await;
        let shown = world.service.get_credential(&world.call, registered.id).await.expect("it is there");
        assert_eq!((shown.provider.name, shown.provider.sync_model), (None, None));
    })
    .await;
}

#[tokio::test]
async fn a_related_origin_registers_and_logs_in_and_is_published_for_its_host() {
    const RELATED: &str = "https://example.co.uk";
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let parties = world
            .service
            .list_relying_parties(
                &world.call,
                None,
                &keystead_service::PageRequest { size: 50, token: String::new() },
            )
            .await
            .expect("relying parties");
        let change = |related: &[&str]| SetOrigins {
            tenant: None,
            relying_party: parties.items[0].id,
            origins: vec![ORIGIN.to_owned()],
            top_origins: Vec::new(),
            related_origins: related.iter().map(|origin| (*origin).to_owned()).collect(),
        };
        assert_eq!(world.service.related_origins("example.org").await.expect("read"), None);
        let changed = world.service.set_origins(&world.call, change(&[RELATED])).await.expect("changed");
        assert!(changed.warnings.is_empty(), "{:?}", changed.warnings);

        let mut device = Authenticator::new(1);
        world.user("anna").await;
        let started = world.service.start_registration(&world.call, registration_of("anna")).await.unwrap();
        let response = device.create(&started.options.to_json(), RELATED).expect("a key");
        let command = crate::world::finish_registration("anna", &started.token, &response);
        world.service.finish_registration(&world.call, command).await.expect("registered");
        world.log_in(None, &mut device).await.expect("logged in at the RP's own origin");

        world.hands.wait(std::time::Duration::from_secs(6));
        for host in ["example.org", "EXAMPLE.org:443"] {
            let published = world.replica().await.related_origins(host).await.expect("read").expect("some");
            assert_eq!(
                published.iter().map(keystead_domain::RelatedOrigin::as_str).collect::<Vec<_>>(),
                [RELATED]
            );
        }
        assert_eq!(world.service.related_origins("example.co.uk").await.expect("read"), None);

        // Browsers need accept five registrable labels only; one label in several countries is one.
        let many: Vec<String> = (0..6).map(|n| format!("https://brand{n}.example")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let warned = world.service.set_origins(&world.call, change(&many)).await.expect("changed");
        assert_eq!(warned.warnings.len(), 1, "{:?}", warned.warnings);
        let one_label = [
            "https://brand.com",
            "https://brand.de",
            "https://brand.co.uk",
            "https://login.brand.fr",
            "https://brand.at",
            "https://brand.ch",
        ];
        assert!(
            world.service.set_origins(&world.call, change(&one_label)).await.unwrap().warnings.is_empty()
        );
        let below = world.service.set_origins(&world.call, change(&["https://login.example.org"])).await;
        assert!(matches!(below, Err(Error::Invalid { field: "related_origins", .. })), "{below:?}");
    })
    .await;
}

#[tokio::test]
async fn of_tenants_that_share_an_rp_id_the_first_publishes_its_related_origins() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let operator = Call::operator(world.service.now());
        let (mut firsts, mut tenants) = (Vec::new(), Vec::new());
        for name in ["first", "second"] {
            let name = keystead_domain::Name::new(name).expect("a name");
            tenants.push(world.service.create_tenant(&operator, name).await.expect("a tenant").id);
        }
        for (rp_id, related) in [
            ("shared.example", [Some("https://first.example"), Some("https://second.example")]),
            ("silent.example", [None, Some("https://second.example")]),
        ] {
            for (tenant, related) in tenants.iter().zip(related) {
                let command = CreateRelyingParty {
                    tenant: Some(*tenant),
                    rp_id: keystead_domain::RpId::new(rp_id).expect("an RP ID"),
                    name: None,
                    origins: vec![format!("https://{rp_id}")],
                    top_origins: Vec::new(),
                    related_origins: related.map(str::to_owned).into_iter().collect(),
                    ceremony_lifetime: None,
                };
                firsts.push(world.service.create_relying_party(&operator, command).await.expect("made"));
            }
        }
        let replica = world.replica().await;
        let published = replica.related_origins("shared.example").await.expect("read");
        assert_eq!(published.as_ref(), Some(&firsts[0].relying_party.related_origins));
        // Nor does a later one speak for a domain whose first has nothing to say.
        assert_eq!(replica.related_origins("silent.example").await.expect("read"), None);
    })
    .await;
}
