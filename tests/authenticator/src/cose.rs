//! Public keys as authenticators send them: `COSE_Key` in CTAP2's canonical order (§6.5.1.1).

use crate::{Algorithm, Error, Fault, cbor::Value, fault::other};

const KEY_TYPE: i64 = 1;
const CURVE: i64 = -1;
const X: i64 = -2;
const Y: i64 = -3;

/// A public key's members.
#[derive(Clone, Debug)]
pub(crate) struct CoseKey {
    algorithm: Algorithm,
    members: Vec<(i64, Value)>,
}

impl CoseKey {
    /// An elliptic-curve key of an uncompressed point.
    pub(crate) fn ec2(algorithm: Algorithm, point: &[u8]) -> Self {
        let curve = match algorithm {
            Algorithm::Es384 => 2,
            Algorithm::Es512 => 3,
            _ => 1,
        };
        let (x, y) = point[1..].split_at(point.len() / 2);
        Self::new(algorithm, 2, vec![(CURVE, Value::Int(curve)), bytes(X, x), bytes(Y, y)])
    }

    /// An Ed25519 key.
    pub(crate) fn okp(x: &[u8]) -> Self {
        Self::new(Algorithm::Ed25519, 1, vec![(CURVE, Value::Int(6)), bytes(X, x)])
    }

    /// An RSA key; modulus and exponent have the labels -1 and -2 (RFC 8230 §4).
    pub(crate) fn rsa(modulus: &[u8], exponent: &[u8]) -> Self {
        Self::new(Algorithm::Rs256, 3, vec![bytes(-1, modulus), bytes(-2, exponent)])
    }

    /// A key of an algorithm that needs no further parameters (RFC 9964).
    pub(crate) fn akp(algorithm: Algorithm, key: &[u8]) -> Self {
        Self::new(algorithm, 7, vec![bytes(-1, key)])
    }

    fn new(algorithm: Algorithm, key_type: i64, rest: Vec<(i64, Value)>) -> Self {
        let mut members = vec![(KEY_TYPE, Value::Int(key_type)), (3, Value::Int(algorithm.cose()))];
        members.extend(rest);
        Self { algorithm, members }
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let members = self.members.iter().map(|(label, value)| (Value::Int(*label), value.clone()));
        Value::Map(members.collect()).encode()
    }

    /// The key with a fault, if it is one of keys.
    pub(crate) fn with(mut self, fault: Option<Fault>) -> Result<Self, Error> {
        use Algorithm::{Ed25519, Es256, Es384, Es512, MlDsa44, MlDsa65, MlDsa87, Rs256};
        let (Some(fault), algorithm) = (fault, self.algorithm) else { return Ok(self) };
        match (fault, algorithm) {
            (Fault::KeyType, Es256 | Es384 | Es512) => self.set(KEY_TYPE, &Value::Int(1)),
            (Fault::KeyType, _) => self.set(KEY_TYPE, &Value::Int(2)),
            (Fault::KeyCurve, Es256) => self.set(CURVE, &Value::Int(2)),
            (Fault::KeyCurve, Es384 | Es512) => self.set(CURVE, &Value::Int(1)),
            // X25519: a curve of the same key type, with which nothing is signed.
            (Fault::KeyCurve, Ed25519) => self.set(CURVE, &Value::Int(4)),
            (Fault::PointOffCurve, Es256 | Es384 | Es512) => self.edit(Y, |y| *y = other(y)),
            (Fault::ShortKey, Rs256) => self.edit(-1, |n| drop(n.drain(..n.len() - 128))),
            (Fault::ShortKey, MlDsa44 | MlDsa65 | MlDsa87) => self.shorten(-1),
            (Fault::ShortKey, _) => self.shorten(X),
            (Fault::KeyCurve | Fault::PointOffCurve, _) => return Err(Error::FaultDoesNotApply(fault)),
            _ => {}
        }
        Ok(self)
    }

    fn set(&mut self, label: i64, value: &Value) {
        for (other, old) in &mut self.members {
            if *other == label {
                old.clone_from(value);
            }
        }
    }

    /// Leaves out the first byte.
    fn shorten(&mut self, label: i64) {
        self.edit(label, |bytes| drop(bytes.drain(..1)));
    }

    fn edit(&mut self, label: i64, change: impl Fn(&mut Vec<u8>)) {
        for (other, value) in &mut self.members {
            if let Value::Bytes(bytes) = value
                && *other == label
            {
                change(bytes);
            }
        }
    }
}

fn bytes(label: i64, bytes: &[u8]) -> (i64, Value) {
    (label, Value::Bytes(bytes.to_vec()))
}
