//! Role credentials that are fetched in the background before they run short, so that no call waits for
//! them. Anyone who hands cached ones out asks for the turn, and has another process fetch: it may be ended at
//! any moment, so it spends no refresh token.

use sso_cp_cache::{ChainKey, FailureNote, Lock, PrefetchNote};
use sso_cp_config::{Prefetch, Store, Target};
use sso_cp_types::{RoleCredentials, Timestamp};

use crate::call::Call;
use crate::chain::{self, hop_key};
use crate::cleanup::Cleanup;
use crate::error::Error;
use crate::provider::Provider;
use crate::session_key::role_key;
use crate::{limits, role};

impl Provider {
    /// Whether it is up to this process to have the target's credentials fetched in the background: the
    /// session asks for it (`sso_cp_prefetch`), these have at most 25 minutes left, and nobody has begun, or
    /// failed, within the last minute. Nobody else is told so for the next one.
    #[cold]
    pub fn takes_prefetch_turn(&self, target: &Target, credentials: &RoleCredentials) -> bool {
        let runs_short = match target {
            Target::Role(role) => role::runs_short(role, credentials),
            Target::Chain(chain) => chain::runs_short(chain, credentials),
        };
        is_asked_for(target)
            && runs_short
            && with_work(target, |work| {
                let note = PrefetchNote::of(work, self.folders());
                !self.has_just_failed(work) && note.begin(self.folders(), limits::PREFETCH_PAUSE)
            })
    }

    /// Fetches the target's credentials ahead of need, by the access token that is there. Does nothing where
    /// the session does not ask for it, the store is locked, or they have more than 25 minutes left by now.
    ///
    /// # Errors
    ///
    /// As for [`Provider::credentials`]; [`Error::SignInRequired`] also where the token would have to be
    /// renewed. What is cached stays as it is.
    #[cold]
    pub fn prefetch(&self, target: &Target, cleanup: &Cleanup) -> Result<(), Error> {
        // A keystore may ask the person, who has asked for nothing.
        let is_locked = target.session().settings().store != Store::Plain && !self.has_key();
        if is_locked || !is_asked_for(target) {
            return Ok(());
        }
        let call = Call::new(self, cleanup).with_fresh_seconds(limits::PREFETCH_SECONDS);
        let fetched = self.fetch(target, call.without_renewal());
        let _held = cleanup.hold();
        with_work(target, |work| PrefetchNote::of(work, self.folders()).end(self.folders()));
        fetched.map(drop)
    }

    fn has_just_failed(&self, work: &Lock<'_>) -> bool {
        let failed_at = FailureNote::of(work, self.folders()).read();
        let age = failed_at.map(|failed_at| Timestamp::now().seconds_after(failed_at));
        age.is_some_and(|age| (0..limits::RETRY_SECONDS).contains(&age))
    }
}

fn is_asked_for(target: &Target) -> bool {
    target.session().settings().prefetch == Prefetch::Ahead
}

/// Scoped credentials go with those that they are scoped down from.
fn with_work<T>(target: &Target, work: impl FnOnce(&Lock<'_>) -> T) -> T {
    match target {
        Target::Role(role) => work(&Lock::Role(role_key(role))),
        Target::Chain(chain) => {
            let hops: Vec<_> = chain.hops.iter().map(hop_key).collect();
            work(&Lock::Chain(ChainKey { source: role_key(&chain.source), hops: &hops }))
        }
    }
}
