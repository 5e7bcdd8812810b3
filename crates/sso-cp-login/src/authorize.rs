//! The URL at which the person approves.

use sso_cp_types::{ACCOUNT_ACCESS, Secret, push_percent_encoded};
use url::Url;
use zeroize::Zeroizing;

use crate::Error;

/// Who asks, and where.
#[derive(Debug, Clone, Copy)]
pub struct Client<'a> {
    /// The OIDC endpoint in use, by region or by configuration; never from a server's reply
    /// (CVE-2025-6514 began that way). Only scheme, host and port count.
    pub oidc_endpoint: &'a str,
    /// From the client registration.
    pub client_id: &'a str,
    /// As configured; [`ACCOUNT_ACCESS`] where empty.
    pub scopes: &'a [String],
}

/// The authorize URL as the AWS CLI builds it, parameter for parameter: AWS documents neither their
/// names (it is `scopes`, not `scope`) nor how strict it is about the rest.
pub(crate) fn authorize_url(
    client: &Client<'_>,
    redirect_uri: &str,
    state: &Secret,
    challenge: &str,
) -> Result<Secret, Error> {
    let scopes = match client.scopes {
        [] => ACCOUNT_ACCESS.to_owned(),
        some => some.join(" "),
    };
    let parameters = [
        ("response_type", "code"),
        ("client_id", client.client_id),
        ("redirect_uri", redirect_uri),
        ("state", state.expose()),
        ("code_challenge_method", "S256"),
        ("scopes", &scopes),
        ("code_challenge", challenge),
    ];
    let origin = origin_of(client.oidc_endpoint)?;
    // Every byte may take three; a buffer that never grows leaves no copies of the state.
    let length: usize =
        parameters.iter().map(|(name, value)| name.len() + value.len() * 3 + 2).sum();
    let mut url = Zeroizing::new(String::with_capacity(origin.len() + 16 + length));
    url.push_str(&origin);
    url.push_str("/authorize");
    for (place, (name, value)) in parameters.iter().enumerate() {
        url.push(if place == 0 { '?' } else { '&' });
        url.push_str(name);
        url.push('=');
        push_percent_encoded(&mut url, value);
    }
    Ok(Secret::new(url))
}

/// `scheme://host[:port]`; a path in a configured endpoint is dropped, as the AWS CLI does.
fn origin_of(endpoint: &str) -> Result<String, Error> {
    match Url::parse(endpoint) {
        Ok(url) if matches!(url.scheme(), "https" | "http") => {
            Ok(url.origin().ascii_serialization())
        }
        _ => Err(Error::Endpoint { endpoint: endpoint.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REDIRECT: &str = "http://127.0.0.1:49152/oauth/callback";
    const CHALLENGE: &str = "0yYmnP4bO4rGE_A5t7N38moWM6-SEO0vHhtepQ3V1eY";

    fn url(endpoint: &str, client_id: &str, scopes: &[&str]) -> Result<String, Error> {
        let scopes: Vec<String> = scopes.iter().map(|&scope| scope.to_owned()).collect();
        let state = Secret::new("12345678-1234-4234-8234-123456789abc".to_owned());
        let client = Client { oidc_endpoint: endpoint, client_id, scopes: &scopes };
        authorize_url(&client, REDIRECT, &state, CHALLENGE).map(|url| url.expose().to_owned())
    }

    #[test]
    fn the_url_is_the_one_of_the_aws_cli() {
        let scopes = ["sso:account:access", "codewhisperer:completions"];
        assert_eq!(
            url("https://oidc.us-east-1.amazonaws.com", "made-up_client.id~1/+=", &scopes).unwrap(),
            "https://oidc.us-east-1.amazonaws.com/authorize?response_type=code\
             &client_id=made-up_client.id~1%2F%2B%3D\
             &redirect_uri=http%3A%2F%2F127.0.0.1%3A49152%2Foauth%2Fcallback\
             &state=12345678-1234-4234-8234-123456789abc\
             &code_challenge_method=S256\
             &scopes=sso%3Aaccount%3Aaccess%20codewhisperer%3Acompletions\
             &code_challenge=0yYmnP4bO4rGE_A5t7N38moWM6-SEO0vHhtepQ3V1eY"
        );
    }

    #[test]
    fn of_the_endpoint_only_scheme_host_and_port_count() {
        let begins = |endpoint: &str| url(endpoint, "id", &[]).unwrap();
        assert!(
            begins("http://127.0.0.1:8080/path?q").starts_with("http://127.0.0.1:8080/authorize?")
        );
        assert!(begins("https://u:p@h.example/").starts_with("https://h.example/authorize?"));
        assert!(begins("https://h.example").contains("&scopes=sso%3Aaccount%3Aaccess&"));
        for bad in ["", "oidc.example", "file:///etc/passwd", "javascript:alert(1)", "https://"] {
            assert!(matches!(url(bad, "id", &[]), Err(Error::Endpoint { .. })), "{bad}");
        }
    }

    #[test]
    fn everything_that_is_not_unreserved_is_encoded() {
        let url = url("https://h.example", "&scopes=x#é ", &[]).unwrap();
        assert!(url.contains("client_id=%26scopes%3Dx%23%C3%A9%20&"), "{url}");
    }
}
