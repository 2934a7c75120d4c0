//! Holds the committed files in `src/gen` against the proto files. After a change of those, regenerate with
//! `KEYSTEAD_REGENERATE=1 cargo test -p keystead-proto --test generated` and commit what changed.
//! (This test needs the library to compile. Where the committed code does not, empty the two `.rs` files first.)

mod debug;
mod generator;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/gen")
}

fn files_in(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(directory).expect("the directory is there");
    entries
        .map(|entry| entry.expect("an entry").path())
        .map(|path| (path.file_name().expect("a name").to_string_lossy().into_owned(), path))
        .map(|(name, path)| (name, fs::read(path).expect("a readable file")))
        .collect()
}

#[test]
fn committed_files_are_what_the_proto_files_generate() {
    if env::var_os("KEYSTEAD_REGENERATE").is_some() {
        return generator::write_to(&committed());
    }
    let fresh = tempfile::tempdir().expect("a directory");
    generator::write_to(fresh.path());
    let (committed, fresh) = (files_in(&committed()), files_in(fresh.path()));
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&committed), names(&fresh));
    for (name, bytes) in &fresh {
        assert!(
            committed[name] == *bytes,
            "src/gen/{name} is out of date: regenerate it (see the head of this file)"
        );
    }
}
