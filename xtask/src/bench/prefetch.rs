//! `sso_cp_prefetch`: what it costs a cached call to look whether it is its turn, and to begin a process in the background.
//!
//! That process finds no token here and ends at once. It has ended before the next row is timed, so no process is beside a call that is measured.

use super::compare::compared;
use super::contestants::Contestants;
use super::home;
use super::report::Report;
use super::table::at_most;
use super::timing::{Row, interleaved};
use crate::scene::{PROFILE, Scene};
use crate::workspace::{Outcome, output_of};
use fake_identity_center::{Fake, Setup};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

/// What a call that begins a process may cost as a multiple of one that does not know of it.
const GOAL: f64 = 2.0;
/// What is left of credentials that others are fetched for.
const SHORT: Duration = Duration::from_secs(20 * 60);
const KEY: &str = "sso_cp_prefetch = true\n";

/// What a call finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    /// A session that does not ask for it.
    Plain,
    /// Credentials that have longer.
    Long,
    /// Somebody has begun within this minute.
    Noted,
    /// Nobody has.
    Begins,
}

impl Case {
    const ALL: [Case; 4] = [Case::Plain, Case::Long, Case::Noted, Case::Begins];

    fn name(self) -> &'static str {
        match self {
            Case::Plain => "a cached call",
            Case::Long => "`sso_cp_prefetch`, credentials with an hour left",
            Case::Noted => "`sso_cp_prefetch`, 20 minutes left, another call has begun a process",
            Case::Begins => "`sso_cp_prefetch`, 20 minutes left, begins a process",
        }
    }

    fn is_short(self) -> bool {
        matches!(self, Case::Noted | Case::Begins)
    }

    fn make_ready(self, scene: &Scene) -> Outcome<()> {
        for note in notes(scene) {
            match self {
                Case::Begins => fs::remove_file(note)?,
                _ => fs::File::options().write(true).open(note)?.set_modified(SystemTime::now())?,
            }
        }
        Ok(())
    }
}

pub(super) fn section(
    report: &mut Report,
    contestants: Contestants<'_>,
    scratch: &Path,
    rounds: usize,
) -> Outcome<()> {
    let long = Fake::start(Setup::default())?;
    let short = Fake::start(Setup { credential_lifetime: SHORT, ..Setup::default() })?;
    let mut scenes = Vec::new();
    for case in Case::ALL {
        let fake = if case.is_short() { &short } else { &long };
        scenes.push(scene(contestants.program, case, &scratch.join(format!("{case:?}")), fake)?);
    }
    let mut rows = Vec::new();
    for (case, scene) in Case::ALL.into_iter().zip(&scenes) {
        let row = Row::new(case.name(), call(contestants.program, scene));
        let scenes = &scenes;
        rows.push(row.prepared_by(move || {
            scenes.iter().for_each(Scene::wait_for_background);
            case.make_ready(scene)
        }));
    }
    let summaries = interleaved(&mut rows, rounds)?;
    let table =
        compared(&rows, &summaries, (0, "a cached call"), |index, multiple| {
            match Case::ALL.get(index) {
                Some(Case::Begins) => at_most(multiple, GOAL, ""),
                _ => String::new(),
            }
        });
    report.section(
        "A call that has credentials fetched in the background",
        format!("{rounds} rounds, on all processors. The call has ended when its caller goes on; what it has begun runs on.\n\n{table}"),
    );
    Ok(())
}

/// A home with credentials in the cache, and no token any more.
fn scene(program: &Path, case: Case, folder: &Path, fake: &Fake) -> Outcome<Scene> {
    let key = if case == Case::Plain { "" } else { KEY };
    let config = home::config(home::FEW).replacen("\n\n", &format!("\n{key}\n"), 1);
    let scene = home::signed_in(folder, fake, &config)?;
    if !output_of(&mut call(program, &scene))?.status.success() {
        return Err(format!("{}: no credentials", case.name()).into());
    }
    // Anyone who is still at it would take what happens now for a sign-out.
    scene.wait_for_background();
    fs::remove_file(scene.token_path())?;
    match notes(&scene).is_empty() == case.is_short() {
        true => Err(format!("{}: {} notes", case.name(), notes(&scene).len()).into()),
        false => Ok(scene),
    }
}

fn call(program: &Path, scene: &Scene) -> Command {
    scene.command(program, &["--profile", PROFILE])
}

/// What is noted of processes in the background, and of what failed in them.
fn notes(scene: &Scene) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(scene.own_folder()).into_iter().flatten().flatten();
    let is_note = |name: &str| name.starts_with("prefetch-") || name.starts_with("failed-");
    let notes = entries.filter(|entry| is_note(&entry.file_name().to_string_lossy()));
    notes.map(|entry| entry.path()).collect()
}
