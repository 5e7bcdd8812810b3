//! Scoped credentials: a role's own, which go to STS and nowhere else, and what STS gives for them. They
//! are cached, locked and renewed as roles are. Where scoping fails there are none: the role's own
//! credentials never stand in for them, and older scoped ones may.

use std::time::Instant;

use sso_cp_cache::{ChainKey, HopKey, Issuer, Lock, Locked, ScopedFile, ScopedKey};
use sso_cp_config::Target;
use sso_cp_http::CallError;
use sso_cp_sts::{GetScopedCredentials, ScopingProblem, Sts};
use sso_cp_types::{AccountId, RoleCredentials, Timestamp};

use crate::call::Call;
use crate::chain::{self, hop_key};
use crate::error::Error;
use crate::event::Event;
use crate::fallback::{self, Turn};
use crate::limits;
use crate::provider::Provider;
use crate::role;
use crate::scope::{Claim, Holds};
use crate::scope_error::ScopeError;
use crate::session_key::{role_key, session_key};
use crate::unlike::Unlike;

/// A life that is asked for ends so long before the session that it is taken from: the request takes its
/// time, and STS refuses what is a second too long.
const MARGIN_SECONDS: i64 = 5;

/// The target's credentials, scoped down to what holds, if they are cached and fresh.
pub(crate) fn fresh(
    target: &Target,
    claim: &Claim,
    provider: &Provider,
) -> Option<RoleCredentials> {
    let hops = hops(target);
    let place = Place::of(target, claim, &hops, provider);
    let credentials = place.read()?;
    if !place.is_fresh(&credentials, limits::FRESH_SECONDS) {
        return fallback::spared(Some(credentials), &Lock::Scoped(place.key), provider);
    }
    provider.tell(|| Event::ScopedCached { until: credentials.expires_at });
    Some(credentials)
}

/// The same: from the cache, else from AWS.
pub(crate) fn get(
    target: &Target,
    holds: &Holds,
    call: &Call<'_>,
) -> Result<RoleCredentials, Error> {
    let hops = hops(target);
    let place = Place::of(target, &holds.claim, &hops, call.provider);
    Scoping { target, holds, place, call }.run()
}

fn hops(target: &Target) -> Vec<HopKey<'_>> {
    match target {
        Target::Role(_) => Vec::new(),
        Target::Chain(chain) => chain.hops.iter().map(hop_key).collect(),
    }
}

/// The permission set, or the name of the role that is assumed last.
fn role_name(target: &Target) -> &str {
    match target {
        Target::Role(role) => &role.role_name,
        Target::Chain(chain) => {
            let arn = chain.hops.last().map_or("", |hop| &hop.role_arn);
            arn.rsplit('/').next().unwrap_or(arn)
        }
    }
}

/// Where the credentials of one scope are kept.
struct Place<'a> {
    key: ScopedKey<'a>,
    file: ScopedFile,
    /// The shortest life that they can have, in seconds.
    life: Option<u32>,
}

impl<'a> Place<'a> {
    fn of(
        target: &'a Target,
        claim: &'a Claim,
        hops: &'a [HopKey<'a>],
        provider: &Provider,
    ) -> Place<'a> {
        let (issuer, of_source) = match target {
            Target::Role(role) => (Issuer::Role(role_key(role)), None),
            Target::Chain(chain) => {
                let source = role_key(&chain.source);
                let life = hops.last().and_then(|hop| hop.duration_seconds);
                (Issuer::Chain(ChainKey { source, hops }), life)
            }
        };
        let duration_seconds = claim.duration_seconds;
        let (policies, asker) = (&claim.digests, claim.asker());
        let key = ScopedKey { issuer, policies, duration_seconds, asker };
        let (account_id, role_name) = (target.account_id(), role_name(target));
        let lives = [duration_seconds, of_source].into_iter().flatten();
        Place {
            key,
            file: provider.scoped_file(target.session(), &key, account_id, role_name),
            life: lives.min(),
        }
    }

    fn read(&self) -> Option<RoleCredentials> {
        self.file.read()
    }

    fn is_fresh(&self, credentials: &RoleCredentials, seconds: i64) -> bool {
        limits::is_fresh(seconds_left(credentials), seconds, self.life)
    }
}

/// Everything that follows a cache miss.
struct Scoping<'a> {
    target: &'a Target,
    holds: &'a Holds,
    place: Place<'a>,
    call: &'a Call<'a>,
}

