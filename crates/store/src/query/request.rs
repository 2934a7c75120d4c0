//! Mutations that carried a `request_id`.

use keystead_domain::{CallerId, Timestamp};
use sea_orm::EntityTrait;
use uuid::Uuid;

use crate::{
    Connection, Error, Insert, Link, Tx,
    entity::request::{Entity, Model},
    insert::insert,
    row::{Id, Row, time},
};

/// A mutation that a caller gave a `request_id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Who asked.
    pub caller_id: CallerId,
    /// The RPC's name, at most 255 bytes.
    pub method: String,
    /// SHA-256 of the `request_id`.
    pub request_id_hash: [u8; 32],
    /// SHA-256 over what was asked.
    pub request_hash: [u8; 32],
    /// The id of what was made or changed.
    pub subject: Option<[u8; 16]>,
    /// When it was carried out.
    pub at: Timestamp,
    /// When the row may be purged.
    pub expires_at: Timestamp,
}

impl<L: Link> Connection<L> {
    /// The mutation that a caller gave this `request_id` before.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn find_request(
        &self,
        caller: CallerId,
        method: &str,
        request_id_hash: &[u8; 32],
    ) -> Result<Option<Request>, Error> {
        let key = (caller.column(), method.as_bytes().to_vec(), request_id_hash.to_vec());
        Entity::find_by_id(key).one(self).await?.map(Request::try_from).transpose()
    }
}

impl Tx {
    /// Inserts a mutation's request; unique are caller, method and `request_id` together.
    ///
    /// # Errors
    /// The database refused.
    pub async fn insert_request(&self, request: &Request) -> Result<Insert, Error> {
        insert(self, Model::from(request)).await
    }
}

impl From<&Request> for Model {
    fn from(request: &Request) -> Self {
        Self {
            caller_id: request.caller_id.column(),
            method: request.method.as_bytes().to_vec(),
            request_id_hash: request.request_id_hash.to_vec(),
            request_hash: request.request_hash.to_vec(),
            subject: request.subject.map(Uuid::from_bytes),
            created_at: request.at.micros(),
            expires_at: request.expires_at.micros(),
        }
    }
}

impl TryFrom<Model> for Request {
    type Error = Error;

    fn try_from(model: Model) -> Result<Self, Error> {
        let row = Row { table: "request", id: model.caller_id };
        Ok(Self {
            caller_id: CallerId::from_column(model.caller_id),
            method: row.text("method", model.method)?,
            request_id_hash: row.bytes("request_id_hash", model.request_id_hash)?,
            request_hash: row.bytes("request_hash", model.request_hash)?,
            subject: model.subject.map(Uuid::into_bytes),
            at: time(model.created_at),
            expires_at: time(model.expires_at),
        })
    }
}
