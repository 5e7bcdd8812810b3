//! Commands about everything that is configured, with ever larger config files: each more profile costs the same.

use super::contestants::Contestants;
use super::home;
use super::report::Report;
use super::subject::Subject;
use super::table::{Table, at_most, count, milliseconds, ratio};
use super::timing::{Row, Summary, interleaved_on_one_processor};
use crate::scene::{PROFILE, Scene};
use crate::workspace::{Outcome, output_of};
use fake_identity_center::{Fake, Setup};
use std::path::Path;

const PROFILES: [usize; 4] = [home::FEW, 500, 5_000, 20_000];

/// The commands, the cached call first, which the others are set against.
const COMMANDS: [(&str, &[&str]); 6] = [
    ("a cached call", &["--profile", PROFILE]),
    (NAMES, &["profiles", "--names"]),
    ("completing a name", &["completions", "--names", "all"]),
    (STATUS, &["status"]),
    ("`profiles`", &["profiles"]),
    ("`doctor`", &["doctor", "--profile", PROFILE]),
];

const NAMES: &str = "`profiles --names`";
const STATUS: &str = "`status`";

/// What names alone may cost with the largest file, as a multiple of a cached call.
const NAMES_GOAL: f64 = 3.0;
/// What `status` may cost as a share of the other build's time, by profiles.
const STATUS_GOALS: [(usize, f64); 2] = [(5_000, 0.16), (20_000, 0.15)];

pub(super) fn section(
    report: &mut Report,
    subjects: &[Subject],
    contestants: Contestants<'_>,
    scratch: &Path,
    rounds: usize,
) -> Outcome<()> {
    let Some(subject) = subjects.first() else { return Ok(()) };
    let fake = Fake::start(Setup::default())?;
    let other = contestants.base.map(|_| format!("times {}", contestants.base_name));
    let head = ["profiles", "command", "median, ms", "us per profile", "times a cached call"];
    let head = head.into_iter().chain(other.as_deref()).chain(["goal"]);
    let mut table = Table::new(&head.collect::<Vec<_>>());
    for profiles in PROFILES {
        let folder = scratch.join(format!("scale-{profiles}"));
        let scene = home::warm(&folder, &fake, &subjects[..1], profiles)?;
        // What `doctor` could not run it would call a failure.
        let ours = format!("credential_process = {} ", subject.program.display());
        let config = home::config(profiles).replace("credential_process = sso-cp ", &ours);
        scene.write_config(&config)?;
        let mut rows = commands(contestants, &scene, profiles)?;
        let summaries = interleaved_on_one_processor(&mut rows, rounds)?;
        for (index, (name, _)) in COMMANDS.into_iter().enumerate() {
            let twin = rows.get(index + COMMANDS.len()).filter(|row| !row.name.is_empty());
            let twin = twin.map(|_| &summaries[index + COMMANDS.len()]);
            let times = (summaries[index], summaries[0], twin.copied());
            table.cells(cells(profiles, name, times, contestants.base.is_some()));
        }
    }
    report.section(
        "Commands about everything, by profiles in the config file",
        format!("{rounds} rounds of {}, on one processor.\n\n{table}", subject.name()),
    );
    Ok(())
}

/// The commands of this build, then those of the other.
fn commands<'a>(
    contestants: Contestants<'_>,
    scene: &Scene,
    profiles: usize,
) -> Outcome<Vec<Row<'a>>> {
    let mut rows = Vec::new();
    for program in [Some(contestants.program), contestants.base].into_iter().flatten() {
        for (name, words) in COMMANDS {
            let command = scene.command(program, words);
            // What an older build does not know fails at once, and is left out.
            match output_of(&mut scene.command(program, words))?.status.success() {
                true => rows.push(Row::new(name, command)),
                false if contestants.base == Some(program) => {
                    rows.push(Row::new("", scene.command(Path::new("true"), &[])));
                }
                false => return Err(format!("{name} fails with {profiles} profiles").into()),
            }
        }
    }
    Ok(rows)
}

/// `times`: the command's, a cached call's, and the other build's.
fn cells(
    profiles: usize,
    name: &str,
    (summary, cached, twin): (Summary, Summary, Option<Summary>),
    has_other: bool,
) -> Vec<String> {
    let multiple = summary.times(&cached);
    let share = twin.map(|twin| summary.times(&twin));
    let mut cells = vec![
        count(Some(profiles as u64)),
        name.to_owned(),
        milliseconds(summary.median),
        format!("{:.2}", summary.median.as_secs_f64() * 1e6 / profiles as f64),
        ratio(multiple),
    ];
    if has_other {
        cells.push(share.map_or_else(|| "-".to_owned(), |share| format!("{share:.3}")));
    }
    let status_goal = STATUS_GOALS.iter().find(|(of, _)| *of == profiles && name == STATUS);
    cells.push(match (status_goal, share) {
        (Some((_, limit)), Some(share)) => at_most(share, *limit, "of the other"),
        _ if name == NAMES && Some(&profiles) == PROFILES.last() => {
            at_most(multiple, NAMES_GOAL, "cached calls")
        }
        _ => String::new(),
    });
    cells
}
