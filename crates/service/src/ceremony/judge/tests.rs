use std::{sync::Arc, time::Duration};

use keystead_authenticator::{Authenticator, Fault as Flaw};
use keystead_ceremony::{Asked, RequestOptions, registration};
use keystead_domain::{
    AaguidMode, AaguidRule, Attachment, CallerId, CeremonyId, Challenge, CredentialId, CredentialSource,
    CredentialState, DisplayName, Epoch, EventKind, ExternalId, Lifecycle, Mediation, Name, Origin,
    RegistrationOverrides, RelyingPartyId, RpId, TenantId, User, UserHandle, UserId, UserVerification,
};
use keystead_keyring::decoy::decoys;

use super::*;
use crate::fixture::any_credential;

const ORIGIN: &str = "https://example.org";
const CHALLENGE: Challenge = Challenge([7; 32]);
const DECOY_KEY: [u8; 32] = [8; 32];
const SEALED_AT: Timestamp = Timestamp::from_micros(1_000_000);
const AT: Timestamp = Timestamp::from_micros(2_000_000);

type Right = fn(&mut Bench);
type Edit = fn(&mut keystead_domain::Credential);

/// A login by anna's only passkey that nothing speaks against, until a test changes it.
struct Bench {
    device: Authenticator,
    relying_party: RelyingParty,
    relying_parties: Vec<Arc<RelyingParty>>,
    row: LoginRow,
    subject: Subject,
    asked: AskedAuthentication,
    profile: RegistrationProfile,
    client: ClientContext,
}

impl Bench {
    fn new() -> Self {
        let relying_party = relying_party();
        let mut device = Authenticator::new(1);
        let row = registered(&mut device, &relying_party);
        Self {
            device,
            relying_parties: vec![Arc::new(relying_party.clone())],
            relying_party,
            row,
            subject: Subject::Anyone,
            asked: AskedAuthentication {
                user_verification: UserVerification::Required,
                mediation: Mediation::Modal,
            },
            profile: RegistrationProfile::built_in(),
            client: ClientContext::default(),
        }
    }

    /// The device's answer; with another id in it where one is claimed.
    fn answer(&self, claimed: Option<&[u8]>) -> Response {
        use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
        let options = RequestOptions {
            challenge: CHALLENGE,
            timeout: Duration::from_mins(5),
            rp_id: self.relying_party.rp_id.clone(),
            allow: Vec::new(),
            user_verification: UserVerification::Preferred,
            hints: Vec::new(),
        };
        let json = self.device.clone().get(&options.to_json(), ORIGIN).unwrap();
        let mut json: serde_json::Value = serde_json::from_str(&json).unwrap();
        if let Some(claimed) = claimed {
            json["id"] = URL_SAFE_NO_PAD.encode(claimed).into();
            json["rawId"] = json["id"].clone();
        }
        Response::from_json(&json.to_string()).unwrap()
    }

