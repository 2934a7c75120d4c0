//! The AAGUID catalogue: what operators put over what is built in. For names in lists: nothing is decided by it.

mod built_in;

use std::collections::BTreeMap;

use keystead_domain::{Aaguid, AuthenticatorModel};

/// What people call models of authenticators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Catalogue(BTreeMap<[u8; 16], AuthenticatorModel>);

impl Catalogue {
    /// What is built in, and over it what operators put.
    pub(crate) fn new(operators: Vec<AuthenticatorModel>) -> Self {
        let models = built_in::models().iter().cloned().chain(operators);
        Self(models.map(|model| (model.aaguid.0, model)).collect())
    }

    /// The entry about a model; `None`: not known, and never guessed.
    pub(crate) fn get(&self, aaguid: Aaguid) -> Option<&AuthenticatorModel> {
        self.0.get(&aaguid.0)
    }

    /// Every entry, by AAGUID.
    pub(crate) fn all(&self) -> impl Iterator<Item = &AuthenticatorModel> {
        self.0.values()
    }
}

#[cfg(test)]
mod tests {
    use keystead_domain::{Name, SyncModel, Timestamp};

    use super::*;

    const YUBIKEY: &str = "cb69481e-8ff7-4039-93ec-0a2729a154a8";

    fn put(aaguid: Aaguid, name: &str) -> AuthenticatorModel {
        let name = Name::new(name).unwrap();
        AuthenticatorModel { aaguid, name, sync_model: None, updated_at: Some(Timestamp::from_micros(1)) }
    }

    #[test]
    fn what_operators_put_wins_over_what_is_built_in() {
        let yubikey = YUBIKEY.parse().unwrap();
        let built_in = Catalogue::new(Vec::new());
        let model = built_in.get(yubikey).unwrap();
        assert_eq!(
            (model.name.as_str(), model.sync_model),
            ("YubiKey 5 Series", Some(SyncModel::DeviceBound))
        );

        let renamed = Catalogue::new(vec![put(yubikey, "Company key")]);
        assert_eq!(renamed.get(yubikey), Some(&put(yubikey, "Company key")));
        assert_eq!(renamed.all().count(), built_in.all().count());
    }

    #[test]
    fn a_model_that_nobody_named_has_no_entry() {
        let catalogue = Catalogue::new(vec![put(Aaguid([7; 16]), "Ours")]);
        assert_eq!(catalogue.get(Aaguid([8; 16])), None);
        assert_eq!(catalogue.get(Aaguid([0; 16])), None);
    }

    #[test]
    fn entries_are_in_the_order_of_their_aaguids_wherever_they_come_from() {
        let catalogue = Catalogue::new(vec![put(Aaguid([255; 16]), "Last"), put(Aaguid([1; 16]), "Early")]);
        assert!(catalogue.all().map(|model| model.aaguid.0).is_sorted());
        assert_eq!(catalogue.all().last().map(|model| model.name.as_str()), Some("Last"));
    }
}
