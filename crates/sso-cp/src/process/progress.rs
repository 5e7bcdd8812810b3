//! A line of progress on a terminal, for what takes more than a second. Elsewhere nothing is said.

use std::time::{Duration, Instant};

use sso_cp_config::Env;

use super::interrupt::Interrupt;
use crate::process::output::{self, WIPE_LINE};

/// What is done within this needs no word.
const PATIENCE: Duration = Duration::from_secs(1);
/// Often enough to be seen to move.
const PAUSE: Duration = Duration::from_millis(250);

/// At most one line, written over again and gone at the end.
pub(crate) struct Progress<'a> {
    interrupt: &'a Interrupt,
    is_shown: bool,
    next: Instant,
}

impl<'a> Progress<'a> {
    pub(crate) fn new(env: &Env, interrupt: &'a Interrupt) -> Progress<'a> {
        let is_shown = output::can_rewrite_stderr(env);
        Progress { interrupt, is_shown, next: Instant::now() + PATIENCE }
    }

    /// Says how far it is, if it is time to.
    pub(crate) fn tell(&mut self, how_far: impl FnOnce() -> String) {
        let now = Instant::now();
        if !self.is_shown || now < self.next {
            return;
        }
        self.next = now + PAUSE;
        // Held, so that a signal comes before the line or behind it.
        let mut held = self.interrupt.hold();
        held.note_progress(true);
        output::say(&format!("{WIPE_LINE}sso-cp: {}", how_far()));
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if self.interrupt.hold().note_progress(false) {
            output::say(WIPE_LINE);
        }
    }
}
