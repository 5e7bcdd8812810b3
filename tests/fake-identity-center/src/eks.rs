//! EKS: the description of a cluster, and the cluster's own API server as far as `kubectl` asks it for a first look.

use crate::answer::{Answer, Refusal};
use crate::presigned;
use crate::request::Call;
use crate::sigv4::verify_for;
use crate::state::State;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

/// Where the cluster of the stand-in is.
pub(crate) const REGION: &str = "eu-west-1";

/// A certificate that nobody needs to trust, where the stand-in speaks no TLS.
const NO_CA: &str = "-----BEGIN CERTIFICATE-----\nMADEUP\n-----END CERTIFICATE-----\n";

/// `GET /clusters/NAME`
pub(crate) fn describe(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    call.no_body()?;
    call.query()?.only(&[])?;
    let signed = verify_for(state, call, "eks")?;
    let name = call.path().rsplit('/').next().unwrap_or_default();
    if name != state.setup.cluster || signed.region != REGION {
        let text = format!("No cluster found for name: {name}.");
        return Err(Refusal::new("ResourceNotFoundException", &text));
    }
    let endpoint = match &state.ca_pem {
        Some(_) => state.origin.clone(),
        None => format!("https://0123456789ABCDEF.gr7.{REGION}.eks.amazonaws.com"),
    };
    let ca = BASE64_STANDARD.encode(state.ca_pem.as_deref().unwrap_or(NO_CA));
    Ok(Answer::json(&json!({
        "cluster": {
            "name": name,
            "arn": format!("arn:aws:eks:{REGION}:{}:cluster/{name}", signed.key.account),
            "endpoint": endpoint,
            "certificateAuthority": {"data": ca},
            "status": "ACTIVE",
            "fakeExtra": null,
        },
        "fakeExtra": null,
    })))
}

/// Everything below `/api`, `/apis`, `/openapi` and `/version`.
pub(crate) fn api_server(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let header = call.header("authorization").unwrap_or_default();
    let token = header.strip_prefix("Bearer ").unwrap_or_default();
    let who = presigned::eks(state, token, &state.setup.cluster, REGION);
    let who =
        who.map_err(|problem| Refusal::new("Unauthorized", &format!("Unauthorized: {problem}")))?;
    let body = match call.path() {
        "/version" => json!({"major": "1", "minor": "33", "gitVersion": "v1.33.0-fake"}),
        "/api" => {
            json!({"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []})
        }
        "/apis" => json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": []}),
        "/api/v1" => json!({
            "kind": "APIResourceList",
            "groupVersion": "v1",
            "resources": [{
                "name": "namespaces", "singularName": "namespace", "namespaced": false, "kind": "Namespace",
                "verbs": ["get", "list"], "shortNames": ["ns"],
            }],
        }),
        "/api/v1/namespaces" => namespaces(&who),
        _ => {
            return Err(Refusal {
                status: 404,
                ..Refusal::new("NotFound", "the server could not find it")
            });
        }
    };
    Ok(Answer::json(&body))
}

/// One namespace, named after who asks, so that a test sees whose token came through.
fn namespaces(who: &str) -> Value {
    let name = who.to_ascii_lowercase().replace(['/', '_'], "-");
    json!({
        "kind": "NamespaceList",
        "apiVersion": "v1",
        "metadata": {"resourceVersion": "1"},
        "items": [{"metadata": {"name": name}, "status": {"phase": "Active"}}],
    })
}
