//! What holds for any bytes. Each module has a `check` that takes what an attacker may send and panics where a property does
//! not hold, and says whether it was taken; `tests/run fuzz` looks for such bytes, and `cargo test` replays those that were found, and the seeds.
//!
//! | module | what it is given | what holds |
//! |---|---|---|
//! | [`assertion`] | a login's response, as JSON or typed, signed or not | what verifies is signed by the key of that id, for this relying party, with the flags seen |
//! | [`registration`] | a registration's response, as JSON or typed | what registers has the id and the key that were sent, of an offered algorithm, and can log in |
//! | [`attestation`] | an attestation object, in a response that is honest otherwise | the same, and nobody is trusted who is not |
//! | [`token`] | a token's text, or the bytes in it | what opens was sealed, in this context; what decodes encodes to the same bytes |
//! | [`proto`] | a request of each RPC as protobuf | what is read and written again is the same message |
//! | [`import`] | a row of each format | what is read and exported is read as the same record |
//! | [`text`] | ids, origins, RP IDs | what is read is written as it came |
//!
//! The corpus beside this crate has the seeds; `KEYSTEAD_REGENERATE=1 cargo test -p keystead-fuzz` makes them anew.

pub mod assertion;
pub mod attestation;
pub mod frame;
pub mod import;
pub mod known;
pub mod proto;
pub mod registration;
mod seen;
pub mod text;
pub mod token;
