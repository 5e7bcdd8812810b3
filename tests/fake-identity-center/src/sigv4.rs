//! Checks Signature Version 4, written from the published description and sharing nothing with the signer it checks.

use crate::answer::Refusal;
use crate::clock::parse_amz_date;
use crate::percent::encode;
use crate::request::Call;
use crate::state::{RoleKey, State};
use sha2::{Digest, Sha256};

/// How far the client's clock may be off.
const SKEW_SECONDS: i64 = 300;

/// The parts of the `Authorization` header.
struct Authorization<'a> {
    key_id: &'a str,
    date: &'a str,
    region: &'a str,
    service: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
}

/// Whose credentials signed a request to STS, or why it counts as unsigned.
pub(crate) fn verify(state: &State, call: &Call) -> Result<RoleKey, Refusal> {
    verify_for(state, call, "sts").map(|signed| signed.key)
}

/// A request that is signed.
pub(crate) struct Signed {
    /// Whose credentials signed it.
    pub(crate) key: RoleKey,
    /// The region that it is signed for.
    pub(crate) region: String,
}

/// Whose credentials signed a request to a service, and for which region.
pub(crate) fn verify_for(state: &State, call: &Call, service: &str) -> Result<Signed, Refusal> {
    let header = call.header("authorization");
    let header = header.ok_or_else(|| {
        Refusal::new("MissingAuthenticationToken", "Request is missing Authentication Token")
    })?;
    let incomplete =
        || Refusal::new("IncompleteSignature", "The Authorization header is not complete");
    let authorization = parse(header).ok_or_else(incomplete)?;
    let unknown = || {
        Refusal::new(
            "InvalidClientTokenId",
            "The security token included in the request is invalid",
        )
    };
    let key = state.keys.get(authorization.key_id).ok_or_else(unknown)?;
    if call.header("x-amz-security-token") != Some(key.token.as_str()) {
        return Err(unknown());
    }
    let amz_date = call.header("x-amz-date").ok_or_else(incomplete)?;
    check_scope(&authorization, amz_date, service)?;
    check_clock(state, amz_date)?;
    check_signed_headers(&authorization, call)?;
    if signature(call, &authorization, amz_date, &key.secret).as_deref()
        != Some(authorization.signature)
    {
        return Err(mismatch(
            "The request signature we calculated does not match the signature you provided",
        ));
    }
    match key.expires_at_ms > state.now_ms() {
        true => Ok(Signed { key: key.clone(), region: authorization.region.to_owned() }),
        false => Err(Refusal::new(
            "ExpiredToken",
            "The security token included in the request is expired",
        )),
    }
}

fn mismatch(text: &str) -> Refusal {
    Refusal::new("SignatureDoesNotMatch", text)
}

fn parse(header: &str) -> Option<Authorization<'_>> {
    let rest = header.strip_prefix("AWS4-HMAC-SHA256 ")?;
    let part = |name: &str| {
        let mut parts = rest.split(',').map(str::trim_ascii);
        parts.find_map(|part| part.strip_prefix(name)?.strip_prefix('='))
    };
    let mut scope = part("Credential")?.split('/');
    let authorization = Authorization {
        key_id: scope.next()?,
        date: scope.next()?,
        region: scope.next()?,
        service: scope.next()?,
        signed_headers: part("SignedHeaders")?,
        signature: part("Signature")?,
    };
    (scope.next() == Some("aws4_request") && scope.next().is_none()).then_some(authorization)
}

fn check_scope(
    authorization: &Authorization<'_>,
    amz_date: &str,
    service: &str,
) -> Result<(), Refusal> {
    if authorization.service != service {
        return Err(mismatch(&format!(
            "Credential should be scoped to correct service: '{service}'"
        )));
    }
    if authorization.region.is_empty() {
        return Err(mismatch("Credential should be scoped to a valid region"));
    }
    match amz_date.get(..8) == Some(authorization.date) {
        true => Ok(()),
        false => Err(mismatch(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP",
        )),
    }
}

fn check_clock(state: &State, amz_date: &str) -> Result<(), Refusal> {
    let signed_at = parse_amz_date(amz_date).ok_or_else(|| {
        Refusal::new("IncompleteSignature", "Date must be in ISO-8601 'basic format'")
    })?;
    match (signed_at - state.now()).abs() <= SKEW_SECONDS {
        true => Ok(()),
        false => Err(mismatch(
            "Signature expired: the date of the request is not close to the date of the service",
        )),
    }
}

