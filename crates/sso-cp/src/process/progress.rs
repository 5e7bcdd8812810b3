//! A line of progress on a terminal, for what takes more than a second. Elsewhere nothing is said.

use std::time::{Duration, Instant};

use crate::context::Context;
use crate::process::output::{self, WIPE_LINE};

/// What is done within this needs no word.
const PATIENCE: Duration = Duration::from_secs(1);
/// Often enough to be seen to move.
const PAUSE: Duration = Duration::from_millis(250);

/// At most one line, written over again and gone at the end.
pub(crate) struct Progress<'a> {
    context: &'a Context,
    is_shown: bool,
    next: Instant,
}

impl<'a> Progress<'a> {
    pub(crate) fn new(context: &'a Context) -> Progress<'a> {
        let is_shown = output::can_rewrite_stderr(&context.env);
        Progress { context, is_shown, next: Instant::now() + PATIENCE }
    }

    /// Says how far it is, if it is time to.
    pub(crate) fn tell(&mut self, how_far: impl FnOnce() -> String) {
        let now = Instant::now();
        if !self.is_shown || now < self.next {
            return;
        }
        self.next = now + PAUSE;
        // Held, so that a signal comes before the line or behind it.
        let mut held = self.context.interrupt().hold();
        held.note_progress(true);
        output::say(&format!("{WIPE_LINE}sso-cp: {}", how_far()));
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if self.context.interrupt().hold().note_progress(false) {
            output::say(WIPE_LINE);
        }
    }
}
