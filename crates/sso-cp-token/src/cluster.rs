//! DescribeCluster of EKS: what a kubeconfig needs to know of a cluster.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use sso_cp_http::{BadReply, Method, RawValue, text};
use sso_cp_types::{RoleCredentials, percent_encode};

use crate::call::Call;
use crate::{Error, ServiceEndpoint};

/// A cluster, as a kubeconfig names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// `arn:aws:eks:eu-west-1:111122223333:cluster/demo`
    pub arn: String,
    /// The URL of its API server.
    pub endpoint: String,
    /// The certificate of its authority, PEM in base64.
    pub certificate_authority: String,
}

#[derive(Deserialize)]
pub(crate) struct Wire<'a> {
    #[serde(borrow)]
    cluster: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Inner<'a> {
    #[serde(borrow)]
    arn: Option<&'a RawValue>,
    #[serde(borrow)]
    endpoint: Option<&'a RawValue>,
    #[serde(borrow)]
    certificate_authority: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Authority<'a> {
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

impl ServiceEndpoint<'_> {
    /// DescribeCluster. `name` is one that [`crate::cluster_name`] takes.
    ///
    /// # Errors
    ///
    /// As [`sso_cp_http::Client::call`]. 403 `AccessDeniedException`: the role may not. 404
    /// `ResourceNotFoundException`: there is no such cluster in this account and region. A cluster that
    /// is still being made has no endpoint yet, which is an error too.
    pub fn cluster(&self, signer: &RoleCredentials, name: &str) -> Result<Cluster, Error> {
        let call = Call {
            method: Method::Get,
            path: &format!("/clusters/{}", percent_encode(name)),
            query: &[],
            headers: &[],
            body: None,
            service: "eks",
            awaited: "the description of the cluster",
        };
        self.call(signer, &call, |answer| {
            let wire = answer.reply.json().map_err(answer.bad)?;
            given(&wire).map_err(answer.bad)
        })
    }
}

pub(crate) fn given(wire: &Wire<'_>) -> Result<Cluster, BadReply> {
    let wrong = |field, expected| BadReply::WrongType { field, expected };
    let raw = wire.cluster.ok_or(BadReply::MissingField("cluster"))?;
    let inner: Inner<'_> =
        serde_json::from_str(raw.get()).map_err(|_| wrong("cluster", "an object"))?;
    let member = "certificateAuthority";
    let raw = inner.certificate_authority.ok_or(BadReply::MissingField(member))?;
    let authority: Authority<'_> =
        serde_json::from_str(raw.get()).map_err(|_| wrong(member, "an object"))?;
    let cluster = Cluster {
        arn: text("arn", inner.arn)?.to_string(),
        endpoint: text("endpoint", inner.endpoint)?.to_string(),
        certificate_authority: text("data", authority.data)?.to_string(),
    };
    let is_visible = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
    if !is_visible(&cluster.arn) {
        return Err(BadReply::malformed("arn"));
    }
    if !(cluster.endpoint.starts_with("https://") && is_visible(&cluster.endpoint)) {
        return Err(wrong("endpoint", "an https URL"));
    }
    let pem = BASE64_STANDARD.decode(&cluster.certificate_authority).unwrap_or_default();
    if !pem.starts_with(b"-----BEGIN") {
        return Err(wrong("data", "a certificate in base64"));
    }
    Ok(cluster)
}
