//! Calls in the last minutes of their credentials while AWS says nothing: one waits, and a thousand do not.

use super::home;
use super::report::Report;
use super::subject::Subject;
use super::table::{Table, at_most, milliseconds, ratio};
use crate::scene::{ACCOUNT, PROFILE, ROLE, Scene};
use crate::workspace::Outcome;
use fake_identity_center::{Fake, Setup};
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How many calls each row makes, in turns of so many.
const CALLS: usize = 1000;
const TURN: usize = 100;
/// What the calls may cost as a multiple of cached ones, beyond the wait of the first.
const GOAL: f64 = 1.2;
/// What is left of the credentials when it begins: more than the run takes, and less than what counts as fresh.
const LEFT_MS: u128 = 12 * 60 * 1000;

pub(super) fn section(report: &mut Report, subjects: &[Subject], scratch: &Path) -> Outcome<()> {
    let mut table = Table::new(&[
        "program",
        "the first, s",
        "a cached call, ms",
        "a call in the last minutes, ms",
        "ratio",
        "goal",
    ]);
    for subject in subjects {
        let fake = Fake::start(Setup::default())?;
        let one = std::slice::from_ref(subject);
        let cached = home::warm(&scratch.join("fresh"), &fake, one, home::FEW)?;
        let ending = home::signed_in(&scratch.join("ending"), &fake, &home::config(home::FEW))?;
        let script = |text: &str| fake.script(text).map_err(|error| error.to_string());
        let end = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() + LEFT_MS;
        script(&format!("portal.GetRoleCredentials: expiration={end}"))?;
        calls(subject, &ending, 1)?;
        script("portal.*: stall repeat=forever")?;
        let first = calls(subject, &ending, 1)?;
        let (mut fresh, mut stale) = (Duration::ZERO, Duration::ZERO);
        for _ in 0..CALLS / TURN {
            fresh += calls(subject, &cached, TURN)?;
            stale += calls(subject, &ending, TURN)?;
        }
        let quotient = stale.as_secs_f64() / fresh.as_secs_f64();
        table.row([
            subject.name(),
            format!("{:.1}", first.as_secs_f64()),
            milliseconds(fresh / CALLS as u32),
            milliseconds(stale / CALLS as u32),
            ratio(quotient),
            at_most(quotient, GOAL, ""),
        ]);
        for folder in ["fresh", "ending"] {
            fs::remove_dir_all(scratch.join(folder))?;
        }
    }
    report.section(
        "While AWS says nothing",
        format!(
            "Credentials of {ROLE} in {ACCOUNT} with twelve minutes left, and an access portal that takes requests and never answers. The first\n\
             call waits for it; {CALLS} more are made within the minute after that, in turns with cached ones.\n\n{table}"
        ),
    );
    Ok(())
}

/// So many calls, one after the other.
fn calls(subject: &Subject, scene: &Scene, count: usize) -> Outcome<Duration> {
    let started = Instant::now();
    for _ in 0..count {
        let mut command = scene.command(&subject.program, &["--profile", PROFILE]);
        let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if !quiet.status()?.success() {
            return Err("a call in the last minutes failed".into());
        }
    }
    Ok(started.elapsed())
}
