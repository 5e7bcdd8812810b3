//! The files in `~/.aws` that `sso-cp` shares with the AWS CLI and the SDKs, and its own beside them.
//!
//! Names, fields and formats of the shared files are a wire format: what other tools wrote is read,
//! and what is written here they read. The rules:
//!
//! - Reading never fails for what a file *says*: what cannot be understood is a miss. A token file
//!   that cannot be *read* is an error.
//! - A write is whole and atomic, or it did not happen; files are 0600 from their first byte.
//! - A file that is not understood is never deleted, and never overwritten but by a fresh value of
//!   the very same key.
//! - Locks save work and are never needed for correctness, because other tools do not take them.

#![allow(
    clippy::disallowed_methods,
    reason = "this is the one crate that writes, replaces and deletes files"
)]
#![cfg_attr(
    test,
    allow(
        clippy::print_stdout,
        clippy::unwrap_used,
        reason = "a test says what it skips, and may panic"
    )
)]

mod chain_file;
mod chain_names;
mod error;
mod failure_note;
mod folders;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod index;
mod json;
mod kept;
pub mod key_file;
mod keys;
mod last_portal;
mod lock;
mod names;
mod owner;
mod passing;
mod plugin_note;
mod prefetch_note;
mod read;
mod recent;
mod registration_file;
mod role_file;
mod role_folder;
mod scoped_file;
mod scoped_names;
mod sealed_files;
mod service_token_file;
mod service_token_names;
mod sign_in_note;
mod suspect_client;
#[cfg(test)]
mod tests;
mod token_file;
mod twin;
mod wire_credentials;
mod write;

pub use chain_file::{AssumedRoleUser, ChainFile, PersonFile};
pub use chain_names::{ChainKey, HopKey};
pub use error::{Error, Step, WhyLocked};
pub use failure_note::FailureNote;
pub use folders::Folders;
pub use index::{IndexedRole, RoleIndex};
pub use keys::{Asked, Keys, Sealing, Store};
pub use last_portal::LastPortal;
pub use lock::{Lock, Locked, Turn, first_notice};
pub use names::{RegistrationKey, RoleKey, SessionKey};
#[cfg(unix)]
pub use passing::PassingSocket;
pub use passing::{PassingFile, PassingFolder, read_file};
pub use plugin_note::PluginNote;
pub use prefetch_note::PrefetchNote;
pub use recent::Recent;
pub use registration_file::{Flow, RegistrationFile};
pub use role_file::{RoleEntry, RoleFile};
pub use role_folder::RoleFolder;
pub use scoped_file::{CachedScope, ScopedFile};
pub use scoped_names::{Asker, ScopedKey};
pub use sealed_files::{Resealed, SealedFile, reseal, sealed_files};
pub use service_token_file::{KeptToken, ServiceTokenFile};
pub use service_token_names::{Issuer, ServiceTokenKey};
pub use sign_in_note::SignInNote;
pub use sso_cp_files::discard;
pub use suspect_client::SuspectClient;
pub use token_file::{Origin, TokenEntry, TokenFile, TokenPlace};
pub use twin::{Comparison, Form, Twin};
pub use write::Pending;
