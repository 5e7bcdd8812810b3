//! Tokens that botocore and AWS's own helpers made, and answers that nobody should give.

use serde_json::Value;
use sso_cp_http::Reply;
use sso_cp_sign::{Presigned, Signer};
use sso_cp_types::{Secret, Timestamp};

use crate::{CacheKind, DsqlUser, Presigner, RegistryTokenFor, ServiceToken};
use crate::{cluster, codeartifact, ecr};

/// The vectors, where they are on this machine.
fn vectors() -> Option<Value> {
    mutations::suite("presign-vectors.json").map(|text| serde_json::from_str(&text).unwrap())
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_else(|| panic!("{member} in {value}"))
}

/// STS's endpoint, as the configuration would name it.
fn sts_url(expect: &Value) -> &str {
    text(expect, "url").split_once("/?").unwrap().0
}

/// What was signed and the token of a vector; `None` for a kind that is tested in `sso-cp-sign`.
fn made(presigner: &Presigner<'_>, vector: &Value) -> Option<(Presigned, ServiceToken)> {
    let inputs = &vector["inputs"];
    let member = |name| text(inputs, name);
    Some(match text(vector, "kind") {
        "eks-token" => {
            let (cluster, url) = (member("cluster"), sts_url(&vector["expect"]));
            (presigner.eks_url(cluster, url), presigner.eks(cluster, url))
        }
        "rds-token" => {
            let (host, user) = (member("hostname"), member("username"));
            let port = u16::try_from(inputs["port"].as_u64().unwrap()).unwrap();
            (presigner.rds_url(host, port, user), presigner.rds(host, port, user))
        }
        "dsql-token" => {
            let seconds = u32::try_from(inputs["expires"].as_u64().unwrap()).unwrap();
            let user = match member("action") {
                "DbConnectAdmin" => DsqlUser::Admin,
                _ => DsqlUser::Other,
            };
            let presigned = presigner.dsql_url(member("hostname"), user, seconds);
            let token = crate::presigner::without_scheme(&presigned);
            (presigned, presigner.token(token, seconds))
        }
        "elasticache-token" => {
            let (name, user) = (member("name"), member("user"));
            let kind = match inputs["serverless"].as_bool().unwrap() {
                true => CacheKind::Serverless,
                false => CacheKind::Nodes,
            };
            (presigner.elasticache_url(name, user, kind), presigner.elasticache(name, user, kind))
        }
        "memorydb-token" => {
            let (name, user) = (member("name"), member("user"));
            (presigner.memorydb_url(name, user), presigner.memorydb(name, user))
        }
        "msk-token" => (presigner.msk_url(), presigner.msk(member("user_agent"))),
        "api" | "codecommit" => return None,
        other => panic!("an unknown kind of vector: {other}"),
    })
}

#[test]
fn tokens_are_those_of_botocore_and_of_aws_s_helpers() {
    let Some(vectors) = vectors() else { return };
    let at = Timestamp::parse(text(&vectors, "time")).unwrap();
    let mut count = 0;
    for vector in vectors["vectors"].as_array().unwrap() {
        let (id, expect) = (text(vector, "id"), &vector["expect"]);
        let credentials = &vectors["credentials"][text(&vector["inputs"], "credentials")];
        let secret = Secret::new(text(credentials, "secretAccessKey").to_owned());
        let session = credentials["sessionToken"].as_str().map(|text| Secret::new(text.to_owned()));
        let presigner = Presigner {
            signer: Signer {
                access_key_id: text(credentials, "accessKeyId"),
                secret_access_key: &secret,
                session_token: session.as_ref(),
            },
            ends: Timestamp::MAX,
            region: text(&vector["inputs"], "region"),
            at,
        };
        let Some((presigned, token)) = made(&presigner, vector) else { continue };
        assert_eq!(
            *presigned.steps.canonical_request,
            text(expect, "canonical_request"),
            "{id}: the canonical request"
        );
        let to_sign = text(expect, "string_to_sign");
        assert_eq!(*presigned.steps.string_to_sign, to_sign, "{id}: the string to sign");
        assert_eq!(token.token.expose(), text(expect, "token"), "{id}: the token");
        let end = expect["expirationTimestamp"].as_str().map(str::to_owned);
        assert!(end.is_none_or(|end| end == token.expires_at.to_string()), "{id}: its end");
        let end_ms = expect["expiry_ms"].as_i64();
        let end_ms = end_ms.and_then(Timestamp::from_unix_milliseconds);
        assert!(end_ms.is_none_or(|end| end == token.expires_at), "{id}: its end");
        count += 1;
    }
    assert_eq!(count, 40, "16 calls and 4 passwords of CodeCommit are tested in `sso-cp-sign`");
}

#[test]
fn a_token_ends_with_the_credentials() {
    let at = Timestamp::parse("2026-01-31T12:00:00Z").unwrap();
    let secret = Secret::new("made/up".to_owned());
    let signer = Signer { access_key_id: "A", secret_access_key: &secret, session_token: None };
    let ends = at.plus_seconds(180);
    let presigner = Presigner { signer, ends, region: "eu-west-1", at };
    let url = "https://sts.eu-west-1.amazonaws.com";
    for token in [
        presigner.eks("demo", url),
        presigner.rds("db.example.com", 5432, "app"),
        presigner.dsql("x.dsql.eu-west-1.on.aws", DsqlUser::Other),
        presigner.elasticache("c", "u", CacheKind::Nodes),
        presigner.memorydb("c", "u"),
        presigner.msk("a/1"),
    ] {
        assert_eq!(token.expires_at, ends);
        assert!(!token.token.expose().contains(['\n', '\r']));
    }
}

