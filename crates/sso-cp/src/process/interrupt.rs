//! Signals while the network or a person is awaited: the run ends at once, except while a token that
//! AWS has just given is on its way to the disk, for which [`Cleanup::stop`] waits. What would be left
//! behind is put right first: an unfinished file, a terminal that does not echo, a line of progress. While
//! a command of the person runs below us, signals are its to deal with.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

#[cfg(unix)]
use rustix::termios::Termios;
use sso_cp_cache::{PassingFile, PassingFolder};
use sso_cp_provider::Cleanup;

use super::output;

/// What must be known of the command that runs below us: on Windows, where nothing is passed on to it, only that it does.
#[cfg(unix)]
pub(crate) type Below = rustix::process::Pid;
#[cfg(not(unix))]
pub(crate) type Below = ();

/// How long a signal waits for the answer to a refresh token that is on its way: AWS takes some tenths of
/// a second, and who has pressed Ctrl-C does not wait for a whole one.
const ANSWER_PATIENCE: Duration = Duration::from_millis(500);

/// Empties the terminal's second screen, and shows the first one again, whose long lines are wrapped.
pub(crate) const LEAVE_SCREEN: &str = "\u{1b}[H\u{1b}[J\u{1b}[?7h\u{1b}[?1049l";

/// What must be settled before a signal may end the process.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interrupt {
    /// What the provider leaves to a signal.
    cleanup: Cleanup,
    surroundings: Arc<Mutex<Unsettled>>,
}

/// What a signal must put right.
#[derive(Debug, Default)]
struct Unsettled {
    /// A signal has come before.
    is_ending: bool,
    /// How the terminal of stdin was before we changed it.
    #[cfg(unix)]
    terminal: Option<Termios>,
    /// Whether the cursor stands behind a line of progress.
    has_progress: bool,
    /// Whether the terminal shows a screen of ours instead of the person's.
    has_screen: bool,
    /// Files of an endpoint, which go with it.
    passing: Vec<Passing>,
    /// What is said when a signal ends an endpoint.
    farewell: Option<&'static str>,
    /// The command that runs below us.
    child: Option<Below>,
}

/// What lives as long as an endpoint, and goes when it is dropped.
#[derive(Debug)]
#[expect(dead_code, reason = "they are held to be dropped")]
pub(crate) enum Passing {
    /// A file that holds an endpoint's token.
    TokenFile(PassingFile),
    /// A socket at which an endpoint answers.
    #[cfg(unix)]
    Socket(sso_cp_cache::PassingSocket),
    /// The folder with a command's private config files.
    Folder(PassingFolder),
}

/// Lets go of what lives as long as an endpoint, where a run returns.
pub(crate) struct PassingGuard<'a>(&'a Interrupt);

impl Drop for PassingGuard<'_> {
    fn drop(&mut self) {
        self.0.hold().0.passing.clear();
    }
}

/// The right to finish before any signal.
pub(crate) struct Held<'a>(MutexGuard<'a, Unsettled>);

impl Interrupt {
    /// Begins to watch for SIGINT, SIGTERM and SIGHUP. Where no thread can be had, they end the
    /// process as they always do.
    pub(crate) fn watch() -> Interrupt {
        let interrupt = Interrupt::default();
        listen(interrupt.clone());
        let panicking = interrupt.clone();
        super::harden::end_on_panic(move || {
            panicking.cleanup.stop_in_panic();
            // Anyone who holds it is the one who panics, and cannot be waited for.
            if let Ok(unsettled) = panicking.surroundings.try_lock() {
                put_right(&mut Held(unsettled));
            }
        });
        interrupt
    }

    /// What the provider leaves to a signal.
    pub(crate) fn cleanup(&self) -> &Cleanup {
        &self.cleanup
    }

    /// For a run that ends while another thread is at work. A token that AWS is about to give is waited
    /// for, because the refresh token behind it is spent; whatever is unfinished after that is put right.
    pub(crate) fn wind_up(&self, patience: Duration) {
        self.cleanup.stop(patience);
        put_right(&mut self.hold());
    }

    /// For a run with an endpoint that may return.
    pub(crate) fn passing_guard(&self) -> PassingGuard<'_> {
        PassingGuard(self)
    }

    /// While this is held, no signal ends the process.
    pub(crate) fn hold(&self) -> Held<'_> {
        Held(self.surroundings.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Held<'_> {
    /// Takes what is to go when a signal ends the process, or when the guard is dropped.
    pub(crate) fn leave_behind(&mut self, passing: Passing) {
        self.0.passing.push(passing);
    }

    /// What is said on stderr when a signal ends the process.
    pub(crate) fn say_at_end(&mut self, farewell: &'static str) {
        self.0.farewell = Some(farewell);
    }

    /// Notes the command that runs below us, or that it has ended. It must be noted before its
    /// process id is free for others.
    pub(crate) fn note_child(&mut self, child: Option<Below>) {
        self.0.child = child;
    }

    /// Notes how the terminal is to be left.
    #[cfg(unix)]
    pub(crate) fn leave_terminal(&mut self, before: Termios) {
        self.0.terminal = Some(before);
    }

    /// How the terminal is to be left; it is not asked twice.
    #[cfg(unix)]
    pub(crate) fn terminal(&mut self) -> Option<Termios> {
        self.0.terminal.take()
    }

    /// Notes whether the terminal shows a screen of ours. Gives what was noted before.
    pub(crate) fn note_screen(&mut self, is_shown: bool) -> bool {
        std::mem::replace(&mut self.0.has_screen, is_shown)
    }

    /// Notes whether there is a line of progress to wipe. Gives what was noted before.
    pub(crate) fn note_progress(&mut self, is_shown: bool) -> bool {
        std::mem::replace(&mut self.0.has_progress, is_shown)
    }
}

