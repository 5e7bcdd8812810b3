//! The network in which AWS is far away: `far.py` makes it, and starts this program anew in it, for one section.
//!
//! It needs Linux, root, `ip` and Python, and says so where one is missing.

use super::contestants::Contestants;
use crate::workspace::{Outcome, find_program, stdout_of};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const SCRIPT: &str = include_str!("far.py");

/// Names the mount namespace of this process.
pub(super) const OWN_MOUNTS: &str = "/proc/self/ns/mnt";
/// Says inside what that was outside.
pub(super) const MOUNTS_OUTSIDE: &str = "SSO_CP_BENCH_MOUNTS_OUTSIDE";
/// Where the stand-in is, in a network of its own.
pub(super) const PORT: u16 = 8443;
/// What the stand-in goes by.
pub(super) const HOSTS: [&str; 3] = [
    "oidc.us-east-1.amazonaws.com",
    "portal.sso.us-east-1.amazonaws.com",
    "sts.us-east-1.amazonaws.com",
];

/// That such a network can be made here.
pub(super) struct Network {
    python: PathBuf,
}

impl Network {
    /// Says what is missing where it cannot be made.
    pub(super) fn found() -> Option<Self> {
        let skip = |why: &str| {
            eprintln!("SKIPPED: an AWS that is far away: {why}");
            None
        };
        if !cfg!(target_os = "linux") {
            return skip("it needs the network namespaces of Linux");
        }
        if !is_root() {
            return skip("it needs root");
        }
        if find_program("ip").is_none() || !Path::new("/dev/net/tun").exists() {
            return skip("it needs `ip` and /dev/net/tun");
        }
        match find_program("python3") {
            Some(python) => Some(Self { python }),
            None => skip("it needs `python3`"),
        }
    }

    /// Runs the inner half of a section where AWS is so many milliseconds away, there and back. Gives what it prints.
    pub(super) fn run(
        &self,
        section: &str,
        round_trip: f64,
        contestants: Contestants<'_>,
        rounds: usize,
    ) -> Outcome<String> {
        let mut command = Command::new(&self.python);
        command.args(["-c", SCRIPT, &round_trip.to_string(), &PORT.to_string()]);
        command.arg(env::current_exe()?).args(["bench", section, "--inside"]);
        command.arg(round_trip.to_string()).arg("--program").arg(contestants.program);
        command.args(["--rounds", &rounds.to_string(), "--base-name", contestants.base_name]);
        if let Some(base) = contestants.base {
            command.arg("--base").arg(base);
        }
        command.env(MOUNTS_OUTSIDE, fs::read_link(OWN_MOUNTS)?);
        let output = command.stderr(Stdio::inherit()).output()?;
        match output.status.success() {
            true => Ok(String::from_utf8(output.stdout)?),
            false => Err(format!("the far network: {}", output.status).into()),
        }
    }
}

fn is_root() -> bool {
    stdout_of(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
