//! What a person sees while a sign-in waits: on a terminal one line that is written over again each
//! second, elsewhere a line each minute.

use std::time::{Duration, Instant};

use sso_cp_config::Env;

use crate::messages::signing_in as words;
use crate::process::interrupt::Interrupt;
use crate::process::output::{self, WIPE_LINE};

const TERMINAL_PAUSE: Duration = Duration::from_secs(1);
const LOG_PAUSE: Duration = Duration::from_secs(60);

/// Stderr, with at most one line of progress on it.
pub(crate) struct Screen<'a> {
    kind: Kind,
    interrupt: &'a Interrupt,
    /// When the progress was shown last; for a log, at first when waiting began.
    told: Option<Instant>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Lines can be written over.
    Terminal,
    /// A file, a pipe, or a terminal that can only go on.
    Log,
}

impl<'a> Screen<'a> {
    pub(crate) fn new(env: &Env, interrupt: &'a Interrupt) -> Screen<'a> {
        let kind = if output::can_rewrite_stderr(env) { Kind::Terminal } else { Kind::Log };
        Screen { kind, interrupt, told: None }
    }

    /// Says something for good.
    pub(crate) fn say(&mut self, text: &str) {
        self.wipe();
        output::say(text);
    }

    /// Says what is awaited and for how much longer, if it is time to.
    pub(crate) fn wait(&mut self, awaited: words::Awaited, left: Duration) {
        let now = Instant::now();
        let pause = if self.kind == Kind::Terminal { TERMINAL_PAUSE } else { LOG_PAUSE };
        match (self.kind, self.told) {
            (_, Some(told)) if now.saturating_duration_since(told) < pause => return,
            // What is awaited has just been said.
            (Kind::Log, None) => {}
            (Kind::Log, Some(_)) => output::say(&words::still_waiting(awaited, left)),
            (Kind::Terminal, _) => {
                // Held, so that a signal comes before the line or behind it.
                let mut held = self.interrupt.hold();
                held.note_progress(true);
                output::say(&format!("{WIPE_LINE}{}", words::waiting(awaited, left)));
            }
        }
        self.told = Some(now);
    }

    fn wipe(&mut self) {
        if self.interrupt.hold().note_progress(false) {
            output::say(WIPE_LINE);
            // So that it comes back at once.
            self.told = None;
        }
    }
}

impl Drop for Screen<'_> {
    fn drop(&mut self) {
        self.wipe();
    }
}
