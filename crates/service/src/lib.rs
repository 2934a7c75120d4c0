//! Use cases: one read, the pure verdict, one transaction; the directory of configuration; jobs.
