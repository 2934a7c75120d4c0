//! Everything that is done to honest assertions, in tables: a name and a change.

mod authenticator_data;
mod bytes;
mod client_data;
mod der;
mod document;
mod numbers;
mod signature;

use std::sync::LazyLock;

use keystead_authenticator::Credential;
use serde_json::Value;

use super::random::Random;

/// What a signature is over, and the signature.
pub(crate) struct Evidence {
    pub(crate) client_data: Vec<u8>,
    pub(crate) authenticator_data: Vec<u8>,
    pub(crate) signature: Vec<u8>,
}

/// The credential that signs, and another one of the same algorithm.
#[derive(Clone, Copy)]
pub(crate) struct Keys<'a> {
    pub(crate) own: &'a Credential,
    pub(crate) other: &'a Credential,
}

/// A change, by the moment at which it is made.
pub(crate) enum Mutation {
    /// By the authenticator, in what it makes.
    Fault,
    /// Of what is signed, before it is.
    Signed(fn(&mut Evidence, Keys<'_>, &mut Random)),
    /// To another signature.
    Signature(fn(&Evidence, Keys<'_>, &mut Random) -> Vec<u8>),
    /// Of the JSON that the evidence is in.
    Document(fn(&mut Value, &mut Random)),
    /// Of the text of that.
    Text(fn(&mut String, &mut Random)),
}

/// A table of mutations.
type Table = &'static [(&'static str, Mutation)];

static FAULTS: Table = &[("fault", Mutation::Fault)];

/// The tables, each as often as its share.
static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    [
        (1, FAULTS),
        (4, client_data::MEMBERS),
        (2, client_data::BYTES),
        (4, authenticator_data::ALL),
        (2, signature::ANY),
        (3, signature::NUMBERS),
        (3, document::MEMBERS),
        (1, document::TEXT),
    ]
    .into_iter()
    .flat_map(|(share, table)| std::iter::repeat_n(table, share))
    .collect()
});

/// Draws a mutation.
pub(crate) fn any(random: &mut Random) -> &'static (&'static str, Mutation) {
    let table = random.pick(&TABLES);
    &table[random.below(table.len())]
}
