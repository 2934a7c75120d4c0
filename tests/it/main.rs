//! End-to-end suite: the rooms together, on every engine.

mod burning;
mod cost;
mod deadline;
mod epochs;
mod house;
mod load;
mod lockouts;
mod login;
mod logs;
mod purge;
mod readme;
mod replicas;
mod rpc;
mod served;
mod set_up;
mod single_use;
mod ten_lines;
mod world;
