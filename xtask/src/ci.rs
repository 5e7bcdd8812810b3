//! `cargo xtask ci`: everything that a change must pass, tests last, so that the last line is their totals.

use crate::budget;
use crate::test::test;
use crate::workspace::{Outcome, cargo, find_program, run};
use argh::FromArgs;
use std::process::{Command, ExitCode};

/// Check formatting, lints, documentation, dependencies and the budget, then run all tests
#[derive(FromArgs)]
#[argh(subcommand, name = "ci")]
pub(crate) struct Ci {}

impl Ci {
    pub(crate) fn run(self) -> Outcome<ExitCode> {
        let mut failed = Vec::new();
        for (name, mut command) in checks() {
            println!("\n=== {name}");
            if let Err(error) = run(&mut command) {
                eprintln!("xtask: {error}");
                failed.push(name);
            }
        }
        println!("\n=== budget");
        match budget::is_kept() {
            Ok(true) => {}
            Ok(false) => failed.push("budget"),
            Err(error) => {
                eprintln!("xtask: {error}");
                failed.push("budget");
            }
        }
        println!("\n=== tests");
        let tested = test(None)?;
        for name in &failed {
            println!("FAILED: {name}");
        }
        print!("{}", tested.skips);
        println!("{}", tested.totals);
        match failed.is_empty() {
            true => Ok(tested.exit_code()),
            false => Ok(ExitCode::FAILURE),
        }
    }
}

/// The checks before the tests. All of them are run, whatever comes of each: one look shows everything that is wrong.
fn checks() -> Vec<(&'static str, Command)> {
    let mut format = cargo();
    format.args(["fmt", "--all", "--check"]);

    let mut lints = cargo();
    lints.args(["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]);

    let mut documentation = cargo();
    documentation.args(["doc", "--workspace", "--no-deps", "--document-private-items"]);
    documentation.env("RUSTDOCFLAGS", "--deny warnings");

    let mut checks =
        vec![("formatting", format), ("lints", lints), ("documentation", documentation)];
    match find_program("cargo-deny") {
        Some(_) => checks.push(("dependencies", dependencies())),
        None => println!(
            "SKIPPED: dependencies: cargo-deny is not installed (`cargo install --locked cargo-deny`)"
        ),
    }
    checks
}

/// `deny.toml` against the lock file, but for the advisories: their database is not in a package registry.
fn dependencies() -> Command {
    let mut command = cargo();
    command.args(["deny", "--workspace", "--all-features", "check", "bans", "licenses", "sources"]);
    command
}
