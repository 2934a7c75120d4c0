//! Generated messages and stubs of the keystead.v1 API, and their descriptor set.
