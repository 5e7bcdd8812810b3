//! A profile or session that is not there: what was probably meant instead, and what to write.

use std::path::Path;

use sso_cp_config::{MeantHeader, NearMiss};

use crate::messages::text::{list, shell_word, shown_path};
use crate::messages::usage::typed;

/// What to do where no file has the profile. The word is that of the command that failed, if it has one.
pub(super) fn no_profile(
    profile: &str,
    file: Option<&Path>,
    near: &NearMiss,
    home: Option<&Path>,
    word: Option<&str>,
) -> String {
    if let Some(header) = &near.header {
        return of_header(header, home);
    }
    if near.is_of_other_kind {
        return by_session(profile, word);
    }
    if near.nothing_is_configured {
        return first_steps(file).to_owned();
    }
    match &near.names[..] {
        [] => "see `sso-cp profiles`, or set one up by `sso-cp configure`".to_owned(),
        [one] => format!("run `{}`", typed(word, &format!("--profile {}", shell_word(one)))),
        several => format!("use one of {}", list(several)),
    }
}

/// How a command is typed for an sso-session: some need no role.
pub(crate) fn by_session(session: &str, word: Option<&str>) -> String {
    let session = format!("--sso-session {}", shell_word(session));
    match word {
        Some("login" | "logout" | "list" | "populate" | "status" | "doctor") => {
            format!("run `{}`", typed(word, &session))
        }
        _ => {
            let role = format!("{session} --account-id ID --role-name NAME");
            format!("write `{}`", typed(word, &role))
        }
    }
}

/// What to do where the config file has no such session.
pub(super) fn no_session(
    session: &str,
    file: &Path,
    near: &NearMiss,
    home: Option<&Path>,
) -> String {
    if let Some(header) = &near.header {
        return of_header(header, home);
    }
    if near.nothing_is_configured {
        return first_steps(Some(file)).to_owned();
    }
    match &near.names[..] {
        [] => format!(
            "add [sso-session {session}] with `sso_start_url` and `sso_region` to {}",
            shown_path(file, home)
        ),
        names => format!("use one of {}", list(names)),
    }
}

/// What to write where a header would be the section if it were written right.
pub(super) fn of_header(header: &MeantHeader, home: Option<&Path>) -> String {
    let MeantHeader { path, line, meant, .. } = header;
    format!("write `{meant}` in line {line} of {}", shown_path(path, home))
}

/// What is typed where nothing is configured. Nobody can write into the null device, by which people say that there is no file.
pub(super) fn first_steps(path: Option<&Path>) -> &'static str {
    match path.is_some_and(|path| path == Path::new("/dev/null")) {
        true => "run `unset AWS_CONFIG_FILE`, then `sso-cp configure`",
        false => "run `sso-cp configure`",
    }
}
