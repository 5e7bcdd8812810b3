//! Signature Version 4 of a form POST: what STS demands of every request.
//!
//! The rules are AWS's own ("Signature Version 4 signing process"). What varies between requests is
//! only the host, the path, the date, the form and the credentials, so that is all there is here.

use sso_cp_http::FORM_TYPE;
use sso_cp_types::{RoleCredentials, Timestamp, percent_encode};
use zeroize::Zeroizing;

use crate::hmac::{hex, hmac, sha256};

const SERVICE: &str = "sts";
const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// What a signature covers, in the order of the alphabet.
const SIGNED_HEADERS: &str = "content-type;host;x-amz-date;x-amz-security-token";

/// The headers that make a request a signed one, beside the session token's own.
pub(crate) struct Signed {
    /// `X-Amz-Date`.
    pub(crate) date: String,
    /// `Authorization`. No secret, but good for one request for five minutes.
    pub(crate) authorization: Zeroizing<String>,
}

/// Signs the POST of a form to a URL, which has no query.
pub(crate) fn form_post(
    signer: &RoleCredentials,
    url: &str,
    region: &str,
    form: &str,
    at: Timestamp,
) -> Signed {
    let date = at.to_string().replace(['-', ':'], "");
    let day = &date[..8];
    let scope = format!("{day}/{region}/{SERVICE}/aws4_request");
    let request = canonical_request(signer, url, form, &date);
    let request_digest = hex(&sha256(request.as_bytes())[..]);
    let to_sign = format!("{ALGORITHM}\n{date}\n{scope}\n{request_digest}");
    let signature = hex(&signature(signer, [day, region, SERVICE, "aws4_request", &to_sign])[..]);
    let authorization = Zeroizing::new(format!(
        "{ALGORITHM} Credential={}/{scope}, SignedHeaders={SIGNED_HEADERS}, Signature={signature}",
        signer.access_key_id
    ));
    Signed { date, authorization }
}

fn canonical_request(
    signer: &RoleCredentials,
    url: &str,
    form: &str,
    date: &str,
) -> Zeroizing<String> {
    let (host, path) = host_and_path(url);
    Zeroizing::new(format!(
        "POST\n{}\n\ncontent-type:{FORM_TYPE}\nhost:{host}\nx-amz-date:{date}\n\
         x-amz-security-token:{}\n\n{SIGNED_HEADERS}\n{}",
        canonical_path(path),
        signer.session_token.expose(),
        hex(&sha256(form.as_bytes())[..])
    ))
}

/// The chain of keys: each part signs the next, and the last is the text itself.
fn signature(signer: &RoleCredentials, parts: [&str; 5]) -> crate::hmac::Mac {
    let first = Zeroizing::new(format!("AWS4{}", signer.secret_access_key.expose()));
    let day_key = hmac(first.as_bytes(), parts[0].as_bytes());
    parts[1..].iter().fold(day_key, |key, part| hmac(&key[..], part.as_bytes()))
}

/// The `Host` header of a request to this URL, and its path. The configuration has checked the URL:
/// it holds no user name, no query, and no port that goes without saying.
fn host_and_path(url: &str) -> (&str, &str) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, "/"),
    }
}

/// The path encoded once more, empty segments left out: services other than S3 normalise it so.
fn canonical_path(path: &str) -> String {
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    let mut canonical: String =
        segments.map(|segment| format!("/{}", percent_encode(segment))).collect();
    if path.ends_with('/') || canonical.is_empty() {
        canonical.push('/');
    }
    canonical
}

#[cfg(test)]
mod tests {
    use sso_cp_types::Secret;

    use super::*;

    fn signer() -> RoleCredentials {
        RoleCredentials {
            access_key_id: "ASIAEXAMPLEMADEUP000".to_owned(),
            secret_access_key: Secret::new("made/up/secret".to_owned()),
            session_token: Secret::new("made-up-session-token".to_owned()),
            expires_at: Timestamp::MAX,
        }
    }

    const FORM: &str = "Action=AssumeRole&Version=2011-06-15\
                        &RoleArn=arn%3Aaws%3Aiam%3A%3A444455556666%3Arole%2FDeploy\
                        &RoleSessionName=sso-cp-session";

    /// Computed with botocore's signer.
    #[test]
    fn a_worked_example() {
        let at = Timestamp::parse("2026-01-02T03:04:05Z").unwrap();
        let url = "https://sts.eu-west-1.amazonaws.com/";
        let request = canonical_request(&signer(), url, FORM, "20260102T030405Z");
        assert_eq!(
            *request,
            "POST\n/\n\ncontent-type:application/x-www-form-urlencoded; charset=utf-8\n\
             host:sts.eu-west-1.amazonaws.com\nx-amz-date:20260102T030405Z\n\
             x-amz-security-token:made-up-session-token\n\n\
             content-type;host;x-amz-date;x-amz-security-token\n\
             206214df884f3d3070c3525671036d3e2cd81e07a24537edd583ca635eafca2a"
        );
        assert_eq!(
            hex(&sha256(request.as_bytes())[..]),
            "94e87d4af79347fd36e064cd458bdcda84cb17635ecdd8ff2e927937e416d565"
        );
        let signed = form_post(&signer(), url, "eu-west-1", FORM, at);
        assert_eq!(signed.date, "20260102T030405Z");
        assert_eq!(
            *signed.authorization,
            "AWS4-HMAC-SHA256 \
             Credential=ASIAEXAMPLEMADEUP000/20260102/eu-west-1/sts/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, \
             Signature=df46c98d02cb79de6d71463fabf465f2b23f7664ce56d0a862bd13e433804183"
        );
    }

    #[test]
    fn the_path_of_an_endpoint_of_one_s_own_is_signed_too() {
        assert_eq!(host_and_path("http://127.0.0.1:8080/svc/"), ("127.0.0.1:8080", "/svc/"));
        assert_eq!(host_and_path("https://sts.amazonaws.com"), ("sts.amazonaws.com", "/"));
        for (path, canonical) in
            [("/", "/"), ("/svc/", "/svc/"), ("/a%20b//c~/", "/a%2520b/c~/"), ("//", "/")]
        {
            assert_eq!(canonical_path(path), canonical);
        }
    }
}
