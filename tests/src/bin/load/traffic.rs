//! Clients that log in one after the other, as fast as they are answered.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

use crate::{
    door::{Door, Named},
    engine::Engine,
    measured::{Measured, Reading},
    people::Person,
    progress::{self, Until},
    subject::Subject,
};

/// The people who log in, dealt out to the clients.
pub(crate) struct Crowd {
    /// Each client's; none is empty.
    hands: Vec<Vec<Person>>,
    clients: usize,
}

/// What is driven, and how.
#[derive(Clone, Copy)]
pub(crate) struct Course<'a> {
    pub(crate) subject: &'a Subject,
    pub(crate) engine: &'a Engine,
    pub(crate) named: Named,
}

impl Crowd {
    /// A crowd of nobody yet, for this many clients.
    pub(crate) fn new(clients: u32) -> Self {
        Self { hands: Vec::new(), clients: usize::try_from(clients).expect("few clients") }
    }

    /// Deals further people out.
    pub(crate) fn join(&mut self, people: Vec<Person>) {
        for (n, person) in people.into_iter().enumerate() {
            let client = n % self.clients;
            if client < self.hands.len() {
                self.hands[client].push(person);
            } else {
                self.hands.push(vec![person]);
            }
        }
    }

    pub(crate) fn people(&self) -> impl Iterator<Item = &Person> {
        self.hands.iter().flatten()
    }

    /// Has all clients log in at the same time, and says what it cost.
    pub(crate) async fn drive(&mut self, course: Course<'_>, until: Until) -> Measured {
        let hands = std::mem::take(&mut self.hands);
        let (measured, hands) = drive(course, hands, until).await;
        self.hands = hands;
        measured
    }

    /// Has one client log in, alone.
    pub(crate) async fn drive_one(&mut self, course: Course<'_>, until: Until) -> Measured {
        let hand = self.hands.pop().expect("somebody");
        let (measured, hand) = drive(course, vec![hand], until).await;
        self.hands.extend(hand);
        measured
    }
}

/// How far all clients together have come.
struct Ledger {
    until: Until,
    begun: AtomicU64,
    done: AtomicU64,
    is_over: AtomicBool,
}

impl Ledger {
    /// Whether there is another login to begin; it is begun then.
    fn begins(&self) -> bool {
        let before = self.begun.fetch_add(1, Ordering::Relaxed);
        match self.until {
            Until::Seconds(_) => !self.is_over.load(Ordering::Relaxed),
            Until::Done(most) => before < most,
        }
    }
}

async fn drive(course: Course<'_>, hands: Vec<Vec<Person>>, until: Until) -> (Measured, Vec<Vec<Person>>) {
    let Course { subject, engine, named } = course;
    let ledger = Arc::new(Ledger {
        until,
        begun: AtomicU64::new(0),
        done: AtomicU64::new(0),
        is_over: AtomicBool::new(false),
    });
    let mut doors = Vec::new();
    for people in hands {
        doors.push((subject.door().await, people));
    }
    let before = Reading::take(subject, engine).await;
    let mut clients = JoinSet::new();
    for (door, people) in doors {
        clients.spawn(log_in_in_turn(door, people, named, Arc::clone(&ledger)));
    }
    let (mut hands, mut latencies) = (Vec::new(), Vec::new());
    let work = async {
        while let Some(client) = clients.join_next().await {
            let (people, own) = client.expect("a client that does not fail");
            hands.push(people);
            latencies.extend(own);
        }
    };
    let work = async { tokio::join!(work, end(&ledger)) };
    progress::shown(&ledger.done, until, work).await;
    let measured = Measured::between(before, Reading::take(subject, engine).await, latencies);
    (measured, hands)
}

/// Ends what goes by the clock.
async fn end(ledger: &Ledger) {
    if let Until::Seconds(seconds) = ledger.until {
        sleep(Duration::from_secs(seconds)).await;
        ledger.is_over.store(true, Ordering::Relaxed);
    }
}

async fn log_in_in_turn(
    mut door: Door,
    mut people: Vec<Person>,
    named: Named,
    ledger: Arc<Ledger>,
) -> (Vec<Person>, Vec<Duration>) {
    let mut latencies = Vec::with_capacity(16_384);
    let count = people.len();
    for turn in (0..count).cycle() {
        if !ledger.begins() {
            break;
        }
        let begun = Instant::now();
        door.log_in(&mut people[turn], named).await;
        latencies.push(begun.elapsed());
        ledger.done.fetch_add(1, Ordering::Relaxed);
    }
    (people, latencies)
}
