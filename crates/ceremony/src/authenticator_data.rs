//! What the authenticator says: authenticatorData (§6.1), read once, without copying.

use keystead_domain::{Aaguid, Reason, RpId};

use crate::{
    cbor::{self, Value},
    digest::sha256,
};

/// The flags byte (§6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flags(u8);

impl Flags {
    const fn has(self, bit: u8) -> bool {
        self.0 & (1 << bit) != 0
    }

    /// UP: the user was there.
    pub(crate) const fn user_present(self) -> bool {
        self.has(0)
    }

    /// UV: the user was verified.
    pub(crate) const fn user_verified(self) -> bool {
        self.has(2)
    }

    /// BE: the key may be backed up.
    pub(crate) const fn backup_eligible(self) -> bool {
        self.has(3)
    }

    /// BS: the key is backed up.
    pub(crate) const fn backed_up(self) -> bool {
        self.has(4)
    }

    const fn has_attested_credential(self) -> bool {
        self.has(6)
    }

    const fn has_extensions(self) -> bool {
        self.has(7)
    }
}

/// A new credential inside authenticatorData (§6.5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AttestedCredential<'a> {
    /// What the authenticator says it is.
    pub(crate) aaguid: Aaguid,
    /// The credential id.
    pub(crate) id: &'a [u8],
    /// One CBOR item, which should be a `COSE_Key`.
    pub(crate) public_key: &'a [u8],
}

/// authenticatorData.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AuthenticatorData<'a> {
    /// The bytes, which signatures cover.
    pub(crate) bytes: &'a [u8],
    rp_id_hash: &'a [u8; 32],
    /// The flags.
    pub(crate) flags: Flags,
    /// The signature counter.
    pub(crate) sign_count: u32,
    /// The new credential, where flag AT is set.
    pub(crate) attested: Option<AttestedCredential<'a>>,
}

impl<'a> AuthenticatorData<'a> {
    /// Reads exactly what the flags announce; extensions are read over, for none is asked for.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, Reason> {
        let malformed = Reason::AuthenticatorDataMalformed;
        let (rp_id_hash, rest) = bytes.split_first_chunk::<32>().ok_or(malformed)?;
        let (&flags, rest) = rest.split_first().ok_or(malformed)?;
        let (sign_count, mut rest) = rest.split_first_chunk::<4>().ok_or(malformed)?;
        let flags = Flags(flags);
        let mut attested = None;
        if flags.has_attested_credential() {
            let (credential, after) = attested_credential(rest).ok_or(malformed)?;
            (attested, rest) = (Some(credential), after);
        }
        if flags.has_extensions() {
            let Ok((Value::Map(_), after)) = cbor::read_first(rest) else { return Err(malformed) };
            rest = after;
        }
        if !rest.is_empty() {
            return Err(Reason::AuthenticatorDataTrailingBytes);
        }
        Ok(Self { bytes, rp_id_hash, flags, sign_count: u32::from_be_bytes(*sign_count), attested })
    }

    /// Judges what holds for both ceremonies: made for this RP ID, and not backed up without being eligible (§6.1.3).
    pub(crate) fn check(&self, rp_id: &RpId) -> Result<(), Reason> {
        if *self.rp_id_hash != sha256(rp_id.as_str().as_bytes()) {
            return Err(Reason::RpIdMismatch);
        }
        if self.flags.backed_up() && !self.flags.backup_eligible() {
            return Err(Reason::BackupStateInvalid);
        }
        Ok(())
    }

    /// What a signature of the authenticator is over (§6.3.3, §6.5.4).
    pub(crate) fn signed_with(&self, client_data_json: &[u8]) -> Vec<u8> {
        [self.bytes, &sha256(client_data_json)].concat()
    }
}

fn attested_credential(bytes: &[u8]) -> Option<(AttestedCredential<'_>, &[u8])> {
    let (aaguid, rest) = bytes.split_first_chunk::<16>()?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let (id, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
    let (_, after) = cbor::read_first(rest).ok()?;
    let public_key = &rest[..rest.len() - after.len()];
    Some((AttestedCredential { aaguid: Aaguid(*aaguid), id, public_key }, after))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn data(flags: u8, rest: &[u8]) -> Vec<u8> {
        [&[7; 32][..], &[flags], &[0, 0, 1, 2], rest].concat()
    }

    #[test]
    fn each_flag_has_its_bit() {
        for (byte, expected) in [
            (0x01, [true, false, false, false]),
            (0x04, [false, true, false, false]),
            (0x08, [false, false, true, false]),
            (0x10, [false, false, false, true]),
            (0x22, [false, false, false, false]),
        ] {
            let bytes = data(byte, &[]);
            let AuthenticatorData { flags, sign_count, attested, .. } =
                AuthenticatorData::parse(&bytes).unwrap();
            let seen =
                [flags.user_present(), flags.user_verified(), flags.backup_eligible(), flags.backed_up()];
            assert_eq!((seen, sign_count, attested), (expected, 0x0102, None), "{byte:x}");
        }
    }

    #[test]
    fn credential_and_extensions_are_told_apart() {
        let attested = [&[9; 16][..], &[0, 2], &[5, 6], &[0xa1, 0x01, 0x02]].concat();
        let bytes = data(0xc1, &[&attested[..], &[0xa0]].concat());
        let parsed = AuthenticatorData::parse(&bytes).unwrap();
        let expected =
            AttestedCredential { aaguid: Aaguid([9; 16]), id: &[5, 6], public_key: &[0xa1, 0x01, 0x02] };
        assert_eq!(parsed.attested, Some(expected));
    }

    #[test]
    fn exactly_what_the_flags_announce_is_read() {
        use Reason::{AuthenticatorDataMalformed as Malformed, AuthenticatorDataTrailingBytes as Trailing};
        let attested = [&[9; 16][..], &[0, 1], &[5], &[0xa0]].concat();
        for (name, bytes, reason) in [
            ("empty", vec![], Malformed),
            ("cut before the counter's end", data(0x01, &[])[..36].to_vec(), Malformed),
            ("a byte after", data(0x01, &[0]), Trailing),
            ("a credential not announced", data(0x01, &attested), Trailing),
            ("an announced credential missing", data(0x41, &[]), Malformed),
            (
                "an id longer than the rest",
                data(0x41, &[&[9; 16][..], &[0xff, 0xff], &[5]].concat()),
                Malformed,
            ),
            ("no key after the id", data(0x41, &attested[..19]), Malformed),
            (
                "a key that is not strict CBOR",
                data(0x41, &[&attested[..19], &[0xbf, 0xff]].concat()),
                Malformed,
            ),
            ("bytes after the key", data(0x41, &[&attested[..], &[0xa0]].concat()), Trailing),
            ("announced extensions missing", data(0x81, &[]), Malformed),
            ("extensions that are no map", data(0x81, &[0x80]), Malformed),
            ("bytes after the extensions", data(0x81, &[0xa0, 0x00]), Trailing),
        ] {
            assert_eq!(AuthenticatorData::parse(&bytes).map(|_| ()), Err(reason), "{name}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..160)) {
            let _ = AuthenticatorData::parse(&bytes);
            let _ = AuthenticatorData::parse(&data(0xc1, &bytes));
        }
    }
}
