//! Registration profiles.

use keystead_domain::{AaguidRule, AttestationRule, RegistrationProfile, TenantId};
use keystead_store::{Error, Finish, Store};

use sea_orm::ConnectionTrait as _;

use crate::{
    database::Database,
    fixture::{self, NOW, seconds},
};

async fn insert(store: &Store, tenant: TenantId, profile: &RegistrationProfile) -> Result<(), Error> {
    let insert = async |tx: &keystead_store::Tx| {
        tx.within(tenant).insert_registration_profile(profile).await?;
        Ok(Finish::Commit(()))
    };
    store.transact(insert).await
}

#[tokio::test]
async fn profiles_are_read_as_they_were_written_and_the_newest_comes_first() {
    for database in Database::on_every_engine().await {
        let tenant = fixture::tenant().id;
        let strict = fixture::registration_profile("staff", NOW);
        let lax = RegistrationProfile {
            id: fixture::registration_profile("staff", NOW).id,
            created_at: Some(NOW.plus(seconds(1))),
            name: fixture::name("staff"),
            ..RegistrationProfile::built_in()
        };
        // At one moment the later id is the newer.
        let twin = fixture::registration_profile("guests", NOW.plus(seconds(1)));
        for profile in [&lax, &strict, &twin] {
            insert(&database.store, tenant, profile).await.unwrap();
        }
        assert_eq!(lax.aaguids, AaguidRule::any());
        let reader = database.store.reader();
        let found = reader.within(tenant).registration_profiles().await.unwrap();
        assert_eq!(found, [twin, lax, strict]);
        assert_eq!(reader.within(fixture::tenant().id).registration_profiles().await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_profile_of_a_release_that_knew_no_roots_trusts_nobody() {
    for database in Database::on_every_engine().await {
        let tenant = fixture::tenant().id;
        let profile = fixture::registration_profile("staff", NOW);
        insert(&database.store, tenant, &profile).await.unwrap();
        let nulls = "UPDATE registration_profile SET attestation_roots = NULL, untrusted_attestation = NULL";
        let updated = database.store.transact(async |tx| {
            tx.execute_unprepared(nulls).await?;
            Ok(Finish::Commit(()))
        });
        let () = updated.await.unwrap();
        let found = database.store.reader().within(tenant).registration_profiles().await.unwrap();
        let before = RegistrationProfile { attestation_rule: AttestationRule::nobody(), ..profile };
        assert_eq!(found, [before]);
    }
}

#[tokio::test]
async fn a_built_in_profile_is_never_a_row() {
    for database in Database::on_every_engine().await {
        let tenant = fixture::tenant().id;
        let built_in = RegistrationProfile::built_in();
        let answer = insert(&database.store, tenant, &built_in).await;
        assert!(matches!(answer, Err(Error::Inconsistent { .. })), "{answer:?}");
        assert_eq!(database.store.reader().within(tenant).registration_profiles().await.unwrap(), []);
    }
}
