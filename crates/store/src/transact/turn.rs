//! A transaction in the hands of one member of its group.
//!
//! The turns of a group follow each other on one connection. The first begins with the transaction's BEGIN, each other one
//! with a savepoint. A turn ends by being passed on to whoever waits; where nobody does, with the COMMIT of them all.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr};
use tokio::{runtime::Handle, sync::oneshot};

use super::{
    abandoned,
    line::{Lead, Pass, Waiter},
    verdict::Verdict,
};
use crate::{Error, to_the_end::ToTheEnd};

/// A transaction that is under way. Dropped, what its member did is undone, and the group goes on.
#[derive(Debug)]
pub struct Turn {
    open: Option<Open>,
    /// Whether a statement failed in a way that may have made SQLite roll back all there was.
    troubled: AtomicBool,
}

#[derive(Debug)]
struct Open {
    /// Dropped before the lead: its ROLLBACK is on its way before anybody else is told to begin.
    begun: DatabaseTransaction,
    /// Whether what the last member did stays.
    kept: bool,
    /// `None` where a transaction commits alone, as on MySQL and MariaDB.
    group: Option<Group>,
}

#[derive(Debug)]
struct Group {
    lead: Lead,
    members: u32,
    /// Those whose turns are over.
    waiting: Vec<oneshot::Sender<Verdict>>,
    /// Whether a savepoint stands before what the last member did; the first one's work has none.
    marked: bool,
}

impl Turn {
    /// The only member of a transaction, or the first one.
    pub(crate) fn first(begun: DatabaseTransaction, lead: Option<Lead>) -> Self {
        let group = lead.map(|lead| Group { lead, members: 1, waiting: Vec::new(), marked: false });
        Self::over(Open { begun, kept: false, group })
    }

    const fn over(open: Open) -> Self {
        Self { open: Some(open), troubled: AtomicBool::new(false) }
    }

    /// The transaction.
    ///
    /// # Errors
    /// The turn is over.
    pub(crate) fn transaction(&self) -> Result<&DatabaseTransaction, DbErr> {
        self.open.as_ref().map(|open| &open.begun).ok_or_else(abandoned)
    }

    /// Notes that a statement failed in a way that nobody counts on.
    pub(crate) fn note_trouble(&self) {
        self.troubled.store(true, Ordering::Relaxed);
    }

    /// Begins the turn of a member that is not the first. One round trip.
    ///
    /// # Errors
    /// [`Error::Busy`]: the transaction is gone, which those before are told as well.
    pub(crate) async fn mark(mut self) -> Result<Self, Error> {
        let Some(open) = &mut self.open else { return Err(abandoned().into()) };
        if open.mark().await.is_err() {
            self.open.take().map(Open::give_up);
            return Err(Error::Busy);
        }
        Ok(self)
    }

    /// Ends the turn. What is kept is durable once this answers. A member whose work is not kept may have seen what others did
    /// before it, so it is not answered before they are; where nothing was before it, the transaction ends here.
    ///
    /// # Errors
    /// Those of the COMMIT.
    pub(crate) async fn end(mut self, keep: bool, pool: &Arc<DatabaseConnection>) -> Result<(), Error> {
        let Some(mut open) = self.open.take() else { return Err(abandoned().into()) };
        open.kept = keep;
        if open.is_empty() {
            ToTheEnd::new(open.roll_back(), pool).await;
            return Ok(());
        }
        let verdict = match open.next_member(*self.troubled.get_mut()) {
            Some(next) => open.pass_to(next).await.unwrap_or_else(|_| Verdict::unheard()),
            None => ToTheEnd::new(open.commit(), pool).await,
        };
        verdict.answer()
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(open) = self.open.take().filter(|open| !open.is_empty()) else { return };
        if let Some(next) = open.next_member(*self.troubled.get_mut()) {
            drop(open.pass_to(next));
        } else if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(open.commit());
        }
    }
}

impl Open {
    /// Whether there is nothing to commit.
    fn is_empty(&self) -> bool {
        !self.kept && self.group.as_ref().is_none_or(|group| !group.marked)
    }

    /// Who may have the next turn. After trouble nobody: what is left of the transaction shows at its COMMIT.
    fn next_member(&self, troubled: bool) -> Option<Waiter> {
        self.group.as_ref().filter(|_| !troubled).and_then(|group| group.lead.next(group.members))
    }

    /// Whoever left the line just now drops the turn, and it goes on from there.
    fn pass_to(mut self, next: Waiter) -> oneshot::Receiver<Verdict> {
        let (waiting, verdict) = oneshot::channel();
        if let Some(group) = &mut self.group {
            group.members += 1;
            group.waiting.push(waiting);
        }
        let _ = next.send(Pass::Follow(Turn::over(self)));
        verdict
    }

    /// Settles what the member before did, and stands a savepoint before what the next one does. In one text: each text is a
    /// round trip to the thread that SQLite works on.
    async fn mark(&mut self) -> Result<(), DbErr> {
        let Some(group) = &mut self.group else { return Ok(()) };
        let sql = match (group.marked, self.kept) {
            (false, _) => "SAVEPOINT member",
            (true, true) => "RELEASE member; SAVEPOINT member",
            // It stays where it is.
            (true, false) => "ROLLBACK TO member",
        };
        self.begun.execute_unprepared(sql).await?;
        (group.marked, self.kept) = (true, false);
        Ok(())
    }

    async fn commit(self) -> Verdict {
        if !self.kept && self.begun.execute_unprepared("ROLLBACK TO member").await.is_err() {
            return self.give_up();
        }
        let verdict = Verdict::from(self.begun.commit().await);
        if let Some(group) = self.group {
            group.tell(&verdict);
        }
        verdict
    }

    async fn roll_back(self) {
        // Should this fail, the connection is gone, and the transaction with it.
        let _ = self.begun.rollback().await;
        drop(self.group);
    }

    /// SQLite has rolled everything back, or its thread is gone.
    fn give_up(self) -> Verdict {
        drop(self.begun);
        if let Some(group) = self.group {
            group.tell(&Verdict::Undone);
        }
        Verdict::Undone
    }
}

impl Group {
    /// The next transaction first: while it begins, these take note.
    fn tell(self, verdict: &Verdict) {
        drop(self.lead);
        for waiting in self.waiting {
            let _ = waiting.send(verdict.clone());
        }
    }
}
