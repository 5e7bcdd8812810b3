//! What to do where a role chain is wrong, or where STS refuses a role of it.

use std::path::Path;

use sso_cp_config::{ChainProblem, NearMiss};
use sso_cp_http::CallError;

use super::near_miss;
use crate::messages::exit_code::Class;
use crate::messages::text::list;

/// What to do where AWS's tools disagree on a chain, or where nobody can do it here.
pub(super) fn problem(section: &str, problem: ChainProblem) -> String {
    match problem {
        ChainProblem::SsoKeys => format!(
            "move the SSO keys to a profile of their own, and name it by `source_profile` in [{section}]"
        ),
        ChainProblem::CredentialProcess => format!(
            "move `credential_process` to another profile, and let it name the profile of [{section}]"
        ),
        ChainProblem::TwoSources => format!("remove `credential_source` from [{section}]"),
        ChainProblem::CredentialSource => format!(
            "put `source_profile` into [{section}] instead, the name of a profile with SSO settings"
        ),
        ChainProblem::Mfa => format!(
            "remove `mfa_serial` from [{section}]: the sign-in at Identity Center asks for the second factor"
        ),
        ChainProblem::WebIdentity => format!(
            "remove `web_identity_token_file` from [{section}], and name a profile with SSO settings by `source_profile`"
        ),
        ChainProblem::OwnSource => {
            format!("let `source_profile` of [{section}] name another profile, with SSO settings")
        }
        ChainProblem::StaticKeys => {
            format!("remove `aws_access_key_id` and `aws_secret_access_key` from [{section}]")
        }
    }
}

pub(super) fn cycle(profiles: &[String]) -> String {
    let last = profiles.len().checked_sub(2).and_then(|at| profiles.get(at));
    let last = last.map_or("", |name| name);
    format!("let `source_profile` of [profile {last}] name a profile with SSO settings")
}

pub(super) fn no_source(section: &str, near: &NearMiss, home: Option<&Path>) -> String {
    match (&near.header, &near.names[..]) {
        (Some(header), _) => near_miss::of_header(header, home),
        (None, []) => format!("correct `source_profile` below [{section}]"),
        (None, names) => {
            format!("correct `source_profile` below [{section}]; there is {}", list(names))
        }
    }
}

/// What says that the request itself was not believed: the clock is wrong, or the credentials before
/// it are dead.
const UNBELIEVED: [&str; 6] = [
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];

fn is_unbelieved(error: &CallError) -> bool {
    error.code().is_some_and(|code| UNBELIEVED.contains(&code))
}

/// A request that was not believed says nothing about the role.
pub(super) fn class(error: &CallError) -> Class {
    if is_unbelieved(error) { Class::Network } else { Class::Refused }
}

/// STS says no.
pub(super) fn not_assumed(profile: &str, error: &CallError) -> String {
    match error.code() {
        _ if is_unbelieved(error) => "check the clock with `date -u`".to_owned(),
        Some("AccessDenied") => format!(
            "check that the role's trust policy names the role before it, and `external_id` in [profile {profile}]"
        ),
        Some("RegionDisabledException") => {
            "let `region` of the selected profile name a region that the account has".to_owned()
        }
        _ => format!("check the settings in [profile {profile}]"),
    }
}
