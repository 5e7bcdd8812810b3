//! The access portal: role credentials, accounts, roles and the end of a session.

use crate::answer::{Answer, Refusal, default_text};
use crate::request::{Call, Pairs};
use crate::setup::Account;
use crate::state::State;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// `GET /federation/credentials`
pub(crate) fn role_credentials(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let query = call.query()?.only(&["role_name", "account_id"])?;
    call.no_body()?;
    let (role, account) = (query.need("role_name")?, query.need("account_id")?);
    session_of(state, call)?;
    let known = account_of(state, account)?;
    if !known.roles.iter().any(|name| name == role) {
        return Err(Refusal::new("ForbiddenException", &default_text("ForbiddenException")));
    }
    let lifetime = state.setup.credential_lifetime;
    // The role that a permission set becomes in its account.
    let iam_role = format!("AWSReservedSSO_{role}_0123456789abcdef");
    let id = state.add_key(account, &iam_role, "person@example.com", lifetime);
    let key = &state.keys[&id];
    Ok(Answer::json(&json!({
        "roleCredentials": {
            "accessKeyId": id,
            "secretAccessKey": key.secret,
            "sessionToken": key.token,
            "expiration": key.expires_at_ms,
            "fakeExtra": null,
        },
        "fakeExtra": {"nested": [1, null, "x"]},
    })))
}

/// `GET /assignment/accounts`
pub(crate) fn accounts(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let query = call.query()?.only(&["max_result", "next_token"])?;
    call.no_body()?;
    session_of(state, call)?;
    let entries: Vec<Value> = state.setup.accounts.iter().map(account_entry).collect();
    page(&query, entries, "accountList", state.setup.page_size)
}

/// `GET /assignment/roles`
pub(crate) fn account_roles(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let query = call.query()?.only(&["account_id", "max_result", "next_token"])?;
    call.no_body()?;
    let id = query.need("account_id")?;
    session_of(state, call)?;
    let roles = account_of(state, id)?.roles.iter();
    let entries = roles.map(|role| json!({"roleName": role, "accountId": id, "fakeExtra": null}));
    page(&query, entries.collect(), "roleList", state.setup.page_size)
}

/// `POST /logout`: the session's access and refresh tokens die.
pub(crate) fn logout(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    call.query()?.only(&[])?;
    call.no_body()?;
    let session = session_of(state, call)?;
    state.end_session(session);
    Ok(Answer::new(200, "application/json", ""))
}

/// Refuses what comes faster than the setup allows.
pub(crate) fn throttle(state: &mut State, at: Instant) -> Result<(), Refusal> {
    let Some(limit) = state.setup.portal_requests_per_second else { return Ok(()) };
    let arrivals = &mut state.portal_arrivals;
    while arrivals.front().is_some_and(|first| at.duration_since(*first) > Duration::from_secs(1)) {
        arrivals.pop_front();
    }
    if arrivals.len() >= limit {
        return Err(Refusal::new("TooManyRequestsException", "Rate exceeded"));
    }
    arrivals.push_back(at);
    Ok(())
}

/// The session of the bearer header, which all portal calls need.
fn session_of(state: &State, call: &Call) -> Result<usize, Refusal> {
    let session = call.header("x-amz-sso_bearer_token").and_then(|token| state.session_of(token));
    session.ok_or_else(|| {
        let code = "UnauthorizedException";
        Refusal::new(code, &default_text(code))
    })
}

fn account_of<'a>(state: &'a State, id: &str) -> Result<&'a Account, Refusal> {
    let found = state.setup.accounts.iter().find(|account| account.id == id);
    found.ok_or_else(|| Refusal::new("ResourceNotFoundException", "Account not found"))
}

fn account_entry(account: &Account) -> Value {
    let mut entry = json!({"accountId": account.id, "fakeExtra": null});
    if let Some(name) = &account.name {
        entry["accountName"] = json!(name);
    }
    if let Some(email) = &account.email {
        entry["emailAddress"] = json!(email);
    }
    entry
}

/// What stands around the offset in a page token: characters that clients must encode in a query.
const TOKEN_START: &str = "next+/=&";

/// Cuts one page out of all entries.
fn page(
    query: &Pairs,
    entries: Vec<Value>,
    member: &str,
    default_size: usize,
) -> Result<Answer, Refusal> {
    let size = match query.get("max_result") {
        None => default_size,
        Some(text) => match text.parse() {
            Ok(size @ 1..=100) => size,
            _ => return Err(Refusal::invalid_request("max_result is not between 1 and 100")),
        },
    };
    let start = match query.get("next_token") {
        None => 0,
        Some(token) => {
            let offset = token.strip_prefix(TOKEN_START).and_then(|text| text.strip_suffix('='));
            let offset =
                offset.and_then(|text| text.parse().ok()).filter(|offset| *offset < entries.len());
            offset.ok_or_else(|| Refusal::invalid_request("Invalid next_token"))?
        }
    };
    let end = entries.len().min(start.saturating_add(size));
    let next = (end < entries.len()).then(|| format!("{TOKEN_START}{end}="));
    Ok(Answer::json(&json!({"nextToken": next, member: entries[start..end], "fakeExtra": null})))
}
