//! SeaORM entities and queries, transactions with retries, readiness; counts statements.
