//! The request byte for byte as botocore writes it, and answers that give more than was asked for.

use serde_json::Value;
use sso_cp_http::{CallError, FORM_TYPE, Reply};
use sso_cp_sign::{Request, Scope, Signer, sign};
use sso_cp_types::Timestamp;

use super::*;
use crate::form;

const RESULT: &str = "\
    <Credentials><AccessKeyId>ASIASCOPED</AccessKeyId><SecretAccessKey>made/up/scoped</SecretAccessKey>\
    <SessionToken>made-up-scoped</SessionToken><Expiration>2126-01-31T12:15:00Z</Expiration></Credentials>\
    <SessionInfo><ScopedSessionId>AROAMADEUP:jane@example.com</ScopedSessionId>\
    <Arn>arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReadOnly_0/jane@example.com</Arn></SessionInfo>\
    <SessionTokenUtilization>27</SessionTokenUtilization><SessionTokenSize>1104</SessionTokenSize>\
    <ScopedPoliciesCount>1</ScopedPoliciesCount>";

const POLICY: GetScopedCredentials<'static> =
    GetScopedCredentials { policy: Some("{}"), duration_seconds: None, description: None };

fn signer() -> RoleCredentials {
    RoleCredentials {
        access_key_id: "ASIAFULL".to_owned(),
        secret_access_key: Secret::new("made/up".to_owned()),
        session_token: Secret::new("made-up".to_owned()),
        expires_at: Timestamp::parse("2126-01-31T12:15:00Z").unwrap(),
    }
}

/// What becomes of a result: the key, or the member that is wrong.
fn outcome(result: &str, request: &GetScopedCredentials<'_>) -> Result<String, String> {
    let body = format!(
        "<GetScopedCredentialsResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
         <GetScopedCredentialsResult>{result}</GetScopedCredentialsResult></GetScopedCredentialsResponse>"
    );
    let reply = Reply { status: 200, body: body.into_bytes().into(), ..Reply::default() };
    let bad = |problem| CallError::BadReply { problem, awaited: "a reply", request_id: None };
    let answer = Answer { texts: reply.xml().unwrap(), bad: &bad, clock_skew_seconds: None };
    let account_id = AccountId("111122223333".to_owned());
    match read(&answer, &signer(), &account_id, request) {
        Ok(credentials) => Ok(credentials.access_key_id),
        Err(CallError::BadReply {
            problem: BadReply::MissingField(field) | BadReply::WrongType { field, .. },
            ..
        }) => Err(field.to_owned()),
        Err(other) => Err(other.to_string()),
    }
}

#[test]
fn a_good_answer() {
    assert_eq!(outcome(RESULT, &POLICY).as_deref(), Ok("ASIASCOPED"));
    let silent = RESULT.replace("<ScopedPoliciesCount>1</ScopedPoliciesCount>", "");
    assert_eq!(outcome(&silent, &POLICY).as_deref(), Ok("ASIASCOPED"));
}

#[test]
fn what_gives_more_than_was_asked_for_is_named() {
    let duration = GetScopedCredentials { policy: None, duration_seconds: Some(900), ..POLICY };
    let session_info = RESULT.find("<SessionInfo>").unwrap();
    let after_it = RESULT.find("<SessionTokenUtilization>").unwrap();
    let without_session_info = format!("{}{}", &RESULT[..session_info], &RESULT[after_it..]);
    for (result, request, member) in [
        (without_session_info, &POLICY, "SessionInfo/Arn"),
        (RESULT.replace("111122223333", "444455556666"), &POLICY, "SessionInfo/Arn"),
        (RESULT.replace("arn:aws:sts", "nonsense"), &POLICY, "SessionInfo/Arn"),
        (RESULT.replace("ASIASCOPED", "ASIAFULL"), &POLICY, "AccessKeyId"),
        (RESULT.replace("T12:15:00Z", "T12:16:01Z"), &POLICY, "Expiration"),
        (RESULT.replace("2126-01-31T12:15:00Z", "soon"), &POLICY, "Expiration"),
        (RESULT.to_owned(), &duration, "Expiration"),
        (RESULT.replace(">1</Sc", ">0</Sc"), &POLICY, "ScopedPoliciesCount"),
        (RESULT.replace(">1</Sc", ">one</Sc"), &POLICY, "ScopedPoliciesCount"),
        (RESULT.replace("made-up-scoped", "made up"), &POLICY, "SessionToken"),
        (
            RESULT.replace("2126-01-31", "2026-01-31"),
            &POLICY,
            "AWS gave credentials that have already expired",
        ),
    ] {
        // The member may be spelled as the crate of nouns spells it.
        let named = outcome(&result, request).unwrap_err();
        assert!(named.eq_ignore_ascii_case(member), "{named}: {result}");
    }
    let none = RESULT.replace(">1</Sc", ">0</Sc");
    let short = RESULT.replace("2126-01-31T12:15:00Z", &in_seconds(900));
    assert!(outcome(&none, &GetScopedCredentials { policy: None, ..POLICY }).is_ok());
    assert!(outcome(&short, &duration).is_ok());
}

