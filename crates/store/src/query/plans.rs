//! How SQLite, which has no statistics to go by, finds what is asked for often, or of many rows.

use keystead_domain::{Aaguid, AaguidMode, AaguidRule, Name, RelyingPartyId, TenantId, UserId, UserRef};
use sea_orm::{
    ColumnTrait, ConnectionTrait, Statement,
    sea_query::{SelectStatement, SqliteQueryBuilder},
};

use super::{exclusion, export, login, named, registration};
use crate::{
    ExportFilter, Options, Store, UseRule,
    entity::{credential::Column, user},
    row::Id,
};

/// The steps of a statement's plan.
async fn plan(store: &Store, query: &SelectStatement) -> Vec<String> {
    let reader = store.reader();
    let sql = format!("EXPLAIN QUERY PLAN {}", query.to_string(SqliteQueryBuilder));
    let rows =
        reader.query_all_raw(Statement::from_string(reader.get_database_backend(), sql)).await.unwrap();
    rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect()
}

#[tokio::test]
async fn no_statement_of_a_login_or_a_registration_walks_a_tenant() {
    let store = Store::connect(&Options::new("sqlite::memory:".to_owned())).await.unwrap();
    store.migrate().await.unwrap();
    let (tenant, rp) = (TenantId::from_bytes([1; 16]), RelyingPartyId::from_bytes([2; 16]));
    let user = UserId::from_bytes([3; 16]);
    let mut queries = vec![
        login::presented(tenant, Column::WebauthnId.eq(vec![4_u8; 32])),
        login::presented(tenant, Column::Id.eq(user.column())),
    ];
    for named in [UserRef::Id(user), UserRef::External(keystead_domain::ExternalId::new("anna").unwrap())] {
        queries.push(named::with_keys(tenant, rp, &named));
        queries.push(registration::with_handle_and_keys(tenant, rp, &named));
    }
    for query in queries {
        let plan = plan(&store, &query).await;
        let found_by = |step: &String| {
            ["(id=?)", "webauthn_id=?", "external_id=?", "user_id=?"].iter().any(|key| step.contains(key))
        };
        assert!(!plan.is_empty() && plan.iter().all(found_by), "{plan:#?}");
    }
}

#[tokio::test]
async fn a_page_of_an_export_begins_where_the_one_before_ended_and_sorts_nothing() {
    let store = Store::connect(&Options::new("sqlite::memory:".to_owned())).await.unwrap();
    store.migrate().await.unwrap();
    let tenant = TenantId::from_bytes([1; 16]);
    let anna = Some(UserId::from_bytes([3; 16]));
    for (user, found_by) in [(None, "(tenant_id=? AND created_at>?)"), (anna, "user_id=? AND created_at>?)")]
    {
        let filter = ExportFilter { user, ..ExportFilter::default() };
        let plan = plan(&store, &export::page(tenant, &filter, None, 250)).await;
        assert!(plan.iter().any(|step| step.contains(found_by)), "{plan:#?}");
        assert!(plan.iter().all(|step| !step.contains("SCAN") && !step.contains("B-TREE")), "{plan:#?}");
    }
}

#[tokio::test]
async fn whom_a_rule_keeps_out_is_found_user_by_user_and_not_tenant_by_tenant() {
    let store = Store::connect(&Options::new("sqlite::memory:".to_owned())).await.unwrap();
    store.migrate().await.unwrap();
    let profile = Name::default_profile();
    let denied = vec![Aaguid([4; 16])];
    let rule = AaguidRule { allowed: Vec::new(), denied, mode: AaguidMode::RegistrationAndUse };
    let after = [UseRule { profile: &profile, rule: &rule }];
    let [_, mut users] = exclusion::newly_refused(TenantId::from_bytes([1; 16]), &[], &after);
    let plan = plan(&store, users.column((user::Entity, user::Column::Id))).await;
    let ways_in: Vec<&String> = plan.iter().filter(|step| step.contains("credential")).collect();
    assert_eq!(ways_in.len(), 2, "{plan:#?}");
    assert!(ways_in.iter().all(|step| step.contains("user_id=?")), "{plan:#?}");
}
