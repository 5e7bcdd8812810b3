//! STS: AssumeRole, GetScopedCredentials and GetCallerIdentity for the credentials that the portal gave out.

use crate::answer::{Answer, Refusal, html};
use crate::clock::iso_date;
use crate::request::{Call, Pairs};
use crate::scoping;
use crate::setup::{AssumableRole, Mfa};
use crate::sigv4::verify;
use crate::state::{RoleKey, State};
use std::time::Duration;

/// The API's version, which every request names.
const VERSION: &str = "2011-06-15";
/// What roles assumed by roles live at most.
const CHAINED_SECONDS: u64 = 3600;

/// `POST /`
pub(crate) fn action(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let content_type = call.header("content-type").unwrap_or_default();
    if !content_type.starts_with("application/x-www-form-urlencoded") {
        return Err(Refusal::new("InvalidAction", "The body is not form-encoded"));
    }
    let form = call.form().map_err(|refusal| validation(&refusal.text))?;
    let key = verify(state, call)?;
    if form.get("Version") != Some(VERSION) {
        return Err(Refusal::new("InvalidAction", "Could not find operation for this version"));
    }
    match form.get("Action") {
        Some("GetCallerIdentity") => caller_identity(state, form, &key),
        Some("AssumeRole") => assume_role(state, form),
        Some("GetScopedCredentials") => {
            let scoped = scoping::scope(state, form, &key)?;
            Ok(answer(state, "GetScopedCredentials", &scoped))
        }
        _ => Err(Refusal::new("InvalidAction", "Could not find operation")),
    }
}

fn validation(text: &str) -> Refusal {
    Refusal::new("ValidationError", text)
}

fn caller_identity(state: &mut State, form: Pairs, key: &RoleKey) -> Result<Answer, Refusal> {
    form.only(&["Action", "Version"]).map_err(|refusal| validation(&refusal.text))?;
    let result = format!(
        "<Arn>{}</Arn><UserId>{}</UserId><Account>{}</Account><FakeExtra/>",
        html(&key.arn()),
        html(&key.id()),
        key.account
    );
    Ok(answer(state, "GetCallerIdentity", &result))
}

fn assume_role(state: &mut State, form: Pairs) -> Result<Answer, Refusal> {
    let allowed = [
        "Action",
        "Version",
        "RoleArn",
        "RoleSessionName",
        "DurationSeconds",
        "ExternalId",
        "SerialNumber",
        "TokenCode",
    ];
    let form = form.only(&allowed).map_err(|refusal| validation(&refusal.text))?;
    let need = |name: &str| form.need(name).map_err(|refusal| validation(&refusal.text));
    let (arn, session) = (need("RoleArn")?, need("RoleSessionName")?);
    check_text("RoleArn", arn, 20..=2048, None)?;
    check_text("RoleSessionName", session, 2..=64, Some("_+=,.@-"))?;
    if let Some(id) = form.get("ExternalId") {
        check_text("ExternalId", id, 2..=1224, Some("_+=,.@:/-"))?;
    }
    let lifetime = lifetime(&form)?;
    let role = state.setup.assumable.iter().find(|role| role.arn == arn && trusts(role, &form));
    if role.is_none() {
        return Err(Refusal::new(
            "AccessDenied",
            "User is not authorized to perform: sts:AssumeRole on this resource",
        ));
    }
    let account = arn.split(':').nth(4).unwrap_or_default();
    let name = arn.rsplit('/').next().unwrap_or_default();
    let id = state.add_key(account, name, session, lifetime);
    let key = state.keys[&id].clone();
    let result = format!(
        "<AssumedRoleUser><AssumedRoleId>{}</AssumedRoleId><Arn>{}</Arn></AssumedRoleUser>\n\
         <Credentials><AccessKeyId>{id}</AccessKeyId><SecretAccessKey>{}</SecretAccessKey>\n\
         <SessionToken>{}</SessionToken><Expiration>{}</Expiration></Credentials>\n<FakeExtra/>",
        html(&key.id()),
        html(&key.arn()),
        html(&key.secret),
        html(&key.token),
        iso_date(key.expires_at_ms.div_euclid(1000)),
    );
    Ok(answer(state, "AssumeRole", &result))
}

