//! Account access manager: IAM roles that people may use as they are. As strict as its published model; the
//! real service has not been seen.

use crate::answer::{Answer, Refusal, default_text};
use crate::request::Call;
use crate::setup::EntitledRole;
use crate::state::State;
use serde_json::{Value, json};

/// What a token must have been given for each of the two operations.
pub(crate) const LIST_SCOPE: &str = "account_access:read_only";
pub(crate) const ASSUME_SCOPE: &str = "account_access:assume";

/// How long a role's session may be at most, where the request names no length.
const ROLE_MAXIMUM_SECONDS: i64 = 12 * 3600;

/// What a page token is made of: characters that clients must encode in a query.
const TOKEN_START: &str = "next+/=&";

/// `GET /access`. The first page is always empty and has a next one, as the service's documentation says it may.
pub(crate) fn roles(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let query = call.query()?.only(&["tenantId", "maxResults", "nextToken"]).map_err(invalid)?;
    call.no_body().map_err(invalid)?;
    check_token(state, call, LIST_SCOPE)?;
    check_tenant(state, query.need("tenantId").map_err(invalid)?)?;
    let size = match query.get("maxResults").map(str::parse) {
        None => 100,
        Some(Ok(size @ 1..=100)) => size,
        Some(_) => return Err(validation("maxResults is not between 1 and 100")),
    };
    let entitled = &state.setup.entitled;
    let (start, end) = match query.get("nextToken") {
        None => (0, 0),
        Some(token) => {
            let start = token.strip_prefix(TOKEN_START).and_then(|text| text.parse().ok());
            let start: usize = start
                .filter(|start| *start <= entitled.len())
                .ok_or_else(|| validation("Invalid nextToken"))?;
            (start, entitled.len().min(start + size.min(state.setup.page_size)))
        }
    };
    let is_last = end >= entitled.len() && query.get("nextToken").is_some();
    let next = (!is_last).then(|| format!("{TOKEN_START}{end}"));
    let roles: Vec<Value> = entitled[start..end].iter().map(entry).collect();
    Ok(Answer::json(&json!({"roles": roles, "nextToken": next, "fakeExtra": null})))
}

/// `GET /access/credentials`
pub(crate) fn credentials(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let known = ["tenantId", "roleArn", "accessType", "sessionName", "sessionDuration"];
    let query = call.query()?.only(&known).map_err(invalid)?;
    call.no_body().map_err(invalid)?;
    check_token(state, call, ASSUME_SCOPE)?;
    let need = |name| query.need(name).map_err(invalid);
    check_tenant(state, need("tenantId")?)?;
    if need("accessType")? != "PROGRAMMATIC_ACCESS" {
        return Err(validation("accessType is not PROGRAMMATIC_ACCESS"));
    }
    let session_name = query.get("sessionName").unwrap_or("person@example.com");
    let is_letter = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    if !(2..=64).contains(&session_name.len()) || !session_name.chars().all(is_letter) {
        return Err(validation("sessionName does not match its pattern"));
    }
    let seconds = match query.get("sessionDuration").map(str::parse) {
        None => ROLE_MAXIMUM_SECONDS,
        Some(Ok(seconds @ 900..=43_200)) => seconds,
        Some(_) => return Err(validation("sessionDuration is not between 900 and 43200")),
    };
    let arn = need("roleArn")?;
    let role = state.setup.entitled.iter().find(|role| role.role_arn == arn);
    let Some(role) = role.cloned() else {
        let text = "You are not entitled to this role";
        return Err(Refusal::new("AccessDeniedException", text));
    };
    let name = arn.rsplit('/').next().unwrap_or_default();
    let life = std::time::Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
    let id = state.add_key(&role.account_id, name, session_name, life);
    let key = &state.keys[&id];
    Ok(Answer::json(&json!({
        "credentialsDetails": {
            "programmaticAccess": {
                "accessKeyId": id,
                "secretAccessKey": key.secret,
                "sessionToken": key.token,
                // Seconds with a fraction: its protocol's own form.
                "expiresAt": key.expires_at_ms as f64 / 1000.0,
                "fakeExtra": null,
            },
        },
        "fakeExtra": null,
    })))
}

fn entry(role: &EntitledRole) -> Value {
    let mut entry =
        json!({"accountId": role.account_id, "roleArn": role.role_arn, "fakeExtra": null});
    if let Some(name) = &role.account_name {
        entry["accountName"] = json!(name);
    }
    entry
}

/// The bearer token of RFC 6750, which is the sign-in's; the portal's own header means nothing here.
fn check_token(state: &State, call: &Call, scope: &str) -> Result<(), Refusal> {
    let unauthorized = || {
        let code = "UnauthorizedException";
        Refusal::new(code, &default_text(code))
    };
    if call.header("x-amz-sso_bearer_token").is_some() {
        return Err(validation("the portal's header has no meaning here"));
    }
    let token = call.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
    let token = token.ok_or_else(unauthorized)?;
    state.session_of(token).ok_or_else(unauthorized)?;
    match state.scopes_of(token).iter().any(|given| given == scope) {
        true => Ok(()),
        false => Err(Refusal::new("AccessDeniedException", "The token lacks a scope")),
    }
}

fn check_tenant(state: &State, id: &str) -> Result<(), Refusal> {
    match id == state.setup.tenant {
        true => Ok(()),
        false => Err(validation("There is no such tenant")),
    }
}

fn validation(text: &str) -> Refusal {
    Refusal::new("ValidationException", text)
}

fn invalid(refusal: Refusal) -> Refusal {
    validation(&refusal.text)
}
