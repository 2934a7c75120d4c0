//! A strict reader of CBOR (RFC 8949) for what authenticators write, which is the CTAP2 canonical form (CTAP 2.2 §8).
//!
//! Borrows from its input and says where an item ends, which slices `COSE_Key`s out of authenticatorData. Refused are
//! indefinite lengths, tags, map keys that are neither integers nor texts, duplicate keys, deep nesting and long lists:
//! every input has one meaning, and reading it costs little. Longer integers than needed and unsorted keys are
//! read: authenticators in use write them, and they leave no doubt.

/// Deepest nesting; CTAP2 allows 4, a compound statement needs one more around its parts.
const DEEPEST: u8 = 8;
/// Most entries of an array or map.
const MOST_ENTRIES: u64 = 64;

/// The bytes are not CBOR, or not of the strict kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed CBOR")]
pub(crate) struct Malformed;

/// An item. Floats and simple values are read over: nothing here asks what they say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    Int(i128),
    Bytes(&'a [u8]),
    Text(&'a str),
    Array(Vec<Value<'a>>),
    Map(Map<'a>),
    Other,
}

/// What a map's entry is found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key<'a> {
    Int(i128),
    Text(&'a str),
}

/// A map without duplicate keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Map<'a>(Vec<(Key<'a>, Value<'a>)>);

impl<'a> Map<'a> {
    /// The value under a text.
    pub(crate) fn text(&self, key: &str) -> Option<&Value<'a>> {
        self.get(Key::Text(key))
    }

    /// The value under an integer.
    pub(crate) fn label(&self, key: i128) -> Option<&Value<'a>> {
        self.get(Key::Int(key))
    }

    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, wanted: Key<'_>) -> Option<&Value<'a>> {
        self.0.iter().find(|(key, _)| *key == wanted).map(|(_, value)| value)
    }
}

/// Reads the first item, and says what follows it.
pub(crate) fn read_first(input: &[u8]) -> Result<(Value<'_>, &[u8]), Malformed> {
    let mut reader = Reader { rest: input };
    let value = reader.value(DEEPEST)?;
    Ok((value, reader.rest))
}

/// Reads an input that is one item and nothing else.
pub(crate) fn read_all(input: &[u8]) -> Result<Value<'_>, Malformed> {
    match read_first(input)? {
        (value, []) => Ok(value),
        _ => Err(Malformed),
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: u8) -> Result<Value<'a>, Malformed> {
        let (major, argument) = self.head()?;
        Ok(match major {
            0 => Value::Int(i128::from(argument)),
            1 => Value::Int(-1 - i128::from(argument)),
            2 => Value::Bytes(self.take(argument)?),
            3 => Value::Text(self.utf8(argument)?),
            4 => self.array(argument, deeper(depth)?)?,
            5 => Value::Map(self.map(argument, deeper(depth)?)?),
            7 => Value::Other,
            _ => return Err(Malformed),
        })
    }

    fn array(&mut self, entries: u64, depth: u8) -> Result<Value<'a>, Malformed> {
        let items = (0..at_most(entries)?).map(|_| self.value(depth));
        Ok(Value::Array(items.collect::<Result<_, _>>()?))
    }

    fn map(&mut self, entries: u64, depth: u8) -> Result<Map<'a>, Malformed> {
        let mut map = Map(Vec::new());
        for _ in 0..at_most(entries)? {
            let key = match self.value(depth)? {
                Value::Int(key) => Key::Int(key),
                Value::Text(key) => Key::Text(key),
                _ => return Err(Malformed),
            };
            if map.get(key).is_some() {
                return Err(Malformed);
            }
            map.0.push((key, self.value(depth)?));
        }
        Ok(map)
    }

    /// The major type and the argument (RFC 8949 §3). For major type 7 the argument is the value itself: of the
    /// simple ones only `false`, `true`, `null` and `undefined`, and floats.
    fn head(&mut self) -> Result<(u8, u64), Malformed> {
        let (&initial, rest) = self.rest.split_first().ok_or(Malformed)?;
        self.rest = rest;
        let (major, info) = (initial >> 5, initial & 31);
        let argument = match (major, info) {
            (7, 0..=19 | 24) => return Err(Malformed),
            (_, 0..=23) => u64::from(info),
            (_, 24) => self.number::<1>()?,
            (_, 25) => self.number::<2>()?,
            (_, 26) => self.number::<4>()?,
            (_, 27) => self.number::<8>()?,
            _ => return Err(Malformed),
        };
        Ok((major, argument))
    }

    fn number<const N: usize>(&mut self) -> Result<u64, Malformed> {
        let (bytes, rest) = self.rest.split_first_chunk::<N>().ok_or(Malformed)?;
        self.rest = rest;
        Ok(bytes.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], Malformed> {
        let length = usize::try_from(length).map_err(|_| Malformed)?;
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or(Malformed)?;
        self.rest = rest;
        Ok(bytes)
    }

    fn utf8(&mut self, length: u64) -> Result<&'a str, Malformed> {
        std::str::from_utf8(self.take(length)?).map_err(|_| Malformed)
    }
}

fn deeper(depth: u8) -> Result<u8, Malformed> {
    depth.checked_sub(1).ok_or(Malformed)
}

fn at_most(entries: u64) -> Result<u64, Malformed> {
    if entries <= MOST_ENTRIES { Ok(entries) } else { Err(Malformed) }
}

#[cfg(test)]
mod tests;
