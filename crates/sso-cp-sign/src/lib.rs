//! Signature Version 4: how AWS knows who sends a request. The secret key itself never travels.
//!
//! The signature of a request stands in its headers ([`sign`]), or in its query ([`presign`]), where
//! the URL alone is good for a while and serves as a token. Both sign the same canonical form of the
//! request. The rules are AWS's own ("Create a signed AWS API request" in the IAM User Guide); the
//! exceptions of S3 are not among them.
//!
//! Values in, texts out: nothing here reads a clock, a file or the network.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests may panic"))]

#[cfg(test)]
mod botocore;
mod canonical;
mod hmac;
mod request;
#[cfg(test)]
mod tests;

use sso_cp_types::{RoleCredentials, Secret, Timestamp};
use zeroize::Zeroizing;

use crate::canonical::Canonical;
use crate::hmac::{Mac, hex, hmac, sha256};

pub use request::Request;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// Who signs.
#[derive(Debug, Clone, Copy)]
pub struct Signer<'a> {
    /// The public half of the key.
    pub access_key_id: &'a str,
    /// The half that stays here.
    pub secret_access_key: &'a Secret,
    /// What temporary credentials have beside the key, signed like everything else.
    pub session_token: Option<&'a Secret>,
}

/// What a signature is good for.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The region of the endpoint.
    pub region: &'a str,
    /// The service's name in signatures, which is not always that of its host.
    pub service: &'a str,
    /// The moment of signing; services take a request for some minutes.
    pub at: Timestamp,
}

/// A request that is signed by its headers. Beside these two it needs the session token's own,
/// `x-amz-security-token`.
pub struct Signed {
    /// `X-Amz-Date`.
    pub date: String,
    /// `Authorization`. Not a secret, but good for one request for some minutes.
    pub authorization: Zeroizing<String>,
    /// What was signed, to be held beside what a service says that it expected.
    pub steps: Steps,
}

/// A URL that holds its signature.
pub struct Presigned {
    /// The whole URL. Anyone who has it can use it until it ends.
    pub url: Zeroizing<String>,
    /// What was signed.
    pub steps: Steps,
}

/// The texts on the way to a signature. They hold the session token.
pub struct Steps {
    /// The request in its one form.
    pub canonical_request: Zeroizing<String>,
    /// Algorithm, date, scope and the digest of the canonical request.
    pub string_to_sign: Zeroizing<String>,
}

impl<'a> From<&'a RoleCredentials> for Signer<'a> {
    fn from(credentials: &'a RoleCredentials) -> Signer<'a> {
        Signer {
            access_key_id: &credentials.access_key_id,
            secret_access_key: &credentials.secret_access_key,
            session_token: Some(&credentials.session_token),
        }
    }
}

impl Request<'_> {
    /// The URL with its query, as it is sent.
    pub fn whole_url(&self) -> Zeroizing<String> {
        url_with(self.url, self.query)
    }
}

/// Signs a request by its headers.
pub fn sign(request: &Request<'_>, signer: &Signer<'_>, scope: &Scope<'_>) -> Signed {
    let date = basic(scope.at);
    let mut headers = request.headers.to_vec();
    headers.push(("x-amz-date", &date));
    let token = signer.session_token.map(|token| ("x-amz-security-token", token.expose()));
    headers.extend(token);
    let canonical = Canonical::of(request, request.query, &headers);
    let (signature, steps) = signature(&canonical.text, signer, scope, &date);
    let authorization = Zeroizing::new(format!(
        "{ALGORITHM} Credential={}/{}, SignedHeaders={}, Signature={signature}",
        signer.access_key_id,
        scope.text(&date),
        canonical.signed_headers
    ));
    Signed { date, authorization, steps }
}

/// Signs a request by its query. The result is good for `expires_seconds`, and no longer than the
/// credentials of the signer, whatever the number says.
pub fn presign(
    request: &Request<'_>,
    signer: &Signer<'_>,
    scope: &Scope<'_>,
    expires_seconds: u32,
) -> Presigned {
    let date = basic(scope.at);
    let credential = format!("{}/{}", signer.access_key_id, scope.text(&date));
    let expires = expires_seconds.to_string();
    let signed_headers = canonical::signed_headers(request.headers.iter().map(|(name, _)| *name));
    // The order of botocore; only the canonical form is sorted.
    let mut query = request.query.to_vec();
    query.extend([
        ("X-Amz-Algorithm", ALGORITHM),
        ("X-Amz-Credential", &credential),
        ("X-Amz-Date", &date),
        ("X-Amz-Expires", &expires),
        ("X-Amz-SignedHeaders", &signed_headers),
    ]);
    query.extend(signer.session_token.map(|token| ("X-Amz-Security-Token", token.expose())));
    let canonical = Canonical::of(request, &query, request.headers);
    let (signature, steps) = signature(&canonical.text, signer, scope, &date);
    query.push(("X-Amz-Signature", &signature));
    Presigned { url: url_with(request.url, &query), steps }
}

impl Scope<'_> {
    fn text(&self, date: &str) -> String {
        format!("{}/{}/{}/aws4_request", &date[..DAY_BYTES], self.region, self.service)
    }
}

/// The bytes of `20260131` at the beginning of a date.
const DAY_BYTES: usize = 8;

/// `20260131T120000Z`
fn basic(at: Timestamp) -> String {
    at.to_string().replace(['-', ':'], "")
}

fn url_with(url: &str, query: &[(&str, &str)]) -> Zeroizing<String> {
    let pairs = canonical::query(query.iter().copied());
    let mut whole = Zeroizing::new(String::with_capacity(url.len() + 1 + pairs.len()));
    whole.push_str(url);
    if !pairs.is_empty() {
        whole.push('?');
        whole.push_str(&pairs);
    }
    whole
}

fn signature(
    canonical_request: &str,
    signer: &Signer<'_>,
    scope: &Scope<'_>,
    date: &str,
) -> (String, Steps) {
    let digest = hex(&sha256(canonical_request.as_bytes())[..]);
    let to_sign = format!("{ALGORITHM}\n{date}\n{}\n{digest}", scope.text(date));
    let parts = [&date[..DAY_BYTES], scope.region, scope.service, "aws4_request", &to_sign];
    let signature = hex(&chain(signer.secret_access_key, parts)[..]);
    let canonical_request = Zeroizing::new(canonical_request.to_owned());
    (signature, Steps { canonical_request, string_to_sign: Zeroizing::new(to_sign) })
}

/// The chain of keys: each part signs the next, and the last is the text itself.
fn chain(secret_access_key: &Secret, parts: [&str; 5]) -> Mac {
    let first = Zeroizing::new(format!("AWS4{}", secret_access_key.expose()));
    let day_key = hmac(first.as_bytes(), parts[0].as_bytes());
    parts[1..].iter().fold(day_key, |key, part| hmac(&key[..], part.as_bytes()))
}
