//! The program's tests, as a user or an SDK would run it. Contents:
//!
//! - `tests/cases/*/*.txt`: one behaviour per file, set up, run and compared as its text says. Most rows are there.
//! - `advice`: fixes and hints, done and typed over generated set-ups.
//! - `completions`: in the shells themselves, and the manual page.
//! - `doctor`: silence, clocks, AWS CLIs of all ages.
//! - `contract`: help, `--debug`.
//! - `entitled`: roles of account access manager.
//! - `entitled_set_up`: configuring them, and what `doctor` says.
//! - `faults`: the list of faults in `FAULTS.md`, and what it says that holds them.
//! - `first_day`: an empty home, `configure` and its failures, the first tool.
//! - `files`: what a text cannot arrange: files that change while they are read, links, other owners, modes, umasks.
//! - `foreign_links`: files with a second name, and links of other users.
//! - `in_a_row`: clients that run a failing helper several times: one notice, one sign-in.
//! - `hints`: every hint of the cases and of the troubleshooting page, typed.
//! - `network`: addresses that refuse, hang, drip or lie; certificates; proxies.
//! - `authorities`: whose certificates count, and who says so.
//! - `chains`: assumed roles: names of sessions, many runs at once, what is used when STS is away.
//! - `auto_login`: a sign-in that the credential command begins, and what the terminal is told.
//! - `concurrency`: many runs at once, other writers, locks, kills.
//! - `direct`: `export` in shells and files, `exec`, `serve`, and real clients at its endpoint.
//! - `disk`: full, read-only and failing disks, limits on files and memory.
//! - `other_clients`: restic and the SDK for Ruby, where they are installed.
//! - `overlap`: connections that are made while something else is on its way.
//! - `picker`: choosing a profile from a list at a terminal.
//! - `prefetch`: role credentials that are fetched in the background.
//! - `switching`: the function that switches a shell's profile, in the shells themselves.
//! - `docs`: what the pages in `docs/` say of commands, flags and messages, and their links.
//! - `process`: streams, signals, terminals, environment.
//! - `login`: signing in: the browser and anyone else who knocks, codes, terminals.
//! - `sign_out`: signing out while other runs are at work.
//! - `stand_in`: a session in another Region, while the first fails.
//! - `store`: the sealed store: its keystores, what is locked, kills in the middle.
//! - `tokens`: tokens for Kubernetes, databases, caches, Kafka and registries, by their services and their real clients.
//! - `tidy`: the sources themselves: no files that import each other, no room that looks up.
//! - `scoped`: scoped credentials and coding agents: what fails, what is kept apart, real clients.
//! - `remembered`: a failure that is remembered, and a caller who reads both streams as one.
//! - `set_up`: configuring at a terminal, many accounts, many at once; what real clients make of what was written.
//! - `real_clients`: boto3, the JS SDK, the Rust SDK and the AWS CLI, where they are installed.
//! - `writers`: the files that other tools leave in the shared caches.
//! - `harness`: what these stand on.
//!
//! A test's name ends with the rows that it proves: `cargo test --test cli b14`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "tests set scenes, print their results, and may panic"
)]

#[cfg(unix)]
mod harness;

#[cfg(unix)]
mod advice;
#[cfg(unix)]
mod authorities;
#[cfg(unix)]
mod auto_login;
#[cfg(unix)]
mod chains;
#[cfg(unix)]
mod completions;
#[cfg(unix)]
mod concurrency;
#[cfg(unix)]
mod contract;
#[cfg(unix)]
mod direct;
#[cfg(unix)]
mod disk;
#[cfg(unix)]
mod docs;
#[cfg(unix)]
mod doctor;
#[cfg(unix)]
mod entitled;
#[cfg(unix)]
mod entitled_set_up;
#[cfg(unix)]
mod faults;
#[cfg(unix)]
mod files;
#[cfg(unix)]
mod first_day;
#[cfg(unix)]
mod foreign_links;
#[cfg(unix)]
mod hints;
#[cfg(unix)]
mod in_a_row;
#[cfg(unix)]
mod login;
#[cfg(unix)]
mod network;
#[cfg(unix)]
mod other_clients;
#[cfg(unix)]
mod overlap;
#[cfg(unix)]
mod picker;
#[cfg(unix)]
mod prefetch;
#[cfg(unix)]
mod process;
#[cfg(unix)]
mod real_clients;
#[cfg(unix)]
mod remembered;
#[cfg(unix)]
mod scoped;
#[cfg(unix)]
mod set_up;
#[cfg(unix)]
mod sign_out;
#[cfg(unix)]
mod stand_in;
#[cfg(unix)]
mod store;
#[cfg(unix)]
mod switching;
#[cfg(unix)]
mod tidy;
#[cfg(unix)]
mod tokens;
#[cfg(unix)]
mod writers;

#[cfg(unix)]
use std::path::Path;
use std::process::ExitCode;
#[cfg(unix)]
use std::sync::Arc;

#[cfg(unix)]
use harness::{Test, cases_below, finish, play, run_all, set_back_ignored};

/// Elsewhere `tests/everywhere` proves what must hold there too.
#[cfg(not(unix))]
fn main() -> ExitCode {
    println!("SKIPPED: these tests arrange modes, owners, signals and terminals of Unix");
    ExitCode::SUCCESS
}

#[cfg(unix)]
fn main() -> ExitCode {
    set_back_ignored();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases");
    let mut tests: Vec<Test> = Vec::new();
    for case in cases_below(&folder) {
        let case = Arc::new(case);
        tests.push(Test::quick(case.name.clone(), move || play(&case)));
    }
    for module in [
        advice::tests(),
        authorities::tests(),
        chains::tests(),
        contract::tests(),
        completions::tests(),
        doctor::tests(),
        entitled::tests(),
        entitled_set_up::tests(),
        faults::tests(),
        files::tests(),
        first_day::tests(),
        foreign_links::tests(),
        in_a_row::tests(),
        hints::tests(),
        login::tests(),
        network::tests(),
        auto_login::tests(),
        concurrency::tests(),
        direct::tests(),
        disk::tests(),
        docs::tests(),
        other_clients::tests(),
        overlap::tests(),
        picker::tests(),
        prefetch::tests(),
        process::tests(),
        scoped::tests(),
        set_up::tests(),
        sign_out::tests(),
        switching::tests(),
        stand_in::tests(),
        store::tests(),
        tidy::tests(),
        tokens::tests(),
        real_clients::tests(),
        remembered::tests(),
        writers::tests(),
    ] {
        tests.extend(module);
    }
    let outcome = run_all(tests);
    finish();
    outcome
}
