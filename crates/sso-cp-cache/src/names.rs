//! What the files are called: the AWS CLI's three different hashes, byte for byte.
//!
//! Names are hashes only, so that no session, account or role name ever becomes part of a path.

use std::path::Path;

use sha1::{Digest, Sha1};
use sso_cp_types::push_hex;

use crate::json::push_string;

/// What a token file is named by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SessionKey<'a> {
    /// The name of an `[sso-session]` section.
    Named(&'a str),
    /// The start URL of a legacy profile, byte for byte as configured.
    Legacy {
        /// The start URL.
        start_url: &'a str,
    },
}

impl SessionKey<'_> {
    /// The SHA-1 of the bare text (botocore's token cache key), in lower-case hexadecimal.
    pub fn hash(&self) -> String {
        match self {
            SessionKey::Named(text) | SessionKey::Legacy { start_url: text } => sha1_hex(text),
        }
    }
}

/// What a role-credential file is named by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoleKey<'a> {
    /// The sign-in that gives the role.
    pub session: SessionKey<'a>,
    /// The account.
    pub account_id: &'a str,
    /// The permission set.
    pub role_name: &'a str,
    /// What else makes the credentials, of a role that account access manager gives: its file is ours alone,
    /// for the AWS CLI knows none. `None` of a role that the access portal gives.
    pub entitlement: Option<&'a str>,
}

/// Room for the text behind a role's file name, so that it need not grow.
const LONGEST_USUAL_KEY: usize = 256;

impl RoleKey<'_> {
    /// The SHA-1 of JSON with sorted keys and no blanks (botocore's SSO credential cache key).
    pub fn hash(&self) -> String {
        let mut text = String::with_capacity(LONGEST_USUAL_KEY);
        text.push_str("{\"accountId\":");
        push_string(&mut text, self.account_id);
        text.push_str(",\"roleName\":");
        push_string(&mut text, self.role_name);
        let (key, value) = match self.session {
            SessionKey::Named(name) => (",\"sessionName\":", name),
            SessionKey::Legacy { start_url } => (",\"startUrl\":", start_url),
        };
        text.push_str(key);
        push_string(&mut text, value);
        if let Some(entitlement) = self.entitlement {
            text.push_str(",\"entitlement\":");
            push_string(&mut text, entitlement);
        }
        text.push('}');
        sha1_hex(&text)
    }

    /// What a file of ours is called that the AWS CLI knows nothing of: by the session's hash too, so that a
    /// logout finds it. `None` of a role whose file it shares.
    pub(crate) fn own_name(&self) -> Option<String> {
        self.entitlement.map(|_| format!("{}-{}", self.session.hash(), self.hash()))
    }
}

/// What a client registration file is named by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegistrationKey<'a> {
    /// The sign-in that the client is for.
    pub session: SessionKey<'a>,
    /// The configured start URL.
    pub start_url: &'a str,
    /// The region of the OIDC service.
    pub region: &'a str,
    /// The configured scopes; `None` where the key is absent, which is not the same as empty.
    pub scopes: Option<&'a [String]>,
}

impl RegistrationKey<'_> {
    /// The SHA-1 of JSON with sorted keys and a blank after each separator (botocore's registration
    /// cache key).
    pub fn hash(&self) -> String {
        let mut text = String::from("{\"region\": ");
        push_string(&mut text, self.region);
        text.push_str(", \"scopes\": ");
        match self.scopes {
            None => text.push_str("null"),
            Some(scopes) => crate::json::push_list(&mut text, scopes),
        }
        text.push_str(", \"session_name\": ");
        match self.session {
            SessionKey::Named(name) => push_string(&mut text, name),
            SessionKey::Legacy { .. } => text.push_str("null"),
        }
        text.push_str(", \"startUrl\": ");
        push_string(&mut text, self.start_url);
        text.push_str(", \"tool\": \"botocore\"}");
        sha1_hex(&text)
    }
}

/// What the lock of a file that is not in our folders is named by.
pub(crate) fn hash_of_path(path: &Path) -> String {
    sha1_hex(&path.to_string_lossy())
}

pub(crate) fn sha1_hex(text: &str) -> String {
    const EXTENSION: usize = ".json".len();
    let mut hex = String::with_capacity(40 + EXTENSION);
    push_hex(&mut hex, Sha1::digest(text.as_bytes()));
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of the AWS CLI's algorithms, read where they lie.
    fn vectors() -> Option<serde_json::Value> {
        mutations::suite("cache-key-vectors.json").map(|text| serde_json::from_str(&text).unwrap())
    }

    fn session(case: &serde_json::Value, name: &str) -> (Option<String>, String) {
        let text = |key: &str| case[key].as_str().map(str::to_owned);
        (text(name), text("startUrl").unwrap_or_default())
    }

    fn key<'a>(pair: &'a (Option<String>, String)) -> SessionKey<'a> {
        match &pair.0 {
            Some(name) => SessionKey::Named(name),
            None => SessionKey::Legacy { start_url: &pair.1 },
        }
    }

    #[test]
    fn names_are_those_of_the_aws_cli() {
        let Some(vectors) = vectors() else { return };
        for case in vectors["token"].as_array().unwrap() {
            let pair = session(case, "ssoSession");
            assert_eq!(key(&pair).hash(), case["sha1"], "{case}");
        }
        for case in vectors["role_credentials"].as_array().unwrap() {
            let pair = session(case, "ssoSession");
            let role = RoleKey {
                session: key(&pair),
                account_id: case["accountId"].as_str().unwrap(),
                role_name: case["roleName"].as_str().unwrap(),
                entitlement: None,
            };
            assert_eq!(role.hash(), case["sha1"], "{case}");
        }
        for case in vectors["registration"].as_array().unwrap() {
            let pair = session(case, "session_name");
            let scopes: Option<Vec<String>> =
                serde_json::from_value(case["scopes"].clone()).unwrap();
            let registration = RegistrationKey {
                session: key(&pair),
                start_url: &pair.1,
                region: case["region"].as_str().unwrap(),
                scopes: scopes.as_deref(),
            };
            assert_eq!(registration.hash(), case["sha1"], "{case}");
        }
    }

    #[test]
    fn absent_and_empty_scopes_have_different_names() {
        let hash = |scopes| {
            let session = SessionKey::Named("my-sso");
            let start_url = "https://example.awsapps.com/start";
            RegistrationKey { session, start_url, region: "us-east-1", scopes }.hash()
        };
        assert_eq!(hash(None), "9065e9472ec6b87bbc18bb77fc3c3016d8d42df9");
        assert_eq!(hash(Some(&[])), "b5d30ef5d9ab3d80689452ae7812dd9d78c804c5");
    }
}