fn reply(body: &str) -> Reply {
    Reply { status: 200, body: body.as_bytes().to_vec().into(), ..Reply::default() }
}

const PRIVATE: RegistryTokenFor<'_> = RegistryTokenFor::Private { account_id: "111122223333" };

/// What is wrong with an answer of ECR, or the password.
fn ecr_answer(body: &str, wanted: RegistryTokenFor<'_>) -> Result<String, String> {
    let reply = reply(body);
    let wire = reply.json().map_err(|bad| bad.to_string())?;
    let given = ecr::given(&wire, wanted, "eu-west-1").map_err(|bad| bad.to_string())?;
    Ok(format!("{} {} {}", given.user, given.password.expose(), given.end_seconds))
}

#[test]
fn ecr_s_answers_are_read_or_named() {
    let of = |data: &str| ecr_answer(&format!(r#"{{"authorizationData":{data}}}"#), PRIVATE);
    let whole = |token: &str, end: &str, server: &str| {
        of(&format!(
            r#"[{{"authorizationToken":"{token}","expiresAt":{end},"proxyEndpoint":"{server}"}}]"#
        ))
    };
    let own = "https://111122223333.dkr.ecr.eu-west-1.amazonaws.com";
    let good = "QVdTOm1hZGUtdXA="; // AWS:made-up
    assert_eq!(whole(good, "1.7E9", own), Ok("AWS made-up 1700000000".to_owned()));
    for (answer, member) in [
        (of("[]"), "authorizationData"),
        (of("{}"), "authorizationData"),
        (of("null"), "authorizationData"),
        (of("[{}]"), "authorizationToken"),
        (whole("QVdTbWFkZS11cA==", "1", own), "authorizationToken"), // no colon
        (whole("QVdTOg==", "1", own), "authorizationToken"),         // nothing behind the colon
        (whole("!!!", "1", own), "authorizationToken"),
        (whole("QVdTOmEKYg==", "1", own), "authorizationToken"), // a line break
        (whole(good, "\"soon\"", own), "expiresAt"),
        (whole(good, "null", own), "expiresAt"),
        (whole(good, "1", "https://444455556666.dkr.ecr.eu-west-1.amazonaws.com"), "proxyEndpoint"),
        (whole(good, "1", "https://111122223333.dkr.ecr.us-east-1.amazonaws.com"), "proxyEndpoint"),
        (whole(good, "1", "https://evil.example"), "proxyEndpoint"),
    ] {
        assert!(answer.as_ref().is_err_and(|error| error.contains(member)), "{answer:?}");
    }
    let public =
        r#"{"authorizationData":{"authorizationToken":"QVdTOm1hZGUtdXA=","expiresAt":1.0}}"#;
    assert_eq!(ecr_answer(public, RegistryTokenFor::Public), Ok("AWS made-up 1".to_owned()));
    assert!(ecr_answer(public, PRIVATE).is_err());
}

#[test]
fn a_cluster_that_is_being_made_has_no_endpoint() {
    let of = |body: &str| {
        let reply = reply(body);
        let wire = reply.json().unwrap();
        cluster::given(&wire).map_err(|bad| bad.to_string())
    };
    let whole = |endpoint: &str, data: &str| {
        format!(
            r#"{{"cluster":{{"arn":"arn:aws:eks:r:1:cluster/x","endpoint":{endpoint},"certificateAuthority":{{"data":{data}}}}}}}"#
        )
    };
    let pem = r#""LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t""#;
    let cluster = of(&whole("\"https://x.eks.amazonaws.com\"", pem)).unwrap();
    assert_eq!(cluster.endpoint, "https://x.eks.amazonaws.com");
    for (body, member) in [
        (whole("null", pem), "endpoint"),
        (whole("\"http://x\"", pem), "endpoint"),
        (whole("\"https://x y\"", pem), "endpoint"),
        (whole("\"https://x\"", "null"), "data"),
        (whole("\"https://x\"", "\"!\""), "data"),
        ("{}".to_owned(), "cluster"),
        (r#"{"cluster":[]}"#.to_owned(), "cluster"),
    ] {
        assert!(of(&body).is_err_and(|error| error.contains(member)), "{body}");
    }
}

const ROUNDS: u32 = 20_000;

#[test]
fn no_answer_makes_it_panic() {
    mutations::each(ROUNDS, &[
        br#"{"authorizationData":[{"authorizationToken":"QVdTOm1hZGUtdXA=","expiresAt":1.769904E9,"proxyEndpoint":"https://111122223333.dkr.ecr.eu-west-1.amazonaws.com"}]}"#,
        br#"{"authorizationData":{"authorizationToken":"QVdTOm1hZGUtdXA=","expiresAt":1769904000.5}}"#,
        br#"{"authorizationToken":"eyJ2MADEUP","expiration":1769904000.0}"#,
        br#"{"cluster":{"arn":"arn:aws:eks:r:1:cluster/x","endpoint":"https://x","certificateAuthority":{"data":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t"}}}"#,
    ], |bytes| {
        let reply = Reply { status: 200, body: bytes.to_vec().into(), ..Reply::default() };
        for wanted in [PRIVATE, RegistryTokenFor::Public] {
            if let Ok(wire) = reply.json()
                && let Ok(given) = ecr::given(&wire, wanted, "eu-west-1")
            {
                assert!(given.password.is_well_formed());
            }
        }
        let _ = reply.json().map(|wire| codeartifact::given(&wire));
        if let Ok(wire) = reply.json()
            && let Ok(cluster) = cluster::given(&wire)
        {
            assert!(cluster.endpoint.starts_with("https://"));
        }
    });
}
