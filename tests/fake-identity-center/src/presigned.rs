//! Presigned URLs, checked as the services do that get them for a password. Written from the published descriptions
//! (of EKS: from what aws-iam-authenticator checks); it shares nothing with the signer that it checks.

use crate::clock::parse_amz_date;
use crate::percent::decode;
use crate::sigv4::{signature_of, sorted};
use crate::state::State;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use std::collections::HashMap;

/// The SHA-256 of nothing.
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// The one header that EKS has signed beside the host.
const CLUSTER_HEADER: &str = "x-k8s-aws-id";

/// The query parameters of every presigned URL.
const SIGNATURE: [&str; 7] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-SignedHeaders",
    "X-Amz-Security-Token",
    "X-Amz-Signature",
];

/// What a service wants of a URL.
struct Wanted<'a> {
    service: &'a str,
    region: &'a str,
    host: &'a str,
    /// The parameters beside those of the signature, with their values.
    query: &'a [(&'a str, &'a str)],
    /// Signed, and not in the URL.
    cluster: Option<&'a str>,
    /// How old a signature may be.
    life_seconds: i64,
}

/// The URL in a token of a cluster or a broker.
pub fn url_of_token(token: &str) -> Option<String> {
    let encoded = token.strip_prefix("k8s-aws-v1.").unwrap_or(token);
    String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(encoded).ok()?).ok()
}

/// The account and role of the person who made a token of a cluster.
pub(crate) fn eks(
    state: &State,
    token: &str,
    cluster: &str,
    region: &str,
) -> Result<String, String> {
    const LONGEST: usize = 4096;
    let encoded = token.strip_prefix("k8s-aws-v1.").ok_or("the token has another prefix")?;
    if token.len() > LONGEST {
        return Err("the token is too long".to_owned());
    }
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(encoded).map_err(|_| "the token is not base64url")?;
    let url = String::from_utf8(bytes).map_err(|_| "the token is not a URL")?;
    let rest = url.strip_prefix("https://").ok_or("the URL is not https")?;
    let host = format!("sts.{region}.amazonaws.com");
    let query = [("Action", "GetCallerIdentity"), ("Version", "2011-06-15")];
    let wanted = Wanted {
        service: "sts",
        region,
        host: &host,
        query: &query,
        cluster: Some(cluster),
        life_seconds: 15 * 60,
    };
    check(state, rest, &wanted)
}

/// Of a database: `host:port/?...`.
pub(crate) fn rds(
    state: &State,
    token: &str,
    host: &str,
    user: &str,
    region: &str,
) -> Result<String, String> {
    let query = [("Action", "connect"), ("DBUser", user)];
    connect(state, token, &query, host, ["rds-db", region])
}

/// Of a DSQL cluster.
pub(crate) fn dsql(
    state: &State,
    token: &str,
    host: &str,
    action: &str,
    region: &str,
) -> Result<String, String> {
    connect(state, token, &[("Action", action)], host, ["dsql", region])
}

/// Of a cache, by the name of its service.
pub(crate) fn cache(
    state: &State,
    token: &str,
    [name, user]: [&str; 2],
    serverless: bool,
    signed_for: [&str; 2],
) -> Result<String, String> {
    let mut query = vec![("Action", "connect"), ("User", user)];
    query.extend(serverless.then_some(("ResourceType", "ServerlessCache")));
    connect(state, token, &query, name, signed_for)
}

/// Of a Kafka broker.
pub(crate) fn msk(state: &State, token: &str, region: &str) -> Result<String, String> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).map_err(|_| "the token is not base64url")?;
    let url = String::from_utf8(bytes).map_err(|_| "the token is not a URL")?;
    let rest = url.strip_prefix("https://").ok_or("the URL is not https")?;
    let (signed, agent) = rest.rsplit_once("&User-Agent=").ok_or("no User-Agent at the end")?;
    if !agent.contains("%2F") {
        return Err("the User-Agent is not a name and a version".to_owned());
    }
    let host = format!("kafka.{region}.amazonaws.com");
    connect(state, signed, &[("Action", "kafka-cluster:Connect")], &host, ["kafka-cluster", region])
}

