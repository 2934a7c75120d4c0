//! What the directory knows.

use std::{collections::HashMap, fmt, sync::Arc};

use keystead_domain::{
    ApiKey, Caller, CallerId, Name, RegistrationProfile, RelyingParty, RelyingPartyId, RpId, Tenant,
};

/// What is known about an API key.
#[derive(Debug)]
pub(crate) struct KnownKey {
    pub(crate) key: ApiKey,
    pub(crate) hash: [u8; 32],
    pub(crate) caller: Arc<Caller>,
}

/// What is known about a tenant.
pub(crate) struct KnownTenant {
    pub(crate) tenant: Tenant,
    relying_parties: Vec<Arc<RelyingParty>>,
    callers: HashMap<CallerId, Arc<Caller>>,
    profiles: HashMap<Name, Arc<RegistrationProfile>>,
    decoy_key: [u8; 32],
}

/// What was read about a tenant.
pub(super) struct Rows {
    pub(super) tenant: Tenant,
    pub(super) relying_parties: Vec<RelyingParty>,
    pub(super) callers: Vec<Caller>,
    /// Newest first.
    pub(super) profiles: Vec<RegistrationProfile>,
    pub(super) decoy_key: [u8; 32],
}

impl KnownTenant {
    pub(super) fn new(rows: Rows) -> Self {
        Self {
            tenant: rows.tenant,
            relying_parties: rows.relying_parties.into_iter().map(Arc::new).collect(),
            callers: rows.callers.into_iter().map(|caller| (caller.id, Arc::new(caller))).collect(),
            profiles: newest_of_each_name(rows.profiles),
            decoy_key: rows.decoy_key,
        }
    }

    /// The relying party with this RP ID, or the default where none is named.
    pub(crate) fn relying_party(&self, rp_id: Option<&RpId>) -> Option<&Arc<RelyingParty>> {
        self.relying_parties.iter().find(|rp| match rp_id {
            Some(rp_id) => rp.rp_id == *rp_id,
            None => rp.is_default,
        })
    }

    /// All of its relying parties.
    pub(crate) fn relying_parties(&self) -> &[Arc<RelyingParty>] {
        &self.relying_parties
    }

    pub(crate) fn relying_party_by_id(&self, id: RelyingPartyId) -> Option<&Arc<RelyingParty>> {
        self.relying_parties.iter().find(|rp| rp.id == id)
    }

    /// The caller with this id.
    pub(crate) fn caller(&self, id: CallerId) -> Option<&Arc<Caller>> {
        self.callers.get(&id)
    }

    /// The newest registration profile of this name; `default` is always there.
    pub(crate) fn profile(&self, name: &Name) -> Option<&Arc<RegistrationProfile>> {
        self.profiles.get(name)
    }

    /// What decoys are drawn with.
    pub(crate) const fn decoy_key(&self) -> &[u8; 32] {
        &self.decoy_key
    }
}

fn newest_of_each_name(newest_first: Vec<RegistrationProfile>) -> HashMap<Name, Arc<RegistrationProfile>> {
    let mut profiles = HashMap::with_capacity(newest_first.len() + 1);
    for profile in newest_first.into_iter().chain([RegistrationProfile::built_in()]) {
        profiles.entry(profile.name.clone()).or_insert_with(|| Arc::new(profile));
    }
    profiles
}

/// Without the decoy key.
impl fmt::Debug for KnownTenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KnownTenant").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_profile_of_a_name_counts_and_default_is_built_in() {
        let profile = |name: &str, max_credentials| RegistrationProfile {
            name: Name::new(name).unwrap(),
            max_credentials,
            ..RegistrationProfile::built_in()
        };
        let known = newest_of_each_name(vec![profile("staff", 3), profile("staff", 2)]);
        let most = |name: &str| known.get(&Name::new(name).unwrap()).map(|profile| profile.max_credentials);
        assert_eq!(most("staff"), Some(3));
        assert_eq!(most("default"), Some(RegistrationProfile::DEFAULT_CREDENTIALS));
        assert_eq!(most("guests"), None);

        let known = newest_of_each_name(vec![profile("default", 7)]);
        assert_eq!(known.values().map(|profile| profile.max_credentials).collect::<Vec<_>>(), [7]);
    }
}
