//! The shared files of one user, and what they name.

use std::sync::OnceLock;

use sso_cp_cache::{Asked, Folders, Keys};
use sso_cp_config::{Env, Error as ConfigError, Files, Selection, Session, Target};
use sso_cp_http::Event as HttpEvent;

use crate::event::Event;

/// The shared AWS files of one user. Making one reads no file and opens no socket.
#[derive(Debug, Clone)]
pub struct Provider {
    env: Env,
    files: Files,
    folders: Folders,
    on_event: Option<fn(&Event<'_>)>,
    on_http_event: Option<fn(&HttpEvent<'_>)>,
    /// What opens sealed files, from the first one on.
    keys: OnceLock<Keys>,
}

impl Provider {
    /// For the files that the environment names: `HOME`, `AWS_CONFIG_FILE`, `AWS_SHARED_CREDENTIALS_FILE`.
    ///
    /// # Errors
    ///
    /// [`ConfigError::NoHome`]: neither the environment nor the user database names a home directory.
    pub fn new(env: Env) -> Result<Provider, ConfigError> {
        let files = Files::locate(&env)?;
        let folders = Folders::below(&files.home);
        let keys = OnceLock::new();
        Ok(Provider { env, files, folders, on_event: None, on_http_event: None, keys })
    }

    /// Calls plain functions at every step, of a call and of its requests (for `--debug`). Without one, no
    /// event is even made.
    #[must_use]
    pub fn with_events(
        self,
        on_event: Option<fn(&Event<'_>)>,
        on_http_event: Option<fn(&HttpEvent<'_>)>,
    ) -> Provider {
        Provider { on_event, on_http_event, ..self }
    }

    /// What a selection names: a role of the access portal, or a chain of roles. Reads the config files,
    /// sends nothing.
    ///
    /// # Errors
    ///
    /// Everything that keeps the files from naming one usable role, with file, section and key. A person
    /// must edit them.
    pub fn resolve(&self, selection: &Selection) -> Result<Target, ConfigError> {
        sso_cp_config::target(selection, &self.files, &self.env)
    }

    /// The session that a selection signs in to.
    ///
    /// # Errors
    ///
    /// As for [`Provider::resolve`], as far as a session needs it.
    pub fn session(&self, selection: &Selection) -> Result<Session, ConfigError> {
        sso_cp_config::session(selection, &self.files, &self.env)
    }

    /// The environment that it goes by.
    pub fn env(&self) -> &Env {
        &self.env
    }

    /// Where the shared config files are.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// Where the shared cache files are.
    pub fn folders(&self) -> &Folders {
        &self.folders
    }

    /// What opens sealed files. A key that is found once serves all calls of this provider.
    pub(crate) fn keys(&self) -> &Keys {
        self.keys.get_or_init(|| Keys::new(&self.folders, Asked::Kernel))
    }

    pub(crate) fn on_http_event(&self) -> Option<fn(&HttpEvent<'_>)> {
        self.on_http_event
    }

    /// Tells an event; it is made only where somebody listens.
    pub(crate) fn tell<'a>(&self, event: impl FnOnce() -> Event<'a>) {
        if let Some(on_event) = self.on_event {
            on_event(&event());
        }
    }
}
