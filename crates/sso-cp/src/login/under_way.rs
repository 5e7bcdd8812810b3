//! One sign-in at a time, as far as nobody insists: while one is under way, `--auto-login` opens no
//! browser beside it, and is told at once how it ended.

use std::time::{Duration, Instant};

use sso_cp_cache::{Lock, Locked, SignInNote};
use sso_cp_config::Session;
use sso_cp_types::Timestamp;

use super::Login;
use crate::context::Context;
use crate::failure::Failure;
use crate::session::session_key;

/// Far longer than anybody looks at the lock who does not sign in.
const LOOKERS: Duration = Duration::from_secs(2);

/// Held while a person signs in. A process that is killed lets go of it too.
pub(super) struct UnderWay {
    /// In the background, whoever started us took the lock, and it came as our stdin.
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

    /// Leaves word for those who wait, before the lock is let go.
    pub(super) fn end(self, context: &Context, session: &Session, outcome: &Result<(), Failure>) {
        let (folders, key) = (&context.folders, session_key(session));
        match outcome {
            Ok(()) => SignInNote::clear(folders, &key),
            Err(failure) => {
                let reason = failure.summary(context);
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
