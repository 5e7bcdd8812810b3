//! What a session's token file says about its sign-in: the one look that `status`, `profiles` and
//! `doctor` share. Nothing is sent, locked or written.

use std::path::PathBuf;

use sso_cp_cache::TokenEntry;
use sso_cp_config::Session;
use sso_cp_types::Timestamp;

use crate::context::Context;
use crate::messages::failure::cause;
use crate::messages::text::{clean, shown_path};
use crate::session::token_place;

/// How far a sign-in carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// The access token lives.
    Active,
    /// It does not, but the next call renews it without a person.
    Renewable,
    /// A person has to sign in again.
    Expired,
    /// There is no token that could be used.
    SignedOut,
}

impl State {
    /// Whether it can be used without a browser.
    pub(crate) fn is_usable(self) -> bool {
        matches!(self, State::Active | State::Renewable)
    }
}

/// One look at a token file.
#[derive(Debug, Clone)]
pub(crate) struct TokenState {
    pub(crate) state: State,
    /// When the access token ends.
    pub(crate) expires_at: Option<Timestamp>,
    /// Until when it can be renewed without a person, at the longest.
    pub(crate) renewable_until: Option<Timestamp>,
    /// What stands there instead of a token, or why it cannot be read.
    pub(crate) oddity: Option<Oddity>,
}

/// A token file that is there and of no use.
#[derive(Debug, Clone)]
pub(crate) struct Oddity {
    pub(crate) words: String,
    pub(crate) path: PathBuf,
    pub(crate) kind: OddityKind,
}

/// Which of the ways to be of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OddityKind {
    /// It can be read and is no token for this portal; a sign-in takes its place.
    NoToken,
    /// It cannot be read.
    Unreadable,
}

impl TokenState {
    /// Looks once.
    pub(crate) fn of(session: &Session, context: &Context, now: Timestamp) -> TokenState {
        let place = token_place(session, context);
        let home = context.files.home.as_path();
        let path = || shown_path(&place.path, Some(home));
        let (words, kind) = match place.glance() {
            Ok(TokenEntry::Found(file)) => {
                let renewal = file.token.live_renewal(now);
                let state = match (file.token.seconds_left(now), renewal) {
                    (1.., _) => State::Active,
                    (_, Some(_)) => State::Renewable,
                    (_, None) => State::Expired,
                };
                let renewable_until = renewal.map(|renewal| renewal.registration.expires_at);
                let expires_at = known(file.token.expires_at);
                return TokenState { state, expires_at, renewable_until, oddity: None };
            }
            Ok(TokenEntry::Missing) => return TokenState::signed_out(None),
            Ok(TokenEntry::Broken) => (format!("{} holds no token", path()), OddityKind::NoToken),
            Ok(TokenEntry::OtherPortal { start_url }) => {
                let portal = clean(&start_url);
                (format!("{} holds a sign-in for {portal}", path()), OddityKind::NoToken)
            }
            Err(error) => (cause(&error, home), OddityKind::Unreadable),
        };
        TokenState::signed_out(Some(Oddity { words, path: place.path, kind }))
    }

    fn signed_out(oddity: Option<Oddity>) -> TokenState {
        let (expires_at, renewable_until) = (None, None);
        TokenState { state: State::SignedOut, expires_at, renewable_until, oddity }
    }
}

/// A moment that a file does not say is none.
pub(crate) fn known(moment: Timestamp) -> Option<Timestamp> {
    (moment > Timestamp::MIN).then_some(moment)
}
