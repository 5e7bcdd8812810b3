//! IAM policies that credentials are scoped down to (STS GetScopedCredentials).
//!
//! [`Policy::parse`] takes what STS takes and nothing else, before anything is sent: JSON with at least
//! one statement, in the characters that the API allows, 2,048 of them at most once all blanks between
//! the tokens are gone. [`review()`] looks deeper, as `sso-cp scope check` does: into IAM's grammar, and for
//! what makes a scope of no use. Nothing here reads a file or sends a byte.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests may panic"))]

mod actions;
pub mod examples;
mod finding;
mod flaw;
mod grammar;
mod minify;
mod node;
mod policy;
mod review;

pub use finding::{Fault, Finding};
pub use flaw::{Flaw, MAX_CHARACTERS, Problem};
pub use policy::{Policy, digest_unchecked};
pub use review::review;
