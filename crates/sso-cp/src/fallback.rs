//! Cached credentials that serve where fresh ones cannot be had for a passing reason.

use std::time::Instant;

use sso_cp_types::{RoleCredentials, Timestamp};

use crate::clock;
use crate::context::Context;
use crate::messages::failure::Failure;

/// What there is to hand out meanwhile, if there is anything.
pub(crate) struct Fallback(Option<RoleCredentials>);

impl Fallback {
    /// Cached credentials, as long as they live for a moment.
    pub(crate) fn of(cached: Option<RoleCredentials>) -> Fallback {
        Fallback(cached.filter(|credentials| {
            credentials.expires_at.seconds_after(Timestamp::now()) >= clock::STALE_SECONDS
        }))
    }

    /// How long AWS is waited for: less where nobody needs to wait, and never longer than the whole run
    /// may take, whose time the other hops of a chain use too.
    pub(crate) fn deadline(&self, context: &Context) -> Instant {
        let last = context.started + clock::TOTAL;
        match self.0 {
            Some(_) => last.min(Instant::now() + clock::WITH_FALLBACK),
            None => last,
        }
    }

    /// Hands the cached credentials out with a warning, where the failure may well pass by itself.
    pub(crate) fn instead_of(
        self,
        failure: Failure,
        context: &Context,
    ) -> Result<RoleCredentials, Failure> {
        let Some(credentials) = self.0.filter(|_| failure.is_passing()) else {
            return Err(failure);
        };
        context.warn_of_stale(&format!(
            "cached credentials are used until {}, for fresh ones could not be had: {}",
            credentials.expires_at,
            failure.summary(&context.scene())
        ));
        Ok(credentials)
    }
}
