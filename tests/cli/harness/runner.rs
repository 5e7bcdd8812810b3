//! The test program itself. It looks like cargo's own harness (`test NAME ... ok`, filters, `test result:`), which cannot make
//! one test of each text file; a package that can would bring a command-line parser and fourteen others.
//!
//! Two things are better than there: tests wait most of the time, so more of them run at once than there are processors, the
//! slowest first; and a test that lacks something says so in a line of its own, `SKIPPED: ...`, at the end.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many tests run at once: enough for all that wait for a time limit, few enough for two processors.
const THREADS: usize = 10;

/// One test.
pub(crate) struct Test {
    name: String,
    /// Slow tests start first, so that nobody waits for them at the end.
    is_slow: bool,
    body: Box<dyn Fn() + Send + Sync>,
}

impl Test {
    /// A test that is done in a second or two.
    pub(crate) fn quick(name: String, body: impl Fn() + Send + Sync + 'static) -> Test {
        Test { name, is_slow: false, body: Box::new(body) }
    }

    /// A test that waits for a time limit.
    pub(crate) fn slow(name: String, body: impl Fn() + Send + Sync + 'static) -> Test {
        Test { is_slow: true, ..Test::quick(name, body) }
    }
}

/// What became of a test.
enum Verdict {
    Passed(Duration),
    Skipped(String),
    Failed(String),
}

thread_local! {
    /// What the panic hook has heard, or why the test was skipped.
    static HEARD: RefCell<(String, Option<String>)> = RefCell::default();
}

/// Says why the running test cannot show anything here. Return after it.
pub(crate) fn skip(why: &str) {
    HEARD.with_borrow_mut(|heard| heard.1 = Some(why.to_owned()));
}

/// Whether we are root; otherwise the running test is skipped.
pub(crate) fn needs_root() -> bool {
    let is_root = super::world::is_root();
    if !is_root {
        skip("it needs root");
    }
    is_root
}

/// Runs the tests that the arguments name.
pub(crate) fn run_all(tests: Vec<Test>) -> ExitCode {
    let wanted = Wanted::from_arguments(std::env::args().skip(1));
    let all = tests.len();
    let mut tests: Vec<Test> = tests.into_iter().filter(|test| wanted.has(&test.name)).collect();
    if wanted.list {
        tests.iter().for_each(|test| println!("{}: test", test.name));
        return ExitCode::SUCCESS;
    }
    tests.sort_by_key(|test| !test.is_slow);
    println!("\nrunning {} tests", tests.len());
    let started = Instant::now();
    let verdicts = run_threads(&tests, wanted.threads);
    report(&tests, &verdicts, all - tests.len(), started.elapsed())
}

fn run_threads(tests: &[Test], threads: usize) -> Vec<(usize, Verdict)> {
    std::panic::set_hook(Box::new(|panic| {
        // A thread of a test's own has nobody to tell; its test fails when it joins it.
        let text = panic.to_string();
        HEARD.with_borrow_mut(|heard| heard.0.push_str(&format!("{text}\n")));
    }));
    let next = AtomicUsize::new(0);
    let verdicts = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((index, test)) = {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    tests.get(index).map(|test| (index, test))
                } {
                    let verdict = run_one(test);
                    let mut verdicts = verdicts.lock().unwrap_or_else(PoisonError::into_inner);
                    println!("test {} ... {}", test.name, verdict.word());
                    verdicts.push((index, verdict));
                }
            });
        }
    });
    verdicts.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn run_one(test: &Test) -> Verdict {
    HEARD.take();
    let started = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(|| (test.body)()));
    match (outcome, HEARD.take()) {
        (Err(_), (heard, _)) => Verdict::Failed(heard),
        (Ok(()), (_, Some(why))) => Verdict::Skipped(why),
        (Ok(()), _) => Verdict::Passed(started.elapsed()),
    }
}

fn report(
    tests: &[Test],
    verdicts: &[(usize, Verdict)],
    filtered: usize,
    took: Duration,
) -> ExitCode {
    let mut failed = 0;
    for (index, verdict) in verdicts {
        let name = &tests[*index].name;
        match verdict {
            Verdict::Failed(why) => {
                failed += 1;
                println!("\n---- {name} ----\n{why}");
            }
            Verdict::Skipped(why) => println!("SKIPPED: {name}: {why}"),
            Verdict::Passed(_) => {}
        }
    }
    let word = if failed == 0 { "ok" } else { "FAILED" };
    println!(
        "\ntest result: {word}. {} passed; {failed} failed; 0 ignored; 0 measured; {filtered} filtered out; finished in {:.2}s\n",
        verdicts.len() - failed,
        took.as_secs_f64()
    );
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

impl Verdict {
    fn word(&self) -> String {
        match self {
            Verdict::Passed(took) if took.as_secs() >= 3 => format!("ok ({} s)", took.as_secs()),
            Verdict::Passed(_) => "ok".to_owned(),
            Verdict::Skipped(_) => "ok (skipped)".to_owned(),
            Verdict::Failed(_) => "FAILED".to_owned(),
        }
    }
}

/// What cargo passes on after `--`.
struct Wanted {
    filters: Vec<String>,
    without: Vec<String>,
    exact: bool,
    list: bool,
    threads: usize,
}

impl Wanted {
    fn from_arguments(mut arguments: impl Iterator<Item = String>) -> Wanted {
        let mut wanted = Wanted {
            filters: Vec::new(),
            without: Vec::new(),
            exact: false,
            list: false,
            threads: THREADS,
        };
        while let Some(argument) = arguments.next() {
            let (flag, value) = match argument.split_once('=') {
                Some((flag, value)) if flag.starts_with("--") => (flag, Some(value.to_owned())),
                _ => (argument.as_str(), None),
            };
            match flag {
                "--exact" => wanted.exact = true,
                "--list" => wanted.list = true,
                "--skip" => wanted.without.extend(value.or_else(|| arguments.next())),
                "--test-threads" => {
                    let number = value.or_else(|| arguments.next()).and_then(|n| n.parse().ok());
                    wanted.threads = number.unwrap_or(THREADS).max(1);
                }
                "--format" | "--color" | "--logfile" | "-Z" if value.is_none() => {
                    arguments.next();
                }
                _ if flag.starts_with('-') => {}
                _ => wanted.filters.push(argument.clone()),
            }
        }
        wanted
    }

    fn has(&self, name: &str) -> bool {
        let fits = |filter: &String| match self.exact {
            true => name == filter,
            false => name.contains(filter.as_str()),
        };
        (self.filters.is_empty() || self.filters.iter().any(fits)) && !self.without.iter().any(fits)
    }
}
