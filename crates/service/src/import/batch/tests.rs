use std::sync::Arc;

use keystead_domain::{
    Aaguid, Algorithm, CredentialState, DisplayName, EventId, EventKind, EventOutcome, RegistrationProfile,
    RelyingPartyId, RpId, Timestamp, WebauthnId,
};

use super::*;
use crate::{Call, UnknownUserVerification};

const NOW: Timestamp = Timestamp::from_micros(1_780_000_000_000_000);

fn candidate() -> Candidate {
    let event =
        |kind| Call::operator(NOW).event(EventId::new(NOW, [1; 10]), NOW, kind, EventOutcome::Success);
    let record = Record {
        external_id: ExternalId::new("anna").unwrap(),
        user_display_name: None,
        user_handle: None,
        rp_id: None,
        webauthn_id: WebauthnId::new([1]).unwrap(),
        public_key: vec![1],
        algorithm: Algorithm::Es256,
        sign_count: 0,
        aaguid: Aaguid([0; 16]),
        attestation_format: "packed".to_owned(),
        transports: Vec::new(),
        attachment: None,
        discoverable: Some(false),
        backup_eligible: false,
        backed_up: false,
        user_verification_initialized: Some(true),
        display_name: DisplayName::default(),
        state: CredentialState::Active,
        created_at: Some(NOW.plus(std::time::Duration::from_secs(1))),
        last_used_at: None,
    };
    let drawn = Drawn {
        user: UserId::new(NOW, [2; 10]),
        credential: CredentialId::new(NOW, [3; 10]),
        user_event: event(EventKind::UserCreated),
        credential_event: event(EventKind::CredentialImported),
    };
    Candidate { number: 1, record: Ok(record), drawn }
}

fn terms() -> Terms {
    Terms {
        rp_id: RpId::new("example.org").unwrap(),
        rp: RelyingPartyId::new(NOW, [4; 10]),
        profile: Arc::new(RegistrationProfile::built_in()),
        unknown_user_verification: UnknownUserVerification::Refuse,
        existing_users_only: false,
        now: NOW,
    }
}

#[test]
fn a_transaction_whose_answer_was_lost_is_told_from_rows_that_were_here_before() {
    let (terms, tenant) = (terms(), TenantId::new(NOW, [5; 10]));
    let candidates = [candidate()];
    let taking = Taking { tenant, terms: &terms, candidates: &candidates };
    let (judge, verdicts) = taking.judge(Ledger::default());
    assert!(matches!(verdicts[..], [Verdict::Imported]));
    assert_eq!((judge.harvest.credentials.len(), judge.harvest.events.len()), (1, 2));

    // It was committed, and runs again.
    let (again, verdicts) = taking.judge(judge.ledger);
    assert!(matches!(verdicts[..], [Verdict::Imported]));
    assert!(again.harvest.credentials.is_empty() && again.harvest.events.is_empty());

    // Somebody else's import of the same row draws other ids.
    let mut other = candidate();
    other.drawn.credential = CredentialId::new(NOW, [6; 10]);
    let candidates = [other];
    let (_, verdicts) = Taking { candidates: &candidates, ..taking }.judge(again.ledger);
    assert!(matches!(verdicts[..], [Verdict::AlreadyPresent]));
}

#[test]
fn what_a_row_says_of_the_future_or_of_attestation_is_not_believed() {
    let (terms, candidates) = (terms(), [candidate()]);
    let taking = Taking { tenant: TenantId::new(NOW, [5; 10]), terms: &terms, candidates: &candidates };
    let (judge, _) = taking.judge(Ledger::default());
    let credential = &judge.harvest.credentials[0];
    assert_eq!(credential.created_at, NOW);
    assert_eq!(credential.attestation.trust, keystead_domain::AttestationTrust::Unverified);
    assert_eq!(credential.attestation.format, "packed");
}
