//! A profile or session that is not there: what was probably meant instead, and what to write.

use std::path::{Path, PathBuf};

use sso_cp_config::{MeantHeader, NearMiss};

use crate::messages::message::Message;
use crate::messages::text::{clean, list, shell_word, shown_path};
use crate::messages::usage::typed;

/// No file has the profile. The word is that of the command that failed, if it has one.
pub(super) fn no_profile(
    profile: &str,
    looked_in: &[(PathBuf, bool)],
    near: &NearMiss,
    home: Option<&Path>,
    word: Option<&str>,
) -> Message {
    let files: Vec<String> = looked_in
        .iter()
        .map(|(path, exists)| match exists {
            true => shown_path(path, home),
            false => format!("{} (which does not exist)", shown_path(path, home)),
        })
        .collect();
    let fact = format!("there is no profile `{}` in {}", clean(profile), files.join(" or "));
    if let Some(header) = &near.header {
        return of_header(&fact, header, home);
    }
    if near.is_of_other_kind {
        return Message::new(
            format!("{fact}; `{}` is an sso-session", clean(profile)),
            by_session(profile, word),
        );
    }
    if near.nothing_is_configured {
        return nothing(&fact);
    }
    match &near.names[..] {
        [] => Message::new(fact, "see `sso-cp profiles`, or set one up by `sso-cp configure`"),
        [one] => {
            let flag = format!("--profile {}", shell_word(one));
            Message::new(fact, format!("run `{}`", typed(word, &flag)))
        }
        several => Message::new(fact, format!("use one of {}", list(several))),
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

/// The config file has no such session. A profile may have named it.
pub(super) fn no_session(
    session: &str,
    profile: Option<&str>,
    (path, exists): &(PathBuf, bool),
    near: &NearMiss,
    home: Option<&Path>,
) -> Message {
    let file = shown_path(path, home);
    let missing = if *exists { "" } else { " (which does not exist)" };
    let session = clean(session);
    let named = profile
        .map_or(String::new(), |profile| format!(", which profile `{}` names,", clean(profile)));
    let fact = format!("there is no [sso-session {session}]{named} in {file}{missing}");
    if let Some(header) = &near.header {
        return of_header(&fact, header, home);
    }
    if near.nothing_is_configured {
        return nothing(&fact);
    }
    match &near.names[..] {
        [] => Message::new(
            fact,
            format!("add [sso-session {session}] with `sso_start_url` and `sso_region` to {file}"),
        ),
        names => Message::new(fact, format!("use one of {}", list(names))),
    }
}

/// A header that would be the section if it were written right.
pub(super) fn of_header(fact: &str, header: &MeantHeader, home: Option<&Path>) -> Message {
    let (path, line) = (shown_path(&header.path, home), header.line);
    Message::new(
        format!("{fact}; line {line} of {path} has `{}`", clean(&header.found)),
        format!("write `{}` in line {line} of {path}", clean(&header.meant)),
    )
}

/// A first day.
fn nothing(fact: &str) -> Message {
    Message::new(format!("{fact}: nothing is configured yet"), "run `sso-cp configure`")
}
