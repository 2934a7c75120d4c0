//! The binary as a process: exit codes, what it prints, signals.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Output, Stdio},
};

use crate::place::Place;

fn keystead(place: &Place) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystead"));
    command.current_dir(place.path()).env_clear().stdin(Stdio::null());
    command
}

fn run(place: &Place, line: &str, environment: &[(&str, &str)]) -> Output {
    keystead(place).args(line.split(' ')).envs(environment.iter().copied()).output().unwrap()
}

#[test]
fn check_config_prints_what_serve_would_use_without_passwords() {
    let place = Place::new();
    let environment =
        [("KEYSTEAD__DATABASE__URL", "mysql://ks:s3cret@db/ks"), ("KEYSTEAD__SERVER__LISTEN", "127.0.0.1:1")];
    let output = run(&place, "check-config --dev --listen 127.0.0.1:2", &environment);
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    for line in ["url = \"mysql://ks:[redacted]@db/ks\"", "listen = \"127.0.0.1:2\"", "format = \"human\""] {
        assert!(text.contains(line), "{text}");
    }
    assert!(!text.contains("s3cret"), "{text}");
}

#[test]
fn an_unknown_setting_stops_every_command_that_reads_settings() {
    let place = Place::new();
    for line in ["check-config", "serve", "migrate", "healthcheck", "keys list", "admin raise-restore-epoch"]
    {
        let output = run(&place, line, &[("KEYSTEAD__SERVER__LISTN", "127.0.0.1:1")]);
        assert_eq!(output.status.code(), Some(1), "{line}");
        assert!(String::from_utf8(output.stderr).unwrap().contains("`listn`"), "{line}");
    }
}

#[test]
fn a_wrong_command_line_has_its_own_exit_code() {
    let place = Place::new();
    for line in ["srve", "serve --listen here", "keys rotate", "admin create-caller --name x --grants root"] {
        assert_eq!(run(&place, line, &[]).status.code(), Some(2), "{line}");
    }
}

/// A running `serve --dev`, and every line it printed until the last of the announcement.
fn serve(place: &Place) -> (Child, Vec<String>) {
    let mut command = keystead(place);
    command.args("serve --dev --listen 127.0.0.1:0 --http-listen 127.0.0.1:0".split(' '));
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = Vec::new();
    for line in BufReader::new(child.stdout.as_mut().unwrap()).lines() {
        lines.push(line.unwrap());
        if lines.last().is_some_and(|line| line.contains("grpcurl")) {
            break;
        }
    }
    (child, lines)
}

/// Stops it as a terminal would (SIGINT) or a service manager (SIGTERM), and gives its exit code and log.
fn stop(child: Child, signal: &str) -> (Option<i32>, String) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn dev_prints_the_key_once_and_never_logs_it() {
    let place = Place::new();
    let (child, first) = serve(&place);
    assert!(first[0].starts_with("listening on 127.0.0.1:"), "{first:?}");
    let key =
        first.iter().find_map(|line| line.trim_start().strip_prefix("API key        ")).unwrap().to_owned();
    assert!(key.starts_with("ks_"), "{key}");
    assert!(first.contains(&"  . .keystead/dev.env".to_owned()), "{first:?}");

    let address = first[0].trim_start_matches("listening on ");
    let asked = run(&place, &format!("healthcheck --endpoint http://{address}"), &[]);
    assert_eq!((asked.status.code(), asked.stdout.as_slice()), (Some(0), &b"SERVING\n"[..]));
    let unknown = run(&place, &format!("healthcheck --endpoint http://{address} --service nobody"), &[]);
    assert_eq!(unknown.status.code(), Some(1));

    let (code, log) = stop(child, "-TERM");
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("draining") && !log.contains(&key), "{log}");
    let gone = run(&place, &format!("healthcheck --endpoint http://{address}"), &[]);
    assert_eq!(gone.status.code(), Some(1));

    let (child, second) = serve(&place);
    assert_eq!(second.len(), first.len());
    assert!(second.contains(&"  API key        in .keystead/dev.env".to_owned()), "{second:?}");
    assert_eq!(stop(child, "-INT").0, Some(0));
}
