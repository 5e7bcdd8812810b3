//! STS's GetScopedCredentials: the same session with fewer permissions or a shorter life, at most three policies deep.

use crate::answer::{Refusal, html};
use crate::clock::iso_date;
use crate::request::Pairs;
use crate::state::{RoleKey, State};
use serde_json::Value;
use std::ops::RangeInclusive;

/// How many policies a session takes from this call.
const MAX_LAYERS: u32 = 3;
const MAX_DURATION_SECONDS: i64 = 129_600;
/// The largest token of the service, by which it tells how full ours is.
const LARGEST_TOKEN: usize = 4096;
const PARAMETERS: [&str; 6] = [
    "Action",
    "Version",
    "Policy",
    "DurationSeconds",
    "MinimumSessionTokenSize",
    "ScopedSessionDescription",
];

/// The result's members.
pub(crate) fn scope(state: &mut State, form: Pairs, caller: &RoleKey) -> Result<String, Refusal> {
    let form = form.only(&PARAMETERS).map_err(|refusal| validation(&refusal.text))?;
    let policy = form.get("Policy");
    if policy.is_none() && form.get("DurationSeconds").is_none() {
        return Err(validation("Either Policy or DurationSeconds must be specified"));
    }
    number(&form, "MinimumSessionTokenSize", 0..=4096)?;
    if let Some(text) = form.get("ScopedSessionDescription") {
        check_text("scopedSessionDescription", text, 2..=256, |letter| {
            !matches!(letter, '\u{7f}'..='\u{a0}')
        })?;
    }
    let expires_at_ms = match number(&form, "DurationSeconds", 1..=MAX_DURATION_SECONDS)? {
        Some(seconds) => end(state, caller, seconds)?,
        None => caller.expires_at_ms,
    };
    if let Some(policy) = policy {
        check_text("policy", policy, 1..=2048, |_| true)?;
        check_policy(policy)?;
        if caller.layers == MAX_LAYERS {
            return Err(Refusal::new(
                "AccessDenied",
                "The session has the largest number of scope-down policies already",
            ));
        }
    }
    let layers = caller.layers + u32::from(policy.is_some());
    let scoped = state.add_scoped_key(caller, layers, expires_at_ms);
    Ok(members(&scoped, &state.keys[&scoped]))
}

fn members(id: &str, key: &RoleKey) -> String {
    format!(
        "<Credentials><AccessKeyId>{id}</AccessKeyId><SecretAccessKey>{}</SecretAccessKey>\n\
         <SessionToken>{}</SessionToken><Expiration>{}</Expiration></Credentials>\n\
         <SessionInfo><ScopedSessionId>{}</ScopedSessionId><Arn>{}</Arn></SessionInfo>\n\
         <SessionTokenUtilization>{}</SessionTokenUtilization><SessionTokenSize>{}</SessionTokenSize>\n\
         <ScopedPoliciesCount>{}</ScopedPoliciesCount><FakeExtra/>",
        html(&key.secret),
        html(&key.token),
        iso_date(key.expires_at_ms.div_euclid(1000)),
        html(&key.id()),
        html(&key.arn()),
        key.token.len() * 100 / LARGEST_TOKEN,
        key.token.len(),
        key.layers,
    )
}

/// A life that is longer than what the session has left is refused, and not cut.
fn end(state: &State, caller: &RoleKey, seconds: i64) -> Result<i64, Refusal> {
    let end = state.now_ms() + seconds * 1000;
    match end <= caller.expires_at_ms {
        true => Ok(end),
        false => Err(Refusal::new(
            "InsufficientSessionLifetime",
            "The requested duration exceeds the remaining lifetime of the session",
        )),
    }
}

fn validation(text: &str) -> Refusal {
    Refusal::new("ValidationError", text)
}

fn number(form: &Pairs, name: &str, range: RangeInclusive<i64>) -> Result<Option<i64>, Refusal> {
    let Some(text) = form.get(name) else { return Ok(None) };
    let number = text.parse().ok().filter(|number| range.contains(number));
    let problem = || validation(&format!("Value at '{name}' failed to satisfy constraint"));
    number.map(Some).ok_or_else(problem)
}

/// The characters of Latin 1 and three blanks, as far as `may_be` has nothing against them.
fn check_text(
    name: &str,
    text: &str,
    length: RangeInclusive<usize>,
    may_be: impl Fn(char) -> bool,
) -> Result<(), Refusal> {
    let is_allowed =
        |letter| matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{ff}') && may_be(letter);
    match length.contains(&text.chars().count()) && text.chars().all(is_allowed) {
        true => Ok(()),
        false => Err(validation(&format!("Value at '{name}' failed to satisfy constraint"))),
    }
}

/// IAM's grammar of policies, as far as a session policy may use it.
fn check_policy(text: &str) -> Result<(), Refusal> {
    let malformed = |problem: &str| Refusal::new("MalformedPolicyDocument", problem);
    let policy: Value =
        serde_json::from_str(text).map_err(|_| malformed("This policy contains invalid Json"))?;
    let members = policy.as_object().ok_or_else(|| malformed("Syntax errors in policy."))?;
    let known = ["Version", "Id", "Statement"];
    if members.keys().any(|key| !known.contains(&key.as_str())) {
        return Err(malformed("Syntax errors in policy."));
    }
    let statements = match members.get("Statement") {
        Some(Value::Array(statements)) => statements.as_slice(),
        Some(one @ Value::Object(_)) => std::slice::from_ref(one),
        _ => &[],
    };
    match !statements.is_empty() && statements.iter().all(is_statement) {
        true => Ok(()),
        false => Err(malformed("Syntax errors in policy.")),
    }
}

fn is_statement(statement: &Value) -> bool {
    let Some(members) = statement.as_object() else { return false };
    let known = ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];
    let has_one_of =
        |pair: [&str; 2]| pair.iter().filter(|key| members.contains_key(**key)).count() == 1;
    members.keys().all(|key| known.contains(&key.as_str()))
        && matches!(statement["Effect"].as_str(), Some("Allow" | "Deny"))
        && has_one_of(["Action", "NotAction"])
        && has_one_of(["Resource", "NotResource"])
        && ["Action", "NotAction"].iter().all(|key| actions(&statement[*key]).all(is_action))
}

fn actions(value: &Value) -> impl Iterator<Item = &str> {
    let list = value.as_array().map_or(&[][..], Vec::as_slice);
    value.as_str().into_iter().chain(list.iter().map(|one| one.as_str().unwrap_or_default()))
}

/// `*`, or a service without wildcards and an action that may have some.
fn is_action(action: &str) -> bool {
    let is_service = |text: &str| {
        let mut letters = text.bytes();
        !text.is_empty() && letters.all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    action == "*"
        || action
            .split_once(':')
            .is_some_and(|(service, name)| is_service(service) && !name.is_empty())
}
