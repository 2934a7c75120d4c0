//! The whole run: set up, warm up, measure in turn, and say what it cost.

use futures_util::{StreamExt as _, stream};
use tokio::time::Instant;

use crate::{
    arguments::Arguments,
    engine::Engine,
    floor,
    measured::{Measured, median},
    people::{self, Person, dealt},
    subject::{Named, Subject},
    traffic::{Hands, drive},
};

/// Seconds of warming up: caches, pools, prepared statements.
const WARM_UP: u64 = 2;

/// Runs it all and prints the figures.
pub(crate) async fn run(arguments: &Arguments) {
    let engine = Engine::start(arguments.engine).await;
    let keystead = Subject::keystead(&engine.database("keystead").await).await;
    let floor_url = engine.database("floor").await;
    let floor = Subject::floor(&floor_url).await;
    eprintln!("registering {} users", arguments.users);
    let people = register(&keystead, people::logging_in(arguments.users)).await;
    floor::fill(&floor_url, &people, people::others(arguments.users)).await;
    let mut hands = dealt(people, arguments.clients);

    let mut all: [Vec<Measured>; 3] = Default::default();
    let runs = [
        ("keystead, discoverable", &keystead, Named::No),
        ("keystead, by name", &keystead, Named::Yes),
        ("floor", &floor, Named::No),
    ];
    for (title, subject, how) in runs {
        eprintln!("warming up: {title}");
        (_, hands) = drive(subject, &engine, hands, how, WARM_UP).await;
    }
    for round in 1..=arguments.rounds {
        for ((title, subject, how), measured) in runs.into_iter().zip(&mut all) {
            eprintln!("round {round} of {}: {title}", arguments.rounds);
            let (one, back): (Measured, Hands) = drive(subject, &engine, hands, how, arguments.seconds).await;
            hands = back;
            measured.push(one);
        }
    }
    let [discoverable, named, floor] = all.map(median);
    print(arguments, &[("discoverable", &discoverable), ("by name", &named), ("floor", &floor)]);
    let (cpu, least) = (discoverable.cpu_per_login(), floor.cpu_per_login());
    println!("cpu per login: {cpu:.0} us, floor: {least:.0} us, ratio: {:.2}", cpu / least);
}

async fn register(subject: &Subject, people: Vec<Person>) -> Vec<Person> {
    let begun = Instant::now();
    let client = subject.client();
    let registering = stream::iter(people).map(|mut person| {
        let client = client.clone();
        async move {
            Subject::register(&client, &mut person).await;
            person
        }
    });
    let people: Vec<Person> = registering.buffer_unordered(32).collect().await;
    eprintln!("registered {} passkeys in {:.1} s", people.len(), begun.elapsed().as_secs_f64());
    people
}

fn print(arguments: &Arguments, columns: &[(&str, &Measured)]) {
    println!(
        "{:?}, {} clients, {} users, medians of {} × {} s",
        arguments.engine, arguments.clients, arguments.users, arguments.rounds, arguments.seconds
    );
    let row = |title: &str, value: &dyn Fn(&Measured) -> String| {
        print!("{title:<28}");
        for (_, measured) in columns {
            print!("{:>16}", value(measured));
        }
        println!();
    };
    print!("{:<28}", "");
    for (title, _) in columns {
        print!("{title:>16}");
    }
    println!();
    let count = |count: Option<f64>| count.map_or_else(|| "-".to_owned(), |count| format!("{count:.2}"));
    row("logins/s", &|m| format!("{:.0}", m.rate()));
    row("p50, ms", &|m| format!("{:.1}", m.p50.as_secs_f64() * 1e3));
    row("p99, ms", &|m| format!("{:.1}", m.p99.as_secs_f64() * 1e3));
    row("server CPU per login, us", &|m| format!("{:.0}", m.server_per_login()));
    row("database CPU per login, us", &|m| {
        m.database_per_login().map_or_else(|| "-".to_owned(), |micros| format!("{micros:.0}"))
    });
    row("statements per login", &|m| count(m.per_login(m.statements)));
    row("commits per login", &|m| count(m.per_login(m.commits)));
    row("prepares per login", &|m| count(m.per_login(m.prepares)));
    row("server memory, MiB", &|m| format!("{:.1}", m.memory));
}
