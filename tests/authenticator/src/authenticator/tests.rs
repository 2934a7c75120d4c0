use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _, ParsedPublicKey,
};
use serde_json::{Value, json};

use super::*;
use crate::{Algorithm, Attachment, RsaSize, Statement};

mod judge;

use judge::{Expected, bytes, sha256};

const ORIGIN: &str = "https://login.example.org";
const RP_ID: &str = "example.org";
const CHALLENGE: [u8; 32] = [0xc4; 32];
const OFFERED: [i64; 3] = [-7, -8, -257];

fn creation(user: u8) -> Value {
    json!({
        "rp": {"id": RP_ID, "name": "Example"},
        "user": {"id": base64(&[user; 64]), "name": "anna", "displayName": "Anna"},
        "challenge": base64(&CHALLENGE),
        "pubKeyCredParams": OFFERED.map(|alg| json!({"type": "public-key", "alg": alg})),
        "timeout": 300_000,
        "excludeCredentials": [],
        "authenticatorSelection": {"residentKey": "required", "requireResidentKey": true, "userVerification": "required"},
        "attestation": "none",
        "hints": [],
        "extensions": {"credProps": true},
    })
}

fn request(allowed: &[&[u8]]) -> Value {
    json!({
        "challenge": base64(&CHALLENGE),
        "rpId": RP_ID,
        "allowCredentials":
            allowed.iter().map(|id| json!({"type": "public-key", "id": base64(id)})).collect::<Vec<_>>(),
        "userVerification": "required",
    })
}

fn base64(bytes: &[u8]) -> String {
    crate::options::base64url(bytes)
}

fn create(authenticator: &mut Authenticator, options: &Value) -> Result<Value, Error> {
    authenticator.create(&options.to_string(), ORIGIN).map(|text| serde_json::from_str(&text).unwrap())
}

fn get(authenticator: &mut Authenticator, options: &Value) -> Result<Value, Error> {
    authenticator.get(&options.to_string(), ORIGIN).map(|text| serde_json::from_str(&text).unwrap())
}

fn with_algorithm(algorithm: Algorithm) -> Authenticator {
    let settings = Settings { preferred_algorithm: Some(algorithm), ..Settings::default() };
    Authenticator::with_settings(7, settings)
}

/// Options that offer one algorithm.
fn offering(algorithm: Algorithm) -> Value {
    let mut options = creation(1);
    options["pubKeyCredParams"] = json!([{"type": "public-key", "alg": algorithm.cose()}]);
    options
}

