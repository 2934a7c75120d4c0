//! Just enough CBOR (RFC 8949) to write what authenticators send. Maps keep the order in which they were made.

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Int(i64),
    Bytes(Vec<u8>),
    Text(String),
    Array(Vec<Value>),
    Map(Vec<(Value, Value)>),
}

impl Value {
    pub(crate) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// A map whose keys are texts.
    pub(crate) fn members<const N: usize>(members: [(&str, Self); N]) -> Self {
        Self::Map(members.into_iter().map(|(name, value)| (Self::text(name), value)).collect())
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Int(value) if *value >= 0 => head(out, 0, value.unsigned_abs()),
            Self::Int(value) => head(out, 1, value.unsigned_abs() - 1),
            Self::Bytes(bytes) => {
                head(out, 2, bytes.len() as u64);
                out.extend_from_slice(bytes);
            }
            Self::Text(text) => {
                head(out, 3, text.len() as u64);
                out.extend_from_slice(text.as_bytes());
            }
            Self::Array(items) => {
                head(out, 4, items.len() as u64);
                for item in items {
                    item.write(out);
                }
            }
            Self::Map(members) => {
                head(out, 5, members.len() as u64);
                for (key, value) in members {
                    key.write(out);
                    value.write(out);
                }
            }
        }
    }
}

/// Major type and argument in the fewest bytes (§4.2.1).
fn head(out: &mut Vec<u8>, major: u8, argument: u64) {
    let [.., fifth, sixth, seventh, last] = argument.to_be_bytes();
    let first = major << 5;
    match argument {
        0..24 => out.push(first + last),
        24..0x100 => out.extend([first + 24, last]),
        0x100..0x1_0000 => out.extend([first + 25, seventh, last]),
        0x1_0000..0x1_0000_0000 => out.extend([first + 26, fifth, sixth, seventh, last]),
        _ => {
            out.push(first + 27);
            out.extend(argument.to_be_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8949, appendix A.
    #[test]
    fn encodes_as_the_examples_of_the_standard() {
        for (value, expected) in [
            (Value::Int(0), &[0x00][..]),
            (Value::Int(23), &[0x17]),
            (Value::Int(24), &[0x18, 0x18]),
            (Value::Int(1000), &[0x19, 0x03, 0xe8]),
            (Value::Int(1_000_000), &[0x1a, 0x00, 0x0f, 0x42, 0x40]),
            (Value::Int(1_000_000_000_000), &[0x1b, 0x00, 0x00, 0x00, 0xe8, 0xd4, 0xa5, 0x10, 0x00]),
            (Value::Int(-1), &[0x20]),
            (Value::Int(-100), &[0x38, 0x63]),
            (Value::Int(-1000), &[0x39, 0x03, 0xe7]),
            (Value::Bytes(vec![1, 2, 3, 4]), &[0x44, 0x01, 0x02, 0x03, 0x04]),
            (Value::text("IETF"), &[0x64, 0x49, 0x45, 0x54, 0x46]),
            (Value::Array(vec![]), &[0x80]),
            (Value::Array(vec![Value::Int(1), Value::Int(2)]), &[0x82, 0x01, 0x02]),
            (Value::Map(vec![]), &[0xa0]),
            (Value::members([("a", Value::Int(1))]), &[0xa1, 0x61, 0x61, 0x01]),
        ] {
            assert_eq!(value.encode(), expected, "{value:?}");
        }
    }

    #[test]
    fn another_encoder_reads_it() {
        let value = Value::members([
            ("fmt", Value::text("none")),
            ("attStmt", Value::Map(vec![(Value::Int(-257), Value::Array(vec![Value::Bytes(vec![7; 300])]))])),
            ("authData", Value::Bytes(vec![1; 70_000])),
        ]);
        let read: ciborium::Value = ciborium::from_reader(value.encode().as_slice()).unwrap();
        let mut again = Vec::new();
        ciborium::into_writer(&read, &mut again).unwrap();
        assert_eq!(again, value.encode());
    }
}
