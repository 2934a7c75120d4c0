//! The house: which rooms exist, what each may lean on, and where files stand. CONTRIBUTING.md has the reasons.
//!
//! Each rule is a table or a list here. Whoever changes one changes the architecture, and should mean to.

mod dependencies;
mod files;

use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, MetadataCommand};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ stands in the workspace").to_owned()
}

/// The workspace as its manifests declare it; nothing is resolved, so no network is asked.
fn workspace() -> Metadata {
    MetadataCommand::new().current_dir(root()).no_deps().exec().expect("cargo describes the workspace")
}

/// Fails with every violation at once.
fn assert_none(violations: impl IntoIterator<Item = String>) {
    let violations: Vec<String> = violations.into_iter().collect();
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}
