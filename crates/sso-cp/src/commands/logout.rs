//! `sso-cp logout`: ends a session at AWS, and removes here what came from it: its token and the
//! role credentials. Client registrations, other sessions, other tools' files, and whatever cannot be
//! understood stay.
//!
//! Where AWS cannot be reached, the files go all the same, because the person wants to be signed out
//! here and now; but then the session lives on at AWS, which is a failure and is told.

use std::time::Instant;

use sso_cp_cache::{
    ChainFile, Lock, RoleFile, RoleIndex, RoleKey, ServiceTokenFile, SessionKey, TokenEntry,
    TokenPlace,
};
use sso_cp_config::{Listing, Session, SessionName};
use sso_cp_http::CallError;
use sso_cp_oidc::{Grant, Oidc};
use sso_cp_portal::Portal;
use sso_cp_types::{Timestamp, Token};

use crate::args::commands::Logout;
use crate::cached_roles::ProfilesBySession;
use crate::clock;
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::messages::text::{clean, shown_path};
use crate::messages::usage::usage;
use crate::network;
use crate::process::harden;
use crate::process::output;
use crate::session::{session_is_over, session_key, token_place};

/// Signs out and says so.
pub(crate) fn run(context: &Context, flags: &Logout) -> Result<(), Failure> {
    if flags.all && context.selection.is_some() {
        return Err(usage(
            "`--all` means every session, so a selection contradicts it".to_owned(),
            "write `sso-cp logout --all`",
        ));
    }
    harden::forbid_core_files();
    context.interrupt();
    if flags.all {
        return all(context);
    }
    let selected = context.selected();
    let session = sso_cp_config::session(&selected, &context.files, &context.env);
    let session = session.map_err(Failure::Config)?;
    let listing = Listing::read(&context.files, &context.env).map_err(Failure::Config)?;
    one(&session, &ProfilesBySession::new(&listing), context)
}

/// Every session, whatever becomes of the others. The first failure decides the exit code.
fn all(context: &Context) -> Result<(), Failure> {
    let mut listing = Listing::read(&context.files, &context.env).map_err(Failure::Config)?;
    let sessions = std::mem::take(&mut listing.sessions);
    if sessions.is_empty() {
        let config = shown_path(&context.files.config, Some(&context.files.home));
        output::say(&format!("sso-cp: no sso-session is configured in {config}\n"));
    }
    let profiles = ProfilesBySession::new(&listing);
    let mut first = None;
    for listed in sessions {
        let outcome = listed.session.map_err(Failure::Config);
        if let Err(failure) = outcome.and_then(|session| one(&session, &profiles, context)) {
            output::report(&failure, &context.scene());
            first.get_or_insert(failure);
        }
    }
    first.map_or(Ok(()), |failure| Err(Failure::Told(failure.class())))
}

/// One session, from end to end.
fn one(
    session: &Session,
    profiles: &ProfilesBySession<'_>,
    context: &Context,
) -> Result<(), Failure> {
    let (key, place) = (session_key(session), token_place(session, context));
    // A refresh that is under way is waited for, so that it does not bring the token back; where
    // there is no token there is no refresh.
    let _lock = std::fs::symlink_metadata(&place.path)
        .is_ok()
        .then(|| Lock::Session(key).take(&context.folders, Instant::now() + clock::LOCKS));
    let token = end_session(session, &place, context);
    let removed = remove_roles(&key, profiles, context);
    let name = shown(session);
    let said = match token? {
        Gone::Ended => format!("signed out of {name}"),
        Gone::LivesOn(token, error) => {
            // What stays here is told too; that AWS still takes the session weighs more.
            if let Err(left) = removed {
                output::report(&left, &context.scene());
            }
            return Err(lives_on(session, &token, error));
        }
        Gone::NobodyWasSignedIn { stays: None } => format!("nobody is signed in to {name}"),
        Gone::NobodyWasSignedIn { stays: Some(stays) } => {
            format!("nobody is signed in to {name}: {stays}, and stays")
        }
    };
    let Removed { roles, tokens } = removed?;
    let roles = match roles {
        0 => String::new(),
        1 => "; 1 cached role's credentials are removed".to_owned(),
        count => format!("; {count} cached roles' credentials are removed"),
    };
    let tokens = match tokens {
        0 => String::new(),
        1 => "; 1 token of a registry is removed".to_owned(),
        count => format!("; {count} tokens of registries are removed"),
    };
    output::say(&format!("sso-cp: {said}{roles}{tokens}\n"));
    Ok(())
}

