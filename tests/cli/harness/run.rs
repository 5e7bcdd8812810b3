//! One run of the program.

use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use super::rules::{self, Ended};
use super::world::{World, set_mode};
use super::{time, tree};

/// The contract's limit for the credential command, with a second for the machine to be busy in.
const LIMIT: Duration = Duration::from_secs(21);

/// What is kept of a stream; more is a failure anyway.
const KEPT_BYTES: u64 = 1 << 20;

/// The program under test, where any user may start it.
pub(crate) fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let built = PathBuf::from(env!("CARGO_BIN_EXE_sso-cp"));
        if !super::world::is_root() {
            return built;
        }
        // Another user may not be allowed into the folder where it was built.
        let copy = std::env::temp_dir().join(format!("sso-cp-cli-program-{}", std::process::id()));
        std::fs::copy(&built, &copy).expect("the program can be copied");
        set_mode(&copy, 0o755);
        copy
    })
}

/// What the tests leave behind otherwise.
pub(crate) fn finish() {
    if super::world::is_root() {
        let _ = std::fs::remove_file(program());
    }
}

/// How to run it.
pub(crate) struct Run {
    arguments: Vec<OsString>,
    /// A shell line in which `"$@"` is the program with its arguments.
    shell: Option<String>,
    env: Vec<(OsString, OsString)>,
    stdin: Stdio,
    limit: Duration,
    on_failure: OnFailure,
}

/// What a run that fails may leave behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnFailure {
    /// Every file as it was.
    NothingWritten,
    /// What had been achieved before the failure is saved: a renewed token, or credentials that nobody took.
    CachesWritten,
}

impl Run {
    pub(crate) fn new(arguments: impl IntoIterator<Item = OsString>) -> Run {
        let arguments = arguments.into_iter().collect();
        Run {
            arguments,
            shell: None,
            env: Vec::new(),
            stdin: Stdio::null(),
            limit: LIMIT,
            on_failure: OnFailure::NothingWritten,
        }
    }

    pub(crate) fn in_shell(self, line: &str) -> Run {
        Run { shell: Some(line.to_owned()), ..self }
    }

    pub(crate) fn with_env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Run {
        self.env.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    pub(crate) fn with_stdin(self, stdin: Stdio) -> Run {
        Run { stdin, ..self }
    }

    pub(crate) fn within(self, limit: Duration) -> Run {
        Run { limit, ..self }
    }

    /// It may fail after it has achieved something that is worth keeping.
    pub(crate) fn that_may_save(self) -> Run {
        Run { on_failure: OnFailure::CachesWritten, ..self }
    }

    /// The command as it would be spawned, for tests that watch the process themselves.
    pub(crate) fn command(self, world: &World) -> Command {
        let mut command = match &self.shell {
            None => Command::new(program()),
            Some(line) => {
                let mut shell = Command::new("/bin/sh");
                shell.args(["-c", line, "sh"]).arg(program());
                shell
            }
        };
        command.args(self.arguments).env_clear().envs(&world.env).envs(self.env);
        // A group of its own: what fails here must not tell the terminal that the tests run in.
        command.process_group(0);
        command.current_dir(world.work()).stdin(self.stdin);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        if let Some(user) = world.user {
            command.uid(user).gid(user);
        }
        command
    }

    /// Runs it, and panics where a rule of the house is broken.
    pub(crate) fn checked(self, world: &World) -> Ran {
        let (ran, broken) = self.run(world);
        assert!(broken.is_empty(), "{}\n{ran}", broken.join("\n"));
        ran
    }

    /// Runs it, and says which rules of the house are broken.
    pub(crate) fn run(self, world: &World) -> (Ran, Vec<String>) {
        let is_debug = self.arguments.iter().any(|argument| argument == "--debug");
        let (limit, is_shell, on_failure) = (self.limit, self.shell.is_some(), self.on_failure);
        let kind = rules::Command::of(&self.arguments);
        let before = tree::read(&world.home(""));
        let requests_before = world.fake.requests().len();
        let mut command = self.command(world);
        let started = Instant::now();
        let child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let ran = Ran::wait(child, started, limit);
        let after = tree::read(&world.home(""));
        let requests = world.fake.requests().len() - requests_before;
        let broken = rules::broken(
            &ran,
            world,
            &before,
            &after,
            rules::Facts { requests, is_debug, is_shell, on_failure, command: kind },
        );
        (ran, broken)
    }
}

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) ended: Ended,
    pub(crate) took: Duration,
}

impl Ran {
    /// Waits for a child whose streams are pipes, and kills it when the limit is over. Panics where it
    /// says what must never be said.
    #[track_caller]
    pub(crate) fn of(child: Child, started: Instant, limit: Duration) -> Ran {
        Ran::wait(child, started, limit).harmless()
    }

    /// The same, if nothing was said that must never be said.
    #[track_caller]
    pub(crate) fn harmless(self) -> Ran {
        assert_eq!(rules::never_said(&self.stderr()), None, "{self}");
        self
    }

    pub(crate) fn wait(mut child: Child, started: Instant, limit: Duration) -> Ran {
        let stdout = reader(child.stdout.take());
        let stderr = reader(child.stderr.take());
        let ended = wait(&mut child, started, limit);
        let took = started.elapsed();
        let joined = |thread: thread::JoinHandle<Vec<u8>>| thread.join().unwrap_or_default();
        Ran { stdout: joined(stdout), stderr: joined(stderr), ended, took }
    }

    pub(crate) fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    pub(crate) fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }

    /// The document of a run that must have ended well, without a word on stderr.
    pub(crate) fn document(&self) -> serde_json::Value {
        assert_eq!(self.stderr(), "", "{self}");
        self.warned_document()
    }

    /// The document of a run that must have ended well, perhaps with a warning.
    pub(crate) fn warned_document(&self) -> serde_json::Value {
        assert_eq!(self.ended, Ended::Code(0), "{self}");
        let document: serde_json::Value =
            serde_json::from_slice(&self.stdout).unwrap_or_else(|_| panic!("{self}"));
        let expires = document["Expiration"].as_str().and_then(time::parse_iso);
        assert!(expires.is_some_and(|expires| expires > time::now()), "{self}");
        document
    }

    /// The access key that was printed.
    pub(crate) fn key(&self) -> String {
        self.document()["AccessKeyId"].as_str().unwrap_or_default().to_owned()
    }

    /// Asserts how the run failed.
    #[track_caller]
    pub(crate) fn failed(&self, code: i32, word: &str) {
        assert_eq!(self.ended, Ended::Code(code), "{self}");
        assert!(self.stderr().contains(word), "`{word}` is missing:\n{self}");
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Ran { ended, took, .. } = self;
        write!(
            out,
            "{ended:?} after {took:.1?}\nstdout: {}\nstderr: {}",
            self.stdout(),
            self.stderr()
        )
    }
}

fn reader(stream: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            let _ = stream.by_ref().take(KEPT_BYTES).read_to_end(&mut bytes);
            let _ = std::io::copy(&mut stream, &mut std::io::sink());
        }
        bytes
    })
}

fn wait(child: &mut Child, started: Instant, limit: Duration) -> Ended {
    let mut pause = Duration::from_micros(500);
    loop {
        if let Some(status) = child.try_wait().expect("it is our child") {
            return match (status.code(), status.signal()) {
                (Some(code), _) => Ended::Code(code),
                (None, signal) => Ended::Signal(signal.unwrap_or_default()),
            };
        }
        if started.elapsed() > limit {
            let _ = child.kill();
            let _ = child.wait();
            return Ended::TimedOut;
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(10));
    }
}
