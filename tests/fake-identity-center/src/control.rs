//! The `/_fake/` paths: what [`Fake`](crate::Fake) offers in process, for other processes and for shells.

use crate::answer::Answer;
use crate::request::Call;
use crate::seed::Seed;
use crate::setup::Auto;
use crate::state::State;
use serde_json::{Value, json};

pub(crate) fn answer(state: &mut State, call: &Call) -> Answer {
    let text = String::from_utf8_lossy(&call.body).trim().to_owned();
    let result = match (call.method.as_str(), call.path()) {
        ("GET", "/_fake/requests") => Ok(requests(state)),
        ("GET", "/_fake/operations") => {
            Ok(state.recorded.iter().map(|request| request.operation.as_str()).collect())
        }
        ("POST", "/_fake/script") => match state.script.add(&text) {
            Ok(()) => Ok(json!({"ok": true})),
            Err(error) => Err(error.to_string()),
        },
        ("POST", "/_fake/seed") => seed(state, &text),
        ("POST", "/_fake/auto") => auto(state, &text),
        ("POST", "/_fake/clock") => clock(state, &text),
        ("POST", "/_fake/expire") => done(state.expire_access_token(&text)),
        ("POST", "/_fake/revoke") => done(state.revoke(&text)),
        ("POST", "/_fake/clear") => {
            state.script.clear();
            state.recorded.clear();
            Ok(json!({"ok": true}))
        }
        _ => Err("no such control".to_owned()),
    };
    match result {
        Ok(value) => Answer::json(&value),
        Err(problem) => Answer { status: 400, ..Answer::json(&json!({"problem": problem})) },
    }
}

fn requests(state: &State) -> Value {
    let entry = |request: &crate::Recorded| {
        json!({
            "operation": request.operation,
            "method": request.method,
            "target": request.target,
            "headers": request.headers,
            "body": request.text(),
            "status": request.status,
        })
    };
    state.recorded.iter().map(entry).collect()
}

/// Takes nothing or `{"flow": "code|device|legacy", "accessTokenSeconds": 3600}`.
fn seed(state: &mut State, text: &str) -> Result<Value, String> {
    let wanted: Value = match text {
        "" => json!({}),
        _ => serde_json::from_str(text).map_err(|error| error.to_string())?,
    };
    let sign_in = state.seed(&Seed::from_json(&wanted)?);
    Ok(sign_in.to_json())
}

fn auto(state: &mut State, text: &str) -> Result<Value, String> {
    state.auto = Auto::from_word(text).ok_or("approve, deny or manual")?;
    Ok(json!({"ok": true}))
}

fn clock(state: &mut State, text: &str) -> Result<Value, String> {
    state.clock_offset_seconds =
        text.parse().map_err(|_| "seconds ahead of the machine's clock")?;
    Ok(json!({"ok": true}))
}

fn done(known: bool) -> Result<Value, String> {
    known.then(|| json!({"ok": true})).ok_or_else(|| "no such access token".to_owned())
}
