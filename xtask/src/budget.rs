//! `cargo xtask budget`: what a cached call may cost, in counts that are the same on every run, and held by `cargo xtask ci`.
//!
//! Times depend on the machine and belong to `cargo xtask bench`. Where a tool that counts is missing, that count is skipped,
//! visibly; where the musl target is missing, so is that build.

use crate::bench::{
    Counters, Counts, FEW, MEMORY_LIMIT_KIB, Subject, count, page_faults, warm_home,
};
use crate::binaries::{Build, linked_packages};
use crate::scene::{PROFILE, Scene};
use crate::scratch::Scratch;
use crate::workspace::Outcome;
use argh::FromArgs;
use fake_identity_center::{Fake, Setup};
use std::fs;
use std::process::ExitCode;

/// Count what a cached call costs, and hold it to its limits
#[derive(FromArgs)]
#[argh(subcommand, name = "budget")]
pub(crate) struct Budget {}

/// What one build may cost.
struct Limits {
    /// Instructions in user mode, as callgrind counts them.
    instructions: u64,
    system_calls: u64,
    page_faults: u64,
    bytes: u64,
}

/// The program that Linux releases are, at what was reached (2026-11: 150,300 instructions, 29 system calls, 50 page faults, 3,192,856
/// bytes) and a little room. Three eighths of the instructions and two fifths of the page faults are relocations: the price of an
/// executable that lies at another address each time. The goals beyond are 90,000 instructions, 40 system calls, 45 page faults
/// and 2,200,000 bytes. Page faults differ by one with what of the program happens to lie in the page cache.
const MUSL: Limits =
    Limits { instructions: 155_000, system_calls: 32, page_faults: 51, bytes: 3_200_000 };

/// What `cargo install` gives on Linux. Most of it is the dynamic loader's, whose work differs a little among
/// versions of glibc: the limits leave a tenth for that.
const PLAIN: Limits =
    Limits { instructions: 475_000, system_calls: 72, page_faults: 105, bytes: 3_200_000 };

/// Each package is code that somebody must trust, and time to build. The sealed store, the tokens and the picker have brought some.
const PACKAGES: u64 = 78;

/// Page faults that the largest config file may add. It goes through one buffer of 64 KiB, of whose sixteen pages a small file
/// touches one; beyond that nothing may follow the file's size, or it would be hundreds.
const PAGE_FAULTS_BY_SIZE: u64 = 20;
/// How many profiles that file has.
const MANY: usize = 20_000;

/// One count beside its limit.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    what: String,
    /// None where its tool is missing.
    found: Option<u64>,
    limit: u64,
}

impl Line {
    fn is_kept(&self) -> bool {
        self.found.is_none_or(|found| found <= self.limit)
    }

    fn shown(&self) -> String {
        let word = match self.found {
            None => "skipped",
            Some(_) if self.is_kept() => "ok",
            Some(_) => "OVER THE LIMIT",
        };
        format!("{}: {} of {}: {word}", self.what, count(self.found), count(Some(self.limit)))
    }
}

impl Budget {
    pub(crate) fn run(self) -> Outcome<ExitCode> {
        match is_kept()? {
            true => Ok(ExitCode::SUCCESS),
            false => Ok(ExitCode::FAILURE),
        }
    }
}

/// Counts, and prints each count beside its limit; whether all limits are kept.
pub(crate) fn is_kept() -> Outcome<bool> {
    let subjects = Subject::all()?;
    let scratch = Scratch::new()?;
    let fake = Fake::start(Setup::default())?;
    let small = warm_home(&scratch.path().join("small"), &fake, &subjects, FEW)?;
    let large = warm_home(&scratch.path().join("large"), &fake, &subjects, MANY)?;
    let counters = Counters::find(scratch.path());

    let mut lines = vec![packages()?];
    for subject in &subjects {
        let call = |scene: &Scene| scene.command(&subject.program, &["--profile", PROFILE]);
        let counts = counters.count(&mut call(&small))?;
        let bytes = fs::metadata(&subject.program)?.len();
        lines.extend(judged(&subject.name(), &counts, bytes, limits(subject.build)));
        let faults = page_faults(&mut call(&large))?.zip(counts.page_faults);
        lines.push(Line {
            what: format!("{}: page faults that {MANY} profiles add", subject.name()),
            found: faults.map(|(large, small)| large.saturating_sub(small)),
            limit: PAGE_FAULTS_BY_SIZE,
        });
    }
    lines.iter().for_each(|line| println!("{}", line.shown()));
    Ok(lines.iter().all(Line::is_kept))
}

fn limits(build: Build) -> &'static Limits {
    match build {
        Build::Musl => &MUSL,
        Build::Plain => &PLAIN,
    }
}

fn packages() -> Outcome<Line> {
    let found = Some(linked_packages()? as u64);
    Ok(Line { what: "third-party packages linked".to_owned(), found, limit: PACKAGES })
}

fn judged(name: &str, counts: &Counts, bytes: u64, limits: &Limits) -> [Line; 5] {
    let line = |what: &str, found: Option<u64>, limit: u64| Line {
        what: format!("{name}: {what}"),
        found,
        limit,
    };
    [
        line("instructions", counts.instructions, limits.instructions),
        line("system calls", counts.system_calls, limits.system_calls),
        line("page faults", counts.page_faults, limits.page_faults),
        line("peak memory in KiB", counts.peak_kib, MEMORY_LIMIT_KIB),
        line("bytes of the program", Some(bytes), limits.bytes),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(found: Option<u64>) -> Line {
        Line { what: "x".to_owned(), found, limit: 40 }
    }

    #[test]
    fn a_limit_is_kept_up_to_itself() {
        assert!(line(Some(40)).is_kept());
        assert!(!line(Some(41)).is_kept());
        assert_eq!(line(Some(41)).shown(), "x: 41 of 40: OVER THE LIMIT");
    }

    #[test]
    fn a_count_without_its_tool_is_skipped_and_says_so() {
        assert!(line(None).is_kept());
        assert_eq!(line(None).shown(), "x: - of 40: skipped");
    }

    #[test]
    fn every_count_has_its_own_limit() {
        let counts = Counts {
            instructions: Some(MUSL.instructions + 1),
            system_calls: Some(MUSL.system_calls + 1),
            page_faults: Some(MUSL.page_faults + 1),
            peak_kib: Some(MEMORY_LIMIT_KIB + 1),
        };
        let lines = judged("musl", &counts, MUSL.bytes + 1, &MUSL);
        assert!(lines.iter().all(|line| !line.is_kept()), "{lines:?}");
        let fewer = Counts { instructions: counts.instructions, ..Counts::default() };
        let over = judged("musl", &fewer, 0, &MUSL);
        assert_eq!(over.iter().filter(|line| !line.is_kept()).count(), 1);
    }
}
