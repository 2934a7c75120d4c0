use std::{fs, os::unix::fs::PermissionsExt, time::Duration};

use keystead_domain::{CeremonyKind, TenantId};
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::{Purpose, key_file::KeyId};

const NONCE: [u8; 12] = [9; 12];
const LOGIN: Purpose = Purpose::Ceremony(CeremonyKind::Authentication);

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_micros(1_795_521_600_000_000).plus(Duration::from_secs(seconds))
}

fn context() -> Context<'static> {
    Context {
        purpose: LOGIN,
        instance_id: [3; 16],
        restore_epoch: 7,
        tenant_id: Some(TenantId::from_bytes([4; 16])),
        label: b"label",
    }
}

/// A directory with a key file, and the value that was last written to it.
struct Site {
    directory: TempDir,
    file: KeyFile,
}

impl Site {
    fn new() -> Self {
        let site = Self { directory: TempDir::new().unwrap(), file: KeyFile::generate(at(0), [1; 36]) };
        site.file.write_new(&site.path()).unwrap();
        site
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("keys.toml")
    }

    fn open(&self) -> Keyring {
        Keyring::open(&self.path(), at(0)).unwrap()
    }

    /// Replaces all keys by one made of this byte.
    fn rotate(&mut self, byte: u8) {
        self.file.rotate_now(at(0), [byte; 36]).unwrap();
        self.file.save(&self.path()).unwrap();
    }
}

fn seal(keyring: &Keyring, now: Timestamp) -> String {
    keyring.seal(&context(), b"plaintext", NONCE, now).unwrap()
}

fn key_of(token: &str) -> KeyId {
    Token::decode(token, 4096).unwrap().key_id
}

/// A well-formed token of a key that nobody has.
fn forged(key: u8) -> String {
    Token { key_id: KeyId::from_bytes([key; 4]), nonce: NONCE, sealed: vec![0; 40] }.encode()
}

#[test]
fn what_was_sealed_is_opened_in_the_same_context() {
    let keyring = Site::new().open();
    for plaintext in [&b""[..], b"x", &[5; 256], &[5; 700]] {
        let token = keyring.seal(&context(), plaintext, NONCE, at(0)).unwrap();
        assert_eq!(keyring.unseal(&context(), &token, at(1)).unwrap(), plaintext);
    }
}

/// Fixes the derivation, the associated data and the layout: a change of any would kill every open token of an
/// installation that upgrades.
#[test]
fn token_of_fixed_inputs_never_changes() {
    let keyring = Site::new().open();
    assert_eq!(seal(&keyring, at(0)), "AQEBAQEJCQkJCQkJCQkJCQm9gizSSFG8EFH9bFlQvbfvCre-Eq6jFxx8");
}

#[test]
fn a_token_opens_in_no_other_context() {
    let keyring = Site::new().open();
    let other_tenant = TenantId::from_bytes([5; 16]);
    let contexts = [
        context(),
        Context { purpose: Purpose::Ceremony(CeremonyKind::Registration), ..context() },
        Context { purpose: Purpose::Page, ..context() },
        Context { instance_id: [4; 16], ..context() },
        Context { restore_epoch: 8, ..context() },
        Context { restore_epoch: 6, ..context() },
        Context { tenant_id: Some(other_tenant), ..context() },
        Context { tenant_id: None, ..context() },
        Context { label: b"", ..context() },
        Context { label: b"label\0", ..context() },
        Context { tenant_id: None, label: &[4; 16], ..context() },
    ];
    for (i, sealed_in) in contexts.iter().enumerate() {
        let token = keyring.seal(sealed_in, b"plaintext", NONCE, at(0)).unwrap();
        for (j, opened_in) in contexts.iter().enumerate() {
            let opened = keyring.unseal(opened_in, &token, at(0));
            let expected = if i == j { Ok(b"plaintext".to_vec()) } else { Err(UnsealError::Invalid) };
            assert_eq!(opened, expected, "sealed in {i}, opened in {j}");
        }
    }
}

#[test]
fn every_bit_of_what_is_bound_matters() {
    let keyring = Site::new().open();
    let token = seal(&keyring, at(0));
    for bit in 0..128 {
        let mut bytes = context().instance_id;
        bytes[bit / 8] ^= 1 << (bit % 8);
        let other = Context { instance_id: bytes, ..context() };
        assert_eq!(keyring.unseal(&other, &token, at(0)), Err(UnsealError::Invalid), "instance bit {bit}");

        let mut bytes = [4; 16];
        bytes[bit / 8] ^= 1 << (bit % 8);
        let other = Context { tenant_id: Some(TenantId::from_bytes(bytes)), ..context() };
        assert_eq!(keyring.unseal(&other, &token, at(0)), Err(UnsealError::Invalid), "tenant bit {bit}");
    }
    for bit in 0..64 {
        let other = Context { restore_epoch: context().restore_epoch ^ (1 << bit), ..context() };
        assert_eq!(keyring.unseal(&other, &token, at(0)), Err(UnsealError::Invalid), "epoch bit {bit}");
    }
    for bit in 0..context().label.len() * 8 {
        let mut label = context().label.to_vec();
        label[bit / 8] ^= 1 << (bit % 8);
        let other = Context { label: &label, ..context() };
        assert_eq!(keyring.unseal(&other, &token, at(0)), Err(UnsealError::Invalid), "label bit {bit}");
    }
}

