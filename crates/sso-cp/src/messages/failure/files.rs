//! What is wrong with files.

use std::path::Path;

use sso_cp_cache::{Error, Step};

use super::system::system;
use crate::messages::message::Message;
use crate::messages::text::{LIST_FOLDER, shown_path};

pub(super) fn message(error: &Error, home: Option<&Path>) -> Message {
    let hint = match error {
        // What is there is the system's.
        Error::NotAFile { path } if path.starts_with("/dev") => {
            format!("see `{LIST_FOLDER} {}`, and name another file", shown_path(path, home))
        }
        Error::NotAFile { path } | Error::TooLarge { path, .. } => {
            format!("see `{LIST_FOLDER} {0}`, and move {0} away", shown_path(path, home))
        }
        Error::Exposed { folder, .. } => format!(
            "name a place in a folder of yours alone, or close this one: `chmod go-w {}`",
            shown_path(folder, home)
        ),
        Error::PlantedLink { part } => {
            let shown = shown_path(part, home);
            format!("see `{LIST_FOLDER} {shown}`, and run this as the owner of that home")
        }
        Error::OtherOwner { path, .. } | Error::Io { path, .. } => {
            format!("see `{LIST_FOLDER} {}` and the folders above it", shown_path(path, home))
        }
        Error::WritableByOthers { path } => format!("run `chmod go-w {}`", shown_path(path, home)),
        Error::Locked(_) | Error::Vault(_) => "run `sso-cp unlock`".to_owned(),
        Error::Damaged { path } | Error::KeyFile { path } => {
            format!("move {} away, and sign in anew", shown_path(path, home))
        }
    };
    Message::new(fact(error, home), hint)
}

pub(super) fn unsaveable(error: &Error, home: Option<&Path>) -> Message {
    let fact = format!(
        "the token has expired and is not renewed, for the new one could not be saved: {}",
        fact(error, home)
    );
    Message { fact, ..message(error, home) }
}

pub(super) fn fact(error: &Error, home: Option<&Path>) -> String {
    match error {
        Error::Io { step, path, source } => {
            let doing = match step {
                Step::Read => "read",
                Step::MakeFolder => "make the folder",
                Step::Write => "write",
                Step::Replace => "replace",
                Step::Delete => "delete",
                Step::Bind => "make the socket",
            };
            format!("cannot {doing} {}: {}", shown_path(path, home), system(source))
        }
        Error::NotAFile { path } => format!("{} is not a regular file", shown_path(path, home)),
        Error::TooLarge { path, limit_bytes } => {
            format!("{} is larger than {} MiB", shown_path(path, home), limit_bytes >> 20)
        }
        Error::Exposed { path, folder } => format!(
            "{} would not be safe: other users may write in {}",
            shown_path(path, home),
            shown_path(folder, home)
        ),
        Error::PlantedLink { part } => planted(&shown_path(part, home)),
        Error::OtherOwner { path, owner } => {
            format!("{} belongs to another user (id {owner})", shown_path(path, home))
        }
        Error::WritableByOthers { path } => {
            format!(
                "{} can be written by others, so its command is not run",
                shown_path(path, home)
            )
        }
        Error::Damaged { path } => format!("{} is damaged", shown_path(path, home)),
        Error::KeyFile { path } => {
            format!("{} does not say where a key is kept", shown_path(path, home))
        }
        Error::Locked(why) => why.to_string(),
        Error::Vault(error) => error.to_string(),
    }
}

/// What root is told of a link in another user's home.
pub(super) fn planted(part: &str) -> String {
    format!("{part} is a link in another user's home, and root follows none there")
}
