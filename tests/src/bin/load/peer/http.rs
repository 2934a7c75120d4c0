//! As much of an HTTP/1.1 client as it takes to ask a server that is known: one connection, which is kept, and JSON.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

/// A connection that is used again and again.
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("connected");
        stream.set_nodelay(true).expect("set");
        Self { stream: BufReader::new(stream) }
    }

    /// Posts JSON and gives back the JSON that it is answered with.
    pub(crate) async fn post(&mut self, path: &str, body: &str) -> String {
        let head = "Host: localhost\r\nContent-Type: application/json";
        let request =
            format!("POST {path} HTTP/1.1\r\n{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        self.stream.write_all(request.as_bytes()).await.expect("sent");
        let status = self.line().await;
        let mut length = 0;
        loop {
            let line = self.line().await;
            let Some((name, value)) = line.split_once(':') else { break };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().expect("a number");
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await.expect("a body");
        let body = String::from_utf8(body).expect("text");
        assert_eq!(status, "HTTP/1.1 200 OK", "{path}: {body}");
        body
    }

    /// The next line, without its end.
    async fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).await.expect("a line");
        line.trim_end().to_owned()
    }
}
