//! A sign-in that a person has to make: to what, and with what.

use std::time::Instant;

use sso_cp_cache::{Flow, LastPortal, TokenPlace};
use sso_cp_config::{Error as ConfigError, Session, SessionName};
use sso_cp_http::Client;
use sso_cp_login::{Family, Heard};
use sso_cp_oidc::{DeviceAuthorization, Grant, Granted, Oidc};
use sso_cp_types::ClientRegistration;

use super::error::SignInError;
use super::portal::Portal;
use crate::cleanup::Cleanup;
use crate::event::Event;
use crate::limits;
use crate::provider::Provider;
use crate::session_key::session_key;

/// What a sign-in is to be like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignInOptions {
    /// The flow that is wanted. Legacy profiles sign in by a code whatever is wanted, as the AWS CLI does for
    /// them: AWS knows no redirect of theirs.
    pub flow: Flow,
    /// What becomes of a session that there is.
    pub old_session: OldSession,
}

/// What becomes of a session that there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OldSession {
    /// Where it is of use, no sign-in is needed.
    Keep,
    /// It is ended, so that the new one has its full length.
    End,
}

/// A sign-in that needs a person. The order of its steps: [`SignIn::registration`], [`SignIn::check_room`],
/// [`SignIn::end_old_session`], then the person, then [`SignIn::exchange`] or [`SignIn::save`].
pub struct SignIn<'a> {
    pub(super) provider: &'a Provider,
    pub(super) cleanup: &'a Cleanup,
    pub(super) session: &'a Session,
    pub(super) options: SignInOptions,
    pub(super) client: Client,
    /// What it is asked to be good for; `None` where nothing says it.
    pub(super) scopes: Option<Vec<String>>,
    /// Where it goes.
    pub portal: Portal,
    /// Where the token goes.
    pub(super) place: TokenPlace,
}

fn flow_of(session: &Session, options: SignInOptions) -> Flow {
    match session.name {
        SessionName::Named(_) => options.flow,
        SessionName::Legacy => Flow::Device,
    }
}

/// What came of a question for a device code.
pub enum Asked {
    /// The person has approved.
    Granted(Granted),
    /// Ask again, as slowly as this says.
    NotYet(Heard),
    /// The code has expired.
    Expired,
}

impl<'a> SignIn<'a> {
    pub(super) fn new(
        provider: &'a Provider,
        session: &'a Session,
        options: SignInOptions,
        client: Client,
        cleanup: &'a Cleanup,
    ) -> Result<SignIn<'a>, ConfigError> {
        let last = LastPortal::read(provider.folders(), &session_key(session));
        let env = provider.env();
        let mut portal = Portal::resolve(session, session.oidc(env)?, &client, last);
        // AWS leads to a page of the family that is asked, whatever start URL is sent with the question.
        if flow_of(session, options) == Flow::Device
            && Family::of(&portal.start_url) == Some(Family::DualStack)
        {
            portal.ask_at(session.dual_stack_oidc(env)?);
        }
        let place = TokenPlace::in_store(
            &provider.store(session),
            provider.folders(),
            &session_key(session),
            &session.start_url,
            &portal.region,
        );
        let scopes = provider.scopes(session);
        Ok(SignIn { provider, cleanup, session, options, client, scopes, portal, place })
    }

    /// The session that is signed in to.
    pub fn session(&self) -> &Session {
        self.session
    }

    /// The flow that it takes.
    pub fn flow(&self) -> Flow {
        flow_of(self.session, self.options)
    }

    /// The token service, with time for one call and its repetitions.
    pub(super) fn oidc(&self) -> Oidc<'_> {
        let deadline = Instant::now() + limits::TOTAL;
        Oidc { client: &self.client, url: &self.portal.oidc_url, deadline }
    }

    /// Begins a sign-in by a code (RFC 8628 section 3.1).
    ///
    /// # Errors
    ///
    /// AWS refuses, does not know the client, or cannot be reached.
    pub fn start_device_authorization(
        &self,
        registration: &ClientRegistration,
    ) -> Result<DeviceAuthorization, SignInError> {
        let started = self.oidc().start_device_authorization(registration, &self.portal.start_url);
        started.map_err(SignInError::of_grant)
    }

    /// Asks once whether the person has typed the code (RFC 8628 section 3.4).
    ///
    /// # Errors
    ///
    /// AWS refuses, or does not know the client. A network that fails is asked again later.
    pub fn ask(
        &self,
        registration: &ClientRegistration,
        device: &DeviceAuthorization,
    ) -> Result<Asked, SignInError> {
        // It is asked again soon enough.
        let oidc = Oidc { deadline: Instant::now() + limits::REQUEST, ..self.oidc() };
        let grant = Grant::DeviceCode(&device.device_code);
        let error = match oidc.create_token(registration, grant) {
            Ok(granted) => return Ok(Asked::Granted(granted)),
            Err(error) => error,
        };
        match error.code() {
            Some("AuthorizationPendingException") => Ok(Asked::NotYet(Heard::Pending)),
            Some("SlowDownException") => Ok(Asked::NotYet(Heard::SlowDown)),
            Some("ExpiredTokenException") => Ok(Asked::Expired),
            _ if error.is_passing() => {
                self.provider.tell(|| Event::AskingAgain { error: &error });
                Ok(Asked::NotYet(Heard::PassingFailure))
            }
            _ => Err(SignInError::of_grant(error)),
        }
    }
}
