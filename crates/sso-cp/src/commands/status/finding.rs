//! What there is to say about one session.

use sso_cp_cache::{Asker, RoleFile, RoleFolder, RoleKey, ScopedFile, SessionKey};
use sso_cp_config::{ListedSession, Selection, Session, SessionName, Store};
use sso_cp_provider::{ProfilesBySession, State, known, session_key};
use sso_cp_types::{Timestamp, sort_by_text};

use crate::context::Context;
use crate::messages::failure::login_command;
use crate::messages::token_file::oddity;

/// What there is to say about one session.
#[derive(Debug)]
pub(super) struct Finding {
    /// The section's name; a legacy session's start URL.
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) start_url: Option<String>,
    pub(super) region: Option<String>,
    /// How its files are kept.
    pub(super) store: Store,
    /// Whether a call would find them locked.
    pub(super) is_locked: bool,
    pub(super) state: State,
    /// When the access token ends.
    pub(super) expires_at: Option<Timestamp>,
    /// Until when it can be renewed without a person, at the latest.
    pub(super) renewable_until: Option<Timestamp>,
    /// What is odd about it.
    pub(super) reason: Option<String>,
    /// The command that signs in.
    pub(super) login: Option<String>,
    pub(super) roles: Vec<CachedRole>,
}

/// How a session is configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Session,
    Legacy,
}

/// A role with credentials in the cache.
#[derive(Debug)]
pub(super) struct CachedRole {
    pub(super) account_id: String,
    pub(super) role_name: String,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) scope: Scope,
}

/// What cached credentials may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// What the role may do.
    Whole,
    /// Less, for a person or for a coding agent.
    Scoped(Asker),
}

/// A session that is to be looked at, usable or not.
pub(super) struct Subject<'a> {
    key: Option<SessionKey<'a>>,
    start_url: Option<&'a str>,
    region: Option<&'a str>,
    session: Result<&'a Session, &'a sso_cp_config::Error>,
    /// The profile that was named, which is how its user knows the session.
    profile: Option<&'a str>,
}

impl<'a> Subject<'a> {
    pub(super) fn of(session: &'a Session, selection: &'a Selection) -> Subject<'a> {
        let profile = match selection {
            Selection::Profile(name) => Some(name.as_str()),
            Selection::SsoSession(_) | Selection::Role { .. } => None,
        };
        Subject {
            key: Some(session_key(session)),
            start_url: Some(&session.start_url),
            region: Some(&session.region),
            session: Ok(session),
            profile,
        }
    }

    pub(super) fn listed(listed: &'a ListedSession) -> Subject<'a> {
        let start_url = listed.start_url.as_deref();
        let by_url = || start_url.map(|start_url| SessionKey::Legacy { start_url });
        Subject {
            key: listed.name.as_deref().map(SessionKey::Named).or_else(by_url),
            start_url,
            region: listed.region.as_deref(),
            session: listed.session.as_ref(),
            profile: None,
        }
    }
}

impl Finding {
    pub(super) fn of(
        subject: Subject<'_>,
        profiles: &ProfilesBySession<'_>,
        folder: &RoleFolder,
        context: &Context,
        now: Timestamp,
    ) -> Finding {
        let kind = match subject.key {
            Some(SessionKey::Named(_)) => Kind::Session,
            Some(SessionKey::Legacy { .. }) | None => Kind::Legacy,
        };
        let name = match subject.key {
            Some(SessionKey::Named(name) | SessionKey::Legacy { start_url: name }) => name,
            None => "",
        };
        let mut finding = Finding {
            name: name.to_owned(),
            kind,
            start_url: subject.start_url.map(str::to_owned),
            region: subject.region.map(str::to_owned),
            store: Store::Plain,
            is_locked: false,
            state: State::SignedOut,
            expires_at: None,
            renewable_until: None,
            reason: None,
            login: login(&subject, profiles),
            roles: cached(&subject, profiles, folder, context),
        };
        match subject.session {
            Ok(session) => finding.look_at_token(session, context, now),
            Err(error) => {
                let home = context.home();
                finding.reason = Some(crate::messages::failure::config_fact(error, home));
            }
        }
        finding
    }

    fn look_at_token(&mut self, session: &Session, context: &Context, now: Timestamp) {
        let token = context.provider.token_state(session, now);
        self.store = session.settings().store;
        self.is_locked = context.provider.is_locked(session);
        self.state = token.state;
        self.expires_at = token.expires_at;
        self.renewable_until = token.renewable_until;
        self.reason = token.oddity.map(|odd| oddity(&odd, context.home()));
    }
}

/// The roles whose credentials are there, by account and name.
fn cached(
    subject: &Subject<'_>,
    profiles: &ProfilesBySession<'_>,
    folder: &RoleFolder,
    context: &Context,
) -> Vec<CachedRole> {
    let Some(key) = subject.key else { return Vec::new() };
    let roles = profiles.roles(&key, context.folders(), folder).into_iter();
    let found = roles.filter_map(|role| {
        let (account_id, role_name) = (&role.account_id, &role.role_name);
        let role_key = RoleKey { session: key, account_id, role_name, entitlement: None };
        if !folder.may_have(&role_key) {
            return None;
        }
        let file = match subject.session {
            Ok(session) => context.provider.role_file(session, &role_key),
            Err(_) => RoleFile::new(context.folders(), &role_key),
        };
        let expires_at = file.expires_at()?;
        let (account_id, role_name) = (role.account_id, role.role_name);
        Some(CachedRole { account_id, role_name, expires_at, scope: Scope::Whole })
    });
    let scoped = match subject.session {
        Ok(session) => context.provider.scoped_credentials(session),
        Err(_) => ScopedFile::list(&sso_cp_cache::Store::Plain, context.folders(), &key),
    };
    let scoped = scoped.into_iter();
    let scoped = scoped.map(|found| CachedRole {
        account_id: found.account_id,
        role_name: found.role_name,
        expires_at: known(found.expires_at),
        scope: Scope::Scoped(found.asker),
    });
    let mut roles: Vec<_> = found.chain(scoped).collect();
    // A stable sort, so that scoped credentials follow those of the whole role.
    sort_by_text(&mut roles, |role| format!("{}\0{}", role.account_id, role.role_name));
    roles
}

/// The command that signs in: by the session or, as a legacy sign-in has no name of its own, by the
/// profile that was named or any other that has it.
fn login(subject: &Subject<'_>, profiles: &ProfilesBySession<'_>) -> Option<String> {
    let by_profile = |name: &str| {
        let profile = Selection::Profile(name.to_owned());
        login_command(&SessionName::Legacy, Some(&profile))
    };
    match (subject.key?, subject.profile) {
        (SessionKey::Named(name), _) => {
            Some(login_command(&SessionName::Named(name.to_owned()), None))
        }
        (SessionKey::Legacy { .. }, Some(profile)) => Some(by_profile(profile)),
        (legacy, None) => profiles.of(&legacy).first().map(|profile| by_profile(profile.name)),
    }
}
