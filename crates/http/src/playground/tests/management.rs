//! A passkey's life as the page leads it, with a software authenticator in the place of the browser's.

use axum::http::{StatusCode, header};
use keystead_authenticator::Authenticator;
use serde_json::{Value, json};

use super::{Answer, ORIGIN, Router, asked, router, send};

/// A browser with an authenticator, and the cookies of its session.
struct Browser {
    router: Router,
    authenticator: Authenticator,
    cookies: Vec<(String, String)>,
}

impl Browser {
    async fn new() -> Self {
        Self { router: router().await, authenticator: Authenticator::new(1), cookies: Vec::new() }
    }

    async fn ask(&mut self, path: &str, body: Value) -> Answer {
        let mut request = asked(path, &body);
        let pairs: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request.headers_mut().insert(header::COOKIE, pairs.join("; ").parse().unwrap());
        request.headers_mut().insert(header::USER_AGENT, "Mozilla/5.0 (Test) Chrome/140".parse().unwrap());
        let answer = send(&self.router, request).await;
        for cookie in answer.cookies() {
            let (name, rest) = cookie.split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), rest.split(';').next().unwrap().to_owned()));
        }
        answer
    }

    async fn done(&mut self, path: &str, body: Value) -> Value {
        let answer = self.ask(path, body).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        answer.json()
    }

    async fn register(&mut self, name: &str) -> Value {
        let started = self.done("registration/start", json!({ "name": name })).await;
        let options = started["optionsJson"].as_str().unwrap();
        let credential = self.authenticator.create(options, ORIGIN).unwrap();
        self.done("registration/finish", json!({ "name": name, "credentialJson": credential })).await
    }

    async fn sign_in(&mut self, start: Value) -> Answer {
        let started = self.done("authentication/start", start).await;
        let options = started["optionsJson"].as_str().unwrap();
        let credential = self.authenticator.get(options, ORIGIN).unwrap();
        self.ask("authentication/finish", json!({ "credentialJson": credential })).await
    }
}

fn id_of(answer: &Value) -> Value {
    answer["credential"]["credentialId"].clone()
}

