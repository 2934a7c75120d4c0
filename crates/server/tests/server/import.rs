//! `keystead admin import`, `export` and `put-authenticator-models`.

use std::{
    fs,
    io::Write,
    os::unix::fs::MetadataExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use keystead_authenticator::Authenticator;
use keystead_domain::{RpId, TenantId};
use keystead_keyring::Keyring;
use keystead_service::{Call, CreateRelyingParty, Environment, Service, Settings};
use keystead_store::{ExportFilter, Store};

use crate::{
    admin::{done, refused, run},
    place::Place,
};

const RP_ID: &str = "example.org";

/// A place with a tenant `shop` and its relying party.
struct Home {
    place: Place,
    store: Store,
    tenant: TenantId,
    key: String,
}

impl Home {
    async fn new() -> Self {
        let place = Place::with_keys();
        done(&place, "migrate");
        let tenant = done(&place, "admin create-tenant --name shop").parse().unwrap();
        let (store, environment) = (place.store().await, Environment::system());
        let keyring = Keyring::open(&place.settings().keys.file, environment.now()).unwrap();
        let service = Service::new(store.clone(), keyring, environment, Settings::default());
        let command = CreateRelyingParty {
            tenant: Some(tenant),
            rp_id: RpId::new(RP_ID).unwrap(),
            name: None,
            origins: vec!["https://example.org".to_owned()],
            top_origins: Vec::new(),
            related_origins: Vec::new(),
            ceremony_lifetime: None,
        };
        service.create_relying_party(&Call::operator(service.now()), command).await.unwrap();
        Self { place, store, tenant, key: public_key() }
    }

    /// A row of a user of his own, registered a second after the one before.
    fn row(&self, number: usize) -> String {
        let (id, handle) = (STANDARD.encode(format!("id-{number}")), STANDARD.encode(number.to_be_bytes()));
        let (key, minutes, seconds) = (&self.key, number / 60, number % 60);
        format!(
            r#"{{"externalId":"user-{number}","userHandle":"{handle}","webauthnId":"{id}","publicKey":"{key}","createTime":"2025-01-01T00:{minutes:02}:{seconds:02}Z","userVerificationInitialized":true}}"#
        )
    }

    fn rows(&self, numbers: impl IntoIterator<Item = usize>) -> String {
        numbers.into_iter().map(|number| self.row(number) + "\n").collect()
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.place.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    /// The command line that imports this text.
    fn import(&self, text: &str) -> String {
        let path = self.write("rows.jsonl", text);
        format!("admin import {} --tenant shop --format keystead", path.display())
    }

    /// The external ids of those who have a credential.
    async fn imported(&self) -> Vec<String> {
        let reader = self.store.reader();
        let rows = reader.within(self.tenant).export_page(&ExportFilter::default(), None, 10_000).await;
        rows.unwrap().into_iter().map(|row| row.external_id.as_str().to_owned()).collect()
    }
}

fn public_key() -> String {
    let options = r#"{
        "challenge": "AAAA", "rp": {"id": "example.org", "name": "Shop"},
        "user": {"id": "AAAA", "name": "anna", "displayName": "Anna"},
        "pubKeyCredParams": [{"type": "public-key", "alg": -7}]
    }"#;
    let mut authenticator = Authenticator::new(1);
    authenticator.create(options, "https://example.org").unwrap();
    STANDARD.encode(authenticator.credentials()[0].public_key())
}

#[tokio::test]
async fn what_is_exported_can_be_imported_as_lines_or_as_an_array() {
    let home = Home::new().await;
    let first = done(&home.place, &home.import(&home.rows(1..=3)));
    assert!(first.starts_with("3 rows: 3 imported, 0 here already, 0 refused; "), "{first}");
    assert_eq!(home.imported().await, ["user-1", "user-2", "user-3"]);

    let file = home.place.path().join("out.jsonl");
    let export = format!("admin export {} --tenant shop", file.display());
    assert!(done(&home.place, &export).starts_with("3 rows; "));
    assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o600, "user handles are nobody's business");
    let exported = fs::read_to_string(&file).unwrap();
    assert_eq!(done(&home.place, "admin export - --tenant shop") + "\n", exported);
    let some = "admin export - --tenant shop --rp-id example.org --user user-2";
    assert_eq!(done(&home.place, some), exported.lines().nth(1).unwrap());

    let lines: Vec<&str> = exported.lines().collect();
    let again = done(&home.place, &home.import(&format!("[{}]", lines.join(",\n"))));
    assert!(again.starts_with("3 rows: 0 imported, 3 here already, 0 refused; "), "{again}");
}

