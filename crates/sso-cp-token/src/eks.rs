//! Kubernetes in EKS: a presigned GetCallerIdentity, which the cluster's control plane sends to STS.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sso_cp_sign::Presigned;
use sso_cp_types::Secret;
use zeroize::Zeroizing;

use crate::{Presigner, ServiceToken};

/// What every token begins with.
const PREFIX: &str = "k8s-aws-v1.";
/// The header that ties a token to one cluster. It is signed and not in the URL: the control plane adds
/// its own name when it sends the URL to STS.
const CLUSTER_HEADER: &str = "x-k8s-aws-id";
/// Looked at by very old authenticators alone, which wanted no more than this.
const EXPIRES_SECONDS: u32 = 60;
/// The control plane takes a signature of the last 15 minutes; one minute is for clocks that differ
/// (the AWS CLI's and aws-iam-authenticator's number).
const LIFE_SECONDS: u32 = 14 * 60;

impl Presigner<'_> {
    /// A token for a cluster. `sts_url` is STS's endpoint in the cluster's region, one of AWS's own:
    /// the control plane takes no other.
    pub fn eks(&self, cluster: &str, sts_url: &str) -> ServiceToken {
        self.token(token(&self.eks_url(cluster, sts_url)), LIFE_SECONDS)
    }

    pub(crate) fn eks_url(&self, cluster: &str, sts_url: &str) -> Presigned {
        let url = format!("{sts_url}/");
        let query = [("Action", "GetCallerIdentity"), ("Version", "2011-06-15")];
        self.url("sts", &url, &query, &[(CLUSTER_HEADER, cluster)], EXPIRES_SECONDS)
    }
}

fn token(presigned: &Presigned) -> Secret {
    let url = presigned.url.as_bytes();
    let length = PREFIX.len() + base64::encoded_len(url.len(), false).unwrap_or_default();
    let mut token = Zeroizing::new(String::with_capacity(length));
    token.push_str(PREFIX);
    BASE64_URL_SAFE_NO_PAD.encode_string(url, &mut token);
    Secret::new(token)
}
