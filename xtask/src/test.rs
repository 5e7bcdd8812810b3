//! `cargo xtask test`: all tests; the last lines say why some were skipped, and the totals.

use crate::workspace::{Outcome, cargo};
use argh::FromArgs;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{BufRead, BufReader};
use std::process::{ExitCode, ExitStatus, Stdio};

/// Run all tests; the last line is `N passed, N failed, N skipped`
#[derive(FromArgs)]
#[argh(subcommand, name = "test")]
pub(crate) struct Test {
    /// only tests whose name contains this
    #[argh(positional)]
    filter: Option<String>,
}

impl Test {
    pub(crate) fn run(self) -> Outcome<ExitCode> {
        let tested = test(self.filter.as_deref())?;
        print!("{}", tested.skips);
        println!("{}", tested.totals);
        Ok(tested.exit_code())
    }
}

/// What came of all tests.
pub(crate) struct Tested {
    pub(crate) totals: Totals,
    pub(crate) skips: Skips,
    status: ExitStatus,
}

impl Tested {
    /// Cargo's own exit code.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self.status.code().map(u8::try_from) {
            Some(Ok(code)) => code.into(),
            _ => ExitCode::FAILURE,
        }
    }
}

/// Why tests were skipped: each reason with how many tests gave it.
#[derive(Debug, Default)]
pub(crate) struct Skips(BTreeMap<String, u64>);

impl Skips {
    /// Takes one line of cargo's output into account: `SKIPPED: TEST: REASON`.
    fn count(&mut self, line: &str) {
        let Some(announced) = line.strip_prefix("SKIPPED: ") else { return };
        // A test's name has `::` in it, and the rows that it proves; a blank stands behind the colon before the reason.
        let reason = announced.split_once(": ").map_or(announced, |(_, reason)| reason);
        *self.0.entry(reason.to_owned()).or_default() += 1;
    }
}

impl fmt::Display for Skips {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (reason, count) in &self.0 {
            writeln!(out, "skipped {count}: {reason}")?;
        }
        Ok(())
    }
}

/// How many tests there were of each kind.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Totals {
    /// Tests that cargo calls passed, those that announced a skip among them.
    passed_for_cargo: u64,
    failed: u64,
    ignored: u64,
    /// Tests that lack a tool: they pass for cargo, and say in one line what they lack.
    announced: u64,
}

impl fmt::Display for Totals {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let passed = self.passed_for_cargo.saturating_sub(self.announced);
        let skipped = self.ignored + self.announced;
        write!(out, "{passed} passed, {} failed, {skipped} skipped", self.failed)
    }
}

impl Totals {
    /// Takes one line of cargo's output into account.
    fn count(&mut self, line: &str) {
        if line.starts_with("SKIPPED:") {
            self.announced += 1;
        }
        let Some(result) = line.strip_prefix("test result: ") else { return };
        self.passed_for_cargo += number_before(result, " passed");
        self.failed += number_before(result, " failed");
        self.ignored += number_before(result, " ignored");
    }
}

/// Runs the tests, showing all that cargo shows.
pub(crate) fn test(filter: Option<&str>) -> Outcome<Tested> {
    // Every program is run, so that the totals are whole; the output of passing tests is where they announce a skip.
    let mut command = cargo();
    command
        .args(["test", "--workspace", "--no-fail-fast"])
        .args(filter)
        .args(["--", "--show-output"]);
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let stdout = child.stdout.take().expect("stdout was asked for as a pipe");

    let (mut totals, mut skips) = (Totals::default(), Skips::default());
    for line in BufReader::new(stdout).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        totals.count(&line);
        skips.count(&line);
    }
    let status = child.wait()?;
    if !status.success() && totals.failed == 0 {
        eprintln!(
            "xtask: a test program was not built or did not end by itself: counted as one failure"
        );
        totals.failed = 1;
    }
    Ok(Tested { totals, skips, status })
}

/// The number that stands right before `word`, 0 where there is none.
fn number_before(text: &str, word: &str) -> u64 {
    let Some((before, _)) = text.split_once(word) else { return 0 };
    let digits = before.rsplit(|character: char| !character.is_ascii_digit()).next();
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals_of(output: &str) -> Totals {
        let mut totals = Totals::default();
        output.lines().for_each(|line| totals.count(line));
        totals
    }

    #[test]
    fn results_of_all_programs_add_up() {
        let totals = totals_of(
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.00s\n\
             test one ... ok\n\
             test result: FAILED. 7 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\n",
        );
        assert_eq!(totals.to_string(), "19 passed, 2 failed, 1 skipped");
    }

    #[test]
    fn a_test_that_announces_its_skip_is_not_counted_as_passed() {
        // The announcement stands before its program's result.
        let totals =
            totals_of("SKIPPED: no boto3\ntest result: ok. 5 passed; 0 failed; 0 ignored\n");
        assert_eq!(totals.to_string(), "4 passed, 0 failed, 1 skipped");
    }

    #[test]
    fn each_reason_stands_once() {
        let mut skips = Skips::default();
        for line in [
            "SKIPPED: sdks::boto3_runs (real-clients): X does not name the client",
            "SKIPPED: answers::sleep (g03): faketime is not installed",
            "SKIPPED: sdks::js_runs (real-clients): X does not name the client",
            "SKIPPED: no boto3",
            "test one ... ok",
        ] {
            skips.count(line);
        }
        assert_eq!(
            skips.to_string(),
            "skipped 2: X does not name the client\nskipped 1: faketime is not installed\nskipped 1: no boto3\n"
        );
    }

    #[test]
    fn other_lines_do_not_count() {
        assert_eq!(totals_of("running 3 tests\n9 passed\nsay SKIPPED: no\n"), Totals::default());
    }
}
