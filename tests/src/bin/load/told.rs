//! What a login asks of the database, by what the server itself says: the log line of each call counts its statements. For
//! an engine that keeps no count.

use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::{
    door::Named,
    engine::Engine,
    measured::{Asked, per},
    progress::Until,
    subject::Subject,
    traffic::{Course, Crowd},
};

/// What makes a server say it.
pub(crate) const TALKATIVE: [(&str, &str); 2] =
    [("KEYSTEAD__LOG__LEVEL", "info"), ("KEYSTEAD__LOG__FORMAT", "json")];

/// Logins that are looked at.
const LOGINS: u64 = 500;

/// How long a line may be on its way.
const PATIENCE: Duration = Duration::from_secs(10);

/// Has a server that is [`TALKATIVE`] let some people in.
pub(crate) async fn listen(subject: &Subject, engine: &Engine, crowd: &mut Crowd, named: Named) -> Asked {
    let before = calls(subject).len();
    let course = Course { subject, engine, named };
    crowd.drive(course, Until::Done(LOGINS)).await;
    let begun = Instant::now();
    let told = loop {
        let told = calls(subject).split_off(before);
        // Start and finish.
        if told.len() >= 2 * usize::try_from(LOGINS).expect("few") {
            break told;
        }
        assert!(begun.elapsed() < PATIENCE, "only {} calls were logged", told.len());
        sleep(Duration::from_millis(10)).await;
    };
    let total = |field: &str| told.iter().filter_map(|call| call[field].as_u64()).sum();
    Asked {
        statements: per(total("db_statements"), LOGINS),
        commits: per(total("db_commits"), LOGINS),
        prepares: None,
    }
}

/// The log lines of the calls of logins so far.
fn calls(subject: &Subject) -> Vec<Value> {
    let lines = subject.lines();
    let lines = lines.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let is_of_a_login =
        |line: &Value| line["method"].as_str().is_some_and(|method| method.ends_with("Authentication"));
    lines.filter(is_of_a_login).collect()
}
