//! How far it is, on standard error: a bar on a terminal, else a line now and then.

use indicatif::{ProgressBar, ProgressStyle};
use tokio::time::Instant;

/// Rows between two lines where there is no terminal.
const ROWS_A_LINE: u64 = 10_000;

/// Shows how far something is.
pub(super) struct Progress {
    bar: ProgressBar,
    begun: Instant,
    /// When the next line is due.
    next_line: u64,
}

impl Progress {
    /// Begins. The bar fills with `size`; without it, there is none that fills.
    pub(super) fn new(size: Option<u64>) -> Self {
        let (bar, template) = match size {
            Some(size) => (ProgressBar::new(size), "{bar:30} {percent:>3}%  {msg}  (another {eta})"),
            None => (ProgressBar::new_spinner(), "{spinner} {msg}"),
        };
        // A template that is wrong would leave the bar as it looks by default.
        let bar = match ProgressStyle::with_template(template) {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        };
        Self { bar, begun: Instant::now(), next_line: ROWS_A_LINE }
    }

    /// Shows that so much of the size is done, and so many rows; `text` says what became of them.
    pub(super) fn show(&mut self, done: u64, rows: u64, text: &str) {
        if !self.bar.is_hidden() {
            self.bar.set_position(done);
            self.bar.set_message(format!("{rows} rows: {text}; {} rows/s", self.rate(rows)));
        } else if rows >= self.next_line {
            eprintln!("{rows} rows: {text}");
            self.next_line = (rows / ROWS_A_LINE + 1) * ROWS_A_LINE;
        }
    }

    /// Takes the bar away; how many rows a second it were.
    pub(super) fn finish(&self, rows: u64) -> u64 {
        self.bar.finish_and_clear();
        self.rate(rows)
    }

    fn rate(&self, rows: u64) -> u64 {
        let millis = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        rows.saturating_mul(1_000) / millis.max(1)
    }
}
