//! Credentials given away as another server needs them to go on verifying them.

use keystead_ceremony::import::Record;
use keystead_domain::{
    CredentialId, CredentialState, EventId, EventKind, EventOutcome, Reason, RpId, TenantId, UserId, UserRef,
};
use keystead_store::{ExportRow, Finish};

use crate::{Call, Error, Fault, Service, pages::Pager};

/// Rows of a page.
const PAGE: u64 = 250;

/// Which credentials to export.
#[derive(Clone, Debug, Default)]
pub struct ExportFilter {
    /// Whose; `None`: the whole tenant's.
    pub user: Option<UserRef>,
    /// Of which relying party; `None`: of every one.
    pub rp_id: Option<RpId>,
    /// In which states; empty: in all.
    pub states: Vec<CredentialState>,
}

/// A credential, and what it needs elsewhere.
#[derive(Clone, Debug)]
pub struct Exported {
    /// The credential and its owner.
    pub row: ExportRow,
    /// The RP ID it is bound to.
    pub rp_id: RpId,
}

impl Exported {
    /// The credential as one line that an import reads, and that says what ids it had here.
    #[must_use]
    pub fn to_json(&self) -> String {
        let ExportRow { credential, external_id, user_display_name, handle } = &self.row;
        let record = Record {
            external_id: external_id.clone(),
            user_display_name: Some(user_display_name.clone()),
            user_handle: handle.clone(),
            rp_id: Some(self.rp_id.as_str().to_owned()),
            webauthn_id: credential.webauthn_id.clone(),
            public_key: credential.public_key.clone(),
            algorithm: credential.algorithm,
            sign_count: credential.sign_count,
            aaguid: credential.aaguid,
            attestation_format: credential.attestation.format.clone(),
            transports: credential.transports.clone(),
            attachment: credential.attachment,
            discoverable: credential.discoverable,
            backup_eligible: credential.backup_eligible,
            backed_up: credential.backed_up,
            // Elsewhere it is an import, and has to say itself that verification counts.
            user_verification_initialized: Some(credential.user_verification_counts()),
            display_name: credential.display_name.clone(),
            state: credential.state,
            created_at: Some(credential.created_at),
            last_used_at: credential.last_used_at,
        };
        record.to_json(Some((credential.user_id, credential.id)))
    }
}

/// Some of the credentials.
#[derive(Clone, Debug)]
pub struct ExportPage {
    /// Oldest first.
    pub records: Vec<Exported>,
    /// Goes on after them.
    pub resume_token: String,
}

impl Service {
    /// A page of an export: the first one where the token is empty, else the one after. `None`: there are no more. Every
    /// credential that was here when the export began comes once; what is registered meanwhile may come. That an export began is
    /// an event.
    ///
    /// # Errors
    /// [`Reason::UserNotFound`], [`Reason::RelyingPartyNotFound`], [`Reason::InvalidPageToken`]; a fault where the store is
    /// away.
    pub async fn export_page(
        &self,
        call: &Call,
        filter: &ExportFilter,
        resume_token: &str,
    ) -> Result<Option<ExportPage>, Error> {
        let tenant = call.tenant()?;
        let narrowed = self.narrow(call, tenant, filter).await?;
        let states: Vec<u8> = narrowed.states.iter().map(|state| state.number()).collect();
        let filters = [
            narrowed.user.as_ref().map_or(&[][..], |id| id.as_bytes()),
            narrowed.rp.as_ref().map_or(&[][..], |id| id.as_bytes()),
            &states,
        ];
        let pager = Pager { call, list: "ExportCredentials", filters: &filters };
        let after = match resume_token {
            "" => {
                self.note_export(call, narrowed.user).await?;
                None
            }
            token => {
                let (at, id) = self.open_cursor(&pager, token).await?;
                Some((at, CredentialId::from_bytes(id)))
            }
        };
        let rows = self.store.reader().within(tenant).export_page(&narrowed, after, PAGE).await?;
        let Some(last) = rows.last().map(|row| &row.credential) else { return Ok(None) };
        let resume_token = self.seal_cursor(&pager, (last.created_at, *last.id.as_bytes())).await?;
        let mut records = Vec::with_capacity(rows.len());
        for row in rows {
            let rp = self.directory.relying_party(tenant, row.credential.relying_party_id).await?;
            let rp = rp.ok_or(Fault::Inconsistent("a credential's relying party is gone"))?;
            records.push(Exported { rp_id: rp.rp_id.clone(), row });
        }
        Ok(Some(ExportPage { records, resume_token }))
    }

    async fn narrow(
        &self,
        call: &Call,
        tenant: TenantId,
        filter: &ExportFilter,
    ) -> Result<keystead_store::ExportFilter, Error> {
        let user = match &filter.user {
            Some(user) => Some(self.get_user(call, user).await?.id),
            None => None,
        };
        let rp = match &filter.rp_id {
            Some(rp_id) => {
                let known = self.known_tenant(tenant).await?;
                let rp = known.relying_party(Some(rp_id));
                Some(rp.ok_or(Error::Rejected(Reason::RelyingPartyNotFound))?.id)
            }
            None => None,
        };
        Ok(keystead_store::ExportFilter { user, rp, states: filter.states.clone() })
    }

    /// Before anything is given away.
    async fn note_export(&self, call: &Call, user_id: Option<UserId>) -> Result<(), Error> {
        let now = self.environment.now();
        let id = EventId::new(now, self.environment.random());
        let mut event = call.event(id, now, EventKind::CredentialsExported, EventOutcome::Success);
        event.user_id = user_id;
        self.store
            .transact(async |tx| {
                // A duplicate is the trace of this very transaction, whose answer was lost.
                let _ = tx.insert_event_once(&event).await?;
                Ok(Finish::Commit(()))
            })
            .await?;
        Ok(())
    }
}
