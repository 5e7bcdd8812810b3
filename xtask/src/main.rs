//! How we work on `sso-cp`: `cargo xtask COMMAND`, from any folder of the checkout.
//!
//! | command | what it does | file |
//! | --- | --- | --- |
//! | `test` | all tests; the last lines say why some were skipped, and the totals | `test.rs` |
//! | `ci` | formatting, lints, documentation, dependencies, tests: what `.ci/run` calls | `ci.rs` |
//! | `demo` | the program's main job without an AWS account, shown step by step | `demo.rs` |
//! | `stress` | the program under fire, and what is left afterwards | `stress/` |
//! | `bench` | what a call costs, beside a program that does nothing, `curl`, and other tools | `bench/` |
//! | `budget` | what a cached call costs in counts, held to its limits | `budget.rs` |
//! | `order` | the linker script that keeps the code of a cached call together | `order.rs` |
//! | `picture` | the picture of a session in the README, from a run that is recorded | `picture.rs` |
//! | `dist` | the files of a release | `dist/` |
//! | `clients` | what real clients do with the program, for `docs/clients.md` | `clients/` |
//! | `grammar` | odd config files read by the SDKs, for the table that `doctor` is held to | `grammar/` |
//!
//! `workspace.rs` knows folders and cargo, `binaries.rs` how the program is built, `scene.rs` makes throw-away home
//! folders, `scratch.rs` removes them.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "talking to the person at the terminal is its job"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "it sets scenes with files and variables, as the program itself never does"
)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests may panic"))]

mod bench;
mod binaries;
mod browser;
mod budget;
mod ci;
mod clients;
mod demo;
mod dist;
mod grammar;
mod order;
#[cfg(target_os = "linux")]
mod picture;
mod scene;
mod scratch;
mod stress;
#[cfg(target_os = "linux")]
mod terminal;
mod test;
mod workspace;

use argh::FromArgs;
use std::process::ExitCode;

/// How we work on sso-cp
#[derive(FromArgs)]
struct Arguments {
    #[argh(subcommand)]
    command: Command,
}

#[derive(FromArgs)]
#[argh(subcommand)]
enum Command {
    Test(test::Test),
    Ci(ci::Ci),
    Demo(demo::Demo),
    Bench(bench::Bench),
    Budget(budget::Budget),
    Clients(clients::Clients),
    Order(order::Order),
    #[cfg(target_os = "linux")]
    Picture(picture::Picture),
    Grammar(grammar::Grammar),
    Stress(stress::Stress),
    Dist(dist::Dist),
}

fn main() -> ExitCode {
    let arguments: Arguments = argh::from_env();
    let outcome = match arguments.command {
        Command::Test(command) => command.run(),
        Command::Ci(command) => command.run(),
        Command::Demo(command) => command.run(),
        Command::Bench(command) => command.run(),
        Command::Budget(command) => command.run(),
        Command::Clients(command) => command.run(),
        Command::Order(command) => command.run(),
        #[cfg(target_os = "linux")]
        Command::Picture(command) => command.run(),
        Command::Grammar(command) => command.run(),
        Command::Stress(command) => command.run(),
        Command::Dist(command) => command.run(),
    };
    outcome.unwrap_or_else(|error| {
        if !error.is::<workspace::Told>() {
            eprintln!("xtask: {error}");
        }
        ExitCode::FAILURE
    })
}
