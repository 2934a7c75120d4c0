//! SQLite: what it brings to commit waiting logins together, and that a lone login does not pay for it.

use crate::{
    door::Named,
    engine::Engine,
    measured::{Measured, median_by},
    progress::Until,
    stage::WARM_UP,
    subject::Subject,
    traffic::{Course, Crowd},
};

/// What makes a server commit each login alone.
pub(crate) const ONE_EACH: (&str, &str) = ("KEYSTEAD__DATABASE__MOST_PER_COMMIT", "1");

/// The same server with and without common commits, under load and with a single client.
pub(crate) struct Commits {
    together: Figures,
    one_each: Figures,
}

struct Figures {
    /// Logins per second with all clients.
    rate: f64,
    /// The usual latency of one client alone, in milliseconds.
    alone: f64,
}

impl Commits {
    /// Measures both in turn, this often, for so many seconds each.
    pub(crate) async fn compare(
        (together, one_each): (&Subject, &Subject),
        engine: &Engine,
        crowd: &mut Crowd,
        (rounds, seconds): (u32, u64),
    ) -> Self {
        let course = |subject| Course { subject, engine, named: Named::No };
        let mut both = [
            ("committed together", course(together), Vec::new(), Vec::new()),
            ("one commit each", course(one_each), Vec::new(), Vec::new()),
        ];
        for (title, course, _, _) in &both {
            eprintln!("warming up: {title}");
            crowd.drive(*course, Until::Seconds(WARM_UP)).await;
        }
        for round in 1..=rounds {
            for (title, course, all, alone) in &mut both {
                eprintln!("round {round} of {rounds}: {title}");
                all.push(crowd.drive(*course, Until::Seconds(seconds)).await);
                eprintln!("round {round} of {rounds}: {title}, one client alone");
                alone.push(crowd.drive_one(*course, Until::Seconds(seconds)).await);
            }
        }
        let [together, one_each] = both.map(|(_, _, all, alone)| Figures::of(all, alone));
        Self { together, one_each }
    }

    /// How many times as many logins there are when they are committed together.
    pub(crate) fn gain(&self) -> f64 {
        self.together.rate / self.one_each.rate
    }

    /// How many times as long a lone login takes then.
    pub(crate) fn price(&self) -> f64 {
        self.together.alone / self.one_each.alone
    }

    /// All of it in a line.
    pub(crate) fn line(&self) -> String {
        let Self { together, one_each } = self;
        format!(
            "committed together: {:.0} logins/s, one commit each: {:.0} logins/s, ratio {:.2}; alone: p50 {:.2} ms together, {:.2} ms \
             one each, ratio {:.2}",
            together.rate,
            one_each.rate,
            self.gain(),
            together.alone,
            one_each.alone,
            self.price()
        )
    }
}

impl Figures {
    fn of(all: Vec<Measured>, alone: Vec<Measured>) -> Self {
        let p50 = |measured: &Measured| measured.p50.as_secs_f64() * 1e3;
        Self { rate: median_by(all, Measured::rate).rate(), alone: p50(&median_by(alone, p50)) }
    }
}