fn check_text(
    name: &str,
    text: &str,
    length: std::ops::RangeInclusive<usize>,
    others: Option<&str>,
) -> Result<(), Refusal> {
    let fits = |others: &str| {
        text.chars().all(|letter| letter.is_ascii_alphanumeric() || others.contains(letter))
    };
    match length.contains(&text.len()) && others.is_none_or(fits) {
        true => Ok(()),
        false => Err(validation(&format!("Value at '{name}' failed to satisfy constraint"))),
    }
}

fn lifetime(form: &Pairs) -> Result<Duration, Refusal> {
    let Some(text) = form.get("DurationSeconds") else {
        return Ok(Duration::from_secs(CHAINED_SECONDS));
    };
    match text.parse() {
        Ok(seconds @ 900..=CHAINED_SECONDS) => Ok(Duration::from_secs(seconds)),
        Ok(3601..=43_200) => Err(validation(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
        )),
        _ => Err(validation("Value at 'durationSeconds' failed to satisfy constraint")),
    }
}

fn trusts(role: &AssumableRole, form: &Pairs) -> bool {
    let external =
        role.external_id.is_none() || role.external_id.as_deref() == form.get("ExternalId");
    let six_digits = |code: &str| code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
    let second_factor =
        form.get("SerialNumber").is_some() && form.get("TokenCode").is_some_and(six_digits);
    external && (role.mfa == Mfa::NotNeeded || second_factor)
}

