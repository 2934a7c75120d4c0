//! How SQLite, which has no statistics to go by, finds what a login and a registration ask for.

use keystead_domain::{RelyingPartyId, TenantId, UserId, UserRef};
use sea_orm::{
    ColumnTrait, ConnectionTrait, Statement,
    sea_query::{SelectStatement, SqliteQueryBuilder},
};

use super::{login, named, registration};
use crate::{Options, Store, entity::credential::Column, row::Id};

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
