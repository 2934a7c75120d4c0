//! The keystead binary: configuration, wiring, commands, drain.
