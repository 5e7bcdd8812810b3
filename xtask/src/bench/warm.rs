//! Calls that are answered from the cache: nearly all calls there are.

use super::compare::{compared, points};
use super::counts::{Counters, Counts};
use super::home;
use super::report::{Kind, Point, Report};
use super::subject::Subject;
use super::table::{Table, at_most, count};
use super::timing::{Row, again, interleaved_on_one_processor};
use crate::binaries::{Build, linked_packages};
use crate::scene::{PROFILE, Scene};
use crate::workspace::{Outcome, find_program};
use fake_identity_center::{Fake, Setup};
use std::fs;
use std::path::Path;
use std::process::Command;

/// What a cached call may cost as a multiple of `true`: what we have promised ourselves.
const MUSL_GOAL: f64 = 0.65;
const PLAIN_GOAL: f64 = 1.6;

/// A row before it is run.
struct Program {
    name: String,
    command: Command,
    /// The build of ours that it is; none for the yardsticks.
    ours: Option<Build>,
}

/// The cached call beside programs that do nothing: times, then counts.
pub(super) fn section(
    report: &mut Report,
    subjects: &[Subject],
    scratch: &Path,
    rounds: usize,
) -> Outcome<()> {
    let fake = Fake::start(Setup::default())?;
    let scene = home::warm(&scratch.join("warm"), &fake, subjects, home::FEW)?;
    let asked = home::role_requests(&fake);
    let mut programs = programs(subjects, &scene)?;
    let (table, points) = timed(&programs.iter().collect::<Vec<_>>(), rounds)?;
    let mut text = format!("{rounds} rounds.\n\n{table}\nEach in turns with `true` alone:\n");
    for ours in programs.iter().filter(|program| program.ours.is_some()) {
        let (table, _) = timed(&[&programs[0], ours], rounds)?;
        text.push_str(&format!("\n{table}"));
    }
    home::unasked(&fake, asked)?;

    report.section("A cached call", text);
    report.group("a cached call", points);
    counts(report, &mut programs, &Counters::find(scratch))
}

/// The times of programs, of which the first is the yardstick: a table, and points of the picture.
fn timed(programs: &[&Program], rounds: usize) -> Outcome<(Table, Vec<Point>)> {
    let mut rows: Vec<Row<'_>> =
        programs.iter().map(|program| Row::new(&program.name, again(&program.command))).collect();
    let summaries = interleaved_on_one_processor(&mut rows, rounds)?;
    let table =
        compared(&rows, &summaries, (0, "`true`"), |index, multiple| match programs[index].ours {
            Some(Build::Musl) => at_most(multiple, MUSL_GOAL, ""),
            Some(Build::Plain) => at_most(multiple, PLAIN_GOAL, ""),
            None => String::new(),
        });
    let points = points(&rows, &summaries, |index| match programs[index].ours {
        Some(_) => Kind::Ours,
        None => Kind::Yardstick,
    });
    Ok((table, points))
}

/// `true`, and for each build the empty program and ours.
fn programs(subjects: &[Subject], scene: &Scene) -> Outcome<Vec<Program>> {
    let nothing = find_program("true").ok_or("no `true` on this machine to compare with")?;
    let mut programs = vec![Program {
        name: "`true`".to_owned(),
        command: scene.command(&nothing, &[]),
        ours: None,
    }];
    for subject in subjects {
        programs.push(Program {
            name: subject.empty_name(),
            command: scene.command(&subject.empty, &[]),
            ours: None,
        });
        programs.push(Program {
            name: subject.name(),
            command: scene.command(&subject.program, &["--profile", PROFILE]),
            ours: Some(subject.build),
        });
    }
    Ok(programs)
}

fn counts(report: &mut Report, programs: &mut [Program], counters: &Counters) -> Outcome<()> {
    let mut table = Table::new(&[
        "program",
        "instructions",
        "system calls",
        "page faults",
        "peak memory, KiB",
        "size, bytes",
    ]);
    for Program { name, command, .. } in programs {
        let Counts { instructions, system_calls, page_faults, peak_kib } =
            counters.count(command)?;
        let size = fs::metadata(command.get_program())?.len();
        let [instructions, system_calls, page_faults, peak_kib, size] =
            [instructions, system_calls, page_faults, peak_kib, Some(size)].map(count);
        table.row([name.clone(), instructions, system_calls, page_faults, peak_kib, size]);
    }
    let packages = linked_packages()?;
    report.section(
        "The same calls, counted",
        format!(
            "Instructions in user mode by callgrind, system calls by strace, minor page faults by the kernel, memory by GNU time.\n\
             The program links {packages} third-party packages. `cargo xtask budget` holds what may not grow.\n\n{table}"
        ),
    );
    Ok(())
}
