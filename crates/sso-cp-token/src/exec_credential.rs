//! What Kubernetes clients ask a credential plugin, and what it answers.

use serde::Deserialize;

use crate::ServiceToken;

/// The version of the answer. A client refuses one that its kubeconfig does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExecVersion {
    /// `client.authentication.k8s.io/v1`, since Kubernetes 1.22.
    V1,
    /// `client.authentication.k8s.io/v1beta1`
    V1Beta1,
}

const GROUP: &str = "client.authentication.k8s.io/";

impl ExecVersion {
    /// What the variable `KUBERNETES_EXEC_INFO` asks for. Where it does not say, `v1beta1`, which is what
    /// the AWS CLI answers too. The error is the version that is asked for and not spoken here; empty
    /// where the variable is not a document of a client.
    pub fn of(exec_info: Option<&str>) -> Result<ExecVersion, String> {
        #[derive(Deserialize)]
        struct Info {
            #[serde(rename = "apiVersion")]
            version: String,
        }
        let Some(text) = exec_info.filter(|text| !text.is_empty()) else {
            return Ok(ExecVersion::V1Beta1);
        };
        let Ok(Info { version }) = serde_json::from_str(text) else { return Err(String::new()) };
        match version.strip_prefix(GROUP) {
            Some("v1") => Ok(ExecVersion::V1),
            Some("v1beta1") => Ok(ExecVersion::V1Beta1),
            _ => Err(version),
        }
    }

    fn name(self) -> &'static str {
        match self {
            ExecVersion::V1 => "v1",
            ExecVersion::V1Beta1 => "v1beta1",
        }
    }
}

/// The document on one line. The token is of URL-safe characters, so nothing needs an escape.
pub fn exec_credential(version: ExecVersion, token: &ServiceToken) -> zeroize::Zeroizing<String> {
    zeroize::Zeroizing::new(format!(
        "{{\"kind\":\"ExecCredential\",\"apiVersion\":\"{GROUP}{}\",\"spec\":{{}},\
         \"status\":{{\"expirationTimestamp\":\"{}\",\"token\":\"{}\"}}}}\n",
        version.name(),
        token.expires_at,
        token.token.expose()
    ))
}

#[cfg(test)]
mod tests {
    use sso_cp_types::{Secret, Timestamp};

    use super::*;

    #[test]
    fn the_version_is_the_one_that_is_asked_for() {
        let of = |info: &str| ExecVersion::of(Some(info));
        let info =
            |version| format!(r#"{{"apiVersion":"{version}","spec":{{"interactive":true}}}}"#);
        assert_eq!(ExecVersion::of(None), Ok(ExecVersion::V1Beta1));
        assert_eq!(of(""), Ok(ExecVersion::V1Beta1));
        assert_eq!(of(&info("client.authentication.k8s.io/v1")), Ok(ExecVersion::V1));
        assert_eq!(of(&info("client.authentication.k8s.io/v1beta1")), Ok(ExecVersion::V1Beta1));
        for other in ["client.authentication.k8s.io/v1alpha1", "v1", "x"] {
            assert_eq!(of(&info(other)), Err(other.to_owned()));
        }
        for broken in ["{", "[]", "{}", r#"{"apiVersion":1}"#, "v1"] {
            assert_eq!(of(broken), Err(String::new()), "{broken}");
        }
    }

    #[test]
    fn the_document_is_one_line() {
        let token = ServiceToken {
            token: Secret::new("k8s-aws-v1.aGk".to_owned()),
            expires_at: Timestamp::parse("2026-01-31T12:14:00Z").unwrap(),
        };
        assert_eq!(
            *exec_credential(ExecVersion::V1, &token),
            "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"spec\":{},\
             \"status\":{\"expirationTimestamp\":\"2026-01-31T12:14:00Z\",\"token\":\"k8s-aws-v1.aGk\"}}\n"
        );
    }
}