#[tokio::test]
async fn rows_that_are_refused_are_written_down_and_make_the_exit_code() {
    let home = Home::new().await;
    let other = home.row(2).replacen('{', r#"{"rpId":"example.com","#, 1);
    let report = home.place.path().join("refused.jsonl");
    let import = home.import(&format!("{}\n\n{other}\nnot JSON\n", home.row(1)));
    let import = format!("{import} --refused {}", report.display());
    let output = run(&home.place, &import);
    assert_eq!(output.status.code(), Some(2));
    let summary = String::from_utf8(output.stdout).unwrap();
    assert!(summary.starts_with("3 rows: 1 imported, 0 here already, 2 refused; "), "{summary}");
    assert!(summary.contains("\n1 refused as WRONG_RP\n"), "{summary}");
    let lines = fs::read_to_string(&report).unwrap();
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].contains(r#""reason":"WRONG_RP","row":3"#), "{}", lines[0]);
    assert!(lines[1].contains(r#""row":4"#), "{}", lines[1]);

    // Going on adds to the report; from the start it is a new one.
    run(&home.place, &format!("{import} --from-row 4"));
    assert_eq!(fs::read_to_string(&report).unwrap().lines().count(), 3);
    run(&home.place, &import);
    assert_eq!(fs::read_to_string(&report).unwrap().lines().count(), 2);
}

#[tokio::test]
async fn a_dry_run_reports_and_writes_nothing() {
    let home = Home::new().await;
    let report = done(&home.place, &format!("{} --dry-run", home.import(&home.rows(1..=700))));
    assert!(report.starts_with("700 rows: 700 would be imported, 0 here already, 0 refused; "), "{report}");
    assert_eq!(home.imported().await, [""; 0]);
}

#[tokio::test]
async fn an_import_that_breaks_says_where_to_go_on() {
    let home = Home::new().await;
    let rows: Vec<String> = (1..=501).map(|number| home.row(number)).collect();
    let broken = refused(&home.place, &home.import(&format!("[{}, {{", rows.join(","))));
    assert!(broken.contains("near row 502: the array does not end"), "{broken}");
    assert!(broken.contains("go on with --from-row 502"), "{broken}");
    assert_eq!(home.imported().await.len(), 501);
    let rest = format!("{} --from-row 502", home.import(&home.rows(1..=503)));
    assert!(done(&home.place, &rest).starts_with("2 rows: 2 imported"));
}

#[tokio::test]
async fn an_interrupted_import_keeps_what_is_committed_and_says_where_to_go_on() {
    let home = Home::new().await;
    let line = "admin import - --tenant shop --format keystead";
    let mut child = start(&home.place, line);
    let mut input = child.stdin.take().unwrap();
    input.write_all(home.rows(1..=500).as_bytes()).unwrap();
    let all_are_there = async { while home.imported().await.len() < 500 {} };
    tokio::time::timeout(Duration::from_mins(1), all_are_there)
        .await
        .expect("committed while more is to come");
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    drop(input);
    assert_eq!(output.status.code(), Some(1));
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains("go on with --from-row 501"), "{words}");
    assert_eq!(home.imported().await.len(), 500);
}

fn start(place: &Place, line: &str) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystead"));
    command.args(line.split(' ')).arg("--data-dir").arg(place.path()).env_clear();
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[tokio::test]
async fn what_cannot_be_imported_or_exported_at_all_is_refused_with_the_remedy() {
    let home = Home::new().await;
    let import = home.import("");
    assert!(refused(&home.place, &import.replace("shop", "bank")).contains("there is no tenant bank"));
    let elsewhere = refused(&home.place, &format!("{import} --rp-id example.com"));
    assert!(elsewhere.contains("no relying party example.com"), "{elsewhere}");
    let profile = refused(&home.place, &format!("{import} --profile strict"));
    assert!(profile.contains("no such registration profile"), "{profile}");
    let missing = refused(&home.place, &import.replace("rows.jsonl", "nothing"));
    assert!(missing.contains("cannot read"), "{missing}");
    let nobody = refused(&home.place, "admin export - --tenant shop --user nobody");
    assert!(nobody.contains("no such user"), "{nobody}");
    assert!(done(&home.place, &import).starts_with("0 rows: 0 imported"));
}

#[tokio::test]
async fn names_of_models_are_put_where_they_are_new() {
    let home = Home::new().await;
    let list = r#"{
        "00000000-0000-0000-0000-0000000000a1": {"name": "Our own key", "icon_dark": "data:image/svg+xml;base64,AAAA"},
        "00000000-0000-0000-0000-0000000000a2": {"name": ""},
        "not an AAGUID": {"name": "Another"}
    }"#;
    let file = home.write("models.json", list);
    let put = format!("admin put-authenticator-models {}", file.display());
    let output = run(&home.place, &put);
    assert!(output.status.success());
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains("left out not an AAGUID") && words.contains("0000a2"), "{words}");
    let summary = String::from_utf8(output.stdout).unwrap();
    assert_eq!(summary, "1 of 3 entries were new or had another name, and are put\n");
    assert!(done(&home.place, &put).starts_with("0 of 3 "));
    let models = home.store.reader().authenticator_models().await.unwrap();
    assert_eq!(models.len(), 1);
    assert_eq!(models[0].name.as_str(), "Our own key");
    let broken = home.write("models.json", "[]");
    let broken = refused(&home.place, &format!("admin put-authenticator-models {}", broken.display()));
    assert!(broken.contains("is not the list of a catalogue"), "{broken}");
}
