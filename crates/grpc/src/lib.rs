//! The tonic services: decode, call, encode; layers; the one place where a reason becomes a status.
