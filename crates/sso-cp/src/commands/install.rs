//! Files that belong to the program and that `cargo install` leaves out, put where the person's own shells and `man`
//! look for them. Nothing outside of the home folder is touched.

use std::path::{Path, PathBuf};

use sso_cp_cache::{Error, Pending, Step};

use crate::context::Context;
use crate::messages::failure::Failure;

/// The folder that a variable of the XDG base directories names, else its usual place in the home folder. A relative
/// path counts as unset, as the specification says.
pub(crate) fn folder(context: &Context, variable: &str, usual: &str) -> PathBuf {
    let named = context.env().text(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    named.unwrap_or_else(|| context.files().home.join(usual))
}

/// Makes missing folders, for their owner alone, as the XDG specification wants it.
fn private_folders() -> std::fs::DirBuilder {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// Writes a file, whole, in the place of what is there. Missing folders are made.
pub(crate) fn file(context: &Context, path: &Path, content: &str) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        private_folders().create(folder).map_err(|source| {
            Failure::from(Error::Io { step: Step::MakeFolder, path: folder.to_owned(), source })
        })?;
    }
    let _held = context.interrupt().hold();
    Ok(Pending::begin(context.folders(), path)?.finish(content.as_bytes())?)
}
