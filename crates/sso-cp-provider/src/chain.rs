//! Role chains: from a role of the access portal, one assumed role after the other. Each is cached,
//! locked and renewed as the portal's roles are, so that a warm call reads one file.

use std::cell::OnceCell;
use std::time::Instant;

use sso_cp_cache::{
    AssumedRoleUser, ChainFile, ChainKey, HopKey, Lock, Locked, PersonFile, RoleKey,
};
use sso_cp_config::{Chain, Hop};
use sso_cp_http::{CallError, Client};
use sso_cp_sts::{AssumeRole, Assumed, Sts};
use sso_cp_types::{RoleCredentials, Timestamp};

use crate::call::Call;
use crate::error::Error;
use crate::event::Event;
use crate::fallback::{self, Turn};
use crate::limits;
use crate::provider::Provider;
use crate::role;
use crate::session_key::{role_key, session_key};
use crate::unlike::Unlike;

/// What a session is called where neither AWS nor the system knows a name.
const NAMELESS: &str = "sso-cp";
/// AWS's limits for a session's name.
const SESSION_NAME_LETTERS: std::ops::RangeInclusive<usize> = 2..=64;

/// The credentials of the role that is assumed last, if they are cached and fresh.
pub(crate) fn fresh(chain: &Chain, provider: &Provider) -> Option<RoleCredentials> {
    let keys: Vec<HopKey<'_>> = chain.hops.iter().map(hop_key).collect();
    let last = chain.hops.last()?;
    let key = ChainKey { source: role_key(&chain.source), hops: &keys };
    let file = provider.chain_file(&chain.source.session, &key, last.account_id());
    let credentials = file.read()?;
    if !is_fresh(&credentials, last, limits::FRESH_SECONDS) {
        return fallback::spared(Some(credentials), &Lock::Chain(key), provider);
    }
    tell_cached(last, &credentials, provider);
    Some(credentials)
}

/// Whether credentials of the role that is assumed last are to be fetched ahead of need.
pub(crate) fn runs_short(chain: &Chain, credentials: &RoleCredentials) -> bool {
    chain.hops.last().is_some_and(|hop| !is_fresh(credentials, hop, limits::PREFETCH_SECONDS))
}

/// The credentials of the role that is assumed last: from the cache, else from AWS.
pub(crate) fn get(chain: &Chain, call: &Call<'_>) -> Result<RoleCredentials, Error> {
    get_unlike(chain, Unlike::Nothing, call)
}

/// The same, but other ones than those that were of no use.
pub(crate) fn get_unlike(
    chain: &Chain,
    unlike: Unlike<'_>,
    call: &Call<'_>,
) -> Result<RoleCredentials, Error> {
    let keys: Vec<HopKey<'_>> = chain.hops.iter().map(hop_key).collect();
    let source = role_key(&chain.source);
    let walk = Walk { chain, source, keys: &keys, client: OnceCell::new(), unlike, call };
    walk.credentials(chain.hops.len() - 1)
}

fn tell_cached(hop: &Hop, credentials: &RoleCredentials, provider: &Provider) {
    let until = credentials.expires_at;
    provider.tell(|| Event::AssumedRoleCached { role_arn: &hop.role_arn, until });
}

/// A hop, as far as it decides whose credentials come out.
pub fn hop_key(hop: &Hop) -> HopKey<'_> {
    HopKey {
        role_arn: &hop.role_arn,
        session_name: hop.session_name.as_deref(),
        external_id: hop.external_id.as_deref(),
        duration_seconds: hop.duration_seconds,
    }
}

/// The whole way.
struct Walk<'a> {
    chain: &'a Chain,
    source: RoleKey<'a>,
    keys: &'a [HopKey<'a>],
    /// One connection for all hops.
    client: OnceCell<Client>,
    unlike: Unlike<'a>,
    call: &'a Call<'a>,
}

/// One hop that is not in the cache.
struct Step<'a> {
    walk: &'a Walk<'a>,
    at: usize,
    hop: &'a Hop,
    key: ChainKey<'a>,
    file: ChainFile,
}

impl Walk<'_> {
    /// The credentials after the hop number `at`, from 0.
    fn credentials(&self, at: usize) -> Result<RoleCredentials, Error> {
        let hop = &self.chain.hops[at];
        let key = ChainKey { source: self.source, hops: &self.keys[..=at] };
        let session = &self.chain.source.session;
        let file = self.call.provider.chain_file(session, &key, hop.account_id());
        match self.read(&file) {
            Some(credentials) if is_fresh(&credentials, hop, self.call.fresh_seconds) => {
                tell_cached(hop, &credentials, self.call.provider);
                Ok(credentials)
            }
            cached => Step { walk: self, at, hop, key, file }.run(cached),
        }
    }

    /// What is cached of a hop, if it can be of use.
    fn read(&self, file: &ChainFile) -> Option<RoleCredentials> {
        file.read().filter(|credentials| self.unlike.accepts(credentials))
    }

    fn sts(&self, deadline: Instant) -> Sts<'_> {
        let session = &self.chain.source.session;
        let client = self.client.get_or_init(|| self.call.provider.client(session));
        Sts { client, url: &self.chain.sts.url, region: &self.chain.sts.region, deadline }
    }

    /// The name of a session that has none by configuration: the person's, so that CloudTrail tells
    /// people apart. Identity Center puts it into the source's own session. `source` are the source's
    /// credentials, where they are at hand: anyone who has just got them must not ask AWS again.
    fn session_name(
        &self,
        source: Option<&RoleCredentials>,
        deadline: Instant,
    ) -> Result<String, Error> {
        let note = PersonFile::new(self.call.provider.folders(), &self.source);
        let known = match source {
            Some(source) => Some(source.clone()),
            None => role::cached(&self.chain.source, self.call.provider),
        };
        if let Some(name) = known.and_then(|known| note.read(&known.access_key_id)) {
            return Ok(name);
        }
        let source = match source {
            Some(source) => source.clone(),
            None => role::get(&self.chain.source, self.call)?,
        };
        let name = match self.sts(deadline).caller_identity(&source) {
            Ok(caller) => caller.session_name().and_then(fit),
            // That AWS does not say who one is does not mean that one may not assume the role.
            Err(error @ CallError::Refused { .. }) if !error.is_passing() => {
                self.call.tell(|| Event::CallerUnknown { error: &error });
                None
            }
            Err(error) => return Err(error.into()),
        };
        let Some(name) = name else {
            let system = self.call.provider.env().user_name().as_deref().and_then(fit);
            return Ok(system.unwrap_or_else(|| NAMELESS.to_owned()));
        };
        let _held = self.call.cleanup.hold();
        if let Err(error) = note.write(self.call.provider.folders(), &source.access_key_id, &name) {
            self.call.tell(|| Event::SessionNameNotNoted { error: &error });
        }
        Ok(name)
    }
}

