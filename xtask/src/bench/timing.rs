//! Whole processes, timed from the outside in turns, so that all rows of a table share the machine's moods.
//!
//! std starts a command that has no hooks by posix_spawn, whose price does not grow with our own size. What is measured is
//! what a caller waits for: from asking for the process to having its exit status.

use super::processor::Pinned;
use crate::workspace::Outcome;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// What makes the scene ready for a run, outside of the measured time.
type Prepare<'a> = Box<dyn FnMut() -> Outcome<()> + 'a>;

/// One row: a command that is run again and again.
pub(crate) struct Row<'a> {
    pub(crate) name: String,
    command: Command,
    prepare: Option<Prepare<'a>>,
    /// How many processes a run starts at once.
    copies: usize,
}

impl<'a> Row<'a> {
    /// The command's output goes nowhere.
    pub(crate) fn new(name: impl Into<String>, mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self { name: name.into(), command, prepare: None, copies: 1 }
    }

    pub(crate) fn prepared_by(mut self, prepare: impl FnMut() -> Outcome<()> + 'a) -> Self {
        self.prepare = Some(Box::new(prepare));
        self
    }

    pub(crate) fn at_once(mut self, copies: usize) -> Self {
        self.copies = copies;
        self
    }

    fn run_once(&mut self) -> Outcome<Duration> {
        if let Some(prepare) = &mut self.prepare {
            prepare()?;
        }
        let start = Instant::now();
        let statuses = match self.copies {
            1 => vec![self.command.status()?],
            _ => self.run_all()?,
        };
        let took = start.elapsed();
        match statuses.into_iter().find(|status| !status.success()) {
            None => Ok(took),
            Some(status) => Err(format!("{}: {status} in a timed run", self.name).into()),
        }
    }

    fn run_all(&mut self) -> Outcome<Vec<ExitStatus>> {
        let mut children = Vec::with_capacity(self.copies);
        for _ in 0..self.copies {
            children.push(self.command.spawn()?);
        }
        Ok(children.iter_mut().map(Child::wait).collect::<Result<_, _>>()?)
    }
}

/// What the runs of one row took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Summary {
    pub(crate) min: Duration,
    pub(crate) lower_quartile: Duration,
    pub(crate) median: Duration,
    pub(crate) upper_quartile: Duration,
}

impl Summary {
    pub(crate) fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |share: usize| times[(times.len() - 1) * share / 4];
        Self { min: at(0), lower_quartile: at(1), median: at(2), upper_quartile: at(3) }
    }

    /// The median as a multiple of another one's.
    pub(crate) fn times(&self, other: &Self) -> f64 {
        self.median.as_secs_f64() / other.median.as_secs_f64()
    }
}

/// Runs each row once in each round. The summaries come in the rows' order.
pub(crate) fn interleaved(rows: &mut [Row<'_>], rounds: usize) -> Outcome<Vec<Summary>> {
    // The first runs fill the page cache.
    for row in rows.iter_mut() {
        row.run_once()?;
    }
    let mut times = vec![Vec::with_capacity(rounds); rows.len()];
    for round in 0..rounds.max(1) {
        for index in order(rows.len(), round) {
            times[index].push(rows[index].run_once()?);
        }
    }
    Ok(times.into_iter().map(Summary::of).collect())
}

/// The same, with all of it on one processor: for processes that neither talk to another one nor share the work.
pub(crate) fn interleaved_on_one_processor(
    rows: &mut [Row<'_>],
    rounds: usize,
) -> Outcome<Vec<Summary>> {
    let _pinned = Pinned::new();
    interleaved(rows, rounds)
}

/// The order of a round's rows. Over the rounds each row is first equally often, and follows each other row equally often,
/// for what ran before leaves its own data and libraries in the processor's caches: a Williams design.
fn order(rows: usize, round: usize) -> impl Iterator<Item = usize> {
    // 0, 1, last, 2, last but one, ... moved on by one each round; and backwards once all of them have been first,
    // without which an odd number of rows would not come out even.
    let is_backwards = (round / rows) % 2 == 1;
    (0..rows).map(move |turn| {
        let turn = if is_backwards { rows - 1 - turn } else { turn };
        let step = if turn % 2 == 1 { turn.div_ceil(2) } else { rows - turn / 2 };
        (step + round) % rows
    })
}

/// The same command once more, for std's cannot be cloned.
pub(crate) fn again(command: &Command) -> Command {
    let mut copy = Command::new(command.get_program());
    copy.args(command.get_args()).env_clear();
    copy.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    copy
}

#[cfg(test)]
mod tests {
    use super::*;

    fn micros(times: [u64; 4]) -> Summary {
        let [min, lower_quartile, median, upper_quartile] = times.map(Duration::from_micros);
        Summary { min, lower_quartile, median, upper_quartile }
    }

    #[test]
    fn quartiles_of_five_times() {
        let times = [5, 1, 4, 2, 3].map(Duration::from_micros).to_vec();
        assert_eq!(Summary::of(times), micros([1, 2, 3, 4]));
    }

    #[test]
    fn each_row_follows_each_other_one_equally_often() {
        for rows in 1..8 {
            let mut followers = vec![vec![0; rows]; rows];
            let mut firsts = vec![0; rows];
            for round in 0..2 * rows {
                let order: Vec<_> = order(rows, round).collect();
                firsts[order[0]] += 1;
                order.windows(2).for_each(|pair| followers[pair[0]][pair[1]] += 1);
            }
            assert_eq!(firsts, vec![2; rows]);
            for (row, counts) in followers.iter().enumerate() {
                for (follower, count) in counts.iter().enumerate() {
                    assert_eq!(*count, if row == follower { 0 } else { 2 }, "{rows} rows");
                }
            }
        }
    }

    #[test]
    fn one_time_is_all_of_its_quartiles() {
        assert_eq!(Summary::of(vec![Duration::from_micros(7)]), micros([7, 7, 7, 7]));
    }

    #[test]
    fn a_ratio_is_that_of_the_medians() {
        assert!((micros([1, 2, 6, 9]).times(&micros([2, 3, 4, 5])) - 1.5).abs() < 1e-9);
    }
}
