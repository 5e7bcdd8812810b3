//! What the commands of the sealed store say when all goes well, and what a person should know then.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sso_cp_config::{Session, SessionName, Store};
use sso_cp_provider::{Refusal, Rotated, StoreState, Unlocked};

use super::failure::session_shown;
use super::text::{clean, shell_word, shown_path};

/// After a wrong passphrase that may be followed by another one.
pub(crate) const AGAIN: &str = "sso-cp: the passphrase is wrong, try again\n";
/// After an empty passphrase for a new key.
pub(crate) const EMPTY: &str = "sso-cp: an empty passphrase protects nothing, type another one\n";
/// After a new passphrase that was typed in two ways.
pub(crate) const DIFFERENT: &str = "sso-cp: these are two passphrases, type one of them twice\n";
/// There is nothing that could be locked or unlocked.
pub(crate) const NOTHING_SEALED: &str =
    "sso-cp: nothing is sealed here; `sso-cp seal` seals a session\n";
/// The key is gone from the kernel.
pub(crate) const LOCKED: &str =
    "sso-cp: the store is locked; the sessions live on at AWS until `sso-cp logout`\n";
/// It was not there.
pub(crate) const LOCKED_ALREADY: &str = "sso-cp: the store was locked already\n";

/// How unlocking ended.
pub(crate) fn unlocked(unlocked: &Unlocked) -> String {
    let already = if unlocked.was_unlocked { "already " } else { "" };
    let until = match unlocked.time {
        Some(time) => format!("for {}", length(time)),
        None => "until the next start of this machine".to_owned(),
    };
    format!("sso-cp: the store is {already}unlocked, {until}\n")
}

/// The largest unit that says it exactly.
fn length(time: Duration) -> String {
    let seconds = time.as_secs();
    let units = [(86_400, "d"), (3_600, "h"), (60, "min")];
    match units.iter().find(|(unit, _)| seconds.is_multiple_of(*unit)) {
        Some((unit, name)) => format!("{} {name}", seconds / unit),
        None => format!("{seconds} s"),
    }
}

/// The store was unlocked for this run, and does not stay so.
pub(crate) fn not_kept(refusal: &Refusal) -> String {
    format!("sso-cp: warning: {refusal}, so the store does not stay unlocked\n")
}

/// What a first key means for the person.
pub(crate) fn first_key(source: &str) -> String {
    let advice = match source {
        "passphrase" => "without the passphrase nobody opens the store, so keep it well",
        "secret-service" => "the desktop's keyring keeps the key of the store",
        _ => "the command keeps the key of the store",
    };
    format!("sso-cp: {advice}\n")
}

/// A new key counts.
pub(crate) fn rotated(rotated: &Rotated) -> String {
    match rotated.resealed {
        1 => "sso-cp: there is a new key, and 1 file is sealed with it\n".to_owned(),
        count => format!("sso-cp: there is a new key, and {count} files are sealed with it\n"),
    }
}

/// Files that stayed with a key that nobody has.
pub(crate) fn left_behind(left: &[PathBuf], home: Option<&Path>) -> Vec<String> {
    let line = |path: &PathBuf| {
        let path = shown_path(path, home);
        format!("sso-cp: warning: {path} cannot be opened, and stays until a sign-in replaces it\n")
    };
    left.iter().map(line).collect()
}

/// What unlocking did not help.
pub(crate) fn left(state: &StoreState, home: Option<&Path>) -> Vec<String> {
    let mut lines = left_behind(&state.damaged, home);
    let count = state.of_other_keys.len();
    if count > 0 {
        let files = if count == 1 { "1 file is" } else { &format!("{count} files are") };
        lines.push(format!(
            "sso-cp: warning: {files} sealed with a key that nothing here knows; `sso-cp login` signs in anew\n"
        ));
    }
    lines
}

/// A session is sealed.
pub(crate) fn sealed(session: &Session, wanted: Store) -> String {
    let what = match wanted {
        Store::SealedAll => "its sign-in and its credentials are",
        Store::Plain | Store::Sealed => "its sign-in is",
    };
    format!("sso-cp: {} is sealed: {what} encrypted at rest\n", shown(session))
}

/// A session is not sealed any more.
pub(crate) fn unsealed(session: &Session) -> String {
    format!("sso-cp: {} is in the shared files, for the AWS CLI and the SDKs too\n", shown(session))
}

/// Another tool's sign-in stays beside the sealed one.
pub(crate) fn stays(path: &Path, session: &Session, home: Option<&Path>) -> String {
    let SessionName::Named(name) = &session.name else { return String::new() };
    format!(
        "sso-cp: warning: {} holds another sign-in, of the AWS CLI for instance, and stays; `sso-cp logout --sso-session {}` ends both\n",
        shown_path(path, home),
        shell_word(name)
    )
}

/// What sealing means for tools that read the shared files.
pub(crate) fn other_tools(profiles: &[&str]) -> String {
    let by_us = "sso-cp: the AWS CLI and the SDKs are signed in by `credential_process` profiles alone now\n";
    match profiles {
        [] => by_us.to_owned(),
        [name] => {
            format!("{by_us}sso-cp: profile `{}` is not one: run `sso-cp doctor`\n", clean(name))
        }
        names => {
            let count = names.len();
            format!("{by_us}sso-cp: {count} profiles are not such: run `sso-cp doctor`\n")
        }
    }
}

fn shown(session: &Session) -> String {
    clean(&session_shown(session))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_shown_in_the_unit_that_fits() {
        let shown = |seconds| length(Duration::from_secs(seconds));
        assert_eq!([shown(28_800), shown(86_400), shown(5_400)], ["8 h", "1 d", "90 min"]);
        assert_eq!(shown(45), "45 s");
    }
}
