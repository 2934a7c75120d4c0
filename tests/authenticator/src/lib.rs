//! A software authenticator and the browser around it, for tests, load and fuzz corpora: every offered algorithm, any
//! flag, any one [`Fault`].
//!
//! An [`Authenticator`] takes the options that `PublicKeyCredential.parseCreationOptionsFromJSON` and
//! `parseRequestOptionsFromJSON` take, and an origin, and answers with what `credential.toJSON()` gives in Chromium.
//!
//! It shares no code with what it tests, its CBOR encoder included, so that a common bug cannot hide.
//!
//! ```
//! use keystead_authenticator::Authenticator;
//!
//! let mut authenticator = Authenticator::new(1);
//! let creation = r#"{
//!     "challenge": "AAAA", "rp": {"id": "example.org", "name": "Example"},
//!     "user": {"id": "AQID", "name": "anna", "displayName": "Anna"},
//!     "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
//!     "authenticatorSelection": {"residentKey": "required"}
//! }"#;
//! let registration = authenticator.create(creation, "https://example.org")?;
//! assert!(registration.contains("attestationObject"));
//!
//! let request = r#"{"challenge": "AAAA", "rpId": "example.org"}"#;
//! let assertion = authenticator.get(request, "https://example.org")?;
//! assert!(assertion.contains("userHandle"));
//! # Ok::<(), keystead_authenticator::Error>(())
//! ```

mod algorithm;
mod attestation;
mod attester;
mod authenticator;
mod authenticator_data;
mod authority;
mod cbor;
mod client_data;
mod cose;
mod error;
mod fault;
mod key;
mod options;
mod random;
mod response;
mod settings;

pub use algorithm::{Algorithm, RsaSize};
pub use attester::Attester;
pub use authenticator::{Authenticator, Credential};
pub use authority::{Authority, Extension, Plan};
pub use error::Error;
pub use fault::Fault;
pub use settings::{Attachment, Settings, Statement};
