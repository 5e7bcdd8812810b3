//! Our client at AWS: the one that a file holds, which the AWS CLI may have written, or a new one.

use sso_cp_cache::{Flow, RegistrationFile, RegistrationKey};
use sso_cp_config::SessionName;
use sso_cp_login::REGISTERED_REDIRECT_URI;
use sso_cp_oidc::NewClient;
use sso_cp_types::{ACCOUNT_ACCESS, ClientRegistration, Timestamp};

use super::Signing;
use crate::messages::failure::{Failure, LoginReason, cause};
use crate::session::session_key;

/// The longest session name within a client's name; nobody reads more of it.
const MAX_NAME_CHARS: usize = 64;

/// Which client will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The one that is known, if there is one.
    Any,
    /// A new one: AWS does not know the old one any more.
    New,
}

impl Signing<'_> {
    /// A client for this flow. A new one is kept for the next sign-in.
    pub(super) fn registration(
        &self,
        flow: Flow,
        wanted: Wanted,
    ) -> Result<ClientRegistration, Failure> {
        let folders = &self.context.folders;
        let key = RegistrationKey {
            session: session_key(self.session),
            start_url: &self.session.start_url,
            region: &self.portal.region,
            scopes: self.session.scopes.as_deref(),
        };
        let file = RegistrationFile::new(folders, &key);
        if wanted == Wanted::Any
            && let Some(known) = file.read(flow, Timestamp::now())
        {
            self.context.debug.tell(|| format!("client known until {}", known.expires_at));
            return Ok(known);
        }
        let scopes = self.scopes(flow);
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
        let refused = |error| LoginReason::NotRegistered { flow, error };
        let registered = self.oidc().register(new).map_err(|error| self.refusal(error, refused))?;
        self.context.debug.tell(|| format!("client registered until {}", registered.expires_at));
        let _held = self.interrupt.hold();
        if let Err(error) = file.write(folders, flow, &registered, &scopes) {
            let why = cause(&error, &self.context.files.home);
            self.context.debug.tell(|| format!("the client registration is not kept: {why}"));
        }
        Ok(registered)
    }

    /// As configured; where nothing is, the flows of the AWS CLI differ, and the files are shared.
    pub(super) fn scopes(&self, flow: Flow) -> Vec<String> {
        match (&self.session.scopes, flow) {
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
