//! What every run of the program must keep, whatever the test is about.

use std::ffi::OsString;
use std::path::Path;
use std::time::{Duration, Instant};

use super::run::{OnFailure, Ran};
use super::tree::{Entry, Kind, Tree};
use super::world::World;

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    Code(i32),
    Signal(i32),
    /// It had to be killed.
    TimedOut,
}

/// What the rules must know about a run.
pub(crate) struct Facts {
    /// How many requests the stand-in saw.
    pub(crate) requests: usize,
    pub(crate) is_debug: bool,
    /// The line may have closed the streams or taken away the files, and may print for itself.
    pub(crate) is_shell: bool,
    pub(crate) on_failure: OnFailure,
    pub(crate) command: Command,
}

/// What kind of command it was, where that makes a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Command {
    /// One that says why it failed, and removes nothing.
    Usual,
    /// One that prints its findings whatever they are, and may leave it at that: `status`, `doctor`.
    Findings,
    /// One that removes files, also where it fails, and may speak of several sessions: `logout`.
    Removing,
    /// One that becomes a command of the person's, which prints and ends as it likes: `exec`.
    Running,
    /// One that lists what could have been named: `use`.
    Listing,
    /// One that says why it failed on stdout, with the exit code that Docker wants: `docker-credential`.
    Docker,
    /// One that changes the shared config file: `configure`, `populate`, `migrate`.
    Editing,
    /// One that changes the shared config file and moves files from one form to another: `seal`, `unseal`.
    Sealing,
}

impl Command {
    /// By the command's word.
    pub(crate) fn of(arguments: &[OsString]) -> Command {
        let is = |word: &str| arguments.iter().any(|argument| argument == word);
        if is("exec") {
            return Command::Running;
        }
        if is("use") {
            return Command::Listing;
        }
        if is("seal") || is("unseal") {
            return Command::Sealing;
        }
        if is("configure") || is("populate") || is("migrate") {
            return Command::Editing;
        }
        if is("docker-credential") {
            return Command::Docker;
        }
        match (is("status") || is("doctor"), is("logout")) {
            (true, _) => Command::Findings,
            (_, true) => Command::Removing,
            _ => Command::Usual,
        }
    }
}

/// The exit codes of the contract.
const CODES: [i32; 11] = [0, 1, 2, 3, 4, 5, 6, 7, 129, 130, 143];

/// The most that may stand on stderr.
const STDERR_BYTES: usize = 2048;

/// The most that an SDK takes from stdout (Java).
const STDOUT_BYTES: usize = 64_000;

/// A run that needs no network is over by then; a busy machine is allowed for.
const WITHOUT_NETWORK: Duration = Duration::from_secs(3);

/// The rules that were broken, in words.
pub(crate) fn broken(
    ran: &Ran,
    world: &World,
    before: &Tree,
    after: &Tree,
    facts: Facts,
) -> Vec<String> {
    let mut broken = Vec::new();
    ending(&mut broken, ran, &facts);
    stderr(&mut broken, ran, &facts);
    files(&mut broken, ran, &facts, world, before, after);
    if super::tree::read(&world.work()).keys().next().is_some() {
        broken.push("something was created in the working directory".to_owned());
    }
    broken
}

fn ending(broken: &mut Vec<String>, ran: &Ran, facts: &Facts) {
    match ran.ended {
        Ended::Code(code) if CODES.contains(&code) => {}
        Ended::Code(_) if facts.command == Command::Running => {}
        other => broken.push(format!("no exit code of the table: {other:?}")),
    }
    let may_print = facts.is_shell
        || matches!(facts.command, Command::Findings | Command::Running | Command::Docker);
    if ran.ended != Ended::Code(0) && !ran.stdout.is_empty() && !may_print {
        broken.push("stdout is not empty although the run failed".to_owned());
    }
    if ran.stdout.len() >= STDOUT_BYTES {
        broken.push("stdout is larger than SDKs take".to_owned());
    }
    let may_be_one = matches!(facts.command, Command::Running | Command::Docker);
    if ran.ended == Ended::Code(1) && !may_be_one {
        broken.push("the program calls it a bug of its own".to_owned());
    }
    // Waiting for a lock or for somebody's half-written file is not the network, but it is waiting.
    let is_local = matches!(ran.ended, Ended::Code(2 | 3)) && facts.requests == 0;
    if is_local && ran.took > WITHOUT_NETWORK {
        broken.push(format!("{:?} is too long for a run without network", ran.took));
    }
}

fn stderr(broken: &mut Vec<String>, ran: &Ran, facts: &Facts) {
    let text = ran.stderr();
    broken.extend(never_said(&text));
    if text.chars().any(|letter| letter != '\n' && is_unsafe(letter)) {
        broken.push("there are control characters on stderr".to_owned());
    }
    if facts.is_debug || facts.command == Command::Running {
        return;
    }
    if text.len() > STDERR_BYTES {
        broken.push("stderr is over 2 KiB".to_owned());
    }
    let mut lines: Vec<&str> = text.lines().collect();
    // That there are no credentials is said on stdout alone.
    let is_told_on_stdout =
        facts.command == Command::Docker && ran.ended == Ended::Code(1) && text.is_empty();
    let is_failure = matches!(ran.ended, Ended::Code(1..=7)) && !is_told_on_stdout;
    let is_found = facts.command == Command::Findings && !ran.stdout.is_empty();
    if is_failure && facts.command == Command::Listing {
        let Some(at) = lines.iter().position(|line| line.starts_with("sso-cp: ")) else {
            return broken.push("it does not say why it failed".to_owned());
        };
        lines.drain(..at);
    }
    let is_one_by_one = facts.command == Command::Removing && lines.len() > 2;
    if is_failure && lines.len() != 2 && !facts.is_shell && !is_found && !is_one_by_one {
        broken.push(format!("a failure has two lines on stderr, not {}", lines.len()));
    }
    for (index, line) in lines.iter().enumerate() {
        let is_hint = match is_one_by_one {
            true => line.starts_with("hint: "),
            false => is_failure && index + 1 == lines.len() && lines.len() > 1,
        };
        let start = if is_hint { "hint: " } else { "sso-cp: " };
        match line.strip_prefix(start) {
            None if facts.is_shell => {}
            None => broken.push(format!("a line that does not begin with `{start}`: {line}")),
            Some(said) => shape(broken, said),
        }
    }
}

