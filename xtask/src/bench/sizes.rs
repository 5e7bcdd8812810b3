//! Cached calls with ever larger config files: neither time nor memory may follow their size.

use super::counts::Counters;
use super::home;
use super::report::Report;
use super::subject::Subject;
use super::table::{Table, at_most, count, middle_half, milliseconds};
use super::timing::{Row, Summary, again, interleaved_on_one_processor};
use crate::scene::PROFILE;
use crate::workspace::Outcome;
use fake_identity_center::{Fake, Setup};
use std::path::Path;
use std::process::Command;

/// The first is the one that the others are set against.
const PROFILES: [usize; 4] = [home::FEW, 500, 5_000, 20_000];

/// 3 MB in the kernel's unit: the memory that a cached call may take, whatever the config file.
pub(crate) const MEMORY_LIMIT_KIB: u64 = 3_000_000 / 1024;

/// One build with one config file.
struct Case<'a> {
    subject: &'a Subject,
    profiles: usize,
    command: Command,
}

pub(super) fn section(
    report: &mut Report,
    subjects: &[Subject],
    scratch: &Path,
    rounds: usize,
) -> Outcome<()> {
    let fake = Fake::start(Setup::default())?;
    let cases = cases(subjects, scratch, &fake)?;
    let asked = home::role_requests(&fake);
    let mut rows: Vec<Row<'_>> = cases
        .iter()
        .map(|case| Row::new(format!("{} profiles", case.profiles), again(&case.command)))
        .collect();
    let summaries = interleaved_on_one_processor(&mut rows, rounds)?;
    home::unasked(&fake, asked)?;
    let table = table(&cases, &summaries, &Counters::find(scratch))?;
    report.section(
        "A cached call, by profiles in the config file",
        format!("{rounds} rounds. The profile that is asked for stands last.\n\n{table}"),
    );
    Ok(())
}

fn cases<'a>(subjects: &'a [Subject], scratch: &Path, fake: &Fake) -> Outcome<Vec<Case<'a>>> {
    let mut cases = Vec::new();
    for profiles in PROFILES {
        let folder = scratch.join(format!("profiles-{profiles}"));
        let scene = home::warm(&folder, fake, subjects, profiles)?;
        cases.extend(subjects.iter().map(|subject| Case {
            subject,
            profiles,
            command: scene.command(&subject.program, &["--profile", PROFILE]),
        }));
    }
    Ok(cases)
}

fn table(cases: &[Case<'_>], summaries: &[Summary], counters: &Counters) -> Outcome<Table> {
    let mut table = Table::new(&[
        "program",
        "profiles",
        "median, ms",
        "middle half",
        "added, ms",
        "goal",
        "peak memory, KiB",
        "goal",
    ]);
    for (index, (case, summary)) in cases.iter().zip(summaries).enumerate() {
        // The cases of the smallest file come first, one a build, and so on in the same order.
        let builds = cases.len() / PROFILES.len();
        let base = &summaries[index % builds];
        let added = (summary.median.as_secs_f64() - base.median.as_secs_f64()) * 1e3;
        let peak = counters.peak_kib(&case.command)?;
        table.row([
            case.subject.name(),
            count(Some(case.profiles as u64)),
            milliseconds(summary.median),
            middle_half(summary),
            format!("{added:.3}"),
            time_goal(case.profiles, added),
            count(peak),
            peak.map_or_else(String::new, |peak| {
                at_most(peak as f64, MEMORY_LIMIT_KIB as f64, "KiB")
            }),
        ]);
    }
    Ok(table)
}

/// What so many profiles may add, in milliseconds.
fn time_goal(profiles: usize, added: f64) -> String {
    match profiles {
        5_000 => at_most(added, 0.5, ""),
        20_000 => at_most(added, 2.0, ""),
        _ => String::new(),
    }
}
