//! The address of the database, which may carry a password.

use std::{fmt, path::Path};

use serde::{Deserialize, Serialize, Serializer};

/// A database URL: `sqlite://PATH?mode=rwc`, or `mysql://USER:PASSWORD@HOST/NAME` for MariaDB and MySQL. Its text,
/// wherever it is shown, has `[redacted]` in the password's place.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// Takes a URL as it is.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The URL of a SQLite file, made where it is missing.
    #[must_use]
    pub fn sqlite_file(path: &Path) -> Self {
        // The driver reads the path up to the first `?` and undoes percent-encoding.
        let path = path.to_string_lossy().replace('%', "%25").replace('?', "%3f");
        Self(format!("sqlite://{path}?mode=rwc"))
    }

    /// Whether it names a database of an engine that is supported.
    pub(super) fn names_a_database(&self) -> bool {
        let Some((scheme, rest)) = self.0.split_once(':') else { return false };
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        let address = rest.split('?').next().unwrap_or(rest);
        match scheme {
            "sqlite" => !address.is_empty(),
            "mysql" | "mariadb" => {
                address.rsplit_once('/').is_some_and(|(host, name)| !host.is_empty() && !name.is_empty())
            }
            _ => false,
        }
    }

    /// The whole URL, password included.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redacted(&self.0))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for DatabaseUrl {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        output.collect_str(self)
    }
}

/// Hides what stands between the first `:` of the user part and the last `@`: a password with an unescaped `@`, `/` or
/// `?` is hidden whole, at the price of hiding a little more where an `@` stands in the query.
fn redacted(url: &str) -> String {
    let start = url.find("://").map_or(0, |at| at + 3);
    let Some(end) = url.rfind('@').filter(|end| *end > start) else { return url.to_owned() };
    match url[start..end].find(':') {
        Some(colon) => format!("{}[redacted]{}", &url[..=start + colon], &url[end..]),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_a_database_of_an_engine_that_is_supported() {
        for (url, expected) in [
            ("sqlite:///var/lib/keystead.db?mode=rwc", true),
            ("sqlite::memory:", true),
            ("mysql://user:p@ss/w?rd@db.example:3306/keystead?ssl-mode=REQUIRED", true),
            ("mariadb://127.0.0.1/keystead", true),
            ("mysql://user:secret@host", false),
            ("mysql://user:secret@host/", false),
            ("postgres://user:secret@host/keystead", false),
            ("/var/lib/keystead.db", false),
        ] {
            assert_eq!(DatabaseUrl::new(url).names_a_database(), expected, "{url}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        for (url, shown) in [
            ("mysql://ks:s3cret@db:3306/ks", "mysql://ks:[redacted]@db:3306/ks"),
            ("mysql://ks:s3@cr/et?@db/ks?ssl-mode=REQUIRED", "mysql://ks:[redacted]@db/ks?ssl-mode=REQUIRED"),
            ("mysql://ks@db/ks", "mysql://ks@db/ks"),
            ("mysql://ks:@db/ks", "mysql://ks:[redacted]@db/ks"),
            ("ks:s3cret@db/ks", "ks:[redacted]@db/ks"),
            ("sqlite://.keystead/keystead.db?mode=rwc", "sqlite://.keystead/keystead.db?mode=rwc"),
            ("sqlite::memory:", "sqlite::memory:"),
        ] {
            let url = DatabaseUrl::new(url);
            assert_eq!(url.to_string(), shown);
            assert_eq!(format!("{url:?}"), shown);
        }
    }

    #[test]
    fn a_path_survives_its_url() {
        let url = DatabaseUrl::sqlite_file(Path::new("/data/50% off?/k.db"));
        assert_eq!(url.expose(), "sqlite:///data/50%25 off%3f/k.db?mode=rwc");
    }
}
