//! Our verdict on assertions against that of `webauthn-rs-core`, which shares no code with ours.
//!
//! Honest assertions and what mutations leave of them: they may disagree only for the reasons in [`differences`].
//! `KEYSTEAD_ORACLE_CASES` says how many (10,000 where it says nothing), `KEYSTEAD_ORACLE_SEED` which. The signatures of
//! ECDSA are drawn anew each time, so a case that fails is printed whole, and `KEYSTEAD_ORACLE_CASE` takes it back.

mod case;
mod differences;
mod forge;
mod mutation;
mod random;
mod verdict;

use std::{
    collections::BTreeMap,
    env,
    panic::{AssertUnwindSafe, catch_unwind},
};

use webauthn_rs_core::WebauthnCore;

use self::{
    case::Case,
    differences::{RARE, STRICTER, WIDER},
    forge::Forge,
};

const CASES: u64 = 10_000;
/// A failure of many cases is one failure: the first few say enough.
const MOST_PRINTED: usize = 20;

/// What came of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    BothAccept,
    BothRefuse,
    Stricter(&'static str),
    Wider(&'static str),
}

#[test]
fn we_and_webauthn_rs_core_disagree_only_for_named_reasons() {
    let core = verdict::core();
    if let Ok(line) = env::var("KEYSTEAD_ORACLE_CASE") {
        let outcome = judge(&core, &Case::read(&line));
        println!("{outcome:?}");
        return assert!(outcome.is_ok());
    }
    let (cases, seed) = (number("KEYSTEAD_ORACLE_CASES", CASES), number("KEYSTEAD_ORACLE_SEED", 1));
    println!("{cases} assertions, KEYSTEAD_ORACLE_SEED={seed}");
    let forge = Forge::new();
    let (mut outcomes, mut failures) = (BTreeMap::<Outcome, u64>::new(), 0);
    for number in 0..cases {
        let case = forge.case(seed, number);
        match judge(&core, &case) {
            Ok(outcome) => *outcomes.entry(outcome).or_default() += 1,
            Err(problem) => {
                failures += 1;
                if failures <= MOST_PRINTED {
                    println!("case {number}, {:?}: {problem}\nKEYSTEAD_ORACLE_CASE='{case}'", case.mutations);
                }
            }
        }
    }
    print_summary(&outcomes);
    assert_eq!(failures, 0, "of {cases} assertions, seed {seed}");
    if cases >= CASES {
        let needed = |name: &&str| *name != RARE || cases >= 100 * CASES;
        let unneeded: Vec<&str> = never_seen(&outcomes).into_iter().filter(needed).collect();
        assert_eq!(unneeded, [""; 0], "explanations that no case needs");
    }
}

fn number(variable: &str, otherwise: u64) -> u64 {
    env::var(variable).map_or(otherwise, |text| text.parse().unwrap())
}

/// Both verdicts, compared. A panic is no verdict.
fn judge(core: &WebauthnCore, case: &Case) -> Result<Outcome, String> {
    let view = case.view();
    let both = || (verdict::ours(case), verdict::theirs(core, &view));
    let (ours, theirs) = catch_unwind(AssertUnwindSafe(both)).map_err(|_| "a panic".to_owned())?;
    match (&ours, &theirs) {
        (Ok(our_facts), Ok(their_facts)) if our_facts == their_facts => Ok(Outcome::BothAccept),
        (Err(_), Err(_)) => Ok(Outcome::BothRefuse),
        (Err(refusal), Ok(_)) => {
            let explained = STRICTER.iter().find(|stricter| (stricter.explains)(&view, refusal));
            explained.map(|stricter| Outcome::Stricter(stricter.name))
        }
        .ok_or_else(|| format!("only we refuse: {refusal:?}")),
        (Ok(_), Err(error)) => {
            let explained = WIDER.iter().find(|wider| (wider.explains)(&view));
            explained
                .map(|wider| Outcome::Wider(wider.name))
                .ok_or_else(|| format!("only we accept: {error}"))
        }
        _ => Err(format!("both accept, and see other things: {ours:?}, {theirs:?}")),
    }
}

fn never_seen(outcomes: &BTreeMap<Outcome, u64>) -> Vec<&'static str> {
    let stricter = STRICTER.iter().map(|stricter| (stricter.name, Outcome::Stricter(stricter.name)));
    let wider = WIDER.iter().map(|wider| (wider.name, Outcome::Wider(wider.name)));
    let unseen = stricter.chain(wider).filter(|(_, outcome)| !outcomes.contains_key(outcome));
    unseen.map(|(name, _)| name).collect()
}

fn print_summary(outcomes: &BTreeMap<Outcome, u64>) {
    let why = |name: &str| {
        let stricter = STRICTER.iter().map(|stricter| (stricter.name, stricter.why));
        let all = stricter.chain(WIDER.iter().map(|wider| (wider.name, wider.why)));
        all.into_iter().find(|(found, _)| *found == name).map_or("", |(_, why)| why)
    };
    for (outcome, count) in outcomes {
        match outcome {
            Outcome::BothAccept => println!("{count:8} both accept"),
            Outcome::BothRefuse => println!("{count:8} both refuse"),
            Outcome::Stricter(name) => println!("{count:8} only we refuse: {name} ({})", why(name)),
            Outcome::Wider(name) => println!("{count:8} only we accept: {name} ({})", why(name)),
        }
    }
}
