//! The client of Keystead: passkeys for a login that already exists.
//!
//! Every call carries the API key and a deadline, and is tried again where that is safe. What is not a completed step is
//! an [`Error`]: a user is logged in if, and only if, `finish_authentication` answers.
//!
//! # Log a user in
//!
//! The page asks for options, the browser asks its user, and the page hands back what the browser answered. Both texts
//! pass through as they are: `options_json` to `PublicKeyCredential.parseRequestOptionsFromJSON`, and what
//! `credential.toJSON()` gives, as text, to `credential_json`.
//!
//! ```no_run
//! use keystead_client::Client;
//! use keystead_client::v1::finish_authentication_request::Response::CredentialJson;
//! use keystead_client::v1::{FinishAuthenticationRequest, StartAuthenticationRequest};
//!
//! # async fn ask_browser(options_json: String) -> String { options_json }
//! # async fn login() -> Result<String, Box<dyn std::error::Error>> {
//! let client = Client::from_env()?;
//! let started = client.ceremonies().start_authentication(StartAuthenticationRequest::default()).await?;
//! let credential_json = ask_browser(started.options_json).await;
//! let request = FinishAuthenticationRequest {
//!     ceremony_token: started.ceremony_token,
//!     response: Some(CredentialJson(credential_json)),
//!     ..Default::default()
//! };
//! let finished = client.ceremonies().finish_authentication(request).await?;
//! let user = finished.authentication.and_then(|login| login.user).ok_or("the login is not complete")?;
//! println!("{} is logged in", user.external_id);
//! # Ok(user.user_id)
//! # }
//! ```
//!
//! Between the two calls the ceremony token belongs in the server session or an `HttpOnly` cookie. A finish that carries
//! a [`RequestId`] is tried again when Keystead is away for a moment; without one a lost answer is lost.
//!
//! # Tell the user why not
//!
//! ```no_run
//! use keystead_client::v1::{FinishAuthenticationRequest, FinishAuthenticationResponse};
//! use keystead_client::{Client, Error};
//!
//! # async fn finish(client: Client, request: FinishAuthenticationRequest) -> Result<(), Error> {
//! match client.ceremonies().finish_authentication(request).await {
//!     Ok(finished) => println!("logged in: {:?}", finished.authentication),
//!     Err(Error::Refused(refusal)) => println!("{} ({:?})", refusal.message, refusal.retry),
//!     Err(fault) => return Err(fault),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Take credentials over from another server
//!
//! ```no_run
//! use keystead_client::v1::import_row::Row::Json;
//! use keystead_client::v1::{ImportCredentialsRequest, ImportFormat, ImportOptions, ImportRow};
//! use keystead_client::{Client, Error};
//!
//! # async fn import(client: Client, passkeys: Vec<String>) -> Result<(), Error> {
//! let options = ImportOptions { format: ImportFormat::SimpleWebauthn.into(), ..Default::default() };
//! let first = ImportCredentialsRequest { options: Some(options), rows: Vec::new() };
//! let mut numbered = (1..).zip(passkeys).map(|(number, text)| ImportRow { number, row: Some(Json(text)) });
//! let rows = std::iter::from_fn(move || {
//!     let rows: Vec<_> = numbered.by_ref().take(200).collect();
//!     (!rows.is_empty()).then_some(ImportCredentialsRequest { options: None, rows })
//! });
//! let messages = tokio_stream::iter(std::iter::once(first).chain(rows));
//! let mut answers = client.credentials().import_credentials(messages).await?;
//! while let Some(answer) = answers.next().await? {
//!     for row in answer.refused_rows {
//!         println!("row {}: {} {}", row.number, row.reason().as_str_name(), row.problem);
//!     }
//!     println!("{} taken, {} refused", answer.imported, answer.refused);
//! }
//! # Ok(())
//! # }
//! ```

mod answers;
mod attempts;
mod client;
mod config;
mod connection;
mod endpoint;
mod error;
mod request_id;
mod retry;
mod services;

pub use answers::Answers;
pub use client::Client;
pub use config::{ApiKey, Config, ConfigError};
pub use error::{Error, FieldViolation, Refusal};
pub use keystead_proto::v1;
pub use request_id::RequestId;
pub use retry::Retry;
pub use services::{Admin, Ceremonies, Credentials, Events, Users};
pub use tonic::{Code, Status, transport::Channel};
