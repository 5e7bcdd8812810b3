//! ECR, its public sibling and CodeArtifact: a token for anyone who signs the request.

use crate::answer::{Answer, Refusal};
use crate::names::Names;
use crate::request::Call;
use crate::sigv4::verify_for;
use crate::state::State;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};

/// What every token lives.
const LIFE_SECONDS: i64 = 12 * 3600;

/// The operations of AWS's JSON 1.1 protocol, by the header that names them.
const PRIVATE: &str = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken";
const PUBLIC: &str = "SpencerFrontendService.GetAuthorizationToken";

/// The name of an operation in records and scripts.
pub(crate) fn operation(call: &Call) -> &'static str {
    match call.header("x-amz-target") {
        Some(PRIVATE) => "ecr.GetAuthorizationToken",
        Some(PUBLIC) => "ecr-public.GetAuthorizationToken",
        _ => "unknown",
    }
}

/// `POST /` with an `X-Amz-Target`
pub(crate) fn ecr(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    if call.header("content-type") != Some("application/x-amz-json-1.1") {
        return Err(invalid("The Content-Type is not application/x-amz-json-1.1"));
    }
    let body: Map<String, Value> =
        serde_json::from_slice(&call.body).map_err(|_| invalid("The body is not an object"))?;
    match call.header("x-amz-target") {
        Some(PRIVATE) => {
            if body.keys().any(|key| key != "registryIds") {
                return Err(invalid("Unknown parameter in input"));
            }
            let signed = verify_for(state, call, "ecr")?;
            let (account, region) = (signed.key.account, signed.region);
            let suffix =
                if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
            let mut data = data(state);
            data["proxyEndpoint"] = json!(format!("https://{account}.dkr.ecr.{region}.{suffix}"));
            Ok(answer(json!([data])))
        }
        Some(PUBLIC) => {
            if !body.is_empty() {
                return Err(invalid("Unknown parameter in input"));
            }
            let signed = verify_for(state, call, "ecr-public")?;
            if signed.region != "us-east-1" {
                return Err(invalid("The public registry is in us-east-1"));
            }
            let data = data(state);
            Ok(answer(data))
        }
        _ => Err(Refusal::new("UnknownOperationException", "Unknown operation")),
    }
}

fn answer(data: Value) -> Answer {
    let mut answer = Answer::json(&json!({"authorizationData": data, "fakeExtra": null}));
    answer.content_type = "application/x-amz-json-1.1".to_owned();
    answer
}

fn data(state: &mut State) -> Value {
    let password = state.add_service_token(Names::registry_password);
    let token = BASE64_STANDARD.encode(format!("AWS:{password}"));
    // With a fraction, as the service writes it.
    let ends = (state.now() + LIFE_SECONDS) as f64 + 0.5;
    json!({"authorizationToken": token, "expiresAt": ends, "fakeExtra": null})
}

/// `POST /v1/authorization-token`
pub(crate) fn codeartifact(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let query = call.query()?.only(&["domain", "domain-owner", "duration"])?;
    call.no_body()?;
    let signed = verify_for(state, call, "codeartifact")?;
    let (domain, owner) = (query.need("domain")?, query.get("domain-owner"));
    let owner = owner.unwrap_or(&signed.key.account);
    let is_known = |known: &(String, String)| known.0 == owner && known.1 == domain;
    if !state.setup.domains.iter().any(is_known) {
        let text = format!(
            "Domain not found. Domain '{domain}' owned by account '{owner}' does not exist."
        );
        return Err(Refusal::new("ResourceNotFoundException", &text));
    }
    let life = match query.get("duration") {
        None => LIFE_SECONDS,
        Some("0") => signed.key.expires_at_ms.div_euclid(1000) - state.now(),
        Some(text) => match text.parse() {
            Ok(seconds @ 900..=43_200) => seconds,
            _ => return Err(Refusal::new("ValidationException", "Invalid duration")),
        },
    };
    let token = state.add_service_token(Names::package_token);
    let ends = (state.now() + life) as f64;
    Ok(Answer::json(&json!({"authorizationToken": token, "expiration": ends, "fakeExtra": null})))
}

fn invalid(text: &str) -> Refusal {
    Refusal::new("InvalidParameterException", text)
}