impl Scoping<'_> {
    #[cold]
    fn run(&self) -> Result<RoleCredentials, Error> {
        let (call, place) = (self.call, &self.place);
        let folders = call.provider.folders();
        let is_fresh =
            |credentials: &RoleCredentials| place.is_fresh(credentials, call.fresh_seconds);
        let cached = match place.read() {
            Some(credentials) if is_fresh(&credentials) => return Ok(credentials),
            cached => cached,
        };
        let (work, read) = (Lock::Scoped(place.key), || place.read());
        let (lock, fallback) = match fallback::take_turn(&work, cached, call, read, is_fresh) {
            Turn::Done(credentials) => return Ok(credentials),
            Turn::Ours(lock, fallback) => (lock, fallback),
        };
        let session = session_key(self.target.session());
        let token = call.provider.token_place(self.target.session());
        let was_signed_in = token.exists();
        match self.scope_down(fallback.deadline(call)) {
            Ok(credentials) => {
                fallback.succeeded();
                let _held = call.cleanup.hold();
                self.keep(&lock, &credentials);
                if was_signed_in && !token.exists() {
                    // A logout has removed the token meanwhile; what came from it goes too.
                    let _ = ScopedFile::delete_all(folders, &session);
                }
                Ok(credentials)
            }
            Err(error) => fallback.instead_of(error, call),
        }
    }

    /// The role's credentials, and one call for each policy. Where the first turn out to be too old for it,
    /// newer ones are fetched, once.
    fn scope_down(&self, deadline: Instant) -> Result<RoleCredentials, Error> {
        let provider = self.call.provider;
        let endpoint = self.target.scoping_sts(provider.env())?;
        let client = provider.client(self.target.session());
        let sts = Sts { client: &client, url: &endpoint.url, region: &endpoint.region, deadline };
        let mut source = self.source(Unlike::Nothing)?;
        let wanted = self.holds.claim.duration_seconds.map_or(0, i64::from);
        let is_short = wanted > seconds_left(&source) - MARGIN_SECONDS;
        if is_short {
            // Newer ones live longer, unless these are as new as can be; then the life is cut.
            source = self.source(Unlike::These(&source)).unwrap_or(source);
        }
        let error = match self.apply(&sts, &source, 0) {
            Err(error) if is_too_old(&error) => error,
            done => return done.map_err(|error| self.error(error)),
        };
        self.call.tell(|| Event::ScopingAgain { error: &error });
        let skew = match &error {
            CallError::Refused { clock_skew_seconds, .. } => clock_skew_seconds.unwrap_or(0),
            _ => 0,
        };
        if !is_short {
            source = self.source(Unlike::These(&source))?;
        }
        self.apply(&sts, &source, skew).map_err(|error| self.error(error))
    }

    /// The role's own credentials.
    fn source(&self, unlike: Unlike<'_>) -> Result<RoleCredentials, Error> {
        match self.target {
            Target::Role(role) => role::get_unlike(role, unlike, self.call),
            Target::Chain(chain) => chain::get_unlike(chain, unlike, self.call),
        }
    }

    /// One call after the other, each with the credentials of the one before. The life and what CloudTrail
    /// is told go with the last.
    fn apply(
        &self,
        sts: &Sts<'_>,
        source: &RoleCredentials,
        clock_skew_seconds: i64,
    ) -> Result<RoleCredentials, CallError> {
        let account_id = AccountId(self.target.account_id().to_owned());
        let description = self.holds.claim.description();
        let mut policies = self.holds.policies.iter().map(|(_, policy)| policy.minified());
        let last = policies.next_back();
        let mut signer = source.clone();
        for policy in policies {
            let request = GetScopedCredentials {
                policy: Some(policy),
                duration_seconds: None,
                description: None,
            };
            signer = sts.scoped_credentials(&signer, &account_id, &request)?;
        }
        let request = GetScopedCredentials {
            policy: last,
            duration_seconds: self.holds.claim.duration_seconds.map(|seconds| {
                within(seconds, seconds_left(&signer) - clock_skew_seconds - MARGIN_SECONDS)
            }),
            description: description.as_deref(),
        };
        self.call.tell(|| Event::Scoping { region: sts.region });
        sts.scoped_credentials(&signer, &account_id, &request)
    }

    fn error(&self, error: CallError) -> Error {
        match ScopingProblem::of(&error) {
            Some(problem) if !error.is_passing() => {
                let policies = self.holds.policies.iter().map(|(path, _)| path.clone()).collect();
                ScopeError::Refused { problem, error: Box::new(error), policies }.into()
            }
            _ => error.into(),
        }
    }

    /// Saves the credentials for the next call. They are good whether or not that works.
    fn keep(&self, lock: &Locked, credentials: &RoleCredentials) {
        let (provider, session) = (self.call.provider, self.target.session());
        let save = || self.place.file.write(provider.folders(), credentials);
        let delete = || drop(ScopedFile::delete_all(provider.folders(), &session_key(session)));
        if let Err(error) = provider.save_of_credentials(session, save, delete) {
            role::tell_not_cached(error, lock, self.call);
        }
    }
}

/// Whether newer credentials of the role may be taken where these were not.
fn is_too_old(error: &CallError) -> bool {
    let problem = ScopingProblem::of(error);
    matches!(problem, Some(ScopingProblem::Lifetime | ScopingProblem::Subject))
}

fn seconds_left(credentials: &RoleCredentials) -> i64 {
    credentials.expires_at.seconds_after(Timestamp::now())
}

/// The life that is asked for, cut to what is left; a second at least, for STS takes none.
fn within(seconds: u32, left: i64) -> u32 {
    seconds.min(u32::try_from(left.max(1)).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_is_cut_to_what_is_left() {
        for (seconds, left, expected) in [
            (3600, 7200, 3600),
            (3600, 3000, 3000),
            (900, 0, 1),
            (900, -5, 1),
            (900, i64::MAX, 900),
        ] {
            assert_eq!(within(seconds, left), expected);
        }
    }
}
