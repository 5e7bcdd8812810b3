//! What can be counted rather than timed: the same on every run, so it serves for before-and-after.
//!
//! Instructions, system calls and memory come from tools that may be missing; their columns then hold a dash. Page faults are
//! the kernel's own count for our children. The peak memory is not: std offers no `wait4`, and a child of ours would be
//! charged with our memory until it executes its program. GNU time is small enough for that not to show.

use crate::workspace::{Outcome, find_program, output_of};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The counts of one run of a command, each where its tool is there.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// User-mode instructions, by callgrind.
    pub(crate) instructions: Option<u64>,
    /// System calls, `execve` among them, by strace.
    pub(crate) system_calls: Option<u64>,
    /// Minor page faults, where there is a `/proc`.
    pub(crate) page_faults: Option<u64>,
    /// Peak resident memory in KiB.
    pub(crate) peak_kib: Option<u64>,
}

/// The tools that count.
pub(crate) struct Counters {
    valgrind: Option<PathBuf>,
    strace: Option<PathBuf>,
    time: Option<PathBuf>,
    /// A file for what they report.
    report: PathBuf,
}

impl Counters {
    /// Looks for the tools and says which are missing.
    pub(crate) fn find(scratch: &Path) -> Self {
        let find = |name: &str, what: &str| {
            let found = find_program(name);
            if found.is_none() {
                eprintln!("SKIPPED: {what}: no `{name}` on this machine");
            }
            found
        };
        Self {
            valgrind: find("valgrind", "instruction counts"),
            strace: find("strace", "system calls"),
            time: find("time", "peak memory"),
            report: scratch.join("report"),
        }
    }

    /// Runs the command once for each count.
    pub(crate) fn count(&self, command: &mut Command) -> Outcome<Counts> {
        Ok(Counts {
            instructions: self.instructions(command)?,
            system_calls: self.system_calls(command)?,
            page_faults: page_faults(command)?,
            peak_kib: self.peak_kib(command)?,
        })
    }

    /// Peak resident memory in KiB.
    pub(crate) fn peak_kib(&self, command: &Command) -> Outcome<Option<u64>> {
        let Some(time) = &self.time else { return Ok(None) };
        let mut wrapped = Command::new(time);
        wrapped.args(["-f", "%M", "-o"]).arg(&self.report);
        let (_, report) = self.run(wrapped, command)?;
        Ok(report.trim().parse().ok())
    }

    fn instructions(&self, command: &Command) -> Outcome<Option<u64>> {
        let Some(valgrind) = &self.valgrind else { return Ok(None) };
        let mut wrapped = Command::new(valgrind);
        wrapped.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
        let (stderr, _) = self.run(wrapped, command)?;
        let line = stderr.lines().find_map(|line| line.split_once("Collected : "));
        Ok(line.and_then(|(_, number)| number.trim().parse().ok()))
    }

    fn system_calls(&self, command: &Command) -> Outcome<Option<u64>> {
        let Some(strace) = &self.strace else { return Ok(None) };
        let mut wrapped = Command::new(strace);
        wrapped.args(["-c", "-f", "-o"]).arg(&self.report);
        let (_, report) = self.run(wrapped, command)?;
        // The last line is the total: time, seconds, microseconds a call, calls.
        let total = report.lines().rfind(|line| line.ends_with("total"));
        Ok(total.and_then(|line| line.split_whitespace().nth(3)?.parse().ok()))
    }

    /// Runs the command under a tool; gives stderr and the report file.
    fn run(&self, mut tool: Command, command: &Command) -> Outcome<(String, String)> {
        let _ = fs::remove_file(&self.report);
        tool.arg(command.get_program()).args(command.get_args()).env_clear();
        tool.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let output = output_of(&mut tool)?;
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        match output.status.success() {
            true => Ok((stderr, fs::read_to_string(&self.report).unwrap_or_default())),
            false => Err(format!("{}: {}", tool.get_program().display(), stderr.trim()).into()),
        }
    }
}

/// The minor page faults of a run: the median of several, for where the kernel puts things is a little random.
pub(crate) fn page_faults(command: &mut Command) -> Outcome<Option<u64>> {
    const RUNS: usize = 15;
    let mut counts = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let before = page_faults_of_children();
        output_of(command)?;
        let Some(count) = page_faults_of_children().zip(before) else { return Ok(None) };
        counts.push(count.0 - count.1);
    }
    counts.sort_unstable();
    Ok(Some(counts[RUNS / 2]))
}

/// The minor page faults of all children that we waited for so far: `cminflt` of proc(5).
fn page_faults_of_children() -> Option<u64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is our name in brackets and may hold blanks; `cminflt` is the eleventh.
    let (_, after_name) = stat.rsplit_once(')')?;
    after_name.split_whitespace().nth(8)?.parse().ok()
}
