//! Making profiles, and whom they would keep out.

use keystead_domain::{Aaguid, AaguidMode, AaguidRule, Credential, EventKind, EventOutcome, UserId};

use super::*;
use crate::fixture::{Home, all, name};

const PHONE: Aaguid = Aaguid([1; 16]);
const KEY: Aaguid = Aaguid([2; 16]);

fn denying(denied: &[Aaguid], mode: AaguidMode) -> CreateRegistrationProfile {
    let profile = RegistrationProfile {
        name: name("staff"),
        aaguids: AaguidRule { denied: denied.to_vec(), mode, ..AaguidRule::any() },
        ..RegistrationProfile::built_in()
    };
    CreateRegistrationProfile { tenant: None, profile, acknowledge_lockout: false }
}

/// Anna has a phone, Bert a phone and a security key, all registered as staff.
async fn staff(home: &Home) -> UserId {
    let of_staff = |aaguid| {
        move |credential: &mut Credential| {
            credential.profile = name("staff");
            credential.aaguid = aaguid;
        }
    };
    let annas = home.passkey("anna", of_staff(PHONE)).await;
    home.passkey("bert", of_staff(PHONE)).await;
    home.passkey("bert", of_staff(KEY)).await;
    annas.user_id
}

#[tokio::test]
async fn a_profile_that_leaves_users_outside_is_made_on_purpose_only() {
    let home = Home::new().await;
    let anna = staff(&home).await;
    let command = denying(&[PHONE], AaguidMode::RegistrationAndUse);
    let preview =
        home.service.preview_registration_profile(&home.call, None, &command.profile).await.unwrap();
    assert_eq!((preview.credentials_excluded, preview.users_unreachable), (2, 1));
    assert_eq!(preview.unreachable.into_iter().map(|(id, _)| id).collect::<Vec<_>>(), [anna]);

    let call = home.named(1);
    let refused = home.service.create_registration_profile(&call, command.clone()).await;
    assert!(matches!(refused, Err(Error::Unreachable { users: 1 })), "{refused:?}");
    let event = home.events().await.swap_remove(0);
    assert_eq!((event.kind, event.outcome), (EventKind::LockoutPrevented, EventOutcome::Refused));
    assert_eq!(event.reasons, [Reason::UnreachableUsers]);
    let listed = async || {
        let filter = ProfileFilter::default();
        home.service.list_registration_profiles(&home.call, None, &filter, &all()).await.unwrap().items
    };
    assert_eq!(listed().await.len(), 1, "what is built in");

    let command = CreateRegistrationProfile { acknowledge_lockout: true, ..command };
    let made = home.service.create_registration_profile(&home.call, command).await.unwrap();
    let event = home.events().await.swap_remove(0);
    assert_eq!((event.kind, event.outcome), (EventKind::RegistrationProfileCreated, EventOutcome::Success));
    assert_eq!(event.reasons, [Reason::UnreachableUsers]);
    assert_eq!(listed().await[0], ListedProfile { profile: made, current: true });
}

#[tokio::test]
async fn a_profile_is_compared_with_the_one_it_replaces() {
    let home = Home::new().await;
    staff(&home).await;
    for (denied, mode, refused) in [
        (&[PHONE][..], AaguidMode::RegistrationOnly, false),
        (&[KEY], AaguidMode::RegistrationAndUse, false),
        // The key was denied before, and the phone is Bert's last.
        (&[PHONE, KEY], AaguidMode::RegistrationAndUse, true),
        (&[], AaguidMode::RegistrationAndUse, false),
    ] {
        let answer = home.service.create_registration_profile(&home.call, denying(denied, mode)).await;
        let users = match answer {
            Ok(_) => 0,
            Err(Error::Unreachable { users }) => users,
            Err(other) => panic!("{other:?}"),
        };
        assert_eq!(users, if refused { 2 } else { 0 }, "{denied:?} {mode:?}");
        home.hands.wait(std::time::Duration::from_millis(1));
    }
}

#[tokio::test]
async fn a_repeat_answers_with_the_profile_that_was_made() {
    let home = Home::new().await;
    let call = home.named(1);
    let command = denying(&[PHONE], AaguidMode::RegistrationOnly);
    let made = home.service.create_registration_profile(&call, command.clone()).await.unwrap();
    assert_eq!((made.id.is_some(), made.created_at), (true, Some(home.service.now())));
    let again = home.service.create_registration_profile(&call, command.clone()).await.unwrap();
    assert_eq!(again, made);
    assert_eq!(home.kinds().await, [EventKind::RegistrationProfileCreated]);
    let other = CreateRegistrationProfile { acknowledge_lockout: true, ..command };
    let reused = home.service.create_registration_profile(&call, other).await;
    assert!(matches!(reused, Err(Error::Rejected(Reason::RequestIdReused))), "{reused:?}");
}

#[tokio::test]
async fn profiles_are_paged_down_to_the_built_in_one() {
    let home = Home::new().await;
    for _ in 0..3 {
        let command = denying(&[PHONE], AaguidMode::RegistrationOnly);
        home.service.create_registration_profile(&home.call, command).await.unwrap();
        home.hands.wait(std::time::Duration::from_millis(1));
    }
    let (mut names, mut token) = (Vec::new(), String::new());
    loop {
        let page = crate::PageRequest { size: 1, token };
        let filter = ProfileFilter::default();
        let listed = home.service.list_registration_profiles(&home.call, None, &filter, &page).await.unwrap();
        names.extend(listed.items.into_iter().map(|it| (it.profile.name.as_str().to_owned(), it.current)));
        match listed.next {
            Some(next) => token = next,
            None => break,
        }
    }
    let expected = [("staff", true), ("staff", false), ("staff", false), ("default", true)];
    assert_eq!(names, expected.map(|(name, current)| (name.to_owned(), current)));
}
