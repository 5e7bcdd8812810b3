//! Profiles whose `credential_process` some tools ignore, because they prefer what else stands there.

use sso_cp_config::{Change, ProfileKeys, SectionName, Tool, Winner, keys};

use super::check::{Check, Finding};
use super::process;
use super::scene::Scene;
use crate::commands::migrate;
use crate::messages::text::clean;
use crate::messages::tools::tools;

/// Looks at every profile that has a `credential_process`.
pub(super) fn look(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let with_process = |keys: &&ProfileKeys| keys.credential_process.is_some();
    // Who assumes a role on top is reported with the profile itself.
    let plain = |keys: &&ProfileKeys| !keys.has(keys::ROLE_ARN);
    for keys in scene.keys.iter().filter(with_process).filter(plain) {
        findings.push(of_profile(keys));
    }
}

fn of_profile(keys: &ProfileKeys) -> Finding {
    let subject = format!("profile {}", keys.name);
    let who = |winner: Winner| -> Vec<Tool> {
        Tool::ALL.into_iter().filter(|tool| keys.winner(*tool) == winner).collect()
    };
    let mut losses = Vec::new();
    for (winner, words) in [
        (Winner::Sso, "by their own sign-in provider"),
        (Winner::Static, "by the static keys of the profile"),
        (Winner::Login, "by the sign-in of `aws login`"),
        (Winner::Nothing, error_words(keys)),
    ] {
        let who = who(winner);
        if !who.is_empty() {
            losses.push(format!("{} answer {words}", tools(&who)));
        }
    }
    if losses.is_empty() {
        let reason = format!("{} run its credential_process", tools(&Tool::ALL));
        return Check::Precedence.ok(subject, reason);
    }
    let reason = format!("`credential_process` is ignored: {}", losses.join("; "));
    let finding = Check::Precedence.warning(subject, reason, fix(keys));
    match is_renamed(keys) {
        true => finding.with_edit(SectionName::Profile(keys.name.clone()), renames(keys)),
        false => finding,
    }
}

/// Go before 2023 ran the helper beside such a session; since then it asks the portal for a role without a name.
fn error_words(keys: &ProfileKeys) -> &'static str {
    match keys.sso_keys()[..] {
        [keys::SSO_SESSION] => "with an error (Go asks for the account ``)",
        _ => "with an error",
    }
}

/// Whether the fix is to give the standard keys our prefix.
fn is_renamed(keys: &ProfileKeys) -> bool {
    let process = keys.credential_process.as_deref().unwrap_or_default();
    let standard = keys.sso_keys();
    let is_legacy = standard.contains(&keys::SSO_START_URL) && migrate::replaces(process);
    !standard.is_empty() && !is_legacy && process::runs_us(process)
}

/// The values are not known here: the edit is made with those that the file has.
fn renames(keys: &ProfileKeys) -> Vec<Change> {
    let rename = |key: &&'static str| Change::Rename {
        old: (*key).to_owned(),
        key: key.replace("sso_", keys::OWN_PREFIX),
        value: String::new(),
    };
    keys.sso_keys().iter().map(rename).collect()
}

fn fix(keys: &ProfileKeys) -> String {
    let name = clean(&keys.name);
    let standard = keys.sso_keys();
    if standard.is_empty() && keys.has(keys::LOGIN_SESSION) {
        return format!("remove `login_session` from [profile {name}]");
    }
    if standard.is_empty() {
        return static_keys(keys);
    }
    let process = keys.credential_process.as_deref().unwrap_or_default();
    if standard.contains(&keys::SSO_START_URL) && migrate::replaces(process) {
        return "sso-cp migrate".to_owned();
    }
    if !process::runs_us(process) {
        // Another helper's: which of the two is meant cannot be known from here.
        return format!(
            "keep either `credential_process` or the `sso_...` keys in [profile {name}]"
        );
    }
    let renamed = |key: &&str| format!("`{key}` to `{}`", key.replace("sso_", keys::OWN_PREFIX));
    let renamed: Vec<String> = standard.iter().map(renamed).collect();
    format!("rename {} in [profile {name}]", renamed.join(", "))
}

/// Where they come from decides what must be stopped first.
fn static_keys(keys: &ProfileKeys) -> String {
    let name = clean(&keys.name);
    // yawsso writes these two beside the keys, and no other tool does.
    let is_yawsso = keys.has(keys::AWS_SESSION_EXPIRATION) || keys.has(keys::AWS_SECURITY_TOKEN);
    match is_yawsso {
        true => format!(
            "stop `yawsso`, which writes them and spends the refresh token, and remove [{name}] from ~/.aws/credentials"
        ),
        false if keys.is_in_credentials(keys::AWS_ACCESS_KEY_ID) => format!(
            "remove `aws_access_key_id` and the keys that belong to it from [{name}] in ~/.aws/credentials"
        ),
        false => format!(
            "remove `aws_access_key_id` and the keys that belong to it from [profile {name}]"
        ),
    }
}
