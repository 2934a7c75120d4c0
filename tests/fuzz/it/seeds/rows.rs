//! Rows of imports.

use keystead_ceremony::import::{Format, Record};
use keystead_fuzz::{
    import::number,
    known::{AUTHENTICATORS, RP_ID, base64url, credential},
};
use serde_json::{Value, json};

use super::Seed;

pub(super) fn all() -> Vec<Seed> {
    let mut seeds = Vec::new();
    let mut seed = |name: String, format: Format, row: &Value| {
        let input = [vec![number(format)], row.to_string().into_bytes()].concat();
        seeds.push(Seed::taken("import", name, input));
    };
    for authenticator in AUTHENTICATORS.iter() {
        let credential = credential(authenticator);
        let name = format!("{:?}", credential.algorithm()).to_lowercase();
        let (id, key) = (base64url(credential.id()), base64url(&credential.public_key()));
        for (word, format, row) in [
            ("simplewebauthn", Format::SimpleWebauthn, simplewebauthn(&id, &key)),
            ("go-webauthn", Format::GoWebauthn, go_webauthn(&id, &key)),
            ("hanko", Format::Hanko, hanko(&id, &key)),
        ] {
            let record = Record::from_json(format, &row.to_string()).expect("a row that is taken");
            let exported = serde_json::from_str(&record.to_json(None)).expect("an export is JSON");
            seed(format!("{word}-{name}"), format, &row);
            seed(format!("keystead-{word}-{name}"), Format::Keystead, &exported);
        }
    }
    let empty = [number(Format::Keystead), b'{', b'}'];
    seeds.push(Seed::taken("import", "keystead-empty", empty).that_is(false));
    seeds
}

fn simplewebauthn(id: &str, key: &str) -> Value {
    json!({
        "id": id, "publicKey": key, "user": { "id": 17, "username": "anna@example.org" }, "webauthnUserID": "-_8",
        "counter": 41, "deviceType": "multiDevice", "backedUp": true, "transports": ["hybrid", "internal"],
        "rpId": RP_ID,
    })
}

fn go_webauthn(id: &str, key: &str) -> Value {
    json!({
        "externalId": "anna", "userHandle": "+/8=", "displayName": "Anna A.",
        "credential": {
            "id": id, "publicKey": key, "attestationType": "none", "transport": ["nfc", "usb"],
            "flags": { "userPresent": true, "userVerified": true, "backupEligible": true, "backupState": true },
            "authenticator": {
                "AAGUID": "y2lIHo/3QDmT7AonKaFUqA==", "signCount": 41, "cloneWarning": false,
                "attachment": "cross-platform",
            },
        },
    })
}

fn hanko(id: &str, key: &str) -> Value {
    json!({
        "id": id, "name": "blue key", "user_id": "01020304-0506-0708-090a-0b0c0d0e0f10", "public_key": key,
        "attestation_type": "packed", "aaguid": "cb69481e-8ff7-4039-93ec-0a2729a154a8", "sign_count": 41,
        "last_used_at": null, "created_at": "2026-11-24T12:00:00.5Z", "updated_at": "2026-11-24T12:00:00Z",
        "transports": [{ "ID": "0", "Name": "nfc" }, { "name": "usb" }], "backup_eligible": true,
        "backup_state": true, "mfa_only": false,
    })
}
