//! The nouns of IAM Identity Center, as the rest of `sso-cp` passes them around.
//!
//! Values only: nothing here reads a file, opens a socket or looks at the environment.
//! The one exception is [`Timestamp::now`], which asks the system clock.

mod credentials;
mod document;
mod hex;
mod secret;
mod sort;
mod timestamp;
mod token;
mod unseen;
mod url_text;
mod visible;

pub use credentials::{AccountId, RoleCredentials, RoleName};
pub use document::DocumentForm;
pub use hex::push_hex;
pub use secret::Secret;
pub use sort::sort_by_text;
pub use timestamp::Timestamp;
pub use token::{ACCOUNT_ACCESS, ClientRegistration, Renewal, Token};
pub use unseen::is_unseen;
pub use url_text::{percent_encode, push_percent_encoded};
pub use visible::is_printable;
