//! The list of `use` at a pseudo-terminal, with a large config file: how long until its first frame, and until each key shows.
//!
//! What is measured is what a person sees: from asking for the process to the last byte of the frame, and from the byte of a
//! key to that. `true` at a terminal of the same kind is the share of the machinery.

use super::home;
use super::report::Report;
use super::subject::Subject;
use super::table::{Table, at_most, count, milliseconds};
use crate::scene::Scene;
use crate::terminal::Terminal;
use crate::workspace::Outcome;
use fake_identity_center::{Fake, Setup};
use std::path::Path;
use std::time::{Duration, Instant};

const PROFILES: [usize; 3] = [home::FEW, 5_000, 20_000];
/// What the issue asks for.
const FIRST_FRAME: Duration = Duration::from_millis(50);
const KEY: Duration = Duration::from_millis(16);
/// Letters of which each narrows, one that fits nothing, and those that move and erase.
const KEYS: [&str; 13] =
    ["t", "e", "a", "m", "-", "0", "4", "zz", "\x7f", "\x7f", "\x1b[B", "\x1b[6~", "\x15"];

pub(super) fn section(
    report: &mut Report,
    subjects: &[Subject],
    scratch: &Path,
    rounds: usize,
) -> Outcome<()> {
    let fake = Fake::start(Setup::default())?;
    let mut table = Table::new(&[
        "program",
        "profiles",
        "first frame, ms",
        "goal",
        "a key, ms",
        "the slowest, ms",
        "goal",
        "`true` there, ms",
    ]);
    for profiles in PROFILES {
        let folder = scratch.join(format!("picker-{profiles}"));
        let scene = home::signed_in(&folder, &fake, &home::config(profiles))?;
        for subject in subjects {
            let mut seen = Seen::default();
            for _ in 0..rounds {
                seen.round(&scene, &subject.program)?;
            }
            let slowest = middle(&mut seen.slowest_keys);
            let first = middle(&mut seen.first_frames);
            let is_large = profiles == PROFILES[PROFILES.len() - 1];
            let goal = |time: Duration, limit: Duration| match is_large {
                true => at_most(time.as_secs_f64() * 1e3, limit.as_secs_f64() * 1e3, " ms"),
                false => String::new(),
            };
            table.row([
                subject.name(),
                count(Some(profiles as u64)),
                milliseconds(first),
                goal(first, FIRST_FRAME),
                milliseconds(middle(&mut seen.keys)),
                milliseconds(slowest),
                goal(slowest, KEY),
                milliseconds(middle(&mut seen.nothing)),
            ]);
        }
    }
    report.section(
        "The list of `use`, by profiles in the config file",
        format!(
            "{rounds} rounds; each number is the median of the rounds. {} keys are pressed, the first of them at once after \
             the first frame, while the columns are still being read.\n\n{table}",
            KEYS.len()
        ),
    );
    Ok(())
}

/// What was seen in the rounds.
#[derive(Default)]
struct Seen {
    first_frames: Vec<Duration>,
    keys: Vec<Duration>,
    slowest_keys: Vec<Duration>,
    nothing: Vec<Duration>,
}

impl Seen {
    fn round(&mut self, scene: &Scene, program: &Path) -> Outcome<()> {
        let mut terminal = Terminal::open(120, 40)?;
        let begun = Instant::now();
        let mut child = terminal.start(scene, "true".as_ref(), &[])?;
        child.wait()?;
        self.nothing.push(begun.elapsed());

        let begun = Instant::now();
        let mut child = terminal.start(scene, program, &["use"])?;
        terminal.await_frame()?;
        self.first_frames.push(begun.elapsed());
        let mut times = Vec::new();
        for key in KEYS {
            let begun = Instant::now();
            terminal.type_in(key.as_bytes())?;
            terminal.await_frame()?;
            times.push(begun.elapsed());
        }
        terminal.type_in(b"\x03")?;
        child.wait()?;
        self.slowest_keys.extend(times.iter().max());
        self.keys.extend(times);
        Ok(())
    }
}

fn middle(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
