//! When the sealed store is locked, or cannot be changed.

use std::path::Path;

use sso_cp_cache::WhyLocked;
use sso_cp_config::{Selection, SessionName};
use sso_cp_provider::{ChildProblem, KeystoreError, Refusal, StoreError, StoreLocked};
use sso_cp_types::Timestamp;

use super::sign_in_required::session_words;
use super::{files, with_source};
use crate::messages::exit_code::Class;
use crate::messages::message::Message;
use crate::messages::text::{FIND_PROGRAM, clean, shell_word, shown_path};

/// Of a call that found the store locked.
pub(super) fn class_of_locked(locked: &StoreLocked) -> Class {
    match &locked.why {
        WhyLocked::Keystore(error) => class_of_keystore(error),
        _ => Class::SignIn,
    }
}

/// Of a command of the store's own.
pub(super) fn class(error: &StoreError) -> Class {
    match error {
        StoreError::NoKey | StoreError::PassphraseNeeded | StoreError::WrongPassphrase => {
            Class::SignIn
        }
        StoreError::Cache(sso_cp_cache::Error::Locked(_)) => Class::SignIn,
        StoreError::Keystore(error) => class_of_keystore(error),
        StoreError::SameKey { .. } | StoreError::KeyExists { .. } => Class::Usage,
        StoreError::NotKept(_) | StoreError::TwoSignIns { .. } | StoreError::Cache(_) => {
            Class::Files
        }
    }
}

/// A key that is gone takes a sign-in; a keystore that does not answer is a means of this machine.
fn class_of_keystore(error: &KeystoreError) -> Class {
    match error {
        KeystoreError::Gone { .. }
        | KeystoreError::OtherKey { .. }
        | KeystoreError::Locked { .. }
        | KeystoreError::WrongPassphrase => Class::SignIn,
        _ => Class::Files,
    }
}

/// The store is locked for a call.
pub(super) fn locked(locked: &StoreLocked, selection: Option<&Selection>) -> Message {
    let session = session_words(&locked.session, selection);
    let fact = format!("the store of {session} is locked");
    match &locked.why {
        WhyLocked::NotUnlocked => Message::new(fact, "run `sso-cp unlock`"),
        WhyLocked::Closed(refusal) => {
            Message::new(format!("{fact}: {refusal}"), "run `sso-cp unlock`")
        }
        WhyLocked::Keystore(error) => keystore(error),
        _ => Message::new(
            format!("the store of {session} has no key"),
            format!("run `{}`", new_login(&locked.session)),
        ),
    }
}

/// A command of the store's own has failed.
pub(super) fn message(error: &StoreError, home: Option<&Path>) -> Message {
    match error {
        StoreError::NoKey => Message::new(
            "the store has no key, though a session is sealed",
            "run `sso-cp login --new-key`, or `sso-cp seal` for the session",
        ),
        StoreError::PassphraseNeeded | StoreError::WrongPassphrase => Message::new(
            "the passphrase is wrong",
            "run the command again; where the passphrase is lost, `sso-cp login --new-key`",
        ),
        StoreError::Keystore(error) => keystore(error),
        StoreError::SameKey { program } => Message::new(
            format!("`{program}` prints the key that is in use already"),
            "have it keep a new one, such as `openssl rand -base64 32` prints, and run the command again",
        ),
        StoreError::KeyExists { source } => Message::new(
            format!("the store has its key already, by {source}"),
            "run the command with `--new-key` to move to another keystore, or without `--key`",
        ),
        StoreError::NotKept(refusal) => not_kept(refusal),
        StoreError::TwoSignIns { plain } => Message::new(
            format!("{} holds another sign-in than the sealed one", shown_path(plain, home)),
            "run `sso-cp logout` for the session, which ends both, and the command again",
        ),
        StoreError::Cache(error) => files::message(error, home),
    }
}

fn not_kept(refusal: &Refusal) -> Message {
    let hint = match refusal {
        Refusal::Quota => {
            "see `keyctl show @u` for what uses it up, and /proc/sys/kernel/keys/maxkeys"
        }
        _ => {
            "keep the key by a command (`sso-cp seal --new-key --key command`), and set `sso_cp_unlock = always`"
        }
    };
    Message::new(format!("the store cannot stay unlocked: {refusal}"), hint)
}

/// What a keystore says, or does not.
fn keystore(error: &KeystoreError) -> Message {
    match error {
        KeystoreError::Child { program, problem: problem @ ChildProblem::NotStarted(_) } => {
            Message::new(
                format!(
                    "`{program}`, which has the key of the store, cannot be started: {}",
                    cause(problem)
                ),
                format!("install it, or find it by `{FIND_PROGRAM} {program}`"),
            )
        }
        KeystoreError::Child { program, problem } => Message::new(
            format!("`{program}` gave no key of the store: {}", with_source(problem)),
            why_not(program),
        ),
        KeystoreError::Locked { program } => Message::new(
            format!("the keyring of the desktop, which `{program}` asks, is locked"),
            "unlock it, by logging in to the desktop for instance, and run `sso-cp unlock`",
        ),
        KeystoreError::Gone { program } => Message::new(
            format!("`{program}` does not know the key of the store any more"),
            "run `sso-cp login --new-key`",
        ),
        KeystoreError::OtherKey { program } => Message::new(
            format!("`{program}` gave another key than the store's"),
            "have it give the right one, or run `sso-cp login --new-key`",
        ),
        error => Message::new(error.to_string(), "close some programs, and run the command again"),
    }
}

/// What shows a person why a keystore gives no key.
fn why_not(program: &str) -> &'static str {
    match program {
        "secret-tool" => {
            "run `secret-tool search service sso-cp` to see whether the keyring of the desktop answers"
        }
        _ => {
            "run the command that stands in ~/.aws/sso-cp/sealed/key, or after `--command`, in a terminal to see why"
        }
    }
}

fn cause(problem: &ChildProblem) -> String {
    match problem {
        ChildProblem::NotStarted(error) => super::system(error),
        problem => problem.to_string(),
    }
}

/// Signed out here, and not at AWS.
pub(super) fn lives_on(session: &str, start_url: &str, until: Option<Timestamp>) -> Message {
    let until = until
        .map_or_else(String::new, |until| format!(" and stays valid until {until} at the latest"));
    Message::new(
        format!(
            "signed out of {session} here, but the store is locked, so at AWS the session could not be ended{until}"
        ),
        format!("to end it there, sign out at {} in a browser", clean(start_url)),
    )
}

fn new_login(session: &SessionName) -> String {
    match session {
        SessionName::Named(name) => {
            format!("sso-cp login --new-key --sso-session {}", shell_word(name))
        }
        SessionName::Legacy => "sso-cp login --new-key".to_owned(),
    }
}
