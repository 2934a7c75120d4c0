//! Migrating up from the release before, and that release on the schema of this one.

use keystead_domain::{
    Credential, CredentialSource, CredentialState, CredentialUse, Lifecycle, Name, RelyingParty, User,
    UserRef,
};
use keystead_store::{Finish, Insert, Store};
use sea_orm::ConnectionTrait;

use crate::{
    database::Database,
    fixture::{self, Household},
};

/// The steps of the first release.
const FIRST_RELEASE: usize = 12;

/// What the schema of the first release has not.
const NEW_COLUMNS: &[(&str, &[&str])] = &[
    (
        "credential",
        &[
            "user_verification_initialized",
            "source",
            "profile",
            "device_hash",
            "created_origin",
            "created_user_agent",
            "created_country",
            "created_user_verified",
            "last_used_origin",
            "last_used_user_agent",
            "last_used_country",
            "last_used_attachment",
            "last_used_user_verified",
            "use_count",
            "lost_at",
            "state_changed_at",
        ],
    ),
    ("user", &["lifecycle", "state_version"]),
    ("tenant", &["decoy_key"]),
    ("relying_party", &["related_origins"]),
];
const NEW_TABLES: &[&str] = &["registration_profile", "credential_tombstone", "authenticator_model"];

/// What the first release inserts.
const OLD_INSERTS: &[&str] = &[
    "INSERT INTO tenant (id, name, row_version, created_at) VALUES (x'01', 'old', 1, 0)",
    "INSERT INTO relying_party (id, tenant_id, rp_id, name, origins, top_origins, is_default, ceremony_lifetime, \
     row_version, created_at) VALUES (x'01', x'01', 'old.example', 'Old', '', '', NULL, 1, 1, 0)",
    "INSERT INTO user (id, tenant_id, external_id, display_name, auth_epoch, credential_count, row_version, created_at) \
     VALUES (x'01', x'01', 'old', '', 0, 0, 1, 0)",
    "INSERT INTO credential (id, tenant_id, user_id, relying_party_id, webauthn_id, user_epoch, state, display_name, \
     public_key, algorithm, sign_count, sign_count_regressions, aaguid, attestation_format, attestation_trust, \
     transports, attachment, discoverable, backup_eligible, backed_up, user_verification_seen, row_version, created_at, \
     last_used_at, revoked_at) VALUES (x'01', x'01', x'01', x'01', x'01', 0, 1, '', x'a5', -7, 0, 0, x'01', 'none', 1, \
     '', NULL, NULL, 0, 0, 1, 1, 0, NULL, NULL)",
];

async fn run(store: &Store, statements: impl IntoIterator<Item = String>) {
    for sql in statements {
        let ran = store.transact(async |tx| {
            tx.execute_unprepared(&sql).await?;
            Ok(Finish::Commit(()))
        });
        let () = ran.await.unwrap();
    }
}

/// Takes the schema back to the first release's; rows lose what is new of them.
async fn go_back(database: &Database) {
    let store = &database.store;
    let index = match store.engine() {
        keystead_store::Engine::Sqlite => "DROP INDEX credential_revoked_at_id",
        keystead_store::Engine::MySql => "DROP INDEX credential_revoked_at_id ON credential",
    };
    run(store, [index.to_owned()]).await;
    for (table, columns) in NEW_COLUMNS {
        run(store, columns.iter().map(|column| format!("ALTER TABLE {table} DROP COLUMN {column}"))).await;
    }
    run(store, NEW_TABLES.iter().map(|table| format!("DROP TABLE {table}"))).await;
    run(store, ["DELETE FROM seaql_migrations WHERE version >= 'm0013'".to_owned()]).await;
}

/// A credential as the first release knew it.
fn as_before(credential: Credential) -> Credential {
    Credential {
        user_verification_initialized: credential.user_verification_seen,
        source: CredentialSource::Registration,
        profile: Name::default_profile(),
        device_hash: None,
        creation: CredentialUse { attachment: credential.attachment, ..CredentialUse::default() },
        last_use: CredentialUse::default(),
        use_count: 0,
        lost_at: None,
        state_changed_at: None,
        ..credential
    }
}

#[tokio::test]
async fn rows_of_the_first_release_read_as_what_they_meant() {
    for database in Database::unmigrated_on_every_engine().await {
        let all = database.store.migrate().await.unwrap();
        let home = Household::move_in(&database.store).await;
        let verified = Credential {
            user_verification_seen: true,
            source: CredentialSource::Conditional,
            state: CredentialState::Revoked,
            ..fixture::credential(&home.user, home.rp.id)
        };
        let pending = User { lifecycle: Lifecycle::Pending, state_version: 9, ..fixture::user() };
        let insert = database.store.transact(async |tx| {
            let within = tx.within(home.tenant.id);
            assert_eq!(within.insert_credential(&verified).await?, Insert::Done);
            assert_eq!(within.insert_user(&pending).await?, Insert::Done);
            Ok(Finish::Commit(()))
        });
        insert.await.unwrap();
        go_back(&database).await;
        // The connections that went back know statements over columns that are gone.
        let store = database.connect_again(|_| {}).await.unwrap_or_else(|| database.store.clone());
        assert_eq!(store.migrate().await.unwrap(), all - FIRST_RELEASE);
        let reader = store.reader();
        let within = reader.within(home.tenant.id);
        for credential in [home.credential, verified] {
            let found = within.find_credential(credential.id).await.unwrap();
            assert_eq!(found, Some(as_before(credential)));
        }
        for user in [home.user, pending] {
            let found = within.find_user(&UserRef::Id(user.id)).await.unwrap();
            assert_eq!(found, Some(User { lifecycle: Lifecycle::Active, state_version: 0, ..user }));
        }
        let rp = within.find_relying_party(home.rp.id).await.unwrap();
        assert_eq!(rp, Some(RelyingParty { related_origins: Vec::new(), ..home.rp }));
        assert_eq!(reader.decoy_key(home.tenant.id).await.unwrap(), None);
        assert_eq!(within.registration_profiles().await.unwrap(), []);
    }
}

#[tokio::test]
async fn the_first_release_inserts_into_the_schema_of_this_one() {
    for database in Database::on_every_engine().await {
        run(&database.store, OLD_INSERTS.iter().map(ToString::to_string)).await;
    }
}

#[tokio::test]
async fn columns_of_a_step_that_ended_half_way_are_added_and_the_others_keep_their_values() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let half = [
            "ALTER TABLE credential DROP COLUMN profile",
            "ALTER TABLE credential DROP COLUMN use_count",
            "DELETE FROM seaql_migrations WHERE version = 'm0013_credential_life'",
        ];
        run(&database.store, half.map(str::to_owned)).await;
        let store = database.connect_again(|_| {}).await.unwrap_or_else(|| database.store.clone());
        assert_eq!(store.migrate().await.unwrap(), 1);
        let reader = store.reader();
        let found = reader.within(home.tenant.id).find_credential(home.credential.id).await.unwrap();
        assert_eq!(found, Some(Credential { profile: Name::default_profile(), ..home.credential }));
    }
}
