//! Reading registration profiles.

use std::collections::BTreeSet;

use keystead_domain::{Name, ProfileId, RegistrationProfile, TenantId, Timestamp};

use crate::{Call, Error, Listed, PageRequest, Service, pages::Pager};

/// Which registration profiles to list.
#[derive(Clone, Debug, Default)]
pub struct ProfileFilter {
    /// Only those of this name.
    pub name: Option<Name>,
    /// Only those that count, one per name.
    pub current_only: bool,
}

/// A registration profile, and whether it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedProfile {
    /// The profile.
    pub profile: RegistrationProfile,
    /// Whether it is the newest of its name.
    pub current: bool,
}

impl Service {
    /// The tenant's registration profiles, newest first; the built-in `default` is last.
    ///
    /// # Errors
    /// [`Reason::TenantNotFound`](keystead_domain::Reason::TenantNotFound),
    /// [`Reason::InvalidPageToken`](keystead_domain::Reason::InvalidPageToken); a fault where the store is away.
    pub async fn list_registration_profiles(
        &self,
        call: &Call,
        tenant: Option<TenantId>,
        filter: &ProfileFilter,
        request: &PageRequest,
    ) -> Result<Listed<ListedProfile>, Error> {
        let tenant = self.tenant_scope(call, tenant).await?;
        let name = filter.name.as_ref().map_or("", Name::as_str);
        let filters = [&tenant.as_bytes()[..], name.as_bytes(), &[filter.current_only.into()]];
        let pager = Pager { call, list: "ListRegistrationProfiles", filters: &filters };
        let page = self.page(&pager, request).await?;
        let stored = self.store.reader().within(tenant).registration_profiles().await?;
        let mut listed = filter.of(stored);
        listed.retain(|listed| page.after.is_none_or(|after| key(listed) < after));
        self.listed(&pager, request, listed, key).await
    }
}

impl ProfileFilter {
    fn of(&self, newest_first: Vec<RegistrationProfile>) -> Vec<ListedProfile> {
        let mut names = BTreeSet::new();
        let mut listed = Vec::with_capacity(newest_first.len() + 1);
        for profile in newest_first.into_iter().chain([RegistrationProfile::built_in()]) {
            let current = names.insert(profile.name.clone());
            let is_named = self.name.as_ref().is_none_or(|name| *name == profile.name);
            if is_named && (current || !self.current_only) {
                listed.push(ListedProfile { profile, current });
            }
        }
        listed
    }
}

/// Its place in the list. What is built in was there before all others.
fn key(listed: &ListedProfile) -> (Timestamp, [u8; 16]) {
    let made_at = listed.profile.created_at.unwrap_or(Timestamp::from_micros(i64::MIN));
    (made_at, listed.profile.id.as_ref().map_or([0; 16], |id| *ProfileId::as_bytes(id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(name: &str, at: i64) -> RegistrationProfile {
        let at = Timestamp::from_micros(at);
        RegistrationProfile {
            id: Some(ProfileId::new(at, [7; 10])),
            name: Name::new(name).unwrap(),
            created_at: Some(at),
            ..RegistrationProfile::built_in()
        }
    }

    fn listed(filter: &ProfileFilter, stored: &[RegistrationProfile]) -> Vec<(String, Option<i64>, bool)> {
        let listed = filter.of(stored.to_vec());
        assert!(listed.windows(2).all(|two| key(&two[0]) > key(&two[1])), "newest first");
        listed
            .into_iter()
            .map(|ListedProfile { profile, current }| {
                (profile.name.as_str().to_owned(), profile.created_at.map(Timestamp::micros), current)
            })
            .collect()
    }

    #[test]
    fn the_newest_of_a_name_is_current_and_what_is_built_in_comes_last() {
        let stored = [made("staff", 3), made("guests", 2), made("staff", 1)];
        let staff = |at, current| ("staff".to_owned(), Some(at), current);
        let guests = ("guests".to_owned(), Some(2), true);
        let built_in = |current| ("default".to_owned(), None, current);
        let name = |name| Some(Name::new(name).unwrap());
        let all = ProfileFilter::default();
        assert_eq!(listed(&all, &stored), [staff(3, true), guests.clone(), staff(1, false), built_in(true)]);
        let current = ProfileFilter { current_only: true, ..ProfileFilter::default() };
        assert_eq!(listed(&current, &stored), [staff(3, true), guests, built_in(true)]);
        let named = ProfileFilter { name: name("staff"), current_only: false };
        assert_eq!(listed(&named, &stored), [staff(3, true), staff(1, false)]);
        let nobodys = ProfileFilter { name: name("nobody"), current_only: false };
        assert_eq!(listed(&nobodys, &stored), []);
        assert_eq!(
            listed(&all, &[made("default", 5)]),
            [("default".to_owned(), Some(5), true), built_in(false)]
        );
        assert_eq!(listed(&current, &[made("default", 5)]), [("default".to_owned(), Some(5), true)]);
    }
}
