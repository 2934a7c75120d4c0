//! Makes assertions: honest ones by the software authenticator, and what is left of those after mutations.

use keystead_authenticator::{Algorithm, Attachment, Authenticator, Credential, Fault, Settings};
use serde_json::{Value, json};

use super::{
    case::{Case, lenient},
    mutation::{self, Evidence, Keys, Mutation},
    random::Random,
};
use crate::response::{sha256, text};

/// What both sides can judge.
const ALGORITHMS: [Algorithm; 3] = [Algorithm::Es256, Algorithm::Es384, Algorithm::Rs256];
/// Origins of the relying party, a related one last.
const ORIGINS: [&str; 3] = ["https://example.org", "https://login.example.org", "https://example.co.uk"];

/// Authenticators, one for each algorithm, with two credentials each: the second is somebody else's.
pub(crate) struct Forge(Vec<Authenticator>);

impl Forge {
    pub(crate) fn new() -> Self {
        Self(ALGORITHMS.iter().map(|algorithm| authenticator(*algorithm)).collect())
    }

    /// One case: a third are honest, of the others most have one mutation and some have two.
    pub(crate) fn case(&self, seed: u64, number: u64) -> Case {
        let mut random = Random::new(seed, number);
        let authenticator = &self.0[random.below(self.0.len())];
        let keys = Keys { own: &authenticator.credentials()[0], other: &authenticator.credentials()[1] };
        let challenge: [u8; 32] = random.bytes(32).try_into().unwrap();
        let mutations: Vec<&(&str, Mutation)> = match random.below(12) {
            0..4 => vec![],
            4..11 => vec![mutation::any(&mut random)],
            _ => vec![mutation::any(&mut random), mutation::any(&mut random)],
        };
        let fault = mutations.iter().find_map(|(_, mutation)| match mutation {
            Mutation::Fault => Some(any_fault(&mut random)),
            _ => None,
        });
        let mut document = answer(authenticator, keys.own, &challenge, fault, &mut random);
        let stored_id = match fault {
            // An authenticator that has such ids said so at registration.
            Some(Fault::EmptyId | Fault::LongId) => lenient(document["rawId"].as_str().unwrap()).unwrap(),
            _ => keys.own.id().to_vec(),
        };
        damage_evidence(&mut document, keys, &mutations, &mut random);
        for (_, mutation) in &mutations {
            if let Mutation::Document(change) = mutation {
                change(&mut document, &mut random);
            }
        }
        let mut document = document.to_string();
        for (_, mutation) in &mutations {
            if let Mutation::Text(change) = mutation {
                change(&mut document, &mut random);
            }
        }
        Case {
            algorithm: keys.own.algorithm(),
            public_key: keys.own.public_key(),
            stored_id,
            challenge,
            document,
            mutations: mutations.iter().map(|(name, _)| *name).collect(),
        }
    }
}

fn authenticator(algorithm: Algorithm) -> Authenticator {
    let settings = Settings { preferred_algorithm: Some(algorithm), ..Settings::default() };
    let mut authenticator = Authenticator::with_settings(1, settings);
    for user in [[1; 64], [2; 64]] {
        let options = json!({
            "challenge": "AAAA",
            "rp": { "id": "example.org", "name": "Example" },
            "user": { "id": text(&user), "name": "anna", "displayName": "" },
            "pubKeyCredParams": [{ "type": "public-key", "alg": algorithm.cose() }],
            "authenticatorSelection": { "residentKey": "required" },
        });
        authenticator.create(&options.to_string(), ORIGINS[0]).unwrap();
    }
    authenticator
}

fn any_fault(random: &mut Random) -> Fault {
    let faults: Vec<Fault> =
        Fault::ALL.iter().copied().filter(|fault| fault.is_of_authentication()).collect();
    random.pick(&faults)
}

/// What the browser sends, honest but for the fault; of which kind the authenticator is, is drawn.
fn answer(
    authenticator: &Authenticator,
    own: &Credential,
    challenge: &[u8],
    fault: Option<Fault>,
    random: &mut Random,
) -> Value {
    let mut authenticator = authenticator.clone();
    let backup_eligible = random.once_in(2);
    authenticator.settings = Settings {
        attachment: random.pick(&[None, Some(Attachment::Platform), Some(Attachment::CrossPlatform)]),
        backup_eligible,
        backed_up: backup_eligible && random.once_in(2),
        user_verification: random.once_in(2),
        counter_step: random.pick(&[0, 1, 0x7fff_ffff, u32::MAX]),
        preferred_credential: Some(own.id().to_vec()),
        extension_output: random.once_in(4),
        extra_client_data: random.once_in(4),
        ..Settings::default()
    };
    if let Some(fault) = fault {
        authenticator.plant(fault);
    }
    let request = json!({ "challenge": text(challenge), "rpId": "example.org" });
    let response = authenticator.get(&request.to_string(), random.pick(&ORIGINS)).unwrap();
    serde_json::from_str(&response).unwrap()
}

/// Changes what is signed, signs it again in most cases, so that nothing but the change can be refused, and changes the
/// signature.
fn damage_evidence(
    document: &mut Value,
    keys: Keys<'_>,
    mutations: &[&(&str, Mutation)],
    random: &mut Random,
) {
    let member = |name: &str| lenient(document["response"][name].as_str().unwrap()).unwrap();
    let mut evidence = Evidence {
        client_data: member("clientDataJSON"),
        authenticator_data: member("authenticatorData"),
        signature: member("signature"),
    };
    for (_, mutation) in mutations {
        if let Mutation::Signed(change) = mutation {
            change(&mut evidence, keys, random);
            if !random.once_in(5) {
                let message = [&evidence.authenticator_data[..], &sha256(&evidence.client_data)].concat();
                evidence.signature = keys.own.sign(&message).unwrap();
            }
        }
    }
    for (_, mutation) in mutations {
        if let Mutation::Signature(change) = mutation {
            evidence.signature = change(&evidence, keys, random);
        }
    }
    let response = &mut document["response"];
    response["clientDataJSON"] = text(&evidence.client_data).into();
    response["authenticatorData"] = text(&evidence.authenticator_data).into();
    response["signature"] = text(&evidence.signature).into();
}
