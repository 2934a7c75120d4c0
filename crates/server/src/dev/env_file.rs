//! `dev.env`: what a shell, or a program started from it, needs to call the development server.

use std::{fs, io, net::SocketAddr, path::Path};

use crate::private;

const HEADING: &str = "\
# Written by `keystead serve --dev`. The API key may do everything in the development tenant.
";

/// Writes the file, mode 0600.
pub(super) fn write(path: &Path, endpoint: SocketAddr, api_key: &str) -> io::Result<()> {
    let text = format!(
        "{HEADING}KEYSTEAD_ENDPOINT={endpoint}\nKEYSTEAD_API_KEY={api_key}\nexport KEYSTEAD_ENDPOINT KEYSTEAD_API_KEY\n"
    );
    private::write(path, &text)
}

/// What an earlier start wrote.
pub(super) struct Written {
    text: String,
}

impl Written {
    /// The file's content; `None` where there is none.
    pub(super) fn read(path: &Path) -> io::Result<Option<Self>> {
        match fs::read_to_string(path) {
            Ok(text) => Ok(Some(Self { text })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The API key's text.
    pub(super) fn api_key(&self) -> Option<&str> {
        self.text.lines().find_map(|line| line.strip_prefix("KEYSTEAD_API_KEY="))
    }
}
