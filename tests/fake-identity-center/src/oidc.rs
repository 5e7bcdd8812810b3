//! RegisterClient and StartDeviceAuthorization, as strict as the real service.

use crate::account_access::{ASSUME_SCOPE, LIST_SCOPE};
use crate::answer::{Answer, Refusal};
use crate::percent::encode;
use crate::request::{Call, Members};
use crate::state::{Client, Decision, Device, State, seconds};
use serde_json::json;
use std::time::Duration;

/// The device grant (RFC 8628 section 3.4).
pub(crate) const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// The only redirect URI that this portal lets public clients register; the port is left to the moment of use.
const REDIRECT_URI: &str = "http://127.0.0.1/oauth/callback";

/// `POST /client/register`
pub(crate) fn register(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let members = call.json(&[
        "clientName",
        "clientType",
        "scopes",
        "redirectUris",
        "grantTypes",
        "issuerUrl",
        "entitledApplicationArn",
    ])?;
    members.need("clientName")?;
    if members.need("clientType")? != "public" {
        return Err(Refusal::new(
            "InvalidClientMetadataException",
            "Only public clients can register",
        ));
    }
    let scopes = members.list("scopes")?.unwrap_or_default();
    check_scopes(&scopes)?;
    let grants = members.list("grantTypes")?;
    check_grants(grants.as_deref().unwrap_or_default())?;
    let redirect_uris = members.list("redirectUris")?.unwrap_or_default();
    check_redirect_uris(&redirect_uris)?;
    if grants.iter().flatten().any(|grant| grant == "authorization_code") {
        check_code_client(state, &members, &redirect_uris)?;
    }
    let id = state.add_client(scopes, grants, redirect_uris);
    Ok(registered(state, &id))
}

fn check_scopes(scopes: &[String]) -> Result<(), Refusal> {
    const FAMILIES: [&str; 3] = ["sso:", "codewhisperer:", "transform:"];
    let known = |scope: &String| {
        FAMILIES.iter().any(|family| scope.starts_with(family))
            || [LIST_SCOPE, ASSUME_SCOPE].contains(&scope.as_str())
    };
    match scopes.iter().find(|scope| !known(scope)) {
        Some(_) => Err(Refusal::new("InvalidScopeException", "Invalid scope provided")),
        None => Ok(()),
    }
}

fn check_grants(grants: &[String]) -> Result<(), Refusal> {
    let has = |wanted: &str| grants.iter().any(|grant| grant == wanted);
    let known = ["authorization_code", "refresh_token", DEVICE_GRANT];
    if grants.iter().any(|grant| !known.contains(&grant.as_str())) {
        return Err(Refusal::new("UnsupportedGrantTypeException", "Unsupported grant type"));
    }
    // The real service fails this way (seen by the mairu project).
    match has("authorization_code") && has(DEVICE_GRANT) {
        true => Err(Refusal::new("InternalServerException", "Internal Server Error")),
        false => Ok(()),
    }
}

fn check_redirect_uris(uris: &[String]) -> Result<(), Refusal> {
    match uris.iter().all(|uri| uri == REDIRECT_URI) {
        true => Ok(()),
        false => Err(Refusal::new("InvalidRedirectUriException", "Invalid redirect URI provided")),
    }
}

fn check_code_client(
    state: &State,
    members: &Members,
    redirect_uris: &[String],
) -> Result<(), Refusal> {
    if redirect_uris.is_empty() {
        return Err(Refusal::new("InvalidRedirectUriException", "redirectUris is missing"));
    }
    check_start_url(state, members.need("issuerUrl")?)
}

/// The real service forgives a slash or a hash sign at the end of a start URL, and nothing else.
fn check_start_url(state: &State, url: &str) -> Result<(), Refusal> {
    let plain = |text: &str| text.trim_end_matches(['/', '#']).to_owned();
    match plain(url) == plain(&state.setup.start_url) {
        true => Ok(()),
        false => Err(Refusal::invalid_request("Invalid start url provided")),
    }
}

fn registered(state: &State, id: &str) -> Answer {
    let client = &state.clients[id];
    Answer::json(&json!({
        "clientId": id,
        "clientSecret": client.secret,
        "clientIdIssuedAt": state.now(),
        "clientSecretExpiresAt": client.expires_at,
        "authorizationEndpoint": null,
        "tokenEndpoint": null,
        "fakeExtra": {"nested": [1, null, "x"]},
    }))
}

/// Finds the client that a request names and checks its secret.
pub(crate) fn client_of<'a>(
    state: &'a State,
    members: &Members,
) -> Result<(String, &'a Client), Refusal> {
    let id = members.need("clientId")?;
    let secret = members.need("clientSecret")?;
    let invalid = || Refusal::new("InvalidClientException", "Invalid client provided");
    let client = state.clients.get(id).ok_or_else(invalid)?;
    match client.secret == secret && client.expires_at > state.now() {
        true => Ok((id.to_owned(), client)),
        false => Err(invalid()),
    }
}

/// `POST /device_authorization`
pub(crate) fn start_device(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let members = call.json(&["clientId", "clientSecret", "startUrl"])?;
    let start_url = members.need("startUrl")?;
    let (client_id, client) = client_of(state, &members)?;
    if !client.may_use(DEVICE_GRANT) {
        return Err(Refusal::new(
            "UnauthorizedClientException",
            "This client may not use the device grant",
        ));
    }
    check_start_url(state, start_url)?;
    let code = state.names.device_code();
    let user_code = state.names.user_code();
    let lifetime = seconds(state.setup.device_code_lifetime);
    let device = Device {
        client_id,
        user_code: user_code.clone(),
        expires_at: state.now() + lifetime,
        decision: Decision::Pending,
        polls: 0,
        last_poll: None,
        interval: Duration::from_secs(state.setup.device_interval_seconds),
    };
    state.devices.insert(code.clone(), device);
    Ok(Answer::json(&json!({
        "deviceCode": code,
        "userCode": user_code,
        "verificationUri": format!("{}/device", state.origin),
        "verificationUriComplete": format!("{}/device?user_code={}", state.origin, encode(&user_code)),
        "expiresIn": lifetime,
        "interval": state.setup.device_interval_seconds,
        "fakeExtra": null,
    })))
}
