//! Reading credentials.

use keystead_domain::{CredentialId, CredentialState, UserRef};

use crate::{Call, CredentialAtRp, Error, Listed, PageRequest, Service, pages::Pager};

/// Which credentials to list.
#[derive(Clone, Debug, Default)]
pub struct CredentialFilter {
    /// Whose; `None`: the whole tenant's.
    pub user: Option<UserRef>,
    /// In which states; empty: all.
    pub states: Vec<CredentialState>,
}

impl Service {
    /// Credentials, newest first.
    ///
    /// # Errors
    /// [`Reason::UserNotFound`](keystead_domain::Reason::UserNotFound),
    /// [`Reason::InvalidPageToken`](keystead_domain::Reason::InvalidPageToken); a fault where the store is away.
    pub async fn list_credentials(
        &self,
        call: &Call,
        filter: &CredentialFilter,
        request: &PageRequest,
    ) -> Result<Listed<CredentialAtRp>, Error> {
        let tenant = call.tenant()?;
        let user = match &filter.user {
            Some(user) => Some(self.get_user(call, user).await?.id),
            None => None,
        };
        let states: Vec<u8> = filter.states.iter().map(|state| state.number()).collect();
        let filters = [user.as_ref().map_or(&[][..], |id| id.as_bytes()), &states];
        let pager = Pager { call, list: "ListCredentials", filters: &filters };
        let page = self.page(&pager, request).await?;
        let found = self.store.reader().within(tenant).list_credentials(user, &filter.states, page).await?;
        let listed = self.listed(&pager, request, found, |c| (c.created_at, *c.id.as_bytes())).await?;
        Ok(Listed { items: self.shown_all(tenant, listed.items).await?, next: listed.next })
    }

    /// One credential.
    ///
    /// # Errors
    /// [`Reason::CredentialNotFound`](keystead_domain::Reason::CredentialNotFound); a fault where the store is away.
    pub async fn get_credential(&self, call: &Call, id: CredentialId) -> Result<CredentialAtRp, Error> {
        let tenant = call.tenant()?;
        let credential = self.find_credential(tenant, id).await?;
        self.shown(tenant, credential).await
    }
}
