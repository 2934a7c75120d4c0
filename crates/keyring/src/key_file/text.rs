//! A key file's text: TOML, written by hand so that it reads well, and read so that no error can show a secret.

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use keystead_domain::Timestamp;
use serde::Deserialize;
use toml::value::Datetime;
use zeroize::{Zeroize, Zeroizing};

use super::{Key, KeyFile, KeyId, State};
use crate::{secret::Secret, utc};

const VERSION: i64 = 1;
const HEADING: &str = "\
# Keystead's root keys. Whoever reads this file can forge tokens: keep it secret, mode 0600.
# Change it with `keystead keys`; running replicas read it again by themselves.
version = 1
";
/// Longer than any key's text, so that the text is allocated once and no piece of a secret is left behind.
const LONGEST_KEY: usize = 400;

/// What is wrong with a key file's text. Never shows the text itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The text is not UTF-8.
    #[error("it is not UTF-8")]
    Encoding,
    /// The text is not TOML, a field is missing, of another type or unknown; counted from 1.
    #[error("what begins in line {0} is not as `keystead keys` writes it")]
    Line(usize),
    /// The file is of another version.
    #[error("its version is {0}; this Keystead reads version {VERSION}")]
    Version(i64),
    /// A key's id, counted from 1.
    #[error("key number {0}: the id is not 8 hexadecimal digits")]
    Id(usize),
    /// A key's secret.
    #[error("key {0}: the secret is not 32 bytes in base64")]
    Secret(KeyId),
    /// A key's time.
    #[error("key {0}: a time is not written like 2026-11-24T12:00:00Z")]
    Time(KeyId),
    /// A key's state.
    #[error("key {0}: state, times and secret contradict each other")]
    State(KeyId),
    /// Two keys with one id.
    #[error("two keys have the id {0}")]
    Twice(KeyId),
    /// More or fewer than one active key.
    #[error("{0} keys are active; exactly one must be")]
    Active(usize),
}

#[derive(Deserialize)]
struct Version {
    version: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(rename = "version")]
    _version: i64,
    #[serde(default)]
    keys: Vec<RawKey>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawKey {
    id: String,
    state: String,
    secret: Option<String>,
    created: Datetime,
    activated: Option<Datetime>,
    superseded: Option<Datetime>,
    retired: Option<Datetime>,
}

impl Drop for RawKey {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

impl KeyFile {
    pub(super) fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(HEADING.len() + self.keys.len() * LONGEST_KEY));
        text.push_str(HEADING);
        for key in &self.keys {
            write_key(&mut text, key);
        }
        text
    }

    pub(super) fn from_text(text: &str) -> Result<Self, Problem> {
        let Version { version } = parse(text)?;
        if version != VERSION {
            return Err(Problem::Version(version));
        }
        let raw: Raw = parse(text)?;
        let keys: Vec<Key> =
            raw.keys.iter().enumerate().map(|(i, raw)| read_key(i + 1, raw)).collect::<Result<_, _>>()?;
        for (i, key) in keys.iter().enumerate() {
            if keys[..i].iter().any(|other| other.id == key.id) {
                return Err(Problem::Twice(key.id));
            }
        }
        match keys.iter().filter(|key| key.state() == State::Active).count() {
            1 => Ok(Self { keys }),
            count => Err(Problem::Active(count)),
        }
    }
}

fn write_key(text: &mut String, key: &Key) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "\n[[keys]]\nid = \"{}\"\nstate = \"{}\"", key.id, key.state());
    if let Some(secret) = key.secret() {
        let encoded = Zeroizing::new(STANDARD.encode(secret.expose()));
        let _ = writeln!(text, "secret = \"{}\"", *encoded);
    }
    for (name, at) in [
        ("created", Some(key.created_at)),
        ("activated", key.activated_at),
        ("superseded", key.superseded_at),
        ("retired", key.retired_at),
    ] {
        if let Some(at) = at {
            let _ = writeln!(text, "{name} = {}", utc::text(at));
        }
    }
}

/// The parser's own message may quote the text: only the place is told.
fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Problem> {
    toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        Problem::Line(1 + text.bytes().take(start).filter(|&byte| byte == b'\n').count())
    })
}

fn read_key(number: usize, raw: &RawKey) -> Result<Key, Problem> {
    let id = raw.id.parse().map_err(|_| Problem::Id(number))?;
    let secret =
        raw.secret.as_deref().map(|text| read_secret(text).ok_or(Problem::Secret(id))).transpose()?;
    let time = |time: &Datetime| utc::timestamp(time).ok_or(Problem::Time(id));
    let optional =
        |at: &Option<Datetime>| -> Result<Option<Timestamp>, Problem> { at.as_ref().map(time).transpose() };
    let key = Key {
        id,
        secret,
        created_at: time(&raw.created)?,
        activated_at: optional(&raw.activated)?,
        superseded_at: optional(&raw.superseded)?,
        retired_at: optional(&raw.retired)?,
    };
    let agrees = raw.state == key.state().as_str()
        && key.secret.is_none() == key.retired_at.is_some()
        && (key.superseded_at.is_none() || key.activated_at.is_some());
    if agrees { Ok(key) } else { Err(Problem::State(id)) }
}

