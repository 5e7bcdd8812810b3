//! What clients sent, for tests to look at.

use crate::request::Call;
use std::time::Instant;

/// One request as it arrived.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// `oidc.RegisterClient`, `oidc.CreateToken/refresh_token`, `portal.ListAccounts`, ...; `unknown` for other paths.
    pub operation: String,
    /// `GET`, `POST`, ...
    pub method: String,
    /// Path and query as they were sent.
    pub target: String,
    /// Header names as they were sent, values as they were sent.
    pub headers: Vec<(String, String)>,
    /// The body as it was sent.
    pub body: Vec<u8>,
    /// When the whole request had arrived.
    pub arrived: Instant,
    /// The status that was answered, as far as the client got it.
    pub status: u16,
}

impl Recorded {
    pub(crate) fn new(operation: &str, call: &Call, status: u16) -> Self {
        Self {
            operation: operation.to_owned(),
            method: call.method.clone(),
            target: call.target.clone(),
            headers: call.headers.clone(),
            body: call.body.clone(),
            arrived: call.arrived,
            status,
        }
    }

    /// The first header of that name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The target without its query, which may hold secrets.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The body as text, odd bytes replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON, null where it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}
