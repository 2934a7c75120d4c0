//! The schema: one SeaORM migration history for every engine.
