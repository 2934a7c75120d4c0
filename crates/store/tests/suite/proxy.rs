//! A way to the server that loses answers.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use sqlx::mysql::MySqlConnectOptions;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// The statement as it travels: a length of 7, packet number 0, `COM_QUERY`.
const COMMIT: &[u8] = b"\x07\0\0\0\x03COMMIT";
/// What readiness asks, and an answer of the same length.
const READ_ONLY: [&[u8]; 2] = [b"@@global.read_only", b"/* it is */ 'ON'  "];

pub(crate) struct Proxy {
    pub(crate) url: String,
    faults: Arc<Faults>,
}

#[derive(Default)]
struct Faults {
    loses_a_commits_answer: AtomicBool,
    is_read_only: AtomicBool,
    /// How many connections there were.
    accepted: AtomicUsize,
    /// How many of them, from the first one on, get no more answers.
    silenced: AtomicUsize,
}

impl Proxy {
    /// Listens in front of the server of a database's URL.
    pub(crate) async fn before(url: &str) -> Self {
        let options: MySqlConnectOptions = url.parse().unwrap();
        let server = format!("{}:{}", options.get_host(), options.get_port());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        // Without TLS, for the proxy has to read along.
        let url = format!(
            "mysql://{}@127.0.0.1:{port}/{}?ssl-mode=DISABLED",
            options.get_username(),
            options.get_database().unwrap()
        );
        let faults = Arc::new(Faults::default());
        let proxy = Self { url, faults: Arc::clone(&faults) };
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let number = faults.accepted.fetch_add(1, Ordering::SeqCst);
                let server = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(carry(number, client, server, Arc::clone(&faults)));
            }
        });
        proxy
    }

    /// From now on no answer arrives, on new connections neither.
    pub(crate) fn fall_silent(&self) {
        self.faults.silenced.store(usize::MAX, Ordering::SeqCst);
    }

    /// From now on answers arrive on new connections.
    pub(crate) fn answer_new_connections(&self) {
        self.faults.silenced.store(self.faults.accepted.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    /// From now on readiness is told that the server is read-only.
    pub(crate) fn pretend_read_only(&self) {
        self.faults.is_read_only.store(true, Ordering::SeqCst);
    }

    /// How many connections there were.
    pub(crate) fn accepted(&self) -> usize {
        self.faults.accepted.load(Ordering::SeqCst)
    }

    /// The next COMMIT is carried out, and its answer does not arrive.
    pub(crate) fn lose_the_next_commits_answer(&self) {
        self.faults.loses_a_commits_answer.store(true, Ordering::SeqCst);
    }

    pub(crate) fn has_lost_an_answer(&self) -> bool {
        !self.faults.loses_a_commits_answer.load(Ordering::SeqCst)
    }
}

async fn carry(
    number: usize,
    mut client: TcpStream,
    mut server: TcpStream,
    faults: Arc<Faults>,
) -> std::io::Result<()> {
    let (mut question, mut answer) = ([0; 16_384], [0; 16_384]);
    loop {
        tokio::select! {
            read = client.read(&mut question) => {
                let asked = &mut question[..read?];
                if asked.is_empty() {
                    return Ok(());
                }
                if faults.is_read_only.load(Ordering::SeqCst) {
                    replace(asked, READ_ONLY);
                }
                server.write_all(asked).await?;
                if asked.ends_with(COMMIT) && faults.loses_a_commits_answer.swap(false, Ordering::SeqCst) {
                    let _ = server.read(&mut answer).await?;
                    return Ok(());
                }
            }
            read = server.read(&mut answer) => {
                let read = read?;
                if read == 0 {
                    return Ok(());
                }
                if number >= faults.silenced.load(Ordering::SeqCst) {
                    client.write_all(&answer[..read]).await?;
                }
            }
        }
    }
}

fn replace(bytes: &mut [u8], [old, new]: [&[u8]; 2]) {
    if let Some(at) = bytes.windows(old.len()).position(|window| window == old) {
        bytes[at..at + old.len()].copy_from_slice(new);
    }
}