fn names(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn flags(response: &Value) -> u8 {
    bytes(&response["response"]["authenticatorData"])[32]
}

fn counter(response: &Value) -> u32 {
    let data = bytes(&response["response"]["authenticatorData"]);
    u32::from_be_bytes(data[33..37].try_into().unwrap())
}

#[test]
fn responses_have_the_members_of_chromiums() {
    let mut authenticator = Authenticator::new(1);
    let made = create(&mut authenticator, &creation(1)).unwrap();
    let outer = ["authenticatorAttachment", "clientExtensionResults", "id", "rawId", "response", "type"];
    assert_eq!(names(&made), outer);
    assert_eq!(
        names(&made["response"]),
        [
            "attestationObject",
            "authenticatorData",
            "clientDataJSON",
            "publicKey",
            "publicKeyAlgorithm",
            "transports"
        ]
    );
    assert_eq!(made["clientExtensionResults"], json!({"credProps": {"rk": true}}));
    assert_eq!(made["response"]["transports"], json!(["internal"]));
    assert_eq!(made["authenticatorAttachment"], "platform");

    let got = get(&mut authenticator, &request(&[])).unwrap();
    assert_eq!(names(&got), outer);
    assert_eq!(names(&got["response"]), ["authenticatorData", "clientDataJSON", "signature", "userHandle"]);
    assert_eq!(got["clientExtensionResults"], json!({}));
    assert_eq!(got["id"], made["id"]);
}

#[test]
fn sizes_are_those_of_real_authenticators() {
    for (algorithm, key, spki) in [
        (Algorithm::Es256, 77, 91),
        (Algorithm::Es384, 110, 120),
        (Algorithm::Es512, 146, 158),
        (Algorithm::Ed25519, 42, 44),
        (Algorithm::Rs256, 272, 294),
        (Algorithm::MlDsa44, 1322, 1334),
        (Algorithm::MlDsa65, 1962, 1974),
        (Algorithm::MlDsa87, 2602, 2614),
    ] {
        let mut authenticator = with_algorithm(algorithm);
        let made = create(&mut authenticator, &offering(algorithm)).unwrap();
        let public_key = authenticator.credentials()[0].public_key();
        assert_eq!(public_key.len(), key, "{algorithm:?}");
        let data = bytes(&made["response"]["authenticatorData"]);
        assert_eq!(data.len(), 37 + 16 + 2 + 32 + key, "{algorithm:?}");
        assert_eq!(data[37..53], authenticator.settings.aaguid);
        assert_eq!(data[87..], public_key);
        assert_eq!(bytes(&made["response"]["publicKey"]).len(), spki, "{algorithm:?}");
        assert_eq!(made["response"]["publicKeyAlgorithm"], algorithm.cose());
        let got = get(&mut authenticator, &request(&[])).unwrap();
        assert_eq!(bytes(&got["response"]["authenticatorData"]).len(), 37);
        assert_eq!(bytes(&got["response"]["userHandle"]), [1; 64]);
    }
}

#[test]
fn signature_of_every_algorithm_verifies_against_the_key_that_was_sent() {
    for &algorithm in Algorithm::ALL {
        let mut authenticator = Authenticator::new(7);
        create(&mut authenticator, &offering(algorithm)).unwrap();
        let response = get(&mut authenticator, &request(&[])).unwrap()["response"].take();
        let mut signed = bytes(&response["authenticatorData"]);
        signed.extend(sha256(&bytes(&response["clientDataJSON"])));
        let key = authenticator.credentials()[0].public_key();
        let signature = bytes(&response["signature"]);
        assert!(judge::verifies(&key, &signed, &signature), "{algorithm:?}");
        signed.push(0);
        assert!(!judge::verifies(&key, &signed, &signature), "{algorithm:?}");
    }
}

#[test]
fn flags_follow_the_settings() {
    let default = Settings::default();
    for (settings, expected) in [
        (default.clone(), 0x05),
        (Settings { user_verification: false, ..default.clone() }, 0x01),
        (Settings { user_presence: false, ..default.clone() }, 0x04),
        (Settings { backup_eligible: true, ..default.clone() }, 0x0d),
        (Settings { extension_output: true, ..default }, 0x85),
        (Settings::synced_passkey(), 0x1d),
        (Settings { resident_keys: true, ..Settings::security_key() }, 0x01),
    ] {
        let mut authenticator = Authenticator::with_settings(1, settings);
        let (mut creation, mut request) = (creation(1), request(&[]));
        creation["authenticatorSelection"]["userVerification"] = json!("preferred");
        request["userVerification"] = json!("preferred");
        let made = create(&mut authenticator, &creation).unwrap();
        assert_eq!(flags(&made), expected | 0x40, "{:?}", authenticator.settings);
        let got = get(&mut authenticator, &request).unwrap();
        assert_eq!(flags(&got), expected, "{:?}", authenticator.settings);
    }
}

#[test]
fn what_is_made_without_a_dialog_shows_neither_presence_nor_verification() {
    let mut authenticator = Authenticator::with_settings(1, Settings::synced_passkey());
    let mut options = creation(1);
    let mut create = |options: &Value| authenticator.create_without_dialog(&options.to_string(), ORIGIN);
    assert_eq!(create(&options), Err(Error::NotAllowed("it cannot verify users")));
    options["authenticatorSelection"]["userVerification"] = json!("preferred");
    let made: Value = serde_json::from_str(&create(&options).unwrap()).unwrap();
    assert_eq!(flags(&made), 0x58);
    let got = get(&mut authenticator, &request(&[])).unwrap();
    assert_eq!(flags(&got), 0x1d);
}

#[test]
fn rsa_keys_are_of_the_size_that_was_set() {
    for (&size, bytes_of_modulus) in RsaSize::ALL.iter().zip([256, 384, 512, 1024]) {
        let mut authenticator = with_algorithm(Algorithm::Rs256);
        authenticator.settings.rsa_size = size;
        create(&mut authenticator, &creation(1)).unwrap();
        assert_eq!(authenticator.credentials()[0].public_key().len(), bytes_of_modulus + 16);
        let got = get(&mut authenticator, &request(&[])).unwrap();
        assert_eq!(bytes(&got["response"]["signature"]).len(), bytes_of_modulus);
    }
}

#[test]
fn counter_rises_by_its_step_and_is_zero_without_one() {
    for (step, expected) in [(1, [1, 2, 3]), (5, [5, 10, 15]), (0, [0, 0, 0])] {
        let mut authenticator = Authenticator::new(1);
        authenticator.settings.counter_step = step;
        let seen = [
            create(&mut authenticator, &creation(1)),
            get(&mut authenticator, &request(&[])),
            get(&mut authenticator, &request(&[])),
        ]
        .map(|response| counter(&response.unwrap()));
        assert_eq!(seen, expected);
        assert_eq!(authenticator.credentials()[0].counter(), expected[2]);
    }
}

#[test]
fn the_same_seed_makes_the_same_authenticator() {
    for algorithm in [Algorithm::Ed25519, Algorithm::Rs256] {
        let run = || {
            let mut authenticator = with_algorithm(algorithm);
            authenticator.settings.statement = Statement::PackedSelf;
            [create(&mut authenticator, &creation(1)), get(&mut authenticator, &request(&[]))]
        };
        assert_eq!(run(), run());
    }
    let made = |seed| {
        let mut authenticator = Authenticator::new(seed);
        create(&mut authenticator, &creation(1)).unwrap()
    };
    assert_eq!(made(1), made(1));
    assert_ne!(made(1)["id"], made(2)["id"]);
    assert_ne!(made(1)["response"]["publicKey"], made(2)["response"]["publicKey"]);
}

#[test]
fn a_clone_signs_with_the_same_key_and_counts_for_itself() {
    let mut original = Authenticator::new(1);
    create(&mut original, &creation(1)).unwrap();
    let mut clone = original.clone();
    assert_eq!(counter(&get(&mut original, &request(&[])).unwrap()), 2);
    assert_eq!(counter(&get(&mut original, &request(&[])).unwrap()), 3);
    assert_eq!(counter(&get(&mut clone, &request(&[])).unwrap()), 2);
    assert_eq!(original.credentials()[0].public_key(), clone.credentials()[0].public_key());
}

#[test]
fn an_excluded_credential_of_this_rp_is_an_invalid_state() {
    let mut authenticator = Authenticator::new(1);
    let made = create(&mut authenticator, &creation(1)).unwrap();
    let mut options = creation(2);
    options["excludeCredentials"] = json!([
        {"type": "public-key", "id": "AAAA"},
        {"type": "public-key", "id": made["id"], "transports": ["internal"]},
    ]);
    assert_eq!(create(&mut authenticator, &options), Err(Error::InvalidState));
    assert!(create(&mut Authenticator::new(2), &options).is_ok());
    options["rp"]["id"] = json!("other.example");
    assert!(create(&mut authenticator, &options).is_ok());
}

#[test]
fn only_allowed_credentials_of_this_rp_answer() {
    let mut authenticator = Authenticator::new(1);
    let first = bytes(&create(&mut authenticator, &creation(1)).unwrap()["id"]);
    let second = bytes(&create(&mut authenticator, &creation(2)).unwrap()["id"]);
    let none = Err(Error::NotAllowed("it has no such credential"));

    let answer = |authenticator: &mut Authenticator, allowed: &[&[u8]]| {
        get(authenticator, &request(allowed)).map(|response| bytes(&response["id"]))
    };
    assert_eq!(answer(&mut authenticator, &[&first]), Ok(first.clone()));
    assert_eq!(answer(&mut authenticator, &[&[1], &first]), Ok(first.clone()));
    assert_eq!(answer(&mut authenticator, &[&second, &first]), Ok(second.clone()));
    assert_eq!(answer(&mut authenticator, &[]), Ok(second.clone()));
    assert_eq!(answer(&mut authenticator, &[&[1]]), none);

    authenticator.settings.preferred_credential = Some(first.clone());
    assert_eq!(answer(&mut authenticator, &[]), Ok(first.clone()));
    assert_eq!(answer(&mut authenticator, &[&second, &first]), Ok(first.clone()));
    assert_eq!(answer(&mut authenticator, &[&second]), Ok(second.clone()));

    let mut elsewhere = request(&[&first]);
    elsewhere["rpId"] = json!("other.example");
    assert_eq!(get(&mut authenticator, &elsewhere).map(|_| vec![]), none);
    assert!(authenticator.remove(&second) && !authenticator.remove(&second));
    assert_eq!(answer(&mut authenticator, &[&second]), none);
}

#[test]
fn a_credential_that_is_not_discoverable_answers_only_by_name_and_without_user_handle() {
    let mut authenticator = Authenticator::new(1);
    let mut options = creation(1);
    options["authenticatorSelection"]["residentKey"] = json!("discouraged");
    let made = create(&mut authenticator, &options).unwrap();
    assert_eq!(made["clientExtensionResults"], json!({"credProps": {"rk": false}}));
    assert!(!authenticator.credentials()[0].is_discoverable());
    assert!(get(&mut authenticator, &request(&[])).is_err());
    let got = get(&mut authenticator, &request(&[&bytes(&made["id"])])).unwrap();
    assert_eq!(got["response"].get("userHandle"), None);
}

#[test]
fn a_discoverable_credential_replaces_that_of_the_same_user_and_rp() {
    let mut authenticator = Authenticator::new(1);
    let handles = |authenticator: &Authenticator| -> Vec<_> {
        authenticator.credentials().iter().map(|c| (c.rp_id().to_owned(), c.user_handle()[0])).collect()
    };
    let mut elsewhere = creation(1);
    elsewhere["rp"]["id"] = json!("other.example");
    let mut unlisted = creation(1);
    unlisted["authenticatorSelection"]["residentKey"] = json!("discouraged");
    for options in [creation(1), creation(2), elsewhere, unlisted, creation(1)] {
        create(&mut authenticator, &options).unwrap();
    }
    let here = |user| (RP_ID.to_owned(), user);
    assert_eq!(handles(&authenticator), [here(2), ("other.example".to_owned(), 1), here(1), here(1)]);
}

#[test]
fn what_the_authenticator_cannot_do_is_not_allowed() {
    let mut key = Authenticator::with_settings(1, Settings::security_key());
    let refused = |result: Result<Value, Error>| matches!(result, Err(Error::NotAllowed(_)));
    let mut options = creation(1);
    options["authenticatorSelection"] = json!({});
    assert!(create(&mut key, &options).is_ok());
    for selection in [
        json!({"residentKey": "required"}),
        json!({"requireResidentKey": true}),
        json!({"userVerification": "required"}),
        json!({"authenticatorAttachment": "platform"}),
    ] {
        options["authenticatorSelection"] = selection;
        assert!(refused(create(&mut key, &options)), "{options}");
    }
    options["authenticatorSelection"] = json!({
        "residentKey": "preferred", "userVerification": "preferred", "authenticatorAttachment": "cross-platform"
    });
    let made = create(&mut key, &options).unwrap();
    assert_eq!(made["clientExtensionResults"], json!({"credProps": {"rk": false}}));

    let id = bytes(&made["id"]);
    assert!(refused(get(&mut key, &request(&[&id]))));
    let mut request = request(&[&id]);
    request["userVerification"] = json!("discouraged");
    assert!(get(&mut key, &request).is_ok());
}

#[test]
fn the_preferred_offered_algorithm_is_taken_else_the_first_known() {
    let offer = |numbers: &[i64], preferred| {
        let mut authenticator = Authenticator::new(1);
        authenticator.settings.preferred_algorithm = preferred;
        let mut options = creation(1);
        options["pubKeyCredParams"] =
            numbers.iter().map(|alg| json!({"type": "public-key", "alg": alg})).collect();
        create(&mut authenticator, &options)
            .map(|made| made["response"]["publicKeyAlgorithm"].as_i64().unwrap())
    };
    assert_eq!(offer(&[-8, -7], None), Ok(-8));
    assert_eq!(offer(&[-8, -7], Some(Algorithm::Es256)), Ok(-7));
    assert_eq!(offer(&[-8, -7], Some(Algorithm::Rs256)), Ok(-8));
    assert_eq!(offer(&[-65535, -257], None), Ok(-257));
    assert_eq!(offer(&[], None), Ok(-7));
    assert_eq!(offer(&[-65535], None), Err(Error::NotSupported));
}

#[test]
fn statements_are_those_of_their_formats() {
    for (statement, format) in [
        (Statement::None, "none"),
        (Statement::PackedSelf, "packed"),
        (Statement::PackedBatch, "packed"),
        (Statement::Unknown("moon".to_owned()), "moon"),
    ] {
        let mut authenticator = Authenticator::new(1);
        authenticator.settings.statement = statement;
        let made = create(&mut authenticator, &creation(1)).unwrap();
        let object = bytes(&made["response"]["attestationObject"]);
        let object: ciborium::Value = ciborium::from_reader(object.as_slice()).unwrap();
        let members = object.as_map().unwrap();
        let names: Vec<_> = members.iter().map(|(name, _)| name.as_text().unwrap()).collect();
        assert_eq!(names, ["fmt", "attStmt", "authData"]);
        assert_eq!(members[0].1.as_text(), Some(format));
        assert_eq!(members[1].1.as_map().unwrap().is_empty(), format == "none");
    }
}

#[test]
fn a_batch_statement_is_signed_by_the_key_of_its_certificate() {
    let mut authenticator = Authenticator::new(1);
    authenticator.settings.statement = Statement::PackedBatch;
    let made = create(&mut authenticator, &creation(1)).unwrap()["response"].take();
    let object = bytes(&made["attestationObject"]);
    let object: ciborium::Value = ciborium::from_reader(object.as_slice()).unwrap();
    let statement = object.as_map().unwrap()[1].1.as_map().unwrap();
    let [(_, algorithm), (_, signature), (_, chain)] = &statement[..] else { panic!("{statement:?}") };
    assert_eq!(*algorithm, (-7).into());

    let key = include_bytes!("../../keys/batch.der");
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, key).unwrap();
    let point = key.public_key().as_ref();
    let certificate = chain.as_array().unwrap()[0].as_bytes().unwrap();
    assert!(certificate.windows(point.len()).any(|window| window == point));
    let mut signed = bytes(&made["authenticatorData"]);
    signed.extend(sha256(&bytes(&made["clientDataJSON"])));
    let key = ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).unwrap();
    key.verify_sig(&signed, signature.as_bytes().unwrap()).unwrap();
}

