//! What a finish must not tell: whether an id that was shown for a name is a key or a decoy.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use keystead_authenticator::Authenticator;
use keystead_ceremony::{RequestOptions, assertion, registration};
use keystead_domain::{
    DisplayName, ExternalId, Mediation, Reason, RegistrationOverrides, SessionBinding, UserRef,
};
use serde_json::Value;

use super::{
    FinishAuthentication, FinishRegistration, Finished, Registration, StartAuthentication, StartRegistration,
    Started,
};
use crate::{Error, Refused, fixture::Home, tally};

const ORIGIN: &str = "https://example.org";
/// Bytes of the ids that the software authenticator makes.
const LENGTH: usize = 32;

fn named(name: &str) -> UserRef {
    UserRef::External(ExternalId::new(name).unwrap())
}

impl Home {
    /// Registers a passkey, under the id that the device made or under this one.
    async fn register(
        &self,
        name: &str,
        device: &mut Authenticator,
        claimed: Option<&[u8]>,
    ) -> Result<Finished<Registration>, Error> {
        self.user(name).await;
        let command = StartRegistration {
            user: named(name),
            rp_id: None,
            profile: None,
            overrides: RegistrationOverrides::default(),
            mediation: Mediation::Modal,
            session_binding: SessionBinding::default(),
        };
        let started = self.service.start_registration(&self.call, command).await.unwrap();
        let mut response = parsed(&device.create(&started.options.to_json(), ORIGIN).unwrap());
        if let Some(claimed) = claimed {
            claim(&mut response, claimed);
        }
        let command = FinishRegistration {
            user: named(name),
            token: started.token,
            response: registration::Response::from_json(&response.to_string()).unwrap(),
            display_name: DisplayName::default(),
            session_binding: SessionBinding::default(),
        };
        self.service.finish_registration(&self.call, command).await
    }

    async fn start(&self, name: &str) -> Started<RequestOptions> {
        let command = StartAuthentication {
            user: Some(named(name)),
            rp_id: None,
            user_verification: None,
            mediation: Mediation::Modal,
            hints: Vec::new(),
            session_binding: SessionBinding::default(),
        };
        self.service.start_authentication(&self.call, command).await.unwrap()
    }

    /// A name that nobody has, and an id that is shown for it, of the length that the device's own have.
    async fn decoy(&self) -> (String, Vec<u8>) {
        for n in 0.. {
            let name = format!("nobody{n}");
            let id = self.start(&name).await.options.allow.remove(0).id.as_bytes().to_vec();
            if id.len() == LENGTH {
                return (name, id);
            }
        }
        unreachable!("one of four names or so has such an id")
    }
}

fn parsed(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

/// Puts an id in the place of the device's: an unattested registration is signed by nobody.
fn claim(response: &mut Value, id: &[u8]) {
    let bytes = |member: &Value| URL_SAFE_NO_PAD.decode(member.as_str().unwrap()).unwrap();
    let (own, mut object) = (bytes(&response["rawId"]), bytes(&response["response"]["attestationObject"]));
    let at = object.windows(own.len()).position(|window| window == own).unwrap();
    object[at..at + own.len()].copy_from_slice(id);
    response["response"]["attestationObject"] = URL_SAFE_NO_PAD.encode(object).into();
    claim_only(response, id);
}

fn claim_only(response: &mut Value, id: &[u8]) {
    response["id"] = URL_SAFE_NO_PAD.encode(id).into();
    response["rawId"] = response["id"].clone();
}

fn refused<T: std::fmt::Debug>(answer: Result<T, Error>) -> Refused {
    match answer {
        Err(Error::Refused(refused)) => refused,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn an_id_that_is_shown_for_another_name_is_taken_whether_it_is_a_key_or_a_decoy() {
    let home = Home::new().await;
    let key = home.register("bert", &mut Authenticator::new(1), None).await.unwrap();
    let key = key.value.credential.credential.webauthn_id.as_bytes().to_vec();
    let (_, decoy) = home.decoy().await;
    let mut device = Authenticator::new(2);
    let mut answers = Vec::new();
    // The first time anna is made, and her handle.
    for id in [&key, &key, &decoy] {
        let register = home.register("anna", &mut device, Some(id));
        let (answer, tally) = Box::pin(tally::scope(register)).await;
        answers.push((refused(answer), tally.statements, tally.commits));
    }
    assert_eq!(answers[1].0.reason, Reason::CredentialExists);
    assert_eq!(answers[1], answers[2], "nothing tells a decoy from a key");
    // An id that was shown to nobody is free, and what was refused before left nothing behind.
    let free = home.register("anna", &mut device, Some(&[7; LENGTH])).await.unwrap();
    assert_eq!(free.value.credential.credential.webauthn_id.as_bytes(), [7; LENGTH]);
}

#[tokio::test]
async fn a_name_that_is_given_at_finish_costs_the_same_whether_or_not_somebody_has_it() {
    let home = Home::new().await;
    let mut device = Authenticator::new(1);
    home.register("anna", &mut device, None).await.unwrap();
    let mut answers = Vec::new();
    for name in ["anna".to_owned(), home.decoy().await.0] {
        let started = home.start(&name).await;
        let shown = started.options.allow[0].id.as_bytes().to_vec();
        let options = RequestOptions { allow: Vec::new(), ..started.options };
        let mut response = parsed(&device.get(&options.to_json(), ORIGIN).unwrap());
        claim_only(&mut response, &shown);
        // Right for another challenge only.
        response["response"]["signature"] = URL_SAFE_NO_PAD.encode([0x30; 70]).into();
        let command = FinishAuthentication {
            user: Some(named(&name)),
            token: started.token,
            response: assertion::Response::from_json(&response.to_string()).unwrap(),
            session_binding: SessionBinding::default(),
        };
        let finishing = Box::pin(home.service.finish_authentication(&home.call, command));
        let (answer, tally) = tally::scope(finishing).await;
        answers.push((refused(answer), tally.statements, tally.commits));
    }
    assert_eq!(answers[0].0.reason, Reason::SignatureInvalid);
    assert_eq!(answers[0], answers[1], "nothing tells a name that nobody has");
}
