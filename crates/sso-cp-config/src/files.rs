//! Where the shared files are.

use std::path::{Path, PathBuf};

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

/// A path below a folder, made in one piece: joining part by part would copy it for each.
fn below(folder: &Path, parts: &[&str]) -> PathBuf {
    const SEPARATOR: usize = 1;
    let length = parts.iter().map(|part| part.len() + SEPARATOR).sum::<usize>();
    let mut path = PathBuf::with_capacity(folder.as_os_str().len() + length);
    path.push(folder);
    path.extend(parts);
    path
}

/// Whether a path is where nothing ever is: `AWS_SHARED_CREDENTIALS_FILE=/dev/null` is how people have
/// SDKs read no such file. It can be read like a missing one, and must never be replaced.
pub(crate) fn is_null_device(path: &Path) -> bool {
    cfg!(unix) && path == Path::new("/dev/null")
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
            None => below(&home, &[".aws", name]),
        };
        let config = from("AWS_CONFIG_FILE", "config");
        let credentials = from("AWS_SHARED_CREDENTIALS_FILE", "credentials");
        Ok(Files { home, config, credentials })
    }
}