#[test]
fn every_bit_of_a_token_matters() {
    let keyring = Site::new().open();
    let token = Token::decode(&seal(&keyring, at(0)), 4096).unwrap();
    for bit in 0..token.sealed.len() * 8 {
        let mut bent = token.clone();
        bent.sealed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(keyring.unseal(&context(), &bent.encode(), at(0)), Err(UnsealError::Invalid), "{bit}");
    }
    for bit in 0..96 {
        let mut bent = token.clone();
        bent.nonce[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(keyring.unseal(&context(), &bent.encode(), at(0)), Err(UnsealError::Invalid), "{bit}");
    }
}

#[test]
fn a_token_relabelled_with_another_known_key_is_invalid() {
    let mut site = Site::new();
    site.file.add(at(0), [2; 36]).unwrap();
    site.file.save(&site.path()).unwrap();
    let keyring = site.open();
    let mut token = Token::decode(&seal(&keyring, at(0)), 4096).unwrap();
    token.key_id = KeyId::from_bytes([2; 4]);
    assert_eq!(keyring.unseal(&context(), &token.encode(), at(0)), Err(UnsealError::Invalid));
}

#[test]
fn a_truncated_token_is_invalid_at_every_length_and_reads_no_file() {
    let mut site = Site::new();
    let keyring = site.open();
    let token = seal(&keyring, at(0));
    site.rotate(2);
    for len in 0..token.len() {
        assert_eq!(keyring.unseal(&context(), &token[..len], at(1)), Err(UnsealError::Invalid), "{len}");
    }
    assert_eq!(key_of(&seal(&keyring, at(1))), KeyId::from_bytes([1; 4]));
}

#[test]
fn tokens_are_as_long_as_their_purpose_allows_and_no_longer() {
    let keyring = Site::new().open();
    for (purpose, longest) in
        [(LOGIN, 1024), (Purpose::Page, 1024), (Purpose::Ceremony(CeremonyKind::Registration), 4096)]
    {
        let context = Context { purpose, ..context() };
        let fits = longest / 4 * 3 - 33;
        let token = keyring.seal(&context, &vec![0; fits], NONCE, at(0)).unwrap();
        assert_eq!(token.len(), longest);
        assert_eq!(keyring.unseal(&context, &token, at(0)).map(|opened| opened.len()), Ok(fits));
        assert_eq!(keyring.seal(&context, &vec![0; fits + 1], NONCE, at(0)), Err(SealError::TooLong));
        assert_eq!(keyring.unseal(&context, &format!("{token}AAAA"), at(0)), Err(UnsealError::Invalid));
    }
}

#[test]
fn a_rotation_never_interrupts_replicas_that_read_the_file_in_time() {
    let mut site = Site::new();
    let (old_replica, new_replica) = (site.open(), site.open());
    site.file.add(at(0), [2; 36]).unwrap();
    site.file.save(&site.path()).unwrap();

    // Accepted: it is read, and does not seal.
    assert!(new_replica.is_ready(at(500)) && old_replica.is_ready(at(500)));
    let before = seal(&new_replica, at(500));
    assert_eq!(key_of(&before), KeyId::from_bytes([1; 4]));

    // Active: one replica has noticed, the other not yet; each opens what the other seals.
    site.file.activate(KeyId::from_bytes([2; 4]), at(600)).unwrap();
    site.file.save(&site.path()).unwrap();
    let (late, first) = (seal(&old_replica, at(510)), seal(&new_replica, at(600)));
    assert_eq!((key_of(&late), key_of(&first)), (KeyId::from_bytes([1; 4]), KeyId::from_bytes([2; 4])));
    assert!(old_replica.unseal(&context(), &first, at(511)).is_ok());
    assert!(new_replica.unseal(&context(), &late, at(600)).is_ok());

    // Accepted again, then gone.
    assert!(new_replica.unseal(&context(), &before, at(1000)).is_ok());
    site.file.retire(KeyId::from_bytes([1; 4]), at(1600)).unwrap();
    site.file.save(&site.path()).unwrap();
    assert_eq!(new_replica.unseal(&context(), &before, at(1600)), Err(UnsealError::KeyUnknown));
    assert!(new_replica.unseal(&context(), &first, at(1600)).is_ok());
}

#[test]
fn an_unknown_key_makes_the_keyring_read_the_file_again() {
    let mut site = Site::new();
    let keyring = site.open();
    site.rotate(2);
    let token = seal(&site.open(), at(0));
    assert_eq!(keyring.unseal(&context(), &token, at(1)).unwrap(), b"plaintext");
    assert_eq!(key_of(&seal(&keyring, at(1))), KeyId::from_bytes([2; 4]));
}

#[test]
fn unknown_keys_cause_at_most_one_reading_in_ten_seconds() {
    let mut site = Site::new();
    let keyring = site.open();
    assert_eq!(keyring.unseal(&context(), &forged(77), at(1)), Err(UnsealError::KeyUnknown));
    site.rotate(2);
    let token = seal(&site.open(), at(0));
    for (now, key) in [(1, 78), (5, 79), (10, 80)] {
        assert_eq!(keyring.unseal(&context(), &forged(key), at(now)), Err(UnsealError::KeyUnknown));
        assert_eq!(keyring.unseal(&context(), &token, at(now)), Err(UnsealError::KeyUnknown));
    }
    assert!(keyring.unseal(&context(), &token, at(11)).is_ok());
}

#[test]
fn a_leaked_key_is_dropped_within_thirty_seconds_without_any_new_token() {
    let mut site = Site::new();
    let keyring = site.open();
    let stolen = seal(&keyring, at(0));
    site.rotate(2);
    assert_eq!(key_of(&seal(&keyring, at(29))), KeyId::from_bytes([1; 4]));
    assert_eq!(keyring.unseal(&context(), &stolen, at(30)), Err(UnsealError::KeyUnknown));
    assert_eq!(key_of(&seal(&keyring, at(30))), KeyId::from_bytes([2; 4]));
}

#[test]
fn a_reading_that_fails_keeps_the_loaded_keys_and_is_tried_again() {
    let mut site = Site::new();
    let keyring = site.open();
    let token = seal(&keyring, at(0));

    fs::write(site.path(), "version = 1\n").unwrap();
    assert_eq!(keyring.unseal(&context(), &forged(77), at(1)), Err(UnsealError::KeyUnknown));
    assert!(keyring.unseal(&context(), &token, at(1)).is_ok());
    fs::set_permissions(site.path(), fs::Permissions::from_mode(0o644)).unwrap();
    assert!(keyring.is_ready(at(40)));
    fs::remove_file(site.path()).unwrap();
    assert!(keyring.is_ready(at(80)));
    assert!(keyring.unseal(&context(), &token, at(80)).is_ok());

    site.rotate(2);
    assert_eq!(keyring.unseal(&context(), &token, at(110)), Err(UnsealError::KeyUnknown));
}

#[test]
fn clones_share_their_keys_and_no_form_prints_them() {
    let mut site = Site::new();
    let keyring = site.open();
    let clone = keyring.clone();
    site.rotate(2);
    let token = seal(&site.open(), at(0));
    assert!(keyring.unseal(&context(), &token, at(1)).is_ok());
    assert_eq!(key_of(&seal(&clone, at(1))), KeyId::from_bytes([2; 4]));
    assert_eq!(format!("{clone:?}"), format!("Keyring {{ path: {:?}, .. }}", site.path()));
    assert!(!format!("{:?}", site.file).contains("[2, 2"));
}

#[test]
fn threads_that_miss_the_same_new_key_all_find_it() {
    let mut site = Site::new();
    let keyring = site.open();
    site.rotate(2);
    let token = seal(&site.open(), at(0));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert!(keyring.unseal(&context(), &token, at(1)).is_ok()));
        }
    });
}

#[test]
fn opening_reports_what_is_wrong_with_the_file() {
    let site = Site::new();
    fs::set_permissions(site.path(), fs::Permissions::from_mode(0o640)).unwrap();
    assert!(matches!(Keyring::open(&site.path(), at(0)), Err(Error::Exposed { mode: 0o640, .. })));
    fs::remove_file(site.path()).unwrap();
    assert!(matches!(Keyring::open(&site.path(), at(0)), Err(Error::Missing { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_panics_or_opens(text in ".{0,200}", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let site = Site::new();
        let keyring = site.open();
        prop_assert!(keyring.unseal(&context(), &text, at(0)).is_err());
        let known = Token { key_id: KeyId::from_bytes([1; 4]), nonce: NONCE, sealed: bytes };
        prop_assert_eq!(keyring.unseal(&context(), &known.encode(), at(0)), Err(UnsealError::Invalid));
    }
}
