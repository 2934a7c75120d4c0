//! A peer: a login as the documentation of `SimpleWebAuthn` shows it, on the same machine and the same database engine, in the same
//! run. What somebody would write who does it himself; `tests/peers/simplewebauthn/server.mjs` is all of it.

pub(crate) mod http;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use sqlx::{Connection as _, MySqlConnection};

use crate::people::{PAGE, Person};

/// Where the server and the list of what it needs are kept.
const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/simplewebauthn");

/// The server, installed: to be started on this database.
pub(crate) fn command(database: &str) -> Command {
    let installed = install(Path::new(SOURCE));
    let mut command = Command::new("node");
    command.arg("server.mjs").env("DATABASE_URL", database).env("NODE_ENV", "production");
    command.current_dir(installed);
    command
}

/// Puts its dependencies into the cache, once for each version of their list, and the server beside them, where Node looks
/// for them.
fn install(source: &Path) -> PathBuf {
    let lock = fs::read(source.join("package-lock.json")).expect("the list of dependencies");
    let lock = digest::digest(&digest::SHA256, &lock);
    let directory = cache().join(format!("peer-{:016x}", first_word(lock.as_ref())));
    fs::create_dir_all(&directory).expect("a directory in the cache");
    for file in ["package.json", "package-lock.json", ".npmrc", "server.mjs"] {
        fs::copy(source.join(file), directory.join(file)).expect("a file is copied");
    }
    let complete = directory.join(".complete");
    if !complete.exists() {
        eprintln!("installing the peer");
        let mut npm = Command::new("npm");
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&directory);
        let installed = npm.stdout(std::io::stderr()).status().expect("npm runs: it comes with Node");
        assert!(installed.success(), "npm ci failed");
        fs::write(complete, "").expect("a file is written");
    }
    directory
}

/// Where tests/run keeps what was dear to get.
fn cache() -> PathBuf {
    let chosen = env::var_os("KEYSTEAD_CACHE").filter(|chosen| !chosen.is_empty());
    chosen.map_or_else(|| env::home_dir().expect("a home").join(".cache/keystead"), PathBuf::from)
}

fn first_word(bytes: &[u8]) -> u64 {
    bytes.iter().take(8).fold(0, |word, byte| word << 8 | u64::from(*byte))
}

/// Gives the peer the passkeys of these people.
pub(crate) async fn fill(database: &str, people: &[Person]) {
    let mut connection = MySqlConnection::connect(database).await.expect("connected");
    let mut tx = connection.begin().await.expect("begun");
    for person in people {
        let user = sqlx::query("INSERT INTO users (name) VALUES (?)").bind(&person.name);
        let user = user.execute(&mut *tx).await.expect("inserted").last_insert_id();
        let passkey = person.passkey();
        sqlx::query("INSERT INTO passkeys (id, user_id, public_key, counter) VALUES (?, ?, ?, ?)")
            .bind(URL_SAFE_NO_PAD.encode(passkey.id()))
            .bind(user)
            .bind(passkey.public_key())
            .bind(passkey.counter())
            .execute(&mut *tx)
            .await
            .expect("inserted");
    }
    tx.commit().await.expect("committed");
}

/// Logs a person in, from start to finish.
pub(crate) async fn log_in(connection: &mut http::Connection, person: &mut Person) {
    let started: Value = serde_json::from_str(&connection.post("/login/start", "{}").await).expect("JSON");
    let answer = person.device.get(&started["options"].to_string(), PAGE).expect("an answer");
    let finish = format!(r#"{{"login":{},"response":{answer}}}"#, started["login"]);
    connection.post("/login/finish", &finish).await;
}