fn in_seconds(seconds: i64) -> String {
    Timestamp::now().plus_seconds(seconds).to_string()
}

#[test]
fn every_code_of_the_call_is_known() {
    let problem = |code: &str| {
        let body = format!("<ErrorResponse><Error><Code>{code}</Code></Error></ErrorResponse>");
        let reply = Reply { status: 400, body: body.into_bytes().into(), ..Reply::default() };
        let error = sso_cp_http::ServiceError::from_reply(&reply);
        ScopingProblem::of(&CallError::Refused { error, clock_skew_seconds: None })
    };
    for (code, expected) in [
        ("MalformedPolicyDocument", Some(ScopingProblem::Policy)),
        ("PackedPolicyTooLarge", Some(ScopingProblem::TooLarge)),
        ("InsufficientSessionLifetime", Some(ScopingProblem::Lifetime)),
        ("InvalidSubjectCredentials", Some(ScopingProblem::Subject)),
        ("AccessDenied", Some(ScopingProblem::Denied)),
        ("ExpiredToken", Some(ScopingProblem::Subject)),
        ("ValidationError", Some(ScopingProblem::Policy)),
        ("InvalidAction", Some(ScopingProblem::Unknown)),
        ("Throttling", None),
    ] {
        assert_eq!(problem(code), expected, "{code}");
    }
}

/// The vectors that botocore made, where they are on this machine.
fn vectors() -> Option<Value> {
    mutations::suite("presign-vectors.json").map(|text| serde_json::from_str(&text).unwrap())
}

#[test]
fn botocore_s_requests() {
    let Some(vectors) = vectors() else { return };
    let session = &vectors["credentials"]["session"];
    let [secret, token] = ["secretAccessKey", "sessionToken"]
        .map(|member| Secret::new(session[member].as_str().unwrap().to_owned()));
    let at = Timestamp::parse(vectors["time"].as_str().unwrap()).unwrap();
    let all = vectors["vectors"].as_array().unwrap();
    let ours: Vec<&Value> =
        all.iter().filter(|one| one["inputs"]["operation"] == "GetScopedCredentials").collect();
    assert_eq!(ours.len(), 3);
    for vector in ours {
        let (given, expect) = (&vector["inputs"]["parameters"], &vector["expect"]);
        let duration = given["DurationSeconds"].as_u64().map(|seconds| seconds.to_string());
        let request = GetScopedCredentials {
            policy: given["Policy"].as_str(),
            duration_seconds: None,
            description: given["ScopedSessionDescription"].as_str(),
        };
        let form = form(&parameters(&request, duration.as_deref()));
        assert_eq!(form, expect["body"].as_str().unwrap(), "{}", vector["id"]);
        let to_sign = Request {
            method: "POST",
            url: expect["url"].as_str().unwrap(),
            query: &[],
            headers: &[("content-type", FORM_TYPE)],
            body: &form,
        };
        let signer = Signer {
            access_key_id: "AKIDEXAMPLE",
            secret_access_key: &secret,
            session_token: Some(&token),
        };
        let region = expect["signing_region"].as_str().unwrap();
        let signed = sign(&to_sign, &signer, &Scope { region, service: "sts", at });
        assert_eq!(*signed.authorization, expect["authorization"].as_str().unwrap());
    }
}