/// What no program may say on stderr, anyone who ran it and how.
pub(crate) fn never_said(text: &str) -> Option<String> {
    if text.contains("SECRET") {
        return Some("a secret is on stderr".to_owned());
    }
    // Rust's own words, and those of our panic hook.
    let has_panicked = text.contains("panicked at") || text.contains("sso-cp: a bug: ");
    has_panicked.then(|| "the program panicked".to_owned())
}

/// Lower case, no full stop.
fn shape(broken: &mut Vec<String>, said: &str) {
    // Names of variables, protocols and files keep their own spelling.
    let first = said.split_whitespace().next().unwrap_or_default();
    let is_sentence = first.chars().next().is_some_and(char::is_uppercase)
        && first.chars().skip(1).any(char::is_lowercase);
    if is_sentence {
        broken.push(format!("it begins with a capital: {said}"));
    }
    if said.ends_with('.') && !said.ends_with("...") {
        broken.push(format!("it ends with a full stop: {said}"));
    }
}

fn is_unsafe(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn files(
    broken: &mut Vec<String>,
    ran: &Ran,
    facts: &Facts,
    world: &World,
    before: &Tree,
    after: &Tree,
) {
    let may_write = ran.ended == Ended::Code(0) || facts.on_failure == OnFailure::CachesWritten;
    for (path, entry) in after {
        let is_old = before.get(path).is_some_and(|old| old.kind == entry.kind);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.contains("tmp") && !before.contains_key(path) && stays(world, path) {
            broken.push(format!("a temporary file is left: {}", path.display()));
        }
        let is_config = path.to_string_lossy().starts_with(".aws/config");
        let is_edited = is_config && matches!(facts.command, Command::Editing | Command::Sealing);
        let is_allowed = is_edited && keeps_mode(before.get(path), entry);
        if !is_old && !is_allowed {
            new_entry(broken, world, path, entry);
        }
        if !may_write && !is_old && !is_ours(path) && entry.kind != Kind::Folder {
            broken.push(format!("a run that failed wrote {}", path.display()));
        }
        if is_old && before.get(path) != Some(entry) {
            broken.push(format!("mode or owner of {} changed", path.display()));
        }
    }
    // A note that the last try failed goes with the next success.
    let is_note = |path: &Path| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("failed-"))
    };
    let is_gone = |path: &&std::path::PathBuf| !after.contains_key(*path) && !is_note(path);
    let may_remove = matches!(facts.command, Command::Removing | Command::Sealing);
    for path in before.keys().filter(is_gone).filter(|_| !may_remove) {
        broken.push(format!("{} is gone", path.display()));
    }
}

/// The config file keeps its mode and owner; a new one is private.
fn keeps_mode(before: Option<&Entry>, after: &Entry) -> bool {
    match before {
        Some(before) => (before.mode, before.owner) == (after.mode, after.owner),
        None => after.mode == 0o600,
    }
}

/// Where the program may write, and with what mode.
fn new_entry(broken: &mut Vec<String>, world: &World, path: &Path, entry: &Entry) {
    let folder = path.parent().unwrap_or(Path::new(""));
    let is_cache = [
        ".aws/sso/cache",
        ".aws/cli/cache",
        ".aws/sso-cp/chains",
        ".aws/sso-cp/scoped",
        ".aws/sso-cp/tokens",
    ]
    .iter()
    .any(|cache| folder == Path::new(cache))
        || world.also_writable.iter().any(|also| path.starts_with(also));
    let shown = path.display();
    match &entry.kind {
        Kind::Folder if entry.mode != 0o700 => {
            broken.push(format!("folder {shown} has mode {:o}", entry.mode))
        }
        Kind::Folder => {}
        _ if !is_cache && !is_ours(path) => {
            broken.push(format!("{shown} is none of the program's business"))
        }
        _ if entry.mode != 0o600 => broken.push(format!("{shown} has mode {:o}", entry.mode)),
        Kind::File(bytes) if !is_cache && !is_unfinished(path) && holds_secret(bytes) => {
            broken.push(format!("a secret is in {shown}"))
        }
        _ => {}
    }
}

fn is_ours(path: &Path) -> bool {
    path.starts_with(".aws/sso-cp")
}

fn holds_secret(bytes: &[u8]) -> bool {
    bytes.windows(b"SECRET".len()).any(|window| window == b"SECRET")
}

/// Whether a file is still there after a moment: another run of the same test may be writing.
fn stays(world: &World, path: &Path) -> bool {
    const PATIENCE: Duration = Duration::from_secs(2);
    let until = Instant::now() + PATIENCE;
    let file = world.home(&path.to_string_lossy());
    while file.exists() {
        if Instant::now() >= until {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

/// Another run is at work, and keeps its file in our folder until it is whole.
fn is_unfinished(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "sso-cp-tmp")
}
