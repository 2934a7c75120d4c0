//! A credential as it is shown to people: with its relying party, what is known of its provider, and whether it logs in.

use keystead_domain::{Credential, Name, RpId, SyncModel, TenantId};

use crate::{Error, Fault, Service, catalogue::Catalogue, directory::KnownTenant};

/// A credential with what an answer about it needs.
#[derive(Clone, Debug)]
pub struct CredentialAtRp {
    /// The credential.
    pub credential: Credential,
    /// The RP ID it is bound to.
    pub rp_id: RpId,
    /// What holds the key, as far as it said.
    pub provider: Provider,
    /// Whether it logs in by itself now: its state, its user verification and the AAGUID rule of its profile allow it.
    pub usable: bool,
}

/// What holds a key, from the AAGUID catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// What people call it; `None`: not known, and never guessed.
    pub name: Option<Name>,
    /// How keys of this model live; `None`: not known.
    pub sync_model: Option<SyncModel>,
    /// Whether an attestation proves the AAGUID. Where none does, it and the name are what the authenticator claims.
    pub verified: bool,
}

impl Service {
    /// The credential as it is shown.
    pub(crate) async fn shown(
        &self,
        tenant: TenantId,
        credential: Credential,
    ) -> Result<CredentialAtRp, Error> {
        let known = self.known_tenant(tenant).await?;
        let catalogue = self.directory.catalogue().await?;
        self.shown_by(&known, &catalogue, credential).await
    }

    /// As [`Self::shown`], of many: the directory is asked once.
    pub(crate) async fn shown_all(
        &self,
        tenant: TenantId,
        credentials: Vec<Credential>,
    ) -> Result<Vec<CredentialAtRp>, Error> {
        let known = self.known_tenant(tenant).await?;
        let catalogue = self.directory.catalogue().await?;
        let mut shown = Vec::with_capacity(credentials.len());
        for credential in credentials {
            shown.push(self.shown_by(&known, &catalogue, credential).await?);
        }
        Ok(shown)
    }

    async fn shown_by(
        &self,
        known: &KnownTenant,
        catalogue: &Catalogue,
        credential: Credential,
    ) -> Result<CredentialAtRp, Error> {
        let id = credential.relying_party_id;
        let relying_party = match known.relying_party_by_id(id) {
            Some(relying_party) => relying_party.clone(),
            None => self
                .directory
                .relying_party(known.tenant.id, id)
                .await?
                .ok_or(Fault::Inconsistent("a credential's relying party is gone"))?,
        };
        let profile = match known.profile(&credential.profile) {
            Some(profile) => Some(profile.clone()),
            None => self.directory.profile(known.tenant.id, &credential.profile).await?,
        };
        Ok(CredentialAtRp {
            rp_id: relying_party.rp_id.clone(),
            provider: provider(catalogue, &credential),
            usable: credential.is_usable(profile.as_deref()),
            credential,
        })
    }
}

fn provider(catalogue: &Catalogue, credential: &Credential) -> Provider {
    let model = catalogue.get(credential.aaguid);
    Provider {
        name: model.map(|model| model.name.clone()),
        sync_model: model.and_then(|model| model.sync_model),
        verified: credential.attestation.proves_aaguid(),
    }
}
