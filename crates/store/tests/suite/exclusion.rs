//! Whom a change of AAGUID rules would keep out.

use keystead_domain::{
    Aaguid, AaguidMode, AaguidRule, Credential, CredentialSource, CredentialState, Name, User,
};
use keystead_store::{Excluded, Finish, UseRule};
use sea_orm::ConnectionTrait;

use crate::{
    database::Database,
    fixture::{self, Household, NOW, seconds},
};

const KEY: Aaguid = Aaguid([1; 16]);
const PHONE: Aaguid = Aaguid([2; 16]);

fn denying(denied: &[Aaguid]) -> AaguidRule {
    AaguidRule { allowed: Vec::new(), denied: denied.to_vec(), mode: AaguidMode::RegistrationAndUse }
}

/// What a user has, and whether he is unreachable once [`KEY`] is denied to profile `default`.
type Story = (&'static str, Vec<Credential>, bool);

/// A credential of nobody yet.
fn credential(aaguid: Aaguid) -> Credential {
    let home = fixture::relying_party(fixture::tenant().id, "example.org").id;
    Credential {
        aaguid,
        user_verification_initialized: true,
        source: CredentialSource::Registration,
        profile: Name::default_profile(),
        ..fixture::credential(&fixture::user(), home)
    }
}

fn stories() -> Vec<Story> {
    let [key, phone] = [credential(KEY), credential(PHONE)];
    let in_state = |state| Credential { state, ..key.clone() };
    let presence_only = Credential { user_verification_initialized: false, ..phone.clone() };
    vec![
        ("nothing but a key that is kept out", vec![key.clone()], true),
        ("two such keys", vec![key.clone(), key.clone()], true),
        ("another one beside it", vec![key.clone(), phone.clone()], false),
        ("another one, which is presence only", vec![key.clone(), presence_only.clone()], true),
        (
            "another one, made without a dialog",
            vec![key.clone(), Credential { source: CredentialSource::Conditional, ..presence_only }],
            false,
        ),
        (
            "another one, which is suspended",
            vec![key.clone(), Credential { state: CredentialState::Suspended, ..phone.clone() }],
            true,
        ),
        ("nothing that is kept out", vec![phone], false),
        ("nothing", vec![], false),
        (
            "a key of another profile",
            vec![Credential { profile: fixture::name("strict"), ..key.clone() }],
            false,
        ),
        ("a revoked key", vec![in_state(CredentialState::Revoked)], false),
        ("a superseded key", vec![in_state(CredentialState::Superseded)], false),
        ("presence only", vec![Credential { user_verification_initialized: false, ..key }], false),
    ]
}

#[tokio::test]
async fn users_without_another_way_in_are_counted_and_named() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let (mut credentials, mut expected) = (0, Vec::new());
        for (n, (what, keys, is_unreachable)) in stories().into_iter().enumerate() {
            let user = User {
                external_id: fixture::external_id(what),
                created_at: NOW.plus(seconds(n as u64)),
                ..fixture::user()
            };
            let keys: Vec<Credential> = keys
                .into_iter()
                .map(|key| {
                    let new = fixture::credential(&user, home.rp.id);
                    Credential { id: new.id, webauthn_id: new.webauthn_id, user_id: user.id, ..key }
                })
                .collect();
            credentials += keys
                .iter()
                .filter(|key| key.aaguid == KEY && key.profile == Name::default_profile())
                .filter(|key| key.state.may_log_in().is_ok())
                .count();
            let inserted = database.store.transact(async |tx| {
                tx.within(home.tenant.id).insert_users(std::slice::from_ref(&user)).await?;
                tx.within(home.tenant.id).insert_credentials(&keys).await?;
                Ok(Finish::Commit(()))
            });
            inserted.await.unwrap();
            if is_unreachable {
                expected.push((user.id, user.external_id));
            }
        }
        let (profile, rule) = (Name::default_profile(), denying(&[KEY]));
        let rule = [UseRule { profile: &profile, rule: &rule }];
        let reader = database.store.reader();
        let within = reader.within(home.tenant.id);
        let excluded = within.preview_exclusion(&[], &rule, 100).await.unwrap();
        let all =
            Excluded { credentials: credentials as u64, users: expected.len() as u64, sample: expected };
        assert_eq!(excluded, all);
        let fewer = within.preview_exclusion(&[], &rule, 2).await.unwrap();
        assert_eq!(fewer, Excluded { sample: all.sample[..2].to_vec(), ..all });
        let within = reader.within(fixture::tenant().id);
        assert_eq!(within.preview_exclusion(&[], &rule, 9).await.unwrap(), Excluded::default());
    }
}

#[tokio::test]
async fn only_what_the_rules_newly_refuse_is_excluded() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let key = Credential { user_id: home.user.id, ..credential(KEY) };
        let inserted = database.store.transact(async |tx| {
            let within = tx.within(home.tenant.id);
            within.set_credential_state(&home.credential, CredentialState::Revoked, None, NOW).await?;
            within.insert_credentials(std::slice::from_ref(&key)).await?;
            Ok(Finish::Commit(()))
        });
        inserted.await.unwrap();
        let (default, strict) = (Name::default_profile(), fixture::name("strict"));
        let any = AaguidRule::any();
        let (denied, allowed) = (denying(&[KEY, PHONE]), AaguidRule { allowed: vec![PHONE], ..denying(&[]) });
        let at_registration = AaguidRule { mode: AaguidMode::RegistrationOnly, ..denied.clone() };
        let both = AaguidRule { allowed: vec![KEY], ..denying(&[PHONE]) };
        let reader = database.store.reader();
        let within = reader.within(home.tenant.id);
        for (what, before, after, expected) in [
            ("denied", vec![(&default, &any)], vec![(&default, &denied)], 1),
            ("not allowed", vec![(&default, &any)], vec![(&default, &allowed)], 1),
            ("not allowed, with others", vec![], vec![(&strict, &denied), (&default, &allowed)], 1),
            ("allowed", vec![], vec![(&default, &both)], 0),
            ("denied before", vec![(&default, &denied)], vec![(&default, &allowed)], 0),
            ("accepted again", vec![(&default, &denied)], vec![(&default, &any)], 0),
            ("at registration only", vec![], vec![(&default, &at_registration)], 0),
            ("another profile's", vec![], vec![(&strict, &denied)], 0),
        ] {
            let [before, after] = [before, after].map(|rules| {
                rules.into_iter().map(|(profile, rule)| UseRule { profile, rule }).collect::<Vec<_>>()
            });
            let excluded = within.preview_exclusion(&before, &after, 1).await.unwrap();
            assert_eq!((excluded.credentials, excluded.users), (expected, expected), "{what}");
        }
    }
}

#[tokio::test]
async fn rows_of_the_release_before_count_as_registered_under_the_default_profile() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let (profile, rule) = (Name::default_profile(), denying(&[home.credential.aaguid]));
        let rule = [UseRule { profile: &profile, rule: &rule }];
        for (seen, users) in [(0, 0), (1, 1)] {
            let sql = format!(
                "UPDATE credential SET user_verification_initialized = NULL, source = NULL, profile = NULL,
                 user_verification_seen = {seen}"
            );
            let written = database.store.transact(async |tx| {
                tx.execute_unprepared(&sql).await?;
                Ok(Finish::Commit(()))
            });
            written.await.unwrap();
            let reader = database.store.reader();
            let excluded = reader.within(home.tenant.id).preview_exclusion(&[], &rule, 1).await.unwrap();
            assert_eq!((excluded.credentials, excluded.users), (1, users));
        }
    }
}