/// What a relying party that offered these algorithms expects of the newest credential.
fn expected<'a>(
    offered: &'a [i64],
    user_handle: &'a [u8],
    public_key: &'a [u8],
    counter: u32,
) -> Expected<'a> {
    Expected {
        challenge: &CHALLENGE,
        origin: ORIGIN,
        rp_id: RP_ID,
        offered,
        attachment: "platform",
        user_handle,
        public_key,
        counter,
    }
}

#[test]
fn a_registration_with_a_fault_has_that_fault_and_no_other() {
    for &algorithm in Algorithm::ALL {
        let (offered, options) = ([algorithm.cose()], offering(algorithm).to_string());
        for statement in [Statement::None, Statement::PackedSelf] {
            let mut authenticator = Authenticator::new(7);
            authenticator.settings.statement = statement;
            let expected = expected(&offered, &[], &[], 0);
            for &fault in Fault::ALL {
                authenticator.plant(fault);
                let findings = authenticator
                    .create(&options, ORIGIN)
                    .map(|response| judge::registration(&response, &expected));
                let has_point = matches!(algorithm, Algorithm::Es256 | Algorithm::Es384 | Algorithm::Es512);
                let inapplicable = match fault {
                    Fault::KeyCurve => !has_point && algorithm != Algorithm::Ed25519,
                    Fault::PointOffCurve => !has_point,
                    _ => !fault.is_of_registration(),
                };
                let wanted = if inapplicable {
                    Err(Error::FaultDoesNotApply(fault))
                } else {
                    Ok(vec![fault.reason()])
                };
                assert_eq!(findings, wanted, "{fault:?} {algorithm:?}");
                assert!(authenticator.credentials().is_empty());
            }
            let healthy = authenticator.create(&options, ORIGIN).unwrap();
            assert_eq!(judge::registration(&healthy, &expected), [""; 0]);
            assert_eq!(authenticator.credentials().len(), 1);
        }
    }
}

