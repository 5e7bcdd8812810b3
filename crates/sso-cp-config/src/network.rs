//! How the network is to be reached: certificate authorities and proxies, by the variables that
//! curl and botocore read.

use std::path::{Path, PathBuf};

use crate::{Env, keys};

/// A setting and the variable or key that it came from, for messages.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Named<T> {
    /// The value.
    pub value: T,
    /// `AWS_CA_BUNDLE`, `https_proxy`, ...
    pub name: &'static str,
}

/// What the configuration says about the network.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Network {
    /// A PEM file that replaces the system's certificate authorities.
    pub ca_bundle: Option<Named<PathBuf>>,
    /// Whether the bundled certificate authorities count where there is no such file: `SSO_CP_BUNDLED_ROOTS`.
    pub bundled_roots: bool,
    /// The proxy for https URLs. There is none for http: only this machine is spoken to without TLS.
    pub https_proxy: Option<Named<String>>,
    /// Hosts that are reached without a proxy.
    pub no_proxy: Option<String>,
}

impl Network {
    /// Reads the variables. `ca_bundle` is the profile's key, which loses to `AWS_CA_BUNDLE` and
    /// wins over `SSL_CERT_FILE`.
    pub fn read(env: &Env, home: &Path, ca_bundle: Option<&Path>) -> Network {
        let file = |name: &'static str| {
            let path = env.raw(name)?;
            Some(Named { value: env.expand(path.as_ref(), home), name })
        };
        let from_profile =
            || ca_bundle.map(|path| Named { value: path.to_owned(), name: keys::CA_BUNDLE });
        let first = |names: [&'static str; 2]| {
            names.into_iter().find_map(|name| Some(Named { value: env.text(name)?, name }))
        };
        Network {
            ca_bundle: file("AWS_CA_BUNDLE")
                .or_else(from_profile)
                .or_else(|| file("SSL_CERT_FILE")),
            bundled_roots: env.text("SSO_CP_BUNDLED_ROOTS").is_some_and(|on| on != "0"),
            https_proxy: first(["https_proxy", "HTTPS_PROXY"]),
            no_proxy: first(["no_proxy", "NO_PROXY"]).map(|named| named.value),
        }
    }
}
