//! What a message says differently for each run.

use std::path::{Path, PathBuf};

use sso_cp_config::Selection;

/// What is known of a run: of one that has hardly begun, nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scene {
    /// The home directory, which paths are shown below.
    pub(crate) home: Option<PathBuf>,
    /// What the flags select, if they do.
    pub(crate) selection: Option<Selection>,
    /// The profile that the person's shell has chosen, for commands that take it without a selection.
    pub(crate) shell_profile: Option<String>,
    /// The command's word, if it has one.
    pub(crate) word: Option<&'static str>,
}

impl Scene {
    pub(crate) fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }
}
