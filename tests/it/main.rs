//! End-to-end suite.

mod house;
