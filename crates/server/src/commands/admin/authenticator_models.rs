//! `keystead admin put-authenticator-models`.

use std::{
    collections::{BTreeMap, HashMap},
    fs::File,
    io::{BufReader, Write},
    path::PathBuf,
};

use anyhow::Context;
use keystead_domain::{Aaguid, AuthenticatorModel, Name};
use keystead_service::{Call, PageRequest, Service};
use serde::Deserialize;

/// Most entries of one call.
const MOST: usize = 500;

/// What `admin put-authenticator-models` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The community's list as JSON: `{ "<AAGUID>": { "name": "…" }, … }`; what else is in it is left alone
    file: PathBuf,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
}

/// Puts the entries that are new or have another name.
pub(super) async fn run(
    args: &Args,
    service: &Service,
    call: &Call,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let path = args.file.display();
    let file = File::open(&args.file).with_context(|| format!("cannot read {path}"))?;
    let list: BTreeMap<String, Entry> = serde_json::from_reader(BufReader::new(file))
        .with_context(|| format!("{path} is not the list of a catalogue"))?;
    let known = known(service, call).await?;
    let (total, mut changed) = (list.len(), Vec::new());
    for (aaguid, entry) in list {
        match model(&aaguid, entry.name, &known) {
            Ok(Some(model)) => changed.push(model),
            Ok(None) => {}
            Err(error) => eprintln!("left out {aaguid}: {error}"),
        }
    }
    for models in changed.chunks(MOST) {
        service.put_authenticator_models(call, models.to_vec()).await?;
    }
    writeln!(out, "{} of {total} entries were new or had another name, and are put", changed.len())?;
    Ok(())
}

async fn known(service: &Service, call: &Call) -> anyhow::Result<HashMap<Aaguid, AuthenticatorModel>> {
    let mut known = HashMap::new();
    let mut request = PageRequest { size: 500, token: String::new() };
    loop {
        let page = service.list_authenticator_models(call, &request).await?;
        known.extend(page.items.into_iter().map(|model| (model.aaguid, model)));
        match page.next {
            Some(token) => request.token = token,
            None => return Ok(known),
        }
    }
}

/// The entry, where it changes something. The list says nothing of how keys live: what is known of that stays.
fn model(
    aaguid: &str,
    name: String,
    known: &HashMap<Aaguid, AuthenticatorModel>,
) -> anyhow::Result<Option<AuthenticatorModel>> {
    let aaguid: Aaguid = aaguid.parse()?;
    let name = Name::new(name).context("its name")?;
    let known = known.get(&aaguid);
    if known.is_some_and(|known| known.name == name) {
        return Ok(None);
    }
    let sync_model = known.and_then(|known| known.sync_model);
    Ok(Some(AuthenticatorModel { aaguid, name, sync_model, updated_at: None }))
}

#[cfg(test)]
mod tests {
    use keystead_domain::SyncModel;

    use super::*;

    #[test]
    fn a_new_name_keeps_what_is_known_and_the_same_name_changes_nothing() {
        let text = "cb69481e-8ff7-4039-93ec-0a2729a154a8";
        let aaguid = text.parse().unwrap();
        let name = |text| Name::new(text).unwrap();
        let sync_model = Some(SyncModel::DeviceBound);
        let before = AuthenticatorModel { aaguid, name: name("YubiKey"), sync_model, updated_at: None };
        let known = HashMap::from([(aaguid, before.clone())]);
        assert_eq!(model(text, "YubiKey".to_owned(), &known).unwrap(), None);
        let renamed = AuthenticatorModel { name: name("YubiKey 5"), ..before };
        assert_eq!(model(text, "YubiKey 5".to_owned(), &known).unwrap(), Some(renamed));
        let new = model(text, "YubiKey".to_owned(), &HashMap::new()).unwrap().unwrap();
        assert_eq!((new.aaguid, new.sync_model), (aaguid, None));
        assert!(model("x", "YubiKey".to_owned(), &known).is_err());
        assert!(model(text, "x".repeat(65), &known).is_err());
    }
}
