//! `sso-cp completions SHELL`: what a shell needs to complete our command lines.
//!
//! The scripts are made from the table of commands and flags. Names of profiles and sessions are
//! asked for when they are completed, by the internal `sso-cp completions --names profiles|sessions|all|console`:
//! one name per line, from the files alone. A name with control characters is left out, for a shell
//! would put them on its line.

mod bash;
mod fish;
mod flags;
mod powershell;
mod zsh;

use std::path::PathBuf;

use sso_cp_config::names;

use super::console::services;
use super::install;
use crate::args::commands::Completions;
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::messages::text::{clean, shown_path};
use crate::messages::usage::usage;
use crate::process::output;

/// Prints the script, or the names.
pub(crate) fn run(context: &Context, flags: &Completions) -> Result<(), Failure> {
    if flags.install {
        return install_script(context, flags.shell.as_deref());
    }
    let text = match (flags.shell.as_deref(), flags.names.as_deref()) {
        (Some("bash"), None) => bash::script(),
        (Some("zsh"), None) => zsh::script(),
        (Some("fish"), None) => fish::script(),
        (Some("powershell"), None) => powershell::script(),
        (None, Some("profiles")) => listed(names(context.files())?.profiles),
        (None, Some("console")) => {
            let services = services::names().map(str::to_owned).collect();
            listed([names(context.files())?.profiles, services].concat())
        }
        (None, Some("sessions")) => listed(names(context.files())?.sessions),
        (None, Some("all")) => {
            let names = names(context.files())?;
            listed([names.profiles, names.sessions].concat())
        }
        (Some(other), None) => {
            let problem = format!("there are no completions for `{}`", clean(other));
            return Err(usage(problem, &hint()));
        }
        _ => {
            return Err(usage("`completions` needs the name of a shell".to_owned(), &hint()));
        }
    };
    Ok(output::print(text.as_bytes())?)
}

/// Puts the script where the shell looks for it by itself.
fn install_script(context: &Context, shell: Option<&str>) -> Result<(), Failure> {
    let data = |path| install::folder(context, "XDG_DATA_HOME", ".local/share").join(path);
    let (path, script, rest) = match shell {
        // bash-completion's own variable goes before.
        Some("bash") => {
            let folder = context.env().text("BASH_COMPLETION_USER_DIR").map(PathBuf::from);
            let folder = folder.filter(|folder| folder.is_absolute());
            let folder = folder.unwrap_or_else(|| data("bash-completion"));
            let rest = "bash reads it where the package bash-completion is installed";
            (folder.join("completions/sso-cp"), bash::script(), rest)
        }
        Some("zsh") => {
            let rest = "put its folder in `fpath` before `compinit` in ~/.zshrc";
            (data("zsh/site-functions/_sso-cp"), zsh::script(), rest)
        }
        Some("fish") => {
            let folder = install::folder(context, "XDG_CONFIG_HOME", ".config");
            (folder.join("fish/completions/sso-cp.fish"), fish::script(), "fish reads it by itself")
        }
        _ => {
            return Err(usage(
                "`--install` knows where bash, zsh and fish look for completions".to_owned(),
                "write `sso-cp completions bash --install`, or see `sso-cp completions --help`",
            ));
        }
    };
    install::file(context, &path, &script)?;
    let shown = shown_path(&path, context.home());
    output::say(&format!("sso-cp: the completions are {shown}; {rest}\n"));
    Ok(())
}

fn hint() -> String {
    "write `sso-cp completions bash|zsh|fish|powershell`".to_owned()
}

fn listed(names: Vec<String>) -> String {
    let plain = names.into_iter().filter(|name| !name.is_empty() && clean(name) == *name);
    plain.map(|name| name + "\n").collect()
}
