//! A role of the access portal: its credentials from the cache, else from AWS, fetched once for all
//! processes that ask.

use std::time::Instant;

use sso_cp_cache::{Lock, Locked, RoleEntry, RoleFile, RoleIndex, RoleKey};
use sso_cp_config::{Role, Session};
use sso_cp_http::{CallError, Client};
use sso_cp_portal::{AccountAccess, Portal, Wanted};
use sso_cp_types::{AccountId, RoleCredentials, RoleName, Secret, Timestamp};

use crate::call::Call;
use crate::error::{Error, SignInReason, SignInRequired};
use crate::event::Event;
use crate::fallback::{self, Turn};
use crate::limits;
use crate::provider::Provider;
use crate::session_key::role_key;
use crate::stand_in;
use crate::token::TokenProvider;
use crate::unlike::Unlike;
use crate::warning::Warning;

/// What is cached of a role, fresh or not.
pub(crate) fn cached(role: &Role, provider: &Provider) -> Option<RoleCredentials> {
    usable(&provider.role_file(&role.session, &role_key(role)))
}

/// Whether nothing need be asked of AWS for a role. Tells no event: the credentials are asked for
/// next, and that tells it.
pub(crate) fn is_cached(role: &Role, call: &Call<'_>) -> bool {
    cached(role, call.provider)
        .is_some_and(|credentials| is_fresh(&credentials, role, call.fresh_seconds))
}

/// What is cached of a role, if it is fresh.
pub(crate) fn fresh(role: &Role, provider: &Provider) -> Option<RoleCredentials> {
    let credentials = cached(role, provider)?;
    if !is_fresh(&credentials, role, limits::FRESH_SECONDS) {
        return fallback::spared(Some(credentials), &Lock::Role(role_key(role)), provider);
    }
    tell_role(role, provider);
    provider.tell(|| Event::RoleCached { until: credentials.expires_at });
    Some(credentials)
}

/// Whether credentials of a role are to be fetched ahead of need.
pub(crate) fn runs_short(role: &Role, credentials: &RoleCredentials) -> bool {
    !is_fresh(credentials, role, limits::PREFETCH_SECONDS)
}

/// The role's credentials: from the cache, else from AWS.
pub(crate) fn get(role: &Role, call: &Call<'_>) -> Result<RoleCredentials, Error> {
    get_unlike(role, Unlike::Nothing, call)
}

/// The same, but other ones than those that were of no use.
pub(crate) fn get_unlike(
    role: &Role,
    unlike: Unlike<'_>,
    call: &Call<'_>,
) -> Result<RoleCredentials, Error> {
    let key = role_key(role);
    let file = call.provider.role_file(&role.session, &key);
    file.check_way()?;
    tell_role(role, call.provider);
    if let Some(warning) = warning_of(role) {
        call.warn(warning);
    }
    match usable(&file).filter(|credentials| unlike.accepts(credentials)) {
        Some(credentials) if is_fresh(&credentials, role, call.fresh_seconds) => {
            call.tell(|| Event::RoleCached { until: credentials.expires_at });
            Ok(credentials)
        }
        cached => {
            let account_id = AccountId(role.account_id.clone());
            Fetch { role, key, file, account_id, unlike, call }.run(cached)
        }
    }
}

/// What is odd about a role that may be right all the same.
pub(crate) fn warning_of(role: &Role) -> Option<Warning> {
    let account_id = AccountId(role.account_id.clone());
    (!account_id.is_usual()).then_some(Warning::UnusualAccountId(account_id))
}

fn tell_role(role: &Role, provider: &Provider) {
    provider.tell(|| Event::Role {
        account_id: &role.account_id,
        role_name: &role.role_name,
        region: &role.session.region,
    });
}

fn usable(file: &RoleFile) -> Option<RoleCredentials> {
    match file.read() {
        RoleEntry::Found(credentials) => Some(credentials),
        RoleEntry::Missing | RoleEntry::Foreign => None,
    }
}

