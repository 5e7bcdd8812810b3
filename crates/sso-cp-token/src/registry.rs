//! Registries of container images, by the names of their hosts.

use crate::host::is_region_of_aws;

/// Where the tokens of the public registry come from, wherever one is.
pub const PUBLIC_REGION: &str = "us-east-1";

/// The hosts of the public registry; the second has IPv6 addresses too.
const PUBLIC_HOSTS: [&str; 2] = ["public.ecr.aws", "ecr-public.aws.com"];

/// What follows the region in the host of a private registry, by partition; those with IPv6 addresses
/// have a spelling of their own.
const SUFFIXES: [&str; 7] = [
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "c2s.ic.gov",
    "sc2s.sgov.gov",
    "cloud.adc-e.uk",
    "csp.hci.ic.gov",
];
const DUAL_STACK_SUFFIXES: [&str; 2] = ["on.aws", "on.amazonwebservices.com.cn"];

/// A registry of ECR.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Registry {
    /// An account's own, in one region.
    Private {
        /// The account.
        account_id: String,
        /// The region.
        region: String,
        /// Whether its host is one with validated cryptography.
        fips: bool,
        /// Whether its host has IPv6 addresses too.
        dual_stack: bool,
    },
    /// `public.ecr.aws`
    Public,
}

impl Registry {
    /// Reads what Docker calls a server: a host, with or without a scheme, a port and a path. `None`
    /// where it is not a registry of ECR.
    pub fn of_server(server: &str) -> Option<Registry> {
        let server = server.trim().to_ascii_lowercase();
        let rest = server.strip_prefix("https://").or_else(|| server.strip_prefix("http://"));
        let host = rest.unwrap_or(&server).split('/').next().unwrap_or_default();
        let host = match host.split_once(':') {
            Some((host, port)) => {
                let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
                is_port.then_some(host)?
            }
            None => host,
        };
        if PUBLIC_HOSTS.contains(&host) {
            return Some(Registry::Public);
        }
        private(host)
    }
}

/// `111122223333.dkr.ecr.us-east-1.amazonaws.com`, `111122223333.dkr-ecr.us-east-1.on.aws`; with
/// `-fips` after `ecr` too.
fn private(host: &str) -> Option<Registry> {
    let (account_id, rest) = host.split_once('.')?;
    let is_account = account_id.len() == 12 && account_id.bytes().all(|byte| byte.is_ascii_digit());
    let rest = rest.strip_prefix("dkr.ecr").or_else(|| rest.strip_prefix("dkr-ecr"))?;
    let (fips, rest) = rest.strip_prefix("-fips").map_or((false, rest), |rest| (true, rest));
    let (region, suffix) = rest.strip_prefix('.')?.split_once('.')?;
    let dual_stack = DUAL_STACK_SUFFIXES.contains(&suffix);
    let is_good =
        is_account && is_region_of_aws(region) && (dual_stack || SUFFIXES.contains(&suffix));
    is_good.then(|| Registry::Private {
        account_id: account_id.to_owned(),
        region: region.to_owned(),
        fips,
        dual_stack,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(server: &str) -> Option<(String, String, bool, bool)> {
        match Registry::of_server(server)? {
            Registry::Private { account_id, region, fips, dual_stack } => {
                Some((account_id, region, fips, dual_stack))
            }
            Registry::Public => None,
        }
    }

    #[test]
    fn every_form_of_a_private_registry_is_known() {
        for (server, region, fips, dual_stack) in [
            ("111122223333.dkr.ecr.us-east-1.amazonaws.com", "us-east-1", false, false),
            ("https://111122223333.dkr.ecr.us-east-1.amazonaws.com/v2/", "us-east-1", false, false),
            (
                "http://111122223333.DKR.ECR.us-east-1.amazonaws.com:443\n",
                "us-east-1",
                false,
                false,
            ),
            ("111122223333.dkr.ecr-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1", true, false),
            ("111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn", "cn-north-1", false, false),
            ("111122223333.dkr.ecr.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1", false, false),
            ("111122223333.dkr-ecr.eu-west-1.on.aws", "eu-west-1", false, true),
            ("111122223333.dkr-ecr-fips.us-west-2.on.aws", "us-west-2", true, true),
            (
                "111122223333.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn",
                "cn-north-1",
                false,
                true,
            ),
            ("111122223333.dkr.ecr.us-iso-east-1.c2s.ic.gov", "us-iso-east-1", false, false),
            ("111122223333.dkr.ecr.us-isob-east-1.sc2s.sgov.gov", "us-isob-east-1", false, false),
        ] {
            let expected = ("111122223333".to_owned(), region.to_owned(), fips, dual_stack);
            assert_eq!(read(server), Some(expected), "{server}");
        }
    }

    #[test]
    fn the_public_registry_has_two_hosts() {
        for server in ["public.ecr.aws", "https://public.ecr.aws/", "ecr-public.aws.com/x"] {
            assert_eq!(Registry::of_server(server), Some(Registry::Public), "{server}");
        }
    }

    #[test]
    fn what_is_not_ecr_s_is_not_taken_for_it() {
        for server in [
            "",
            " ",
            "https://index.docker.io/v1/",
            "111122223333.dkr.ecr.us-east-1.amazonaws.com.evil.example",
            "evil.example/111122223333.dkr.ecr.us-east-1.amazonaws.com",
            "111122223333.dkr.ecr.us-east-1.amazonaws.com@evil.example",
            "user@111122223333.dkr.ecr.us-east-1.amazonaws.com",
            "111122223333.dkr.ecr.us-east-1.amazonaws.com:x",
            "111122223333.dkr.ecr.us-east-1.amazonaws.com:443:1",
            "11112222333.dkr.ecr.us-east-1.amazonaws.com",
            "111122223333.dkr.ecr.evil#.amazonaws.com",
            "111122223333.dkr.ecr..amazonaws.com",
            "111122223333.dkr.ecrx.us-east-1.amazonaws.com",
            "ftp://111122223333.dkr.ecr.us-east-1.amazonaws.com",
            "evil.public.ecr.aws",
        ] {
            assert_eq!(Registry::of_server(server), None, "{server}");
        }
    }
}
