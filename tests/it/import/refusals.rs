//! What is not imported, and why.

use keystead_authenticator::{Algorithm, Settings};
use keystead_domain::{Aaguid, AaguidMode, AaguidRule, Name, Reason, RegistrationProfile, RpId};
use keystead_service::{ImportFormat, ImportOptions};
use keystead_tests::database::on_every_engine;
use serde_json::{Value, json};

use super::{counts, foreign::Foreign, import};
use crate::world::{World, reason};

/// The reason and the member of the one row that is refused.
async fn refusal(world: &World, options: ImportOptions, row: &Value) -> (Reason, String) {
    let batch = import(world, options, [row]).await.expect("judged");
    assert_eq!(counts(&batch), (0, 0, 1), "{row}");
    let refused = &batch.refused_rows[0];
    assert_eq!(refused.number, 1);
    assert!(!refused.problem.is_empty());
    (refused.reason, refused.field.clone())
}

#[tokio::test]
async fn a_row_that_could_not_log_in_is_refused_with_its_reason() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let row = Foreign::passkey(1, "anna", b"a").row(ImportFormat::Keystead);
        let rsa = Foreign::with_settings(
            2,
            "anna",
            b"a",
            Settings { preferred_algorithm: Some(Algorithm::Rs256), ..Settings::default() },
        );
        let rsa = rsa.row(ImportFormat::Keystead);
        for (member, value, expected, field) in [
            ("rpId", json!("example.com"), Reason::WrongRp, "rp_id"),
            ("publicKey", json!("oA=="), Reason::PublicKeyMalformed, "publicKey"),
            // A COSE_Key of RSASSA-PSS.
            ("publicKey", json!("ogEDAzgk"), Reason::AlgorithmUnsupported, "publicKey"),
            ("backupEligible", json!(false), Reason::BackupStateInvalid, "backedUp"),
            ("algorithm", rsa["algorithm"].clone(), Reason::PublicKeyAlgorithmMismatch, "algorithm"),
            ("webauthnId", json!(""), Reason::CredentialIdLength, "webauthnId"),
            ("state", json!("CREDENTIAL_STATE_REVOKED"), Reason::FieldViolation, "state"),
            ("externalId", json!(""), Reason::FieldViolation, "externalId"),
        ] {
            let mut row = row.clone();
            row[member] = value;
            let refused = refusal(&world, ImportOptions::default(), &row).await;
            assert_eq!((refused.0, refused.1.as_str()), (expected, field), "{member}");
        }
        let strict = ImportOptions { existing_users_only: true, ..ImportOptions::default() };
        let expected = (Reason::UserNotFound, "external_id".to_owned());
        assert_eq!(refusal(&world, strict, &row).await, expected);
        assert_eq!(world.events().await.iter().filter(|event| event.user_id.is_some()).count(), 0);
    })
    .await;
}

#[tokio::test]
async fn an_id_or_a_handle_of_somebody_else_is_refused() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let anna = Foreign::passkey(1, "anna", b"a").row(ImportFormat::Keystead);
        let other = Foreign::passkey(2, "bert", b"b").row(ImportFormat::Keystead);
        assert_eq!(
            counts(&import(&world, ImportOptions::default(), [&anna]).await.expect("taken")),
            (1, 0, 0)
        );
        let with = |members: &[(&str, &Value)]| {
            let mut row = other.clone();
            for (member, value) in members {
                row[*member] = (*value).clone();
            }
            row
        };
        for (what, row, expected) in [
            ("another's id", with(&[("webauthnId", &anna["webauthnId"])]), Reason::CredentialExists),
            (
                "his own id with another key",
                with(&[("webauthnId", &anna["webauthnId"]), ("externalId", &anna["externalId"])]),
                Reason::CredentialExists,
            ),
            ("another's handle", with(&[("userHandle", &anna["userHandle"])]), Reason::UserHandleConflict),
            ("a second handle", with(&[("externalId", &anna["externalId"])]), Reason::UserHandleConflict),
        ] {
            assert_eq!(refusal(&world, ImportOptions::default(), &row).await.0, expected, "{what}");
        }

        // Rows of one message are no better than rows of two.
        let carl = Foreign::passkey(3, "carl", b"c").row(ImportFormat::Keystead);
        let like_carl = |member: &str| with(&[(member, &carl[member])]);
        let rows =
            [&carl, &like_carl("userHandle"), &like_carl("externalId"), &like_carl("webauthnId"), &other];
        let batch = import(&world, ImportOptions::default(), rows).await.expect("judged");
        assert_eq!(counts(&batch), (2, 0, 3));
        let reasons: Vec<Reason> = batch.refused_rows.iter().map(|row| row.reason).collect();
        let handle = Reason::UserHandleConflict;
        assert_eq!(reasons, [handle, handle, Reason::CredentialExists]);
    })
    .await;
}

#[tokio::test]
async fn a_handle_may_be_left_out_only_where_the_key_is_never_found_without_its_name() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let row = Foreign::passkey(1, "anna", b"a").row(ImportFormat::Keystead);
        for discoverable in [json!(true), Value::Null] {
            let mut row = row.clone();
            row["discoverable"] = discoverable;
            row["userHandle"] = Value::Null;
            let refused = refusal(&world, ImportOptions::default(), &row).await;
            assert_eq!(refused.0, Reason::UserHandleMissing);
        }
    })
    .await;
}

#[tokio::test]
async fn the_registration_profile_says_which_models_and_how_many_keys_are_taken() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let profile = Name::new("strict").expect("a name");
        let options = ImportOptions { profile: Some(profile.clone()), ..ImportOptions::default() };
        let unknown = world.service.begin_import(&world.call, options.clone()).await;
        assert_eq!(reason(&unknown.map(|_| ())), Reason::ProfileNotFound);
        let elsewhere = ImportOptions {
            rp_id: Some(RpId::new("example.com").expect("an RP ID")),
            ..ImportOptions::default()
        };
        let elsewhere = world.service.begin_import(&world.call, elsewhere).await;
        assert_eq!(reason(&elsewhere.map(|_| ())), Reason::RelyingPartyNotFound);

        let denied = Aaguid(Settings::default().aaguid);
        world
            .profile(RegistrationProfile {
                name: profile,
                max_credentials: 2,
                aaguids: AaguidRule {
                    allowed: Vec::new(),
                    denied: vec![denied],
                    mode: AaguidMode::RegistrationOnly,
                },
                ..RegistrationProfile::built_in()
            })
            .await;
        let rows: Vec<Value> = (1..=3)
            .map(|n| {
                let mut row = Foreign::passkey(n, "anna", b"a").row(ImportFormat::Keystead);
                row["aaguid"] = json!("00000000-0000-0000-0000-000000000000");
                row
            })
            .collect();
        let mut of_denied = rows[0].clone();
        of_denied["aaguid"] = json!(denied.to_string());
        let refused = refusal(&world, options.clone(), &of_denied).await;
        assert_eq!(refused, (Reason::AuthenticatorNotAllowed, "aaguid".to_owned()));
        let batch = import(&world, options.clone(), &rows).await.expect("judged");
        assert_eq!(counts(&batch), (2, 0, 1));
        assert_eq!(batch.refused_rows[0].reason, Reason::CredentialLimit);
        assert_eq!(refusal(&world, options, &rows[2]).await.0, Reason::CredentialLimit);
        // Under the default profile there is room.
        assert_eq!(counts(&import(&world, ImportOptions::default(), &rows).await.expect("taken")), (1, 2, 0));
    })
    .await;
}
