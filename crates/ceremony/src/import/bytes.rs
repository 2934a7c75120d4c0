//! Byte strings as other servers write them into JSON.

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde_json::{Map, Value};

const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, ANY_PADDING);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, ANY_PADDING);
const ANY_PADDING: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// The bytes of a base64 text, whichever alphabet it is in (RFC 4648 §4, §5), padded or not.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).or_else(|_| URL_SAFE.decode(text)).ok()
}

/// Standard base64 with padding.
pub(super) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// The bytes of base64, of an array of numbers, of `JSON.stringify` of a `Uint8Array` (`{"0":165,"1":1,…}`) or of Node's
/// `Buffer` (`{"type":"Buffer","data":[165,…]}`).
pub(super) fn from_value(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::String(text) => decode(text),
        Value::Array(numbers) => from_numbers(numbers),
        Value::Object(members) => match members.get("data") {
            Some(data) => from_numbers(data.as_array()?),
            None => from_indices(members),
        },
        _ => None,
    }
}

fn from_numbers(numbers: &[Value]) -> Option<Vec<u8>> {
    numbers.iter().map(byte).collect()
}

/// One member per index, none left out.
fn from_indices(members: &Map<String, Value>) -> Option<Vec<u8>> {
    (0..members.len()).map(|index| byte(members.get(&index.to_string())?)).collect()
}

fn byte(value: &Value) -> Option<u8> {
    value.as_u64()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn base64_is_read_in_either_alphabet_and_with_any_padding() {
        for text in ["+/8=", "+/8", "-_8=", "-_8"] {
            assert_eq!(decode(text), Some(vec![0xfb, 0xff]), "{text}");
        }
        assert_eq!(decode(""), Some(vec![]));
        for text in ["+_8", "-_9", "-_8==", "-_8 ", "-", "ä"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }

    #[test]
    fn every_json_form_of_a_byte_array_is_read() {
        for value in [
            json!("pQEC"),
            json!([165, 1, 2]),
            json!({"0": 165, "1": 1, "2": 2}),
            json!({"type": "Buffer", "data": [165, 1, 2]}),
        ] {
            assert_eq!(from_value(&value), Some(vec![165, 1, 2]), "{value}");
        }
    }

    #[test]
    fn eleven_indices_are_read_in_the_order_of_their_numbers() {
        let members = (0..11).map(|index| (index.to_string(), json!(index))).collect();
        assert_eq!(from_value(&Value::Object(members)), Some((0..11).collect()));
    }

    #[test]
    fn what_is_no_byte_array_is_not_read() {
        for value in [
            json!([256]),
            json!([-1]),
            json!([1.5]),
            json!(["1"]),
            json!({"0": 165, "2": 2}),
            json!({"00": 165}),
            json!({"type": "Buffer", "data": "pQEC"}),
            json!(165),
            json!(true),
        ] {
            assert_eq!(from_value(&value), None, "{value}");
        }
    }
}
