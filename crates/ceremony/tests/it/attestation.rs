//! Attestation: what a statement proves, whom it is believed from, and what becomes of the rest.

mod chains;
mod device;
mod statements;
mod tpm;

use keystead_authenticator::{Attester, Authority, Plan, Settings, Statement};
use keystead_domain::{
    Algorithm, AttestationConveyance, AttestationRule, AttestationTrust, Reason, UntrustedAttestation,
};

use self::device::{Fresh, judged, terms};

type Verdict = Result<AttestationTrust, Reason>;

/// What a device with these settings comes to.
fn outcome(settings: Settings, asked: AttestationConveyance, rule: &AttestationRule) -> Verdict {
    judged(&Fresh::of(Algorithm::Es256, settings).json, &terms(asked), rule)
}

fn rule(roots: &[&Authority], untrusted: UntrustedAttestation) -> AttestationRule {
    AttestationRule { roots: roots.iter().map(|root| root.certificate().to_vec()).collect(), untrusted }
}

fn attesting(statement: Statement) -> Settings {
    Settings { statement, ..Settings::default() }
}

/// The table of docs/architecture.md.
#[test]
fn every_statement_comes_to_what_was_asked_and_who_is_trusted() {
    use AttestationConveyance::{Direct, Indirect, None as Unasked};
    use AttestationTrust::{Failed, SelfSigned, Trusted, Unverified};
    use UntrustedAttestation::{Accept, Refuse};
    let (maker, other) = (Authority::root("Maker").unwrap(), Authority::root("Other").unwrap());
    let packed = Statement::Packed(Attester::under(&maker, &Plan::default()).unwrap());
    let u2f = Statement::FidoU2f(Attester::under(&maker, &Plan::default()).unwrap());
    let unknown = Statement::Unknown("new-format".to_owned());
    let untrusted: Verdict = Err(Reason::AttestationUntrusted);
    let unsupported: Verdict = Err(Reason::AttestationUnsupported);
    let none: Verdict = Ok(AttestationTrust::None);
    for (asked, roots, otherwise, [of_none, of_self, of_packed, of_u2f, of_unknown]) in [
        (Unasked, vec![], Refuse, [none, Ok(SelfSigned), Ok(Unverified), Ok(Unverified), Ok(Unverified)]),
        (
            Unasked,
            vec![&maker],
            Refuse,
            [none, Ok(SelfSigned), Ok(Unverified), Ok(Unverified), Ok(Unverified)],
        ),
        (Direct, vec![], Refuse, [none, Ok(SelfSigned), Ok(Unverified), Ok(Unverified), unsupported]),
        (Direct, vec![&maker], Refuse, [untrusted, untrusted, Ok(Trusted), Ok(Trusted), unsupported]),
        (
            Indirect,
            vec![&other, &maker],
            Refuse,
            [untrusted, untrusted, Ok(Trusted), Ok(Trusted), unsupported],
        ),
        (Direct, vec![&other], Refuse, [untrusted, untrusted, untrusted, untrusted, unsupported]),
        (Direct, vec![&other], Accept, [none, Ok(SelfSigned), Ok(Failed), Ok(Failed), unsupported]),
        (Direct, vec![&maker], Accept, [none, Ok(SelfSigned), Ok(Trusted), Ok(Trusted), unsupported]),
    ] {
        let rule = rule(&roots, otherwise);
        for (statement, expected) in [
            (Statement::None, of_none),
            (Statement::PackedSelf, of_self),
            (packed.clone(), of_packed),
            (u2f.clone(), of_u2f),
            (unknown.clone(), of_unknown),
        ] {
            let verdict = outcome(attesting(statement.clone()), asked, &rule);
            assert_eq!(verdict, expected, "{statement:?} {asked:?} {} {otherwise:?}", roots.len());
        }
    }
}

#[test]
fn a_key_of_an_algorithm_that_cannot_be_judged_is_refused_where_it_is_attested() {
    let maker = Authority::root("Maker").unwrap();
    let packed = Statement::Packed(Attester::under(&maker, &Plan::default()).unwrap());
    let trusted = rule(&[&maker], UntrustedAttestation::Refuse);
    for &algorithm in Algorithm::ALL {
        let expected = match algorithm {
            Algorithm::Es256 | Algorithm::Es384 | Algorithm::Rs256 => Ok(AttestationTrust::Trusted),
            _ => Err(Reason::AttestationUnsupported),
        };
        let fresh = Fresh::of(algorithm, attesting(packed.clone()));
        let direct = terms(AttestationConveyance::Direct);
        assert_eq!(judged(&fresh.json, &direct, &trusted), expected, "{algorithm:?}");
        let unasked = judged(&fresh.json, &terms(AttestationConveyance::None), &trusted);
        assert_eq!(unasked, Ok(AttestationTrust::Unverified), "{algorithm:?}");

        let own = Fresh::of(algorithm, attesting(Statement::PackedSelf));
        let nobody = AttestationRule::nobody();
        assert_eq!(judged(&own.json, &direct, &nobody), Ok(AttestationTrust::SelfSigned), "{algorithm:?}");
    }
    let settings = Settings { rsa_size: keystead_authenticator::RsaSize::Bits3072, ..attesting(packed) };
    let long = Fresh::of(Algorithm::Rs256, settings);
    let verdict = judged(&long.json, &terms(AttestationConveyance::Direct), &trusted);
    assert_eq!(verdict, Err(Reason::AttestationUnsupported));
}

#[test]
fn an_attester_signs_with_what_can_be_verified() {
    let maker = Authority::root("Maker").unwrap();
    for (algorithm, expected) in [
        (Algorithm::Es256, Ok(AttestationTrust::Trusted)),
        (Algorithm::Es384, Ok(AttestationTrust::Trusted)),
        (Algorithm::Rs256, Ok(AttestationTrust::Trusted)),
        (Algorithm::Es512, Err(Reason::AttestationUnsupported)),
        (Algorithm::Ed25519, Err(Reason::AttestationUnsupported)),
    ] {
        let attester = Attester::with_key(&maker, &Plan::default(), device::named(algorithm)).unwrap();
        let rule = rule(&[&maker], UntrustedAttestation::Refuse);
        let verdict = outcome(attesting(Statement::Packed(attester)), AttestationConveyance::Direct, &rule);
        assert_eq!(verdict, expected, "{algorithm:?}");
    }
}

#[test]
fn what_is_before_the_statement_is_as_strict_as_ever() {
    let maker = Authority::root("Maker").unwrap();
    let packed = Statement::Packed(Attester::under(&maker, &Plan::default()).unwrap());
    let trusted = rule(&[&maker], UntrustedAttestation::Refuse);
    let honest = attesting(packed);
    for (settings, expected) in [
        (honest.clone(), Ok(AttestationTrust::Trusted)),
        (Settings { extra_client_data: true, ..honest.clone() }, Ok(AttestationTrust::Trusted)),
        (Settings { extension_output: true, ..honest.clone() }, Ok(AttestationTrust::Trusted)),
        (Settings { user_presence: false, ..honest.clone() }, Err(Reason::UpRequired)),
        // Both are allowed; webauthn-rs-core reads neither.
        (Settings { byte_order_mark: true, ..honest.clone() }, Err(Reason::AttestationUnsupported)),
        (
            Settings { top_origin: Some(device::TOP.to_owned()), ..honest },
            Err(Reason::AttestationUnsupported),
        ),
    ] {
        let verdict = outcome(settings.clone(), AttestationConveyance::Direct, &trusted);
        assert_eq!(verdict, expected, "{settings:?}");
    }
}
