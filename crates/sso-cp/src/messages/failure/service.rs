//! What a service says that was asked for a token, or about a cluster.

use sso_cp_http::CallError;

use super::network::{service_words, skew_note};
use crate::messages::exit_code::Class;
use crate::messages::message::Message;
use crate::messages::text::{clean, shell_word};

/// A service that refuses.
#[derive(Debug)]
pub(crate) struct ServiceRefused {
    pub(crate) asked: Asked,
    pub(crate) error: Box<CallError>,
}

/// What it was asked for.
#[derive(Debug, Clone)]
pub(crate) enum Asked {
    /// ECR's password.
    RegistryPassword,
    /// The same of the public registry.
    PublicRegistryPassword,
    /// CodeArtifact's token for a domain.
    PackageToken { domain: String, region: String },
    /// The description of a cluster.
    Cluster { name: String, region: String },
}

impl ServiceRefused {
    /// Refused is what the role may not, and what does not exist; the rest is an answer of no use.
    pub(super) fn class(&self) -> Class {
        match (self.error.code(), self.error.status()) {
            (Some("AccessDeniedException" | "AccessDenied"), _) | (_, Some(403 | 404)) => {
                Class::Refused
            }
            _ => Class::Network,
        }
    }
}

pub(super) fn message(refused: &ServiceRefused) -> Message {
    let ServiceRefused { asked, error } = refused;
    let what = match asked {
        Asked::RegistryPassword => "the password of the registry".to_owned(),
        Asked::PublicRegistryPassword => "the password of the public registry".to_owned(),
        Asked::PackageToken { domain, region } => {
            format!("a token for the domain `{}` in {}", clean(domain), clean(region))
        }
        Asked::Cluster { name, region } => {
            format!("to describe the cluster `{}` in {}", clean(name), clean(region))
        }
    };
    let said = match &**error {
        CallError::Refused { error, .. } => service_words(error),
        other => clean(&other.to_string()),
    };
    // A sentence of AWS's own; ours have no full stop.
    let said = said.trim_end_matches('.');
    let fact = format!("AWS refuses {what}: {said}{}", skew_note(error));
    Message::new(fact, hint(asked, error))
}

fn hint(asked: &Asked, error: &CallError) -> String {
    match (error.status(), error.code().unwrap_or_default()) {
        (Some(404), _) => match asked {
            Asked::Cluster { region, .. } => format!(
                "see `aws eks list-clusters --region {}` for the clusters of the account",
                shell_word(region)
            ),
            _ => "check `--domain`, `--domain-owner` and `--region`".to_owned(),
        },
        (_, "AccessDeniedException" | "AccessDenied") => format!(
            "the role needs {}; ask whoever manages the permission set",
            match asked {
                Asked::RegistryPassword => "`ecr:GetAuthorizationToken`",
                Asked::PublicRegistryPassword => {
                    "`ecr-public:GetAuthorizationToken` and `sts:GetServiceBearerToken`"
                }
                Asked::PackageToken { .. } => {
                    "`codeartifact:GetAuthorizationToken` and `sts:GetServiceBearerToken`"
                }
                Asked::Cluster { .. } => "`eks:DescribeCluster`",
            }
        ),
        _ => "check the clock with `date -u`, and the region".to_owned(),
    }
}
