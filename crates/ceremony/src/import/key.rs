//! A public key that must be able to log in later.

use keystead_domain::{Algorithm, Reason};

use crate::{
    cbor::{self, Value},
    import::Refused,
    signature::PublicKey,
};

const FIELD: &str = "public_key";

/// The algorithm of a `COSE_Key`. `stated` is the COSE number that the row gives beside it; 0: none.
pub(super) fn algorithm(key: &[u8], stated: i32) -> Result<Algorithm, Refused> {
    if key.is_empty() {
        return Err(Refused::field(FIELD, "is missing"));
    }
    let algorithm = PublicKey::parse(key).map_err(|reason| refused(reason, key))?.algorithm();
    if stated != 0 && stated != algorithm.cose() {
        return Err(Refused::of(Reason::PublicKeyAlgorithmMismatch, "algorithm", "is not the public key's"));
    }
    Ok(algorithm)
}

fn refused(reason: Reason, key: &[u8]) -> Refused {
    match reason {
        Reason::AlgorithmNotOffered => {
            Refused::of(Reason::AlgorithmUnsupported, FIELD, "is of an algorithm that is not supported")
        }
        Reason::PublicKeyMalformed if is_rsa_of_another_size(key) => Refused::of(
            Reason::AlgorithmUnsupported,
            FIELD,
            "is an RSA key of fewer than 2048 or more than 8192 bits",
        ),
        Reason::PublicKeyAlgorithmMismatch => {
            Refused::of(reason, FIELD, "is of a type or curve that does not fit its algorithm")
        }
        _ => Refused::of(reason, FIELD, "is not a COSE_Key, or not on its curve"),
    }
}

/// The reader of keys takes a modulus of another length for a malformed one; whoever owns such a key is told more.
fn is_rsa_of_another_size(key: &[u8]) -> bool {
    let Ok(Value::Map(map)) = cbor::read_all(key) else { return false };
    let (Some(Value::Int(-257)), Some(Value::Bytes(modulus))) = (map.label(3), map.label(-1)) else {
        return false;
    };
    let zeros = modulus.iter().take_while(|byte| **byte == 0).count();
    !(2048 / 8..=8192 / 8).contains(&(modulus.len() - zeros))
}
