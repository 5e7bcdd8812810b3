//! What a service says that was asked for a token, or about a cluster.

use std::fmt;

use sso_cp_http::CallError;

/// A service that refuses: the role may not, there is no such thing, or the request is not believed.
#[derive(Debug)]
pub struct ServiceRefused {
    /// What was asked for.
    pub asked: ServiceAsked,
    /// What the service says.
    pub error: Box<CallError>,
}

/// What a service was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServiceAsked {
    /// The password of the private registries of a region.
    RegistryPassword,
    /// The same of the public registry.
    PublicRegistryPassword,
    /// CodeArtifact's token for a domain.
    PackageToken {
        /// The domain, with its owner where that was named.
        domain: String,
        /// The region.
        region: String,
    },
    /// The description of a Kubernetes cluster.
    Cluster {
        /// The cluster.
        name: String,
        /// The region.
        region: String,
    },
}

impl fmt::Display for ServiceAsked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ServiceAsked::RegistryPassword => f.write_str("the password of the registry"),
            ServiceAsked::PublicRegistryPassword => {
                f.write_str("the password of the public registry")
            }
            ServiceAsked::PackageToken { domain, region } => {
                write!(f, "a token for the domain `{domain}` in {region}")
            }
            ServiceAsked::Cluster { name, region } => {
                write!(f, "to describe the cluster `{name}` in {region}")
            }
        }
    }
}

impl std::error::Error for ServiceRefused {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.source()
    }
}

impl fmt::Display for ServiceRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AWS refuses {}: {}", self.asked, self.error.said())
    }
}
