//! The people who log in: each with an authenticator of his own.

use keystead_authenticator::Authenticator;

/// Most people who log in; further users fill the tables.
const MOST: u64 = 2_000;

/// One of them.
#[derive(Debug)]
pub(crate) struct Person {
    /// His external id.
    pub(crate) name: String,
    /// What he logs in with.
    pub(crate) device: Authenticator,
}

/// As many as log in where there are so many users.
pub(crate) fn logging_in(users: u64) -> Vec<Person> {
    (0..users.min(MOST)).map(|n| Person { name: format!("user{n}"), device: Authenticator::new(n) }).collect()
}

/// How many users are there who do not log in.
pub(crate) fn others(users: u64) -> u64 {
    users.saturating_sub(MOST)
}

/// Deals people out to this many clients.
pub(crate) fn dealt(people: Vec<Person>, clients: u32) -> Vec<Vec<Person>> {
    let clients = usize::try_from(clients).expect("few clients").min(people.len());
    let mut hands: Vec<Vec<Person>> = (0..clients).map(|_| Vec::new()).collect();
    for (n, person) in people.into_iter().enumerate() {
        hands[n % clients].push(person);
    }
    hands
}
