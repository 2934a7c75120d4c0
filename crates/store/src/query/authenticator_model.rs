//! What operators put into the AAGUID catalogue; it belongs to the instance.

use keystead_domain::{Aaguid, AuthenticatorModel, Timestamp};
use sea_orm::{EntityTrait, QueryOrder};
use uuid::Uuid;

use crate::{
    Connection, Error, Insert, Link, Tx,
    entity::authenticator_model::{Column, Entity, Model},
    insert::insert,
};

impl<L: Link> Connection<L> {
    /// Every entry, by AAGUID.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn authenticator_models(&self) -> Result<Vec<AuthenticatorModel>, Error> {
        let rows = Entity::find().order_by_asc(Column::Aaguid).all(self).await?;
        rows.into_iter().map(AuthenticatorModel::try_from).collect()
    }
}

impl Tx {
    /// Puts an entry in the place of the one of its AAGUID, if there is one. It carries the time that it is put at; one
    /// without is as old as can be.
    ///
    /// # Errors
    /// [`Error::Busy`] where somebody else puts one of this AAGUID now.
    pub async fn put_authenticator_model(&self, model: &AuthenticatorModel) -> Result<(), Error> {
        self.remove_authenticator_model(model.aaguid).await?;
        let at = model.updated_at.unwrap_or(Timestamp::from_micros(0));
        match insert(self, Model::new(model, at)).await? {
            Insert::Done => Ok(()),
            Insert::Duplicate => Err(Error::Busy),
        }
    }

    /// Takes the entry of an AAGUID out. `false`: there is none.
    ///
    /// # Errors
    /// The database refused.
    pub async fn remove_authenticator_model(&self, aaguid: Aaguid) -> Result<bool, Error> {
        let removed = Entity::delete_by_id(Uuid::from_bytes(aaguid.0)).exec(self).await?;
        Ok(removed.rows_affected == 1)
    }
}
