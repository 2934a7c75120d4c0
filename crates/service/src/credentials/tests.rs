//! Taking credentials away and giving them back.

use keystead_domain::{
    Aaguid, AaguidMode, AaguidRule, CredentialState, DisplayName, Method, RegistrationProfile, RpId, UserRef,
};

use super::*;
use crate::{
    CreateRegistrationProfile, Refused,
    fixture::{Home, anna, name, support},
};

fn taking(id: CredentialId) -> Taking {
    Taking { id, acting_user: None, remaining_methods: Vec::new(), acknowledge_lockout: false }
}

fn with_password(id: CredentialId) -> Taking {
    let remaining_methods = vec![Method::new("external:password").unwrap()];
    Taking { remaining_methods, ..taking(id) }
}

fn refused(answer: Result<Managed, Error>) -> Refused {
    match answer {
        Err(Error::Refused(refused)) => refused,
        other => panic!("{other:?}"),
    }
}

fn state(managed: &Managed) -> CredentialState {
    managed.credential.credential.state
}

fn accepted(signals: &Signals) -> usize {
    let list = signals.all_accepted_credentials.as_deref().expect("the complete list");
    let list: serde_json::Value = serde_json::from_str(list).unwrap();
    list["allAcceptedCredentialIds"].as_array().unwrap().len()
}

#[tokio::test]
async fn the_last_way_in_is_kept_until_somebody_answers_for_it() {
    let home = Home::new().await;
    let last = home.passkey("anna", |_| {}).await;
    home.passkey("anna", |key| key.user_verification_initialized = false).await;
    home.passkey("anna", |key| key.state = CredentialState::Superseded).await;
    home.passkey("bert", |_| {}).await;
    let by_support = Taking { acting_user: Some(support()), ..taking(last.id) };
    for (taking, remedies) in [
        (taking(last.id), "add_passkey,name_remaining_method"),
        (by_support.clone(), "add_passkey,name_remaining_method,acknowledge_lockout"),
    ] {
        let acting_user = taking.acting_user.clone();
        for answer in [
            home.service.revoke_credential(&home.call, taking.clone()).await,
            home.service.suspend_credential(&home.call, taking).await,
        ] {
            let refused = refused(answer);
            assert_eq!(refused.reason, Reason::WouldLockOut);
            assert_eq!(refused.metadata, [("remedies", remedies.to_owned())]);
            let event = home.events().await.swap_remove(0);
            assert_eq!((event.kind, event.outcome), (EventKind::LockoutPrevented, EventOutcome::Refused));
            assert_eq!(event.reasons, [Reason::WouldLockOut]);
            assert_eq!((event.credential_id, event.acting_user), (Some(last.id), acting_user.clone()));
        }
    }
    assert_eq!(home.events().await.len(), 4);
    let unchanged = home.service.get_credential(&home.call, last.id).await.unwrap();
    assert_eq!(unchanged.credential, last);

    let suspended = home.service.suspend_credential(&home.call, with_password(last.id)).await.unwrap();
    assert_eq!(state(&suspended), CredentialState::Suspended);
    assert_eq!(home.events().await[0].reasons, []);
    home.service.resume_credential(&home.call, last.id, None).await.unwrap();

    let acknowledged = Taking { acknowledge_lockout: true, ..by_support };
    let revoked = home.service.revoke_credential(&home.call, acknowledged).await.unwrap();
    assert_eq!(state(&revoked), CredentialState::Revoked);
    let event = home.events().await.swap_remove(0);
    assert_eq!((event.kind, event.outcome), (EventKind::CredentialRevoked, EventOutcome::Success));
    assert_eq!(event.reasons, [Reason::WouldLockOut]);
}

