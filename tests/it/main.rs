//! End-to-end suite: the rooms together, on every engine.

mod burning;
mod cost;
mod epochs;
mod house;
mod lockouts;
mod login;
mod single_use;
mod world;