#[cfg(unix)]
fn listen(interrupt: Interrupt) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
    use signal_hook::iterator::Signals;
    // A limit on file sizes then is an error of the write, with a message, and no silent death.
    let _ = signal_hook::flag::register(SIGXFSZ, Arc::default());
    // `nohup` and shells that start background jobs mean it.
    let ignored = ignored_signals();
    let wanted = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| !ignored.contains(signal));
    let Ok(mut signals) = Signals::new(wanted) else { return };
    let _ = std::thread::Builder::new().spawn(move || {
        for signal in signals.forever() {
            let held = interrupt.hold();
            match held.0.child {
                Some(child) => pass_on(signal, child),
                None => end(&interrupt, held, signal),
            }
        }
    });
}

/// The terminal sends Ctrl-C to the command too; what comes from elsewhere came to us alone.
#[cfg(unix)]
fn pass_on(signal: i32, child: rustix::process::Pid) {
    use rustix::process::{Signal, kill_process};
    let signal = match signal {
        signal_hook::consts::SIGTERM => Signal::TERM,
        signal_hook::consts::SIGHUP => Signal::HUP,
        _ => return,
    };
    let _ = kill_process(child, signal);
}

/// Ends the process, or sees to it that it ends soon. A second signal does not wait.
fn end(interrupt: &Interrupt, mut held: Held<'_>, signal: i32) {
    let is_first = !std::mem::replace(&mut held.0.is_ending, true);
    drop(held);
    let later = interrupt.clone();
    let end_later = move || stop(&later, ANSWER_PATIENCE, signal);
    if is_first && std::thread::Builder::new().spawn(end_later).is_ok() {
        return;
    }
    stop(interrupt, Duration::ZERO, signal);
}

/// What is held here is held to the end: anyone who wants to write from now on has come too late.
fn stop(interrupt: &Interrupt, patience: Duration, signal: i32) -> ! {
    interrupt.cleanup.stop(patience);
    let mut held = interrupt.hold();
    put_right(&mut held);
    finish(signal)
}

fn put_right(held: &mut Held<'_>) {
    held.0.passing.clear();
    if let Some(farewell) = held.0.farewell.take() {
        output::say(farewell);
    }
    if held.note_screen(false) {
        output::say(LEAVE_SCREEN);
    }
    if held.note_progress(false) {
        output::say(output::WIPE_LINE);
    }
    #[cfg(unix)]
    if let Some(before) = held.terminal() {
        restore(&before);
    }
}

/// Puts the terminal back. What was typed and not read is dropped: it was not meant for the shell.
#[cfg(unix)]
pub(crate) fn restore(before: &Termios) {
    use rustix::termios::{OptionalActions, tcsetattr};
    let _ = tcsetattr(std::io::stdin(), OptionalActions::Flush, before);
}

/// The signals that the process that started us wants ignored. Only Linux tells without unsafe code;
/// elsewhere none are known.
#[cfg(unix)]
fn ignored_signals() -> Vec<i32> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    (1..=64).filter(|signal| mask >> (signal - 1) & 1 == 1).collect()
}

/// 128 and the signal's number, as shells have it.
#[expect(
    clippy::exit,
    clippy::disallowed_methods,
    reason = "the main thread is waiting for the network and cannot return"
)]
fn finish(signal: i32) -> ! {
    std::process::exit(128 + signal)
}

/// Windows tells of Ctrl-C in a thread of its own. All that safe code can do there is to set a flag, so another thread looks
/// at it. A console window that is closed ends us at once, as a kill does.
#[cfg(not(unix))]
fn listen(interrupt: Interrupt) {
    use std::sync::atomic::{AtomicBool, Ordering};

    use signal_hook::consts::SIGINT;
    /// Nobody sees that the prompt comes back a twentieth of a second later.
    const LOOK_PAUSE: Duration = Duration::from_millis(50);
    // Registered in the thread: without one, Ctrl-C ends the process as it always does.
    let _ = std::thread::Builder::new().spawn(move || {
        let is_pressed = Arc::new(AtomicBool::new(false));
        if signal_hook::flag::register(SIGINT, Arc::clone(&is_pressed)).is_err() {
            return;
        }
        loop {
            std::thread::sleep(LOOK_PAUSE);
            if !is_pressed.swap(false, Ordering::SeqCst) {
                continue;
            }
            let held = interrupt.hold();
            // The console tells the command of the person too, and it decides.
            if held.0.child.is_none() {
                end(&interrupt, held, SIGINT);
            }
        }
    });
}
