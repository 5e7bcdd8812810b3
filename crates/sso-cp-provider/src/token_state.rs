//! What a session's token file says about its sign-in: the one look that `status`, `profiles` and
//! `doctor` share. Nothing is sent, locked or written.

use std::path::PathBuf;

use sso_cp_cache::{Error as CacheError, TokenEntry};
use sso_cp_config::Session;
use sso_cp_types::{Timestamp, Token};
use sso_cp_vault::Times;

use crate::provider::Provider;

/// How far a sign-in carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
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
    pub fn is_usable(self) -> bool {
        matches!(self, State::Active | State::Renewable)
    }
}

/// One look at a token file.
#[derive(Debug)]
pub struct TokenState {
    /// How far it carries.
    pub state: State,
    /// When the access token ends.
    pub expires_at: Option<Timestamp>,
    /// Until when it can be renewed without a person, at the latest.
    pub renewable_until: Option<Timestamp>,
    /// What stands there instead of a token, or why it cannot be read.
    pub oddity: Option<Oddity>,
}

/// A token file that is there and of no use.
#[derive(Debug)]
pub struct Oddity {
    /// The file.
    pub path: PathBuf,
    /// What is odd about it.
    pub kind: OddityKind,
}

/// Which of the ways to be of no use.
#[derive(Debug)]
pub enum OddityKind {
    /// It can be read and holds no token; a sign-in takes its place.
    NoToken,
    /// It holds a sign-in to another portal; a sign-in takes its place.
    OtherPortal {
        /// The start URL of that portal, as it stands there.
        start_url: String,
    },
    /// It cannot be read.
    Unreadable(CacheError),
}

impl Provider {
    /// What a token file says, offline: nothing is sent, locked or written.
    pub fn token_state(&self, session: &Session, now: Timestamp) -> TokenState {
        let store = self.store(session).offline();
        let place = self.token_place_in(&store, session);
        let kind = match place.glance() {
            Ok(TokenEntry::Found(file)) => return TokenState::of(&file.token, now),
            Ok(TokenEntry::Missing) => return TokenState::signed_out(None),
            Ok(TokenEntry::Broken) => OddityKind::NoToken,
            Ok(TokenEntry::OtherPortal { start_url }) => OddityKind::OtherPortal { start_url },
            // What stands in clear is enough.
            Err(CacheError::Locked(_)) => match place.header() {
                Some(header) => return TokenState::of_times(header.times, now),
                None => OddityKind::NoToken,
            },
            Err(error) => OddityKind::Unreadable(error),
        };
        TokenState::signed_out(Some(Oddity { path: place.path, kind }))
    }
}

impl TokenState {
    fn of(token: &Token, now: Timestamp) -> TokenState {
        let renewal = token.renewal.as_ref();
        let renewable_until = renewal.map(|renewal| renewal.registration.expires_at);
        TokenState::of_times(Times { expires_at: known(token.expires_at), renewable_until }, now)
    }

    fn of_times(Times { expires_at, renewable_until }: Times, now: Timestamp) -> TokenState {
        let renewable_until = renewable_until.filter(|until| *until > now);
        let state = match (expires_at, renewable_until) {
            (Some(end), _) if end > now => State::Active,
            (_, Some(_)) => State::Renewable,
            (_, None) => State::Expired,
        };
        TokenState { state, expires_at, renewable_until, oddity: None }
    }

    fn signed_out(oddity: Option<Oddity>) -> TokenState {
        let (expires_at, renewable_until) = (None, None);
        TokenState { state: State::SignedOut, expires_at, renewable_until, oddity }
    }
}

/// A moment that a file does not say is none.
pub fn known(moment: Timestamp) -> Option<Timestamp> {
    (moment > Timestamp::MIN).then_some(moment)
}
