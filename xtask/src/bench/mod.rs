//! `cargo xtask bench`: what a call costs, as Markdown tables on stdout.
//!
//! Times are ratios within one table: its rows run in turns, each round beginning with another one, so that they share the
//! machine's moods; numbers of different runs are not to be compared. Counts (instructions, system calls, page faults, bytes)
//! are the same each time. Targets are shown beside what was measured; only a wrong result makes it fail, never a slow one.

mod cold;
mod counts;
mod serve;
mod table;
mod timing;
mod warm;

use crate::binaries::{Build, linked_packages};
use crate::scene::{PROFILE, Scene};
use crate::scratch::Scratch;
use crate::workspace::{Outcome, output_of, stdout_of};
use argh::FromArgs;
use fake_identity_center::{Fake, Tls};
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::{env, fs, thread};

/// Measure what a call costs, beside a program that does nothing, and curl
#[derive(FromArgs)]
#[argh(subcommand, name = "bench")]
pub(crate) struct Bench {
    /// how often each row of the warm table runs (default 1000; the others run less often in proportion)
    #[argh(option)]
    rounds: Option<usize>,
    /// a tenth of the rounds, for a quick look
    #[argh(switch)]
    quick: bool,
}

/// One build of the program, with an empty program built the same way.
struct Subject {
    build: Build,
    program: PathBuf,
    empty: PathBuf,
}

impl Bench {
    pub(crate) fn run(self) -> Outcome<ExitCode> {
        let rounds = self.rounds.unwrap_or(1000) / if self.quick { 10 } else { 1 };
        let subjects = subjects()?;
        let scratch = Scratch::new()?;

        println!("# What a call of sso-cp costs\n\n{}\n", machine()?);
        println!(
            "Each row {rounds} times in the warm table, in turns. Times in microseconds, ratios of medians."
        );
        warm::table(&subjects, scratch.path(), rounds)?;
        warm::sizes(&subjects, scratch.path(), rounds / 2)?;
        cold::table(&subjects, scratch.path(), Tls::Off, rounds / 4)?;
        cold::table(&subjects, scratch.path(), Tls::Good, rounds / 4)?;
        serve::table(&subjects, scratch.path())?;
        weights(&subjects)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Builds what this machine's toolchain can build, and says what it cannot.
fn subjects() -> Outcome<Vec<Subject>> {
    let mut subjects = Vec::new();
    for build in [Build::Plain, Build::Musl] {
        if build.is_possible()? {
            eprintln!("building: {}", build.name());
            subjects.push(Subject {
                build,
                program: build.program()?,
                empty: build.empty_program()?,
            });
        } else {
            eprintln!("SKIPPED: the {} build: its target is not installed", build.name());
        }
    }
    Ok(subjects)
}

/// What a reader needs to know about the machine.
fn machine() -> Outcome<String> {
    let compiler = stdout_of(Command::new("rustc").arg("--version"))?;
    let cores = thread::available_parallelism()?;
    Ok(format!("{} {}, {cores} cores, {}", env::consts::OS, env::consts::ARCH, compiler.trim()))
}

/// Size and number of packages.
fn weights(subjects: &[Subject]) -> Outcome<()> {
    println!("\n## Weight\n\n| | | target |\n| --- | --- | --- |");
    for subject in subjects {
        let bytes = fs::metadata(&subject.program)?.len();
        let megabytes = bytes as f64 / 1e6;
        let verdict = table::verdict(megabytes, &[2.5, 2.2], "MB");
        println!("| {} binary | {megabytes:.2} MB | {verdict} |", subject.build.name());
    }
    let packages = linked_packages()?;
    println!(
        "| third-party packages linked | {packages} | {} |",
        table::verdict(packages as f64, &[70.0], "")
    );
    Ok(())
}

/// Runs a build once, outside any table, and checks that it hands out the fake's credentials.
fn check(subject: &Subject, scene: &Scene) -> Outcome<()> {
    let output = output_of(&mut scene.command(&subject.program, &["--profile", PROFILE]))?;
    let stdout = String::from_utf8_lossy(&output.stdout);
    let is_document = output.status.success() && stdout.contains(r#""AccessKeyId":"ASIAFAKE"#);
    match is_document {
        true => Ok(()),
        false => {
            let stderr = String::from_utf8_lossy(&output.stderr);
            Err(format!(
                "the {} build: {}, no credentials: {stderr}",
                subject.build.name(),
                output.status
            )
            .into())
        }
    }
}

/// How often the fake was asked for role credentials.
fn role_requests(fake: &Fake) -> usize {
    fake.operations().iter().filter(|operation| *operation == "portal.GetRoleCredentials").count()
}
