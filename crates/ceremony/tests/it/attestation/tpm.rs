//! TPM statements (§8.3) as a TPM makes them, and with one part changed before it is signed.

use ciborium::Value as Cbor;
use keystead_authenticator::{self as soft, Attester, Authority, Extension, Plan, Settings};
use keystead_domain::{Algorithm, AttestationTrust, Reason};

use super::{
    Verdict,
    device::{Fresh, der},
    statements::verdict,
};
use crate::response::sha256;

const TRUSTED: Verdict = Ok(AttestationTrust::Trusted);
const MALFORMED: Verdict = Err(Reason::AttestationStatementMalformed);
const FALSE: Verdict = Err(Reason::AttestationSignatureInvalid);
const UNSUPPORTED: Verdict = Err(Reason::AttestationUnsupported);

/// What is changed of a statement, how, and what it comes to then.
type Case = (&'static str, fn(&mut Tpm), Verdict);

/// The parts of a statement, the later ones made of the earlier.
struct Tpm {
    version: &'static str,
    algorithm: i64,
    public_area: Vec<u8>,
    made: [u8; 6],
    extra_data: Vec<u8>,
    name: Vec<u8>,
    signed_elsewhere: bool,
}

fn sized(bytes: &[u8]) -> Vec<u8> {
    [&u16::try_from(bytes.len()).unwrap().to_be_bytes()[..], bytes].concat()
}

/// The key as the TPM marshals it: without policy, cipher or scheme.
fn public_area(fresh: &Fresh, algorithm: Algorithm) -> Vec<u8> {
    let cose = fresh.credential.public_key();
    let null = [0, 0x10];
    let head = |kind: u8| [&[0, kind, 0, 0x0b, 0, 6, 4, 0x72], &sized(&[])[..], &null, &null].concat();
    if algorithm == Algorithm::Rs256 {
        [&head(0x01)[..], &[8, 0], &[0; 4], &sized(&cose[11..267])].concat()
    } else {
        [&head(0x23)[..], &[0, 3], &null, &sized(&cose[10..42]), &sized(&cose[45..77])].concat()
    }
}

fn tpm(fresh: &Fresh, algorithm: Algorithm, attester: &Attester) -> Tpm {
    let public_area = public_area(fresh, algorithm);
    let signed = fresh.signed();
    let extra_data = match attester.algorithm() {
        soft::Algorithm::Es384 => {
            aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA384, &signed).as_ref().to_vec()
        }
        _ => sha256(&signed),
    };
    Tpm {
        version: "2.0",
        algorithm: attester.algorithm().cose(),
        made: *b"\xffTCG\x80\x17",
        extra_data,
        name: [&[0, 0x0b], &sha256(&public_area)[..]].concat(),
        public_area,
        signed_elsewhere: false,
    }
}

impl Tpm {
    fn statement(&self, attester: &Attester) -> Vec<(String, Cbor)> {
        let cert_info = [
            &self.made[..],
            &sized(b"signer"),
            &sized(&self.extra_data),
            &[0; 25],
            &sized(&self.name),
            &sized(b"qualified"),
        ]
        .concat();
        let signed = if self.signed_elsewhere { b"something else".to_vec() } else { cert_info.clone() };
        let certificates = attester.certificates.iter().cloned().map(Cbor::Bytes).collect();
        let members: [(&str, Cbor); 6] = [
            ("ver", self.version.into()),
            ("alg", self.algorithm.into()),
            ("x5c", Cbor::Array(certificates)),
            ("sig", Cbor::Bytes(attester.sign(&signed).unwrap())),
            ("certInfo", cert_info.into()),
            ("pubArea", self.public_area.clone().into()),
        ];
        members.map(|(name, value)| (name.to_owned(), value)).into()
    }
}

/// Names of the device (TCG EK Credential Profile §3.1.2), by the last number of their identifiers.
fn device_names(critical: bool, numbers: &[u8]) -> Extension {
    let name = |number: &u8| {
        let identifier = der(0x06, &[0x67, 0x81, 0x05, 0x02, *number]);
        der(0x31, &der(0x30, &[identifier, der(0x0c, b"id:00000000")].concat()))
    };
    let names: Vec<u8> = numbers.iter().flat_map(name).collect();
    Extension { oid: &[2, 5, 29, 17], critical, content: der(0x30, &der(0xa4, &der(0x30, &names))) }
}

/// What the key of the certificate is for, by the last number of the identifier; 3: to attest for a TPM.
fn usage(number: u8) -> Extension {
    let content = der(0x30, &der(0x06, &[0x67, 0x81, 0x05, 0x08, number]));
    Extension { oid: &[2, 5, 29, 37], critical: false, content }
}

fn plan() -> Plan {
    Plan { subject: None, extensions: vec![device_names(true, &[1, 2, 3]), usage(3)], ..Plan::default() }
}