/// What became of a token.
enum Gone {
    /// AWS no longer knows the session, and the file is deleted.
    Ended,
    /// The file is deleted, but AWS could not be told.
    LivesOn(Box<Token>, Box<CallError>),
    /// There was none. A file that holds none stays where it is.
    NobodyWasSignedIn { stays: Option<String> },
}

fn end_session(session: &Session, place: &TokenPlace, context: &Context) -> Result<Gone, Failure> {
    let path = || shown_path(&place.path, Some(&context.files.home));
    let stays = match place.entry().map_err(Failure::Files)? {
        TokenEntry::Found(file) => {
            let ended = end_at_aws(session, &file.token, context)?;
            place.delete().map_err(Failure::Files)?;
            return Ok(match ended {
                Ok(()) => Gone::Ended,
                Err(error) => Gone::LivesOn(Box::new(file.token), Box::new(error)),
            });
        }
        TokenEntry::Missing => None,
        TokenEntry::Broken => Some(format!("{} holds no token", path())),
        TokenEntry::OtherPortal { start_url } => {
            Some(format!("{} holds a sign-in for {}", path(), clean(&start_url)))
        }
    };
    Ok(Gone::NobodyWasSignedIn { stays })
}

/// Ends the session at the portal that the configuration names, never at one that a file names. The
/// portal takes living access tokens only, so one that is over and can be renewed is renewed once:
/// otherwise the session would live on for whoever has a copy of the refresh token.
///
/// The inner error: AWS could not be told. The outer one: the configuration does not say where to ask.
pub(crate) fn end_at_aws(
    session: &Session,
    token: &Token,
    context: &Context,
) -> Result<Result<(), CallError>, Failure> {
    let now = Timestamp::now();
    let client = network::client(session, context);
    let deadline = Instant::now() + clock::LOGOUT;
    let endpoint = session.portal(&context.env).map_err(Failure::Config)?;
    let portal = Portal { client: &client, url: &endpoint.url, deadline };
    let ended = if token.seconds_left(now) > 0 {
        portal.logout(&token.access_token)
    } else if let Some(renewal) = token.live_renewal(now) {
        let endpoint = session.oidc(&context.env).map_err(Failure::Config)?;
        let oidc = Oidc { client: &client, url: &endpoint.url, deadline };
        let grant = Grant::RefreshToken(&renewal.refresh_token);
        let renewed = oidc.create_token(&renewal.registration, grant);
        renewed.and_then(|granted| portal.logout(&granted.access_token))
    } else {
        return Ok(Ok(()));
    };
    Ok(match ended {
        Err(error) if session_is_over(&error) => {
            context.debug.tell(|| format!("the session was over already: {error}"));
            Ok(())
        }
        ended => ended,
    })
}

/// How much was removed.
struct Removed {
    roles: usize,
    tokens: usize,
}

/// Removes the role credentials that came from the session, and the tokens that they got.
fn remove_roles(
    key: &SessionKey<'_>,
    profiles: &ProfilesBySession<'_>,
    context: &Context,
) -> Result<Removed, Failure> {
    let mut removed = Removed { roles: 0, tokens: 0 };
    let mut first_error = None;
    for role in profiles.roles(key, &context.folders) {
        let (account_id, role_name) = (&role.account_id, &role.role_name);
        let role_key = RoleKey { session: *key, account_id, role_name };
        match RoleFile::new(&context.folders, &role_key).delete() {
            Ok(true) => removed.roles += 1,
            Ok(false) => {}
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    match ChainFile::delete_all(&context.folders, key) {
        Ok(count) => removed.roles += count,
        Err(error) => first_error = first_error.or(Some(error)),
    }
    match ServiceTokenFile::delete_all(&context.folders, key) {
        Ok(count) => removed.tokens = count,
        Err(error) => first_error = first_error.or(Some(error)),
    }
    match first_error {
        Some(error) => Err(Failure::Files(error)),
        None => {
            RoleIndex::new(&context.folders, key).clear();
            Ok(removed)
        }
    }
}

/// Whoever has a copy of the token can use it until its end, and renew it until its client's.
fn lives_on(session: &Session, token: &Token, error: Box<CallError>) -> Failure {
    let renewable = token.renewal.as_ref().map(|renewal| renewal.registration.expires_at);
    let until = renewable.map_or(token.expires_at, |end| end.max(token.expires_at));
    let start_url = session.start_url.clone();
    Failure::SessionLivesOn { session: shown(session), start_url, until, error }
}

/// A session as people know it.
fn shown(session: &Session) -> String {
    match &session.name {
        SessionName::Named(name) => format!("sso-session `{}`", clean(name)),
        SessionName::Legacy => format!("`{}`", clean(&session.start_url)),
    }
}
