//! Requests as protobuf: a byte for the message, then its bytes.

use std::fmt;

use keystead_proto::v1;
use prost::Message;

use crate::frame::Frame;

macro_rules! requests {
    ($($name:ident,)*) => {
        /// Every request of the API.
        const READERS: &[(&str, fn(&[u8]) -> bool)] = &[$((stringify!($name), read::<v1::$name>),)*];
    };
}

requests! {
    CreateApiKeyRequest,
    CreateCallerRequest,
    CreateRegistrationProfileRequest,
    CreateRelyingPartyRequest,
    CreateTenantRequest,
    DisableCallerRequest,
    ExportCredentialsRequest,
    FinishAuthenticationRequest,
    FinishRegistrationRequest,
    GetCredentialRequest,
    GetSignalsRequest,
    GetTenantRequest,
    GetUserRequest,
    ImportCredentialsRequest,
    ListApiKeysRequest,
    ListAuthenticatorModelsRequest,
    ListCallersRequest,
    ListCredentialsRequest,
    ListEventsRequest,
    ListRegistrationProfilesRequest,
    ListRelyingPartiesRequest,
    ListTenantsRequest,
    ListUsersRequest,
    PreviewRegistrationProfileRequest,
    PutAuthenticatorModelsRequest,
    RemoveAuthenticatorModelsRequest,
    RenameCredentialRequest,
    ReportLostRequest,
    ResumeCredentialRequest,
    RevokeApiKeyRequest,
    RevokeCredentialRequest,
    SetCallerFinishersRequest,
    SetCallerGrantsRequest,
    SetDefaultRelyingPartyRequest,
    SetLifecycleRequest,
    SetRelyingPartyOriginsRequest,
    StartAuthenticationRequest,
    StartRegistrationRequest,
    SuspendCredentialRequest,
    UpsertUserRequest,
}

/// The requests, by name; the number of one is its byte.
pub fn names() -> impl Iterator<Item = &'static str> {
    READERS.iter().map(|(name, _)| *name)
}

/// A message that was read is the same after it is written and read again. Says whether it was read.
///
/// # Panics
/// Where a property does not hold.
#[must_use]
pub fn check(input: &[u8]) -> bool {
    let mut frame = Frame(input);
    let (_, read) = READERS[usize::from(frame.byte()) % READERS.len()];
    read(frame.0)
}

fn read<M: Message + Default + PartialEq + fmt::Debug>(bytes: &[u8]) -> bool {
    let Ok(message) = M::decode(bytes) else { return false };
    let written = message.encode_to_vec();
    assert_eq!(M::decode(&written[..]), Ok(message));
    true
}
