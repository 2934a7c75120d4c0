//! The README's session, pasted line by line.

use std::process::Stdio;

use keystead_tests::{Database, Engine};
use tokio::{io::AsyncWriteExt, process::Command};

use crate::served::Served;

const README: &str = include_str!("../../README.md");

#[tokio::test]
async fn the_session_works_when_pasted_line_by_line() {
    let database = Database::create(&Engine::Sqlite).await;
    let served = Served::start(&database).await;
    let lines: Vec<&str> = block("<!-- session", "```sh").lines().collect();
    let pasted = paste(&served, &lines).await;
    for (line, (output, exit)) in lines.iter().zip(&pasted) {
        let refused = line.contains("FinishAuthentication") && !line.contains(" describe ");
        // grpcurl ends with 64 and the status code: FAILED_PRECONDITION is 9.
        assert_eq!(*exit, if refused { 64 + 9 } else { 0 }, "{line}\n{output}");
    }
    let output = |part: &str| {
        let at = lines.iter().position(|line| line.contains(part)).expect("a line of the session");
        pasted[at].0.as_str()
    };
    assert!(output(" list").contains("keystead.v1.CeremonyService"));
    assert!(output(" describe ").contains("rpc FinishAuthentication"));
    assert!(output("UpsertUser").contains("\"externalId\": \"anna\""));
    assert!(output("StartRegistration").contains("\"optionsJson\""));
    assert!(output("StartAuthentication").contains("\"ceremonyToken\""));
    assert!(output("ListEvents").contains("authentication.turned_away"));

    // What the README shows of the refusal is what is printed.
    let last_but_one = &pasted[pasted.len() - 2].0;
    for line in block("says so readably", "```text").lines() {
        assert!(last_but_one.contains(line.trim()), "{line:?} is not in\n{last_but_one}");
    }
}

/// The first block with this fence after this text.
fn block<'a>(after: &str, fence: &str) -> &'a str {
    let rest = README.split_once(after).expect("the text").1;
    rest.split_once(fence).expect("the fence").1.split_once("```").expect("its end").0.trim_matches('\n')
}

/// What each line prints, and its exit code.
async fn paste(served: &Served, lines: &[&str]) -> Vec<(String, i32)> {
    const MARK: &str = "=== pasted";
    let mut shell = Command::new("bash")
        .current_dir(served.data_directory().parent().expect("a parent"))
        .env_remove("KEYSTEAD_ENDPOINT")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("bash runs");
    let mut script = String::from("exec 2>&1\n");
    for line in lines {
        script.extend([line, "\necho \"", MARK, " $?\"\n"]);
    }
    let mut stdin = shell.stdin.take().expect("piped");
    stdin.write_all(script.as_bytes()).await.expect("pasted");
    drop(stdin);
    let output = String::from_utf8(shell.wait_with_output().await.expect("bash ends").stdout).expect("UTF-8");
    let (mut pasted, mut so_far) = (Vec::new(), String::new());
    for line in output.lines() {
        if let Some(exit) = line.strip_prefix(MARK) {
            pasted.push((std::mem::take(&mut so_far), exit.trim().parse().expect("an exit code")));
        } else {
            so_far += line;
            so_far.push('\n');
        }
    }
    assert_eq!(pasted.len(), lines.len(), "{output}");
    pasted
}
