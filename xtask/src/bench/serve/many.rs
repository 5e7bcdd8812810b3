//! An endpoint of many profiles beside one of one: answers per second by turns, and what an answer costs, counted.

use super::super::home;
use super::super::subject::Subject;
use super::super::table::{Table, at_least, count, milliseconds, ratio};
use super::endpoint::Endpoint;
use super::load::{Connections, answers_per_second, median};
use crate::scene::{ACCOUNT, PROFILE, ROLE, SESSION, Scene};
use crate::workspace::{Outcome, find_program};
use fake_identity_center::Fake;
use std::path::Path;
use std::time::Duration;

/// How many profiles the larger endpoint serves, and by how much it may be slower.
pub(super) const MANY: usize = 50;
const GOAL: f64 = 0.9;

/// Turns are short and there are many: a machine's moods last longer than a pair of turns, and take both of it alike. Each pair has a
/// ratio of its own, and their median is the result.
/// Two processes of the same program differ in speed by where the kernel puts them, so both endpoints are started anew several times.
const STARTS: usize = 5;
const PAIRS_EACH: usize = 8;
pub(super) const PAIRS: usize = STARTS * PAIRS_EACH;
const TURN: Duration = Duration::from_millis(150);

/// How many answers are counted, and how many before that.
const COUNTED: usize = 1000;
const UNCOUNTED: usize = 100;

/// The home of both endpoints, and the profiles of the larger one.
pub(super) fn scene(folder: &Path, fake: &Fake) -> Outcome<(Scene, Vec<String>)> {
    let mut config = home::config(home::FEW);
    let names = (1..MANY).map(|number| format!("many-{number}"));
    let names: Vec<String> = [PROFILE.to_owned()].into_iter().chain(names).collect();
    for name in &names[1..] {
        config += &format!(
            "\n[profile {name}]\nsso_cp_session = {SESSION}\nsso_cp_account_id = {ACCOUNT}\nsso_cp_role_name = {ROLE}\n"
        );
    }
    Ok((home::signed_in(folder, fake, &config)?, names))
}

pub(super) fn table() -> Table {
    Table::new(&[
        "program",
        "profiles",
        "per second",
        "with one",
        "ratio",
        "goal",
        "instructions per answer",
        "with one",
        "begins after, ms",
        "with one",
    ])
}

/// One build's endpoint of many profiles in turns with its endpoint of one.
pub(super) fn row(
    subject: &Subject,
    scene: &Scene,
    names: &[&str],
    table: &mut Table,
) -> Outcome<()> {
    let mut all = Pairs::default();
    for _ in 0..STARTS {
        all.add(subject, scene, names)?;
    }
    let Pairs { of_one, of_many, quotients, started } = all;
    let quotient = median(quotients);
    let [rate, rate_of_one] =
        [median(of_many), median(of_one)].map(|rate| count(Some(rate as u64)));
    let [counted, counted_of_one] =
        [names, &names[..1]].map(|names| instructions(subject, scene, names));
    table.row([
        subject.name(),
        names.len().to_string(),
        rate,
        rate_of_one,
        ratio(quotient),
        at_least(quotient, GOAL, ""),
        count(counted?),
        count(counted_of_one?),
        milliseconds(started.1),
        milliseconds(started.0),
    ]);
    Ok(())
}

/// What the turns came to.
#[derive(Default)]
struct Pairs {
    of_one: Vec<f64>,
    of_many: Vec<f64>,
    quotients: Vec<f64>,
    /// After what time each began, the last time.
    started: (Duration, Duration),
}

impl Pairs {
    /// Some more, with two new processes.
    fn add(&mut self, subject: &Subject, scene: &Scene, names: &[&str]) -> Outcome<()> {
        let one = Endpoint::start(subject, scene, &names[..1])?;
        let many = Endpoint::start(subject, scene, names)?;
        self.started = (one.start_time, many.start_time);
        let rate = |endpoint: &Endpoint| {
            answers_per_second(&endpoint.address, &endpoint.request, Connections::Kept, TURN)
        };
        // The first ones fill memory and caches.
        rate(&one)?;
        rate(&many)?;
        for pair in 0..PAIRS_EACH {
            // Each of them goes first as often as the other.
            let first = if pair % 2 == 0 { Some(rate(&many)?) } else { None };
            let one = rate(&one)?;
            let many = first.map_or_else(|| rate(&many), Ok)?;
            self.of_one.push(one);
            self.of_many.push(many);
            self.quotients.push(many / one);
        }
        Ok(())
    }
}

/// What one answer costs: the difference of two runs, divided by that of their answers.
fn instructions(subject: &Subject, scene: &Scene, names: &[&str]) -> Outcome<Option<u64>> {
    let Some(valgrind) = find_program("valgrind") else { return Ok(None) };
    let run = |answers: usize| -> Outcome<u64> {
        let endpoint = Endpoint::start_counted(&valgrind, subject, scene, names)?;
        endpoint.ask(answers)?;
        let report = endpoint.ended()?;
        let line = report.lines().find_map(|line| line.split_once("Collected : "));
        let (_, number) = line.ok_or("valgrind counted nothing")?;
        Ok(number.trim().parse()?)
    };
    let (few, more) = (run(UNCOUNTED)?, run(UNCOUNTED + COUNTED)?);
    Ok(Some(more.saturating_sub(few) / COUNTED as u64))
}
