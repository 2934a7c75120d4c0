//! A way to the server that loses the answer to one COMMIT.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use sqlx::mysql::MySqlConnectOptions;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// The statement as it travels: a length of 7, packet number 0, `COM_QUERY`.
const COMMIT: &[u8] = b"\x07\0\0\0\x03COMMIT";

pub(crate) struct Proxy {
    pub(crate) url: String,
    armed: Arc<AtomicBool>,
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
        let armed = Arc::new(AtomicBool::new(false));
        let proxy = Self { url, armed: Arc::clone(&armed) };
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(carry(client, server, Arc::clone(&armed)));
            }
        });
        proxy
    }

    /// The next COMMIT is carried out, and its answer does not arrive.
    pub(crate) fn lose_the_next_commits_answer(&self) {
        self.armed.store(true, Ordering::SeqCst);
    }

    pub(crate) fn has_lost_an_answer(&self) -> bool {
        !self.armed.load(Ordering::SeqCst)
    }
}

async fn carry(mut client: TcpStream, mut server: TcpStream, armed: Arc<AtomicBool>) -> std::io::Result<()> {
    let (mut question, mut answer) = ([0; 16_384], [0; 16_384]);
    loop {
        tokio::select! {
            read = client.read(&mut question) => {
                let asked = &question[..read?];
                if asked.is_empty() {
                    return Ok(());
                }
                server.write_all(asked).await?;
                if asked.ends_with(COMMIT) && armed.swap(false, Ordering::SeqCst) {
                    let _ = server.read(&mut answer).await?;
                    return Ok(());
                }
            }
            read = server.read(&mut answer) => {
                let read = read?;
                if read == 0 {
                    return Ok(());
                }
                client.write_all(&answer[..read]).await?;
            }
        }
    }
}
