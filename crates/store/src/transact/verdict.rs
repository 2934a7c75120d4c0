//! What becomes of a group.

use sea_orm::{DbErr, RuntimeErr};

use crate::Error;

/// The end of a group, the same for each of its members.
#[derive(Clone, Debug)]
pub(super) enum Verdict {
    /// It is durable.
    Committed,
    /// It was rolled back before anybody asked for its COMMIT.
    Undone,
    /// Its COMMIT failed.
    Failed(DbErr),
}

impl Verdict {
    /// Whoever was to commit it ended without a word, with the runtime.
    pub(super) fn unheard() -> Self {
        Self::Failed(DbErr::Query(RuntimeErr::SqlxError(sqlx::Error::WorkerCrashed.into())))
    }

    /// What it is to a member.
    pub(super) fn answer(self) -> Result<(), Error> {
        match self {
            Self::Committed => Ok(()),
            Self::Undone => Err(Error::Busy),
            Self::Failed(error) => Err(Error::of_commit(error)),
        }
    }
}

impl From<Result<(), DbErr>> for Verdict {
    fn from(commit: Result<(), DbErr>) -> Self {
        commit.map_or_else(Self::Failed, |()| Self::Committed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_undone_runs_again_and_what_nobody_heard_of_looks_for_its_traces() {
        assert!(matches!(Verdict::Undone.answer(), Err(Error::Busy)));
        assert!(matches!(Verdict::unheard().answer(), Err(Error::CommitUnknown(_))));
        assert!(matches!(Verdict::Committed.answer(), Ok(())));
    }
}
