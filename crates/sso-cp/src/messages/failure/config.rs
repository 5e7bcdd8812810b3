//! What is wrong with the configuration.

use std::path::Path;

use sso_cp_config::{Conflict, Error, Place};

use super::system::system;
use super::{chain, near_miss};
use crate::messages::message::Message;
use crate::messages::text::{LIST_FILE, clean, shell_word, shown_path};

/// The word is that of the command that failed, if it has one.
pub(super) fn message(error: &Error, home: Option<&Path>, word: Option<&str>) -> Message {
    let path = |path: &Path| shown_path(path, home);
    let place = |place: &Place| format!("[{}] in {}", clean(&place.section), path(&place.path));
    match error {
        Error::NoHome => Message::new(
            "no home directory is known: HOME is not an absolute path, and the user database names none",
            "set HOME to your home directory",
        ),
        Error::Unreadable { path: file, source } => Message::new(
            format!("cannot read {}: {}", path(file), system(source)),
            format!("see `{LIST_FILE} {}`", shell_path(&path(file))),
        ),
        Error::NotAFile { path: file, is_directory } => {
            let what = if *is_directory { "a directory" } else { "not a regular file" };
            Message::new(
                format!("{} is {what}, and a config file is needed there", path(file)),
                "see `echo $AWS_CONFIG_FILE $AWS_SHARED_CREDENTIALS_FILE`; unset, ~/.aws/config is read",
            )
        }
        Error::TooLarge { path: file, limit_bytes } => Message::new(
            format!("{} is larger than {} MiB", path(file), limit_bytes >> 20),
            "see `echo $AWS_CONFIG_FILE $AWS_SHARED_CREDENTIALS_FILE`; unset, ~/.aws/config is read",
        ),
        Error::BadLine { path: file, line, problem } => Message::new(
            format!("{}:{line}: {problem}", path(file)),
            format!("correct line {line} of {}", path(file)),
        ),
        Error::NoProfile { profile, looked_in, near } => {
            near_miss::no_profile(profile, looked_in, near, home, word)
        }
        Error::NoSession { session, profile, looked_in, near } => {
            near_miss::no_session(session, profile.as_deref(), looked_in, near, home)
        }
        Error::NoSsoSettings { place: at, line, has_credential_process, has_other_credentials } => {
            let is_free = !has_credential_process && !has_other_credentials;
            no_settings(at, *line, *has_credential_process, is_free, home)
        }
        Error::LoginProfile { place: at } => login_profile(at, &place(at)),
        Error::RoleChain { place: at, source_profile } => {
            chain::no_role(&place(at), source_profile.as_deref())
        }
        Error::Chain { place: at, problem } => chain::problem(at, &place(at), *problem),
        Error::ChainTooLong { place: at, most } => chain::too_long(at, &place(at), *most),
        Error::ChainCycle { profiles } => chain::cycle(profiles),
        Error::NoSource { place: at, source, near } => {
            chain::no_source(at, &place(at), source, near, home)
        }
        Error::NoRegion { place: at } => chain::no_region(at),
        Error::MissingKey { place: at, key } => Message::new(
            format!("{} has no `{key}`", place(at)),
            format!("add a line `{key} = ...` below [{}]", clean(&at.section)),
        ),
        Error::Conflict(conflict) => {
            let Conflict { place: at, session, key, in_profile, in_session } = &**conflict;
            let (in_profile, in_session) = (clean(in_profile), clean(in_session));
            Message::new(
                format!(
                    "{} says `{key} = {in_profile}`, but [{}] says `{in_session}`",
                    place(at),
                    clean(session)
                ),
                format!("remove `{key}` from [{}]", clean(&at.section)),
            )
        }
        Error::BadValue { place: at, key, problem } => Message::new(
            format!("`{key}` of {} {}", place(at), clean(problem)),
            format!("correct `{key}` below [{}]", clean(&at.section)),
        ),
        Error::BadInput { name, problem } if name.starts_with("--") => {
            Message::new(format!("`{name}` {}", clean(problem)), "run `sso-cp --help`")
        }
        // A key of the profile, whose place was not needed so far.
        Error::BadInput { name, problem }
            if !name.starts_with(|first: char| first.is_uppercase()) =>
        {
            Message::new(
                format!("`{name}` of the profile {}", clean(problem)),
                format!("correct `{name}` in the config file"),
            )
        }
        Error::BadInput { name, problem } => Message::new(
            format!("`{name}` {}", clean(problem)),
            format!("correct it, or run `unset {name}`"),
        ),
        Error::EndpointVariant { variant, endpoint_from } => Message::new(
            format!(
                "{variant} endpoints are asked for, but `{}` names an endpoint of its own",
                clean(endpoint_from)
            ),
            "keep one of the two",
        ),
        Error::NoServices { place: at, services } => Message::new(
            format!(
                "{} names `services = {}`, but there is no [services {}]",
                place(at),
                clean(services),
                clean(services)
            ),
            format!("remove `services` from [{}]", clean(&at.section)),
        ),
    }
}

fn no_settings(
    place: &Place,
    line: usize,
    has_credential_process: bool,
    is_free: bool,
    home: Option<&Path>,
) -> Message {
    let section = clean(&place.section);
    let process = match has_credential_process {
        true => ", only a credential_process, which is never run from here",
        false => "",
    };
    let wizard = match place.section.strip_prefix("profile ") {
        Some(name) if is_free => {
            format!(", or run `sso-cp configure --profile {}`", shell_word(name))
        }
        _ => String::new(),
    };
    Message::new(
        format!(
            "[{section}] has no SSO settings{process} ({}:{line})",
            shown_path(&place.path, home)
        ),
        format!(
            "add `sso_cp_session`, `sso_cp_account_id` and `sso_cp_role_name` below [{section}]{wizard}"
        ),
    )
}

/// Another sign-in, with files and a way to renew it of its own.
fn login_profile(at: &Place, place: &str) -> Message {
    let name = at.section.strip_prefix("profile ").unwrap_or_default();
    Message::new(
        format!("{place} is an `aws login` profile, which only AWS's own tools can use"),
        format!("run `aws login --profile {}` to renew it", shell_word(name)),
    )
}

/// A shown path in a command: `~` must stay outside of quotes.
fn shell_path(shown: &str) -> String {
    match shown.strip_prefix("~/") {
        Some(rest) => format!("~/{}", shell_word(rest)),
        None => shell_word(shown),
    }
}
