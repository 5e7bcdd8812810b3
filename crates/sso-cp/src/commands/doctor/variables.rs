//! Variables that some tools read and others do not, or that some take before the profile. What each tool
//! does was measured with the tools themselves.

use std::path::Path;

use sso_cp_config::{Env, Files};

use super::check::{Check, Finding};
use crate::messages::text::{clean, shell_word};

const CONFIG_FILES: [&str; 2] = ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"];
const DEFAULT_PROFILE: &str = "AWS_DEFAULT_PROFILE";
const RELATIVE_URI: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

/// By which a token of another provider is turned into a role's credentials.
const WEB_IDENTITY: [&str; 3] =
    ["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME"];

/// Looks at them.
pub(super) fn look(env: &Env, files: &Files, findings: &mut Vec<Finding>) {
    findings.extend(web_identity(env));
    findings.extend(default_profile_alone(env));
    findings.extend(container(env));
    let with_tilde = CONFIG_FILES.into_iter().zip([&files.config, &files.credentials]);
    findings.extend(with_tilde.filter_map(|(name, path)| tilde(name, path, env)));
}

/// The token's file alone makes them ask STS; the rest goes with it.
fn web_identity(env: &Env) -> Option<Finding> {
    let [file, ..] = WEB_IDENTITY;
    env.raw(file)?;
    let set: Vec<&str> = WEB_IDENTITY.into_iter().filter(|name| env.raw(name).is_some()).collect();
    Some(Check::Environment.warning(
        file,
        "it is set, and Go, Ruby and the AWS CLI 2.9 take it instead of the profile of AWS_PROFILE",
        format!("unset {}", set.join(" ")),
    ))
}

/// `default` is what all of them take without any variable.
fn default_profile_alone(env: &Env) -> Option<Finding> {
    let name = env.text(DEFAULT_PROFILE).filter(|name| name != "default")?;
    if env.raw("AWS_PROFILE").is_some() {
        return None;
    }
    Some(Check::Environment.warning(
        DEFAULT_PROFILE,
        "it is set without AWS_PROFILE, and JS, Rust, the newer C++ SDK (pyarrow), reqsign and minio-go do not read it",
        format!("export AWS_PROFILE={}", shell_word(&name)),
    ))
}

/// What would win over an endpoint of `serve`, or over the token of one.
fn container(env: &Env) -> Option<Finding> {
    if env.raw(RELATIVE_URI).is_some() {
        let reason = "it is set, and Go, Ruby, minio-go and the AWS CLI take it before the endpoint of `sso-cp serve`";
        return Some(Check::Environment.warning(
            RELATIVE_URI,
            reason,
            format!("unset {RELATIVE_URI}"),
        ));
    }
    let file = env.raw(TOKEN_FILE)?;
    (!Path::new(&file).exists()).then(|| {
        let reason = "the file that it names is gone, and tools take it before AWS_CONTAINER_AUTHORIZATION_TOKEN";
        Check::Environment.warning(TOKEN_FILE, reason, format!("unset {TOKEN_FILE}"))
    })
}

/// A shell replaces `~` where it stands alone behind the `=`; in quotes, and in other programs'
/// settings, it stays.
fn tilde(name: &'static str, meant: &Path, env: &Env) -> Option<Finding> {
    let written = env.text(name).filter(|text| text.starts_with('~'))?;
    let reason = format!(
        "it is `{}`, and Go, GDAL, TileDB, DuckDB, JS v2 and minio-go do not replace `~`",
        clean(&written)
    );
    let fix = format!("export {name}={}", shell_word(&meant.to_string_lossy()));
    Some(Check::Environment.warning(name, reason, fix))
}
