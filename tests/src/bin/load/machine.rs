//! What processes use, as Linux counts it.

use std::{fs, time::Duration};

/// Ticks per second of the times in `/proc`: a constant of Linux's interface, whatever the kernel's own clock.
const TICKS_PER_SECOND: u64 = 100;

/// A process that is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pid(pub(crate) u32);

impl Pid {
    /// Processor time used so far, its own and the kernel's for it.
    pub(crate) fn processor_time(self) -> Duration {
        let stat = self.read("stat");
        // The name in brackets may have spaces; the times are the 14th and 15th field.
        let fields: Vec<&str> =
            stat.rsplit_once(')').expect("a name in brackets").1.split_whitespace().collect();
        let ticks: u64 = fields[11..=12].iter().map(|field| field.parse::<u64>().expect("a number")).sum();
        Duration::from_millis(ticks * 1_000 / TICKS_PER_SECOND)
    }

    /// Memory in use, in MiB.
    pub(crate) fn memory(self) -> f64 {
        let status = self.read("status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS");
        let kib: f64 = line.trim().trim_end_matches(" kB").trim().parse().expect("a number");
        kib / 1024.0
    }

    fn read(self, file: &str) -> String {
        let path = format!("/proc/{}/{file}", self.0);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
    }
}
