//! Attestation objects (§6.5.4) and the statements in them (§8).

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair},
};

use crate::{Algorithm, Attester, Error, Fault, Statement, cbor::Value, fault::other, key::KeyPair};

const BATCH_KEY: &[u8] = include_bytes!("../keys/batch.der");
const BATCH_CERTIFICATE: &[u8] = include_bytes!("../keys/batch_certificate.der");

/// What a statement is made of.
pub(crate) struct Attestation<'a> {
    pub(crate) statement: &'a Statement,
    pub(crate) key: &'a KeyPair,
    pub(crate) authenticator_data: &'a [u8],
    pub(crate) client_data_hash: &'a [u8],
    pub(crate) fault: Option<Fault>,
}

impl Attestation<'_> {
    /// The attestation object. A fault of packed self attestation makes it one, whatever the settings.
    pub(crate) fn encode(&self) -> Result<Vec<u8>, Error> {
        let (format, statement) = match self.fault {
            Some(Fault::NoneWithStatement) => ("none", Value::members([("sig", Value::Bytes(vec![0; 8]))])),
            Some(Fault::StatementIncomplete | Fault::StatementAlgorithm | Fault::StatementSignature) => {
                ("packed", self.packed_self()?)
            }
            _ => self.statement()?,
        };
        let statement =
            if self.fault == Some(Fault::StatementNotMap) { Value::Array(vec![]) } else { statement };
        let mut object = Value::members([
            ("fmt", Value::text(format)),
            ("attStmt", statement),
            ("authData", Value::Bytes(self.authenticator_data.to_vec())),
        ])
        .encode();
        match self.fault {
            Some(Fault::BrokenCbor) => drop(object.pop()),
            Some(Fault::AttestationTrailing) => object.push(0),
            _ => {}
        }
        Ok(object)
    }

    fn statement(&self) -> Result<(&str, Value), Error> {
        Ok(match self.statement {
            Statement::None => ("none", Value::Map(vec![])),
            Statement::PackedSelf => ("packed", self.packed_self()?),
            Statement::PackedBatch => ("packed", self.packed_batch()?),
            Statement::Packed(attester) => ("packed", self.packed(attester)?),
            Statement::FidoU2f(attester) => ("fido-u2f", self.fido_u2f(attester)?),
            Statement::Unknown(format) => (format, Value::members([("unknown", Value::Bytes(vec![7; 32]))])),
        })
    }

    fn packed_self(&self) -> Result<Value, Error> {
        let signature = self.key.sign(&self.signed())?;
        let algorithm = self.key.algorithm();
        let another = if algorithm == Algorithm::Es256 { Algorithm::Ed25519 } else { Algorithm::Es256 };
        let algorithm = Value::Int(
            if self.fault == Some(Fault::StatementAlgorithm) { another } else { algorithm }.cose(),
        );
        Ok(match self.fault {
            Some(Fault::StatementIncomplete) => Value::members([("alg", algorithm)]),
            Some(Fault::StatementSignature) => {
                Value::members([("alg", algorithm), ("sig", Value::Bytes(other(&signature)))])
            }
            _ => Value::members([("alg", algorithm), ("sig", Value::Bytes(signature))]),
        })
    }

    fn packed_batch(&self) -> Result<Value, Error> {
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, BATCH_KEY)?;
        let signature = key.sign(&SystemRandom::new(), &self.signed())?;
        Ok(Value::members([
            ("alg", Value::Int(Algorithm::Es256.cose())),
            ("sig", Value::Bytes(signature.as_ref().to_vec())),
            ("x5c", Value::Array(vec![Value::Bytes(BATCH_CERTIFICATE.to_vec())])),
        ]))
    }

    fn packed(&self, attester: &Attester) -> Result<Value, Error> {
        Ok(Value::members([
            ("alg", Value::Int(attester.algorithm().cose())),
            ("sig", Value::Bytes(attester.sign(&self.signed())?)),
            ("x5c", certificates(attester)),
        ]))
    }

    /// Older than WebAuthn: what is signed is put together of its own (FIDO U2F Raw Message Formats §4.3).
    fn fido_u2f(&self, attester: &Attester) -> Result<Value, Error> {
        if self.key.algorithm() != Algorithm::Es256 {
            return Err(Error::NotAllowed("a U2F key is of P-256"));
        }
        let (rp_id_hash, id) = (&self.authenticator_data[..32], self.credential_id());
        let signed = [&[0][..], rp_id_hash, self.client_data_hash, id, self.key.public_key()].concat();
        Ok(Value::members([("sig", Value::Bytes(attester.sign(&signed)?)), ("x5c", certificates(attester))]))
    }

    /// After RP ID hash, flags, counter and AAGUID, with its length before it.
    fn credential_id(&self) -> &[u8] {
        let (length, rest) = self.authenticator_data[53..].split_at(2);
        &rest[..usize::from(length[0]) << 8 | usize::from(length[1])]
    }

    fn signed(&self) -> Vec<u8> {
        [self.authenticator_data, self.client_data_hash].concat()
    }
}

fn certificates(attester: &Attester) -> Value {
    Value::Array(attester.certificates.iter().cloned().map(Value::Bytes).collect())
}
