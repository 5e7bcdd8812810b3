//! Sections that cannot be migrated because no tool finds them: their headers were meant otherwise.

use sso_cp_config::meant_headers;

use crate::context::Context;
use crate::messages::text::{clean, shown_path};
use crate::process::output;

/// More of them are one person's way of writing, which a few lines show too.
const SHOWN: usize = 10;

/// Names the line of each, and what to write there.
pub(super) fn say(context: &Context) {
    for header in meant_headers(context.files()).iter().take(SHOWN) {
        let (line, path) = (header.line, shown_path(&header.path, context.home()));
        let kind = if header.is_profile { "profile" } else { "sso-session" };
        output::warn(&format!(
            "line {line} of {path} has `{}`, which names no {kind}; write `{}` there, and run `sso-cp migrate` again",
            clean(&header.found),
            clean(&header.meant)
        ));
    }
}
