//! What is built in: `aaguids.json`, whose origin `README.md` beside it tells.

use std::sync::LazyLock;

use keystead_domain::{AuthenticatorModel, Name, SyncModel};
use serde_json::Value;

const JSON: &str = include_str!("aaguids.json");

static MODELS: LazyLock<Vec<AuthenticatorModel>> =
    LazyLock::new(|| entries().iter().filter_map(model).collect());

/// The entries that are built in, by AAGUID.
pub(super) fn models() -> &'static [AuthenticatorModel] {
    &MODELS
}

fn entries() -> Vec<Value> {
    serde_json::from_str(JSON).unwrap_or_default()
}

/// An entry; a test has read them all.
fn model(entry: &Value) -> Option<AuthenticatorModel> {
    let sync_model = match entry.get("sync_model") {
        None => None,
        Some(word) => Some(sync_model(word.as_str()?)?),
    };
    Some(AuthenticatorModel {
        aaguid: entry.get("aaguid")?.as_str()?.parse().ok()?,
        name: Name::new(entry.get("name")?.as_str()?).ok()?,
        sync_model,
        updated_at: None,
    })
}

fn sync_model(word: &str) -> Option<SyncModel> {
    match word {
        "synced" => Some(SyncModel::Synced),
        "device_bound" => Some(SyncModel::DeviceBound),
        "mixed" => Some(SyncModel::Mixed),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use keystead_domain::Aaguid;

    use super::*;

    #[test]
    fn every_entry_is_read_sorted_and_about_another_model() {
        let entries = entries();
        assert!(entries.len() >= 50, "{}", entries.len());
        for entry in &entries {
            let model = model(entry).unwrap_or_else(|| panic!("{entry}"));
            assert_eq!(entry["aaguid"], model.aaguid.to_string());
            assert_ne!(model.aaguid, Aaguid([0; 16]));
            assert_eq!(model.name.as_str().trim(), model.name.as_str());
            let members = ["aaguid", "name", "sync_model"];
            assert!(entry.as_object().unwrap().keys().all(|key| members.contains(&key.as_str())), "{entry}");
        }
        let aaguids: Vec<[u8; 16]> = models().iter().map(|model| model.aaguid.0).collect();
        assert_eq!(aaguids.len(), entries.len());
        assert!(aaguids.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn an_entry_that_breaks_a_rule_is_left_out() {
        let aaguid = "cb69481e-8ff7-4039-93ec-0a2729a154a8";
        let entry = |name: &str, word: &str| serde_json::json!({ "aaguid": aaguid, "name": name, "sync_model": word });
        assert!(model(&entry("YubiKey", "mixed")).is_some());
        assert_eq!(model(&entry("", "mixed")), None);
        assert_eq!(model(&entry(&"a".repeat(65), "mixed")), None);
        assert_eq!(model(&entry("YubiKey", "sometimes")), None);
    }
}
