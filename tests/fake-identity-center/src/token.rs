//! CreateToken: the three grants.

use crate::answer::{Answer, Refusal, default_text};
use crate::oidc::{DEVICE_GRANT, client_of};
use crate::request::{Call, Members};
use crate::setup::{Auto, RefreshTokens};
use crate::state::{Decision, Issued, NewRefresh, State};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::time::{Duration, Instant};

/// What RFC 8628 section 3.5 adds to the interval with each `slow_down`.
const SLOW_DOWN_STEP: Duration = Duration::from_secs(5);

/// `POST /token`
pub(crate) fn create(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let members = call.json(&[
        "clientId",
        "clientSecret",
        "grantType",
        "deviceCode",
        "code",
        "codeVerifier",
        "redirectUri",
        "refreshToken",
        "scope",
    ])?;
    let grant = members.need("grantType")?;
    let (client_id, client) = client_of(state, &members)?;
    if !["authorization_code", "refresh_token", DEVICE_GRANT].contains(&grant) {
        return Err(Refusal::new("UnsupportedGrantTypeException", "Unsupported grant type"));
    }
    if !client.may_use(grant) {
        return Err(Refusal::new(
            "UnauthorizedClientException",
            "This client may not use this grant",
        ));
    }
    let issued = match grant {
        "authorization_code" => exchange_code(state, &members, &client_id)?,
        "refresh_token" => refresh(state, &members, &client_id)?,
        _ => poll_device(state, &members, &client_id, call.arrived)?,
    };
    Ok(token_answer(&issued))
}

fn token_answer(issued: &Issued) -> Answer {
    let mut body = json!({
        "accessToken": issued.access,
        "tokenType": "Bearer",
        "expiresIn": issued.expires_in,
        "idToken": null,
        "issuedTokenType": null,
        "originSessionId": null,
        "aws_sso_app_session_id": null,
        "fakeExtra": {"nested": [1, null, "x"]},
    });
    if let Some(refresh) = &issued.refresh {
        body["refreshToken"] = json!(refresh);
    }
    Answer::json(&body)
}

fn invalid_grant(text: &str) -> Refusal {
    Refusal::new("InvalidGrantException", text)
}

/// Checks a code against everything that it was bound to. A second use ends the session that the first one
/// started (RFC 6749 section 4.1.2).
fn exchange_code(state: &mut State, members: &Members, client_id: &str) -> Result<Issued, Refusal> {
    let code_text = members.need("code")?;
    let verifier = members.need("codeVerifier")?;
    let redirect_uri = members.need("redirectUri")?;
    let now = state.now();
    let code = state.codes.get(code_text).ok_or_else(|| invalid_grant("Invalid grant provided"))?;
    if let Some(session) = code.spent {
        state.end_session(session);
        return Err(invalid_grant("The authorization code was used before"));
    }
    if code.expires_at <= now {
        return Err(invalid_grant("The authorization code has expired"));
    }
    if code.ticket.client_id != client_id {
        return Err(invalid_grant("The authorization code belongs to another client"));
    }
    if code.ticket.redirect_uri != redirect_uri {
        return Err(invalid_grant("The redirect URI is not the one of the authorize request"));
    }
    if !verifier_fits(verifier, &code.ticket.challenge) {
        return Err(invalid_grant("The code verifier does not fit the challenge"));
    }
    let session = state.add_session();
    if let Some(code) = state.codes.get_mut(code_text) {
        code.spent = Some(session);
    }
    Ok(state.issue(session, client_id, NewRefresh::OfClient))
}

/// RFC 7636 sections 4.1 and 4.6.
fn verifier_fits(verifier: &str, challenge: &str) -> bool {
    let shape = (43..=128).contains(&verifier.len())
        && verifier.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
    shape && URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == challenge
}

fn refresh(state: &mut State, members: &Members, client_id: &str) -> Result<Issued, Refusal> {
    let token = members.need("refreshToken")?;
    let dead = || invalid_grant(&default_text("InvalidGrantException"));
    let known = state.refresh_tokens_issued.get(token).ok_or_else(dead)?;
    let session = known.session;
    if known.client_id != client_id || !state.session_lives(session) {
        return Err(dead());
    }
    let new = match state.refresh_tokens {
        RefreshTokens::SingleUse => {
            state.refresh_tokens_issued.remove(token);
            NewRefresh::OfClient
        }
        RefreshTokens::OldStaysValid => NewRefresh::OfClient,
        RefreshTokens::NotReturned => NewRefresh::None,
    };
    Ok(state.issue(session, client_id, new))
}

fn poll_device(
    state: &mut State,
    members: &Members,
    client_id: &str,
    at: Instant,
) -> Result<Issued, Refusal> {
    let code = members.need("deviceCode")?;
    let (auto, pending_polls, now) = (state.auto, state.setup.pending_polls, state.now());
    let device = state.devices.get_mut(code).filter(|device| device.client_id == client_id);
    let device = device.ok_or_else(|| invalid_grant("Invalid grant provided"))?;
    if device.expires_at <= now {
        return Err(Refusal::new("ExpiredTokenException", "The device code has expired"));
    }
    // A tenth of slack, because timers and networks are not exact.
    let too_fast =
        device.last_poll.is_some_and(|last| at.duration_since(last) < device.interval.mul_f32(0.9));
    device.last_poll = Some(at);
    if too_fast {
        device.interval += SLOW_DOWN_STEP;
        return Err(Refusal::new("SlowDownException", "Polled faster than the interval"));
    }
    device.polls += 1;
    if device.decision == Decision::Pending && device.polls > pending_polls {
        device.decision = match auto {
            Auto::Manual => Decision::Pending,
            Auto::Approve => Decision::Approved,
            Auto::Deny => Decision::Denied,
        };
    }
    match device.decision {
        Decision::Pending => {
            let code = "AuthorizationPendingException";
            Err(Refusal::new(code, &default_text(code)))
        }
        Decision::Denied => {
            Err(Refusal::new("AccessDeniedException", "The person denied the request"))
        }
        Decision::Spent => Err(invalid_grant("Invalid grant provided")),
        Decision::Approved => {
            device.decision = Decision::Spent;
            let session = state.add_session();
            Ok(state.issue(session, client_id, NewRefresh::OfClient))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_7636_example_fits() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert!(verifier_fits(verifier, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
        assert!(!verifier_fits("short", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
    }
}
