//! What is unfinished if the process has to end now.
//!
//! A file that is half written must not be left behind, and a token that AWS has just given must reach the
//! disk: the refresh token behind it is spent, and without its successor a person has to sign in.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What must be undone if the process has to end now: files that are half written. One serves any number
/// of calls, from any number of threads; clones are the same.
///
/// A host without signal handling passes `Cleanup::default()`. A host with it keeps a clone for its signal
/// thread, which calls [`Cleanup::stop`] and then ends the process.
#[derive(Debug, Clone, Default)]
pub struct Cleanup(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    /// Told when something is settled.
    settled: Condvar,
}

#[derive(Debug, Default)]
struct State {
    unfinished: Vec<Unfinished>,
    /// Somebody waits for what is unfinished.
    is_stopping: bool,
    /// The process may end at any moment, so nothing is written any more.
    is_over: bool,
}

#[derive(Debug)]
struct Unfinished {
    path: PathBuf,
    on_stop: OnStop,
}

/// What a stop does while a file is unfinished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnStop {
    /// It removes the file at once: a sign-in can be begun anew.
    Discard,
    /// It gives the answer a moment: the refresh token may be spent by now.
    AwaitAnswer,
}

/// The right to finish before any stop.
pub(crate) struct Held<'a> {
    shared: &'a Shared,
    state: MutexGuard<'a, State>,
}

impl Cleanup {
    /// For a signal thread, or a program that ends while another thread is at work: waits for an awaited
    /// token up to `patience`, removes what is unfinished, and lets nothing new begin. The process may end
    /// then; a thread that would write from now on waits for that, for ever.
    ///
    /// AWS answers in some tenths of a second. A call with [`Duration::ZERO`], from any thread, does not
    /// wait, nor for another one that does.
    pub fn stop(&self, patience: Duration) {
        let until = Instant::now() + patience;
        let mut state = self.0.lock();
        state.is_stopping = true;
        while state.unfinished.iter().any(|file| file.on_stop == OnStop::AwaitAnswer) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let waited = self.0.settled.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.discard();
        // A more patient stop has nothing to wait for any more.
        self.0.settled.notify_all();
    }

    /// As [`Cleanup::stop`] for a panic hook: it waits for nothing at all. Anyone who holds what it needs is
    /// the thread that panics, and cannot be waited for.
    pub fn stop_in_panic(&self) {
        if let Ok(mut state) = self.0.state.try_lock() {
            state.discard();
        }
    }

    /// While this is held, no stop comes to its end. After one it is never given.
    pub(crate) fn hold(&self) -> Held<'_> {
        let mut state = self.0.lock();
        // An awaited token must still be saved; nothing else may begin.
        while state.is_over || (state.is_stopping && state.unfinished.is_empty()) {
            state = self.0.settled.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        Held { shared: &self.0, state }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn discard(&mut self) {
        self.is_stopping = true;
        self.is_over = true;
        for file in self.unfinished.drain(..) {
            sso_cp_cache::discard(&file.path);
        }
    }
}

impl Held<'_> {
    /// Names a file that is to be removed if a stop comes later.
    pub(crate) fn leave_unfinished(mut self, path: &Path, on_stop: OnStop) {
        self.state.unfinished.push(Unfinished { path: path.to_owned(), on_stop });
    }

    /// The file is whole, or gone. Where a stop has waited for this, the process ends and this does not
    /// return.
    pub(crate) fn settle(mut self, path: &Path) {
        self.state.unfinished.retain(|file| file.path != path);
        self.shared.settled.notify_all();
        while self.state.is_stopping {
            self.state =
                self.shared.settled.wait(self.state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests make files")]
mod tests {
    use std::thread;

    use super::*;

    fn unfinished(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("sso-cp-{}-{name}", std::process::id()));
        std::fs::write(&path, b"half").unwrap();
        path
    }

    #[test]
    fn a_stop_waits_for_a_token_that_is_on_its_way() {
        let (cleanup, path) = (Cleanup::default(), unfinished("on-its-way"));
        cleanup.hold().leave_unfinished(&path, OnStop::AwaitAnswer);
        let (saving, saved) = (cleanup.clone(), path.clone());
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(50));
            saving.hold().settle(&saved);
        });
        cleanup.stop(Duration::from_secs(60));
        assert!(path.exists(), "it was finished and is not ours to remove any more");
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn what_is_never_finished_is_removed() {
        let (cleanup, path) = (Cleanup::default(), unfinished("never"));
        cleanup.hold().leave_unfinished(&path, OnStop::AwaitAnswer);
        cleanup.stop(Duration::from_millis(20));
        assert!(!path.exists());
    }

    #[test]
    fn what_can_be_begun_anew_is_not_waited_for() {
        let (cleanup, path) = (Cleanup::default(), unfinished("anew"));
        cleanup.hold().leave_unfinished(&path, OnStop::Discard);
        cleanup.stop(Duration::from_secs(3600));
        assert!(!path.exists());
    }

    #[test]
    fn an_impatient_stop_overtakes_a_patient_one() {
        let (cleanup, path) = (Cleanup::default(), unfinished("overtaken"));
        cleanup.hold().leave_unfinished(&path, OnStop::AwaitAnswer);
        let patient = cleanup.clone();
        let waiting = thread::spawn(move || patient.stop(Duration::from_secs(3600)));
        thread::sleep(Duration::from_millis(50));
        cleanup.stop(Duration::ZERO);
        assert!(!path.exists());
        waiting.join().unwrap();
    }

    #[test]
    fn nothing_begins_after_a_stop() {
        let cleanup = Cleanup::default();
        cleanup.stop(Duration::ZERO);
        let late = cleanup.clone();
        let (begun, has_begun) = std::sync::mpsc::channel();
        thread::spawn(move || {
            drop(late.hold());
            let _ = begun.send(());
        });
        assert!(has_begun.recv_timeout(Duration::from_millis(50)).is_err());
    }
}
