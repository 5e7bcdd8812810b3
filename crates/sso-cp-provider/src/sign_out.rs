//! The end of a session: at AWS, and here, where its token and the role credentials that came from it are
//! removed. Client registrations, other sessions, other tools' files, and whatever cannot be understood
//! stay.

use std::time::Instant;

use sso_cp_cache::{
    ChainFile, Error as CacheError, Lock, RoleFile, RoleFolder, RoleIndex, RoleKey, ScopedFile,
    Sealing, ServiceTokenFile, SessionKey, Store, TokenEntry, TokenPlace,
};
use sso_cp_config::{Error as ConfigError, Session};
use sso_cp_http::CallError;
use sso_cp_oidc::{Grant, Oidc};
use sso_cp_portal::Portal;
use sso_cp_types::{Timestamp, Token};

use crate::cached_roles::ProfilesBySession;
use crate::cleanup::Cleanup;
use crate::error::Error;
use crate::event::Event;
use crate::limits;
use crate::provider::Provider;
use crate::session_key::session_key;
use crate::token::{renewal_is_over, session_is_over};
use crate::token_state::{Oddity, OddityKind};

/// What became of a sign-out.
#[derive(Debug)]
pub struct SignedOut {
    /// Of the session.
    pub session: SessionEnd,
    /// What was removed; or the first file that could not be, after all others.
    pub removed: Result<Removed, CacheError>,
}

/// How much was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removed {
    /// Credentials of roles, assumed or not.
    pub roles: usize,
    /// Tokens that those got, of registries.
    pub tokens: usize,
}

/// What became of a session.
#[derive(Debug)]
pub enum SessionEnd {
    /// AWS no longer knows it, and the token's file is deleted.
    Ended,
    /// The token's file is deleted, but AWS could not be told. A person should sign out in a browser.
    LivesOn {
        /// Anyone who has a copy of the token can use it, or renew it, until then at the latest.
        until: Timestamp,
        /// Why AWS could not be told.
        error: Box<CallError>,
    },
    /// The token's file is deleted, but the store is locked, so AWS could not be told. A person should sign
    /// out in a browser.
    LivesOnLocked {
        /// As for [`SessionEnd::LivesOn`], as far as the file says it in clear.
        until: Option<Timestamp>,
    },
    /// There was none. A file in its place that holds no token of it stays.
    NobodyWasSignedIn {
        /// That file.
        stays: Option<Oddity>,
    },
}

impl Provider {
    /// Ends the session at AWS and removes its token and role credentials. Where AWS cannot be reached, the
    /// files go all the same. In 10 seconds, and 8 more where another process is at work.
    ///
    /// # Errors
    ///
    /// The token's file cannot be read or deleted, or the configuration does not say where to ask. The role
    /// credentials are removed all the same.
    pub fn sign_out(
        &self,
        session: &Session,
        profiles: &ProfilesBySession<'_>,
        cleanup: &Cleanup,
    ) -> Result<SignedOut, Error> {
        let (key, place) = (session_key(session), self.token_place(session));
        // A refresh that is under way is waited for, so that it does not bring the token back; where
        // there is no token there is no refresh.
        let other = self.other_form(session);
        let _lock = (std::fs::symlink_metadata(&place.path).is_ok() || other.exists())
            .then(|| Lock::Session(key).take(self.folders(), Instant::now() + limits::LOCKS));
        let other_end = self.end_session(session, &other, cleanup);
        let session = self.end_session(session, &place, cleanup).map(|end| end.or(other_end));
        let removed = self.remove_roles(&key, profiles);
        Ok(SignedOut { session: session?, removed })
    }

    fn end_session(
        &self,
        session: &Session,
        place: &TokenPlace,
        cleanup: &Cleanup,
    ) -> Result<SessionEnd, Error> {
        let entry = match place.entry() {
            Err(CacheError::Locked(_)) => {
                let times = place.header().map(|header| header.times).unwrap_or_default();
                let _held = cleanup.hold();
                place.delete()?;
                let until = times.renewable_until.max(times.expires_at);
                return Ok(SessionEnd::LivesOnLocked { until });
            }
            entry => entry?,
        };
        let kind = match entry {
            TokenEntry::Found(file) => {
                let ended = end_at_aws(session, &file.token, self)?;
                let _held = cleanup.hold();
                place.delete()?;
                return Ok(match ended {
                    Ok(()) => SessionEnd::Ended,
                    Err(error) => SessionEnd::LivesOn {
                        until: last_moment(&file.token),
                        error: Box::new(error),
                    },
                });
            }
            TokenEntry::Missing => return Ok(SessionEnd::NobodyWasSignedIn { stays: None }),
            TokenEntry::Broken => OddityKind::NoToken,
            TokenEntry::OtherPortal { start_url } => OddityKind::OtherPortal { start_url },
        };
        let stays = Some(Oddity { path: place.path.clone(), kind });
        Ok(SessionEnd::NobodyWasSignedIn { stays })
    }

