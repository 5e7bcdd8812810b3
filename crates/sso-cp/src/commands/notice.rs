//! SDKs take a failing helper's stderr, and some of them throw it away. Where a person sits at the
//! terminal, what to type is shown there too: at most once per minute a session, and never twice to one
//! who sees stderr anyway.

use crate::context::Context;
use crate::messages::failure::Failure;

/// Shows the failure on the terminal if a person can mend it and would not see it otherwise.
#[cfg(unix)]
pub(crate) fn show(context: &Context, failure: &Failure) {
    use std::io::Write;
    use std::time::Duration;

    use crate::process::output;
    use sso_cp_provider::session_key;

    /// A program that asks again and again must not fill the screen.
    const PAUSE: Duration = Duration::from_secs(60);

    if !failure.needs_person() || output::is_stderr_terminal() {
        return;
    }
    let Some(mut terminal) = foreground_terminal() else { return };
    let Ok(session) = context.provider.session(&context.selected()) else { return };
    if sso_cp_cache::first_notice(context.folders(), &session_key(&session), PAUSE) {
        let _ = terminal.write_all(failure.lines(&context.scene()).as_bytes());
    }
}

/// The terminal that we belong to, if what runs in its foreground is us and the process that started us. A job
/// in the background must not write into what the person does meanwhile.
#[cfg(unix)]
fn foreground_terminal() -> Option<std::fs::File> {
    use rustix::fs::{Mode, OFlags, open};
    // A terminal that was stopped with Ctrl-S must not stop us.
    let flags = OFlags::WRONLY | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let terminal = open("/dev/tty", flags, Mode::empty()).ok()?;
    let foreground = rustix::termios::tcgetpgrp(&terminal).ok()?;
    (foreground == rustix::process::getpgrp()).then(|| terminal.into())
}

#[cfg(not(unix))]
pub(crate) fn show(_context: &Context, _failure: &Failure) {}
