//! Who vouches for makers of authenticators: certificate authorities of tests (RFC 5280).

use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, IsCa, Issuer,
    KeyUsagePurpose, PublicKeyData, SignatureAlgorithm, date_time_ymd,
};

use crate::{Algorithm, Credential, Error, key::KeyPair};

/// A certificate authority with a P-256 key, valid from 2020 to 2120.
pub struct Authority {
    certificate: Vec<u8>,
    issuer: Issuer<'static, rcgen::KeyPair>,
}

/// What a certificate says.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Country, organisation, unit and name of the subject, as WebAuthn §8.2.1 wants them; `None`: the subject is empty.
    pub subject: Option<[String; 4]>,
    /// The first and the last year in which it is valid.
    pub years: (i32, i32),
    /// Basic constraints: whether it is an authority's; `None`: the extension is missing.
    pub is_authority: Option<bool>,
    /// Further extensions.
    pub extensions: Vec<Extension>,
}

/// An extension of a certificate.
#[derive(Clone, Debug)]
pub struct Extension {
    /// Its object identifier.
    pub oid: &'static [u64],
    /// Whether nobody may overlook it.
    pub critical: bool,
    /// Its content, DER.
    pub content: Vec<u8>,
}

impl Extension {
    /// `id-fido-gen-ce-aaguid` (§8.2.1): the model that the certificate is for.
    #[must_use]
    pub fn aaguid(aaguid: [u8; 16]) -> Self {
        let content = [&[0x04, 16][..], &aaguid].concat();
        Self { oid: &[1, 3, 6, 1, 4, 1, 45724, 1, 1, 4], critical: false, content }
    }
}

impl Default for Plan {
    /// An attestation certificate as WebAuthn §8.2.1 asks for it.
    fn default() -> Self {
        Self {
            subject: Some(["DE", "Keystead", "Authenticator Attestation", "Test batch"].map(str::to_owned)),
            years: (2020, 2120),
            is_authority: Some(false),
            extensions: Vec::new(),
        }
    }
}

impl Authority {
    /// A root.
    ///
    /// # Errors
    /// [`Error::Cryptography`].
    pub fn root(name: &str) -> Result<Self, Error> {
        let (params, key) = (authority(name), rcgen::KeyPair::generate()?);
        let certificate = params.self_signed(&key)?.der().to_vec();
        Ok(Self { certificate, issuer: Issuer::new(params, key) })
    }

    /// An authority that this one vouches for.
    ///
    /// # Errors
    /// [`Error::Cryptography`].
    pub fn subordinate(&self, name: &str) -> Result<Self, Error> {
        let (params, key) = (authority(name), rcgen::KeyPair::generate()?);
        let certificate = params.signed_by(&key, &self.issuer)?.der().to_vec();
        Ok(Self { certificate, issuer: Issuer::new(params, key) })
    }

    /// Its certificate, DER.
    #[must_use]
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// A certificate for a credential's own key: what Apple and Android make of each (§8.4, §8.8).
    ///
    /// # Errors
    /// [`Error::Cryptography`], also for keys other than P-256, P-384 and RSA.
    pub fn certify(&self, credential: &Credential, plan: &Plan) -> Result<Vec<u8>, Error> {
        self.issue(&credential.key, plan)
    }

    pub(crate) fn issue(&self, key: &KeyPair, plan: &Plan) -> Result<Vec<u8>, Error> {
        let subject = Subject::of(key)?;
        Ok(plan.params().signed_by(&subject, &self.issuer)?.der().to_vec())
    }
}

fn authority(name: &str) -> CertificateParams {
    let mut params = Plan::default().params();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

impl Plan {
    fn params(&self) -> CertificateParams {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        let types = [
            DnType::CountryName,
            DnType::OrganizationName,
            DnType::OrganizationalUnitName,
            DnType::CommonName,
        ];
        for (kind, value) in types.into_iter().zip(self.subject.iter().flatten()) {
            params.distinguished_name.push(kind, value.as_str());
        }
        (params.not_before, params.not_after) =
            (date_time_ymd(self.years.0, 1, 1), date_time_ymd(self.years.1, 12, 31));
        params.is_ca = match self.is_authority {
            Some(true) => IsCa::Ca(BasicConstraints::Unconstrained),
            Some(false) => IsCa::ExplicitNoCa,
            None => IsCa::NoCa,
        };
        params.custom_extensions = self.extensions.iter().map(custom).collect();
        params
    }
}

fn custom(extension: &Extension) -> CustomExtension {
    let mut custom = CustomExtension::from_oid_content(extension.oid, extension.content.clone());
    custom.set_criticality(extension.critical);
    custom
}

/// A public key as certificates carry it.
struct Subject {
    algorithm: &'static SignatureAlgorithm,
    bytes: Vec<u8>,
}

impl Subject {
    fn of(key: &KeyPair) -> Result<Self, Error> {
        let algorithm = match key.algorithm() {
            Algorithm::Es256 => &rcgen::PKCS_ECDSA_P256_SHA256,
            Algorithm::Es384 => &rcgen::PKCS_ECDSA_P384_SHA384,
            Algorithm::Es512 => &rcgen::PKCS_ECDSA_P521_SHA512,
            Algorithm::Rs256 => &rcgen::PKCS_RSA_SHA256,
            Algorithm::Ed25519 => &rcgen::PKCS_ED25519,
            _ => return Err(Error::Cryptography),
        };
        Ok(Self { algorithm, bytes: key.public_key().to_vec() })
    }
}

impl PublicKeyData for Subject {
    fn der_bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        self.algorithm
    }
}
