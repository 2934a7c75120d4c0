//! What was found, for people to read.

use crate::{arguments::Arguments, goals::Goal, measured::Measured, run::Findings, stage::Stage};

/// Prints the figures, the goals beside them, and last the line that counts.
pub(crate) fn print(arguments: &Arguments, findings: &Findings, goals: &[Goal]) {
    let Findings { all, few, memory, commits } = findings;
    println!(
        "{:?}, {} clients, medians of {} × {} s",
        arguments.engine, arguments.clients, arguments.rounds, arguments.seconds
    );
    for stage in few.iter().chain([all]) {
        print_stage(stage);
    }
    println!();
    if let Some(memory) = memory {
        println!("{}", memory.line());
    }
    if let Some(commits) = commits {
        println!("{}", commits.line());
    }
    if let Some(few) = few {
        println!("cost per login, {}", growth(few, all, &|stage| &stage.discoverable));
        println!("cost of the floor, {}", growth(few, all, &|stage| &stage.floor));
    }
    if let Some((server, database)) = all.shares_of_peer() {
        println!("of SimpleWebAuthn's CPU per login: server {server:.2}, database {database:.2}");
    }
    println!("\ngoals");
    for goal in goals {
        println!("  {goal}");
    }
    println!(
        "\ncpu per login: {:.0} us, floor: {:.0} us, ratio: {:.2}",
        all.discoverable.cpu_per_login(),
        all.floor.cpu_per_login(),
        all.ratio_to_floor()
    );
}

fn growth(few: &Stage, all: &Stage, column: &dyn Fn(&Stage) -> &Measured) -> String {
    let (before, after) = (column(few).cpu_per_login(), column(all).cpu_per_login());
    let (few, many) = (few.users, all.users);
    format!("{few} users: {before:.0} us; {many} users: {after:.0} us; ratio {:.2}", after / before)
}

fn print_stage(stage: &Stage) {
    let columns = stage.columns();
    println!();
    print!("{:<28}", format!("{} users", stage.users));
    for (title, _) in &columns {
        print!("{title:>16}");
    }
    println!();
    let row = |title: &str, value: &dyn Fn(&Measured) -> String| {
        print!("{title:<28}");
        for (_, measured) in &columns {
            print!("{:>16}", value(measured));
        }
        println!();
    };
    let maybe = |figure: Option<f64>, decimals: usize| {
        figure.map_or_else(|| "-".to_owned(), |figure| format!("{figure:.decimals$}"))
    };
    row("logins/s", &|m| format!("{:.0}", m.rate()));
    row("p50, ms", &|m| format!("{:.1}", m.p50.as_secs_f64() * 1e3));
    row("p99, ms", &|m| format!("{:.1}", m.p99.as_secs_f64() * 1e3));
    row("p99 / p50", &|m| format!("{:.1}", m.tail()));
    row("server CPU per login, us", &|m| format!("{:.0}", m.server_per_login()));
    row("database CPU per login, us", &|m| maybe(m.database_per_login(), 0));
    row("statements per login", &|m| maybe(m.asked.map(|asked| asked.statements), 2));
    row("commits per login", &|m| maybe(m.asked.map(|asked| asked.commits), 2));
    row("prepares per login", &|m| maybe(m.asked.and_then(|asked| asked.prepares), 2));
    row("server memory, MiB", &|m| format!("{:.1}", m.memory));
}
