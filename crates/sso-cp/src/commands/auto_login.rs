//! `--auto-login`: a sign-in that the credential command begins and waits for. It goes on in a process
//! of its own, because SDKs end us after a minute or less and a person may take ten.
//!
//! However many processes ask, one begins it: the process that gets the kernel lock of the session's sign-in
//! starts the process and hands it the lock, which is held until that process ends, however it ends.

use std::fs::File;
use std::io;
#[cfg(unix)]
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use sso_cp_cache::Locked;
use sso_cp_config::{Selection, Session, SessionName};
use sso_cp_provider::{Error, SignInRequired, SignInTurn};
use sso_cp_types::Timestamp;

use crate::context::Context;
use crate::messages::failure::{Failure, Login, LoginReason, NoBrowser};
use crate::process::background;

/// After a sign-in that failed, how long no other one begins by itself: a person who has just said no
/// must not be asked again by the next request of the same program.
const PAUSE_SECONDS: i64 = 60;

/// How long a sign-in that was begun may be without its lock. On Windows the process takes it by itself, and has to start first;
/// elsewhere it is handed over.
const WITHOUT_LOCK: Duration = if cfg!(unix) { Duration::ZERO } else { Duration::from_secs(5) };

/// How often a waiter looks for the token. Nobody notices a tenth of a second after a sign-in.
const LOOK_PAUSE: Duration = Duration::from_millis(100);

/// Waits until there is a token, and begins the sign-in for it if nobody has.
///
/// # Errors
///
/// No browser may be opened here, the sign-in failed now or within the last minute, or it takes
/// longer than the caller can wait, and goes on.
pub(crate) fn wait(
    context: &Context,
    session: &Session,
    needed: SignInRequired,
    patience: Duration,
) -> Result<(), Failure> {
    let turn = context.provider.sign_in_turn(session).with_rejected(needed.rejected_token.clone());
    let mut waiter = Waiter { context, session, turn, has_begun: false, unlocked_since: None };
    let until = context.started + patience;
    loop {
        match waiter.look() {
            Ok(Look::Landed) => return Ok(()),
            Ok(Look::NotYet) if Instant::now() < until => sleep(LOOK_PAUSE),
            Ok(Look::NotYet) => return Err(waiter.failure(LoginReason::StillOpen)),
            Err(Stop::Failed(failure)) => return Err(failure),
            Err(Stop::NoLock) => return Err(Error::SignInRequired(needed).into()),
            Err(Stop::NotHere(why)) => return Err(Failure::NoBrowser { needed, why }),
        }
    }
}

enum Look {
    Landed,
    NotYet,
}

/// Why waiting makes no sense.
enum Stop {
    Failed(Failure),
    /// Without a lock there could be as many browsers as callers.
    NoLock,
    NotHere(NoBrowser),
}

struct Waiter<'a> {
    context: &'a Context,
    session: &'a Session,
    turn: SignInTurn<'a>,
    /// Whether a sign-in was seen under way, ours or another's. Its process is not waited for: it
    /// outlives us, or its end shows by the lock.
    has_begun: bool,
    /// Since when nobody has held the lock of the sign-in that was seen under way.
    unlocked_since: Option<Instant>,
}

impl Waiter<'_> {
    /// Looks for the token, then for word of a failure, then for the sign-in itself.
    fn look(&mut self) -> Result<Look, Stop> {
        if self.has_landed()? {
            return Ok(Look::Landed);
        }
        if !self.has_begun {
            self.check_note()?;
            let env = self.context.env();
            self.context.around(self.session).unasked(env).map_err(Stop::NotHere)?;
        }
        match self.turn.take(Duration::ZERO) {
            Locked::TimedOut => {
                self.has_begun = true;
                self.unlocked_since = None;
                Ok(Look::NotYet)
            }
            Locked::Unavailable => Err(Stop::NoLock),
            Locked::Held { file, .. } => self.look_with_lock(file),
        }
    }

    /// Nobody signs in at this moment: it is over, or it has not begun.
    fn look_with_lock(&mut self, lock: File) -> Result<Look, Stop> {
        if self.has_landed()? {
            return Ok(Look::Landed);
        }
        self.check_note()?;
        if self.has_begun {
            let since = *self.unlocked_since.get_or_insert_with(Instant::now);
            return match since.elapsed() < WITHOUT_LOCK {
                true => Ok(Look::NotYet),
                false => Err(self.leave_word(LoginReason::Stopped)),
            };
        }
        if self.turn.session().name == SessionName::Legacy {
            return Err(Stop::NotHere(NoBrowser::Legacy));
        }
        match self.start(lock) {
            Ok(()) => {
                self.has_begun = true;
                Ok(Look::NotYet)
            }
            Err(error) => Err(self.leave_word(LoginReason::NotStarted(error))),
        }
    }

    fn has_landed(&self) -> Result<bool, Stop> {
        self.turn.has_landed().map_err(|error| Stop::Failed(error.into()))
    }

    fn check_note(&self) -> Result<(), Stop> {
        let Some(note) = self.turn.note() else { return Ok(()) };
        // Below nought the clock was set back, and nothing is known.
        let age = Timestamp::now().seconds_after(note.ended_at);
        match (0..PAUSE_SECONDS).contains(&age) {
            true => Err(Stop::Failed(self.failure(LoginReason::EndedElsewhere {
                reason: note.reason,
                pause_seconds: Some(PAUSE_SECONDS - age),
            }))),
            false => Ok(()),
        }
    }

    /// Starts the sign-in, with the lock as its stdin: the kernel keeps it locked until the last
    /// process that has it open is gone.
    fn start(&self, lock: File) -> io::Result<()> {
        let mut command = background::program()?;
        command.arg("login").args(self.selection()).arg("--in-background");
        if self.turn.rejected().is_some() {
            // Its file looks well, so it must not be taken for signed in.
            command.arg("--force");
        }
        #[cfg(unix)]
        command.stdin(Stdio::from(lock));
        // Locks cannot be handed over there; it takes its own.
        #[cfg(windows)]
        drop(lock);
        command.spawn().map(drop)
    }

    fn selection(&self) -> [&str; 2] {
        match &self.context.selection {
            Some(Selection::Profile(profile)) => ["--profile", profile],
            Some(Selection::SsoSession(name) | Selection::Role { sso_session: name, .. }) => {
                ["--sso-session", name]
            }
            // The credential command is never without.
            None => ["--profile", "default"],
        }
    }

    /// The failure, for the other waiters too.
    fn leave_word(&self, reason: LoginReason) -> Stop {
        let failure = self.failure(reason);
        // Those who are not told find out by themselves.
        let _ = self.turn.fail(failure.summary(&self.context.scene()));
        Stop::Failed(failure)
    }

    fn failure(&self, reason: LoginReason) -> Failure {
        Failure::Login(Login { session: self.turn.session().name.clone(), reason })
    }
}
