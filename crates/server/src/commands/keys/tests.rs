//! The life of keys, as an operator lives it.

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU8, Ordering},
};

use clap::Parser;
use keystead_domain::Timestamp;
use keystead_service::environment::{Clock, Dice};
use tempfile::TempDir;

use super::*;

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    args: Args,
}

/// An operator with a key file, a clock, and dice that give one number after the other.
struct Operator {
    dir: TempDir,
    minutes: Arc<AtomicI64>,
    environment: Environment,
}

struct Minutes(Arc<AtomicI64>);

impl Clock for Minutes {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(1_795_521_600_000_000 + self.0.load(Ordering::SeqCst) * 60_000_000)
    }
}

struct Counting(AtomicU8);

impl Dice for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0.fetch_add(1, Ordering::SeqCst) + 1);
    }
}

impl Operator {
    fn new() -> Self {
        let minutes = Arc::new(AtomicI64::new(0));
        let environment = Environment::new(Minutes(minutes.clone()), Counting(AtomicU8::new(0)));
        Self { dir: tempfile::tempdir().unwrap(), minutes, environment }
    }

    fn wait(&self, minutes: i64) {
        self.minutes.fetch_add(minutes, Ordering::SeqCst);
    }

    fn keys(&self, line: &str) -> anyhow::Result<String> {
        let file = self.dir.path().join("keys.toml");
        let line = ["keys", "--file", file.to_str().unwrap()].into_iter().chain(line.split(' '));
        let mut out = Vec::new();
        run(&Cli::parse_from(line).args, &self.environment, &mut out)?;
        Ok(String::from_utf8(out).unwrap())
    }

    fn refused(&self, line: &str) -> String {
        format!("{:#}", self.keys(line).unwrap_err())
    }

    fn list(&self) -> Vec<String> {
        self.keys("list").unwrap().lines().skip(1).map(str::to_owned).collect()
    }
}

#[test]
fn a_key_is_added_activated_and_retired_each_in_its_time() {
    let operator = Operator::new();
    assert!(operator.refused("list").contains("keystead keys generate"));
    operator.keys("generate").unwrap();
    assert_eq!(operator.list(), ["01010101  active    0s ago"]);

    operator.wait(180);
    assert!(operator.keys("add").unwrap().contains("keystead keys activate 02020202"));
    operator.wait(3);
    assert_eq!(
        operator.list(),
        ["01010101  active    3h ago", "02020202  accepted  3m ago      can be activated in 7m"]
    );
    assert!(operator.refused("activate 02020202").contains("every replica"));

    operator.wait(7);
    assert_eq!(operator.list()[1], "02020202  accepted  10m ago     can be activated");
    operator.keys("activate 02020202").unwrap();
    assert_eq!(
        operator.list(),
        ["01010101  accepted  0s ago      can be retired in 16m", "02020202  active    0s ago"]
    );
    assert!(operator.refused("retire 01010101").contains("tokens"));
    assert!(operator.refused("retire 02020202").contains("active"));

    operator.wait(16);
    operator.keys("retire 01010101").unwrap();
    assert_eq!(operator.list(), ["01010101  retired   0s ago", "02020202  active    16m ago"]);
    assert!(operator.refused("generate").contains("already"));
}

#[test]
fn leaked_keys_are_replaced_at_once() {
    let operator = Operator::new();
    operator.keys("generate").unwrap();
    operator.keys("add").unwrap();
    operator.keys("rotate --now").unwrap();
    assert_eq!(
        operator.list(),
        ["01010101  retired   0s ago", "02020202  retired   0s ago", "03030303  active    0s ago"]
    );
    assert!(Cli::try_parse_from(["keys", "rotate"]).is_err(), "there is no slow `rotate`");
}

#[test]
fn a_refused_change_leaves_the_file_as_it_was() {
    let operator = Operator::new();
    operator.keys("generate").unwrap();
    let file = operator.dir.path().join("keys.toml");
    let before = std::fs::read(&file).unwrap();
    operator.refused("activate 09090909");
    operator.refused("retire 01010101");
    assert_eq!(std::fs::read(&file).unwrap(), before);
}
