use keystead_domain::SyncModel;
use keystead_proto::v1::{
    AuthenticatorModel, ListAuthenticatorModelsRequest, PutAuthenticatorModelsRequest,
    RemoveAuthenticatorModelsRequest,
};

use super::{super::admin as decode, *};

const YUBIKEY: &str = "CB69481E-8ff7-4039-93ec-0a2729a154a8";

fn model() -> AuthenticatorModel {
    AuthenticatorModel {
        aaguid: YUBIKEY.to_owned(),
        name: "YubiKey 5".to_owned(),
        sync_model: 2,
        source: 9,
        update_time: Some(prost_types::Timestamp { seconds: i64::MAX, nanos: -1 }),
    }
}

#[test]
fn violations_of_catalogue_requests_name_their_fields() {
    let list = ListAuthenticatorModelsRequest::default();
    assert_violations(&list, decode::list_authenticator_models, &[(|m| m.page_size = -1, &["page_size"])]);
    let put = PutAuthenticatorModelsRequest { models: vec![model(); 500], request_id: REQUEST.to_owned() };
    assert_violations(
        &put,
        decode::put_authenticator_models,
        &[
            (|m| m.models.clear(), &["models"]),
            (|m| m.models.push(model()), &["models"]),
            (|m| m.models[1].aaguid = "yubikey".to_owned(), &["models[1].aaguid"]),
            (|m| m.models[0].aaguid.clear(), &["models[0].aaguid"]),
            (|m| m.models[499].name.clear(), &["models[499].name"]),
            (|m| m.models[2].name = "n".repeat(65), &["models[2].name"]),
            (|m| m.models[3].sync_model = 4, &["models[3].sync_model"]),
            (|m| m.request_id = "r".to_owned(), &["request_id"]),
            (|m| m.models = vec![AuthenticatorModel::default()], &["models[0].aaguid", "models[0].name"]),
        ],
    );
    let remove = RemoveAuthenticatorModelsRequest { aaguids: vec![YUBIKEY.to_owned()], ..Default::default() };
    assert_violations(
        &remove,
        decode::remove_authenticator_models,
        &[
            (|m| m.aaguids.clear(), &["aaguids"]),
            (|m| m.aaguids = vec![YUBIKEY.to_owned(); 501], &["aaguids"]),
            (|m| m.aaguids.push("{}".to_owned()), &["aaguids[1]"]),
            (|m| m.request_id = "r".to_owned(), &["request_id"]),
        ],
    );
}

#[test]
fn entry_carries_what_was_said_and_nothing_that_only_an_answer_has() {
    let put = PutAuthenticatorModelsRequest { models: vec![model()], ..Default::default() };
    let (_, models) = decode::put_authenticator_models(arrival(), put).unwrap();
    assert_eq!(models[0].aaguid.to_string(), YUBIKEY.to_lowercase());
    assert_eq!(models[0].name.as_str(), "YubiKey 5");
    assert_eq!((models[0].sync_model, models[0].updated_at), (Some(SyncModel::DeviceBound), None));
}
