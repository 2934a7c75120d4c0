//! The server's memory while the logins go on.

use crate::{
    progress::Until,
    traffic::{Course, Crowd},
};

/// After how many logins it is looked at, beside the last one.
const LOOKS: [u64; 2] = [10_000, 100_000];

/// What it may grow by and still count as not growing: an allocator keeps what it once needed.
pub(crate) const STEADY: f64 = 1.1;

/// Memory after so many logins.
pub(crate) struct Memory {
    /// Before the first login, in MiB.
    pub(crate) start: f64,
    /// Logins and MiB.
    looks: Vec<(u64, f64)>,
}

impl Memory {
    /// Drives so many logins, and looks at the memory on the way.
    pub(crate) async fn watch(start: f64, course: Course<'_>, crowd: &mut Crowd, logins: u64) -> Self {
        let mut looks = Vec::new();
        let mut before = 0;
        for until in LOOKS.into_iter().filter(|look| *look < logins).chain([logins]) {
            eprintln!("logins {} to {until}", before + 1);
            let measured = crowd.drive(course, Until::Done(until - before)).await;
            looks.push((until, measured.memory));
            before = until;
        }
        Self { start, looks }
    }

    /// The most there was, in MiB.
    pub(crate) fn most(&self) -> f64 {
        self.looks.iter().map(|(_, mib)| *mib).fold(self.start, f64::max)
    }

    /// By what it grew from the first look to the last, where there are two.
    pub(crate) fn growth(&self) -> Option<f64> {
        let [(_, first), .., (_, last)] = self.looks[..] else { return None };
        Some(last / first)
    }

    /// All of it in a line.
    pub(crate) fn line(&self) -> String {
        let looks = self.looks.iter().map(|(logins, mib)| format!(", {mib:.1} MiB after {logins} logins"));
        let verdict = match self.growth() {
            None => "",
            Some(growth) if growth <= STEADY => ": not growing",
            Some(_) => ": growing",
        };
        format!("server memory: {:.1} MiB at the start{}{verdict}", self.start, looks.collect::<String>())
    }
}
