//! What committing waiting transactions together is worth on SQLite: `cargo bench -p keystead-store --bench group_commit`.
//!
//! Clients write logins (UPDATE, INSERT, INSERT) to a file with `synchronous=FULL`, one after the other each, once with the
//! default of [`Options::most_per_commit`] and once with 1, turn and turn about. What is printed last are the medians of the
//! rounds; the machine drifts, so trust the ratios. The file lies where temporary files do (`TMPDIR`).

#![expect(clippy::unwrap_used, reason = "of the suite's fixture")]

use std::{
    fmt::Arguments,
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use keystead_store::{Error, Finish, Insert, Options, Store};
use tokio::time::Instant;

use crate::fixture::Household;

#[expect(dead_code, reason = "the suite uses the rest of it")]
#[path = "../tests/suite/fixture.rs"]
mod fixture;

const ROUNDS: usize = 7;
const ROUND: Duration = Duration::from_secs(2);

fn main() -> io::Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    for clients in [32, 1] {
        let (mut together, mut alone, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for round in 1..=ROUNDS {
            let rates = runtime.block_on(async {
                io::Result::Ok((logins_per_second(clients, 32).await?, logins_per_second(clients, 1).await?))
            })?;
            say(format_args!(
                "round {round}, {clients} clients: {:.0} and {:.0} logins/s",
                rates.0, rates.1
            ))?;
            together.push(rates.0);
            alone.push(rates.1);
            ratios.push(rates.0 / rates.1);
        }
        let [together, alone, ratio] = [together, alone, ratios].map(median);
        say(format_args!(
            "{clients} clients: {together:.0} logins/s together, {alone:.0} alone, ratio {ratio:.2}"
        ))?;
    }
    Ok(())
}

fn say(line: Arguments<'_>) -> io::Result<()> {
    writeln!(io::stdout(), "{line}")
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

async fn logins_per_second(clients: u32, most_per_commit: u32) -> io::Result<f64> {
    let directory = tempfile::tempdir()?;
    let url = format!("sqlite://{}?mode=rwc", directory.path().join("keystead.db").display());
    let store =
        Store::connect(&Options { most_per_commit, ..Options::new(url) }).await.map_err(io::Error::other)?;
    store.migrate().await.map_err(io::Error::other)?;
    let (over, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    let mut tasks = Vec::new();
    for _ in 0..clients {
        let (store, over, done) = (store.clone(), Arc::clone(&over), Arc::clone(&done));
        let home = Household::move_in(&store).await;
        tasks.push(tokio::spawn(async move {
            while !over.load(Ordering::Relaxed) {
                log_in(&store, &home).await?;
                done.fetch_add(1, Ordering::Relaxed);
            }
            Ok::<(), Error>(())
        }));
    }
    let begun = Instant::now();
    tokio::time::sleep(ROUND).await;
    let rate = f64::from(done.load(Ordering::Relaxed)) / begun.elapsed().as_secs_f64();
    over.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await?.map_err(io::Error::other)?;
    }
    Ok(rate)
}

async fn log_in(store: &Store, home: &Household) -> Result<(), Error> {
    let outcome = fixture::outcome(home.tenant.id, fixture::ceremony_id());
    let event = fixture::event(Some(home.tenant.id), fixture::NOW);
    let login = home.login();
    let written = store
        .transact(async |tx| {
            let within = tx.within(home.tenant.id);
            let written = within.record_login(&login).await?;
            let inserted = within.insert_outcome(&outcome).await?;
            tx.insert_event(&event).await?;
            Ok(Finish::Commit(written && inserted == Insert::Done))
        })
        .await?;
    assert!(written, "every login is one");
    Ok(())
}
