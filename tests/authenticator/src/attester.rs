//! Who attests keys: the attestation key of a batch of authenticators.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{Algorithm, Authority, Error, Plan, RsaSize, key::KeyPair, random::Random};

static MADE: AtomicU64 = AtomicU64::new(0);

/// An attestation key with its certificates. No two have the same key, but for RSA, of which there is one.
#[derive(Clone)]
pub struct Attester {
    key: Arc<KeyPair>,
    /// What statements carry: its own certificate, then that of whom signed it, and so on; DER.
    pub certificates: Vec<Vec<u8>>,
}

impl Attester {
    /// An attester that an authority vouches for, with a P-256 key.
    ///
    /// # Errors
    /// [`Error::Cryptography`].
    pub fn under(authority: &Authority, plan: &Plan) -> Result<Self, Error> {
        Self::with_key(authority, plan, Algorithm::Es256)
    }

    /// An attester with a key of another algorithm.
    ///
    /// # Errors
    /// [`Error::Cryptography`], also for ML-DSA, which certificates of today do not carry.
    pub fn with_key(authority: &Authority, plan: &Plan, algorithm: Algorithm) -> Result<Self, Error> {
        let seed = MADE.fetch_add(1, Ordering::Relaxed);
        let key = KeyPair::generate(algorithm, RsaSize::Bits2048, &mut Random::new(seed))?;
        let certificate = authority.issue(&key, plan)?;
        Ok(Self { key: Arc::new(key), certificates: vec![certificate] })
    }

    /// The algorithm of its key.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.key.algorithm()
    }

    /// Signs any bytes.
    ///
    /// # Errors
    /// [`Error::Cryptography`].
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        self.key.sign(message)
    }
}

impl fmt::Debug for Attester {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attester({:?}, {} certificates)", self.key, self.certificates.len())
    }
}

/// Two are the same where they show the same certificates.
impl PartialEq for Attester {
    fn eq(&self, other: &Self) -> bool {
        self.certificates == other.certificates
    }
}

impl Eq for Attester {}
