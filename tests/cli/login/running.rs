//! A sign-in that goes on while a test plays the person.

use std::ffi::OsString;
use std::io::Read;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle, sleep};
use std::time::{Duration, Instant};

use fake_identity_center::{Auto, Setup};

use super::web;
use crate::harness::{Ended, Ran, Run, World};

/// What a sign-in needs at most on a busy machine, without anybody who dawdles.
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// A world whose person approves everything at once.
pub(crate) fn approving() -> World {
    World::with(Setup { auto: Auto::Approve, ..Setup::default() })
}

/// A run of `sso-cp login`.
pub(crate) struct Running {
    child: Child,
    stderr: Arc<Mutex<Vec<u8>>>,
    readers: [JoinHandle<Vec<u8>>; 2],
    started: Instant,
}

impl Running {
    /// `sso-cp login --sso-session corp` and further arguments.
    pub(crate) fn start(world: &World, further: &[&str]) -> Running {
        let arguments = ["login", "--sso-session", "corp"].iter().chain(further);
        Running::of(Run::new(arguments.map(OsString::from)).command(world))
    }

    /// Any command, its streams being pipes.
    pub(crate) fn of(mut command: Command) -> Running {
        let started = Instant::now();
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let stderr = Arc::new(Mutex::new(Vec::new()));
        let readers = [
            read(child.stdout.take(), Arc::default()),
            read(child.stderr.take(), Arc::clone(&stderr)),
        ];
        Running { child, stderr, readers, started }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has said so far.
    pub(crate) fn said(&self) -> String {
        let bytes = self.stderr.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Waits until it has said something.
    #[track_caller]
    pub(crate) fn wait_for(&self, words: &str) {
        let end = Instant::now() + SOON;
        while !self.said().contains(words) {
            assert!(Instant::now() < end, "`{words}` is not said:\n{}", self.said());
            sleep(Duration::from_millis(5));
        }
    }

    /// The authorize URL, which must be the first URL, whole, on a line of its own.
    #[track_caller]
    pub(crate) fn url(&self) -> String {
        self.wait_for("code_challenge=");
        self.wait_for("\n\n");
        let said = self.said();
        let line = said.lines().find(|line| line.contains("://")).unwrap_or_default().to_owned();
        assert!(
            line.starts_with("http") && line.contains("/authorize?response_type=code&"),
            "{said}"
        );
        line
    }

    /// The redirect URI of the authorize URL.
    #[track_caller]
    pub(crate) fn redirect_uri(&self) -> String {
        web::parameter(&self.url(), "redirect_uri")
    }

    /// `127.0.0.1:PORT`
    #[track_caller]
    pub(crate) fn listener(&self) -> String {
        web::split(&self.redirect_uri()).0
    }

    /// The redirect URI with the right state and this at its end: `code=x`.
    #[track_caller]
    pub(crate) fn callback(&self, query: &str) -> String {
        let state = web::parameter(&self.url(), "state");
        format!("{}?state={}&{query}", self.redirect_uri(), web::encode(&state))
    }

    /// Opens the authorize URL as the person would, and ends at the page that says so.
    #[track_caller]
    pub(crate) fn browse(&self) -> web::Page {
        web::browse(&self.url())
    }

    /// Waits for its end, and checks what every sign-in must keep.
    #[track_caller]
    pub(crate) fn end(self) -> Ran {
        self.end_within(SOON)
    }

    #[track_caller]
    pub(crate) fn end_within(self, limit: Duration) -> Ran {
        let ran = self.wait(limit);
        check(&ran);
        ran
    }

    /// Waits for the end of another command.
    pub(crate) fn end_without_rules(self) -> Ran {
        self.wait(SOON)
    }

    fn wait(mut self, limit: Duration) -> Ran {
        let waited = Instant::now();
        let ended = loop {
            match self.child.try_wait().expect("it is our child") {
                Some(status) => break ended(status),
                None if waited.elapsed() > limit => {
                    let _ = self.child.kill();
                    let _ = self.child.wait();
                    break Ended::TimedOut;
                }
                None => sleep(Duration::from_millis(2)),
            }
        };
        let took = self.started.elapsed();
        let [stdout, stderr] = self.readers.map(|reader| reader.join().unwrap_or_default());
        Ran { stdout, stderr, ended, took }.harmless()
    }

    pub(crate) fn signal(&self, signal: &str) {
        let sent =
            Command::new("kill").arg(format!("-{signal}")).arg(self.id().to_string()).status();
        assert!(sent.is_ok_and(|status| status.success()));
    }
}

fn ended(status: std::process::ExitStatus) -> Ended {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => Ended::Code(code),
        (None, signal) => Ended::Signal(signal.unwrap_or_default()),
    }
}

fn read(
    stream: Option<impl Read + Send + 'static>,
    into: Arc<Mutex<Vec<u8>>>,
) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut chunk = [0; 4096];
        let mut stream = stream.expect("the streams are pipes");
        while let Ok(count @ 1..) = stream.read(&mut chunk) {
            into.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&chunk[..count]);
        }
        into.lock().unwrap_or_else(PoisonError::into_inner).clone()
    })
}

/// Stdout is silent, stderr holds neither a secret nor a control character, a failure ends with its two lines.
#[track_caller]
pub(crate) fn check(ran: &Ran) {
    assert_eq!(ran.stdout(), "", "{ran}");
    let said = ran.stderr();
    assert!(!said.chars().any(|letter| letter.is_control() && letter != '\n'), "{ran}");
    if let Ended::Code(2..=7) = ran.ended {
        let lines: Vec<&str> = said.lines().rev().take(2).collect();
        assert!(lines[0].starts_with("hint: ") && lines[1].starts_with("sso-cp: "), "{ran}");
        assert!(lines.iter().all(|line| !line.ends_with('.') || line.ends_with("...")), "{ran}");
    }
}

/// Everything below the home, but for our own locks.
pub(crate) fn files(world: &World) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for folder in [".aws", ".aws/sso/cache", ".aws/cli/cache"] {
        let Ok(entries) = std::fs::read_dir(world.home(folder)) else { continue };
        for entry in entries.flatten() {
            if let Ok(bytes) = std::fs::read(entry.path()) {
                found.push((entry.path().display().to_string(), bytes));
            }
        }
    }
    found.sort();
    found
}

/// The token file as JSON.
pub(crate) fn token(world: &World) -> serde_json::Value {
    let path = world.home(".aws/sso/cache/{token-file corp}");
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&bytes).unwrap()
}
