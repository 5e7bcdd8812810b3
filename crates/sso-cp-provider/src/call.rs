//! One call: when it began, how long it may take, and what a person should know of it.

use std::cell::RefCell;
use std::time::Instant;

use crate::cleanup::Cleanup;
use crate::event::Event;
use crate::limits;
use crate::provider::Provider;
use crate::warning::Warning;

/// One call of a [`Provider`]. Its time begins when it is made: whatever a person did before it took as
/// long as it took.
pub(crate) struct Call<'a> {
    pub(crate) provider: &'a Provider,
    pub(crate) cleanup: &'a Cleanup,
    /// Cached credentials count as fresh while they have more than this left.
    pub(crate) fresh_seconds: i64,
    /// Whether a refresh token may be spent.
    pub(crate) renewal: Renewal,
    started: Instant,
    warnings: RefCell<Vec<Warning>>,
    /// That cached credentials had to serve.
    stale: RefCell<Option<Warning>>,
}

/// Whether a call may spend a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Renewal {
    /// Where the access token is short of its end.
    AsNeeded,
    /// Its process may be ended at any moment, and with it the answer that holds the next refresh token.
    Never,
}

impl<'a> Call<'a> {
    pub(crate) fn new(provider: &'a Provider, cleanup: &'a Cleanup) -> Call<'a> {
        Call {
            provider,
            cleanup,
            fresh_seconds: limits::FRESH_SECONDS,
            renewal: Renewal::AsNeeded,
            started: Instant::now(),
            warnings: RefCell::default(),
            stale: RefCell::default(),
        }
    }

    /// The same, where cached credentials must have more left to count as fresh.
    pub(crate) fn with_fresh_seconds(self, fresh_seconds: i64) -> Call<'a> {
        Call { fresh_seconds, ..self }
    }

    /// The same, with the access token that is there or none.
    pub(crate) fn without_renewal(self) -> Call<'a> {
        Call { renewal: Renewal::Never, ..self }
    }

    /// When locks are no longer waited for.
    pub(crate) fn locks_until(&self) -> Instant {
        self.started + limits::LOCKS
    }

    /// When AWS is no longer waited for.
    pub(crate) fn deadline(&self) -> Instant {
        self.started + limits::TOTAL
    }

    pub(crate) fn tell<'e>(&self, event: impl FnOnce() -> Event<'e>) {
        self.provider.tell(event);
    }

    /// Something that a person should know although the call goes on.
    pub(crate) fn warn(&self, warning: Warning) {
        self.warnings.borrow_mut().push(warning);
    }

    /// As [`Call::warn`], of cached credentials that serve for fresh ones. Of a chain's hops the one that
    /// is told last counts: it is nearest to what is handed out, and one warning is enough.
    pub(crate) fn warn_of_stale(&self, warning: Warning) {
        self.stale.replace(Some(warning));
    }

    /// The warnings of a call that ended well.
    pub(crate) fn into_warnings(self) -> Vec<Warning> {
        self.warnings.into_inner().into_iter().chain(self.stale.into_inner()).collect()
    }
}
