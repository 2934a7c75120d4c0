//! End-to-end suite: the rooms together, on every engine.

mod attestation;
mod burning;
mod conditional;
mod cost;
mod counter_rules;
mod deadline;
mod decoys;
mod epochs;
mod house;
mod import;
mod load;
mod lockouts;
mod login;
mod logs;
mod provenance;
mod purge;
mod readme;
mod replicas;
mod rpc;
mod served;
mod set_up;
mod signals;
mod single_use;
mod ten_lines;
mod world;
