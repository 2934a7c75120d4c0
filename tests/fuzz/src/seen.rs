//! What can be seen in the evidence without the code that is tested.

use aws_lc_rs::digest::{SHA256, digest};
use keystead_domain::{Origin, RelatedOrigin};
use serde_json::Value;

use crate::known::{RP, RP_ID};

/// SHA-256.
pub(crate) fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

/// Client data, as a tree.
pub(crate) struct Client {
    /// The challenge it answers.
    pub(crate) challenge: String,
    tree: Value,
}

impl Client {
    /// Reads it; `None` where a tree cannot hold it, as it cannot every unknown member.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let tree: Value =
            serde_json::from_slice(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).ok()?;
        let challenge = tree["challenge"].as_str()?.to_owned();
        Some(Self { challenge, tree })
    }

    /// Of this type, from an origin of the relying party, and framed by nobody but whom it knows.
    pub(crate) fn expect_checked(&self, kind: &str) {
        assert_eq!(self.tree["type"], kind);
        let origins = RP.origins.iter().map(Origin::as_str);
        let related = RP.related_origins.iter().map(RelatedOrigin::as_str);
        assert!(origins.chain(related).any(|it| self.tree["origin"] == it), "another origin");
        let top = &self.tree["topOrigin"];
        if !top.is_null() {
            assert_eq!(self.tree["crossOrigin"], true, "a top origin without a frame");
            assert!(RP.top_origins.iter().any(|it| *top == it.as_str()), "framed by another origin");
        }
    }
}

/// The flags of authenticatorData that was read before.
pub(crate) fn flags(data: &[u8]) -> u8 {
    data[32]
}

/// For this RP ID, not backed up without being eligible, and of the length that its flags announce.
pub(crate) fn expect_checked(data: &[u8]) {
    assert_eq!(data[..32], sha256(RP_ID.as_bytes()));
    assert!(flags(data) & 0x18 != 0x10, "backed up and not eligible");
    if flags(data) & 0xc0 == 0 {
        assert_eq!(data.len(), 37, "something that no flag announces");
    }
}

/// Flags UV, BE, BS and the counter are those seen.
pub(crate) fn expect_facts(data: &[u8], facts: (bool, bool, bool, u32)) {
    let flag = |bit: u8| flags(data) & bit != 0;
    let counter = data[33..37].iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
    assert_eq!(facts, (flag(0x04), flag(0x08), flag(0x10), counter));
}
