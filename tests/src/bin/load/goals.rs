//! What a login may cost, and whether it does.

use std::fmt;

use crate::{
    arguments::Engine,
    memory::{Memory, STEADY},
    run::Findings,
    stage::Stage,
};

/// A figure, and what it should be.
#[derive(Clone, Debug)]
pub(crate) struct Goal {
    what: String,
    figure: f64,
    bar: Bar,
    /// So much beside the bar is no miss.
    slack: f64,
}

#[derive(Clone, Copy, Debug)]
enum Bar {
    AtMost(f64),
    AtLeast(f64),
}

/// By so much a count per login may be above its goal: now and then a server looks after itself, too.
const NOW_AND_THEN: f64 = 0.05;

impl Goal {
    fn at_most(bar: f64, what: impl Into<String>, figure: f64) -> Self {
        Self { what: what.into(), figure, bar: Bar::AtMost(bar), slack: 0.0 }
    }

    fn at_least(bar: f64, what: impl Into<String>, figure: f64) -> Self {
        Self { what: what.into(), figure, bar: Bar::AtLeast(bar), slack: 0.0 }
    }

    fn count(bar: f64, what: impl Into<String>, figure: f64) -> Self {
        Self { slack: NOW_AND_THEN, ..Self::at_most(bar, what, figure) }
    }

    /// Whether the figure is what it should be. No number is a miss.
    pub(crate) fn is_met(&self) -> bool {
        match self.bar {
            Bar::AtMost(bar) => self.figure <= bar + self.slack,
            Bar::AtLeast(bar) => self.figure >= bar - self.slack,
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, figure, bar, .. } = self;
        let (word, bar) = match bar {
            Bar::AtMost(bar) => ("at most", bar),
            Bar::AtLeast(bar) => ("at least", bar),
        };
        let verdict = if self.is_met() { "met" } else { "MISSED" };
        write!(f, "{what:<44}{figure:>8.2}   {word:<8} {bar:>5.2}   {verdict}")
    }
}

/// Every goal that this run can judge.
pub(crate) fn of(engine: Engine, findings: &Findings) -> Vec<Goal> {
    let Findings { all, few, memory, commits } = findings;
    let mut goals = Vec::new();
    if engine == Engine::Mariadb {
        goals.push(Goal::at_most(1.5, "ratio to the floor", all.ratio_to_floor()));
    }
    goals.extend(of_logins(all));
    let most = [Some(all), few.as_ref()].into_iter().flatten().map(Stage::memory);
    let most = most.chain(memory.as_ref().map(Memory::most)).fold(0.0, f64::max);
    goals.push(Goal::at_most(64.0, "server memory, MiB", most));
    let growth = memory.as_ref().and_then(Memory::growth);
    goals.extend(growth.map(|growth| Goal::at_most(STEADY, "growth of memory", growth)));
    goals.extend(few.as_ref().map(|few| Goal::at_most(1.15, "cost with more users", all.growth_since(few))));
    goals.extend(commits.iter().flat_map(|commits| {
        [
            Goal::at_least(2.0, "gain of committing together", commits.gain()),
            Goal::at_most(1.1, "its price for a lone login", commits.price()),
        ]
    }));
    goals.extend(against_the_peer(all));
    goals
}

/// What is asked of the database, and how even the answers come.
fn of_logins(stage: &Stage) -> Vec<Goal> {
    let mut goals = Vec::new();
    for (how, measured, statements) in
        [("discoverable", &stage.discoverable, 6.0), ("by name", &stage.named, 7.0)]
    {
        if let Some(asked) = measured.asked {
            goals.push(Goal::count(statements, format!("statements, {how}"), asked.statements));
            goals.push(Goal::count(1.0, format!("commits, {how}"), asked.commits));
            goals.extend(
                asked.prepares.map(|prepares| Goal::count(0.0, format!("prepares, {how}"), prepares)),
            );
        }
        goals.push(Goal::at_most(4.0, format!("p99 / p50, {how}"), measured.tail()));
    }
    goals
}

fn against_the_peer(stage: &Stage) -> Vec<Goal> {
    stage.shares_of_peer().map_or_else(Vec::new, |(server, database)| {
        vec![
            Goal::at_most(0.25, "share of SimpleWebAuthn's server CPU", server),
            Goal::at_most(2.0 / 3.0, "share of its database CPU", database),
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_met_up_to_its_bar_and_a_count_by_a_little_more() {
        for (goal, is_met) in [
            (Goal::at_most(1.5, "", 1.5), true),
            (Goal::at_most(1.5, "", 1.501), false),
            (Goal::at_least(2.0, "", 2.0), true),
            (Goal::at_least(2.0, "", 1.999), false),
            (Goal::count(6.0, "", 6.01), true),
            (Goal::count(6.0, "", 6.1), false),
            (Goal::at_most(4.0, "", f64::NAN), false),
        ] {
            assert_eq!(goal.is_met(), is_met, "{goal}");
        }
    }
}
