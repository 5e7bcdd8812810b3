//! Commands about everything that is configured, with ever larger config files: each more profile costs the same.

use super::home;
use super::report::Report;
use super::subject::Subject;
use super::table::{Table, at_most, count, milliseconds, ratio};
use super::timing::{Row, Summary, interleaved_on_one_processor};
use crate::scene::PROFILE;
use crate::workspace::Outcome;
use fake_identity_center::{Fake, Setup};
use std::path::Path;

const PROFILES: [usize; 4] = [home::FEW, 500, 5_000, 20_000];

/// The commands, the cached call first, which the others are set against.
const COMMANDS: [(&str, &[&str]); 6] = [
    ("a cached call", &["--profile", PROFILE]),
    ("`profiles --names`", &["profiles", "--names"]),
    ("completing a name", &["completions", "--names", "all"]),
    ("`status`", &["status"]),
    ("`profiles`", &["profiles"]),
    ("`doctor`", &["doctor", "--profile", PROFILE]),
];

/// What names alone may cost with the largest file, as a multiple of a cached call.
const NAMES_GOAL: f64 = 3.0;

pub(super) fn section(
    report: &mut Report,
    subjects: &[Subject],
    beside: Option<&Path>,
    scratch: &Path,
    rounds: usize,
) -> Outcome<()> {
    let Some(subject) = subjects.first() else { return Ok(()) };
    let fake = Fake::start(Setup::default())?;
    let other = beside.map(|_| "times the other build");
    let head =
        ["profiles", "command", "median, ms", "us per profile", "times a cached call", "goal"];
    let mut table = Table::new(&head.into_iter().chain(other).collect::<Vec<_>>());
    for profiles in PROFILES {
        let folder = scratch.join(format!("scale-{profiles}"));
        let scene = home::warm(&folder, &fake, &subjects[..1], profiles)?;
        // What `doctor` could not run it would call a failure.
        let ours = format!("credential_process = {} ", subject.program.display());
        let config = home::config(profiles).replace("credential_process = sso-cp ", &ours);
        scene.write_config(&config)?;
        let programs = [Some(subject.program.as_path()), beside];
        let mut rows = Vec::new();
        for program in programs.into_iter().flatten() {
            for (name, words) in COMMANDS {
                let command = scene.command(program, words);
                // What an older build does not know fails at once, and is left out.
                match scene.command(program, words).output()?.status.success() {
                    true => rows.push(Row::new(name, command)),
                    false if beside == Some(program) => {
                        rows.push(Row::new("", scene.command(Path::new("true"), &[])));
                    }
                    false => return Err(format!("{name} fails with {profiles} profiles").into()),
                }
            }
        }
        let summaries = interleaved_on_one_processor(&mut rows, rounds)?;
        for (index, (name, _)) in COMMANDS.into_iter().enumerate() {
            let twin = rows.get(index + COMMANDS.len()).filter(|row| !row.name.is_empty());
            let twin = twin.map(|_| &summaries[index + COMMANDS.len()]);
            table.cells(cells(
                profiles,
                name,
                &summaries[index],
                &summaries[0],
                beside.map(|_| twin),
            ));
        }
    }
    report.section(
        "Commands about everything, by profiles in the config file",
        format!("{rounds} rounds of {}, on one processor.\n\n{table}", subject.name()),
    );
    Ok(())
}

fn cells(
    profiles: usize,
    name: &str,
    summary: &Summary,
    cached: &Summary,
    twin: Option<Option<&Summary>>,
) -> Vec<String> {
    let multiple = summary.times(cached);
    let is_names = name.contains("--names") && Some(&profiles) == PROFILES.last();
    let mut cells = vec![
        count(Some(profiles as u64)),
        name.to_owned(),
        milliseconds(summary.median),
        format!("{:.2}", summary.median.as_secs_f64() * 1e6 / profiles as f64),
        ratio(multiple),
        if is_names { at_most(multiple, NAMES_GOAL, "") } else { String::new() },
    ];
    if let Some(twin) = twin {
        cells.push(
            twin.map_or_else(|| "-".to_owned(), |twin| format!("{:.3}", summary.times(twin))),
        );
    }
    cells
}
