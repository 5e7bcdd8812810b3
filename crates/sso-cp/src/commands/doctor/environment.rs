//! Variables that win over the files, or point nowhere.

use sso_cp_config::{Env, Selection, session};

use super::check::{Check, Class, Finding};
use super::scene::Scene;
use super::variables;
use crate::messages::failure::config_message;
use crate::messages::text::clean;

/// Keys in the environment. The AWS CLI, boto3 and most others take them unless a profile is named by `--profile`, Rust and JS v2
/// even then; only JS v3 and minio-go look at `AWS_PROFILE` first.
const KEYS: [&str; 4] =
    ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"];

/// Looks at the variables.
pub(super) fn look(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let env = scene.context.env();
    let before = findings.len();
    keys(env, findings);
    let chosen = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].map(|name| env.text(name));
    two_profiles(&chosen, findings);
    variables::look(env, scene.context.files(), findings);
    endpoint_of_everything(env, findings);
    if findings.len() == before {
        findings.push(Check::Environment.ok("environment", "no variable wins over the files"));
    }
    chosen_profile(scene, chosen.iter().any(Option::is_some), findings);
}

fn keys(env: &Env, findings: &mut Vec<Finding>) {
    let set: Vec<&str> = KEYS.into_iter().filter(|name| env.raw(name).is_some()).collect();
    if let [first, ..] = set[..] {
        findings.push(Check::Environment.warning(
            first,
            "it is set, and all tools but JS v3 and minio-go take it instead of the profile of AWS_PROFILE",
            format!("unset {}", set.join(" ")),
        ));
    }
}

/// The profile of each variable.
fn two_profiles(set: &[Option<String>; 2], findings: &mut Vec<Finding>) {
    if let [Some(chosen), Some(default)] = set
        && chosen != default
    {
        findings.push(Check::Environment.warning(
            "AWS_DEFAULT_PROFILE",
            format!(
                "it says `{}` and AWS_PROFILE says `{}`: boto3 takes the first, all others the second",
                clean(default),
                clean(chosen)
            ),
            "unset AWS_DEFAULT_PROFILE",
        ));
    }
}

fn endpoint_of_everything(env: &Env, findings: &mut Vec<Finding>) {
    let own = ["AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC"];
    let is_ignored = env.switch("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").unwrap_or(false);
    if env.raw("AWS_ENDPOINT_URL").is_some()
        && !is_ignored
        && own.iter().any(|name| env.raw(name).is_none())
    {
        findings.push(Check::Environment.warning(
            "AWS_ENDPOINT_URL",
            "it is for all services, so sign-ins and tokens go there too",
            "unset AWS_ENDPOINT_URL",
        ));
    }
}

/// The profile of the shell must be there: tools fail where it is not.
fn chosen_profile(scene: &Scene<'_>, is_set: bool, findings: &mut Vec<Finding>) {
    let Some(listing) = scene.listing.as_ref().filter(|_| is_set) else { return };
    let env = scene.context.env();
    let name = env.chosen_profile();
    let variable = match env.raw("AWS_PROFILE") {
        Some(_) => "AWS_PROFILE",
        None => "AWS_DEFAULT_PROFILE",
    };
    if listing.profile(&name).is_some() {
        let reason = format!("profile `{}` is there", clean(&name));
        return findings.push(Check::ChosenProfile.ok(variable, reason));
    }
    let selection = Selection::Profile(name);
    let Err(error) = session(&selection, scene.context.files(), env) else { return };
    let message = config_message(&error, scene.context.home());
    let fix = format!("unset {variable}");
    findings.push(match &scene.context.selection {
        // What is selected by a flag works all the same.
        Some(_) => Check::ChosenProfile.warning(variable, message.fact, fix),
        None => Check::ChosenProfile.failure(Class::Config, variable, message.fact, fix),
    });
}
