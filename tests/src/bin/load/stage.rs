//! All servers measured in turn, with so many users.

use crate::{
    door::Named,
    engine::Engine,
    measured::{Measured, median},
    progress::Until,
    subject::Subject,
    traffic::{Course, Crowd},
};

/// Seconds of warming up: caches, pools, prepared statements.
pub(crate) const WARM_UP: u64 = 2;

/// What is measured against each other.
pub(crate) struct Subjects {
    pub(crate) keystead: Subject,
    pub(crate) floor: Subject,
    pub(crate) peer: Option<Subject>,
}

/// The medians of what was seen.
pub(crate) struct Stage {
    /// How many users there were.
    pub(crate) users: u64,
    /// Logins without a name.
    pub(crate) discoverable: Measured,
    /// Logins that name their user.
    pub(crate) named: Measured,
    /// The least there can be.
    pub(crate) floor: Measured,
    /// What others do.
    pub(crate) peer: Option<Measured>,
}

impl Stage {
    /// Measures all of them this often, for so many seconds each.
    pub(crate) async fn measure(
        subjects: &Subjects,
        engine: &Engine,
        crowd: &mut Crowd,
        users: u64,
        (rounds, seconds): (u32, u64),
    ) -> Self {
        let course = |subject, named| Course { subject, engine, named };
        let mut courses = vec![
            ("keystead, discoverable", course(&subjects.keystead, Named::No), Vec::new()),
            ("keystead, by name", course(&subjects.keystead, Named::Yes), Vec::new()),
            ("floor", course(&subjects.floor, Named::No), Vec::new()),
        ];
        courses.extend(
            subjects.peer.as_ref().map(|peer| ("simplewebauthn", course(peer, Named::No), Vec::new())),
        );
        for (title, course, _) in &courses {
            eprintln!("{users} users, warming up: {title}");
            crowd.drive(*course, Until::Seconds(WARM_UP)).await;
        }
        for round in 1..=rounds {
            for (title, course, seen) in &mut courses {
                eprintln!("{users} users, round {round} of {rounds}: {title}");
                seen.push(crowd.drive(*course, Until::Seconds(seconds)).await);
            }
        }
        let mut medians = courses.into_iter().map(|(_, _, seen)| median(seen));
        let mut next = || medians.next();
        let (Some(discoverable), Some(named), Some(floor)) = (next(), next(), next()) else {
            unreachable!("three are always measured")
        };
        Self { users, discoverable, named, floor, peer: next() }
    }

    /// What was measured, by name.
    pub(crate) fn columns(&self) -> Vec<(&'static str, &Measured)> {
        let mut columns =
            vec![("discoverable", &self.discoverable), ("by name", &self.named), ("floor", &self.floor)];
        columns.extend(self.peer.as_ref().map(|peer| ("simplewebauthn", peer)));
        columns
    }

    /// What a login costs, as a multiple of the least there can be.
    pub(crate) fn ratio_to_floor(&self) -> f64 {
        self.discoverable.cpu_per_login() / self.floor.cpu_per_login()
    }

    /// What a login costs, as a multiple of what it cost in another stage.
    pub(crate) fn growth_since(&self, before: &Self) -> f64 {
        self.discoverable.cpu_per_login() / before.discoverable.cpu_per_login()
    }

    /// What a login costs, as a share of what it costs the peer: its server, and its database.
    pub(crate) fn shares_of_peer(&self) -> Option<(f64, f64)> {
        let peer = self.peer.as_ref()?;
        let server = self.discoverable.server_per_login() / peer.server_per_login();
        Some((server, self.discoverable.database_per_login()? / peer.database_per_login()?))
    }

    /// The most memory that the server had, in MiB.
    pub(crate) fn memory(&self) -> f64 {
        self.discoverable.memory.max(self.named.memory)
    }
}
