//! What can be selected, and what a selection comes to.

use std::path::PathBuf;

use crate::endpoint::{Endpoint, EndpointSettings, Service};
use crate::entitled::Entitled;
use crate::scope::Scope;
use crate::session_settings::SessionSettings;
use crate::{Env, Error};

/// What the user wants to act on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Selection {
    /// A profile of the shared files.
    Profile(String),
    /// An `[sso-session]` section, for commands that need no role.
    SsoSession(String),
    /// A role of an `[sso-session]`, without any profile.
    Role {
        /// The section's name.
        sso_session: String,
        /// The account.
        account_id: String,
        /// The permission set.
        role_name: String,
    },
}

/// How a session is known, which decides what the AWS CLI calls its files.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SessionName {
    /// By the name of its `[sso-session]` section.
    Named(String),
    /// By the start URL that stands in the profile itself.
    Legacy,
}

/// A session as messages name it. A legacy one has no name of its own; who knows its profile says that instead.
impl std::fmt::Display for SessionName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            SessionName::Named(name) => write!(f, "sso-session `{name}`"),
            SessionName::Legacy => f.write_str("this profile"),
        }
    }
}

/// One sign-in: a portal, and where to ask.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Session {
    /// Named, or legacy.
    pub name: SessionName,
    /// As configured, byte for byte; https.
    pub start_url: String,
    /// Where the Identity Center instance lives; a valid host label.
    pub region: String,
    /// The configured scopes; `None` where the key is absent, which is not the same as empty.
    pub scopes: Option<Vec<String>>,
    /// What the profile says about the endpoints of the sign-in.
    pub endpoints: EndpointSettings,
    /// The profile's `ca_bundle`.
    pub ca_bundle: Option<PathBuf>,
    /// What its section says in our own keys; `None` where it has none of them, see
    /// [`Session::settings`].
    pub own_settings: Option<Box<SessionSettings>>,
}

impl Session {
    /// How it is kept, and how one signs in to it. A legacy session has no section to say so.
    pub fn settings(&self) -> &SessionSettings {
        self.own_settings.as_deref().unwrap_or(SessionSettings::NONE)
    }

    /// Where one signs in and renews.
    ///
    /// # Errors
    ///
    /// The configuration names an endpoint that cannot be used.
    pub fn oidc(&self, env: &Env) -> Result<Endpoint, Error> {
        self.endpoints.resolve(Service::Oidc, &self.region, env)
    }

    /// Where one signs in by device code to a portal of the dual-stack form: AWS leads to a page of the
    /// family that is asked. A switch that says otherwise, on or off, and an endpoint of the user's own
    /// count as they always do.
    ///
    /// # Errors
    ///
    /// As for [`Session::oidc`].
    pub fn dual_stack_oidc(&self, env: &Env) -> Result<Endpoint, Error> {
        self.endpoints.resolve_dual_stack(Service::Oidc, &self.region, env)
    }

    /// Where the access portal is.
    ///
    /// # Errors
    ///
    /// As for [`Session::oidc`].
    pub fn portal(&self, env: &Env) -> Result<Endpoint, Error> {
        self.endpoints.resolve(Service::Portal, &self.region, env)
    }
}

/// One role in one account, and the session that gives it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Role {
    /// The account, usually twelve digits, free of control characters.
    pub account_id: String,
    /// The permission set, or the role with its path, free of control characters.
    pub role_name: String,
    /// The sign-in.
    pub session: Session,
    /// The profile's `region`, for the tools that get the credentials.
    pub region: Option<String>,
    /// What its credentials are scoped down to; none where they are not.
    pub scope: Option<Box<Scope>>,
    /// How account access manager gives it; none of a role that the access portal gives.
    pub entitled: Option<Box<Entitled>>,
}