fn answer(state: &mut State, action: &str, result: &str) -> Answer {
    let id = state.names.request_id();
    Answer::xml(format!(
        "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/{VERSION}/\"><{action}Result>\n{result}\n</{action}Result>\
         <ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata></{action}Response>\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup::Setup;
    use crate::sigv4::tests::sign;
    use std::time::Instant;

    const DEPLOY: &str = "Action=AssumeRole&Version=2011-06-15&RoleSessionName=ci\
                          &RoleArn=arn%3Aaws%3Aiam%3A%3A444455556666%3Arole%2FDeploy";

    fn state_with_key() -> (State, String) {
        let mut state = State::new(Setup::default(), String::new());
        let id = state.add_key("111122223333", "ReadOnly", "person", Duration::from_secs(60));
        (state, id)
    }

    fn ask(state: &mut State, id: &str, body: &str) -> Result<String, String> {
        let key = state.keys[id].clone();
        let date = iso_date(state.now()).replace(['-', ':'], "");
        let headers = [
            ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
            ("Host", "127.0.0.1"),
            ("X-Amz-Date", &date),
            ("X-Amz-Security-Token", &key.token),
        ];
        let mut call = Call {
            method: "POST".to_owned(),
            target: "/".to_owned(),
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
            body: body.as_bytes().to_vec(),
            arrived: Instant::now(),
        };
        let authorization = sign(&call, id, &date, &key.secret);
        call.headers.push(("Authorization".to_owned(), authorization));
        match action(state, &call) {
            Ok(answer) => Ok(String::from_utf8(answer.body).unwrap()),
            Err(refusal) => Err(refusal.code),
        }
    }

    #[test]
    fn roles_are_assumed_and_chained() {
        let (mut state, id) = state_with_key();
        let xml = ask(&mut state, &id, DEPLOY).unwrap();
        assert!(xml.contains("<Arn>arn:aws:sts::444455556666:assumed-role/Deploy/ci</Arn>"));
        let second =
            xml.split("<AccessKeyId>").nth(1).unwrap().split('<').next().unwrap().to_owned();
        let identity =
            ask(&mut state, &second, "Action=GetCallerIdentity&Version=2011-06-15").unwrap();
        assert!(identity.contains("<Account>444455556666</Account>"));
    }

    const SCOPE: &str = "Action=GetScopedCredentials&Version=2011-06-15";
    const POLICY: &str = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:Get*\",\"Resource\":\"*\"}]}";

    #[test]
    fn a_session_is_scoped_down_three_times() {
        let (mut state, mut id) = state_with_key();
        let body = format!("{SCOPE}&Policy={POLICY}&ScopedSessionDescription=agent%3A+read-only");
        for layer in 1..=3 {
            let xml = ask(&mut state, &id, &body).unwrap();
            assert!(xml.contains(&format!("<ScopedPoliciesCount>{layer}</")), "{xml}");
            assert!(
                xml.contains("<Arn>arn:aws:sts::111122223333:assumed-role/ReadOnly/person</Arn>")
            );
            id = xml.split("<AccessKeyId>").nth(1).unwrap().split('<').next().unwrap().to_owned();
        }
        assert_eq!(ask(&mut state, &id, &body), Err("AccessDenied".to_owned()));
        let shorter = ask(&mut state, &id, &format!("{SCOPE}&DurationSeconds=30")).unwrap();
        assert!(shorter.contains("<ScopedPoliciesCount>3</"), "a duration alone adds none");
        let identity = ask(&mut state, &id, "Action=GetCallerIdentity&Version=2011-06-15");
        assert!(identity.unwrap().contains(":assumed-role/ReadOnly/person<"), "one session");
    }

    #[test]
    fn what_cannot_be_scoped_is_refused() {
        let (mut state, id) = state_with_key();
        let long = format!("&Policy={}", "x".repeat(2049));
        let changed = |from: &str, to: &str| format!("&Policy={}", POLICY.replace(from, to));
        for (addition, code) in [
            ("", "ValidationError"),
            ("&DurationSeconds=0", "ValidationError"),
            ("&DurationSeconds=129601", "ValidationError"),
            ("&DurationSeconds=61", "InsufficientSessionLifetime"),
            ("&DurationSeconds=60&Surprise=1", "ValidationError"),
            ("&DurationSeconds=60&MinimumSessionTokenSize=4097", "ValidationError"),
            ("&DurationSeconds=60&ScopedSessionDescription=x", "ValidationError"),
            ("&DurationSeconds=60&ScopedSessionDescription=x%7F", "ValidationError"),
            ("&Policy=", "ValidationError"),
            (&long, "ValidationError"),
            ("&Policy=%E6%BC%A2", "ValidationError"),
            ("&Policy=x", "MalformedPolicyDocument"),
            ("&Policy={}", "MalformedPolicyDocument"),
            ("&Policy={\"Statement\":[]}", "MalformedPolicyDocument"),
            (&changed("Allow", "Permit"), "MalformedPolicyDocument"),
            (&changed("s3:Get*", "*:Get*"), "MalformedPolicyDocument"),
            (&changed("\"Resource\"", "\"Principal\""), "MalformedPolicyDocument"),
        ] {
            assert_eq!(
                ask(&mut state, &id, &format!("{SCOPE}{addition}")),
                Err(code.to_owned()),
                "{addition}"
            );
        }
    }

    #[test]
    fn conditions_and_limits() {
        let (mut state, id) = state_with_key();
        for (addition, code) in [
            ("&DurationSeconds=3601", "ValidationError"),
            ("&DurationSeconds=899", "ValidationError"),
            ("&Surprise=1", "ValidationError"),
            ("x", "AccessDenied"),
        ] {
            assert_eq!(ask(&mut state, &id, &format!("{DEPLOY}{addition}")), Err(code.to_owned()));
        }
        state.setup.assumable[0].external_id = Some("ext".to_owned());
        assert_eq!(ask(&mut state, &id, DEPLOY), Err("AccessDenied".to_owned()));
        assert!(ask(&mut state, &id, &format!("{DEPLOY}&ExternalId=ext")).is_ok());
        state.setup.assumable[0] =
            AssumableRole { mfa: Mfa::Needed, ..AssumableRole::new(&state.setup.assumable[0].arn) };
        assert_eq!(ask(&mut state, &id, DEPLOY), Err("AccessDenied".to_owned()));
        assert!(
            ask(&mut state, &id, &format!("{DEPLOY}&SerialNumber=arn%3Amfa&TokenCode=123456"))
                .is_ok()
        );
        state.clock_offset_seconds = 61;
        assert_eq!(ask(&mut state, &id, DEPLOY), Err("ExpiredToken".to_owned()));
    }
}
