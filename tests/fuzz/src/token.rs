//! Tokens. An input that begins with a zero byte is the bytes of a ceremony, to be sealed; any other one is a token's text.

use std::{str, sync::LazyLock};

use keystead_ceremony::{Asked, AskedAuthentication, AskedRegistration, Sealed, Subject};
use keystead_domain::{
    AttestationConveyance, CallerId, CeremonyId, CeremonyKind, Epoch, Mediation, RelyingPartyId, TenantId,
    Timestamp, UserId, UserVerification,
};
use keystead_keyring::{Context, Keyring, Purpose, key_file::KeyFile};

use crate::known::{CHALLENGE, terms};

const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);
const TENANT: TenantId = TenantId::from_bytes([2; 16]);

/// A keyring whose one key is the same in every run.
static KEYRING: LazyLock<Keyring> = LazyLock::new(|| {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("keys.toml");
    KeyFile::generate(NOW, [3; KeyFile::RANDOM_LEN]).write_new(&path).expect("a key file");
    Keyring::open(&path, NOW).expect("a keyring")
});

/// Every token that was ever sealed, with what is in it.
static SEALED: LazyLock<Vec<(CeremonyKind, String, Vec<u8>)>> = LazyLock::new(|| {
    let seal = |sealed: &Sealed| (sealed.kind(), seal(sealed.kind(), &sealed.encode()), sealed.encode());
    ceremonies().iter().map(seal).collect()
});

/// What opens was sealed, and what decodes encodes to the same bytes. Says whether it opens or decodes.
///
/// # Panics
/// Where a property does not hold.
#[must_use]
pub fn check(input: &[u8]) -> bool {
    match input.split_first() {
        Some((0, bytes)) => sealed(bytes),
        _ => str::from_utf8(input).is_ok_and(text),
    }
}

/// The tokens that open.
#[must_use]
pub fn tokens() -> Vec<&'static str> {
    SEALED.iter().map(|(_, token, _)| token.as_str()).collect()
}

fn text(token: &str) -> bool {
    let opens = |kind| {
        let Ok(opened) = KEYRING.unseal(&context(kind), token, NOW) else { return false };
        let known =
            SEALED.iter().any(|known| (known.0, known.1.as_str(), &known.2) == (kind, token, &opened));
        assert!(known, "it opens and nobody sealed it");
        known
    };
    opens(CeremonyKind::Registration) || opens(CeremonyKind::Authentication)
}

fn sealed(bytes: &[u8]) -> bool {
    let decoded = Sealed::decode(bytes);
    if let Ok(ceremony) = &decoded {
        assert_eq!(ceremony.encode(), bytes, "one ceremony has one encoding");
    }
    if bytes.len() <= 512 {
        expect_kept_apart(bytes);
    }
    decoded.is_ok()
}

/// Sealed bytes open in their context, and in no other.
fn expect_kept_apart(bytes: &[u8]) {
    for (kind, other) in [
        (CeremonyKind::Registration, CeremonyKind::Authentication),
        (CeremonyKind::Authentication, CeremonyKind::Registration),
    ] {
        let token = seal(kind, bytes);
        let open = |context: Context<'_>| KEYRING.unseal(&context, &token, NOW);
        assert_eq!(open(context(kind)).as_deref(), Ok(bytes));
        assert!(open(context(other)).is_err(), "another ceremony's");
        assert!(open(Context { tenant_id: None, ..context(kind) }).is_err(), "another tenant's");
        assert!(open(Context { restore_epoch: 8, ..context(kind) }).is_err(), "of before a restore");
    }
}

fn seal(kind: CeremonyKind, bytes: &[u8]) -> String {
    KEYRING.seal(&context(kind), bytes, [5; 12], NOW).expect("a token")
}

const fn context(kind: CeremonyKind) -> Context<'static> {
    Context {
        purpose: Purpose::Ceremony(kind),
        instance_id: [6; 16],
        restore_epoch: 7,
        tenant_id: Some(TENANT),
        label: &[],
    }
}

/// Ceremonies of both kinds, for anyone, for nobody who is known, and for a user.
#[must_use]
pub fn ceremonies() -> Vec<Sealed> {
    let login = Asked::Authentication(AskedAuthentication {
        user_verification: UserVerification::Preferred,
        mediation: Mediation::Modal,
    });
    let registration = Asked::Registration(AskedRegistration { terms: terms(AttestationConveyance::Direct) });
    let user = Subject::User { id: UserId::from_bytes([4; 16]), epoch: Epoch(3) };
    let of = |asked: &Asked, subject, binding| Sealed {
        ceremony_id: CeremonyId::from_bytes([8; 16]),
        relying_party_id: RelyingPartyId::from_bytes([1; 16]),
        caller_id: CallerId::from_bytes([9; 16]),
        challenge: CHALLENGE,
        subject,
        binding,
        asked: asked.clone(),
        sealed_at: NOW,
        expires_at: Timestamp::from_micros(NOW.micros() + 300_000_000),
    };
    vec![
        of(&login, Subject::Anyone, None),
        of(&login, Subject::Unknown, Some([1; 32])),
        of(&login, user, None),
        of(&registration, user, Some([1; 32])),
    ]
}
