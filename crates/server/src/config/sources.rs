//! Where settings come from.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use config::{Config, Environment, File, FileFormat, builder::DefaultState};

use super::{Data, Http, Settings};

/// What the settings are for; it moves some defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Mode {
    /// For real.
    #[default]
    Production,
    /// `serve --dev`: a log for people, HTTP on loopback, and a stop that does not wait for load balancers.
    Development,
}

/// The sources of settings, in the order in which they win: defaults, file, environment, flags.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Moves some defaults.
    pub mode: Mode,
    /// A TOML file that must exist.
    pub file: Option<PathBuf>,
    /// Environment variables; `None` takes those of the process. Only those that start with `KEYSTEAD__` count.
    pub environment: Option<HashMap<String, String>>,
    /// Settings from flags: `section.key` and value.
    pub flags: Vec<(&'static str, String)>,
}

impl Sources {
    /// Reads the settings and holds them to their ranges.
    ///
    /// # Errors
    /// A file that cannot be read, a key that is not known (it is named), a value of the wrong kind or out of range.
    pub fn load(&self) -> anyhow::Result<Settings> {
        let sources = self.builder()?;
        let dir = match sources.build_cloned()?.get_string("data.dir") {
            Ok(dir) => PathBuf::from(dir),
            Err(config::ConfigError::NotFound(_)) => Data::default().dir,
            Err(error) => return Err(error.into()),
        };
        let settings: Settings = with_defaults(sources, self.mode, &dir)?.build()?.try_deserialize()?;
        settings.check_bounds()?;
        Ok(settings)
    }

    fn builder(&self) -> anyhow::Result<config::ConfigBuilder<DefaultState>> {
        let mut builder = Config::builder();
        if let Some(path) = &self.file {
            builder = builder.add_source(File::from_str(&read(path)?, FileFormat::Toml));
        }
        let environment = Environment::with_prefix("KEYSTEAD").prefix_separator("__").separator("__");
        builder = builder.add_source(environment.ignore_empty(true).source(self.environment.clone()));
        for (key, value) in &self.flags {
            builder = builder.set_override(key, value.as_str())?;
        }
        Ok(builder)
    }
}

/// Reads a file. No error may show a line of it: the line may hold a password.
fn read(path: &Path) -> anyhow::Result<String> {
    let name = path.display();
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read the configuration file {name}"))?;
    if let Err(error) = toml::from_str::<toml::Table>(&text) {
        let before = error.span().map_or(0, |span| span.start);
        let line = 1 + text.bytes().take(before).filter(|byte| *byte == b'\n').count();
        bail!("the configuration file {name} is not TOML: line {line}: {}", error.message());
    }
    Ok(text)
}

/// Sets what depends on the mode and on the directory of data.
fn with_defaults(
    mut builder: config::ConfigBuilder<DefaultState>,
    mode: Mode,
    dir: &Path,
) -> anyhow::Result<config::ConfigBuilder<DefaultState>> {
    let text = |path: &Path| path.to_str().map(str::to_owned).context("data.dir must be UTF-8");
    let defaults = Settings::in_dir(dir);
    builder = builder
        .set_default("keys.file", text(&defaults.keys.file)?)?
        .set_default("database.url", defaults.database.url.expose())?;
    if mode == Mode::Development {
        builder = builder
            .set_default("http.listen", Http::DEVELOPMENT.to_string())?
            .set_default("log.format", "human")?
            .set_default("server.drain_delay", "0s")?
            .set_default("server.drain_timeout", "2s")?;
    }
    Ok(builder)
}

#[cfg(test)]
mod tests {
    use std::{io::Write, time::Duration};

    use super::*;
    use crate::config::{Level, LogFormat};