/// The profile may cut the session's life short.
fn is_fresh(credentials: &RoleCredentials, role: &Role, seconds: i64) -> bool {
    let life = role.entitled.as_ref().and_then(|entitled| entitled.duration_seconds);
    limits::is_fresh(credentials.expires_at.seconds_after(Timestamp::now()), seconds, life)
}

/// Everything that follows a cache miss.
struct Fetch<'a> {
    role: &'a Role,
    key: RoleKey<'a>,
    file: RoleFile,
    account_id: AccountId,
    unlike: Unlike<'a>,
    call: &'a Call<'a>,
}

impl Fetch<'_> {
    #[cold]
    fn run(&self, cached: Option<RoleCredentials>) -> Result<RoleCredentials, Error> {
        let call = self.call;
        let read = || usable(&self.file).filter(|credentials| self.unlike.accepts(credentials));
        let is_fresh =
            |credentials: &RoleCredentials| is_fresh(credentials, self.role, call.fresh_seconds);
        let stand_in = stand_in::of(self.role, call.provider);
        if let Some(stand_in) = &stand_in
            && !cached.as_ref().is_some_and(fallback::lives)
            && fallback::has_just_failed(&Lock::Role(self.key), call.provider)
            && let Ok(credentials) = self.get_by(stand_in, None)
        {
            return Ok(credentials);
        }
        let turn = fallback::take_turn(&Lock::Role(self.key), cached, call, read, is_fresh);
        let (lock, fallback) = match turn {
            Turn::Done(credentials) => return Ok(credentials),
            Turn::Ours(lock, fallback) => (lock, fallback),
        };
        let deadline = match &stand_in {
            // Time must be left for the other Region.
            Some(_) => fallback.deadline(call).min(Instant::now() + limits::WITH_FALLBACK),
            None => fallback.deadline(call),
        };
        match self.fetch(call.locks_until(), deadline) {
            Ok(credentials) => {
                fallback.succeeded();
                self.keep(&lock, &credentials);
                Ok(credentials)
            }
            Err(error) => match stand_in.filter(|_| fallback.is_empty()) {
                Some(stand_in) if stand_in::is_failing(&error) => {
                    fallback.remember(call);
                    drop(lock);
                    self.get_by(&stand_in, Some(error))
                }
                _ => fallback.instead_of(error, call),
            },
        }
    }

    /// The role by the session that stands in, which is said; else why its own gave none.
    fn get_by(&self, stand_in: &Role, error: Option<Error>) -> Result<RoleCredentials, Error> {
        match (get_unlike(stand_in, self.unlike, self.call), error) {
            (Ok(credentials), error) => {
                let Session { name: session, region, .. } = stand_in.session.clone();
                let error = error.map(Box::new);
                self.call.warn(Warning::StandIn { session, region, error });
                Ok(credentials)
            }
            (Err(_), Some(error)) | (Err(error), None) => Err(error),
        }
    }

    /// A token and a request; where the portal turns the token down, one renewal and one more request.
    fn fetch(&self, locks_until: Instant, deadline: Instant) -> Result<RoleCredentials, Error> {
        let (session, call) = (&self.role.session, self.call);
        let client = call.provider.client(session);
        let endpoint = self.role.endpoint(call.provider.env())?;
        let tokens = TokenProvider {
            locks_until,
            deadline,
            next_url: Some(&endpoint.url),
            ..TokenProvider::of(session, call, &client)
        };
        let role_name = RoleName(self.role.role_name.clone());
        let ask = |token: &Secret| self.ask(&client, &endpoint.url, deadline, token, &role_name);
        let mut token = tokens.get(None)?;
        let mut answer = ask(&token);
        if is_unauthorized(&answer) {
            call.tell(|| Event::TokenRejected);
            match tokens.get(Some(&token)) {
                Ok(renewed) => {
                    token = renewed;
                    answer = ask(&token);
                }
                // The portal's own words say more, and may tell of a clock that is wrong.
                Err(Error::SignInRequired(SignInRequired {
                    reason: SignInReason::Expired,
                    ..
                })) => {}
                Err(error) => return Err(error.of_rejected(&token)),
            }
        }
        match answer {
            Ok(credentials) => Ok(credentials),
            Err(error) if error.status() == Some(401) => {
                let needed = tokens.sign_in(SignInReason::TokenRefused(Box::new(error)));
                Err(needed.of_rejected(&token))
            }
            Err(error) if self.is_refusal(&error) => Err(Error::RoleRefused {
                account_id: self.account_id.clone(),
                role_name: match &self.role.entitled {
                    None => role_name,
                    Some(entitled) => RoleName(entitled.role_arn.clone()),
                },
                error: Box::new(error),
            }),
            Err(error) => Err(error.into()),
        }
    }

    /// Asks the access portal, or account access manager.
    fn ask(
        &self,
        client: &Client,
        url: &str,
        deadline: Instant,
        token: &Secret,
        role_name: &RoleName,
    ) -> Result<RoleCredentials, CallError> {
        let Some(entitled) = &self.role.entitled else {
            let portal = Portal { client, url, deadline };
            return portal.role_credentials(token, &self.account_id, role_name);
        };
        let wanted = Wanted {
            tenant_id: &entitled.tenant.id,
            role_arn: &entitled.role_arn,
            session_name: entitled.session_name.as_deref(),
            duration_seconds: entitled.duration_seconds,
        };
        AccountAccess { client, url, deadline }.credentials(token, &wanted)
    }

    /// Whether it is about this role. To an account id that no account has the portal may say 400 too, in
    /// words that do not name it.
    fn is_refusal(&self, error: &CallError) -> bool {
        match error.status() {
            Some(403 | 404) => true,
            Some(400) => !error.is_passing() && !self.account_id.is_usual(),
            _ => false,
        }
    }

    /// Saves the credentials for the next call. They are good whether or not that works.
    fn keep(&self, lock: &Locked, credentials: &RoleCredentials) {
        if let RoleEntry::Foreign = self.file.read() {
            return self.call.tell(|| Event::ForeignRoleFile);
        }
        let folders = self.call.provider.folders();
        let _held = self.call.cleanup.hold();
        let index = RoleIndex::new(folders, &self.key.session);
        // First the note, then the credentials: a logout must find whatever was saved.
        // A file whose name says its session needs no note.
        let noted = match self.key.entitlement {
            None => index.note(folders, &self.key),
            Some(_) => Ok(()),
        };
        let save = || noted.and_then(|()| self.file.write(folders, credentials));
        let delete = || drop(self.file.delete());
        let kept = self.call.provider.save_of_credentials(&self.role.session, save, delete);
        if !self.call.provider.token_place(&self.role.session).exists() {
            // A logout has removed the token meanwhile; what came from it goes too. Looked at after
            // the write, for a logout looks for our file only after the token is gone.
            let _ = self.file.delete();
        }
        if let Err(error) = kept {
            tell_not_cached(error, lock, self.call);
        }
    }
}

/// Credentials that could not be saved are good all the same.
pub(crate) fn tell_not_cached(error: sso_cp_cache::Error, lock: &Locked, call: &Call<'_>) {
    let home = &call.provider.files().home;
    match lock {
        // Nothing at all can be written here, which is how some homes are meant to be.
        Locked::Unavailable => call.tell(|| Event::NotCached { error: &error, home }),
        Locked::Held { .. } | Locked::TimedOut => call.warn(Warning::CredentialsNotCached(error)),
    }
}

fn is_unauthorized(answer: &Result<RoleCredentials, CallError>) -> bool {
    matches!(answer, Err(error) if error.status() == Some(401))
}
