//! Messages and stubs of the API `keystead.v1`, generated from `proto/keystead/v1` and committed, so that building this
//! crate needs neither `protoc` nor a build script.
//!
//! The messages are always here. The feature `client` adds the modules `v1::*_service_client` (and a tonic channel), the
//! feature `server` the modules `v1::*_service_server`.
//!
//! Three choices the generated types show:
//! - `bytes` fields are `Vec<u8>`: what reads them takes ownership of a `Vec`, so decoding copies once and never again,
//!   and a small field does not keep the whole request alive.
//! - Maps are `BTreeMap`: equal messages encode to equal bytes, on which a digest of a request can rest.
//! - Fields marked `debug_redact` print as `[redacted]` in `Debug`.
//!
//! `cargo test -p keystead-proto` fails where the generated code is older than the proto files;
//! `tests/generated/main.rs` says how to regenerate.

mod redacted;

#[expect(
    clippy::pedantic,
    reason = "generated code, with comments that follow proto's habits and not rustdoc's"
)]
#[expect(
    clippy::large_enum_variant,
    reason = "generated code: the row of an import is text or a whole record"
)]
#[cfg_attr(
    any(feature = "client", feature = "server"),
    expect(clippy::allow_attributes_without_reason, reason = "tonic's stubs carry such attributes")
)]
#[cfg_attr(feature = "server", expect(clippy::allow_attributes, reason = "tonic's server stubs carry them"))]
pub mod v1;

/// Every file of the API as an encoded `google.protobuf.FileDescriptorSet`, with comments and all imports. It also holds
/// `google/rpc/status.proto` and `google/rpc/error_details.proto`, which no file imports, so that a reader who has only
/// this set can decode the details of an error.
pub const DESCRIPTOR_SET: &[u8] = include_bytes!("gen/descriptor.binpb");
