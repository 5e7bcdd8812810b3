//! What to do where the configuration is wrong.

use std::path::Path;

use sso_cp_config::{Conflict, Error};

use super::system::fact;
use super::{chain, near_miss};
use crate::messages::message::Message;
use crate::messages::text::{LIST_FILE, shell_word, shown_path};

/// The word is that of the command that failed, if it has one.
pub(super) fn message(error: &Error, home: Option<&Path>, word: Option<&str>) -> Message {
    Message::new(fact(error, home), hint(error, home, word))
}

fn hint(error: &Error, home: Option<&Path>, word: Option<&str>) -> String {
    match error {
        Error::NoHome => "set HOME to your home directory".to_owned(),
        Error::Unreadable { path, .. } => {
            format!("see `{LIST_FILE} {}`", shell_path(&shown_path(path, home)))
        }
        Error::NotAFile { .. } | Error::TooLarge { .. } => {
            "see `echo $AWS_CONFIG_FILE $AWS_SHARED_CREDENTIALS_FILE`; unset, ~/.aws/config is read"
                .to_owned()
        }
        Error::BadLine { path, line, .. } => {
            format!("correct line {line} of {}", shown_path(path, home))
        }
        Error::NoProfile { profile, looked_in, near } => {
            let file = looked_in.first().map(|(path, _)| &**path);
            near_miss::no_profile(profile, file, near, home, word)
        }
        Error::NoSession { session, looked_in, near, .. } => {
            near_miss::no_session(session, &looked_in.0, near, home)
        }
        Error::NoSsoSettings { place, has_credential_process, has_other_credentials, .. } => {
            let is_free = !has_credential_process && !has_other_credentials;
            no_settings(&place.section, is_free)
        }
        // Another sign-in, with files and a way to renew it of its own.
        Error::LoginProfile { place } => {
            let name = place.section.strip_prefix("profile ").unwrap_or_default();
            format!("run `aws login --profile {}` to renew it", shell_word(name))
        }
        Error::RoleChain { source_profile, .. } => {
            let source = source_profile.as_deref().map_or("NAME".to_owned(), shell_word);
            format!("name the profile that signs in: `--profile {source}`")
        }
        Error::Chain { place, problem } => chain::problem(&place.section, *problem),
        Error::ChainTooLong { place, .. } => format!(
            "let `source_profile` of [{}] name a profile that is nearer to the sign-in",
            place.section
        ),
        Error::ChainCycle { profiles } => chain::cycle(profiles),
        Error::NoSource { place, near, .. } => chain::no_source(&place.section, near, home),
        Error::NoRegion { place } => format!("add a line `region = ...` below [{}]", place.section),
        Error::MissingKey { place, key } => {
            format!("add a line `{key} = ...` below [{}]", place.section)
        }
        Error::Conflict(conflict) => {
            let Conflict { place, key, .. } = &**conflict;
            format!("remove `{key}` from [{}]", place.section)
        }
        Error::BadValue { place, key, .. } => format!("correct `{key}` below [{}]", place.section),
        Error::BadInput { name, .. } if name.starts_with("--") => "run `sso-cp --help`".to_owned(),
        Error::BadInput { name, .. } if error.is_of_profile() => {
            format!("correct `{name}` in the config file")
        }
        Error::BadInput { name, .. } => format!("correct it, or run `unset {name}`"),
        Error::EndpointVariant { .. } => "keep one of the two".to_owned(),
        Error::NoServices { place, .. } => format!("remove `services` from [{}]", place.section),
    }
}

fn no_settings(section: &str, is_free: bool) -> String {
    let wizard = match section.strip_prefix("profile ") {
        Some(name) if is_free => {
            format!(", or run `sso-cp configure --profile {}`", shell_word(name))
        }
        _ => String::new(),
    };
    format!(
        "add `sso_cp_session`, `sso_cp_account_id` and `sso_cp_role_name` below [{section}]{wizard}"
    )
}

/// A shown path in a command: `~` must stay outside of quotes.
fn shell_path(shown: &str) -> String {
    match shown.strip_prefix("~/") {
        Some(rest) => format!("~/{}", shell_word(rest)),
        None => shell_word(shown),
    }
}
