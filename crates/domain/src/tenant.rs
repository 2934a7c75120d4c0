//! Tenants.

use crate::{Name, TenantId, Timestamp};

/// The isolation unit: own users, callers and relying parties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// The id.
    pub id: TenantId,
    /// A name for people, unique in the instance.
    pub name: Name,
    /// When it was made.
    pub created_at: Timestamp,
}
