//! What a browser sees: the authorize page, the device page and the decisions behind their buttons.

use crate::answer::{Answer, Refusal, html};
use crate::percent::encode;
use crate::request::{Call, Pairs};
use crate::setup::Auto;
use crate::state::{Client, Code, Decision, State, Ticket};

/// How long an authorization code lives (RFC 6749 section 4.1.2 allows no more).
const CODE_SECONDS: i64 = 600;

/// `GET /authorize`
///
/// A wrong client or redirect URI is shown as a page; any other mistake goes back to the client as a redirect
/// (RFC 6749 section 4.1.2.1).
pub(crate) fn authorize(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let query = call.query()?;
    let client_id = query.need("client_id")?.to_owned();
    let redirect_uri = query.need("redirect_uri")?.to_owned();
    let client =
        state.clients.get(&client_id).filter(|client| client.may_use("authorization_code"));
    let client = client.ok_or_else(|| Refusal::invalid_request("Invalid client provided"))?;
    if !client.redirect_uris.iter().any(|uri| differs_by_port_only(uri, &redirect_uri)) {
        return Err(Refusal::invalid_request("Invalid redirect URI provided"));
    }
    let client_state = query.get("state").unwrap_or_default().to_owned();
    let query = match check_parameters(client, query) {
        Ok(query) => query,
        Err(refusal) => {
            return Ok(send_error(&redirect_uri, &client_state, "invalid_request", &refusal.text));
        }
    };
    let challenge = query.need("code_challenge")?.to_owned();
    let auto = match query.get("auto") {
        Some(word) => Auto::from_word(word).unwrap_or(state.auto),
        None => state.auto,
    };
    let ticket = Ticket { client_id, redirect_uri, challenge, state: client_state };
    match auto {
        Auto::Manual => Ok(approval_page(state, ticket)),
        Auto::Approve => Ok(send_code(state, ticket)),
        Auto::Deny => Ok(send_denial(&ticket)),
    }
}

/// `auto` is ours: it lets a test decide by adding it to the URL.
fn check_parameters(client: &Client, query: Pairs) -> Result<Pairs, Refusal> {
    let query = query.only(&[
        "response_type",
        "client_id",
        "redirect_uri",
        "state",
        "code_challenge_method",
        "code_challenge",
        "scopes",
        "auto",
    ])?;
    query.need("state")?;
    if query.need("response_type")? != "code" {
        return Err(Refusal::invalid_request("response_type is not code"));
    }
    if query.need("code_challenge_method")? != "S256" {
        return Err(Refusal::invalid_request("code_challenge_method is not S256"));
    }
    let challenge = query.need("code_challenge")?;
    let base64url = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if challenge.len() != 43 || !challenge.bytes().all(base64url) {
        return Err(Refusal::invalid_request("code_challenge is not a SHA-256 in base64url"));
    }
    let scopes = query.need("scopes")?;
    match scopes.split(' ').all(|scope| client.scopes.iter().any(|known| known == scope)) {
        true => Ok(query),
        false => Err(Refusal::invalid_request("a scope was not registered")),
    }
}

/// Loopback redirect URIs match whatever their port (RFC 8252 section 7.3).
fn differs_by_port_only(registered: &str, used: &str) -> bool {
    let host_end = "http://127.0.0.1".len();
    let (Some(used_host), Some(used_rest)) = (used.get(..host_end), used.get(host_end..)) else {
        return false;
    };
    let Some((registered_host, path)) = registered.split_at_checked(host_end) else { return false };
    let Some(with_port) = used_rest.strip_prefix(':') else { return used == registered };
    let port = with_port.split('/').next().unwrap_or_default();
    let known_port = !port.starts_with('0') && port.parse::<u16>().is_ok();
    used_host == registered_host && known_port && &with_port[port.len()..] == path
}

fn approval_page(state: &mut State, ticket: Ticket) -> Answer {
    let name = state.names.ticket();
    let link =
        |decision: &str| format!("/_browser/authorize?ticket={name}&amp;decision={decision}");
    let body = format!(
        "<h1>Allow access to your data?</h1>\
         <p>Client <code>{}</code> asks for access to your AWS accounts.</p>\
         <p><a id=\"approve\" href=\"{}\">Allow access</a> <a id=\"deny\" href=\"{}\">Deny</a></p>",
        html(&ticket.client_id),
        link("approve"),
        link("deny"),
    );
    state.tickets.insert(name, ticket);
    page("Allow access", &body)
}

/// `GET /_browser/authorize`: a button of the approval page.
pub(crate) fn decide_authorize(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let query = call.query()?.only(&["ticket", "decision"])?;
    let decision = query.need("decision")?;
    let ticket = state.tickets.remove(query.need("ticket")?);
    let ticket =
        ticket.ok_or_else(|| Refusal::invalid_request("this page was already answered"))?;
    match decision {
        "approve" => Ok(send_code(state, ticket)),
        _ => Ok(send_denial(&ticket)),
    }
}

