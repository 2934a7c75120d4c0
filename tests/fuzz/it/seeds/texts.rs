//! Names, and tokens.

use keystead_domain::{CredentialId, RelyingPartyId, TenantId, UserId};
use keystead_fuzz::{text, token};

use super::Seed;

pub(super) fn all() -> Vec<Seed> {
    let texts = [
        ("tenant", TenantId::from_bytes([1; 16]).to_string()),
        ("relying-party", RelyingPartyId::from_bytes([0xff; 16]).to_string()),
        ("user", UserId::from_bytes([0; 16]).to_string()),
        ("credential", CredentialId::from_bytes([0x5a; 16]).to_string()),
        ("rp-id", "login.example.co.uk".to_owned()),
        ("origin", "https://login.example.org:8443".to_owned()),
        ("related-origin", "https://example.co.uk".to_owned()),
        ("top-origin", "http://localhost:8080".to_owned()),
        ("app-origin", "android:apk-key-hash:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned()),
        ("name", "blue key".to_owned()),
    ];
    // Each of the kinds that it is read as.
    let named = texts.iter().flat_map(|(name, it)| {
        let inputs = (0..text::kinds()).map(|kind| [&[kind], it.as_bytes()].concat());
        let read = inputs.filter(|input| text::check(input));
        read.map(|input| Seed::taken("text", format!("{name}-{}", input[0]), input)).collect::<Vec<_>>()
    });
    let tokens = token::tokens().into_iter().enumerate();
    let tokens = tokens.map(|(n, it)| Seed::taken("token", format!("token-{n}"), it.as_bytes()));
    let ceremonies = token::ceremonies().into_iter().enumerate();
    let ceremonies = ceremonies
        .map(|(n, it)| Seed::taken("token", format!("ceremony-{n}"), [vec![0], it.encode()].concat()));
    named.chain(tokens).chain(ceremonies).collect()
}
