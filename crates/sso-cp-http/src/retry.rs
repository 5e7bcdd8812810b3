//! When a request is sent again, and after which pause.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, Instant};

use crate::{Error, Reply, ServiceError};

/// Attempts in all, as the AWS CLI's standard mode has it.
pub(crate) const MAX_ATTEMPTS: u32 = 3;

/// Which failures may be answered by sending the request again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Every passing failure: the request is idempotent.
    Always,
    /// Only where the request cannot have been processed, or a whole 429 or 5xx came back. For
    /// single-use grants: a lost answer may have spent the refresh token.
    Unambiguous,
    /// Nothing.
    Never,
}

/// The pause before the next attempt, or nothing if this outcome stands.
///
/// `attempt` counts from 1. An outcome stands where it is good, where repeating is not allowed or
/// has no chance, and where the pause would not end before the deadline.
pub(crate) fn pause(
    outcome: &Result<Reply, Error>,
    retry: Retry,
    attempt: u32,
    deadline: Instant,
) -> Option<Duration> {
    if attempt >= MAX_ATTEMPTS || !may_repeat(outcome, retry) {
        return None;
    }
    let asked = outcome.as_ref().ok().and_then(Reply::retry_after).unwrap_or_default();
    let pause = jitter(attempt).max(asked);
    let remaining = deadline.saturating_duration_since(Instant::now());
    (pause < remaining).then_some(pause)
}

fn may_repeat(outcome: &Result<Reply, Error>, retry: Retry) -> bool {
    match (retry, outcome) {
        (Retry::Never, _) => false,
        (_, Ok(reply)) => match reply.status {
            429 | 500 | 502 | 503 | 504 => true,
            // STS throttles with 400.
            400 => ServiceError::from_reply(reply).is_throttling(),
            _ => false,
        },
        (Retry::Always, Err(error)) => error.may_pass(),
        (Retry::Unambiguous, Err(error)) => error.may_pass() && error.is_before_sending(),
    }
}

/// random(0, 1) * 2^(attempt - 1) seconds: full jitter, as in the AWS SDKs' standard mode.
fn jitter(attempt: u32) -> Duration {
    // The keys of a RandomState are random, so what it makes of no input at all is random too.
    let random = RandomState::new().build_hasher().finish();
    let ceiling_ms = 1000 << (attempt - 1);
    Duration::from_millis(random % (ceiling_ms + 1))
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::{Phase, TlsReason};

    #[test]
    fn a_grant_is_repeated_only_where_it_cannot_have_been_spent() {
        let host = || "h".to_owned();
        let timed_out = |phase| Error::TimedOut {
            phase,
            awaited: "tokens",
            host: host(),
            after: Duration::ZERO,
        };
        let source = || io::ErrorKind::ConnectionRefused.into();
        for (error, always, unambiguous) in [
            (Error::Unresolved { host: host(), source: source() }, true, true),
            (Error::Unreachable { host: host(), source: source() }, true, true),
            (timed_out(Phase::Resolving), true, true),
            (timed_out(Phase::Connecting), true, true),
            (timed_out(Phase::Handshaking), true, true),
            (timed_out(Phase::Answer), true, false),
            (timed_out(Phase::Body), true, false),
            (Error::CutShort { awaited: "tokens", host: host(), source: source() }, true, false),
            (Error::NotHttp { host: host(), reason: String::new() }, true, false),
            (Error::Tls { host: host(), reason: TlsReason::Interrupted(host()) }, true, true),
            (Error::Tls { host: host(), reason: TlsReason::Expired }, false, false),
            (Error::Redirected { host: host(), status: 302, to: None }, false, false),
            (Error::TooLarge { host: host(), limit: 1 }, false, false),
            (Error::BadUrl { reason: "" }, false, false),
        ] {
            let outcome = Err(error);
            assert_eq!(may_repeat(&outcome, Retry::Always), always, "{outcome:?}");
            assert_eq!(may_repeat(&outcome, Retry::Unambiguous), unambiguous, "{outcome:?}");
            assert!(!may_repeat(&outcome, Retry::Never));
        }
    }

    #[test]
    fn jitter_stays_under_its_ceiling_and_varies() {
        let pauses: Vec<_> = (0..50).map(|_| jitter(1)).collect();
        assert!(pauses.iter().all(|pause| *pause <= Duration::from_secs(1)));
        assert!(pauses.iter().any(|pause| *pause != pauses[0]));
        assert!((0..50).all(|_| jitter(2) <= Duration::from_secs(2)));
    }
}
