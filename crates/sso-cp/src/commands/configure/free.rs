//! Whether a profile can be ours.

use std::path::Path;

use sso_cp_config::{Contents, SectionName};

use crate::commands::shared_file;
use crate::context::Context;
use crate::messages::failure::{Failure, Setup};

/// Credentials of another kind in the same profile would win over ours, or be lost.
pub(super) fn check_free(
    profile: &str,
    contents: &Contents,
    context: &Context,
) -> Result<(), Failure> {
    const OTHERS: [&str; 7] = [
        "role_arn",
        "source_profile",
        "credential_source",
        "web_identity_token_file",
        "aws_access_key_id",
        "aws_secret_access_key",
        "login_session",
    ];
    if profile == "default" && contents.has_two_defaults() {
        let path = context.files().config.clone();
        return Err(Failure::Setup(Setup::TwoDefaults { path }));
    }
    let section = SectionName::Profile(profile.to_owned());
    let occupied = |key: &str, path: &Path| {
        let (profile, key, path) = (profile.to_owned(), key.to_owned(), path.to_owned());
        Err(Failure::Setup(Setup::Occupied { profile, key, path }))
    };
    if let Some(settings) = contents.settings(&section) {
        if let Some(key) = OTHERS.iter().find(|key| settings.contains_key(**key)) {
            return occupied(key, &context.files().config);
        }
        if settings.get("credential_process").is_some_and(|command| !is_ours(command)) {
            return occupied("credential_process", &context.files().config);
        }
    }
    let credentials = shared_file::read_credentials(context)?;
    if let Some(settings) = credentials.contents().settings(&section) {
        let is_credential = |key: &&String| {
            OTHERS.contains(&key.as_str()) || key.contains("sso_") || *key == "credential_process"
        };
        if let Some(key) = settings.keys().find(is_credential) {
            return occupied(key, &context.files().credentials);
        }
    }
    Ok(())
}

fn is_ours(command: &str) -> bool {
    let program = command.split_ascii_whitespace().next().unwrap_or_default();
    let name = program.rsplit(['/', '\\']).next().unwrap_or_default();
    let running = std::env::current_exe().ok();
    let our_name = running.as_deref().and_then(|path| path.file_name()?.to_str());
    name.trim_end_matches(".exe") == "sso-cp" || Some(name) == our_name
}
