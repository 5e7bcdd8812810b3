//! One sign-in at a time, as far as nobody insists: while one is under way, `--auto-login` opens no
//! browser beside it, and is told at once how it ended.

use std::time::{Duration, Instant};

use sso_cp_cache::{Locked, Turn};
use sso_cp_config::Session;
use sso_cp_provider::{SignInTurn, limits};
use sso_cp_types::Timestamp;

use crate::args::commands::Login;
use crate::context::Context;
use crate::messages::failure::{self, Failure, LoginReason};
use crate::messages::signing_in::{self as words, Awaited, Who};
use crate::process::screen::Screen;

/// Far longer than anybody looks at the lock who does not sign in.
const LOOKERS: Duration = Duration::from_secs(2);

/// Held while a person signs in. A process that is killed lets go of it too.
pub(super) struct UnderWay<'a> {
    turn: SignInTurn<'a>,
    /// In the background, the process that started us took the lock, and it came as our stdin. Who is signed in
    /// already needs none.
    _lock: Option<Locked>,
}

impl<'a> UnderWay<'a> {
    /// A person who types the command signs in anyone else who does, so nothing is waited for.
    pub(super) fn begin(context: &'a Context, session: &'a Session, flags: &Login) -> UnderWay<'a> {
        if flags.in_background {
            leave_callers_session();
        }
        let is_handed_over = flags.in_background && cfg!(unix);
        // On Windows, those who wait for us look at the lock, and have it for a moment.
        let patience = if flags.in_background { LOOKERS } else { Duration::ZERO };
        let turn = context.provider.sign_in_turn(session);
        let lock = (!is_handed_over).then(|| turn.take(patience));
        UnderWay { turn, _lock: lock }
    }

    /// For who does not insist: where somebody is signing in to this session already, another browser
    /// would ask the same person the same thing, so that sign-in is waited for.
    ///
    /// # Errors
    ///
    /// It failed. The person has just said no, perhaps, and is not asked again by itself.
    pub(super) fn join(
        context: &'a Context,
        session: &'a Session,
        who: &Who,
    ) -> Result<UnderWay<'a>, Failure> {
        let turn = context.provider.sign_in_turn(session);
        let has_landed = || turn.has_landed().unwrap_or(false);
        if has_landed() {
            return Ok(UnderWay { turn, _lock: None });
        }
        let since = Timestamp::now();
        match turn.take(Duration::ZERO) {
            Locked::TimedOut => {}
            free => return Ok(UnderWay { turn, _lock: Some(free) }),
        }
        let mut screen = Screen::new(context.env(), context.interrupt());
        screen.say(&words::joining(who));
        let until = Instant::now() + limits::SIGN_IN;
        let look = || {
            let left = until.saturating_duration_since(Instant::now());
            screen.wait(Awaited::AnotherSignIn, left);
            has_landed().then_some(())
        };
        let lock = match turn.take_unless(until, look) {
            Turn::Done(()) => None,
            Turn::Ours(lock) => Some(lock),
        };
        match turn.note() {
            Some(note) if lock.is_some() && note.ended_at >= since => {
                let reason =
                    LoginReason::EndedElsewhere { reason: note.reason, pause_seconds: None };
                Err(Failure::Login(failure::Login { session: session.name.clone(), reason }))
            }
            _ => Ok(UnderWay { turn, _lock: lock }),
        }
    }

    /// Leaves word for those who wait, before the lock is let go.
    pub(super) fn end<T>(self, context: &Context, outcome: &Result<T, Failure>) {
        match outcome {
            Ok(_) => self.turn.succeed(),
            Err(failure) => {
                if let Err(error) = self.turn.fail(failure.summary(&context.scene())) {
                    context.debug.tell(|| format!("those who wait cannot be told: {error}"));
                }
            }
        }
    }
}

/// Ctrl-C in the caller's terminal, and an SDK that ends the caller with all its children, must not
/// reach the sign-in. A failure leaves it where it is.
fn leave_callers_session() {
    #[cfg(unix)]
    let _ = rustix::process::setsid();
}
