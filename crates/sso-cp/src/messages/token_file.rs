//! What is odd about a token file.

use std::path::Path;

use sso_cp_provider::{Oddity, OddityKind};

use super::failure::cause;
use super::text::{clean, shown_path};

/// What a token file holds instead of a token, or why it cannot be read.
pub(crate) fn oddity(oddity: &Oddity, home: Option<&Path>) -> String {
    let path = shown_path(&oddity.path, home);
    match &oddity.kind {
        OddityKind::NoToken => format!("{path} holds no token"),
        OddityKind::OtherPortal { start_url } => {
            format!("{path} holds a sign-in for {}", clean(start_url))
        }
        OddityKind::Unreadable(error) => cause(error, home),
    }
}
