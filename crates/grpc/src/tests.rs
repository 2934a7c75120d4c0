//! The API as its clients meet it: generated clients, the layers, real use cases on SQLite in memory.

mod admission;
mod house;
mod profiles;
mod resources;
mod streams;
mod summary;
mod transfer;