impl Step<'_> {
    fn run(&self, cached: Option<RoleCredentials>) -> Result<RoleCredentials, Error> {
        let call = self.walk.call;
        let folders = call.provider.folders();
        let read = || self.walk.read(&self.file);
        let is_fresh =
            |credentials: &RoleCredentials| is_fresh(credentials, self.hop, call.fresh_seconds);
        let turn = fallback::take_turn(&Lock::Chain(self.key), cached, call, read, is_fresh);
        let (lock, fallback) = match turn {
            Turn::Done(credentials) => return Ok(credentials),
            Turn::Ours(lock, fallback) => (lock, fallback),
        };
        let session = &self.walk.source.session;
        let token = call.provider.token_place(&self.walk.chain.source.session);
        let was_signed_in = token.exists();
        match self.assume(fallback.deadline(call)) {
            Ok(assumed) => {
                fallback.succeeded();
                let _held = call.cleanup.hold();
                self.keep(&lock, &assumed);
                if was_signed_in && !token.exists() {
                    // A logout has removed the token meanwhile; what came from it goes too.
                    let _ = ChainFile::delete_all(folders, session);
                }
                Ok(assumed.credentials)
            }
            Err(error) => fallback.instead_of(error, call),
        }
    }

    fn assume(&self, deadline: Instant) -> Result<Assumed, Error> {
        let (walk, hop) = (self.walk, self.hop);
        let signer = match self.at.checked_sub(1) {
            Some(before) => walk.credentials(before)?,
            None => {
                // The source's own credentials take two calls, or four: meanwhile STS is connected to.
                if !role::is_cached(&walk.chain.source, walk.call) {
                    let sts = walk.sts(deadline);
                    sts.client.connect_ahead(sts.url, deadline);
                }
                role::get(&walk.chain.source, walk.call)?
            }
        };
        let chosen;
        let session_name = match &hop.session_name {
            Some(name) => name,
            None => {
                let source = (self.at == 0).then_some(&signer);
                chosen = walk.session_name(source, deadline)?;
                &chosen
            }
        };
        let request = AssumeRole {
            role_arn: &hop.role_arn,
            session_name,
            external_id: hop.external_id.as_deref(),
            duration_seconds: hop.duration_seconds,
        };
        walk.call.tell(|| Event::Assuming { role_arn: &hop.role_arn });
        let assumed = walk.sts(deadline).assume_role(&signer, &request);
        assumed.map_err(|error| match error {
            CallError::Refused { .. } if !error.is_passing() => {
                let (profile, role_arn) = (hop.profile.clone(), hop.role_arn.clone());
                Error::AssumeRoleRefused { profile, role_arn, error: Box::new(error) }
            }
            error => error.into(),
        })
    }

    /// Saves the credentials for the next run. They are good whether or not that works.
    fn keep(&self, lock: &Locked, assumed: &Assumed) {
        let call = self.walk.call;
        let user = AssumedRoleUser { arn: &assumed.arn, role_id: &assumed.role_id };
        let hop = &self.walk.keys[self.at];
        let (folders, session) = (call.provider.folders(), &self.walk.chain.source.session);
        let save = || self.file.write(folders, &assumed.credentials, hop, user);
        let delete = || drop(ChainFile::delete_all(folders, &session_key(session)));
        let kept = call.provider.save_of_credentials(session, save, delete);
        if let Err(error) = kept {
            role::tell_not_cached(error, lock, call);
        }
    }
}

fn is_fresh(credentials: &RoleCredentials, hop: &Hop, seconds: i64) -> bool {
    let left = credentials.expires_at.seconds_after(Timestamp::now());
    limits::is_fresh(left, seconds, hop.duration_seconds)
}

/// A name in the letters that STS allows; nothing where none is left.
fn fit(name: &str) -> Option<String> {
    let is_allowed = |letter: &char| letter.is_ascii_alphanumeric() || "_+=,.@-".contains(*letter);
    let letters = name.chars().map(|letter| if is_allowed(&letter) { letter } else { '-' });
    let name: String = letters.take(*SESSION_NAME_LETTERS.end()).collect();
    SESSION_NAME_LETTERS.contains(&name.len()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_made_to_fit() {
        assert_eq!(fit("a.b+c@example.com").as_deref(), Some("a.b+c@example.com"));
        assert_eq!(fit("DOMAIN\\Zoë x").as_deref(), Some("DOMAIN-Zo--x"));
        assert_eq!(fit(&"x".repeat(100)).map(|name| name.len()), Some(64));
        assert_eq!(fit("x"), None);
        assert_eq!(fit(""), None);
    }
}
