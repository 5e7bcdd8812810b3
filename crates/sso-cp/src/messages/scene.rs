//! What a message says differently for each run.

use std::path::{Path, PathBuf};

use sso_cp_config::{Selection, SessionName};

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
    /// What goes on with something that is not written yet, in place of commands that would look for it in the files.
    pub(crate) again: Option<String>,
}

impl Scene {
    pub(crate) fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    /// What the run is about, as a person knows it: what a legacy sign-in is called, and whose a rule is.
    pub(crate) fn subject(&self) -> String {
        match (&self.selection, &self.shell_profile) {
            (Some(Selection::Profile(name)), _) | (None, Some(name)) => format!("profile `{name}`"),
            (Some(Selection::SsoSession(name) | Selection::Role { sso_session: name, .. }), _) => {
                SessionName::Named(name.clone()).to_string()
            }
            (None, None) => SessionName::Legacy.to_string(),
        }
    }
}