#[tokio::test]
async fn a_key_that_its_profile_refuses_at_login_is_no_other_way_in() {
    let home = Home::new().await;
    let (phone, key) = (Aaguid([2; 16]), Aaguid([3; 16]));
    let profile = RegistrationProfile {
        name: name("staff"),
        aaguids: AaguidRule {
            denied: vec![phone],
            mode: AaguidMode::RegistrationAndUse,
            ..AaguidRule::any()
        },
        ..RegistrationProfile::built_in()
    };
    let command = CreateRegistrationProfile { tenant: None, profile, acknowledge_lockout: false };
    home.service.create_registration_profile(&home.call, command).await.unwrap();
    let register = |aaguid| {
        home.passkey("anna", move |credential: &mut Credential| {
            credential.aaguid = aaguid;
            credential.profile = name("staff");
        })
    };
    let (phone, key) = (register(phone).await, register(key).await);
    let usable = async |id| home.service.get_credential(&home.call, id).await.unwrap().usable;
    assert_eq!((usable(phone.id).await, usable(key.id).await), (false, true));

    let last = home.service.revoke_credential(&home.call, taking(key.id)).await;
    assert_eq!(refused(last).reason, Reason::WouldLockOut);
    home.service.revoke_credential(&home.call, taking(phone.id)).await.unwrap();
}

#[tokio::test]
async fn who_acknowledges_says_who_he_is() {
    let home = Home::new().await;
    let key = home.passkey("anna", |_| {}).await;
    let nobody = Taking { acknowledge_lockout: true, ..taking(key.id) };
    let many =
        Taking { remaining_methods: vec![Method::new("external:password").unwrap(); 9], ..taking(key.id) };
    for (taking, named) in [(nobody, "acknowledge_lockout"), (many, "remaining_methods")] {
        let answer = home.service.revoke_credential(&home.call, taking).await;
        assert!(matches!(answer, Err(Error::Invalid { field, .. }) if field == named), "{answer:?}");
    }
    assert_eq!(home.kinds().await, []);
}

#[tokio::test]
async fn what_is_as_it_should_be_is_answered_without_an_event() {
    let home = Home::new().await;
    let key = home.passkey("anna", |_| {}).await;
    home.passkey("anna", |_| {}).await;
    for _ in 0..2 {
        let resumed = home.service.resume_credential(&home.call, key.id, None).await.unwrap();
        assert_eq!((state(&resumed), home.events().await.len()), (CredentialState::Active, 0));
    }
    for _ in 0..2 {
        let suspended = home.service.suspend_credential(&home.call, taking(key.id)).await.unwrap();
        assert_eq!((state(&suspended), home.events().await.len()), (CredentialState::Suspended, 1));
    }
    for _ in 0..2 {
        // It was suspended already; that it is lost is news, once.
        let lost = home.service.report_lost(&home.call, key.id, None).await.unwrap();
        assert!(lost.credential.credential.lost_at.is_some());
        assert_eq!((state(&lost), home.events().await.len()), (CredentialState::Suspended, 2));
    }
    for _ in 0..2 {
        let revoked = home.service.revoke_credential(&home.call, taking(key.id)).await.unwrap();
        assert_eq!((state(&revoked), home.events().await.len()), (CredentialState::Revoked, 3));
    }
    for answer in [
        home.service.suspend_credential(&home.call, taking(key.id)).await,
        home.service.report_lost(&home.call, key.id, None).await,
        home.service.resume_credential(&home.call, key.id, None).await,
    ] {
        assert_eq!(refused(answer).reason, Reason::CredentialRevoked);
    }
    assert_eq!(
        home.kinds().await,
        [EventKind::CredentialRevoked, EventKind::CredentialReportedLost, EventKind::CredentialSuspended]
    );
    assert_eq!(home.user("anna").await.credential_count, 1);
}

#[tokio::test]
async fn the_last_key_is_reported_lost_at_once_and_is_not_once_it_is_resumed() {
    let home = Home::new().await;
    let key = home.passkey("anna", |_| {}).await;
    let lost = home.service.report_lost(&home.call, key.id, Some(support())).await.unwrap();
    assert_eq!(state(&lost), CredentialState::Suspended);
    assert!(!lost.credential.usable);
    assert_eq!(home.events().await[0].acting_user, Some(support()));
    let found = home.service.resume_credential(&home.call, key.id, None).await.unwrap();
    assert_eq!((state(&found), found.credential.credential.lost_at), (CredentialState::Active, None));
    assert!(found.credential.usable);
}

