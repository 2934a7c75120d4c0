//! A credential that does not exist is answered like one whose signature is bad.

use keystead_ceremony::assertion::Response;
use keystead_domain::{Algorithm, Reason};

use crate::response::Assertion;

#[test]
fn a_decoys_signature_is_invalid_whoever_signed() {
    for &algorithm in Algorithm::ALL {
        let honest = Assertion::of(algorithm);
        for signature in [None, Some(vec![]), Some(vec![0x30, 0x06, 2, 1, 1, 2, 1, 1])] {
            let case = Assertion { signature, ..honest.clone() };
            let response = Response::from_parts(case.parts()).unwrap();
            assert_eq!(response.check(&case.rp).unwrap().verify_decoy(), Reason::SignatureInvalid);
        }
    }
}
