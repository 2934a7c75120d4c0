//! Harness, end-to-end suite and browser tests.
