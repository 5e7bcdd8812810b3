//! Where the shared files are.

use std::path::PathBuf;

use crate::{Env, Error};

/// The shared files of one user, all paths absolute or as the user wrote them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// The home directory.
    pub home: PathBuf,
    /// `AWS_CONFIG_FILE`, else `~/.aws/config`.
    pub config: PathBuf,
    /// `AWS_SHARED_CREDENTIALS_FILE`, else `~/.aws/credentials`.
    pub credentials: PathBuf,
}

impl Files {
    /// Finds the files.
    ///
    /// # Errors
    ///
    /// [`Error::NoHome`] where neither the environment nor the user database names a home: the
    /// caches hang off it whatever the variables say.
    pub fn locate(env: &Env) -> Result<Files, Error> {
        let home = env.home().ok_or(Error::NoHome)?;
        let from = |variable: &str, name: &str| match env.raw(variable) {
            Some(path) => env.expand(path.as_ref(), &home),
            None => home.join(".aws").join(name),
        };
        let config = from("AWS_CONFIG_FILE", "config");
        let credentials = from("AWS_SHARED_CREDENTIALS_FILE", "credentials");
        Ok(Files { home, config, credentials })
    }
}
