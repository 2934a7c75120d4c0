//! The whole run: set up, warm up, measure in turn, with few users and with all of them.

use std::{
    process::ExitCode,
    sync::atomic::{AtomicU64, Ordering},
};

use futures_util::{StreamExt as _, stream};
use keystead_client::Client;
use tokio::time::Instant;

use crate::{
    arguments::{self, Arguments},
    commits::{Commits, ONE_EACH},
    door::{self, Named},
    engine::Engine,
    filling, floor, goals,
    measured::Measured,
    memory::Memory,
    peer,
    people::{self, FEW, Person},
    progress::{self, Until},
    report,
    stage::{Stage, Subjects},
    subject::Subject,
    told::{self, TALKATIVE},
    traffic::{Course, Crowd},
};

/// What was found out.
pub(crate) struct Findings {
    /// With all users.
    pub(crate) all: Stage,
    /// With few, where there are more.
    pub(crate) few: Option<Stage>,
    /// Where it was watched.
    pub(crate) memory: Option<Memory>,
    /// Where commits are made together.
    pub(crate) commits: Option<Commits>,
}

/// Runs it all and prints the figures. Fails where a goal is missed, if that was asked for.
pub(crate) async fn run(arguments: &Arguments) -> ExitCode {
    let findings = Bench::set_up(arguments).await.measure().await;
    let goals = goals::of(arguments.engine, &findings);
    report::print(arguments, &findings, &goals);
    let mut missed = goals.iter().filter(|goal| !goal.is_met()).peekable();
    if !arguments.check || missed.peek().is_none() {
        return ExitCode::SUCCESS;
    }
    eprintln!("goals that are missed:");
    for goal in missed {
        eprintln!("  {goal}");
    }
    ExitCode::FAILURE
}

/// Everything that is running.
struct Bench<'a> {
    arguments: &'a Arguments,
    engine: Engine,
    subjects: Subjects,
    crowd: Crowd,
    urls: Urls,
    /// Keystead's memory before anybody came, in MiB.
    memory: f64,
}

/// The databases of the subjects that are filled directly.
struct Urls {
    floor: String,
    peer: Option<String>,
}

impl<'a> Bench<'a> {
    async fn set_up(arguments: &'a Arguments) -> Self {
        let engine = Engine::start(arguments.engine).await;
        let keystead = Subject::keystead(&engine.database("keystead").await).await;
        let memory = keystead.pid().memory();
        let urls = Urls {
            floor: engine.database("floor").await,
            peer: if arguments.peer { Some(engine.database("peer").await) } else { None },
        };
        let peer = if let Some(url) = &urls.peer { Some(Subject::peer(url).await) } else { None };
        let subjects = Subjects { keystead, floor: Subject::floor(&urls.floor).await, peer };
        let crowd = Crowd::new(arguments.clients);
        Self { arguments, engine, subjects, crowd, urls, memory }
    }

    async fn measure(mut self) -> Findings {
        let users = self.arguments.users;
        let registered = register(&self.subjects.keystead.client(), people::registering(users)).await;
        self.join(registered, 0).await;
        let memory = self.watch_memory().await;
        let mut few = None;
        if users > FEW {
            few = Some(self.stage(FEW).await);
            self.import(users).await;
        }
        let mut all = self.stage(users).await;
        let mut commits = None;
        if self.arguments.engine == arguments::Engine::Sqlite {
            self.listen([&mut all.discoverable, &mut all.named]).await;
            commits = Some(self.compare_commits().await);
        }
        Findings { all, few, memory, commits }
    }

    /// Lets people in who have passkeys at Keystead, among so many others at the rest.
    async fn join(&mut self, people: Vec<Person>, others: u64) {
        floor::fill(&self.urls.floor, &people, others).await;
        if let Some(url) = &self.urls.peer {
            peer::fill(url, &people).await;
        }
        self.crowd.join(people);
    }

    /// Has the rest of the users come. The peer gets only those who log in, which is to its advantage.
    async fn import(&mut self, users: u64) {
        let (people, others) = (people::with_passkeys(users), people::others(users));
        let client = self.subjects.keystead.client();
        filling::fill(&client, people.iter().map(Person::record).collect(), others, self.engine.writers())
            .await;
        self.join(people, others).await;
        self.engine.settle().await;
    }

    async fn stage(&mut self, users: u64) -> Stage {
        let Self { subjects, engine, crowd, arguments, .. } = self;
        Stage::measure(subjects, engine, crowd, users, (arguments.rounds, arguments.seconds)).await
    }

    async fn watch_memory(&mut self) -> Option<Memory> {
        let Self { subjects, engine, crowd, arguments, .. } = self;
        let course = Course { subject: &subjects.keystead, engine, named: Named::No };
        Some(Memory::watch(self.memory, course, crowd, arguments.logins?).await)
    }

    /// Has a server of its own say what it asked of the database.
    async fn listen(&mut self, columns: [&mut Measured; 2]) {
        let talkative = self.twin("talkative", &TALKATIVE).await;
        for (measured, named) in columns.into_iter().zip([Named::No, Named::Yes]) {
            eprintln!("counting what is asked of the database");
            measured.asked = Some(told::listen(&talkative, &self.engine, &mut self.crowd, named).await);
        }
    }

    async fn compare_commits(&mut self) -> Commits {
        let level = ("KEYSTEAD__LOG__LEVEL", "warn");
        let together = self.twin("together", &[level]).await;
        let one_each = self.twin("one_each", &[level, ONE_EACH]).await;
        let Self { engine, crowd, arguments, .. } = self;
        let often = (arguments.rounds, arguments.seconds);
        Commits::compare((&together, &one_each), engine, crowd, often).await
    }

    /// Another Keystead on a database of its own, where the same people have the same passkeys.
    async fn twin(&self, name: &str, variables: &[(&str, &str)]) -> Subject {
        let twin = Subject::keystead_with(&self.engine.database(name).await, variables).await;
        let records = self.crowd.people().map(Person::record).collect();
        filling::fill(&twin.client(), records, 0, 1).await;
        twin
    }
}

async fn register(client: &Client, people: Vec<Person>) -> Vec<Person> {
    let count = people.len();
    eprintln!("registering {count} users");
    let (begun, done) = (Instant::now(), AtomicU64::new(0));
    let registering = stream::iter(people).map(|mut person| async {
        door::register(client, &mut person).await;
        done.fetch_add(1, Ordering::Relaxed);
        person
    });
    let until = Until::Done(u64::try_from(count).expect("few people"));
    let people = progress::shown(&done, until, registering.buffer_unordered(32).collect()).await;
    eprintln!("registered {count} passkeys in {:.1} s", begun.elapsed().as_secs_f64());
    people
}
