//! Package `keystead.v1`.

include!("gen/keystead.v1.rs");
include!("gen/keystead.v1.debug.rs");
