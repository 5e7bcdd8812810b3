//! `cargo xtask bench`: what a call costs, as Markdown tables on stdout, and with `--write` as `docs/benchmarks.md` and its picture.
//!
//! `timing.rs` says how times are taken: the rows of a table run in turns, so numbers of one table may be set against each
//! other and those of different runs may not. Counts (instructions, system calls, page faults, bytes) are the same each
//! time; `budget.rs` holds them. Only a wrong result makes a run fail, never a slow one.

mod clients;
mod cold;
mod compare;
mod contestants;
mod counts;
mod crowd;
mod day;
mod far;
mod home;
mod machine;
mod near;
mod network;
mod peers;
#[cfg(target_os = "linux")]
mod picker;
mod plot;
mod prefetch;
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

pub(crate) use clients::{RustTls, rust_sdk_client, rust_sdk_version};
pub(crate) use counts::{Counters, Counts, page_faults};
pub(crate) use sizes::MEMORY_LIMIT_KIB;
pub(crate) use subject::Subject;
pub(crate) use {home::FEW, home::warm as warm_home, table::count};

use crate::scratch::Scratch;
use crate::workspace::{Outcome, cargo, run, target_dir};
use argh::FromArgs;
use contestants::Contestants;
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
    /// only this section: warm, sizes, scale, cold, near, far, day, prefetch, silent, crowd, serve, picker or peers
    #[argh(positional)]
    section: Option<String>,
    /// the same
    #[argh(option)]
    only: Option<String>,
    /// another build of sso-cp, which scale, near and far set beside this one
    #[argh(option)]
    base: Option<PathBuf>,
    /// what the tables call it (default: the other build)
    #[argh(option, default = "String::from(\"the other build\")")]
    base_name: String,
    /// a build of this sso-cp that is there already, for scale, near, far, day and prefetch
    #[argh(option)]
    program: Option<PathBuf>,
    /// what far and day start in their network: the round trip in milliseconds
    #[argh(option, hidden_help)]
    inside: Option<f64>,
    /// write docs/benchmarks.md and docs/benchmarks.svg; with a section, only its part of the page
    #[argh(switch)]
    write: bool,
}

/// The sections by their names, in the order of the page.
const SECTIONS: [&str; 13] = [
    "warm", "sizes", "scale", "cold", "near", "far", "day", "prefetch", "silent", "crowd", "serve",
    "picker", "peers",
];
/// Those that are about one build of the program.
const OF_ONE_BUILD: [&str; 5] = ["scale", "near", "far", "day", "prefetch"];

impl Bench {
    pub(crate) fn run(mut self) -> Outcome<ExitCode> {
        self.only = self.only.or(self.section.take());
        if let Some(only) = &self.only
            && !SECTIONS.contains(&only.as_str())
        {
            return Err(format!("the sections are {}", SECTIONS.join(", ")).into());
        }
        if let (Some(round_trip), Some(program)) = (self.inside, &self.program) {
            println!("{}", self.inside(round_trip, program)?);
            return Ok(ExitCode::SUCCESS);
        }
        if cfg!(debug_assertions) {
            return optimised();
        }
        let subjects = self.subjects()?;
        let scratch = Scratch::new()?;
        let machine = machine::described()?;
        println!("# What a call of sso-cp costs\n\n{machine}\n");
        let report = self.measure(&subjects, scratch.path())?;
        match (self.write, &self.only) {
            (false, _) => {}
            (true, Some(_)) => report.write_sections(&machine)?,
            (true, None) => {
                let caption = format!("Medians; lines span the middle half. {machine}.");
                report.write(&preface(&machine), &plot::drawn(report.groups(), &caption))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    /// What is measured: every build, or where a section needs no more than one, what releases are.
    fn subjects(&self) -> Outcome<Vec<Subject>> {
        let is_of_one = self.only.as_deref().is_some_and(|only| OF_ONE_BUILD.contains(&only));
        match &self.program {
            Some(program) if is_of_one => Ok(vec![Subject::built(program)]),
            Some(_) => Err(format!("--program is for {}", OF_ONE_BUILD.join(", ")).into()),
            None if is_of_one => Subject::released(),
            None => Subject::all(),
        }
    }

    fn contestants<'a>(&'a self, program: &'a Path) -> Contestants<'a> {
        Contestants { program, base: self.base.as_deref(), base_name: &self.base_name }
    }

    /// The inner half of a section, in its network.
    fn inside(&self, round_trip: f64, program: &Path) -> Outcome<String> {
        let contestants = self.contestants(program);
        match self.only.as_deref() {
            Some("day") => day::inside(contestants),
            _ => far::inside(round_trip, contestants, self.rounds.unwrap_or(9)),
        }
    }

    fn measure(&self, subjects: &[Subject], scratch: &Path) -> Outcome<Report> {
        let rounds = self.rounds.unwrap_or(1000) / if self.quick { 10 } else { 1 };
        let share = |part: usize| (rounds / part).max(5);
        let mut report = Report::default();
        let Some(first) = subjects.first() else { return Ok(report) };
        let contestants = self.contestants(&first.program);
        for section in SECTIONS {
            if self.only.as_deref().is_some_and(|only| only != section) {
                continue;
            }
            let report = &mut report;
            match section {
                "warm" => warm::section(report, subjects, scratch, share(1))?,
                "scale" => scale::section(report, subjects, contestants, scratch, share(40))?,
                "near" => near::section(report, contestants, scratch, share(4))?,
                "far" => far::section(report, contestants, share(110))?,
                "day" => day::section(report, contestants)?,
                "prefetch" => prefetch::section(report, contestants, scratch, share(2))?,
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