fn send_code(state: &mut State, ticket: Ticket) -> Answer {
    let code = state.names.authorization_code();
    let url =
        format!("{}?code={}&state={}", ticket.redirect_uri, encode(&code), encode(&ticket.state));
    let expires_at = state.now() + CODE_SECONDS;
    state.codes.insert(code, Code { ticket, expires_at, spent: None });
    Answer::redirect(&url)
}

fn send_denial(ticket: &Ticket) -> Answer {
    send_error(
        &ticket.redirect_uri,
        &ticket.state,
        "access_denied",
        "The person denied the request",
    )
}

fn send_error(redirect_uri: &str, state: &str, error: &str, text: &str) -> Answer {
    let text = encode(text);
    let mut url = format!("{redirect_uri}?error={error}&error_description={text}");
    if !state.is_empty() {
        url.push_str(&format!("&state={}", encode(state)));
    }
    Answer::redirect(&url)
}

/// `GET /device`: asks for the user code, or for a decision on the one in the address.
pub(crate) fn device(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let query = call.query()?.only(&["user_code"])?;
    let Some(code) = query.get("user_code") else {
        return Ok(page(
            "Authorize a device",
            "<h1>Enter the code</h1><form action=\"/device\"><input id=user_code name=user_code autofocus> \
             <button id=next>Next</button></form>",
        ));
    };
    let code = code.to_ascii_uppercase();
    device_named(state, &code)?;
    let link = |decision: &str| {
        format!("/_browser/device?user_code={}&amp;decision={decision}", encode(&code))
    };
    let body = format!(
        "<h1>Authorization requested</h1><p>Confirm this code: <b id=code>{}</b></p>\
         <p><a id=\"approve\" href=\"{}\">Confirm and allow</a> <a id=\"deny\" href=\"{}\">Deny</a></p>",
        html(&code),
        link("approve"),
        link("deny"),
    );
    Ok(page("Authorize a device", &body))
}

/// `GET /_browser/device`: a button of the device page.
pub(crate) fn decide_device(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let query = call.query()?.only(&["user_code", "decision"])?;
    let code = query.need("user_code")?.to_owned();
    let (decision, text) = match query.need("decision")? {
        "approve" => (Decision::Approved, "Request approved"),
        _ => (Decision::Denied, "Request denied"),
    };
    set_device(state, &code, decision)?;
    Ok(page(text, &format!("<h1 id=done>{text}</h1><p>You can close this page.</p>")))
}

/// Decides a pending device code.
pub(crate) fn set_device(
    state: &mut State,
    user_code: &str,
    decision: Decision,
) -> Result<(), Refusal> {
    let name = device_named(state, user_code)?;
    if let Some(device) = state.devices.get_mut(&name) {
        device.decision = decision;
    }
    Ok(())
}

/// The device code of a user code that still waits.
fn device_named(state: &State, user_code: &str) -> Result<String, Refusal> {
    let now = state.now();
    let found = state.devices.iter().find(|(_, device)| {
        device.user_code == user_code
            && device.decision == Decision::Pending
            && device.expires_at > now
    });
    match found {
        Some((name, _)) => Ok(name.clone()),
        None => Err(Refusal::invalid_request("no request waits under this code")),
    }
}

fn page(title: &str, body: &str) -> Answer {
    let style = "body{font:16px sans-serif;max-width:36em;margin:4em auto;padding:0 1em}\
                 a[id],button{display:inline-block;padding:.6em 1.2em;border:1px solid #888;border-radius:4px}";
    let text = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><style>{style}</style>\
         <body>{body}<p><small>fake-identity-center: nothing here is real.</small></p></body></html>"
    );
    Answer::new(200, "text/html; charset=utf-8", text).with_header("Cache-Control", "no-store")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_port_may_differ() {
        let registered = "http://127.0.0.1/oauth/callback";
        assert!(differs_by_port_only(registered, "http://127.0.0.1:49152/oauth/callback"));
        assert!(differs_by_port_only(registered, registered));
        for wrong in [
            "http://127.0.0.1:49152/oauth/callback/",
            "http://127.0.0.1:99999/oauth/callback",
            "http://127.0.0.1:/oauth/callback",
            "http://127.0.0.1:080/oauth/callback",
            "http://localhost:49152/oauth/callback",
            "https://127.0.0.1:49152/oauth/callback",
            "http://127.0.0.1:1@evil.example/oauth/callback",
            "http://127.0.0.1.evil.example/oauth/callback",
            "",
        ] {
            assert!(!differs_by_port_only(registered, wrong), "{wrong}");
        }
    }
}