/// Host, and every header of AWS's that there is.
fn check_signed_headers(authorization: &Authorization<'_>, call: &Call) -> Result<(), Refusal> {
    let names: Vec<&str> = authorization.signed_headers.split(';').collect();
    let sorted = names.windows(2).all(|pair| pair[0] < pair[1]);
    let has = |name: &str| names.contains(&name);
    let all_of_aws = call.headers.iter().all(|(name, _)| {
        let name = name.to_ascii_lowercase();
        !name.starts_with("x-amz-") || has(&name)
    });
    match sorted && has("host") && has("x-amz-date") && has("x-amz-security-token") && all_of_aws {
        true => Ok(()),
        false => {
            Err(mismatch("'Host', 'X-Amz-Date' and 'X-Amz-Security-Token' must be signed headers"))
        }
    }
}

/// None where a signed header is not in the request.
fn signature(
    call: &Call,
    authorization: &Authorization<'_>,
    amz_date: &str,
    secret: &str,
) -> Option<String> {
    let (path, query) = call.target.split_once('?').unwrap_or((&call.target, ""));
    let (path, query) = (encoded_again(path), sorted(query));
    let mut canonical = format!("{}\n{path}\n{query}\n", call.method);
    for name in authorization.signed_headers.split(';') {
        let value = call.header(name)?.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        canonical.push_str(&format!("{name}:{value}\n"));
    }
    canonical.push_str(&format!(
        "\n{}\n{}",
        authorization.signed_headers,
        hex(&Sha256::digest(&call.body))
    ));
    let Authorization { date, region, service, .. } = authorization;
    Some(signature_of(&canonical, amz_date, [date, region, service], secret))
}

/// Every segment of the path is encoded once more.
fn encoded_again(path: &str) -> String {
    let segments: Vec<String> = path.split('/').map(encode).collect();
    segments.join("/")
}

/// By name, and then by value.
pub(crate) fn sorted(query: &str) -> String {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let mut pairs: Vec<_> = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect();
    pairs.sort_unstable();
    let texts: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    texts.join("&")
}

/// The signature of a canonical request, in hexadecimal.
pub(crate) fn signature_of(
    canonical: &str,
    amz_date: &str,
    [date, region, service]: [&str; 3],
    secret: &str,
) -> String {
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n{amz_date}\n{date}/{region}/{service}/aws4_request\n{}",
        hex(&Sha256::digest(canonical))
    );
    let mut key = hmac(format!("AWS4{secret}").as_bytes(), date.as_bytes());
    for part in [region, service, "aws4_request", to_sign.as_str()] {
        key = hmac(&key, part.as_bytes());
    }
    hex(&key)
}

/// HMAC-SHA-256 (RFC 2104).
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    const BLOCK: usize = 64;
    let mut block = [0_u8; BLOCK];
    if key.len() > BLOCK {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let pad = |with: u8| block.map(|byte| byte ^ with);
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::time::Instant;

    /// The `Authorization` header of a request that has all its other headers.
    pub(crate) fn sign(call: &Call, key_id: &str, amz_date: &str, secret: &str) -> String {
        let signed = "content-type;host;x-amz-date;x-amz-security-token";
        let unsigned = format!(
            "AWS4-HMAC-SHA256 Credential={key_id}/{}/eu-west-1/sts/aws4_request, SignedHeaders={signed}, Signature=",
            &amz_date[..8]
        );
        let signature = signature(call, &parse(&unsigned).unwrap(), amz_date, secret).unwrap();
        format!("{unsigned}{signature}")
    }

    /// The worked example of the protocol notes, computed by botocore's signer.
    #[test]
    fn botocore_example() {
        let body = "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A444455556666%3Arole%2FDeploy\
                    &RoleSessionName=sso-cp-session";
        let headers = [
            ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
            ("Host", "sts.eu-west-1.amazonaws.com"),
            ("X-Amz-Date", "20260102T030405Z"),
            ("X-Amz-Security-Token", "made-up-session-token"),
        ];
        let call = Call {
            method: "POST".to_owned(),
            target: "/".to_owned(),
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
            body: body.as_bytes().to_vec(),
            arrived: Instant::now(),
        };
        let header = "AWS4-HMAC-SHA256 Credential=ASIAEXAMPLEMADEUP000/20260102/eu-west-1/sts/aws4_request, \
                      SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, \
                      Signature=df46c98d02cb79de6d71463fabf465f2b23f7664ce56d0a862bd13e433804183";
        let authorization = parse(header).unwrap();
        let computed = signature(&call, &authorization, "20260102T030405Z", "made/up/secret");
        assert_eq!(computed.as_deref(), Some(authorization.signature));
    }

    /// RFC 4231 test cases 2 and 6 (a key longer than a block).
    #[test]
    fn hmac_vectors() {
        let short = hmac(b"Jefe", b"what do ya want for nothing?");
        assert_eq!(hex(&short), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        let long = hmac(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First");
        assert_eq!(hex(&long), "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }
}
