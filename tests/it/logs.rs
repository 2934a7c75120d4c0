//! What a full run must not leave in its log: secrets, challenges and personal data.

use keystead_authenticator::{Authenticator, Fault};
use keystead_client::v1;
use keystead_tests::database::on_every_engine;
use serde_json::Value;

use crate::served::{Served, named, request_id};

#[tokio::test]
async fn no_secret_challenge_or_personal_data_reaches_the_log_for_people() {
    nothing_forbidden_is_logged("human").await;
}

#[tokio::test]
async fn no_secret_challenge_or_personal_data_reaches_the_log_in_json() {
    nothing_forbidden_is_logged("json").await;
}

async fn nothing_forbidden_is_logged(format: &str) {
    on_every_engine(async |database| {
        let variables = [
            ("KEYSTEAD__LOG__LEVEL", "trace"),
            ("KEYSTEAD__LOG__FORMAT", format),
            ("KEYSTEAD__SERVER__DRAIN_DELAY", "0s"),
        ];
        let mut served = Served::start_with(&database, &variables).await;
        let (name, shown, agent, address) =
            ("external-anna-4711", "Anna Blume", "Mozilla/5.0 (Secret Phone)", "203.0.113.77");
        let binding = "binding-of-this-session";
        let mut device = Authenticator::new(1);
        let client = Some(v1::ClientContext {
            ip_address: address.to_owned(),
            user_agent: agent.to_owned(),
            device_handle: "handle-of-this-device".to_owned(),
            ..Default::default()
        });
        let upsert = v1::UpsertUserRequest {
            external_id: name.to_owned(),
            display_name: Some(shown.to_owned()),
            ..Default::default()
        };
        served.client.users().upsert_user(upsert).await.expect("made");
        served.register(name, &mut device).await;
        let mut forbidden: Vec<String> =
            [name, shown, agent, address, binding, "handle-of-this-device", "support-person-5"]
                .map(str::to_owned)
                .into();
        forbidden.push(served.api_key.clone());
        for fault in
            [None, Some(Fault::BadSignature), Some(Fault::OtherUserHandle), Some(Fault::OtherChallenge)]
        {
            let start = v1::StartAuthenticationRequest {
                user: Some(named(name)),
                session_binding: binding.to_owned(),
                client: client.clone(),
                ..Default::default()
            };
            let started = served.client.ceremonies().start_authentication(start).await.expect("started");
            let options: Value = serde_json::from_str(&started.options_json).expect("JSON");
            forbidden.push(options["challenge"].as_str().expect("a challenge").to_owned());
            forbidden.push(started.ceremony_token.clone());
            if let Some(fault) = fault {
                device.plant(fault);
            }
            let response = device.get(&started.options_json, &served.origin()).expect("an answer");
            let parsed: Value = serde_json::from_str(&response).expect("JSON");
            for member in ["/id", "/response/signature", "/response/clientDataJSON", "/response/userHandle"] {
                forbidden.extend(parsed.pointer(member).and_then(Value::as_str).map(str::to_owned));
            }
            let finish = v1::FinishAuthenticationRequest {
                user: Some(named(name)),
                ceremony_token: started.ceremony_token,
                response: Some(v1::finish_authentication_request::Response::CredentialJson(response)),
                session_binding: binding.to_owned(),
                client: client.clone(),
                request_id: request_id(9),
            };
            let _ = served.client.ceremonies().finish_authentication(finish).await;
        }
        let listed =
            served.client.credentials().list_credentials(v1::ListCredentialsRequest::default()).await;
        let revoke = v1::RevokeCredentialRequest {
            credential_id: listed.expect("listed").credentials[0].credential_id.clone(),
            acting_user: "support-person-5".to_owned(),
            acknowledge_lockout: true,
            ..Default::default()
        };
        served.client.credentials().revoke_credential(revoke).await.expect("revoked");

        // Only then is the last line read.
        served.process.terminate();
        assert!(served.process.end().await.success());
        let lines = served.process.lines();
        let is_object =
            |line: &&String| serde_json::from_str::<Value>(line).is_ok_and(|line| line.is_object());
        let finishes = lines.iter().filter(|line| line.contains("FinishAuthentication"));
        assert!(
            finishes.filter(|line| is_object(line) == (format == "json")).count() >= 4,
            "{}",
            lines.join("\n")
        );
        // The announcement on standard output shows the key, once; the log never does.
        let log: Vec<&String> =
            lines.iter().filter(|line| !line.trim_start().starts_with("API key")).collect();
        for secret in &forbidden {
            let seen: Vec<_> = log.iter().filter(|line| line.contains(secret.as_str())).collect();
            assert!(seen.is_empty(), "{secret:?} is in {seen:?}");
        }
    })
    .await;
}