#[test]
fn an_assertion_with_a_fault_has_that_fault_and_no_other() {
    for &algorithm in Algorithm::ALL {
        let mut authenticator = Authenticator::new(7);
        create(&mut authenticator, &offering(algorithm)).unwrap();
        let public_key = authenticator.credentials()[0].public_key();
        for fault in Fault::ALL.iter().copied().map(Some).chain([None]) {
            let expected =
                expected(&OFFERED, &[1; 64], &public_key, authenticator.credentials()[0].counter());
            if let Some(fault) = fault {
                authenticator.plant(fault);
            }
            let findings = authenticator
                .get(&request(&[]).to_string(), ORIGIN)
                .map(|response| judge::assertion(&response, &expected));
            let wanted = match fault {
                None => Ok(vec![]),
                Some(fault) if fault.is_of_authentication() => Ok(vec![fault.reason()]),
                Some(fault) => Err(Error::FaultDoesNotApply(fault)),
            };
            assert_eq!(findings, wanted, "{fault:?} {algorithm:?}");
        }
    }
}

#[test]
fn faults_that_need_something_are_refused_without_it() {
    let mut authenticator = Authenticator::new(1);
    authenticator.settings.counter_step = 0;
    create(&mut authenticator, &creation(1)).unwrap();
    let fault = Fault::CounterRollback;
    authenticator.plant(fault);
    assert_eq!(get(&mut authenticator, &request(&[])), Err(Error::FaultDoesNotApply(fault)));
    assert!(get(&mut authenticator, &request(&[])).is_ok());

    let mut options = creation(2);
    options["pubKeyCredParams"] =
        Algorithm::ALL.iter().map(|known| json!({"type": "public-key", "alg": known.cose()})).collect();
    let fault = Fault::AlgorithmNotOffered;
    authenticator.plant(fault);
    assert_eq!(create(&mut authenticator, &options), Err(Error::FaultDoesNotApply(fault)));
}

