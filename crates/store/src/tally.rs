//! How many statements a task asked of the database.

use std::{cell::Cell, future::Future};

tokio::task_local! {
    static TALLY: Cell<Tally>;
}

/// What was asked of the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Round trips: every statement, BEGIN, COMMIT and ROLLBACK included.
    pub statements: u32,
    /// COMMITs among them.
    pub commits: u32,
}

/// Runs a future and counts what it asks of the database. What it leaves to other tasks is not counted, nor is what runs in
/// a scope inside.
pub async fn scope<F: Future>(future: F) -> (F::Output, Tally) {
    TALLY
        .scope(Cell::default(), async {
            let output = future.await;
            (output, TALLY.with(Cell::get))
        })
        .await
}

pub(crate) fn statement() {
    add(Tally { statements: 1, commits: 0 });
}

pub(crate) fn commit() {
    add(Tally { statements: 1, commits: 1 });
}

/// Outside of a scope nobody asks, and nothing is counted.
fn add(more: Tally) {
    let _ = TALLY.try_with(|tally| {
        let Tally { statements, commits } = tally.get();
        tally.set(Tally { statements: statements + more.statements, commits: commits + more.commits });
    });
}
