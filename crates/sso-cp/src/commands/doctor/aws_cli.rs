//! The AWS CLI, where there is one: releases before 2.9.0 know no `[sso-session]`.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use sso_cp_config::Env;

use super::check::{Check, Finding};
use super::process;
use crate::messages::text::clean;

/// A frozen Python program takes a second or two at its first start.
const LIMIT: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(20);
/// `aws-cli/2.36.7 Python/3.11.7 Linux/6.1 exe/x86_64` and some room.
const MAX_BYTES: usize = 1024;
/// The first release that knows `[sso-session]`.
const FIRST: (u32, u32, u32) = (2, 9, 0);

/// What `aws --version` came to.
pub(super) struct Answer {
    program: PathBuf,
    /// None where it says nothing in time.
    text: Option<String>,
}

/// The program, if it is on the PATH.
pub(super) fn find(env: &Env) -> Option<PathBuf> {
    process::find("aws", env)
}

/// Asks for the version, with a time limit and without a shell.
pub(super) fn ask(program: &Path) -> Answer {
    Answer { program: program.to_owned(), text: version(program) }
}

fn version(program: &Path) -> Option<String> {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().ok()?;
    let stdout = child.stdout.take()?;
    // Somebody below it may hold the pipe open for ever, so nobody waits for its end.
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = stdout.take(MAX_BYTES as u64).read_to_end(&mut bytes);
        let _ = sender.send(bytes);
    });
    let until = Instant::now() + LIMIT;
    let bytes = receiver.recv_timeout(LIMIT).ok();
    end(&mut child, until);
    bytes.map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned())
}

fn end(child: &mut Child, until: Instant) {
    while let Ok(None) = child.try_wait() {
        if Instant::now() >= until {
            let _ = child.kill();
            let _ = child.wait();
            return;
        }
        std::thread::sleep(PAUSE);
    }
}

/// Says whether it is new enough.
pub(super) fn judge(answer: &Answer) -> Finding {
    let subject = answer.program.display().to_string();
    let fix = "install the AWS CLI 2.9.0 or newer";
    let Some(text) = &answer.text else {
        let reason = "it does not tell its version in time";
        return Check::AwsCli.warning(subject, reason, "aws --version");
    };
    match parse(text) {
        Some(version) if version >= FIRST => {
            Check::AwsCli.ok(subject, format!("{} knows [sso-session]", first_word(text)))
        }
        Some((1, ..)) => {
            let reason = format!("{} is version 1, which cannot sign in", first_word(text));
            Check::AwsCli.warning(subject, reason, fix)
        }
        Some(_) => {
            let reason = format!("{} knows no [sso-session]", first_word(text));
            Check::AwsCli.warning(subject, reason, fix)
        }
        None => Check::AwsCli.warning(subject, "it is not an AWS CLI that tells its version", fix),
    }
}

fn first_word(text: &str) -> String {
    clean(text.split_whitespace().next().unwrap_or_default())
}

fn parse(text: &str) -> Option<(u32, u32, u32)> {
    let version = text.strip_prefix("aws-cli/")?.split_whitespace().next()?;
    let mut parts = version.split('.').map(|part| {
        let digits = part.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(part.len());
        part[..digits].parse().ok()
    });
    Some((parts.next()??, parts.next()??, parts.next().flatten().unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn versions_are_read() {
        for (text, version) in [
            ("aws-cli/2.36.7 Python/3.11.7 Linux/6.1 exe/x86_64.debian.12", Some((2, 36, 7))),
            ("aws-cli/1.44.1 Python/3.11", Some((1, 44, 1))),
            ("aws-cli/2.9.0dev1", Some((2, 9, 0))),
            ("aws-cli/2.9", Some((2, 9, 0))),
            ("aws-cli/", None),
            ("bash: aws: not found", None),
            ("", None),
        ] {
            assert_eq!(parse(text), version, "{text}");
        }
    }
}
