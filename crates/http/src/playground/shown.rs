//! The calls of the API that a backend would make for a step, shown so that a developer learns them from the page.

use keystead_domain::Mediation;
use serde::Serialize;
use serde_json::{Value, json};

/// What stands in the place of a secret or of what only the browser has.
const TOKEN: &str = "‹ceremonyToken of the Start›";
const BINDING: &str = "‹a secret of this browser session›";
const RESPONSE: &str = "‹JSON.stringify(credential.toJSON())›";
const USER_AGENT: &str = "‹the request's User-Agent›";
const DEVICE: &str = "‹a cookie of this device›";
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

pub(super) fn start_registration(name: &str, profile: Option<&str>, mediation: Mediation) -> ShownCall {
    let mut request = json!({ "user": user(name), "sessionBinding": BINDING, "client": client(true) });
    if let Some(profile) = profile {
        request["profile"] = profile.into();
    }
    if mediation == Mediation::Conditional {
        request["mediation"] = word(mediation).into();
    }
    ShownCall { rpc: "keystead.v1.CeremonyService/StartRegistration", request }
}

pub(super) fn finish_registration(name: &str) -> ShownCall {
    ShownCall {
        rpc: "keystead.v1.CeremonyService/FinishRegistration",
        request: json!({
            "user": user(name),
            "ceremonyToken": TOKEN,
            "credentialJson": RESPONSE,
            "sessionBinding": BINDING,
            "client": client(true),
            "requestId": ATTEMPT,
        }),
    }
}

pub(super) fn start_authentication(name: Option<&str>, mediation: Mediation) -> ShownCall {
    let mut request = json!({ "mediation": word(mediation), "sessionBinding": BINDING });
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
            "client": client(false),
            "requestId": ATTEMPT,
        }),
    }
}

pub(super) fn list_credentials(name: &str) -> ShownCall {
    ShownCall { rpc: "keystead.v1.CredentialService/ListCredentials", request: json!({ "user": user(name) }) }
}

pub(super) fn rename_credential(credential_id: &str, display_name: &str) -> ShownCall {
    ShownCall {
        rpc: "keystead.v1.CredentialService/RenameCredential",
        request: json!({
            "credentialId": credential_id,
            "displayName": display_name,
            "requestId": ATTEMPT,
        }),
    }
}

pub(super) fn suspend_credential(credential_id: &str, remaining_methods: &[String]) -> ShownCall {
    let request = taking(credential_id, remaining_methods);
    ShownCall { rpc: "keystead.v1.CredentialService/SuspendCredential", request }
}

pub(super) fn revoke_credential(credential_id: &str, remaining_methods: &[String]) -> ShownCall {
    let request = taking(credential_id, remaining_methods);
    ShownCall { rpc: "keystead.v1.CredentialService/RevokeCredential", request }
}

pub(super) fn resume_credential(credential_id: &str) -> ShownCall {
    ShownCall { rpc: "keystead.v1.CredentialService/ResumeCredential", request: taking(credential_id, &[]) }
}

pub(super) fn report_lost(credential_id: &str) -> ShownCall {
    ShownCall { rpc: "keystead.v1.CredentialService/ReportLost", request: taking(credential_id, &[]) }
}

pub(super) fn get_signals(name: &str) -> ShownCall {
    ShownCall { rpc: "keystead.v1.CredentialService/GetSignals", request: json!({ "user": user(name) }) }
}

pub(super) fn list_registration_profiles() -> ShownCall {
    ShownCall {
        rpc: "keystead.v1.AdminService/ListRegistrationProfiles",
        request: json!({ "currentOnly": true }),
    }
}

pub(super) fn list_events(ceremony_id: Option<&str>, name: Option<&str>, page_size: u32) -> ShownCall {
    let mut request = json!({ "pageSize": page_size });
    if let Some(ceremony_id) = ceremony_id {
        request["ceremonyId"] = ceremony_id.into();
    }
    if let Some(name) = name {
        request["user"] = user(name);
    }
    ShownCall { rpc: "keystead.v1.EventService/ListEvents", request }
}

/// What most changes of a credential ask.
fn taking(credential_id: &str, remaining_methods: &[String]) -> Value {
    let mut request = json!({ "credentialId": credential_id, "requestId": ATTEMPT });
    if !remaining_methods.is_empty() {
        request["remainingMethods"] = remaining_methods.into();
    }
    request
}

/// What a backend says about the browser; the handle of the device only where it is kept.
fn client(with_device: bool) -> Value {
    let mut client = json!({ "userAgent": USER_AGENT });
    if with_device {
        client["deviceHandle"] = DEVICE.into();
    }
    client
}

const fn word(mediation: Mediation) -> &'static str {
    match mediation {
        Mediation::Modal => "MEDIATION_MODAL",
        Mediation::Conditional => "MEDIATION_CONDITIONAL",
    }
}

fn user(name: &str) -> Value {
    json!({ "externalId": name })
}

#[cfg(test)]
mod tests {
    use prost_reflect::{DescriptorPool, DynamicMessage};

    use super::*;

    const CREDENTIAL: &str = "cred_01h2xcejqtf2nbrexx3vqjhp41";

    #[test]
    fn every_shown_call_is_one_that_the_api_takes() {
        let api = DescriptorPool::decode(keystead_proto::DESCRIPTOR_SET).unwrap();
        for ShownCall { rpc, request } in [
            upsert_user("anna"),
            start_registration("anna", None, Mediation::Modal),
            start_registration("anna", Some("security-keys"), Mediation::Conditional),
            finish_registration("anna"),
            start_authentication(Some("anna"), Mediation::Modal),
            start_authentication(None, Mediation::Conditional),
            finish_authentication(),
            list_credentials("anna"),
            rename_credential(CREDENTIAL, "blue key"),
            suspend_credential(CREDENTIAL, &[]),
            resume_credential(CREDENTIAL),
            revoke_credential(CREDENTIAL, &["external:password".to_owned()]),
            report_lost(CREDENTIAL),
            get_signals("anna"),
            list_registration_profiles(),
            list_events(None, None, 20),
            list_events(Some("cer_01h2xcejqtf2nbrexx3vqjhp41"), Some("anna"), 20),
        ] {
            let (service, method) = rpc.split_once('/').unwrap();
            let service = api.get_service_by_name(service).unwrap_or_else(|| panic!("{rpc}"));
            let method = service.methods().find(|m| m.name() == method).unwrap_or_else(|| panic!("{rpc}"));
            DynamicMessage::deserialize(method.input(), request)
                .unwrap_or_else(|error| panic!("{rpc}: {error}"));
        }
    }
}