#[test]
fn a_framed_page_says_so_and_both_oddities_of_client_data_are_legal() {
    let mut authenticator = Authenticator::new(1);
    authenticator.settings.top_origin = Some("https://portal.example".to_owned());
    authenticator.settings.byte_order_mark = true;
    authenticator.settings.extra_client_data = true;
    let made = create(&mut authenticator, &creation(1)).unwrap();
    let data = String::from_utf8(bytes(&made["response"]["clientDataJSON"])).unwrap();
    let data: Value = serde_json::from_str(data.strip_prefix('\u{feff}').unwrap()).unwrap();
    assert_eq!(data["crossOrigin"], true);
    assert_eq!(data["topOrigin"], "https://portal.example");
    assert_eq!(names(&data).len(), 6);
}

#[test]
fn attachment_may_be_missing() {
    let mut authenticator = Authenticator::new(1);
    authenticator.settings.attachment = None;
    let made = create(&mut authenticator, &creation(1)).unwrap();
    assert_eq!(made.get("authenticatorAttachment"), None);
    let fault = Fault::OtherAttachment;
    authenticator.plant(fault);
    assert_eq!(create(&mut authenticator, &creation(2)), Err(Error::FaultDoesNotApply(fault)));
    authenticator.settings.attachment = Some(Attachment::CrossPlatform);
    let got = get(&mut authenticator, &request(&[])).unwrap();
    assert_eq!(got["authenticatorAttachment"], "cross-platform");
}
