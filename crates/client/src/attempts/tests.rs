use std::sync::Mutex;

use tonic_types::{ErrorDetails, StatusExt as _};

use super::*;

const TIMEOUT: Duration = Duration::from_secs(10);

/// Answers with what it is given, in order, and notes when it was asked and how much time was left.
struct Server {
    answers: Mutex<Vec<Result<&'static str, Status>>>,
    asked: Mutex<Vec<(Instant, Duration)>>,
}

impl Server {
    fn answering(answers: impl IntoIterator<Item = Result<&'static str, Status>>) -> Self {
        let mut answers: Vec<_> = answers.into_iter().collect();
        answers.reverse();
        Self { answers: Mutex::new(answers), asked: Mutex::default() }
    }

    async fn answer(&self, left: Duration) -> Result<&'static str, Status> {
        self.asked.lock().expect("no panic elsewhere").push((Instant::now(), left));
        let next = self.answers.lock().expect("no panic elsewhere").pop();
        match next {
            Some(answer) => answer,
            None => std::future::pending().await,
        }
    }

    fn times_asked(&self) -> usize {
        self.asked.lock().expect("no panic elsewhere").len()
    }

    async fn call(&self, attempts: &Attempts, repeatable: bool) -> Result<&'static str, Error> {
        attempts.run(TIMEOUT, repeatable, |left| self.answer(left)).await
    }
}

fn attempts() -> Attempts {
    Attempts::new(Retry::default())
}

fn away() -> Result<&'static str, Status> {
    Err(Status::unavailable("away"))
}

fn away_for(delay: Duration) -> Result<&'static str, Status> {
    let details = ErrorDetails::with_retry_info(Some(delay));
    Err(Status::with_error_details(Code::Unavailable, "away", details))
}

#[tokio::test(start_paused = true)]
async fn unavailable_is_tried_again_where_repeating_is_safe() {
    let server = Server::answering([away(), away(), Ok("done")]);
    assert_eq!(server.call(&attempts(), true).await.expect("the third attempt answers"), "done");
    assert_eq!(server.times_asked(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_call_is_attempted_at_most_three_times() {
    let server = Server::answering([away(), away(), away(), Ok("too late")]);
    let error = server.call(&attempts(), true).await.expect_err("three attempts failed");
    assert!(matches!(error, Error::Transport(status) if status.code() == Code::Unavailable));
    assert_eq!(server.times_asked(), 3);
}

#[tokio::test(start_paused = true)]
async fn unavailable_is_not_tried_again_where_repeating_may_harm() {
    let server = Server::answering([away(), Ok("done twice")]);
    server.call(&attempts(), false).await.expect_err("one attempt failed");
    assert_eq!(server.times_asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn no_other_code_is_tried_again() {
    for number in 1..=16 {
        let code = Code::from_i32(number);
        if code == Code::Unavailable {
            continue;
        }
        let server = Server::answering([Err(Status::new(code, "no")), Ok("repeated")]);
        server.call(&attempts(), true).await.expect_err("the first answer counts");
        assert_eq!(server.times_asked(), 1, "{code:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn each_attempt_has_the_time_that_is_left() {
    let server = Server::answering([away(), away(), Ok("done")]);
    let start = Instant::now();
    server.call(&attempts(), true).await.expect("the third attempt answers");
    let asked = server.asked.lock().expect("no panic elsewhere");
    for (at, left) in asked.iter() {
        assert_eq!(*at + *left, start + TIMEOUT);
    }
    assert!(asked[0].0 < asked[1].0 && asked[1].0 < asked[2].0);
}

#[tokio::test(start_paused = true)]
async fn silence_ends_at_the_deadline() {
    let server = Server::answering([away()]);
    let start = Instant::now();
    let error = server.call(&attempts(), true).await.expect_err("no answer");
    assert!(matches!(error, Error::Deadline), "{error:?}");
    let waited = start.elapsed();
    assert!(waited >= TIMEOUT && waited < TIMEOUT + Duration::from_millis(2), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn server_that_asks_for_time_is_given_it() {
    let server = Server::answering([away_for(Duration::from_secs(4)), Ok("done")]);
    let start = Instant::now();
    server.call(&attempts(), true).await.expect("the second attempt answers");
    assert!(start.elapsed() >= Duration::from_secs(4), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn repeat_that_would_come_after_the_deadline_is_not_waited_for() {
    let server = Server::answering([away_for(Duration::from_mins(1)), Ok("too late")]);
    let start = Instant::now();
    let error = server.call(&attempts(), true).await.expect_err("away for longer than the deadline");
    assert!(matches!(error, Error::Transport(_)), "{error:?}");
    assert_eq!((start.elapsed(), server.times_asked()), (Duration::ZERO, 1));
}

#[tokio::test(start_paused = true)]
async fn where_all_calls_fail_none_is_repeated() {
    let attempts = attempts();
    for _ in 0..3 {
        let server = Server::answering([away(), away(), away()]);
        server.call(&attempts, true).await.expect_err("always away");
    }
    let server = Server::answering([away(), Ok("repeated")]);
    server.call(&attempts, true).await.expect_err("the budget is spent");
    assert_eq!(server.times_asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn one_attempt_is_one_attempt() {
    let server = Server::answering([away(), Ok("repeated")]);
    server.call(&Attempts::new(Retry::never()), true).await.expect_err("never repeated");
    assert_eq!(server.times_asked(), 1);
}
