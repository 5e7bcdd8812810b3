//! Our client at AWS: the one that a file holds, which the AWS CLI may have written, or a new one.

use sso_cp_cache::{Flow, RegistrationFile, RegistrationKey, SuspectClient};
use sso_cp_config::SessionName;
use sso_cp_login::REGISTERED_REDIRECT_URI;
use sso_cp_oidc::NewClient;
use sso_cp_types::{ACCOUNT_ACCESS, ClientRegistration, Timestamp};

use super::error::SignInError;
use super::needed::SignIn;
use crate::event::Event;
use crate::session_key::session_key;

/// The longest session name within a client's name; nobody reads more of it.
const MAX_NAME_CHARS: usize = 64;

/// Which client will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The one that is known, if there is one and no sign-in with it has timed out.
    Any,
    /// A new one: AWS does not know the old one any more.
    New,
}

impl SignIn<'_> {
    /// Our client at AWS for this flow. A new one is kept for the next sign-in, of the AWS CLI too.
    ///
    /// # Errors
    ///
    /// AWS registers none, or cannot be reached.
    pub fn registration(&self, wanted: Wanted) -> Result<ClientRegistration, SignInError> {
        let flow = self.flow();
        let folders = self.provider.folders();
        let key = RegistrationKey {
            session: session_key(self.session),
            start_url: &self.session.start_url,
            region: &self.portal.region,
            scopes: self.scopes.as_deref(),
        };
        let file = RegistrationFile::in_store(&self.provider.store(self.session), folders, &key);
        if wanted == Wanted::Any
            && let Some(known) = file.read(flow, Timestamp::now())
            && !self.is_suspect(&known)
        {
            self.provider.tell(|| Event::ClientKnown { until: known.expires_at });
            return Ok(known);
        }
        let scopes = self.scopes();
        let name = client_name(&self.session.name);
        let new = match flow {
            Flow::AuthorizationCode => NewClient::AuthorizationCode {
                name: &name,
                scopes: &scopes,
                redirect_uri: REGISTERED_REDIRECT_URI,
                issuer_url: &self.portal.start_url,
            },
            Flow::Device => NewClient::Device { name: &name, scopes: &scopes },
        };
        let refused = |error| SignInError::NotRegistered { flow, error };
        let registered =
            self.oidc().register(new).map_err(|error| SignInError::of_call(error, refused))?;
        self.provider.tell(|| Event::ClientRegistered { until: registered.expires_at });
        let _held = self.cleanup.hold();
        match file.write(folders, flow, &registered, &scopes) {
            Ok(()) => self.provider.move_registration_along(self.session, &key),
            Err(error) => {
                let home = &self.provider.files().home;
                self.provider.tell(|| Event::ClientNotKept { error: &error, home });
            }
        }
        SuspectClient::clear(folders, &session_key(self.session));
        Ok(registered)
    }

    /// The sign-in with this client timed out. AWS may have forgotten it, and told only the person: the next
    /// sign-in takes another one.
    pub fn suspect(&self, registration: &ClientRegistration) {
        let _held = self.cleanup.hold();
        let suspect = SuspectClient(registration.client_id.clone());
        suspect.note(self.provider.folders(), &session_key(self.session));
    }

    fn is_suspect(&self, known: &ClientRegistration) -> bool {
        let suspect = SuspectClient::read(self.provider.folders(), &session_key(self.session));
        suspect.is_some_and(|SuspectClient(client_id)| client_id == known.client_id)
    }

    /// What the sign-in is asked to be good for, as configured; where nothing is, the flows of the AWS CLI differ, and the files are shared.
    pub fn scopes(&self) -> Vec<String> {
        match (&self.scopes, self.flow()) {
            (Some(scopes), _) if !scopes.is_empty() => scopes.clone(),
            (_, Flow::AuthorizationCode) => vec![ACCOUNT_ACCESS.to_owned()],
            (_, Flow::Device) => Vec::new(),
        }
    }
}

/// What AWS shows when it asks for consent: `sso-cp-corp`, in letters that no page can stumble over.
fn client_name(session: &SessionName) -> String {
    match session {
        SessionName::Legacy => "sso-cp".to_owned(),
        SessionName::Named(name) => {
            let plain = |letter: char| match letter {
                'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' | '.' => letter,
                _ => '-',
            };
            let name: String = name.chars().take(MAX_NAME_CHARS).map(plain).collect();
            format!("sso-cp-{name}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_have_plain_names() {
        let named = |name: &str| client_name(&SessionName::Named(name.to_owned()));
        assert_eq!(named("corp"), "sso-cp-corp");
        assert_eq!(named("my team/ä<b>"), "sso-cp-my-team---b-");
        assert_eq!(named(&"x".repeat(1000)).len(), "sso-cp-".len() + MAX_NAME_CHARS);
        assert_eq!(client_name(&SessionName::Legacy), "sso-cp");
    }
}
