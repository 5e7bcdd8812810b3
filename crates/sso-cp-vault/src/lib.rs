//! The key of the sealed store: where it is kept, where it is while the store is unlocked, and what a
//! sealed file looks like.
//!
//! One random key of 32 bytes seals the files of a user. A keystore keeps it, one of three: a
//! passphrase that people remember, the Secret Service of the desktop, or any program that prints the
//! key. Unlocking asks the keystore and puts the key into the kernel's keyring, and anyone who needs the
//! key later asks the kernel alone: no keystore may prompt behind a person's back.
//!
//! Nothing here reads or writes a file, and no secret goes into an argument or into the environment of
//! a child. Keys are wiped when they are dropped; the copy that the cipher makes for one file is on the
//! stack, and the cipher does not wipe it.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::print_stdout,
        reason = "tests may panic and say what they skip"
    )
)]

mod base64;
mod child;
mod command;
mod error;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod key;
mod key_file;
mod keyring;
mod passphrase;
mod sealed;
mod secret_service;
mod wrapped;

pub use command::{KeyCommand, Patience};
pub use error::{ChildProblem, Error, KeyTextProblem};
pub use key::{Key, KeyId};
pub use key_file::{Former, Kept, KeyFile};
pub use keyring::{Refusal, extend, find, put, remove};
pub use passphrase::PassphraseKey;
pub use sealed::{Damaged, Header, Times, open, seal};
pub use secret_service::SecretService;
pub use wrapped::Wrapped;
