//! How fast `keystead admin import` and `keystead admin export` are: the real binary, on a fresh database of one engine.
//!
//! ```text
//! cargo run --release -p keystead-tests --bin import -- --engine sqlite --rows 100000
//! cargo run --release -p keystead-tests --bin import -- --engine mariadb --rows 100000
//! ```
//!
//! A MariaDB or MySQL server is the first that `KEYSTEAD_TEST_DATABASES` names. The bar is the command's own.

mod rows;

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
    process::{Command, Stdio},
};

use clap::{Parser, ValueEnum};
use keystead_tests::{Database, Engine, Process, binary};

/// Measures an import.
#[derive(Debug, Parser)]
#[command(name = "import", about)]
struct Arguments {
    /// The storage engine.
    #[arg(long, value_enum, default_value = "sqlite")]
    engine: Kind,
    /// How many credentials, each of a user of its own.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..))]
    rows: u32,
}

/// A storage engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// A file.
    Sqlite,
    /// A server.
    Mariadb,
}

#[tokio::main]
async fn main() {
    let Arguments { engine, rows } = Arguments::parse();
    let database = Database::create(&chosen(engine)).await;
    let home = tempfile::tempdir().expect("a temporary directory");
    set_up(home.path(), &database).await;
    let (source, exported) = (home.path().join("rows.jsonl"), home.path().join("exported.jsonl"));
    rows::write(&source, rows).expect("the rows are written");

    let admin = |arguments: &[&str]| admin(home.path(), &database, arguments);
    let (from, to) = (path(&source), path(&exported));
    let import = ["import", from, "--tenant", "development", "--rp-id", rows::RP_ID, "--format", "keystead"];
    println!("import:       {}", admin(&import));
    println!("import again: {}", admin(&import));
    println!("export:       {}", admin(&["export", to, "--tenant", "development"]));
    let lines = BufReader::new(File::open(&exported).expect("the export")).lines().count();
    assert_eq!(lines, rows as usize, "what went in comes out");
}

fn chosen(kind: Kind) -> Engine {
    if kind == Kind::Sqlite {
        return Engine::Sqlite;
    }
    let server = Engine::all().into_iter().find(|engine| matches!(engine, Engine::Server(_)));
    server.expect("KEYSTEAD_TEST_DATABASES names a server")
}

/// Has `serve --dev` make the schema, a tenant `development` and its relying party `localhost`.
async fn set_up(home: &Path, database: &Database) {
    let listen = ["--listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0"];
    let mut server = Process::start(keystead(home, database).args(["serve", "--dev"]).args(listen));
    server.find(|line| line.contains("API key").then_some(())).await;
    server.terminate();
    server.end().await;
}

fn keystead(home: &Path, database: &Database) -> Command {
    let mut command = Command::new(binary::keystead());
    // The URL may carry a password: not on the command line, where others can see it.
    command.env("KEYSTEAD__DATABASE__URL", database.url()).env("KEYSTEAD__DATA__DIR", home.join(".keystead"));
    command
}

/// Runs `keystead admin`; its answer is what it prints.
fn admin(home: &Path, database: &Database, arguments: &[&str]) -> String {
    let mut command = keystead(home, database);
    let command = command.arg("admin").args(arguments).stdout(Stdio::piped()).stderr(Stdio::inherit());
    let mut child = command.spawn().expect("the binary runs");
    let output = child.stdout.take().expect("stdout is piped");
    let answer = io::read_to_string(output.take(1 << 20)).expect("text");
    assert!(child.wait().expect("an end").success(), "{arguments:?}\n{answer}");
    answer.trim_end().to_owned()
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a path of ASCII")
}