    /// What becomes of this answer where these rows are found.
    fn judged<T>(&self, response: &Response, rows: &[LoginRow], read: impl FnOnce(Judged<'_>) -> T) -> T {
        let sealed = Sealed {
            ceremony_id: CeremonyId::from_bytes([3; 16]),
            relying_party_id: self.relying_party.id,
            caller_id: CallerId::from_bytes([4; 16]),
            challenge: CHALLENGE,
            subject: self.subject,
            binding: None,
            asked: Asked::Authentication(self.asked.clone()),
            sealed_at: SEALED_AT,
            expires_at: SEALED_AT.plus(Duration::from_mins(5)),
        };
        let case = Case {
            response,
            sealed: &sealed,
            asked: &self.asked,
            relying_party: &self.relying_party,
            named: None,
            client: &self.client,
            rows,
            profile: Some(&self.profile),
            decoy_key: &DECOY_KEY,
            relying_parties: &self.relying_parties,
        };
        read(case.judge(AT).unwrap())
    }

    /// The verdict on the device's own answer.
    fn verdict(&self) -> Result<LoginRow, Reason> {
        let rows = [self.row.clone()];
        self.judged(&self.answer(None), &rows, |judged| match judged.verdict {
            Ok(accepted) => Ok(accepted.row_after()),
            Err(denied) => Err(denied.reason),
        })
    }

    /// The reason to refuse an answer where these rows are found, and which credential it is about.
    fn refusal(&self, claimed: Option<&[u8]>, rows: &[LoginRow]) -> (Reason, Option<CredentialId>) {
        self.judged(&self.answer(claimed), rows, |judged| {
            (judged.verdict.err().map(|denied| denied.reason).unwrap(), judged.about.credential)
        })
    }
}

fn relying_party() -> RelyingParty {
    let rp_id = RpId::new("example.org").unwrap();
    RelyingParty {
        id: RelyingPartyId::from_bytes([2; 16]),
        tenant_id: TenantId::from_bytes([1; 16]),
        name: Name::new("Example").unwrap(),
        origins: vec![Origin::new(ORIGIN, &rp_id).unwrap()],
        rp_id,
        top_origins: Vec::new(),
        related_origins: Vec::new(),
        is_default: true,
        ceremony_lifetime: Duration::from_mins(5),
        created_at: Timestamp::from_micros(0),
    }
}

fn registered(device: &mut Authenticator, relying_party: &RelyingParty) -> LoginRow {
    let options = serde_json::json!({
        "challenge": "AAAA",
        "rp": { "id": "example.org", "name": "Example" },
        "user": { "id": "BQUFBQ", "name": "anna", "displayName": "Anna" },
        "pubKeyCredParams": [{ "type": "public-key", "alg": -7 }],
        "authenticatorSelection": { "residentKey": "required" },
    });
    let json = device.create(&options.to_string(), ORIGIN).unwrap();
    let terms =
        RegistrationProfile::built_in().terms(&RegistrationOverrides::default(), Mediation::Modal).unwrap();
    let response = registration::Response::from_json(&json).unwrap();
    let registered = response.verify(relying_party, &terms).unwrap();
    let credential = keystead_domain::Credential {
        webauthn_id: registered.webauthn_id.clone(),
        relying_party_id: relying_party.id,
        public_key: registered.public_key,
        sign_count: registered.sign_count,
        aaguid: registered.aaguid,
        backup_eligible: registered.backup_eligible,
        backed_up: registered.backed_up,
        ..any_credential()
    };
    LoginRow {
        user: User {
            id: credential.user_id,
            external_id: ExternalId::new("anna").unwrap(),
            display_name: DisplayName::default(),
            epoch: Epoch(0),
            credential_count: 1,
            lifecycle: Lifecycle::Active,
            state_version: 0,
            created_at: Timestamp::from_micros(0),
            last_success_at: None,
        },
        user_handle: Some(UserHandle::new([5; 4]).unwrap()),
        accepted: vec![registered.webauthn_id],
        credential,
    }
}

#[test]
fn the_first_rule_that_does_not_hold_is_the_reason() {
    let mut bench = Bench::new();
    // Everything is wrong; then one thing after the other is put right.
    bench.device.plant(Flaw::BadSignature);
    bench.subject = Subject::User { id: UserId::from_bytes([9; 16]), epoch: Epoch(0) };
    bench.row.credential.state = CredentialState::Suspended;
    bench.row.user.lifecycle = Lifecycle::Deactivated;
    let model = bench.row.credential.aaguid;
    bench.profile.aaguids =
        AaguidRule { denied: vec![model], mode: AaguidMode::RegistrationAndUse, ..AaguidRule::any() };
    bench.row.credential.user_verification_initialized = false;
    bench.profile.counter_rule = CounterRule::Reject;
    bench.row.credential.sign_count = 1_000;

    let owner = bench.row.user.id;
    let steps: [(Reason, Right); 7] = [
        (Reason::SignatureInvalid, |bench| bench.device = Bench::new().device),
        (Reason::UserMismatch, |bench| bench.subject = Subject::Anyone),
        (Reason::CredentialSuspended, |bench| bench.row.credential.state = CredentialState::Superseded),
        (Reason::AccountDeactivated, |bench| bench.row.user.lifecycle = Lifecycle::Dormant),
        (Reason::AuthenticatorNotAllowed, |bench| bench.profile.aaguids.mode = AaguidMode::RegistrationOnly),
        (Reason::MoreFactorsRequired, |bench| bench.row.credential.user_verification_initialized = true),
        (Reason::CounterRegressed, |bench| bench.row.credential.sign_count = 0),
    ];
    for (expected, put_right) in steps {
        assert_eq!(bench.verdict().err(), Some(expected));
        put_right(&mut bench);
    }
    assert_eq!(bench.verdict().unwrap().user.id, owner);
}

#[test]
fn only_who_can_sign_learns_that_his_key_belongs_to_another_relying_party() {
    let bench = Bench::new();
    let at = |rp: u8, id: u8, key: &LoginRow| {
        let mut row = key.clone();
        row.credential.relying_party_id = RelyingPartyId::from_bytes([rp; 16]);
        row.credential.id = CredentialId::from_bytes([id; 16]);
        row
    };
    let mut other_device = Authenticator::new(2);
    let other = registered(&mut other_device, &bench.relying_party);
    let id = |id: u8| Some(CredentialId::from_bytes([id; 16]));
    assert_eq!(bench.refusal(None, &[at(7, 1, &bench.row)]), (Reason::WrongRp, id(1)));
    assert_eq!(bench.refusal(None, &[at(7, 1, &other)]), (Reason::SignatureInvalid, id(1)));
    // Of several with one id, the one whose key it is.
    let several = [at(7, 1, &other), at(8, 2, &bench.row)];
    assert_eq!(bench.refusal(None, &several), (Reason::WrongRp, id(2)));
    // Here the id is another key's: what it is elsewhere does not matter.
    let here = [at(7, 1, &bench.row), at(2, 3, &other)];
    assert_eq!(bench.refusal(None, &here), (Reason::SignatureInvalid, id(3)));
}

#[test]
fn a_decoy_has_a_bad_signature_and_any_other_id_that_is_not_stored_is_unknown() {
    let mut bench = Bench::new();
    let [elsewhere, unheard_of] = ["example.com", "example.net"].map(|id| RpId::new(id).unwrap());
    let other = RelyingParty { rp_id: elsewhere.clone(), ..bench.relying_party.clone() };
    bench.relying_parties.push(Arc::new(other));
    let rp = &bench.relying_party;
    let drawn = |key: &[u8; 32], rp_id: &RpId| decoys(key, rp.tenant_id, rp_id, b"nobody").remove(0).id;
    for (id, reason) in [
        (drawn(&DECOY_KEY, &rp.rp_id), Reason::SignatureInvalid),
        // Shown by a page of another relying party of the tenant, as a key there would be.
        (drawn(&DECOY_KEY, &elsewhere), Reason::SignatureInvalid),
        (drawn(&DECOY_KEY, &unheard_of), Reason::CredentialUnknown),
        (drawn(&[9; 32], &rp.rp_id), Reason::CredentialUnknown),
        (vec![1; 16], Reason::CredentialUnknown),
    ] {
        assert_eq!(bench.refusal(Some(&id), &[]), (reason, None));
    }
}

#[test]
fn user_verification_that_a_registration_without_a_dialog_could_not_show_counts_from_now_on() {
    let mut bench = Bench::new();
    bench.row.credential.user_verification_initialized = false;
    assert_eq!(bench.verdict().err(), Some(Reason::MoreFactorsRequired));
    bench.row.credential.source = CredentialSource::Conditional;
    assert!(bench.verdict().unwrap().credential.user_verification_initialized);
}

#[test]
fn a_login_leaves_where_and_how_it_happened() {
    let mut bench = Bench::new();
    bench.client.user_agent = Some("Firefox".to_owned());
    bench.client.country = Some("AT".to_owned());
    bench.device.settings.attachment = Some(keystead_authenticator::Attachment::CrossPlatform);
    bench.row.user.lifecycle = Lifecycle::Dormant;
    let after = bench.verdict().unwrap();
    let used = &after.credential.last_use;
    assert_eq!(
        (used.origin.as_str(), used.user_agent.as_str(), used.country.as_str()),
        (ORIGIN, "Firefox", "AT")
    );
    assert_eq!((used.attachment, used.user_verified), (Some(Attachment::CrossPlatform), true));
    assert_eq!((after.credential.use_count, after.credential.last_used_at), (1, Some(AT)));
    assert_eq!(after.user.lifecycle, Lifecycle::Active, "he is back");
}

#[test]
fn backup_flags_that_changed_are_noted_and_the_counter_first() {
    for (eligible, backed_up, sign_count, expected) in [
        (true, true, 0, vec![]),
        (true, false, 0, vec![EventKind::BackupStateGained]),
        (false, false, 0, vec![EventKind::BackupEligibilityChanged]),
        (true, false, 1_000, vec![EventKind::CounterRegressed, EventKind::BackupStateGained]),
    ] {
        let mut bench = Bench::new();
        bench.device.settings.backup_eligible = true;
        bench.device.settings.backed_up = true;
        bench.row.credential.backup_eligible = eligible;
        bench.row.credential.backed_up = backed_up;
        bench.row.credential.sign_count = sign_count;
        let rows = [bench.row.clone()];
        let noted = bench.judged(&bench.answer(None), &rows, |judged| {
            judged.verdict.map(|accepted| accepted.noted).map_err(|denied| denied.reason)
        });
        assert_eq!(noted, Ok(expected), "{eligible} {backed_up} {sign_count}");
    }
}

#[test]
fn only_the_first_login_of_an_active_key_of_a_named_device_may_supersede() {
    let edits: [(Edit, bool); 4] = [
        (|key| key.device_hash = Some([1; 32]), true),
        (|key| key.device_hash = None, false),
        (|key| (key.device_hash, key.last_used_at) = (Some([1; 32]), Some(SEALED_AT)), false),
        (|key| (key.device_hash, key.state) = (Some([1; 32]), CredentialState::Superseded), false),
    ];
    for (i, (edit, expected)) in edits.into_iter().enumerate() {
        let mut bench = Bench::new();
        edit(&mut bench.row.credential);
        let rows = [bench.row.clone()];
        let may = bench.judged(&bench.answer(None), &rows, |judged| {
            judged.verdict.map(|accepted| accepted.may_supersede()).ok()
        });
        assert_eq!(may, Some(expected), "{i}");
    }
}
