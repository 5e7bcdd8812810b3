//! Whether a profile can be ours.

use std::path::Path;

use sso_cp_config::{Contents, Helper, SectionName, keys};

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
        keys::ROLE_ARN,
        keys::SOURCE_PROFILE,
        keys::CREDENTIAL_SOURCE,
        keys::WEB_IDENTITY_TOKEN_FILE,
        keys::AWS_ACCESS_KEY_ID,
        keys::AWS_SECRET_ACCESS_KEY,
        keys::LOGIN_SESSION,
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
        if settings.get(keys::CREDENTIAL_PROCESS).is_some_and(|command| !is_ours(command)) {
            return occupied(keys::CREDENTIAL_PROCESS, &context.files().config);
        }
    }
    let credentials = shared_file::read_credentials(context)?;
    if let Some(settings) = credentials.contents().settings(&section) {
        let is_credential = |key: &&String| {
            OTHERS.contains(&key.as_str())
                || key.contains("sso_")
                || *key == keys::CREDENTIAL_PROCESS
        };
        if let Some(key) = settings.keys().find(is_credential) {
            return occupied(key, &context.files().credentials);
        }
    }
    Ok(())
}

/// What runs us through another program is the person's: what it adds would be lost.
fn is_ours(command: &str) -> bool {
    let helper = Helper::of(command);
    helper.is_ours(shared_file::running_name().as_deref()) && !helper.is_wrapped()
}
