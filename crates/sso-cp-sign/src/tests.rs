//! Signatures that others computed: AWS's own examples, and botocore's.

use serde_json::Value;
use sso_cp_types::{Secret, Timestamp};

use super::*;

const KEY: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const FORM_TYPE: &str = "application/x-www-form-urlencoded";

/// A request of AWS's test suite for this signature, and what the suite says of it.
struct Example {
    name: &'static str,
    method: &'static str,
    path: &'static str,
    content_type: Option<&'static str>,
    token: Option<&'static str>,
    body: &'static str,
    signed_headers: &'static str,
    signature: &'static str,
}

const VANILLA: Example = Example {
    name: "vanilla",
    method: "GET",
    path: "/",
    content_type: None,
    token: None,
    body: "",
    signed_headers: "host;x-amz-date",
    signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
};

/// Of the suite, what could go wrong here: the form in both spellings of its type, a session token that
/// is signed and one that is added afterwards, a path to normalise, and nothing special at all.
const EXAMPLES: [Example; 7] = [
    VANILLA,
    Example { name: "relative path", path: "/example1/example2/../..", ..VANILLA },
    Example {
        name: "doubled slashes",
        path: "//example//",
        signature: "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84",
        ..VANILLA
    },
    Example {
        name: "form",
        method: "POST",
        content_type: Some(FORM_TYPE),
        body: "Param1=value1",
        signed_headers: "content-type;host;x-amz-date",
        signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        ..VANILLA
    },
    Example {
        name: "form with a character set",
        method: "POST",
        content_type: Some("application/x-www-form-urlencoded; charset=utf8"),
        body: "Param1=value1",
        signed_headers: "content-type;host;x-amz-date",
        signature: "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe",
        ..VANILLA
    },
    Example {
        name: "session token before signing",
        method: "POST",
        token: Some(
            "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==",
        ),
        signed_headers: "host;x-amz-date;x-amz-security-token",
        signature: "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
        ..VANILLA
    },
    Example {
        name: "session token after signing",
        method: "POST",
        signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        ..VANILLA
    },
];

#[test]
fn aws_s_own_examples() {
    let secret = Secret::new(SECRET.to_owned());
    for example in EXAMPLES {
        let token = example.token.map(|token| Secret::new(token.to_owned()));
        let headers: Vec<_> =
            example.content_type.map(|kind| ("content-type", kind)).into_iter().collect();
        let request = Request {
            method: example.method,
            url: &format!("https://example.amazonaws.com{}", example.path),
            query: &[],
            headers: &headers,
            body: example.body,
        };
        let signer = Signer {
            access_key_id: KEY,
            secret_access_key: &secret,
            session_token: token.as_ref(),
        };
        let at = Timestamp::parse("2015-08-30T12:36:00Z").unwrap();
        let scope = Scope { region: "us-east-1", service: "service", at };
        let signed = sign(&request, &signer, &scope);
        assert_eq!(
            *signed.authorization,
            format!(
                "AWS4-HMAC-SHA256 Credential={KEY}/20150830/us-east-1/service/aws4_request, \
                 SignedHeaders={}, Signature={}",
                example.signed_headers, example.signature
            ),
            "{}: {}",
            example.name,
            *signed.steps.canonical_request
        );
    }
}

/// The vectors that botocore made, where they are on this machine.
fn vectors() -> Option<Value> {
    mutations::suite("presign-vectors.json").map(|text| serde_json::from_str(&text).unwrap())
}

/// Vectors of one kind, with the name of each.
fn of_kind<'a>(vectors: &'a Value, kind: &str) -> Vec<(&'a str, &'a Value)> {
    let all = vectors["vectors"].as_array().unwrap().iter();
    let of_kind = all.filter(|vector| vector["kind"] == kind);
    of_kind.map(|vector| (vector["id"].as_str().unwrap(), vector)).collect()
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_else(|| panic!("{member} in {value}"))
}

/// Calls of services, signed by their headers. The tokens are tested beside `sso-cp-token`.
#[test]
fn botocore_s_requests() {
    let Some(vectors) = vectors() else { return };
    let calls = of_kind(&vectors, "api");
    assert_eq!(calls.len(), 16);
    let secret =
        Secret::new(text(&vectors["credentials"]["session"], "secretAccessKey").to_owned());
    let token = Secret::new(text(&vectors["credentials"]["session"], "sessionToken").to_owned());
    let at = Timestamp::parse(text(&vectors, "time")).unwrap();
    for (id, vector) in calls {
        let expect = &vector["expect"];
        let (url, query) = text(expect, "url").split_once('?').unwrap_or((text(expect, "url"), ""));
        let query: Vec<(&str, &str)> =
            query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        let ours = ["host", "x-amz-date", "x-amz-security-token"];
        let headers: Vec<(&str, &str)> = expect["headers"]
            .as_object()
            .unwrap()
            .iter()
            .filter(|(name, _)| !ours.contains(&name.as_str()))
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
            .collect();
        let request = Request {
            method: text(expect, "method"),
            url,
            query: &query,
            headers: &headers,
            body: text(expect, "body"),
        };
        let signer =
            Signer { access_key_id: KEY, secret_access_key: &secret, session_token: Some(&token) };
        let scope = Scope {
            region: text(expect, "signing_region"),
            service: text(expect, "signing_name"),
            at,
        };
        let signed = sign(&request, &signer, &scope);
        assert_eq!(*signed.steps.canonical_request, text(expect, "canonical_request"), "{id}");
        assert_eq!(*signed.steps.string_to_sign, text(expect, "string_to_sign"), "{id}");
        assert_eq!(*signed.authorization, text(expect, "authorization"), "{id}");
        assert_eq!(*request.whole_url(), text(expect, "url"), "{id}");
    }
}

/// CodeCommit's passwords, which no command of ours makes: their canonical request is none of a
/// service, but the chain of keys is the same, over the date without its `Z`.
#[test]
fn botocore_s_keys() {
    let Some(vectors) = vectors() else { return };
    let passwords = of_kind(&vectors, "codecommit");
    assert_eq!(passwords.len(), 4);
    let secret = Secret::new(SECRET.to_owned());
    for (id, vector) in passwords {
        let (inputs, expect) = (&vector["inputs"], &vector["expect"]);
        let (host, repository) = (text(inputs, "host"), text(inputs, "repository"));
        let request = format!("GIT\n/v1/repos/{repository}\n\nhost:{host}\n\nhost\n");
        assert_eq!(request, text(expect, "canonical_request"), "{id}");
        let region = text(inputs, "region");
        let to_sign = format!(
            "{ALGORITHM}\n20260131T120000\n20260131/{region}/codecommit/aws4_request\n{}",
            hex(&sha256(request.as_bytes())[..])
        );
        assert_eq!(to_sign, text(expect, "string_to_sign"), "{id}");
        let signature =
            chain(&secret, ["20260131", region, "codecommit", "aws4_request", &to_sign]);
        let password = format!("20260131T120000Z{}", hex(&signature[..]));
        assert_eq!(password, text(expect, "password"), "{id}");
    }
}
