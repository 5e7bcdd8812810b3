//! Whole processes, timed from the outside in turns, so that all rows of a table share the machine's moods.

use crate::workspace::Outcome;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{fs, io};

/// One row: a command that is run again and again.
pub(crate) struct Row {
    pub(crate) name: String,
    command: Command,
    /// A folder to remove before each run, outside the measured time: the cache that a cold call must not find.
    forget: Option<PathBuf>,
}

impl Row {
    /// The command's output goes nowhere; std starts it by posix_spawn, as it has no hooks.
    pub(crate) fn new(name: impl Into<String>, mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self { name: name.into(), command, forget: None }
    }

    pub(crate) fn forgetting(mut self, folder: PathBuf) -> Self {
        self.forget = Some(folder);
        self
    }

    fn run_once(&mut self) -> Outcome<Duration> {
        match self.forget.as_ref().map(fs::remove_dir_all) {
            Some(Err(error)) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        let start = Instant::now();
        let status = self.command.status()?;
        let took = start.elapsed();
        match status.success() {
            true => Ok(took),
            false => Err(format!("{}: {status} in a timed run", self.name).into()),
        }
    }
}

/// What the runs of one row took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Summary {
    pub(crate) min: Duration,
    pub(crate) lower_quartile: Duration,
    pub(crate) median: Duration,
    pub(crate) upper_quartile: Duration,
}

impl Summary {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |share: usize| times[(times.len() - 1) * share / 4];
        Self { min: at(0), lower_quartile: at(1), median: at(2), upper_quartile: at(3) }
    }

    /// The median as a multiple of another one's.
    pub(crate) fn times(&self, other: &Self) -> f64 {
        self.median.as_secs_f64() / other.median.as_secs_f64()
    }
}

/// Runs each row once in each round, each round beginning with another row. The summaries come in the rows' order.
pub(crate) fn interleaved(rows: &mut [Row], rounds: usize) -> Outcome<Vec<Summary>> {
    // The first runs fill the page cache.
    for row in rows.iter_mut() {
        row.run_once()?;
    }
    let mut times = vec![Vec::with_capacity(rounds); rows.len()];
    for round in 0..rounds.max(1) {
        for turn in 0..rows.len() {
            let index = (round + turn) % rows.len();
            times[index].push(rows[index].run_once()?);
        }
    }
    Ok(times.into_iter().map(Summary::of).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_of_five_times() {
        let times = [5, 1, 4, 2, 3].map(Duration::from_micros).to_vec();
        let summary = Summary::of(times);
        assert_eq!(summary.min, Duration::from_micros(1));
        assert_eq!(summary.lower_quartile, Duration::from_micros(2));
        assert_eq!(summary.median, Duration::from_micros(3));
        assert_eq!(summary.upper_quartile, Duration::from_micros(4));
    }
}
