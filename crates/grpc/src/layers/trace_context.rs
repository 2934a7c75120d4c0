//! W3C Trace Context, Level 1: which trace a call belongs to.

use http::HeaderMap;

/// The trace id of `traceparent` (§3.2): version, 16 bytes of trace id, 8 of parent id and flags, in lower-case
/// hexadecimal. `None` where the header is absent or says nothing.
pub(super) fn trace_id(headers: &HeaderMap) -> Option<[u8; 16]> {
    let mut parts = headers.get("traceparent")?.to_str().ok()?.split('-');
    let version: [u8; 1] = hex(parts.next()?)?;
    let trace_id: [u8; 16] = hex(parts.next()?)?;
    let parent_id: [u8; 8] = hex(parts.next()?)?;
    let _flags: [u8; 1] = hex(parts.next()?)?;
    // Later versions may append to the four parts; this one may not, and ff is none.
    let is_valid = match version {
        [0x00] => parts.next().is_none(),
        [version] => version != 0xff,
    };
    (is_valid && trace_id != [0; 16] && parent_id != [0; 8]).then_some(trace_id)
}

fn hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

const fn digit(letter: u8) -> Option<u8> {
    match letter {
        b'0'..=b'9' => Some(letter - b'0'),
        b'a'..=b'f' => Some(letter - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trace_id_is_taken_from_a_valid_traceparent_only() {
        let id = Some(0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736_u128.to_be_bytes());
        for (header, expected) in [
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", id),
            ("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-brings", id),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more", None),
            ("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", None),
            ("00-00000000000000000000000000000000-00f067aa0ba902b7-01", None),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", None),
            ("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", None),
            ("00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01", None),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("traceparent", header.parse().unwrap());
            assert_eq!(trace_id(&headers), expected, "{header}");
        }
        assert_eq!(trace_id(&HeaderMap::new()), None);
    }
}
