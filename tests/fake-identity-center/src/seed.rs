//! Signed-in sessions without a browser, and what the AWS CLI would have written about them.

use crate::account_access::{ASSUME_SCOPE, LIST_SCOPE};
use crate::clock::iso_date;
use crate::state::{ACCOUNT_ACCESS, NewRefresh, State, seconds};
use serde_json::{Value, json};

/// What kind of session to make.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seed {
    /// How the person signed in.
    pub flow: Flow,
    /// How long the access token still lives; 0 or less for one that is over, none for what the setup says.
    pub access_token_seconds: Option<i64>,
    /// Whether the token may be used at account access manager too.
    pub account_access: bool,
}

impl Seed {
    /// A session whose access token is over and whose refresh token is good.
    pub fn expired() -> Self {
        Self { access_token_seconds: Some(-60), ..Self::default() }
    }

    pub(crate) fn from_json(value: &Value) -> Result<Self, String> {
        let flow = match value.get("flow").and_then(Value::as_str) {
            None | Some("code") => Flow::Code,
            Some("device") => Flow::Device,
            Some("legacy") => Flow::Legacy,
            Some(_) => return Err("flow is code, device or legacy".to_owned()),
        };
        Ok(Self {
            flow,
            access_token_seconds: value.get("accessTokenSeconds").and_then(Value::as_i64),
            account_access: value.get("accountAccess").and_then(Value::as_bool).unwrap_or(false),
        })
    }
}

/// How the person signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Flow {
    /// Authorization code with PKCE.
    #[default]
    Code,
    /// Device code, with the account scope.
    Device,
    /// Device code without scopes: there is no refresh token.
    Legacy,
}

/// A live session: what a client knows after signing in. Times are Unix seconds.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields are named as the wire's members are")]
pub struct SignIn {
    pub access_token: String,
    pub access_token_expires_at: i64,
    pub refresh_token: Option<String>,
    pub client_id: String,
    pub client_secret: String,
    pub client_expires_at: i64,
    pub scopes: Vec<String>,
    pub grant_types: Option<Vec<String>>,
    pub start_url: String,
    pub region: String,
}

impl SignIn {
    /// The token file, byte for byte as the AWS CLI writes it.
    pub fn token_file(&self) -> String {
        let mut members = vec![
            ("startUrl", json!(self.start_url)),
            ("region", json!(self.region)),
            ("accessToken", json!(self.access_token)),
            ("expiresAt", json!(iso_date(self.access_token_expires_at))),
            ("clientId", json!(self.client_id)),
            ("clientSecret", json!(self.client_secret)),
            ("registrationExpiresAt", json!(iso_date(self.client_expires_at))),
        ];
        if let Some(token) = &self.refresh_token {
            members.push(("refreshToken", json!(token)));
        }
        one_line(&members)
    }

    /// The registration file, byte for byte as the AWS CLI writes it.
    pub fn registration_file(&self) -> String {
        let mut members = vec![
            ("clientId", json!(self.client_id)),
            ("clientSecret", json!(self.client_secret)),
            ("expiresAt", json!(iso_date(self.client_expires_at))),
        ];
        if !self.scopes.is_empty() {
            members.push(("scopes", json!(self.scopes)));
        }
        if let Some(grants) = &self.grant_types {
            members.push(("grantTypes", json!(grants)));
        }
        one_line(&members)
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({
            "accessToken": self.access_token,
            "expiresAt": iso_date(self.access_token_expires_at),
            "refreshToken": self.refresh_token,
            "clientId": self.client_id,
            "clientSecret": self.client_secret,
            "registrationExpiresAt": iso_date(self.client_expires_at),
            "scopes": self.scopes,
            "grantTypes": self.grant_types,
            "startUrl": self.start_url,
            "region": self.region,
            "tokenFile": self.token_file(),
            "registrationFile": self.registration_file(),
        })
    }
}

/// One line with a blank after each comma and colon, as Python writes JSON. The values are ASCII, except where a test
/// chose a start URL that is not.
fn one_line(members: &[(&str, Value)]) -> String {
    let member = |(name, value): &(&str, Value)| match value {
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(Value::to_string).collect();
            format!("\"{name}\": [{}]", items.join(", "))
        }
        _ => format!("\"{name}\": {value}"),
    };
    format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(", "))
}

impl State {
    pub(crate) fn seed(&mut self, seed: &Seed) -> SignIn {
        let account_scope = || {
            let more = [LIST_SCOPE, ASSUME_SCOPE].into_iter().filter(|_| seed.account_access);
            std::iter::once(ACCOUNT_ACCESS).chain(more).map(str::to_owned).collect()
        };
        let code_grants =
            || Some(vec!["authorization_code".to_owned(), "refresh_token".to_owned()]);
        let (scopes, grants, redirect) = match seed.flow {
            Flow::Code => {
                (account_scope(), code_grants(), vec!["http://127.0.0.1/oauth/callback".to_owned()])
            }
            Flow::Device => (account_scope(), None, Vec::new()),
            Flow::Legacy => (Vec::new(), None, Vec::new()),
        };
        let client_id = self.add_client(scopes.clone(), grants.clone(), redirect);
        let session = self.add_session();
        let lifetime =
            seed.access_token_seconds.unwrap_or(seconds(self.setup.access_token_lifetime));
        let issued = self.issue_for(session, &client_id, lifetime, NewRefresh::OfClient);
        let client = &self.clients[&client_id];
        SignIn {
            access_token: issued.access,
            access_token_expires_at: self.now() + issued.expires_in,
            refresh_token: issued.refresh,
            client_secret: client.secret.clone(),
            client_expires_at: client.expires_at,
            client_id,
            scopes,
            grant_types: grants,
            start_url: self.setup.start_url.clone(),
            region: self.setup.region.clone(),
        }
    }

    /// Ends an access token; its session lives on. Tells whether it was known.
    pub(crate) fn expire_access_token(&mut self, access_token: &str) -> bool {
        match self.access_tokens.get_mut(access_token) {
            Some(token) => {
                token.expires_at = 0;
                true
            }
            None => false,
        }
    }

    /// Ends the session of an access token, as an administrator does. Tells whether it was known.
    pub(crate) fn revoke(&mut self, access_token: &str) -> bool {
        match self.access_tokens.get(access_token).map(|token| token.session) {
            Some(session) => {
                self.end_session(session);
                true
            }
            None => false,
        }
    }
}
