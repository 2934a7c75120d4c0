//! Dependencies point downwards only. The rules speak of normal and build dependencies; dev-dependencies are free but
//! for cycles.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Package};

use super::{assert_none, root, workspace};

/// A package of the workspace, without the prefix `keystead-`.
struct Room {
    name: &'static str,
    directory: &'static str,
    may_use: &'static [&'static str],
}

const fn room(name: &'static str, directory: &'static str, may_use: &'static [&'static str]) -> Room {
    Room { name, directory, may_use }
}

/// Every room, and the rooms it may use. One that is not built yet has its row all the same.
const ROOMS: &[Room] = &[
    room("proto", "crates/proto", &[]),
    room("domain", "crates/domain", &[]),
    room("ceremony", "crates/ceremony", &["domain"]),
    room("keyring", "crates/keyring", &["domain"]),
    room("migrations", "migrations", &[]),
    room("store", "crates/store", &["domain", "keyring", "migrations"]),
    room("delivery", "crates/delivery", &["domain", "store"]),
    room("service", "crates/service", &["domain", "ceremony", "keyring", "store", "delivery"]),
    room("grpc", "crates/grpc", &["proto", "domain", "ceremony", "service"]),
    room("http", "crates/http", &["domain", "service"]),
    room("client", "crates/client", &["proto"]),
    room(
        "server",
        "crates/server",
        &["grpc", "http", "service", "store", "keyring", "delivery", "proto", "domain"],
    ),
    room("authenticator", "tests/authenticator", &[]),
    room("fuzz", "tests/fuzz", ANYTHING),
    room("tests", "tests", ANYTHING),
];

const ANYTHING: &[&str] = &["*"];

/// The crates from outside that only some rooms may name. `tests` may name anything.
const RESERVED: &[(&str, &[&str])] = &[
    // The wire.
    ("prost", &["proto", "grpc", "client"]),
    ("prost-types", &["proto", "grpc", "client"]),
    ("tonic", &["proto", "grpc", "client", "server"]),
    ("tonic-prost", &["proto"]),
    ("tonic-types", &["grpc", "client"]),
    ("tonic-health", &["server"]),
    ("tonic-reflection", &["server"]),
    ("tower", &["grpc", "http", "server"]),
    ("tower-http", &["grpc"]),
    ("axum", &["http"]),
    // The database.
    ("sea-orm", &["store"]),
    ("sqlx", &["store"]),
    ("sea-orm-migration", &["migrations"]),
    // Secrets and what browsers say.
    ("aws-lc-rs", &["ceremony", "keyring", "authenticator"]),
    ("ciborium", &["ceremony", "authenticator"]),
    ("webauthn-rs-core", &["ceremony"]),
    ("webauthn-rs-proto", &["ceremony"]),
    ("x509-cert", &["ceremony"]),
    ("rcgen", &["authenticator"]),
    ("jsonwebtoken", &["keyring"]),
    // The world outside.
    ("lettre", &["delivery"]),
    ("reqwest", &["delivery"]),
    // The one place that caches.
    ("moka", &["service"]),
    // What only a process needs: a library that names these has opinions its user cannot change.
    ("anyhow", &["server"]),
    ("clap", &["server"]),
    ("config", &["server"]),
    ("indicatif", &["server"]),
    ("rustls", &["server"]),
    ("tracing-subscriber", &["server"]),
    ("opentelemetry", &["server"]),
    ("opentelemetry_sdk", &["server"]),
    ("opentelemetry-otlp", &["server"]),
    ("tracing-opentelemetry", &["server"]),
    // The pure rooms take what they need as arguments, and wait for nothing.
    ("tokio", &["store", "delivery", "service", "grpc", "http", "client", "server"]),
    // Generated code is committed: nobody who builds Keystead runs the generators.
    ("protox", &[]),
    ("tonic-prost-build", &[]),
];

fn find(package: &Package) -> Option<&'static Room> {
    let name = package.name.strip_prefix("keystead-")?;
    ROOMS.iter().find(|room| room.name == name)
}

#[test]
fn every_package_is_a_room_in_its_place() {
    let metadata = workspace();
    let mut violations = Vec::new();
    for package in metadata.workspace_packages() {
        let directory = package.manifest_path.parent().expect("a manifest stands in a directory");
        match find(package) {
            None => {
                violations.push(format!("{} is no room of the house: add its row to ROOMS", package.name));
            }
            Some(room) if directory.as_std_path() != root().join(room.directory) => {
                violations.push(format!("{} belongs into {}, not {directory}", package.name, room.directory));
            }
            Some(_) => {}
        }
    }
    assert_none(violations);
}

#[test]
fn rooms_use_only_the_rooms_below_them() {
    let mut violations = Vec::new();
    for package in workspace().workspace_packages() {
        let Some(room) = find(package).filter(|room| room.may_use != ANYTHING) else { continue };
        let used = needed(package).filter_map(|name| name.strip_prefix("keystead-"));
        violations.extend(
            used.filter(|used| !room.may_use.contains(used))
                .map(|used| format!("{} may not use {used}; it may use {}", room.name, list(room.may_use))),
        );
    }
    assert_none(violations);
}

#[test]
fn reserved_crates_are_named_only_where_they_belong() {
    let mut violations = Vec::new();
    for package in workspace().workspace_packages() {
        let Some(room) = find(package).filter(|room| room.may_use != ANYTHING) else { continue };
        for name in needed(package) {
            let reserved = RESERVED.iter().find(|(reserved, _)| *reserved == name);
            if let Some((_, rooms)) = reserved.filter(|(_, rooms)| !rooms.contains(&room.name)) {
                violations.push(format!("{} may not name {name}, which is for {}", room.name, list(rooms)));
            }
        }
    }
    assert_none(violations);
}

#[test]
fn dev_dependencies_make_no_cycle() {
    let metadata = workspace();
    let edges: BTreeMap<&str, BTreeSet<&str>> = metadata
        .workspace_packages()
        .into_iter()
        .map(|package| {
            let local = package.dependencies.iter().filter(|dependency| dependency.path.is_some());
            (package.name.as_str(), local.map(|dependency| dependency.name.as_str()).collect())
        })
        .collect();
    // Take away what leans on nothing that is left, again and again: what cannot be taken away leans on itself.
    let mut left = edges;
    loop {
        let standing: BTreeSet<&str> = left.keys().copied().collect();
        let before = left.len();
        left.retain(|_, used| used.iter().any(|used| standing.contains(used)));
        if left.len() == before {
            break;
        }
    }
    assert!(left.is_empty(), "these packages lean on each other in a circle, or on one: {left:#?}");
}

/// What a package needs to be built for its users, by the name of the crate.
fn needed(package: &Package) -> impl Iterator<Item = &str> {
    let needed =
        package.dependencies.iter().filter(|dependency| dependency.kind != DependencyKind::Development);
    needed.map(|dependency| dependency.name.as_str())
}

fn list(names: &[&str]) -> String {
    if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
}
