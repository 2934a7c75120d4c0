//! The corpus: replayed, and made.
//!
//! `corpus/TARGET/NAME` is an input of a target. Seeds are made by [`seeds`], where `KEYSTEAD_REGENERATE=1` says so; whatever
//! else is there was found, and stays.

mod seeds;

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use keystead_fuzz::{assertion, attestation, import, proto, registration, text, token};

type Check = fn(&[u8]) -> bool;

/// What a target makes of an input, and where it holds it.
const TARGETS: &[(&str, Check)] = &[
    ("assertion", assertion::check),
    ("attestation", attestation::check),
    ("import", import::check),
    ("proto", proto::check),
    ("registration", registration::check),
    ("text", text::check),
    ("token", token::check),
];

fn directory(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target)
}

#[test]
fn every_input_of_the_corpus_keeps_what_holds_for_any_bytes() {
    for (target, check) in TARGETS {
        let entries = fs::read_dir(directory(target)).expect("the corpus of a target");
        let paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
        assert!(!paths.is_empty(), "{target} has no corpus");
        for path in paths {
            println!("{}", path.display());
            check(&fs::read(path).expect("a readable file"));
        }
    }
}

#[test]
fn every_target_has_a_driver() {
    let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("driver/fuzz_targets");
    let entries = fs::read_dir(driver).expect("the drivers");
    let mut names: Vec<String> = entries
        .map(|entry| {
            entry.expect("an entry").path().file_stem().expect("a name").to_string_lossy().into_owned()
        })
        .collect();
    names.sort();
    assert_eq!(names, TARGETS.iter().map(|(target, _)| *target).collect::<Vec<_>>());
}

/// Signatures of ECDSA are drawn, so seeds are not compared with what is made: they are held against what they are for.
#[test]
fn every_seed_is_committed_and_taken_where_it_should_be() {
    let mut astray = Vec::new();
    for seed in seeds::all() {
        let path = directory(seed.target).join(&seed.name);
        if env::var_os("KEYSTEAD_REGENERATE").is_some() {
            fs::create_dir_all(directory(seed.target)).expect("a directory");
            fs::write(&path, &seed.input).expect("a file");
        }
        let (_, check) = TARGETS.iter().find(|(target, _)| *target == seed.target).expect("a target");
        match fs::read(&path) {
            Ok(input) if check(&input) == seed.is_taken => {}
            Ok(_) => astray.push(format!("{}: taken where it should not be, or refused", path.display())),
            Err(error) => astray.push(format!("{}: {error}", path.display())),
        }
    }
    assert!(astray.is_empty(), "\n{}\nKEYSTEAD_REGENERATE=1 makes what is missing\n", astray.join("\n"));
}
