//! What can be counted rather than timed: the same on every run, so it serves for before-and-after.
//!
//! Each count comes from a tool that may be missing; its column then says so. The page faults and the peak memory are the
//! kernel's own, by GNU time, which is small enough that its own memory does not show (std offers no `wait4`, and
//! a child that xtask starts would be charged with xtask's memory until it executes its program).

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
    /// Minor page faults.
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
            time: find("time", "page faults and peak memory"),
            report: scratch.join("report"),
        }
    }

    /// Runs the command once under each tool.
    pub(crate) fn count(&self, command: &Command) -> Outcome<Counts> {
        let (page_faults, peak_kib) = self.memory(command)?;
        Ok(Counts {
            instructions: self.instructions(command)?,
            system_calls: self.system_calls(command)?,
            page_faults,
            peak_kib,
        })
    }

    /// Minor page faults and peak memory in KiB.
    pub(crate) fn memory(&self, command: &Command) -> Outcome<(Option<u64>, Option<u64>)> {
        let Some(time) = &self.time else { return Ok((None, None)) };
        let mut wrapped = Command::new(time);
        wrapped.args(["-f", "%R %M", "-o"]).arg(&self.report);
        let (_, report) = self.run(wrapped, command)?;
        let mut numbers = report.split_whitespace().map(|word| word.parse().ok());
        Ok((numbers.next().flatten(), numbers.next().flatten()))
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
