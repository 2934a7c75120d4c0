//! The ten lines with which a Rust service logs a user in: those of the client's documentation, run.

use keystead_authenticator::Authenticator;
use keystead_tests::database::on_every_engine;

use crate::served::Served;

#[tokio::test]
async fn the_lines_of_the_documentation_log_a_user_in() {
    on_every_engine(async |database| {
        let served = Served::start(&database).await;
        let mut device = Authenticator::new(1);
        let registered = served.register("anna", &mut device).await;
        let origin = served.origin();
        let browser = async |options_json: String| device.get(&options_json, &origin).expect("an answer");
        let user_id = log_in(served.client.clone(), browser).await.expect("logged in");
        assert_eq!(user_id, registered.user_id);
    })
    .await;
}

async fn log_in(
    client: keystead_client::Client,
    mut ask_browser: impl AsyncFnMut(String) -> String,
) -> Result<String, Box<dyn std::error::Error>> {
    use keystead_client::v1::finish_authentication_request::Response::CredentialJson;
    use keystead_client::v1::{FinishAuthenticationRequest, StartAuthenticationRequest};

    // From here on, line by line.
    let started = client.ceremonies().start_authentication(StartAuthenticationRequest::default()).await?;
    let credential_json = ask_browser(started.options_json).await;
    let request = FinishAuthenticationRequest {
        ceremony_token: started.ceremony_token,
        response: Some(CredentialJson(credential_json)),
        ..Default::default()
    };
    let finished = client.ceremonies().finish_authentication(request).await?;
    let user = finished.authentication.and_then(|login| login.user).ok_or("the login is not complete")?;
    println!("{} is logged in", user.external_id);
    Ok(user.user_id)
}

#[test]
fn these_are_the_lines_of_the_documentation() {
    let documentation = include_str!("../../crates/client/src/lib.rs");
    let snippet =
        documentation.split("```no_run").nth(1).and_then(|rest| rest.split("```").next()).expect("a snippet");
    let lines: Vec<&str> = snippet
        .lines()
        .map(|line| line.trim_start_matches("//!").trim())
        .filter(|line| !line.is_empty() && !line.starts_with('#') && !line.starts_with("use "))
        .filter(|line| !line.contains("Client::from_env"))
        .collect();
    let here: Vec<&str> = include_str!("ten_lines.rs")
        .split("// From here on, line by line.")
        .nth(1)
        .expect("the marker")
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    assert!(lines.len() >= 8);
    assert_eq!(here[..lines.len()], lines[..]);
}
