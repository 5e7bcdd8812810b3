//! One sign-in at a time, as far as nobody insists: while one is under way, `--auto-login` opens no
//! browser beside it, and is told at once how it ended.

use std::time::{Duration, Instant};

use sso_cp_cache::{Lock, Locked, SignInNote, Turn};
use sso_cp_config::Session;
use sso_cp_types::Timestamp;

use super::Login;
use super::code::LIMIT;
use crate::clock;
use crate::context::Context;
use crate::messages::failure::{self, Failure, LoginReason};
use crate::messages::signing_in::{self as words, Awaited};
use crate::process::screen::Screen;
use crate::session::{session_key, token_place};

/// Far longer than anybody looks at the lock who does not sign in.
const LOOKERS: Duration = Duration::from_secs(2);

/// Held while a person signs in. A process that is killed lets go of it too.
pub(super) struct UnderWay {
    /// In the background, whoever started us took the lock, and it came as our stdin. Who is signed in
    /// already needs none.
    _lock: Option<Locked>,
}

impl UnderWay {
    /// A person who types the command signs in whoever else does, so nothing is waited for.
    pub(super) fn begin(context: &Context, session: &Session, flags: &Login) -> UnderWay {
        if flags.in_background {
            leave_callers_session();
        }
        let is_handed_over = flags.in_background && cfg!(unix);
        // On Windows, those who wait for us look at the lock, and have it for a moment.
        let patience = if flags.in_background { LOOKERS } else { Duration::ZERO };
        let take = || {
            let lock = Lock::SignIn(session_key(session));
            lock.take(&context.folders, Instant::now() + patience)
        };
        UnderWay { _lock: (!is_handed_over).then(take) }
    }

    /// For who does not insist: where somebody is signing in to this session already, another browser
    /// would ask the same person the same thing, so that sign-in is waited for.
    ///
    /// # Errors
    ///
    /// It failed. The person has just said no, perhaps, and is not asked again by itself.
    pub(super) fn join(context: &Context, session: &Session) -> Result<UnderWay, Failure> {
        let place = token_place(session, context);
        let has_landed = || {
            let file = place.read().ok().flatten();
            let left = file.map(|file| file.token.seconds_left(Timestamp::now()));
            left.is_some_and(|left| left >= clock::TOKEN_SECONDS)
        };
        let without_lock = UnderWay { _lock: None };
        if has_landed() {
            return Ok(without_lock);
        }
        let (lock, since) = (Lock::SignIn(session_key(session)), Timestamp::now());
        match lock.take(&context.folders, Instant::now()) {
            Locked::TimedOut => {}
            free => return Ok(UnderWay { _lock: Some(free) }),
        }
        let mut screen = Screen::new(&context.env, context.interrupt());
        screen.say(&words::joining(&words::Who::new(session, context)));
        let until = Instant::now() + LIMIT;
        let look = || {
            let left = until.saturating_duration_since(Instant::now());
            screen.wait(Awaited::AnotherSignIn, left);
            has_landed().then_some(())
        };
        let lock = match lock.take_unless(&context.folders, until, look) {
            Turn::Done(()) => return Ok(without_lock),
            Turn::Ours(lock) => lock,
        };
        match SignInNote::read(&context.folders, &session_key(session)) {
            Some(note) if note.ended_at >= since => Err(Failure::Login(failure::Login {
                session: session.name.clone(),
                reason: LoginReason::EndedElsewhere { reason: note.reason, pause_seconds: None },
            })),
            _ => Ok(UnderWay { _lock: Some(lock) }),
        }
    }

    /// Leaves word for those who wait, before the lock is let go.
    pub(super) fn end(self, context: &Context, session: &Session, outcome: &Result<(), Failure>) {
        let (folders, key) = (&context.folders, session_key(session));
        match outcome {
            Ok(()) => SignInNote::clear(folders, &key),
            Err(failure) => {
                let reason = failure.summary(&context.scene());
                let note = SignInNote { ended_at: Timestamp::now(), reason };
                if let Err(error) = note.write(folders, &key) {
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
