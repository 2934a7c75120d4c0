//! Credentials taken over from another server: hundreds of rows in one transaction, each judged by itself.

mod batch;
mod judge;
mod ledger;

use std::sync::Arc;

use keystead_ceremony::import::{Record, Refused};
use keystead_domain::{
    CredentialId, EventId, EventKind, EventOutcome, Name, Reason, RegistrationProfile, RelyingParty, RpId,
    TenantId, Timestamp, UserId,
};

use self::{
    batch::{Candidate, Drawn, Taking},
    judge::{Terms, Verdict},
    ledger::Ledger,
};
use crate::{Call, Error, Service};

/// How to import.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// The RP ID the credentials are bound to; `None`: the tenant's default.
    pub rp_id: Option<RpId>,
    /// Judge and report everything, and write nothing.
    pub dry_run: bool,
    /// What a row means that does not say whether the user was verified.
    pub unknown_user_verification: UnknownUserVerification,
    /// Refuse rows of users who are not here, where they would otherwise be made.
    pub existing_users_only: bool,
    /// The registration profile they count as registered under; `None`: `default`.
    pub profile: Option<Name>,
}

/// What a row means that does not say whether the user was verified when the credential was registered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownUserVerification {
    /// It is refused: somebody has to decide.
    #[default]
    Refuse,
    /// He was: the other server let nobody in without.
    Verified,
    /// Presence only: a second factor.
    PresenceOnly,
}

/// One credential to import.
#[derive(Debug)]
pub struct ImportRow {
    /// The row's number in its source, above that of the row before.
    pub number: i64,
    /// What it says, or why it cannot be read.
    pub record: Result<Record, Refused>,
}

/// A row that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedRow {
    /// Its number.
    pub number: i64,
    /// Why.
    pub reason: Reason,
    /// The member at fault; may be empty.
    pub field: String,
    /// What is wrong with it, in words; never a value of the row.
    pub problem: String,
}

/// What became of some rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The last row; everything up to it is committed. 0 where there was none yet.
    pub last_row: i64,
    /// Rows taken, of the whole import so far.
    pub imported: u64,
    /// Rows that were here already, of the whole import so far.
    pub already_present: u64,
    /// Rows refused, of the whole import so far.
    pub refused: u64,
    /// Those refused of these rows.
    pub refused_rows: Vec<RefusedRow>,
}

/// An import under way. What it took is committed, whatever becomes of it: another one with the same rows goes on.
pub struct Import {
    service: Service,
    tenant: TenantId,
    rp: Arc<RelyingParty>,
    profile: Name,
    options: ImportOptions,
    last_row: Option<i64>,
    imported: u64,
    already_present: u64,
    refused: u64,
    /// What a dry run would have written.
    rehearsed: Ledger,
}

impl Import {
    /// Most rows of one transaction.
    pub const MOST_ROWS: usize = 500;
    /// Most rows that a dry run takes: it has to remember them, some 500 bytes each.
    const MOST_REHEARSED: usize = 500_000;
}

impl Service {
    /// Begins an import.
    ///
    /// # Errors
    /// [`Reason::RelyingPartyNotFound`], [`Reason::ProfileNotFound`]; a fault where the store is away.
    pub async fn begin_import(&self, call: &Call, options: ImportOptions) -> Result<Import, Error> {
        let tenant = call.tenant()?;
        let known = self.known_tenant(tenant).await?;
        let rp = known
            .relying_party(options.rp_id.as_ref())
            .ok_or(Error::Rejected(Reason::RelyingPartyNotFound))?;
        let import = Import {
            service: self.clone(),
            tenant,
            rp: Arc::clone(rp),
            profile: options.profile.clone().unwrap_or_else(Name::default_profile),
            options,
            last_row: None,
            imported: 0,
            already_present: 0,
            refused: 0,
            rehearsed: Ledger::default(),
        };
        import.newest_profile().await?;
        Ok(import)
    }
}