    /// Where the token is in the form that the session's mode does not want: another tool has signed in, or a
    /// change of the mode was interrupted.
    fn other_form(&self, session: &Session) -> TokenPlace {
        let store = match self.store(session) {
            Store::Plain => Store::Sealed { what: Sealing::SignIn, keys: self.keys().clone() },
            Store::Sealed { .. } => Store::Plain,
        };
        self.token_place_in(&store, session)
    }

    /// Removes the credentials of a role, in both forms. Gives whether there were any.
    fn remove_role(&self, key: &RoleKey<'_>) -> Result<bool, CacheError> {
        let sealed = Store::Sealed { what: Sealing::Everything, keys: self.keys().clone() };
        let was_sealed = RoleFile::in_store(&sealed, self.folders(), key).delete()?;
        Ok(RoleFile::new(self.folders(), key).delete()? || was_sealed)
    }

    /// Removes the role credentials that came from the session, and the tokens that they got.
    fn remove_roles(
        &self,
        key: &SessionKey<'_>,
        profiles: &ProfilesBySession<'_>,
    ) -> Result<Removed, CacheError> {
        let mut removed = Removed { roles: 0, tokens: 0 };
        let mut first_error = None;
        let folder = RoleFolder::look(self.folders());
        for role in profiles.roles(key, self.folders(), &folder) {
            let (account_id, role_name) = (&role.account_id, &role.role_name);
            let role_key = RoleKey { session: *key, account_id, role_name, entitlement: None };
            match self.remove_role(&role_key) {
                Ok(true) => removed.roles += 1,
                Ok(false) => {}
                Err(error) => first_error = first_error.or(Some(error)),
            }
        }
        match ChainFile::delete_all(self.folders(), key) {
            Ok(count) => removed.roles += count,
            Err(error) => first_error = first_error.or(Some(error)),
        }
        match ScopedFile::delete_all(self.folders(), key) {
            Ok(count) => removed.roles += count,
            Err(error) => first_error = first_error.or(Some(error)),
        }
        match ServiceTokenFile::delete_all(self.folders(), key) {
            Ok(count) => removed.tokens = count,
            Err(error) => first_error = first_error.or(Some(error)),
        }
        match first_error {
            Some(error) => Err(error),
            None => {
                RoleIndex::new(self.folders(), key).clear();
                Ok(removed)
            }
        }
    }
}

impl SessionEnd {
    /// What became of a session whose token was there in two forms: they may be two sign-ins. What lives on
    /// weighs most, and what was ended more than nothing.
    fn or(self, other: Result<SessionEnd, Error>) -> SessionEnd {
        match (self, other) {
            (SessionEnd::NobodyWasSignedIn { stays: None }, Ok(other)) => other,
            (SessionEnd::Ended, Ok(other @ SessionEnd::LivesOn { .. })) => other,
            (end, _) => end,
        }
    }
}

/// Ends the session at the portal that the configuration names, never at one that a file names. The
/// portal takes living access tokens only, so one that is over and can be renewed is renewed once:
/// otherwise the session would live on for anyone who has a copy of the refresh token.
///
/// The inner error: AWS could not be told. The outer one: the configuration does not say where to ask.
pub(crate) fn end_at_aws(
    session: &Session,
    token: &Token,
    provider: &Provider,
) -> Result<Result<(), CallError>, ConfigError> {
    let now = Timestamp::now();
    let client = provider.client(session);
    let deadline = Instant::now() + limits::LOGOUT;
    let endpoint = session.portal(provider.env())?;
    let portal = Portal { client: &client, url: &endpoint.url, deadline };
    let ended = if token.seconds_left(now) > 0 {
        portal.logout(&token.access_token)
    } else if let Some(renewal) = token.live_renewal(now) {
        let endpoint = session.oidc(provider.env())?;
        let oidc = Oidc { client: &client, url: &endpoint.url, deadline };
        let grant = Grant::RefreshToken(&renewal.refresh_token);
        match oidc.create_token(&renewal.registration, grant) {
            Ok(granted) => portal.logout(&granted.access_token),
            Err(error) if renewal_is_over(&error) => {
                provider.tell(|| Event::SessionOver { error: &error });
                Ok(())
            }
            Err(error) => Err(error),
        }
    } else {
        return Ok(Ok(()));
    };
    Ok(match ended {
        Err(error) if session_is_over(&error) => {
            provider.tell(|| Event::SessionOver { error: &error });
            Ok(())
        }
        ended => ended,
    })
}

/// Anyone who has a copy of the token can use it until its end, and renew it until its client's.
fn last_moment(token: &Token) -> Timestamp {
    let renewable = token.renewal.as_ref().map(|renewal| renewal.registration.expires_at);
    renewable.map_or(token.expires_at, |end| end.max(token.expires_at))
}
