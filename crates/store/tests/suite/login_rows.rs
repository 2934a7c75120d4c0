//! What a login reads.

use keystead_domain::{Credential, CredentialState, Descriptor, UserRef};
use keystead_store::{Allowed, Finish, Insert, LoginRow, Named};

use crate::{
    database::Database,
    fixture::{self, Household, NOW},
};

fn allowed(credential: &Credential) -> Allowed {
    Allowed {
        descriptor: Descriptor {
            id: credential.webauthn_id.clone(),
            transports: credential.transports.clone(),
        },
        aaguid: credential.aaguid,
        profile: credential.profile.clone(),
    }
}

#[tokio::test]
async fn a_named_user_is_offered_what_may_log_in_at_the_relying_party_oldest_first() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let more = home.more_credentials(&database.store).await;
        let reader = database.store.reader();
        let within = reader.within(home.tenant.id);
        for named in [UserRef::Id(home.user.id), UserRef::External(home.user.external_id.clone())] {
            let found = within.find_named(home.rp.id, &named).await.unwrap();
            let usable = more.iter().rev().filter(|credential| {
                credential.state.may_log_in().is_ok() && credential.relying_party_id == home.rp.id
            });
            let expected = Named {
                user_id: home.user.id,
                epoch: home.user.epoch,
                allow: usable.chain([&home.credential]).map(allowed).collect(),
            };
            assert_eq!(found, Some(expected));
            let other = reader.within(fixture::tenant().id);
            assert_eq!(other.find_named(home.rp.id, &named).await.unwrap(), None);
        }
        let nowhere = fixture::relying_party(home.tenant.id, "nowhere.example").id;
        let found = within.find_named(nowhere, &UserRef::Id(home.user.id)).await.unwrap();
        assert_eq!(found.map(|named| named.allow), Some(Vec::new()));
        let nobody = UserRef::Id(fixture::user().id);
        assert_eq!(within.find_named(home.rp.id, &nobody).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_presented_credential_brings_its_owners_others_of_the_relying_party_but_revoked_ones() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let mut all = home.more_credentials(&database.store).await;
        all.insert(0, home.credential.clone());
        let reader = database.store.reader();
        let within = reader.within(home.tenant.id);
        for presented in &all {
            let accepted: Vec<_> = all
                .iter()
                .rev()
                .filter(|other| other.relying_party_id == presented.relying_party_id)
                .filter(|other| other.state != CredentialState::Revoked)
                .map(|other| other.webauthn_id.clone())
                .collect();
            let here = presented.relying_party_id;
            let found = within.find_for_login(here, &presented.webauthn_id).await.unwrap().unwrap();
            let found = &found;
            assert_eq!((&found.credential, &found.accepted), (presented, &accepted));
            assert_eq!(within.find_login_row(presented.id).await.unwrap().as_ref(), Some(found));
        }
    }
}

#[tokio::test]
async fn a_presented_credential_is_found_at_every_relying_party_of_its_tenant() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let elsewhere = fixture::relying_party(home.tenant.id, "elsewhere.example").id;
        let other = fixture::user();
        let twin = Credential {
            webauthn_id: home.credential.webauthn_id.clone(),
            state: CredentialState::Revoked,
            attachment: None,
            creation: fixture::credential_use(None),
            discoverable: None,
            ..fixture::credential(&other, elsewhere)
        };
        let handle = keystead_domain::UserHandle::new(fixture::bytes::<64>()).unwrap();
        let store = &database.store;
        store
            .transact(async |tx| {
                let within = tx.within(home.tenant.id);
                assert_eq!(within.insert_user(&other).await?, Insert::Done);
                assert_eq!(within.insert_credential(&twin).await?, Insert::Done);
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
        store.claim_user_handle(home.tenant.id, home.rp.id, home.user.id, &handle, NOW).await.unwrap();
        let reader = store.reader();
        let mut found =
            reader.within(home.tenant.id).find_anywhere(&home.credential.webauthn_id).await.unwrap();
        found.sort_by_key(|row| row.credential.id);
        let accepted = vec![home.credential.webauthn_id.clone()];
        let expected = [
            LoginRow {
                credential: home.credential.clone(),
                user: home.user.clone(),
                user_handle: Some(handle),
                accepted,
            },
            LoginRow { credential: twin, user: other, user_handle: None, accepted: Vec::new() },
        ];
        assert_eq!(found, expected);
        let [mine, _] = expected;
        let row = reader.within(home.tenant.id).find_login_row(home.credential.id).await.unwrap();
        assert_eq!(row, Some(mine));
        let row = reader.within(fixture::tenant().id).find_login_row(home.credential.id).await.unwrap();
        assert_eq!(row, None);
        let foreign = reader.within(fixture::tenant().id).find_anywhere(&home.credential.webauthn_id).await;
        assert_eq!(foreign.unwrap(), []);
    }
}
