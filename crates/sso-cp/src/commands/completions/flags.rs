//! What the scripts share.

use crate::args::manual::{Values, credential, own_flags, shared};

/// Every flag that takes a value, once, and what may stand there: by its name, whatever the command.
pub(super) fn flags_with_values() -> Vec<(&'static str, Values)> {
    let mut seen: Vec<(&str, Values)> = Vec::new();
    for flag in shared().chain(credential()).chain(own_flags()) {
        if let Some(value) = flag.value
            && seen.iter().all(|(name, _)| *name != flag.name)
        {
            seen.push((flag.name, value.values));
        }
    }
    seen
}

/// A text in single quotes, as POSIX shells and zsh take it.
pub(super) fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