/// The ids that an answer tells the browser to keep.
fn accepted(answer: &Value) -> Vec<String> {
    let text = answer["signals"]["allAcceptedCredentialsJson"].as_str().unwrap();
    let told: Value = serde_json::from_str(text).unwrap();
    told["allAcceptedCredentialIds"].as_array().unwrap().iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_passkey_is_shown_as_people_know_it() {
    let mut browser = Browser::new().await;
    browser.register("anna").await;
    let signed_in = browser.sign_in(json!({ "mediation": "conditional" })).await;
    assert_eq!(signed_in.status, StatusCode::OK, "{}", signed_in.text);
    let listed = browser.done("credentials/list", json!({ "name": "anna" })).await;
    let credential = &listed["credentials"][0];
    assert_eq!(credential["state"], "CREDENTIAL_STATE_ACTIVE");
    assert_eq!(credential["source"], "CREDENTIAL_SOURCE_REGISTRATION");
    assert_eq!(credential["profile"], "default");
    assert_eq!(credential["usable"], true);
    assert_eq!(credential["provider"]["verified"], false);
    assert_eq!(credential["useCount"], 1);
    for used in [&credential["creation"], &credential["lastUse"]] {
        assert_eq!(used["origin"], ORIGIN);
        assert_eq!(used["userAgent"], "Mozilla/5.0 (Test) Chrome/140");
        assert_eq!(used["userVerified"], true);
    }
}

#[tokio::test]
async fn the_events_of_a_ceremony_are_found_by_its_id() {
    let mut browser = Browser::new().await;
    browser.register("anna").await;
    let started = browser.done("authentication/start", json!({})).await;
    let credential = browser.authenticator.get(started["optionsJson"].as_str().unwrap(), ORIGIN).unwrap();
    browser.done("authentication/finish", json!({ "credentialJson": credential })).await;
    let listed = browser.done("events/list", json!({ "ceremonyId": started["ceremonyId"] })).await;
    let kinds: Vec<_> = listed["events"].as_array().unwrap().iter().map(|event| &event["type"]).collect();
    assert_eq!(kinds, ["authentication.finished"]);
}

#[tokio::test]
async fn each_change_answers_with_the_passkey_as_it_is_and_with_what_the_owners_browser_is_told() {
    let mut browser = Browser::new().await;
    let first = id_of(&browser.register("anna").await);
    browser.authenticator = Authenticator::new(2);
    let second = browser.register("anna").await;
    assert_eq!(accepted(&second).len(), 2);

    for (action, state) in [
        ("suspend", "CREDENTIAL_STATE_SUSPENDED"),
        ("resume", "CREDENTIAL_STATE_ACTIVE"),
        ("report-lost", "CREDENTIAL_STATE_SUSPENDED"),
    ] {
        let body = json!({ "credentialId": first, "name": "anna" });
        let changed = browser.done(&format!("credentials/{action}"), body).await;
        assert_eq!(changed["credential"]["state"], state, "{action}");
        assert_eq!(changed["credential"]["reportedLost"], action == "report-lost");
        assert_eq!(accepted(&changed).len(), 2, "{action}: a passkey that may come back is not hidden");
    }
    let body = json!({ "credentialId": first, "name": "anna", "displayName": "old phone" });
    let renamed = browser.done("credentials/rename", body).await;
    assert_eq!(renamed["credential"]["displayName"], "old phone");

    let body = json!({ "credentialId": first, "name": "anna" });
    let revoked = browser.done("credentials/revoke", body).await;
    assert_eq!(revoked["credential"]["state"], "CREDENTIAL_STATE_REVOKED");
    assert_eq!(accepted(&revoked).len(), 1);
    let told = browser.done("signals", json!({ "name": "anna" })).await;
    assert_eq!(accepted(&told), accepted(&revoked));
}

#[tokio::test]
async fn a_browser_in_which_the_owner_is_not_signed_in_is_told_nothing() {
    let mut browser = Browser::new().await;
    browser.register("berta").await;
    browser.authenticator = Authenticator::new(2);
    let annas = id_of(&browser.register("anna").await);
    for signed_in in [json!({}), json!({ "name": "berta" }), json!({ "name": "nobody" })] {
        for (action, more) in
            [("report-lost", json!({})), ("resume", json!({})), ("rename", json!({ "displayName": "" }))]
        {
            let mut body = json!({ "credentialId": annas });
            for part in [&signed_in, &more] {
                body.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
            }
            let changed = browser.done(&format!("credentials/{action}"), body).await;
            assert_eq!(changed["signals"], json!({}), "{action} {signed_in}");
        }
    }
}

#[tokio::test]
async fn the_last_way_in_goes_only_where_another_is_named() {
    let mut browser = Browser::new().await;
    let id = id_of(&browser.register("anna").await);
    for action in ["suspend", "revoke"] {
        let body = json!({ "credentialId": id, "name": "anna" });
        let refused = browser.ask(&format!("credentials/{action}"), body).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
        let problem = refused.json();
        assert_eq!(problem["reason"], "WOULD_LOCK_OUT");
        assert_eq!(problem["metadata"]["remedies"], "add_passkey,name_remaining_method");
    }
    let body = json!({ "credentialId": id, "name": "anna", "remainingMethods": ["external:password"] });
    let revoked = browser.done("credentials/revoke", body).await;
    assert_eq!(revoked["credential"]["state"], "CREDENTIAL_STATE_REVOKED");
    assert_eq!(revoked["calls"][0]["request"]["remainingMethods"], json!(["external:password"]));

    let refused = browser.sign_in(json!({})).await.json();
    assert_eq!(refused["reason"], "CREDENTIAL_REVOKED");
    assert_eq!(refused["signals"], json!({}), "a revoked key is no unknown one");
}

#[tokio::test]
async fn a_registration_without_a_dialog_asks_for_no_verification() {
    let mut browser = Browser::new().await;
    let body = json!({ "name": "anna", "mediation": "conditional" });
    let started = browser.done("registration/start", body).await;
    let options = started["optionsJson"].as_str().unwrap();
    let asked: Value = serde_json::from_str(options).unwrap();
    assert_eq!(asked["authenticatorSelection"]["userVerification"], "preferred");
    let credential = browser.authenticator.create_without_dialog(options, ORIGIN).unwrap();
    let body = json!({ "name": "anna", "credentialJson": credential });
    let made = browser.done("registration/finish", body).await;
    assert_eq!(made["credential"]["source"], "CREDENTIAL_SOURCE_CONDITIONAL");
    assert_eq!(made["credential"]["userVerificationInitialized"], false);
}
