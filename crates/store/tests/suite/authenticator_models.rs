//! What operators put into the AAGUID catalogue.

use keystead_domain::{Aaguid, AuthenticatorModel, SyncModel};
use keystead_store::Finish;

use crate::{
    database::Database,
    fixture::{self, NOW, seconds},
};

#[tokio::test]
async fn what_is_put_last_is_what_is_there_until_it_is_taken_out() {
    for database in Database::on_every_engine().await {
        let model = |aaguid, name: &str, sync_model| AuthenticatorModel {
            aaguid: Aaguid([aaguid; 16]),
            name: fixture::name(name),
            sync_model,
            updated_at: Some(NOW),
        };
        let (key, phone) = (model(2, "Schlüssel", Some(SyncModel::DeviceBound)), model(1, "Telefon", None));
        let renamed = AuthenticatorModel {
            updated_at: Some(NOW.plus(seconds(1))),
            ..model(2, "Schlüssel 5", Some(SyncModel::Mixed))
        };
        database
            .store
            .transact(async |tx| {
                tx.put_authenticator_model(&key).await?;
                tx.put_authenticator_model(&phone).await?;
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
        let reader = database.store.reader();
        assert_eq!(reader.authenticator_models().await.unwrap(), [phone.clone(), key]);
        let removed = database.store.transact(async |tx| {
            tx.put_authenticator_model(&renamed).await?;
            let first = tx.remove_authenticator_model(phone.aaguid).await?;
            Ok(Finish::Commit((first, tx.remove_authenticator_model(phone.aaguid).await?)))
        });
        assert_eq!(removed.await.unwrap(), (true, false));
        assert_eq!(reader.authenticator_models().await.unwrap(), [renamed]);
    }
}
