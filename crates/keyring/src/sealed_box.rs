//! The cipher: AES-256-GCM-SIV (RFC 8452) under a key of HKDF-SHA256 (RFC 5869). A nonce that comes twice tells no more
//! than that the same bytes were sealed twice.

use aws_lc_rs::{
    aead::{AES_256_GCM_SIV, Aad, LessSafeKey, Nonce, UnboundKey},
    error::Unspecified,
    hkdf::{HKDF_SHA256, Salt},
};

use crate::{
    context::Context,
    key_file::KeyId,
    secret::Secret,
    token::{NONCE_LEN, TAG_LEN, Token},
};

const SALT: &[u8] = b"keystead/root";

/// Seals a copy of the plaintext.
pub(crate) fn seal(
    root: (KeyId, &Secret),
    context: &Context<'_>,
    plaintext: &[u8],
    nonce: [u8; NONCE_LEN],
) -> Result<Token, Unspecified> {
    let (key_id, secret) = root;
    let mut sealed = Vec::with_capacity(plaintext.len() + TAG_LEN);
    sealed.extend_from_slice(plaintext);
    derive(secret, context)?.seal_in_place_append_tag(
        Nonce::assume_unique_for_key(nonce),
        Aad::from(context.associated_data(key_id)),
        &mut sealed,
    )?;
    Ok(Token { key_id, nonce, sealed })
}

/// Opens a token that was sealed under this root key in this context.
pub(crate) fn open(root: &Secret, context: &Context<'_>, token: Token) -> Result<Vec<u8>, Unspecified> {
    let Token { key_id, nonce, mut sealed } = token;
    let opened = derive(root, context)?.open_in_place(
        Nonce::assume_unique_for_key(nonce),
        Aad::from(context.associated_data(key_id)),
        &mut sealed,
    )?;
    let len = opened.len();
    sealed.truncate(len);
    Ok(sealed)
}

fn derive(root: &Secret, context: &Context<'_>) -> Result<LessSafeKey, Unspecified> {
    let info = context.derivation_info();
    let prk = Salt::new(HKDF_SHA256, SALT).extract(root.expose());
    let okm = prk.expand(&[info.as_slice()], &AES_256_GCM_SIV).map(UnboundKey::from)?;
    Ok(LessSafeKey::new(okm))
}
