//! The calls of the API that a backend would make for a step, shown so that a developer learns them from the page.

use serde::Serialize;
use serde_json::{Value, json};

/// What stands in the place of a secret or of what only the browser has.
const TOKEN: &str = "‹ceremonyToken of the Start›";
const BINDING: &str = "‹a secret of this browser session›";
const RESPONSE: &str = "‹JSON.stringify(credential.toJSON())›";
const ATTEMPT: &str = "‹random, new for each attempt›";

/// A call of the API: its RPC and its request, in the JSON form of its messages, as grpcurl takes them.
#[derive(Debug, Serialize)]
pub(super) struct ShownCall {
    /// The RPC as `package.Service/Method`.
    pub(super) rpc: &'static str,
    /// The request.
    pub(super) request: Value,
}

pub(super) fn upsert_user(name: &str) -> ShownCall {
    ShownCall { rpc: "keystead.v1.UserService/UpsertUser", request: json!({ "externalId": name }) }
}

pub(super) fn start_registration(name: &str) -> ShownCall {
    ShownCall {
        rpc: "keystead.v1.CeremonyService/StartRegistration",
        request: json!({ "user": user(name), "sessionBinding": BINDING }),
    }
}

pub(super) fn finish_registration(name: &str) -> ShownCall {
    ShownCall {
        rpc: "keystead.v1.CeremonyService/FinishRegistration",
        request: json!({
            "user": user(name),
            "ceremonyToken": TOKEN,
            "credentialJson": RESPONSE,
            "sessionBinding": BINDING,
            "requestId": ATTEMPT,
        }),
    }
}

pub(super) fn start_authentication(name: Option<&str>) -> ShownCall {
    let mut request = json!({ "mediation": "MEDIATION_MODAL", "sessionBinding": BINDING });
    if let Some(name) = name {
        request["user"] = user(name);
    }
    ShownCall { rpc: "keystead.v1.CeremonyService/StartAuthentication", request }
}

pub(super) fn finish_authentication() -> ShownCall {
    ShownCall {
        rpc: "keystead.v1.CeremonyService/FinishAuthentication",
        request: json!({
            "ceremonyToken": TOKEN,
            "credentialJson": RESPONSE,
            "sessionBinding": BINDING,
            "requestId": ATTEMPT,
        }),
    }
}

pub(super) fn list_credentials(name: &str) -> ShownCall {
    ShownCall { rpc: "keystead.v1.CredentialService/ListCredentials", request: json!({ "user": user(name) }) }
}

pub(super) fn revoke_credential(credential_id: &str) -> ShownCall {
    ShownCall {
        rpc: "keystead.v1.CredentialService/RevokeCredential",
        request: json!({ "credentialId": credential_id, "requestId": ATTEMPT }),
    }
}

pub(super) fn list_events(page_size: u32) -> ShownCall {
    ShownCall { rpc: "keystead.v1.EventService/ListEvents", request: json!({ "pageSize": page_size }) }
}

fn user(name: &str) -> Value {
    json!({ "externalId": name })
}

#[cfg(test)]
mod tests {
    use prost_reflect::{DescriptorPool, DynamicMessage};

    use super::*;

    #[test]
    fn every_shown_call_is_one_that_the_api_takes() {
        let api = DescriptorPool::decode(keystead_proto::DESCRIPTOR_SET).unwrap();
        for ShownCall { rpc, request } in [
            upsert_user("anna"),
            start_registration("anna"),
            finish_registration("anna"),
            start_authentication(Some("anna")),
            start_authentication(None),
            finish_authentication(),
            list_credentials("anna"),
            revoke_credential("cred_01h2xcejqtf2nbrexx3vqjhp41"),
            list_events(20),
        ] {
            let (service, method) = rpc.split_once('/').unwrap();
            let service = api.get_service_by_name(service).unwrap_or_else(|| panic!("{rpc}"));
            let method = service.methods().find(|m| m.name() == method).unwrap_or_else(|| panic!("{rpc}"));
            DynamicMessage::deserialize(method.input(), request)
                .unwrap_or_else(|error| panic!("{rpc}: {error}"));
        }
    }
}
