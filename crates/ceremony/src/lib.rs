//! The ceremonies of [WebAuthn Level 3](https://www.w3.org/TR/webauthn-3/), pure: options out, response in, verified
//! facts out; and the sealed ceremony between them.
//!
//! A ceremony starts with [`CreationOptions`] or [`RequestOptions`] for the browser and a [`Sealed`], which says what was
//! asked for and which the caller keeps, encrypted. It finishes with a [`registration::Response`] or an
//! [`assertion::Response`]: read strictly, compared with the sealed challenge, then verified. Whoever reads a response
//! knows nothing yet; facts come out of `verify` alone.
//!
//! Three kinds of failure are kept apart. A [`ShapeError`] is no response at all, and the calling service's mistake. A
//! response to another challenge (`answers` is false) belongs to another ceremony. Everything else is a refusal with one
//! [`keystead_domain::Reason`] per rule, in a fixed order, so that a reason says which rules held.
//!
//! Section numbers without a document are those of the specification.

mod asked;
pub mod assertion;
mod attestation;
mod authenticator_data;
mod base64url;
mod cbor;
mod client_data;
mod cose;
mod decoy;
mod digest;
mod document;
mod envelope;
pub mod import;
mod options;
pub mod registration;
mod sealed;
mod shape;
mod signature;

pub use asked::{Asked, AskedAuthentication, AskedRegistration};
pub use attestation::is_certificate;
pub use options::{CreationOptions, RequestOptions};
pub use sealed::{Sealed, Subject, Undecodable, binding_hash};
pub use shape::ShapeError;