fn outcome(
    algorithm: Algorithm,
    attester: &Attester,
    maker: &Authority,
    change: impl FnOnce(&mut Tpm),
) -> Verdict {
    let fresh = Fresh::of(algorithm, Settings::default());
    let mut parts = tpm(&fresh, algorithm, attester);
    change(&mut parts);
    verdict(&fresh.with("tpm", parts.statement(attester)), maker)
}

#[test]
fn a_tpm_of_every_kind_of_key_is_trusted() {
    let maker = Authority::root("Maker").unwrap();
    for signer in [soft::Algorithm::Es256, soft::Algorithm::Es384, soft::Algorithm::Rs256] {
        let attester = Attester::with_key(&maker, &plan(), signer).unwrap();
        for algorithm in [Algorithm::Es256, Algorithm::Rs256] {
            assert_eq!(outcome(algorithm, &attester, &maker, |_| {}), TRUSTED, "{signer:?} {algorithm:?}");
        }
    }
}

#[test]
fn a_key_that_may_leave_its_tpm_is_not_trusted_whoever_certifies_it() {
    let maker = Authority::root("Maker").unwrap();
    let attester = Attester::with_key(&maker, &plan(), soft::Algorithm::Rs256).unwrap();
    for bit in [1, 4, 5] {
        let unbound = |it: &mut Tpm| {
            it.public_area[7] &= !(1 << bit);
            it.name = [&[0, 0x0b], &sha256(&it.public_area)[..]].concat();
        };
        let verdict = outcome(Algorithm::Es256, &attester, &maker, unbound);
        assert_eq!(verdict, Err(Reason::AttestationUntrusted), "bit {bit}");
    }
}

#[test]
fn a_tpm_statement_holds_part_by_part() {
    let maker = Authority::root("Maker").unwrap();
    let attester = Attester::with_key(&maker, &plan(), soft::Algorithm::Rs256).unwrap();
    let cases: [Case; 12] = [
        ("nothing", |_| {}, TRUSTED),
        ("another version", |it| it.version = "3.0", UNSUPPORTED),
        ("SHA-1", |it| it.algorithm = -65535, UNSUPPORTED),
        ("the algorithm of other keys", |it| it.algorithm = -7, MALFORMED),
        ("another key", |it| *it.public_area.last_mut().unwrap() ^= 1, MALFORMED),
        ("a key that is none", |it| it.public_area.truncate(20), MALFORMED),
        ("a name by SHA-1", |it| it.public_area[3] = 4, UNSUPPORTED),
        ("another name", |it| it.name[9] ^= 1, MALFORMED),
        ("another registration", |it| it.extra_data[0] ^= 1, MALFORMED),
        ("not of a TPM", |it| it.made[0] = 0xfe, MALFORMED),
        ("a quote", |it| it.made[5] = 0x18, MALFORMED),
        ("another signature", |it| it.signed_elsewhere = true, FALSE),
    ];
    for (name, change, expected) in cases {
        assert_eq!(outcome(Algorithm::Es256, &attester, &maker, change), expected, "{name}");
    }
    let fresh = Fresh::of(Algorithm::Es256, Settings::default());
    let whole = tpm(&fresh, Algorithm::Es256, &attester).statement(&attester);
    for (name, _) in &whole {
        let without = whole.iter().filter(|(key, _)| key != name).cloned().collect();
        assert_eq!(verdict(&fresh.with("tpm", without), &maker), MALFORMED, "without {name}");
    }
}

#[test]
fn a_tpms_certificate_says_what_it_must() {
    let maker = Authority::root("Maker").unwrap();
    let saying = |extensions: Vec<Extension>| Plan { extensions, ..plan() };
    let names = || device_names(true, &[1, 2, 3]);
    let own = Settings::default().aaguid;
    for (name, plan, expected) in [
        ("as it must", plan(), TRUSTED),
        ("its model", saying(vec![names(), usage(3), Extension::aaguid(own)]), TRUSTED),
        ("another model", saying(vec![names(), usage(3), Extension::aaguid([7; 16])]), MALFORMED),
        ("a subject", Plan { subject: Plan::default().subject, ..plan() }, MALFORMED),
        ("no device", saying(vec![usage(3)]), MALFORMED),
        ("a device by the way", saying(vec![device_names(false, &[1, 2, 3]), usage(3)]), MALFORMED),
        ("a device without firmware", saying(vec![device_names(true, &[1, 2]), usage(3)]), MALFORMED),
        ("no usage", saying(vec![names()]), MALFORMED),
        ("another usage", saying(vec![names(), usage(1)]), MALFORMED),
        ("an authority", Plan { is_authority: Some(true), ..plan() }, MALFORMED),
        ("nothing of authorities", Plan { is_authority: None, ..plan() }, MALFORMED),
    ] {
        let attester = Attester::under(&maker, &plan).unwrap();
        assert_eq!(outcome(Algorithm::Es256, &attester, &maker, |_| {}), expected, "{name}");
    }
}
