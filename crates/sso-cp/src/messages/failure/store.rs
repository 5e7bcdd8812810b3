//! When the sealed store is locked, or cannot be changed.

use std::path::Path;

use sso_cp_cache::WhyLocked;
use sso_cp_config::SessionName;
use sso_cp_provider::{ChildProblem, KeystoreError, Refusal, StoreError, StoreLocked};
use sso_cp_types::Timestamp;

use super::files;
use super::sign_in_required::login;
use super::system::fact;
use crate::messages::exit_code::Class;
use crate::messages::message::Message;
use crate::messages::text::FIND_PROGRAM;

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
pub(super) fn hint_of_locked(locked: &StoreLocked) -> String {
    match &locked.why {
        WhyLocked::Keystore(error) => keystore(error),
        WhyLocked::NoKey => format!("run `{}`", new_login(&locked.session)),
        _ => "run `sso-cp unlock`".to_owned(),
    }
}

/// A command of the store's own has failed.
pub(super) fn message(error: &StoreError, home: Option<&Path>) -> Message {
    Message::new(fact(error, home), hint(error, home))
}

fn hint(error: &StoreError, home: Option<&Path>) -> String {
    let hint = match error {
        StoreError::NoKey => "run `sso-cp login --new-key`, or `sso-cp seal` for the session",
        StoreError::PassphraseNeeded | StoreError::WrongPassphrase => {
            "run the command again; where the passphrase is lost, `sso-cp login --new-key`"
        }
        StoreError::Keystore(error) => return keystore(error),
        StoreError::SameKey { .. } => {
            "have it keep a new one, such as `openssl rand -base64 32` prints, and run the command again"
        }
        StoreError::KeyExists { .. } => {
            "run the command with `--new-key` to move to another keystore, or without `--key`"
        }
        StoreError::NotKept(Refusal::Quota) => {
            "see `keyctl show @u` for what uses it up, and /proc/sys/kernel/keys/maxkeys"
        }
        StoreError::NotKept(_) => {
            "keep the key by a command (`sso-cp seal --new-key --key command --command PROGRAM`), and set `sso_cp_unlock = always`"
        }
        StoreError::TwoSignIns { .. } => {
            "run `sso-cp logout` for the session, which ends both, and the command again"
        }
        StoreError::Cache(error) => return files::hint(error, home),
    };
    hint.to_owned()
}

/// What to do where a keystore gives no key.
fn keystore(error: &KeystoreError) -> String {
    let hint = match error {
        KeystoreError::Child { program, problem: ChildProblem::NotStarted(_) } => {
            return format!("install it, or find it by `{FIND_PROGRAM} {program}`");
        }
        KeystoreError::Child { program, .. } => why_not(program),
        KeystoreError::Locked { .. } => {
            "unlock it, by logging in to the desktop for instance, and run `sso-cp unlock`"
        }
        KeystoreError::Gone { .. } => "run `sso-cp login --new-key`",
        KeystoreError::OtherKey { .. } => {
            "have it give the right one, or run `sso-cp login --new-key`"
        }
        _ => "close some programs, and run the command again",
    };
    hint.to_owned()
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

/// Signed out here, and not at AWS.
pub(super) fn lives_on(session: &str, start_url: &str, until: Option<Timestamp>) -> Message {
    let until = until
        .map_or_else(String::new, |until| format!(" and stays valid until {until} at the latest"));
    Message::new(
        format!(
            "signed out of {session} here, but the store is locked, so at AWS the session could not be ended{until}"
        ),
        format!("to end it there, sign out at {} in a browser", start_url),
    )
}

fn new_login(session: &SessionName) -> String {
    login(session, None).replacen("login", "login --new-key", 1)
}