impl Import {
    /// Takes rows, in one transaction; in a dry run, judges them and writes nothing. A row that is here already, of the same
    /// owner and with the same key, is counted and left alone, whatever its state.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there are more than [`Self::MOST_ROWS`], their numbers do not rise, or a dry run took as many
    /// as it can remember; a fault where the store is away. Nothing of the rows is committed then.
    pub async fn take(&mut self, call: &Call, rows: Vec<ImportRow>) -> Result<Batch, Error> {
        let last_row = self.check(&rows)?;
        let profile = self.newest_profile().await?;
        let terms = Terms {
            rp_id: self.rp.rp_id.clone(),
            rp: self.rp.id,
            profile,
            unknown_user_verification: self.options.unknown_user_verification,
            existing_users_only: self.options.existing_users_only,
            now: self.service.environment.now(),
        };
        let candidates = self.draw(call, terms.now, rows);
        let taking = Taking { tenant: self.tenant, terms: &terms, candidates: &candidates };
        let verdicts = if self.options.dry_run {
            taking.rehearse(&self.service.store, &mut self.rehearsed).await?
        } else {
            self.service.store.transact(async |tx| taking.carry_out(tx).await).await?
        };
        self.last_row = last_row;
        Ok(self.count(&candidates, verdicts))
    }

    fn check(&self, rows: &[ImportRow]) -> Result<Option<i64>, Error> {
        if rows.len() > Self::MOST_ROWS {
            return Err(Error::invalid("rows", format_args!("must be at most {}", Self::MOST_ROWS)));
        }
        if self.rehearsed.len() + rows.len() > Self::MOST_REHEARSED {
            let most = Self::MOST_REHEARSED;
            return Err(Error::invalid(
                "options.dry_run",
                format_args!("remembers at most {most} rows: try parts"),
            ));
        }
        let mut last_row = self.last_row;
        for row in rows {
            if last_row.is_some_and(|last| row.number <= last) {
                return Err(Error::invalid("rows.number", "must be above that of the row before"));
            }
            last_row = Some(row.number);
        }
        Ok(last_row)
    }

    /// As it is now: what is denied while an import runs is denied from then on.
    async fn newest_profile(&self) -> Result<Arc<RegistrationProfile>, Error> {
        let known = self.service.known_tenant(self.tenant).await?;
        known.profile(&self.profile).cloned().ok_or(Error::Rejected(Reason::ProfileNotFound))
    }

    /// Draws what each row needs if it is taken, so that a transaction that runs again writes the same.
    fn draw(&self, call: &Call, now: Timestamp, rows: Vec<ImportRow>) -> Vec<Candidate> {
        let dice = &self.service.environment;
        let event = |kind| call.event(EventId::new(now, dice.random()), now, kind, EventOutcome::Success);
        let drawn = || Drawn {
            user: UserId::new(now, dice.random()),
            credential: CredentialId::new(now, dice.random()),
            user_event: event(EventKind::UserCreated),
            credential_event: event(EventKind::CredentialImported),
        };
        let candidate = |row: ImportRow| Candidate { drawn: drawn(), number: row.number, record: row.record };
        rows.into_iter().map(candidate).collect()
    }

    fn count(&mut self, candidates: &[Candidate], verdicts: Vec<Verdict>) -> Batch {
        let mut refused_rows = Vec::new();
        let mut imported = 0_u64;
        for (candidate, verdict) in candidates.iter().zip(verdicts) {
            match verdict {
                Verdict::Imported => imported += 1,
                Verdict::AlreadyPresent => self.already_present += 1,
                Verdict::Refused(Refused { reason, field, problem }) => refused_rows.push(RefusedRow {
                    number: candidate.number,
                    reason,
                    field: field.to_owned(),
                    problem,
                }),
            }
        }
        self.imported += imported;
        self.refused += refused_rows.len() as u64;
        if !self.options.dry_run {
            tracing::debug!(monotonic_counter.keystead_credentials_imported = imported);
        }
        Batch {
            last_row: self.last_row.unwrap_or(0),
            imported: self.imported,
            already_present: self.already_present,
            refused: self.refused,
            refused_rows,
        }
    }
}
