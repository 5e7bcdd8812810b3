//! `sso-cp manual`: the manual page, printed or put where `man` finds it.

use super::install;
use crate::args::commands::Manual;
use crate::args::manual::page;
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::messages::text::shown_path;
use crate::process::output;

/// Prints the page, or installs it.
pub(crate) fn run(context: &Context, flags: &Manual) -> Result<(), Failure> {
    if !flags.install {
        return Ok(output::print(page::roff().as_bytes())?);
    }
    let folder = install::folder(context, "XDG_DATA_HOME", ".local/share");
    let path = folder.join("man/man1/sso-cp.1");
    install::file(context, &path, &page::roff())?;
    let shown = shown_path(&path, context.home());
    output::say(&format!("sso-cp: the manual page is {shown}: man sso-cp\n"));
    Ok(())
}
