//! What must hold on every system, Windows above all: the main job, its files and locks, and the commands around it. What needs
//! modes, signals or terminals is in `tests/cli`, on Unix alone.
//!
//! These run for another system too, where its programs can be run here (`docs/platforms.md` says how).

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests set scenes and may panic"
)]

mod place;

use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use fake_identity_center::{Seed, Setup};
use place::{PROFILE, Place, browse};

/// For what takes far less.
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn credentials_come_from_aws_once_and_then_from_the_cache() {
    let place = Place::new("cache");
    place.put_token(&Seed::default());
    let first = place.credentials();
    assert_eq!(first["Version"], 1);
    assert_eq!(first["AccountId"], "111122223333");
    assert_eq!(place.credentials(), first);
    assert_eq!(place.fake.operations(), ["portal.GetRoleCredentials"]);
    assert_eq!(place.leftovers(), 0);
}

#[test]
fn a_config_file_with_the_line_ends_of_windows_is_read() {
    let place = Place::new("line-ends");
    place.put_token(&Seed::default());
    let path = place.home.join(".aws").join("config");
    let text = fs::read_to_string(&path).unwrap().replace('\n', "\r\n");
    fs::write(&path, format!("\u{feff}{text}")).unwrap();
    assert_eq!(place.credentials()["Version"], 1);
}

/// The locks and the renames of many processes.
#[test]
fn an_expired_token_is_renewed_once_for_all() {
    let place = Place::new("renewal");
    place.put_token(&Seed::expired());
    let children: Vec<_> = (0..8)
        .map(|_| {
            let mut command = place.command(&["--profile", PROFILE]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    let operations = place.fake.operations();
    let renewals = operations.iter().filter(|name| name.starts_with("oidc.CreateToken"));
    assert_eq!(renewals.count(), 1, "{operations:?}");
    assert_eq!(place.leftovers(), 0);
}

#[test]
fn a_person_signs_in_and_out() {
    let place = Place::new("sign-in");
    let output = place.run(&["--profile", PROFILE]);
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    let mut command = place.command(&["login", "--no-browser", "--sso-session", "corp"]);
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let link = place::first_link(child.stderr.take().unwrap());
    browse(&link);
    assert!(child.wait().unwrap().success());
    assert_eq!(place.credentials()["Version"], 1);
    let status = place.text(&["status"]);
    assert!(status.contains("active") && status.contains("ReadOnly"), "{status}");
    place.text(&["logout", "--sso-session", "corp"]);
    assert_eq!(place.run(&["--profile", PROFILE]).status.code(), Some(4));
}

/// A command gets the credentials and its own status gets out, however the system runs commands.
#[test]
fn exec_ends_with_the_status_of_its_command() {
    let place = Place::new("exec");
    place.put_token(&Seed::default());
    let program = place::program().to_str().unwrap();
    for further in [&["exec"][..], &["exec", "--serve"]] {
        let exec = |arguments: &[&str]| {
            let all = [further, &["--profile", PROFILE, "--", program], arguments].concat();
            place.run(&all)
        };
        let output = exec(&["--version"]);
        assert!(output.status.success(), "{output:?}");
        assert!(output.stdout.starts_with(b"sso-cp "), "{output:?}");
        assert_eq!(exec(&["--nonsense"]).status.code(), Some(2));
    }
    let output = place.run(&["exec", "--profile", PROFILE, "--", "no-such-command"]);
    assert_eq!(output.status.code(), Some(127), "{output:?}");
}

/// There a status has 32 bits.
#[test]
#[cfg(windows)]
fn exec_cuts_no_status() {
    let place = Place::new("status");
    place.put_token(&Seed::default());
    for further in [&["exec"][..], &["exec", "--serve"]] {
        let command = ["--profile", PROFILE, "--", "cmd", "/c", "exit 70000"];
        let output = place.run(&[further, &command].concat());
        assert_eq!(output.status.code(), Some(70_000), "{output:?}");
    }
}

/// The line that is written is one that the system's shell and the doctor understand.
#[test]
fn a_written_profile_works() {
    let place = Place::new("configure");
    place.put_token(&Seed::default());
    let role = ["--account-id", "444455556666", "--role-name", "ReadOnly"];
    let flags = [&["configure", "--profile", "new", "--sso-session", "corp"][..], &role].concat();
    let output = place.run(&flags);
    assert!(output.status.success(), "{output:?}");
    let config = fs::read_to_string(place.home.join(".aws").join("config")).unwrap();
    let (_, section) = config.split_once("[profile new]").unwrap();
    let line = section.lines().find_map(|line| line.strip_prefix("credential_process = ")).unwrap();
    assert!(line.ends_with(" --profile new"), "{line}");
    let output = place.by_shell(line).output().unwrap();
    assert!(output.status.success(), "{line}: {output:?}");
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["AccountId"], "444455556666");
    let doctor = place.run(&["doctor", "--profile", "new"]);
    let text = String::from_utf8_lossy(&doctor.stdout).into_owned();
    // The lines are as wide as the terminal.
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("can run its credential_process"), "{text}");
}

/// A file that somebody reads can be replaced on Unix and on most file systems of Windows; on the others it is tried again.
#[test]
fn files_are_replaced_although_others_read_them() {
    let place = Place::new("readers");
    let path = place.put_token(&Seed::expired());
    let before = fs::read_to_string(&path).unwrap();
    let reader = fs::File::open(&path).unwrap();
    let mut child = place.command(&["--profile", PROFILE]).stdout(Stdio::null()).spawn().unwrap();
    assert!(place.fake.wait_for("oidc.CreateToken/refresh_token", 1, PATIENCE));
    // By now it may have been tried once or not: both ways lead to the same end.
    thread::sleep(Duration::from_millis(50));
    drop(reader);
    assert!(child.wait().unwrap().success());
    assert_ne!(fs::read_to_string(&path).unwrap(), before);
    assert_eq!(place.leftovers(), 0);
}

#[test]
fn many_editors_of_the_config_file_lose_nothing() {
    let place = Place::new("editors");
    place.put_token(&Seed::default());
    let place = &place;
    thread::scope(|scope| {
        for number in 0..4 {
            scope.spawn(move || {
                let profile = format!("p{number}");
                let role = ["--account-id", "111122223333", "--role-name", "ReadOnly"];
                let flags = ["configure", "--profile", &profile, "--sso-session", "corp"];
                let output = place.run(&[&flags[..], &role].concat());
                assert!(output.status.success(), "{output:?}");
            });
        }
    });
    let config = fs::read_to_string(place.home.join(".aws").join("config")).unwrap();
    for number in 0..4 {
        assert!(config.contains(&format!("[profile p{number}]")), "{config}");
    }
    assert!(config.starts_with(&fake_identity_center::config_text(&Setup::default())), "{config}");
}
