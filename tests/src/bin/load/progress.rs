//! What is going on, once a second on standard error.

use std::{
    io::{IsTerminal as _, Write as _},
    pin::pin,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tokio::time::{Instant, MissedTickBehavior, interval_at};

/// When something has gone on long enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    /// After so many seconds.
    Seconds(u64),
    /// When so many are done.
    Done(u64),
}

/// Does the work, and shows meanwhile how much is done.
pub(crate) async fn shown<T>(done: &AtomicU64, until: Until, work: impl Future<Output = T>) -> T {
    const SECOND: Duration = Duration::from_secs(1);
    let mut work = pin!(work);
    let mut ticks = interval_at(Instant::now() + SECOND, SECOND);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let (mut before, mut seconds) = (0, 0);
    loop {
        tokio::select! {
            biased;
            output = &mut work => {
                if seconds > 0 && std::io::stderr().is_terminal() {
                    eprintln!();
                }
                return output;
            }
            _ = ticks.tick() => {
                seconds += 1;
                let now = done.load(Ordering::Relaxed);
                show(until, seconds, now, now - before);
                before = now;
            }
        }
    }
}

fn show(until: Until, seconds: u64, done: u64, rate: u64) {
    let end = if std::io::stderr().is_terminal() { '\r' } else { '\n' };
    match until {
        Until::Seconds(of) => eprint!("  {seconds:>4} of {of} s: {rate:>7}/s{end}"),
        Until::Done(of) => eprint!("  {done:>9} of {of}: {rate:>7}/s{end}"),
    }
    // Whoever reads along wants it now; if nobody does, that is no reason to stop.
    let _ = std::io::stderr().flush();
}
