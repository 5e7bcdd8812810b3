//! `cargo xtask bench`: what a call costs, as Markdown tables on stdout, and with `--write` as `docs/benchmarks.md` and its picture.
//!
//! `timing.rs` says how times are taken: the rows of a table run in turns, so numbers of one table may be set against each
//! other and those of different runs may not. Counts (instructions, system calls, page faults, bytes) are the same each
//! time; `budget.rs` holds them. Only a wrong result makes a run fail, never a slow one.

mod clients;
mod cold;
mod compare;
mod counts;
mod crowd;
mod day;
mod far;
mod home;
mod machine;
mod peers;
#[cfg(target_os = "linux")]
mod picker;
mod plot;
mod processor;
mod report;
mod scale;
mod serve;
mod silent;
mod sizes;
mod subject;
mod table;
mod timing;
mod warm;

pub(crate) use counts::{Counters, Counts, page_faults};
pub(crate) use sizes::MEMORY_LIMIT_KIB;
pub(crate) use subject::Subject;
pub(crate) use {home::FEW, home::warm as warm_home, table::count};

use crate::scratch::Scratch;
use crate::workspace::{Outcome, cargo, run, target_dir};
use argh::FromArgs;
use fake_identity_center::Tls;
use report::Report;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Measure what a call costs, beside programs that do nothing, curl, and other tools
#[derive(FromArgs)]
#[argh(subcommand, name = "bench")]
pub(crate) struct Bench {
    /// how often each row of the first table runs (default 1000; the others run less often in proportion)
    #[argh(option)]
    rounds: Option<usize>,
    /// a tenth of the rounds, for a quick look
    #[argh(switch)]
    quick: bool,
    /// only this section: warm, sizes, scale, cold, far, crowd, serve, picker or peers
    #[argh(positional)]
    section: Option<String>,
    /// the same
    #[argh(option)]
    only: Option<String>,
    /// another build of sso-cp, which scale and far measure too
    #[argh(option)]
    beside: Option<PathBuf>,
    /// what far starts in its network: round trip in milliseconds, and the program
    #[argh(option, hidden_help)]
    inside: Option<f64>,
    /// the program that is measured there
    #[argh(option, hidden_help)]
    program: Option<PathBuf>,
    /// write docs/benchmarks.md and docs/benchmarks.svg
    #[argh(switch)]
    write: bool,
}

/// The sections by their names.
const SECTIONS: [&str; 10] =
    ["warm", "sizes", "scale", "cold", "far", "silent", "crowd", "serve", "picker", "peers"];

impl Bench {
    pub(crate) fn run(mut self) -> Outcome<ExitCode> {
        self.only = self.only.or(self.section.take());
        if let (Some(round_trip), Some(program)) = (self.inside, &self.program) {
            far::inside(round_trip, program, self.beside.as_deref(), self.rounds.unwrap_or(9))?;
            return Ok(ExitCode::SUCCESS);
        }
        if let Some(only) = &self.only {
            if self.write {
                return Err("--write needs all sections".into());
            }
            if !SECTIONS.contains(&only.as_str()) {
                return Err(format!("the sections are {}", SECTIONS.join(", ")).into());
            }
        }
        if cfg!(debug_assertions) {
            return optimised();
        }
        let subjects = Subject::all()?;
        let scratch = Scratch::new()?;
        let machine = machine::described()?;
        println!("# What a call of sso-cp costs\n\n{machine}\n");
        let report = self.measure(&subjects, scratch.path())?;
        if self.write {
            let caption = format!("Medians; lines span the middle half. {machine}.");
            report.write(&preface(&machine), &plot::drawn(report.groups(), &caption))?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn measure(&self, subjects: &[Subject], scratch: &Path) -> Outcome<Report> {
        let rounds = self.rounds.unwrap_or(1000) / if self.quick { 10 } else { 1 };
        let share = |part: usize| (rounds / part).max(5);
        let mut report = Report::default();
        for section in SECTIONS {
            if self.only.as_deref().is_some_and(|only| only != section) {
                continue;
            }
            let report = &mut report;
            match section {
                "warm" => warm::section(report, subjects, scratch, share(1))?,
                "scale" => {
                    scale::section(report, subjects, self.beside.as_deref(), scratch, share(40))?;
                }
                "far" => far::section(report, subjects, self.beside.as_deref(), share(110))?,
                "sizes" => sizes::section(report, subjects, scratch, share(2))?,
                "cold" => {
                    cold::section(report, subjects, scratch, Tls::Good, share(4))?;
                    cold::section(report, subjects, scratch, Tls::Off, share(4))?;
                }
                "silent" => silent::section(report, subjects, scratch)?,
                "crowd" => crowd::section(report, subjects, scratch, share(2))?,
                "serve" => serve::section(report, subjects, scratch)?,
                #[cfg(target_os = "linux")]
                "picker" => picker::section(report, subjects, scratch, share(50))?,
                #[cfg(not(target_os = "linux"))]
                "picker" => {}
                _ => peers::section(report, subjects, scratch, share(25))?,
            }
        }
        Ok(report)
    }
}

/// Runs the same command with an optimised build of ourselves: the stand-in for AWS takes part in what is measured, and its half of
/// a TLS handshake takes several times as long without.
fn optimised() -> Outcome<ExitCode> {
    eprintln!("building: the optimised stand-in for AWS");
    run(cargo().args(["build", "--quiet", "--release", "--package", "xtask"]))?;
    let program = target_dir()?.join("release").join("xtask");
    let mut command = Command::new(program.with_extension(env::consts::EXE_EXTENSION));
    run(command.args(env::args_os().skip(1)))?;
    Ok(ExitCode::SUCCESS)
}

/// What stands before the tables: where the numbers come from and how they are to be read.
fn preface(machine: &str) -> String {
    format!(
        "{}\n\n{machine}.\n\n{}",
        include_str!("preface.md").trim_end(),
        include_str!("method.md")
    )
}
