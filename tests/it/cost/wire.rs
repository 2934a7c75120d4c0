//! A wire to a MySQL or MariaDB server that counts what is asked over it. The server's own counters are of everybody who is
//! on it, and other tests are.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use keystead_tests::Database;
use tokio::{
    io::{self, AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    task::JoinSet,
};
use url::Url;

/// The commands of the protocol that ask something.
const QUERY: u8 = 0x03;
const PREPARE: u8 = 0x16;
const EXECUTE: u8 = 0x17;

/// Carries the bytes of each connection for as long as it lives.
pub(super) struct Wire {
    /// The database at the other end.
    pub(super) url: String,
    seen: Arc<Seen>,
    _carrying: JoinSet<()>,
}

#[derive(Default)]
struct Seen {
    statements: AtomicU32,
    prepared: AtomicU32,
}

impl Wire {
    /// A wire to this database; there is none to SQLite.
    pub(super) async fn to(database: &Database) -> Option<Self> {
        let mut url = Url::parse(database.url()).expect("a URL");
        if url.scheme() == "sqlite" {
            return None;
        }
        let host = url.host_str().expect("a host").to_owned();
        let server = (host, url.port().unwrap_or(3306));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        url.set_host(Some("127.0.0.1")).expect("a host");
        url.set_port(Some(port)).expect("a port");
        // What is encrypted cannot be counted.
        url.query_pairs_mut().append_pair("ssl-mode", "disabled");
        let seen = Arc::<Seen>::default();
        let mut carrying = JoinSet::new();
        carrying.spawn(carry_all(listener, server, Arc::clone(&seen)));
        Some(Self { url: url.into(), seen, _carrying: carrying })
    }

    /// Statements so far.
    pub(super) fn statements(&self) -> u32 {
        self.seen.statements.load(Ordering::SeqCst)
    }

    /// Statements that were prepared so far.
    pub(super) fn prepared(&self) -> u32 {
        self.seen.prepared.load(Ordering::SeqCst)
    }
}

async fn carry_all(listener: TcpListener, server: (String, u16), seen: Arc<Seen>) {
    let mut carrying = JoinSet::new();
    loop {
        let (client, _) = listener.accept().await.expect("a connection");
        let server = TcpStream::connect(server.clone()).await.expect("the server answers");
        for end in [&client, &server] {
            end.set_nodelay(true).expect("set");
        }
        let ((from_client, mut to_client), (mut from_server, to_server)) =
            (client.into_split(), server.into_split());
        carrying.spawn(carry_counted(from_client, to_server, Arc::clone(&seen)));
        carrying.spawn(async move { io::copy(&mut from_server, &mut to_client).await.map(drop) });
    }
}

/// Carries packets: three bytes of length, one that counts within the exchange, and what is said. An exchange begins with 0
/// and a command, but for the greeting, which the server begins.
async fn carry_counted(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, seen: Arc<Seen>) -> io::Result<()> {
    loop {
        let mut packet = vec![0; 4];
        from.read_exact(&mut packet).await?;
        let length = u32::from_le_bytes([packet[0], packet[1], packet[2], 0]);
        let is_first = packet[3] == 0;
        packet.resize(4 + usize::try_from(length).expect("at most 16 MiB"), 0);
        from.read_exact(&mut packet[4..]).await?;
        match packet.get(4) {
            Some(&(QUERY | EXECUTE)) if is_first => seen.statements.fetch_add(1, Ordering::SeqCst),
            Some(&PREPARE) if is_first => seen.prepared.fetch_add(1, Ordering::SeqCst),
            _ => 0,
        };
        to.write_all(&packet).await?;
    }
}
