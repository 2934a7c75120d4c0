use keystead_authenticator::{Attester, Authority, Plan, Statement};
use keystead_domain::{
    Algorithm, AttestationConveyance, AttestationRule, AttestationTrust, Reason, UntrustedAttestation,
};

use super::{
    Verdict, attesting,
    device::{Fresh, NOW, YEAR, judged_at, terms},
};

const TRUSTED: Verdict = Ok(AttestationTrust::Trusted);
const UNTRUSTED: Verdict = Err(Reason::AttestationUntrusted);

fn refusing(roots: Vec<Vec<u8>>) -> AttestationRule {
    AttestationRule { roots, untrusted: UntrustedAttestation::Refuse }
}

/// What a chain comes to, the authenticator's own certificate first.
fn verdict(attester: &Attester, chain: &[&[u8]], roots: &[&[u8]], years_from_now: i32) -> Verdict {
    let mut attester = attester.clone();
    attester.certificates.extend(chain.iter().map(|der| der.to_vec()));
    let fresh = Fresh::of(Algorithm::Es256, attesting(Statement::Packed(attester)));
    let at = if years_from_now < 0 {
        NOW.minus(YEAR * years_from_now.unsigned_abs())
    } else {
        NOW.plus(YEAR * years_from_now.unsigned_abs())
    };
    let rule = refusing(roots.iter().map(|der| der.to_vec()).collect());
    judged_at(&fresh.json, &terms(AttestationConveyance::Direct), &rule, at)
}

#[test]
fn a_chain_leads_to_a_root_over_every_link_or_not_at_all() {
    let root = Authority::root("Root").unwrap();
    let (middle, stranger) = (root.subordinate("Middle").unwrap(), Authority::root("Stranger").unwrap());
    let attester = Attester::under(&middle, &Plan::default()).unwrap();
    let [root, middle, stranger] = [&root, &middle, &stranger].map(Authority::certificate);
    for (name, chain, roots, expected) in [
        ("over the one between", &[middle][..], &[root][..], TRUSTED),
        ("with the root sent along", &[middle, root], &[root], TRUSTED),
        ("to the one between, which is trusted itself", &[middle], &[middle], TRUSTED),
        ("to the one between, whatever it says after", &[middle, stranger], &[middle], TRUSTED),
        ("to one of two", &[middle], &[stranger, root], TRUSTED),
        ("the one between is not sent", &[], &[root], UNTRUSTED),
        ("but is trusted", &[], &[middle], TRUSTED),
        ("to nobody who is trusted", &[middle], &[stranger], UNTRUSTED),
        ("its own root is not ours", &[middle, root], &[stranger], UNTRUSTED),
        ("the wrong way round", &[root, middle], &[root], UNTRUSTED),
        ("over a stranger", &[stranger], &[stranger], UNTRUSTED),
        ("past a stranger", &[middle, stranger], &[root], UNTRUSTED),
    ] {
        assert_eq!(verdict(&attester, chain, roots, 0), expected, "{name}");
    }
}

#[test]
fn what_an_authenticator_shows_may_be_trusted_itself() {
    let root = Authority::root("Root").unwrap();
    let plan = Plan { years: (2020, 2030), ..Plan::default() };
    let attester = Attester::under(&root, &plan).unwrap();
    let own = attester.certificates[0].clone();
    assert_eq!(verdict(&attester, &[], &[&own], 0), TRUSTED);
    assert_eq!(verdict(&attester, &[], &[&own], 10), UNTRUSTED);
    assert_eq!(verdict(&attester, &[], &[&own], -10), UNTRUSTED);
    let another = Attester::under(&root, &plan).unwrap().certificates[0].clone();
    assert_ne!(another, own);
    assert_eq!(verdict(&attester, &[], &[&another], 0), UNTRUSTED);
}

#[test]
fn roots_of_one_name_are_told_apart() {
    let (first, second) = (Authority::root("Root").unwrap(), Authority::root("Root").unwrap());
    let [one, other] = [&first, &second].map(Authority::certificate);
    for authority in [&first, &second] {
        let attester = Attester::under(authority, &Plan::default()).unwrap();
        assert_eq!(verdict(&attester, &[], &[one, other], 0), TRUSTED);
        assert_eq!(verdict(&attester, &[], &[other, one], 0), TRUSTED);
    }
    let attester = Attester::under(&first, &Plan::default()).unwrap();
    assert_eq!(verdict(&attester, &[], &[other], 0), UNTRUSTED);
}

#[test]
fn certificates_count_while_they_are_valid_at_the_time_of_the_ceremony() {
    let root = Authority::root("Root").unwrap();
    let plan = Plan { years: (2025, 2027), ..Plan::default() };
    let attester = Attester::under(&root, &plan).unwrap();
    for (years, expected) in [(0, TRUSTED), (3, UNTRUSTED), (-3, UNTRUSTED)] {
        assert_eq!(verdict(&attester, &[], &[root.certificate()], years), expected, "{years}");
    }
    // The root's own end.
    let lasting = Attester::under(&root, &Plan { years: (2020, 2200), ..Plan::default() }).unwrap();
    assert_eq!(verdict(&lasting, &[], &[root.certificate()], 90), TRUSTED);
    assert_eq!(verdict(&lasting, &[], &[root.certificate()], 100), UNTRUSTED);
}

#[test]
fn a_chain_of_many_links_is_not_followed() {
    let root = Authority::root("Root").unwrap();
    let attester = Attester::under(&root, &Plan::default()).unwrap();
    let many = vec![root.certificate(); 7];
    assert_eq!(verdict(&attester, &many, &[root.certificate()], 0), TRUSTED);
    let more = vec![root.certificate(); 8];
    assert_eq!(verdict(&attester, &more, &[root.certificate()], 0), Err(Reason::AttestationUnsupported));
}
