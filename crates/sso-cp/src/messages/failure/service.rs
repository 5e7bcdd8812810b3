//! What a service says that was asked for a token, or about a cluster.

use sso_cp_provider::{ServiceAsked, ServiceRefused};

use crate::messages::exit_code::Class;
use crate::messages::text::shell_word;

/// Refused is what the role may not, and what does not exist; the rest is an answer of no use.
pub(super) fn class(refused: &ServiceRefused) -> Class {
    match (refused.error.code(), refused.error.status()) {
        (Some("AccessDeniedException" | "AccessDenied"), _) | (_, Some(403 | 404)) => {
            Class::Refused
        }
        _ => Class::Network,
    }
}

pub(super) fn hint(ServiceRefused { asked, error }: &ServiceRefused) -> String {
    match (error.status(), error.code().unwrap_or_default()) {
        (Some(404), _) => match asked {
            ServiceAsked::Cluster { region, .. } => format!(
                "see `aws eks list-clusters --region {}` for the clusters of the account",
                shell_word(region)
            ),
            _ => "check `--domain`, `--domain-owner` and `--region`".to_owned(),
        },
        (_, "AccessDeniedException" | "AccessDenied") => format!(
            "the role needs {}; ask the person who manages the permission set",
            match asked {
                ServiceAsked::RegistryPassword => "`ecr:GetAuthorizationToken`",
                ServiceAsked::PublicRegistryPassword => {
                    "`ecr-public:GetAuthorizationToken` and `sts:GetServiceBearerToken`"
                }
                ServiceAsked::PackageToken { .. } => {
                    "`codeartifact:GetAuthorizationToken` and `sts:GetServiceBearerToken`"
                }
                ServiceAsked::Cluster { .. } => "`eks:DescribeCluster`",
            }
        ),
        _ => "check the clock with `date -u`, and the region".to_owned(),
    }
}
