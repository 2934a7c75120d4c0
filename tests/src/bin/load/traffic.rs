//! Clients that log in one after the other, as fast as they are answered.

use std::{
    io::{IsTerminal as _, Write as _},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{task::JoinSet, time::Instant};

use crate::{
    engine::Engine,
    machine::Pid,
    measured::{Measured, percentiles},
    people::Person,
    subject::{Named, Subject},
};

/// The people of each client.
pub(crate) type Hands = Vec<Vec<Person>>;

/// Logs in for so long, and says what it cost. Gives the people back.
pub(crate) async fn drive(
    subject: &Subject,
    engine: &Engine,
    hands: Hands,
    how: Named,
    seconds: u64,
) -> (Measured, Hands) {
    let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let counted = engine.counted().await;
    let server = subject.pid().processor_time();
    let database = engine.pid().map(Pid::processor_time);
    let begun = Instant::now();
    let mut clients = JoinSet::new();
    for mut people in hands {
        let (client, kind) = (subject.client(), subject.kind());
        let (stop, done) = (Arc::clone(&stop), Arc::clone(&done));
        clients.spawn(async move {
            let mut latencies = Vec::with_capacity(16_384);
            let mut turn = 0;
            while !stop.load(Ordering::Relaxed) {
                // A stride, so that neighbours in the table do not follow each other.
                turn = (turn + 7) % people.len().max(1);
                let begun = Instant::now();
                Subject::log_in(&client, kind, &mut people[turn], how).await;
                latencies.push(begun.elapsed());
                done.fetch_add(1, Ordering::Relaxed);
            }
            (people, latencies)
        });
    }
    show_progress(&done, begun, seconds).await;
    stop.store(true, Ordering::Relaxed);
    let (mut hands, mut latencies) = (Vec::new(), Vec::new());
    while let Some(client) = clients.join_next().await {
        let (people, own) = client.expect("a client that does not fail");
        hands.push(people);
        latencies.extend(own);
    }
    let elapsed = begun.elapsed();
    let after = engine.counted().await;
    let counts = counted.zip(after);
    let (p50, p99) = percentiles(&mut latencies);
    let measured = Measured {
        logins: done.load(Ordering::Relaxed),
        elapsed,
        p50,
        p99,
        server: subject.pid().processor_time().saturating_sub(server),
        database: database.and_then(|before| Some(engine.pid()?.processor_time().saturating_sub(before))),
        statements: counts.map(|(before, after)| after.statements - before.statements),
        commits: counts.map(|(before, after)| after.commits - before.commits),
        prepares: counts.map(|(before, after)| after.prepares - before.prepares),
        memory: subject.pid().memory(),
    };
    (measured, hands)
}

async fn show_progress(done: &AtomicU64, begun: Instant, seconds: u64) {
    let terminal = std::io::stderr().is_terminal();
    let mut before = 0;
    for second in 1..=seconds {
        tokio::time::sleep_until(begun + Duration::from_secs(second)).await;
        let now = done.load(Ordering::Relaxed);
        let end = if terminal { '\r' } else { '\n' };
        eprint!("  {second:>4} of {seconds} s: {:>7} logins/s{end}", now - before);
        // Whoever reads along wants it now; if nobody does, that is no reason to stop.
        let _ = std::io::stderr().flush();
        before = now;
    }
    if terminal {
        eprintln!();
    }
}
