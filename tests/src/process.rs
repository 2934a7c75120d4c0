//! A child process whose every line of output is kept.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time;

/// Long enough for a busy machine to do anything, short enough to fail within the patience of a person.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running child; killed when dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    lines: watch::Receiver<Vec<String>>,
}

impl Process {
    /// Starts a command, with no input, and keeps what it prints on either stream.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn start(command: &mut Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let (log, lines) = watch::channel(Vec::new());
        let log = Arc::new(log);
        keep(child.stdout.take().expect("stdout is piped"), log.clone());
        keep(child.stderr.take().expect("stderr is piped"), log);
        Self { child, lines }
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Every line so far.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.lines.borrow().clone()
    }

    /// The first line that `answer` makes something of, waiting for it if need be.
    ///
    /// # Panics
    /// With the whole output, when the process ends without such a line or a minute passes.
    pub async fn find<T>(&self, answer: impl Fn(&str) -> Option<T>) -> T {
        let mut lines = self.lines.clone();
        let mut found = None;
        let search = lines.wait_for(|lines| {
            found = lines.iter().find_map(|line| answer(line));
            found.is_some()
        });
        let outcome = time::timeout(PATIENCE, search).await.map(|ended| ended.is_ok());
        found.unwrap_or_else(|| {
            let why = if outcome.is_ok() { "ended without" } else { "took too long for" };
            panic!("the process {why} the line that is waited for:\n{}", self.lines().join("\n"))
        })
    }

    /// Asks the process to end (SIGTERM).
    ///
    /// # Panics
    /// When it has ended already.
    pub fn terminate(&self) {
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let sent = sent.is_ok_and(|status| status.success());
        assert!(sent, "the process has ended:\n{}", self.lines().join("\n"));
    }

    /// Waits until the process has ended and its last line is read.
    ///
    /// # Panics
    /// When that takes more than a minute.
    pub async fn end(&mut self) -> ExitStatus {
        // Both streams close when the process is gone; only then is there something to reap.
        let mut lines = self.lines.clone();
        let closed = time::timeout(PATIENCE, async { while lines.changed().await.is_ok() {} }).await;
        assert!(closed.is_ok(), "the process does not end:\n{}", self.lines().join("\n"));
        self.child.wait().expect("a child can be waited for")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Either may fail, and then because it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads until the stream closes; the channel closes with the last reader.
fn keep(stream: impl Read + Send + 'static, log: Arc<watch::Sender<Vec<String>>>) {
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            log.send_modify(|lines| lines.push(line));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Process {
        Process::start(Command::new("sh").args(["-c", script]))
    }

    #[tokio::test]
    async fn lines_of_both_streams_are_found() {
        let mut process = shell("echo listening on 7; echo late >&2; exit 3");
        assert_eq!(process.find(|line| line.strip_prefix("listening on ").map(str::to_owned)).await, "7");
        process.find(|line| (line == "late").then_some(())).await;
        assert_eq!(process.end().await.code(), Some(3));
    }

    #[tokio::test]
    #[should_panic(expected = "ended without the line that is waited for:\nsorry")]
    async fn a_process_that_ends_without_the_line_fails_the_test_with_its_output() {
        shell("echo sorry").find(|line| (line == "ready").then_some(())).await;
    }

    #[tokio::test]
    async fn a_terminated_process_can_still_say_goodbye() {
        let mut process = shell("trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.05; done");
        process.find(|line| (line == "ready").then_some(())).await;
        process.terminate();
        assert!(process.end().await.success());
        assert_eq!(process.lines(), ["ready", "bye"]);
    }
}
