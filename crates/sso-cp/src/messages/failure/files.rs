//! What to do about files.

use std::path::Path;

use sso_cp_cache::Error;

use crate::messages::text::{LIST_FOLDER, shown_path};

pub(super) fn hint(error: &Error, home: Option<&Path>) -> String {
    match error {
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
    }
}
