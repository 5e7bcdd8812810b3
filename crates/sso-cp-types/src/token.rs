//! What a sign-in gives.

use crate::{Secret, Timestamp};

/// The scope that lets a sign-in list and use accounts, and brings a refresh token: what a client asks
/// for where nothing is configured.
pub const ACCOUNT_ACCESS: &str = "sso:account:access";

/// An access token of one sign-in, with what it takes to renew it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What the portal wants to see in `x-amz-sso_bearer_token`.
    pub access_token: Secret,
    /// When the portal stops accepting it; [`Timestamp::MIN`] where a file does not say.
    pub expires_at: Timestamp,
    /// Absent for legacy profiles, whose sign-in ends with the access token.
    pub renewal: Option<Renewal>,
}

impl Token {
    /// Seconds of life left at `now`, negative once expired.
    pub fn seconds_left(&self, now: Timestamp) -> i64 {
        self.expires_at.seconds_after(now)
    }

    /// What renews this token at `now`: present and its client registration still alive.
    pub fn live_renewal(&self, now: Timestamp) -> Option<&Renewal> {
        self.renewal.as_ref().filter(|renewal| renewal.registration.expires_at > now)
    }
}

/// A refresh token and the client registration that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewal {
    /// Spent by its use: the answer carries the next one.
    pub refresh_token: Secret,
    /// The client that was granted the token; no other may refresh it.
    pub registration: ClientRegistration,
}

/// What RegisterClient answers: an OAuth public client of ours, good for about 90 days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientRegistration {
    /// The client's public name.
    pub client_id: String,
    /// Its secret, a long signed text.
    pub client_secret: Secret,
    /// When AWS forgets the client.
    pub expires_at: Timestamp,
}
