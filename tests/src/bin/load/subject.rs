//! The servers under load: Keystead as its binary serves it, the floor, and a peer.

use std::{env, fs, net::SocketAddr, path::Path, process::Command, time::Duration};

use keystead_client::{Client, Config, Retry};
use keystead_tests::{Process, binary};
use tempfile::TempDir;

use crate::{
    door::Door,
    machine::Pid,
    peer::{self, http},
};

/// A running server.
pub(crate) struct Subject {
    process: Process,
    entrance: Entrance,
    _home: TempDir,
}

/// Where clients come in.
enum Entrance {
    /// The product's.
    Keystead(Client),
    /// That of what it is compared with.
    Floor(Client),
    /// That of somebody else's product.
    Peer(SocketAddr),
}

impl Subject {
    /// Starts `keystead serve --dev` on this database, as quiet as production is told to be under load.
    pub(crate) async fn keystead(database: &str) -> Self {
        Self::keystead_with(database, &[("KEYSTEAD__LOG__LEVEL", "warn")]).await
    }

    /// As [`Self::keystead`], with these variables in its environment instead.
    pub(crate) async fn keystead_with(database: &str, variables: &[(&str, &str)]) -> Self {
        let home = tempfile::tempdir().expect("a temporary directory");
        let data = home.path().join("data");
        let process = Process::start(
            Command::new(binary::keystead())
                .args(["serve", "--dev", "--listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0"])
                .args(["--database-url", database])
                .arg("--data-dir")
                .arg(&data)
                // A run takes longer than connections live, and a call that meets the end of one is not repeated here.
                .env("KEYSTEAD__SERVER__MAX_CONNECTION_AGE", "1d")
                .envs(variables.iter().copied())
                .current_dir(home.path()),
        );
        let endpoint = announced(&process, "gRPC ").await;
        process.find(|line| line.contains("grpcurl -plaintext").then_some(())).await;
        let entrance = Entrance::Keystead(client(&endpoint, &api_key(&data)));
        Self { process, entrance, _home: home }
    }

    /// Starts this tool as the floor, on this database.
    pub(crate) async fn floor(database: &str) -> Self {
        let home = tempfile::tempdir().expect("a temporary directory");
        let own = env::current_exe().expect("the path of this program");
        let process = Process::start(Command::new(own).args(["--serve-floor", database]));
        let endpoint = announced(&process, "gRPC ").await;
        Self { process, entrance: Entrance::Floor(client(&endpoint, "ks_none")), _home: home }
    }

    /// Starts the `SimpleWebAuthn` server, on this database.
    pub(crate) async fn peer(database: &str) -> Self {
        let home = tempfile::tempdir().expect("a temporary directory");
        let process = Process::start(&mut peer::command(database));
        let address = announced(&process, "HTTP ").await.parse().expect("an address");
        Self { process, entrance: Entrance::Peer(address), _home: home }
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid(self.process.id())
    }

    /// Every line that it wrote.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.process.lines()
    }

    /// A way in for one more client. Those of one backend share a connection, over HTTP/2; to the peer each has its own.
    pub(crate) async fn door(&self) -> Door {
        match &self.entrance {
            Entrance::Keystead(client) => Door::Keystead(client.clone()),
            Entrance::Floor(client) => Door::Floor(client.clone()),
            Entrance::Peer(address) => Door::Peer(http::Connection::open(*address).await),
        }
    }

    /// The client of the whole API, which only Keystead has.
    pub(crate) fn client(&self) -> Client {
        let Entrance::Keystead(client) = &self.entrance else { panic!("only Keystead has that API") };
        client.clone()
    }
}

/// The address that a server prints once it listens.
async fn announced(process: &Process, before: &str) -> String {
    process.find(|line| line.trim().strip_prefix(before).map(|rest| rest.trim().to_owned())).await
}

fn api_key(data: &Path) -> String {
    let env = fs::read_to_string(data.join("dev.env")).expect("dev.env is written");
    env.lines().find_map(|line| line.strip_prefix("KEYSTEAD_API_KEY=")).expect("a key").to_owned()
}

fn client(endpoint: &str, api_key: &str) -> Client {
    let timeout = Duration::from_secs(25);
    let config = Config { retry: Retry::never(), timeout, ..Config::new(endpoint, api_key) };
    Client::connect(config).expect("an endpoint and a key")
}
