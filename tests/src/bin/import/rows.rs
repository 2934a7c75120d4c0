//! Rows as an export of Keystead has them.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use keystead_authenticator::Authenticator;
use serde_json::json;

/// The relying party that `serve --dev` makes.
pub(crate) const RP_ID: &str = "localhost";

/// Distinct keys; ids, users and handles are as many as there are rows.
const KEYS: usize = 300;

/// Writes so many rows.
pub(crate) fn write(path: &Path, rows: u32) -> io::Result<()> {
    let keys = public_keys();
    let mut file = BufWriter::new(File::create(path)?);
    for (row, key) in (1..=rows).zip(keys.iter().cycle()) {
        let id = spread(u64::from(row));
        let record = json!({
            "externalId": format!("user-{row}"),
            "userDisplayName": format!("User {row}"),
            "userHandle": STANDARD.encode([id, id].concat()),
            "rpId": RP_ID,
            "webauthnId": STANDARD.encode(id),
            "publicKey": key,
            "algorithm": -7,
            "aaguid": "fbfc3007-154e-4ecc-8c0b-6e020557d7bd",
            "attestationFormat": "none",
            "transports": ["hybrid", "internal"],
            "attachment": "ATTACHMENT_PLATFORM",
            "discoverable": true,
            "backupEligible": true,
            "backedUp": true,
            "userVerificationInitialized": true,
            "createTime": "2025-11-03T09:15:00Z",
        });
        writeln!(file, "{record}")?;
    }
    file.flush()
}

/// 32 bytes that differ from row to row and stand in no order, as ids of authenticators do (`SplitMix64`).
fn spread(row: u64) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (word, place) in (0..).zip(bytes.chunks_exact_mut(8)) {
        let mut z = (row << 2 | word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        place.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes());
    }
    bytes
}

fn public_keys() -> Vec<String> {
    let options = json!({
        "challenge": "AAAA",
        "rp": { "id": RP_ID, "name": "Development" },
        "user": { "id": "AAAA", "name": "user", "displayName": "User" },
        "pubKeyCredParams": [{ "type": "public-key", "alg": -7 }],
    });
    let mut authenticator = Authenticator::new(1);
    for _ in 0..KEYS {
        authenticator.create(&options.to_string(), "http://localhost:8080").expect("a key");
    }
    authenticator.credentials().iter().map(|key| STANDARD.encode(key.public_key())).collect()
}
