//! Keys are compared byte by byte, on every engine.

use keystead_domain::{User, UserRef};
use keystead_store::{Finish, Insert};

use crate::{database::Database, fixture};

/// Texts that collations and padding take for the same.
const TWINS: [&str; 6] = ["anna", "Anna", "anna ", "änna", "straße", "strasse"];

#[tokio::test]
async fn external_ids_differ_by_case_accent_and_trailing_space() {
    for database in Database::on_every_engine().await {
        let tenant = fixture::tenant().id;
        let users = TWINS.map(|text| User { external_id: fixture::external_id(text), ..fixture::user() });
        database
            .store
            .transact(async |tx| {
                for user in &users {
                    assert_eq!(tx.within(tenant).insert_user(user).await?, Insert::Done);
                }
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
        for user in users {
            let named = UserRef::External(user.external_id.clone());
            let found = database.store.reader().within(tenant).find_user(&named).await.unwrap();
            assert_eq!(found, Some(user));
        }
        let absent = UserRef::External(fixture::external_id("ANNA"));
        assert_eq!(database.store.reader().within(tenant).find_user(&absent).await.unwrap(), None);
    }
}

#[tokio::test]
async fn names_differ_by_case_and_trailing_space() {
    for database in Database::on_every_engine().await {
        let tenants =
            TWINS.map(|text| keystead_domain::Tenant { name: fixture::name(text), ..fixture::tenant() });
        let owner = Some(tenants[0].id);
        let callers =
            TWINS.map(|text| keystead_domain::Caller { name: fixture::name(text), ..fixture::caller(owner) });
        database
            .store
            .transact(async |tx| {
                for (tenant, caller) in tenants.iter().zip(&callers) {
                    assert_eq!(tx.insert_tenant(tenant).await?, Insert::Done);
                    assert_eq!(tx.insert_caller(caller).await?, Insert::Done);
                }
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
        let reader = database.store.reader();
        for (tenant, caller) in tenants.into_iter().zip(callers) {
            assert_eq!(reader.find_tenant_by_name(&tenant.name).await.unwrap(), Some(tenant));
            let found = reader.find_caller_by_name(owner, &caller.name).await.unwrap();
            assert_eq!(found, Some(caller));
        }
    }
}

#[tokio::test]
async fn webauthn_ids_differ_by_any_byte_up_to_the_last_of_1023() {
    for database in Database::on_every_engine().await {
        let home = fixture::Household::move_in(&database.store).await;
        let mut long = vec![b'x'; 1023];
        let ids = [
            b"key".to_vec(),
            b"KEY".to_vec(),
            b"key ".to_vec(),
            b"key\0".to_vec(),
            b"key\0\0".to_vec(),
            long.clone(),
            {
                long[1022] = b'y';
                long
            },
        ];
        let credentials = ids.map(|id| keystead_domain::Credential {
            webauthn_id: fixture::webauthn_id(&id),
            ..fixture::credential(&home.user, home.rp.id)
        });
        database
            .store
            .transact(async |tx| {
                for credential in &credentials {
                    let inserted = tx.within(home.tenant.id).insert_credential(credential).await?;
                    assert_eq!(inserted, Insert::Done);
                }
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
        for credential in credentials {
            let within =
                database.store.reader().within(home.tenant.id).find_anywhere(&credential.webauthn_id).await;
            let found: Vec<_> = within.unwrap().into_iter().map(|row| row.credential).collect();
            assert_eq!(found, [credential]);
        }
    }
}