fn read_secret(text: &str) -> Option<Secret> {
    Secret::from_slice(&Zeroizing::new(STANDARD.decode(text).ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "\
# Keystead's root keys. Whoever reads this file can forge tokens: keep it secret, mode 0600.
# Change it with `keystead keys`; running replicas read it again by themselves.
version = 1

[[keys]]
id = \"01010101\"
state = \"retired\"
created = 2026-11-24T12:00:00Z
activated = 2026-11-24T12:00:00Z
superseded = 2026-11-24T12:10:00.000001Z
retired = 2026-11-24T12:30:00Z

[[keys]]
id = \"02020202\"
state = \"active\"
secret = \"AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=\"
created = 2026-11-24T12:00:00Z
activated = 2026-11-24T12:10:00.000001Z

[[keys]]
id = \"03030303\"
state = \"accepted\"
secret = \"AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM=\"
created = 2026-11-24T12:30:00Z
";

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(1_795_521_600_000_000 + micros)
    }

    fn id(byte: u8) -> KeyId {
        KeyId::from_bytes([byte; 4])
    }

    fn file() -> KeyFile {
        let mut file = KeyFile::generate(at(0), [1; 36]);
        file.add(at(0), [2; 36]).unwrap();
        file.activate(id(2), at(600_000_001)).unwrap();
        file.add(at(1_800_000_000), [3; 36]).unwrap();
        file.retire(id(1), at(1_800_000_000)).unwrap();
        file
    }

    #[test]
    fn text_is_what_people_expect_and_leads_back() {
        assert_eq!(*file().to_text(), TEXT);
        let read = KeyFile::from_text(TEXT).unwrap();
        assert_eq!(*read.to_text(), TEXT);
        assert_eq!(read.keys()[1].secret().unwrap().expose(), &[2; 32]);
        assert_eq!(read.keys()[2].created_at(), at(1_800_000_000));
    }

    #[test]
    fn no_key_is_longer_than_what_is_set_aside_for_it() {
        let text = file().to_text();
        assert!(text.capacity() == HEADING.len() + 3 * LONGEST_KEY && text.len() < text.capacity());
        let mut old = file();
        old.activate(id(3), at(9_000_000_001)).unwrap();
        assert!(old.to_text().split("[[keys]]").skip(1).all(|key| key.len() + 10 < LONGEST_KEY));
    }

    #[test]
    fn a_text_that_is_not_ours_is_refused_with_the_place() {
        let second = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";
        for (from, to, problem) in [
            ("version = 1", "version = 2", Problem::Version(2)),
            ("version = 1", "", Problem::Line(1)),
            ("id = \"02020202\"", "id = \"0202020\"", Problem::Id(2)),
            ("id = \"02020202\"", "id = 02020202", Problem::Line(14)),
            ("id = \"02020202\"", "id = \"03030303\"", Problem::Twice(id(3))),
            (second, "AgI=", Problem::Secret(id(2))),
            (second, "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg==", Problem::Secret(id(2))),
            (second, "not base64", Problem::Secret(id(2))),
            ("state = \"active\"", "state = \"accepted\"", Problem::State(id(2))),
            ("state = \"active\"", "state = \"ACTIVE\"", Problem::State(id(2))),
            ("state = \"accepted\"\nsecret", "state = \"accepted\"\nsecrets", Problem::Line(23)),
            ("activated = 2026-11-24T12:10:00.000001Z", "", Problem::State(id(2))),
            ("created = 2026-11-24T12:30:00Z", "created = 2026-11-24", Problem::Time(id(3))),
            ("retired = 2026-11-24T12:30:00Z", "", Problem::State(id(1))),
        ] {
            let text = TEXT.replacen(from, to, 1);
            assert_ne!(text, TEXT, "{from}");
            assert_eq!(KeyFile::from_text(&text).unwrap_err(), problem, "{from} -> {to}");
        }
    }

    #[test]
    fn exactly_one_key_must_be_active() {
        assert_eq!(KeyFile::from_text("version = 1\n").unwrap_err(), Problem::Active(0));
        let both = TEXT.replace("accepted", "active") + "activated = 2026-11-24T12:50:00Z\n";
        assert_eq!(KeyFile::from_text(&both).unwrap_err(), Problem::Active(2));
    }

    #[test]
    fn no_problem_shows_a_piece_of_the_text() {
        for (i, _) in TEXT.char_indices() {
            let broken = format!("{}\"{}", &TEXT[..i], &TEXT[i..]);
            if let Err(problem) = KeyFile::from_text(&broken) {
                let shown = format!("{problem} {problem:?}");
                assert!(!shown.contains("AgI") && !shown.contains("AwM"), "{shown}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,200}", at in 0..TEXT.len(), byte in 0_u8..128) {
            let _ = KeyFile::from_text(&text);
            let mut bytes = TEXT.as_bytes().to_vec();
            bytes[at] = byte;
            let _ = KeyFile::from_text(&String::from_utf8(bytes).unwrap());
        }
    }
}
