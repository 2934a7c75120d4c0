//! What the signals to a user's browser are made of.

use keystead_domain::{RelyingPartyId, User, UserHandle, UserRef, WebauthnId};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::{login::handle, oldest_first, registration::with_handle_and_keys};
use crate::{
    Error, Link, Within,
    entity::user,
    row::{Id, Row},
};

/// What the browser's list of passkeys should say (§5.1.10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignalFacts {
    /// The user; `last_success_at` is not read.
    pub user: User,
    /// His handle at the relying party, where he has one.
    pub handle: Option<UserHandle>,
    /// The WebAuthn ids of his credentials there that are not REVOKED, oldest first: the browser may hide for good what the
    /// list leaves out.
    pub accepted: Vec<WebauthnId>,
}

impl<L: Link> Within<'_, L> {
    /// What there is to signal of the user that is named, at the relying party. One statement.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn find_signal_facts(
        &self,
        rp: RelyingPartyId,
        user: &UserRef,
    ) -> Result<Option<SignalFacts>, Error> {
        let rows = self.connection.query_all(&with_handle_and_keys(self.tenant_id, rp, user)).await?;
        let Some(first) = rows.first() else { return Ok(None) };
        let user = user::Model::from_query_result(first, "u_")?;
        let handle = handle(Row { table: "user_handle", id: user.id }, first)?;
        let mut accepted = Vec::with_capacity(rows.len());
        for row in &rows {
            let Some(id) = row.try_get("", "c_id")? else { continue };
            if RelyingPartyId::from_column(row.try_get("", "relying_party_id")?) != rp {
                continue;
            }
            let created_at: i64 = row.try_get("", "created_at")?;
            let webauthn_id: Vec<u8> = row.try_get("", "webauthn_id")?;
            let place = Row { table: "credential", id };
            accepted.push((created_at, id, place.valid("webauthn_id", WebauthnId::new(webauthn_id))?));
        }
        Ok(Some(SignalFacts { user: user.into_user(None)?, handle, accepted: oldest_first(accepted) }))
    }
}