fn connect(
    state: &State,
    token: &str,
    query: &[(&str, &str)],
    host: &str,
    [service, region]: [&str; 2],
) -> Result<String, String> {
    check(state, token, &Wanted { service, region, host, query, cluster: None, life_seconds: 900 })
}

/// A URL without its scheme. Gives `account/role`.
fn check(state: &State, url: &str, wanted: &Wanted<'_>) -> Result<String, String> {
    let (host, query) = url.split_once("/?").ok_or("the path is not `/`, or there is no query")?;
    if !host.eq_ignore_ascii_case(wanted.host) {
        return Err(format!("the host is {host} and not {}", wanted.host));
    }
    let mut pairs = HashMap::new();
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').ok_or("a parameter without a value")?;
        let value = decode(value).ok_or("a value is not percent-encoded")?;
        if pairs.insert(name, value).is_some() {
            return Err(format!("{name} stands twice"));
        }
    }
    let known = |name: &str| {
        SIGNATURE.contains(&name) || wanted.query.iter().any(|(known, _)| *known == name)
    };
    if let Some(odd) = pairs.keys().find(|name| !known(name)) {
        return Err(format!("{odd} is not known"));
    }
    let get = |name: &str| pairs.get(name).map(String::as_str).ok_or(format!("{name} is missing"));
    for (name, value) in wanted.query {
        if get(name)? != *value {
            return Err(format!("{name} is {} and not {value}", get(name)?));
        }
    }
    if get("X-Amz-Algorithm")? != "AWS4-HMAC-SHA256" {
        return Err("another algorithm".to_owned());
    }
    let date = get("X-Amz-Date")?;
    let signed_at = parse_amz_date(date).ok_or("X-Amz-Date is not a date")?;
    let age = state.now() - signed_at;
    if !(-300..=wanted.life_seconds).contains(&age) {
        return Err(format!("signed {age} seconds ago"));
    }
    let expires: i64 =
        get("X-Amz-Expires")?.parse().map_err(|_| "X-Amz-Expires is not a number")?;
    if !(0..=900).contains(&expires) {
        return Err("X-Amz-Expires is out of bounds".to_owned());
    }
    let signed_headers = if wanted.cluster.is_some() { "host;x-k8s-aws-id" } else { "host" };
    if get("X-Amz-SignedHeaders")? != signed_headers {
        return Err(format!("the signed headers are not {signed_headers}"));
    }
    let credential = get("X-Amz-Credential")?;
    let (id, scope) = credential.split_once('/').ok_or("X-Amz-Credential has no scope")?;
    let (service, region, day) = (wanted.service, wanted.region, &date[..8]);
    if scope != format!("{day}/{region}/{service}/aws4_request") {
        return Err(format!("signed for {scope}"));
    }
    let key = state.keys.get(id).ok_or("the access key is not known")?;
    if get("X-Amz-Security-Token")? != key.token {
        return Err("the session token is not that of the access key".to_owned());
    }
    if key.expires_at_ms <= state.now_ms() {
        return Err("the credentials have expired".to_owned());
    }
    let (unsigned, _) =
        query.rsplit_once("&X-Amz-Signature=").ok_or("the signature is not last")?;
    let mut canonical =
        format!("GET\n/\n{}\nhost:{}\n", sorted(unsigned), host.to_ascii_lowercase());
    if let Some(cluster) = wanted.cluster {
        canonical.push_str(&format!("{CLUSTER_HEADER}:{cluster}\n"));
    }
    canonical.push_str(&format!("\n{signed_headers}\n{EMPTY}"));
    match signature_of(&canonical, date, [day, region, service], &key.secret)
        == get("X-Amz-Signature")?
    {
        true => Ok(format!("{}/{}", key.account, key.role)),
        false => Err("the signature does not match".to_owned()),
    }
}
