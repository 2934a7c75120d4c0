//! Fills Keystead's tables over the API: by the import that a team takes its passkeys over with.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use futures_util::{StreamExt as _, future, stream};
use keystead_client::{
    Client,
    v1::{CredentialRecord, ImportCredentialsRequest, ImportOptions, ImportRow, import_row::Row},
};
use tokio::time::Instant;

use crate::{
    people::Person,
    progress::{self, Until},
};

/// Rows of one message, which are one transaction: as many as it may have.
const BATCH: u64 = 500;

/// Rows to come: the people's among those of others, evenly spread.
struct Rows {
    people: Vec<CredentialRecord>,
    /// How many there are in all.
    count: u64,
    /// The others' key: what nobody signs with needs not be his own.
    public_key: Vec<u8>,
}

impl Rows {
    fn row(&self, n: u64) -> CredentialRecord {
        let people = u64::try_from(self.people.len()).expect("few people");
        // The n-th row is a person's where the count of people up to it goes up by one.
        let before = n * people / self.count;
        if before < (n + 1) * people / self.count {
            self.people[usize::try_from(before).expect("few people")].clone()
        } else {
            Person::record_of_another(n, &self.public_key)
        }
    }

    fn batch(&self, batch: u64) -> ImportCredentialsRequest {
        let rows = (batch * BATCH..self.count.min((batch + 1) * BATCH)).map(|n| ImportRow {
            number: i64::try_from(n + 1).expect("few rows"),
            row: Some(Row::Record(self.row(n))),
        });
        ImportCredentialsRequest { options: None, rows: rows.collect() }
    }
}

/// Imports the people's passkeys, and so many others, on this many streams.
pub(crate) async fn fill(client: &Client, people: Vec<CredentialRecord>, others: u64, streams: u64) {
    let Some(first) = people.first() else { return };
    let public_key = first.public_key.clone();
    let count = u64::try_from(people.len()).expect("few people") + others;
    let rows = Arc::new(Rows { people, count, public_key });
    let done = AtomicU64::new(0);
    let begun = Instant::now();
    eprintln!("importing {count} passkeys");
    let importing = (0..streams).map(|stream| import(client, Arc::clone(&rows), stream, streams, &done));
    progress::shown(&done, Until::Done(count), future::join_all(importing)).await;
    eprintln!("imported {count} passkeys in {:.1} s", begun.elapsed().as_secs_f64());
}

/// One of several streams: of the batches, its share.
async fn import(client: &Client, rows: Arc<Rows>, stream: u64, streams: u64, done: &AtomicU64) {
    let batches = (stream..rows.count.div_ceil(BATCH)).step_by(usize::try_from(streams).expect("few"));
    let messages = batches.map(move |batch| rows.batch(batch));
    let options = ImportCredentialsRequest { options: Some(ImportOptions::default()), rows: Vec::new() };
    let messages = stream::iter([options]).chain(stream::iter(messages));
    let mut answers = client.credentials().import_credentials(messages).await.expect("an import begins");
    let mut before = 0;
    while let Some(answer) = answers.next().await.expect("an import goes on") {
        assert_eq!(answer.refused, 0, "{:?}", answer.refused_rows);
        let imported = u64::try_from(answer.imported).expect("a count");
        done.fetch_add(imported - before, Ordering::Relaxed);
        before = imported;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_person_has_one_row_and_they_stand_apart() {
        let person = |n| CredentialRecord { external_id: format!("user{n}"), ..CredentialRecord::default() };
        for (people, count) in [(0, 3), (3, 3), (2, 7), (7, 1_000)] {
            let rows = Rows { people: (0..people).map(person).collect(), count, public_key: vec![1] };
            let at: Vec<u64> = (0..count).filter(|n| rows.row(*n).external_id.starts_with("user")).collect();
            assert_eq!(at.len(), people, "{at:?}");
            assert!(at.windows(2).all(|two| two[1] - two[0] >= count / at.len() as u64), "{at:?}");
        }
    }

    #[test]
    fn batches_share_the_rows_out() {
        let rows = Rows { people: Vec::new(), count: BATCH + 1, public_key: vec![1] };
        let numbers = |batch| rows.batch(batch).rows.iter().map(|row| row.number).collect::<Vec<_>>();
        assert_eq!(numbers(0), (1..=500).collect::<Vec<_>>());
        assert_eq!(numbers(1), [501]);
    }
}
