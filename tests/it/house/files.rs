//! Where files stand and what is in them.

use std::fs;
use std::path::{Path, PathBuf};

use toml::Table;

use super::{assert_none, root, workspace};

/// The files of the API, one per service and one per shared noun. `buf breaking` compares by file, so where a thing is
/// first put is where it stays: a new file gets its row here before anything is put into it.
const PROTO_FILES: &[&str] = &[
    "admin_service",
    "authentication",
    "authenticator_model",
    "caller",
    "ceremony_service",
    "client_context",
    "credential",
    "credential_record",
    "credential_service",
    "error_reason",
    "event",
    "event_service",
    "factor",
    "factor_service",
    "flow",
    "flow_service",
    "policy",
    "policy_service",
    "refusal",
    "registration_profile",
    "relying_party",
    "result",
    "signals",
    "tenant",
    "user",
    "user_service",
    "webauthn",
];

#[test]
fn every_proto_file_is_one_of_the_api() {
    let proto = root().join("proto");
    let known: Vec<PathBuf> =
        PROTO_FILES.iter().map(|name| proto.join("keystead/v1").join(name).with_extension("proto")).collect();
    let files = files_below(&proto, "proto");
    assert!(!files.is_empty(), "no proto file was found");
    let strangers = files.iter().filter(|file| !known.contains(file));
    assert_none(strangers.map(|file| format!("{} is not in PROTO_FILES", file.display())));
}

#[test]
fn a_module_is_a_file_beside_its_directory_and_never_mod_rs() {
    let files = rust_files();
    let misplaced = files.iter().filter(|file| file.ends_with("mod.rs"));
    assert_none(misplaced.map(|file| format!("{}: use foo.rs beside foo/", file.display())));
}

#[test]
fn lib_rs_is_a_table_of_contents() {
    const CODE: &[&str] = &["fn ", "async fn ", "struct ", "enum ", "trait ", "impl ", "impl<"];
    let mut violations = Vec::new();
    for file in rust_files().iter().filter(|file| file.ends_with("src/lib.rs")) {
        let text = fs::read_to_string(file).expect("a source file can be read");
        for (number, line) in (1..).zip(text.lines()) {
            let item = line.trim_start_matches("pub ").trim_start_matches("pub(crate) ");
            if CODE.iter().any(|code| item.starts_with(code)) {
                violations.push(format!("{}:{number}: lib.rs is docs, mod and pub use", file.display()));
            }
        }
    }
    assert_none(violations);
}

#[test]
fn every_package_inherits_the_lints_of_the_workspace() {
    let mut violations = Vec::new();
    for package in workspace().workspace_packages() {
        let manifest = fs::read_to_string(&package.manifest_path).expect("a manifest can be read");
        let manifest: Table = manifest.parse().expect("a manifest is TOML");
        let inherits = manifest.get("lints").and_then(|lints| lints.get("workspace")?.as_bool());
        if inherits != Some(true) {
            violations.push(format!("{}: add `[lints] workspace = true`", package.manifest_path));
        }
    }
    assert_none(violations);
}

/// Every Rust file of every package.
fn rust_files() -> Vec<PathBuf> {
    let files: Vec<PathBuf> = ["crates", "migrations", "tests"]
        .into_iter()
        .flat_map(|directory| files_below(&root().join(directory), "rs"))
        .collect();
    assert!(!files.is_empty(), "no Rust file was found");
    files
}

fn files_below(directory: &Path, extension: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).expect("a directory can be read") {
        let path = entry.expect("a directory can be read").path();
        if path.is_dir() {
            files.extend(files_below(&path, extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            files.push(path);
        }
    }
    files
}
