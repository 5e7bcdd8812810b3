//! Cached credentials that serve where fresh ones cannot be had for a passing reason.

use std::time::Instant;

use sso_cp_types::{RoleCredentials, Timestamp};

use crate::call::Call;
use crate::error::Error;
use crate::limits;
use crate::warning::Warning;

/// What there is to hand out meanwhile, if there is anything.
pub(crate) struct Fallback(Option<RoleCredentials>);

impl Fallback {
    /// Cached credentials, as long as they live for a moment.
    pub(crate) fn of(cached: Option<RoleCredentials>) -> Fallback {
        Fallback(cached.filter(|credentials| {
            credentials.expires_at.seconds_after(Timestamp::now()) >= limits::STALE_SECONDS
        }))
    }

    /// How long AWS is waited for: less where nobody needs to wait, and never longer than the whole call
    /// may take, whose time the other hops of a chain use too.
    pub(crate) fn deadline(&self, call: &Call<'_>) -> Instant {
        let last = call.deadline();
        match self.0 {
            Some(_) => last.min(Instant::now() + limits::WITH_FALLBACK),
            None => last,
        }
    }

    /// Hands the cached credentials out with a warning, where the error may well pass by itself.
    pub(crate) fn instead_of(
        self,
        error: Error,
        call: &Call<'_>,
    ) -> Result<RoleCredentials, Error> {
        let Some(credentials) = self.0.filter(|_| error.lets_stale_serve()) else {
            return Err(error);
        };
        let (expires_at, error) = (credentials.expires_at, Box::new(error));
        call.warn_of_stale(Warning::StaleCredentials { expires_at, error });
        Ok(credentials)
    }
}
