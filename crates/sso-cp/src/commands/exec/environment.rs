//! What a command finds in its environment.

use std::path::Path;
use std::process::Command;

use sso_cp_config::{Env, Selection};
use sso_cp_provider::Provided;
use sso_cp_types::Secret;

use crate::commands::region::VARIABLES;

/// What would win over the credentials that we give, or mislead anyone who reads it: other profiles and
/// providers, older spellings of the same (`AWS_SECURITY_TOKEN`, `AWS_ACCESS_KEY`, `AWS_SECRET_KEY`,
/// `AWS_CREDENTIAL_FILE`), and another account. The JS SDK ignores keys in the environment as soon
/// as `AWS_PROFILE` is set, the relative URI of a container wins over the full one, and the file with
/// its token over the token itself. An API key of Bedrock takes the place of all credentials there.
const CONFLICTING: [&str; 19] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_ACCOUNT_ID",
    "AWS_SECURITY_TOKEN",
    "AWS_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AWS_CREDENTIAL_FILE",
    "AWS_BEARER_TOKEN_BEDROCK",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
];

/// In which variable a prompt finds the profile.
const PROFILE_VARIABLE: &str = "SSO_CP_PROFILE";

/// Credentials themselves, which last until they expire.
pub(super) fn give_credentials(command: &mut Command, selected: &Provided, env: &Env) {
    clean(command);
    let credentials = &selected.credentials;
    command
        .env("AWS_ACCESS_KEY_ID", &credentials.access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key.expose())
        .env("AWS_SESSION_TOKEN", credentials.session_token.expose())
        .env("AWS_CREDENTIAL_EXPIRATION", credentials.expires_at.to_string())
        .env("AWS_ACCOUNT_ID", &selected.account_id.0);
    give_region(command, selected.region.as_deref(), env);
}

/// Where credentials are to be had, with the token as a variable and as a file (older Go SDKs know the first
/// alone, obstore and deltalake ask only with the second), and config files that name none: SDKs look there before they ask
/// an endpoint.
pub(super) fn give_endpoint(command: &mut Command, url: &str, token: &Secret, files: [&Path; 3]) {
    let [config, credentials, token_file] = files;
    clean(command);
    command
        .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", url)
        .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", token.expose())
        .env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token_file)
        .env("AWS_CONFIG_FILE", config)
        .env("AWS_SHARED_CREDENTIALS_FILE", credentials);
}

/// The profile's region where the environment names none: the environment wins, as it does for the
/// AWS CLI and every SDK with the same profile. Either way both spellings are set.
pub(super) fn give_region(command: &mut Command, of_profile: Option<&str>, env: &Env) {
    let found = VARIABLES.iter().find_map(|name| env.text(name));
    let Some(region) = found.as_deref().or(of_profile) else { return };
    for name in VARIABLES {
        if env.text(name).is_none() {
            command.env(name, region);
        }
    }
}

/// The profile's name, for prompts: the command is to see no profile that could win over its credentials.
pub(super) fn name_profile(command: &mut Command, selection: &Selection) {
    match selection {
        Selection::Profile(name) => command.env(PROFILE_VARIABLE, name),
        _ => command.env_remove(PROFILE_VARIABLE),
    };
}

fn clean(command: &mut Command) {
    for name in CONFLICTING {
        command.env_remove(name);
    }
}
