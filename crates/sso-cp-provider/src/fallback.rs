//! Cached credentials that serve where fresh ones cannot be had for a passing reason.
//!
//! That they had to serve is noted. For a minute after that they are handed out at once, so that of all
//! processes that ask one alone waits for AWS, and only now and then.

use std::time::Instant;

use sso_cp_cache::{self as cache, FailureNote, Lock, Locked};
use sso_cp_types::{RoleCredentials, Timestamp};

use crate::call::{Call, Renewal};
use crate::error::Error;
use crate::event::Event;
use crate::limits;
use crate::provider::Provider;
use crate::warning::Warning;

/// What there is to hand out meanwhile, if there is anything.
pub(crate) struct Fallback {
    credentials: Option<RoleCredentials>,
    note: FailureNote,
}

/// Cached credentials that still live, where the last try to get fresh ones has just failed: they are
/// handed out without another one.
#[cold]
pub(crate) fn spared(
    cached: Option<RoleCredentials>,
    lock: &Lock<'_>,
    provider: &Provider,
) -> Option<RoleCredentials> {
    let credentials = cached.filter(lives)?;
    if !has_just_failed(lock, provider) {
        return None;
    }
    provider.tell(|| Event::FailedJustNow { until: credentials.expires_at });
    Some(credentials)
}

/// Whether the last try has failed within a minute.
pub(crate) fn has_just_failed(lock: &Lock<'_>, provider: &Provider) -> bool {
    let failed_at = FailureNote::of(lock, provider.folders()).read();
    // A note from the future is a clock that was set back.
    let age = failed_at.map(|failed_at| Timestamp::now().seconds_after(failed_at));
    age.is_some_and(|age| (0..limits::RETRY_SECONDS).contains(&age))
}

/// How a call that has missed the cache goes on.
pub(crate) enum Turn {
    /// With these: another process has fetched them, or they have to serve for now.
    Done(RoleCredentials),
    /// It is the one that asks AWS, with the lock if there is one.
    Ours(Locked, Fallback),
}

/// Waits for anyone who is at the same work already. `cached` is what there is that is not fresh, `read` looks
/// again.
pub(crate) fn take_turn(
    work: &Lock<'_>,
    cached: Option<RoleCredentials>,
    call: &Call<'_>,
    read: impl Fn() -> Option<RoleCredentials>,
    is_fresh: impl Fn(&RoleCredentials) -> bool,
) -> Turn {
    let provider = call.provider;
    if let Some(credentials) = spared(cached.clone(), work, provider) {
        return Turn::Done(credentials);
    }
    let by_others = || match read() {
        Some(credentials) if is_fresh(&credentials) => Some(credentials),
        cached => spared(cached, work, provider),
    };
    let fallback = Fallback::of(cached.clone(), work, provider);
    let lock = match work.take_unless(provider.folders(), fallback.locks_until(call), by_others) {
        cache::Turn::Done(credentials) => return Turn::Done(credentials),
        cache::Turn::Ours(lock) => lock,
    };
    if let Some(credentials) = fallback.while_others_work(&lock, call) {
        return Turn::Done(credentials);
    }
    // Anyone who had the lock before has probably done the work.
    match read() {
        Some(credentials) if is_fresh(&credentials) => Turn::Done(credentials),
        newer => {
            let fallback = Fallback::of(newer.or(cached), work, provider);
            fallback.begin(call);
            Turn::Ours(lock, fallback)
        }
    }
}

impl Fallback {
    /// Cached credentials, as long as they live for a moment. `lock` names the work that gets new ones.
    fn of(cached: Option<RoleCredentials>, lock: &Lock<'_>, provider: &Provider) -> Fallback {
        let note = FailureNote::of(lock, provider.folders());
        Fallback { credentials: cached.filter(lives), note }
    }

    /// How long other processes are waited for.
    fn locks_until(&self, call: &Call<'_>) -> Instant {
        let last = call.locks_until();
        match self.credentials {
            Some(_) => last.min(Instant::now() + limits::WITH_FALLBACK_OTHERS),
            None => last,
        }
    }

    /// What there is where another process is still at the work.
    fn while_others_work(&self, lock: &Locked, call: &Call<'_>) -> Option<RoleCredentials> {
        let credentials = self.credentials.as_ref().filter(|_| matches!(lock, Locked::TimedOut))?;
        call.tell(|| Event::OthersAtWork { until: credentials.expires_at });
        Some(credentials.clone())
    }

    /// A new try begins, with the lock in hand. Where the last one has failed, nobody else begins one.
    fn begin(&self, call: &Call<'_>) {
        if self.credentials.is_some() && self.note.read().is_some() {
            self.remember(call);
        }
    }

    /// How long AWS is waited for: less where nobody needs to wait, and never longer than the whole call
    /// may take, whose time the other hops of a chain use too.
    pub(crate) fn deadline(&self, call: &Call<'_>) -> Instant {
        let last = call.deadline();
        match self.credentials {
            Some(_) => last.min(Instant::now() + limits::WITH_FALLBACK),
            None => last,
        }
    }

    /// There are fresh ones.
    pub(crate) fn succeeded(&self) {
        self.note.clear();
    }

    /// Hands the cached credentials out with a warning, where the error may well pass by itself.
    pub(crate) fn instead_of(
        self,
        error: Error,
        call: &Call<'_>,
    ) -> Result<RoleCredentials, Error> {
        // Anyone who may renew the token would have fared better.
        let is_tied = call.renewal == Renewal::Never && matches!(error, Error::SignInRequired(_));
        if self.credentials.is_none() || is_tied || !error.lets_stale_serve() {
            return Err(error);
        }
        self.remember(call);
        let Some(credentials) = self.credentials else { return Err(error) };
        let (expires_at, error) = (credentials.expires_at, Box::new(error));
        call.warn_of_stale(Warning::StaleCredentials { expires_at, error });
        Ok(credentials)
    }

    /// Whether there is nothing older to hand out.
    pub(crate) fn is_empty(&self) -> bool {
        self.credentials.is_none()
    }

    /// Notes that a try has failed.
    pub(crate) fn remember(&self, call: &Call<'_>) {
        let _held = call.cleanup.hold();
        self.note.write(call.provider.folders(), Timestamp::now());
    }
}

/// Whether credentials may still be handed out.
pub(crate) fn lives(credentials: &RoleCredentials) -> bool {
    credentials.expires_at.seconds_after(Timestamp::now()) >= limits::STALE_SECONDS
}
