//! What a token was sealed for. A token opens only in the context it was sealed in.

use keystead_domain::{CeremonyKind, TenantId};

use crate::{digest::length_prefixed, key_file::KeyId, token};

/// What kind of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// An open ceremony; a registration's token does not open as an authentication's.
    Ceremony(CeremonyKind),
    /// A place in a list.
    Page,
}

impl Purpose {
    /// The longest token of this kind, in characters. Longer ones are neither made nor looked at.
    #[must_use]
    pub const fn longest_token(self) -> usize {
        match self {
            Self::Ceremony(CeremonyKind::Registration) => 4096,
            Self::Ceremony(CeremonyKind::Authentication) | Self::Page => 1024,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Ceremony(_) => "ceremony",
            Self::Page => "page",
        }
    }

    const fn kind(self) -> u8 {
        match self {
            Self::Ceremony(kind) => kind.number(),
            Self::Page => 0,
        }
    }
}

/// Everything a token is bound to besides its key.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// What kind of token.
    pub purpose: Purpose,
    /// The instance: its tokens mean nothing to another one with the same key file.
    pub instance_id: [u8; 16],
    /// Raised by a restore: every token sealed before is dead.
    pub restore_epoch: u64,
    /// The authenticated caller's tenant; `None`: an instance-level caller.
    pub tenant_id: Option<TenantId>,
    /// Whatever else must be the same, such as a list's name and its filters; may be empty.
    pub label: &'a [u8],
}

impl Context<'_> {
    /// What one root key's keys differ by: purpose and tenant.
    pub(crate) fn derivation_info(&self) -> Vec<u8> {
        length_prefixed(&[self.purpose.word().as_bytes(), self.tenant()])
    }

    /// What is authenticated beside the sealed bytes.
    pub(crate) fn associated_data(&self, key_id: KeyId) -> Vec<u8> {
        length_prefixed(&[
            format!("keystead/{}", self.purpose.word()).as_bytes(),
            &[token::VERSION],
            key_id.as_bytes(),
            &self.instance_id,
            &self.restore_epoch.to_be_bytes(),
            self.tenant(),
            &[self.purpose.kind()],
            self.label,
        ])
    }

    fn tenant(&self) -> &[u8] {
        self.tenant_id.as_ref().map_or(&[], |id| id.as_bytes())
    }
}
