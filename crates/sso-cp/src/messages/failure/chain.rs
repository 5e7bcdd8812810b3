//! What is wrong with a role chain, and what STS says to it.

use std::path::Path;

use sso_cp_config::{ChainProblem, NearMiss, Place};
use sso_cp_http::CallError;

use super::near_miss;
use crate::messages::exit_code::Class;
use crate::messages::message::Message;
use crate::messages::text::{clean, list, shell_word};

/// A chain where a role of the access portal itself is needed.
pub(super) fn no_role(place: &str, source_profile: Option<&str>) -> Message {
    let source = source_profile.map_or("NAME".to_owned(), shell_word);
    Message::new(
        format!("{place} assumes a role by `role_arn`, and the access portal has no such role"),
        format!("name the profile that signs in: `--profile {source}`"),
    )
}

/// What AWS's tools disagree on, or what nobody can do here.
pub(super) fn problem(at: &Place, place: &str, problem: ChainProblem) -> Message {
    let section = clean(&at.section);
    let (fact, hint) = match problem {
        ChainProblem::SsoKeys => (
            "has `role_arn` and SSO keys but no `source_profile`, and AWS's tools disagree on what that means",
            format!(
                "move the SSO keys to a profile of their own, and name it by `source_profile` in [{section}]"
            ),
        ),
        ChainProblem::CredentialProcess => (
            "has both `role_arn` and `credential_process`, and AWS's tools disagree on which of them wins",
            format!(
                "move `credential_process` to another profile, and let it name the profile of [{section}]"
            ),
        ),
        ChainProblem::TwoSources => (
            "has both `source_profile` and `credential_source`, and only one can be meant",
            format!("remove `credential_source` from [{section}]"),
        ),
        ChainProblem::CredentialSource => (
            "assumes its role from `credential_source`, the environment or the machine, which is not a sign-in",
            format!(
                "put `source_profile` into [{section}] instead, the name of a profile with SSO settings"
            ),
        ),
        ChainProblem::Mfa => (
            "has `mfa_serial`, and there is nobody here to type the code of a device",
            format!(
                "remove `mfa_serial` from [{section}]: the sign-in at Identity Center asks for the second factor"
            ),
        ),
        ChainProblem::WebIdentity => (
            "has `web_identity_token_file`: it assumes its role with the token of another provider",
            format!(
                "remove `web_identity_token_file` from [{section}], and name a profile with SSO settings by `source_profile`"
            ),
        ),
        ChainProblem::OwnSource => (
            "names itself by `source_profile`, which means static keys, and roles are only assumed from a sign-in here",
            format!("let `source_profile` of [{section}] name another profile, with SSO settings"),
        ),
        ChainProblem::StaticKeys => (
            "has static keys, and AWS's tools would assume the role with those",
            format!("remove `aws_access_key_id` and `aws_secret_access_key` from [{section}]"),
        ),
    };
    Message::new(format!("{place} {fact}"), hint)
}

pub(super) fn too_long(at: &Place, place: &str, most: usize) -> Message {
    Message::new(
        format!("the role chain of {place} has more than {most} roles"),
        format!(
            "let `source_profile` of [{}] name a profile that is nearer to the sign-in",
            clean(&at.section)
        ),
    )
}

pub(super) fn cycle(profiles: &[String]) -> Message {
    let way: Vec<String> = profiles.iter().map(|name| format!("`{}`", clean(name))).collect();
    let last = profiles.len().checked_sub(2).and_then(|at| profiles.get(at));
    let last = last.map_or(String::new(), |name| clean(name));
    Message::new(
        format!("the role chain goes in a circle: {}", way.join(" -> ")),
        format!("let `source_profile` of [profile {last}] name a profile with SSO settings"),
    )
}

pub(super) fn no_source(
    at: &Place,
    place: &str,
    source: &str,
    near: &NearMiss,
    home: Option<&Path>,
) -> Message {
    let section = clean(&at.section);
    let fact =
        format!("{place} names `source_profile = {}`, and there is no such profile", clean(source));
    if let Some(header) = &near.header {
        return near_miss::of_header(&fact, header, home);
    }
    match &near.names[..] {
        [] => Message::new(fact, format!("correct `source_profile` below [{section}]")),
        names => Message::new(
            fact,
            format!("correct `source_profile` below [{section}]; there is {}", list(names)),
        ),
    }
}

pub(super) fn no_region(place: &Place) -> Message {
    let section = clean(&place.section);
    Message::new(
        format!(
            "STS is asked in a region, and none is known: [{section}] has no `region`, and `AWS_REGION` is not set"
        ),
        format!("add a line `region = ...` below [{section}]"),
    )
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