#[tokio::test]
async fn only_the_owners_browser_is_told_and_of_every_key_that_may_come_back() {
    let home = Home::new().await;
    let key = home.passkey("anna", |_| {}).await;
    home.passkey("anna", |_| {}).await;
    home.passkey("bert", |_| {}).await;
    let telephone = DisplayName::new("Telephone").unwrap();
    let renamed = home.service.rename_credential(&home.call, key.id, telephone.clone()).await.unwrap();
    assert_eq!(renamed.credential.credential.display_name, telephone);
    assert_eq!(accepted(&renamed.signals), 2);
    assert!(renamed.signals.current_user_details.is_some() && renamed.signals.unknown_credential.is_none());
    let suspended = home.service.suspend_credential(&home.call, taking(key.id)).await.unwrap();
    assert_eq!(accepted(&suspended.signals), 2);
    let resumed = home.service.resume_credential(&home.call, key.id, Some(support())).await.unwrap();
    assert_eq!(resumed.signals, Signals::default());
    let by_support = Taking { acting_user: Some(support()), ..taking(key.id) };
    let revoked = home.service.revoke_credential(&home.call, by_support).await.unwrap();
    assert_eq!(revoked.signals, Signals::default());
    assert_eq!(accepted(&home.service.get_signals(&home.call, &anna(), None).await.unwrap()), 1);
}

#[tokio::test]
async fn signals_are_about_a_user_and_a_relying_party_that_are_there() {
    let home = Home::new().await;
    let rejected = async |user: &UserRef, rp_id: &str| match home
        .service
        .get_signals(&home.call, user, Some(&RpId::new(rp_id).unwrap()))
        .await
    {
        Err(Error::Rejected(reason)) => Some(reason),
        _ => None,
    };
    assert_eq!(rejected(&anna(), "example.org").await, Some(Reason::UserNotFound));
    home.user("anna").await;
    assert_eq!(rejected(&anna(), "example.com").await, Some(Reason::RelyingPartyNotFound));
    // No browser has a passkey of his: he has no handle here.
    assert_eq!(home.service.get_signals(&home.call, &anna(), None).await.unwrap(), Signals::default());
}

#[tokio::test]
async fn a_repeat_is_answered_and_another_request_under_its_id_is_not() {
    let home = Home::new().await;
    let key = home.passkey("anna", |_| {}).await;
    let other = home.passkey("anna", |_| {}).await;
    let call = home.named(1);
    for _ in 0..2 {
        let suspended = home.service.suspend_credential(&call, taking(key.id)).await.unwrap();
        assert_eq!((state(&suspended), accepted(&suspended.signals)), (CredentialState::Suspended, 2));
    }
    assert_eq!(home.kinds().await, [EventKind::CredentialSuspended]);
    for another in
        [taking(other.id), with_password(key.id), Taking { acting_user: Some(support()), ..taking(key.id) }]
    {
        let reused = home.service.suspend_credential(&call, another).await;
        assert!(matches!(reused, Err(Error::Rejected(Reason::RequestIdReused))), "{reused:?}");
    }
    // What was refused was not carried out: the same request is judged again once there is another way in.
    let call = home.named(2);
    let last = home.service.revoke_credential(&call, taking(other.id)).await;
    assert_eq!(refused(last).reason, Reason::WouldLockOut);
    home.service.resume_credential(&home.call, key.id, None).await.unwrap();
    let revoked = home.service.revoke_credential(&call, taking(other.id)).await.unwrap();
    assert_eq!(state(&revoked), CredentialState::Revoked);
}

#[tokio::test]
async fn nobody_touches_a_credential_of_another_tenant() {
    let (home, other) = (Home::new().await, Home::new().await);
    let key = other.passkey("anna", |_| {}).await;
    let absent = home.service.revoke_credential(&home.call, taking(key.id)).await;
    assert!(matches!(absent, Err(Error::Rejected(Reason::CredentialNotFound))), "{absent:?}");
}
