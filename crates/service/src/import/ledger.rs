//! What is known of the users, handles and credentials that an import's rows name.

use std::collections::BTreeMap;

use keystead_domain::{CredentialId, DisplayName, Epoch, ExternalId, User, UserHandle, UserId, WebauthnId};
use keystead_keyring::digest;
use keystead_store::{Link, PresentCredential, Within};

use super::{batch::Candidate, judge::Terms};

/// What is known, and what the rows that were taken add to it.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) users: BTreeMap<ExternalId, Person>,
    pub(super) handle_owners: BTreeMap<UserHandle, UserId>,
    pub(super) credentials: BTreeMap<WebauthnId, Held>,
}

/// A user.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) id: UserId,
    pub(super) epoch: Epoch,
    pub(super) credential_count: u32,
    pub(super) handle: Option<UserHandle>,
    /// His name, where this import makes him.
    pub(super) made_as: Option<DisplayName>,
    /// How many of his credentials this import adds.
    pub(super) added: u32,
}

impl Person {
    fn known(user: &User, handle: Option<UserHandle>) -> Self {
        let User { id, epoch, credential_count, .. } = *user;
        Self { id, epoch, credential_count, handle, made_as: None, added: 0 }
    }

    pub(super) const fn made(id: UserId, name: DisplayName) -> Self {
        Self { id, epoch: Epoch(0), credential_count: 0, handle: None, made_as: Some(name), added: 0 }
    }
}

/// A credential.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) id: CredentialId,
    pub(super) owner: UserId,
    key_hash: [u8; 32],
}

impl Held {
    pub(super) fn new(id: CredentialId, owner: UserId, public_key: &[u8]) -> Self {
        Self { id, owner, key_hash: digest::sha256(&[public_key]) }
    }

    pub(super) fn has_key(&self, public_key: &[u8]) -> bool {
        self.key_hash == digest::sha256(&[public_key])
    }
}

impl Ledger {
    /// What the database knows of these rows; `users` and `present` is what it knows of their users and credentials.
    pub(super) async fn read<L: Link>(
        within: Within<'_, L>,
        terms: &Terms,
        candidates: &[Candidate],
        users: &[User],
        present: Vec<PresentCredential>,
    ) -> Result<Self, keystead_store::Error> {
        let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
        let mut handles: BTreeMap<UserId, UserHandle> =
            within.handles_at(terms.rp, &ids).await?.into_iter().collect();
        let mut ledger = Self::default();
        for user in users {
            let person = Person::known(user, handles.remove(&user.id));
            ledger.users.insert(user.external_id.clone(), person);
        }
        let named: Vec<UserHandle> =
            records(candidates).filter_map(|record| record.user_handle.clone()).collect();
        ledger.handle_owners.extend(within.owners_of_handles(terms.rp, &named).await?);
        for PresentCredential { webauthn_id, id, user_id, public_key } in present {
            ledger.credentials.insert(webauthn_id, Held::new(id, user_id, &public_key));
        }
        Ok(ledger)
    }

    /// How many credentials it has.
    pub(super) fn len(&self) -> usize {
        self.credentials.len()
    }

    /// Lays on top what another one has of these rows: a dry run finds what it would have written.
    pub(super) fn lay_over(&mut self, other: &Self, candidates: &[Candidate]) {
        for record in records(candidates) {
            copy(&other.users, &record.external_id, &mut self.users);
            copy(&other.credentials, &record.webauthn_id, &mut self.credentials);
            if let Some(handle) = &record.user_handle {
                copy(&other.handle_owners, handle, &mut self.handle_owners);
            }
        }
    }

    /// Takes over everything that another one has.
    pub(super) fn extend(&mut self, other: Self) {
        self.users.extend(other.users);
        self.handle_owners.extend(other.handle_owners);
        self.credentials.extend(other.credentials);
    }
}

fn copy<K: Ord + Clone, V: Clone>(from: &BTreeMap<K, V>, key: &K, to: &mut BTreeMap<K, V>) {
    if let Some(value) = from.get(key) {
        to.insert(key.clone(), value.clone());
    }
}

/// What the rows say that can be read.
pub(super) fn records(candidates: &[Candidate]) -> impl Iterator<Item = &keystead_ceremony::import::Record> {
    candidates.iter().filter_map(|candidate| candidate.record.as_ref().ok())
}