    fn file(text: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    fn sources(file: Option<&Path>, environment: &[(&str, &str)]) -> Sources {
        let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Sources { file: file.map(Path::to_owned), environment: Some(environment), ..Sources::default() }
    }

    fn refusal(file: Option<&str>, environment: &[(&str, &str)]) -> String {
        let file = file.map(self::file);
        let path = file.as_ref().map(tempfile::NamedTempFile::path);
        format!("{:#}", sources(path, environment).load().unwrap_err())
    }

    #[test]
    fn later_sources_win() {
        let file = file("[server]\nlisten = \"127.0.0.1:1\"\nmax_deadline = \"1s\"\ndrain_delay = \"1s\"\n");
        let environment =
            [("KEYSTEAD__SERVER__LISTEN", "127.0.0.1:2"), ("KEYSTEAD__SERVER__MAX_DEADLINE", "2s")];
        let mut sources = sources(Some(file.path()), &environment);
        sources.flags.push(("server.listen", "127.0.0.1:3".to_owned()));
        let server = sources.load().unwrap().server;
        assert_eq!(server.listen.port(), 3);
        assert_eq!(server.max_deadline, Duration::from_secs(2));
        assert_eq!(server.drain_delay, Duration::from_secs(1));
        assert_eq!(server.max_concurrent_calls, 1024);
    }

    #[test]
    fn an_unknown_key_is_an_error_that_names_it() {
        for (refusal, name) in [
            (refusal(Some("[server]\nlistn = 1"), &[]), "`listn`"),
            (refusal(Some("[servr]\nlisten = 1"), &[]), "`servr`"),
            (refusal(Some("listen = 1"), &[]), "`listen`"),
            (refusal(None, &[("KEYSTEAD__DATABASE__ULR", "x")]), "`ulr`"),
            (refusal(None, &[("KEYSTEAD__DATABSE__URL", "x")]), "`databse`"),
            (refusal(None, &[("KEYSTEAD__DATABASE__URL__X", "x")]), "`database.url`"),
        ] {
            assert!(refusal.contains(name), "{refusal}");
        }
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_an_error_that_names_its_key() {
        for (key, value, said) in [
            ("server.listen", "localhost:1", "socket address"),
            ("server.max_deadline", "5", "a whole number and a unit"),
            ("server.max_concurrent_calls", "-1", "an integer"),
            ("database.max_connections", "many", "an integer"),
            ("reflection.enabled", "maybe", "a boolean"),
            ("log.level", "loud", "`error`, `warn`, `info`, `debug` or `trace`"),
            ("log.format", "xml", "`json` or `human`"),
        ] {
            let variable = format!("KEYSTEAD__{}", key.replace('.', "__").to_uppercase());
            let refusal = refusal(None, &[(&variable, value)]);
            assert!(refusal.contains(said) && refusal.contains(key), "{refusal}");
        }
    }

    #[test]
    fn values_out_of_range_are_all_named_with_their_ranges() {
        let environment =
            [("KEYSTEAD__DIRECTORY__MAX_AGE", "2m"), ("KEYSTEAD__DATABASE__MAX_CONNECTIONS", "0")];
        assert_eq!(
            refusal(None, &environment),
            "database.max_connections is 0, but must be 1 to 1000\n\
             directory.max_age is 2m, but must be 0s to 1m"
        );
    }

    #[test]
    fn other_variables_and_empty_ones_are_not_settings() {
        let others = [("KEYSTEAD_API_KEY", "x"), ("KEYSTEAD_ENDPOINT", "x"), ("KEYSTEAD__LOG__LEVEL", "")];
        assert_eq!(sources(None, &others).load().unwrap(), Settings::default());
    }

    #[test]
    fn a_broken_file_is_refused_without_showing_its_lines() {
        let refusal = refusal(Some("[database]\nurl = \"mysql://ks:s3\"cret@db/ks\"\n"), &[]);
        assert!(
            refusal.contains("line 2") && !refusal.contains("s3") && !refusal.contains("cret"),
            "{refusal}"
        );
        let mut missing = sources(None, &[]);
        missing.file = Some("no/such/file.toml".into());
        assert!(format!("{:#}", missing.load().unwrap_err()).contains("no/such/file.toml"));
    }

    #[test]
    fn files_move_with_the_directory_of_data_unless_they_have_a_place() {
        let settings = sources(None, &[("KEYSTEAD__DATA__DIR", "/d")]).load().unwrap();
        assert_eq!(settings, Settings::in_dir(Path::new("/d")));
        assert_eq!(settings.keys.file, Path::new("/d/keys.toml"));
        assert_eq!(settings.database.url.expose(), "sqlite:///d/keystead.db?mode=rwc");
        let placed = [("KEYSTEAD__DATA__DIR", "/d"), ("KEYSTEAD__KEYS__FILE", "/k")];
        assert_eq!(sources(None, &placed).load().unwrap().keys.file, Path::new("/k"));
    }

    #[test]
    fn development_moves_defaults_and_settings_still_win() {
        let development = |environment: &[(&str, &str)]| {
            Sources { mode: Mode::Development, ..sources(None, environment) }.load().unwrap()
        };
        let settings = development(&[]);
        assert_eq!(settings.log.format, LogFormat::Human);
        assert_eq!(settings.server.drain_delay, Duration::ZERO);
        let settings = development(&[("KEYSTEAD__LOG__FORMAT", "json"), ("KEYSTEAD__LOG__LEVEL", "debug")]);
        assert_eq!((settings.log.format, settings.log.level), (LogFormat::Json, Level::Debug));
    }

    #[test]
    fn http_listens_where_it_is_told_to_and_in_development_by_itself() {
        let listen = |mode, environment: &[(&str, &str)]| {
            Sources { mode, ..sources(None, environment) }.load().unwrap().http.listen
        };
        let told = [("KEYSTEAD__HTTP__LISTEN", "0.0.0.0:80")];
        assert_eq!(listen(Mode::Production, &[]), None);
        assert_eq!(listen(Mode::Development, &[]), Some(Http::DEVELOPMENT));
        for mode in [Mode::Production, Mode::Development] {
            assert_eq!(listen(mode, &told), Some("0.0.0.0:80".parse().unwrap()));
        }
        let file = file("[http]\nlisten = \"127.0.0.1:1\"\n");
        let mut sources = sources(Some(file.path()), &told);
        sources.flags.push(("http.listen", "127.0.0.1:2".to_owned()));
        assert_eq!(sources.load().unwrap().http.listen.unwrap().port(), 2);
    }

    #[test]
    fn shown_settings_lead_back_to_the_same_ones_and_hide_the_password() {
        let mut settings = Settings::default();
        settings.database.url = super::super::DatabaseUrl::new("mysql://ks:s3cret@db/ks");
        let shown = settings.to_redacted_toml().unwrap();
        assert!(shown.contains("mysql://ks:[redacted]@db/ks") && !shown.contains("s3cret"), "{shown}");
        let file = file(&Settings::default().to_redacted_toml().unwrap());
        assert_eq!(sources(Some(file.path()), &[]).load().unwrap(), Settings::default());
    }
}
