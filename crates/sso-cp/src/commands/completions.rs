//! `sso-cp completions SHELL`: what a shell needs to complete our command lines.
//!
//! The scripts are made from the table of commands and flags. Names of profiles and sessions are
//! asked for when they are completed, by the internal `sso-cp completions --names profiles|sessions|all|console`:
//! one name a line, from the files alone. A name with control characters is left out, for a shell
//! would put them on its line.

mod bash;
mod fish;
mod flags;
mod powershell;
mod zsh;

use sso_cp_config::names;

use super::console::services;
use crate::args::commands::Completions;
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::messages::text::clean;
use crate::messages::usage::usage;
use crate::process::output;

/// Prints the script, or the names.
pub(crate) fn run(context: &Context, flags: &Completions) -> Result<(), Failure> {
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

fn hint() -> String {
    "write `sso-cp completions bash|zsh|fish|powershell`".to_owned()
}

fn listed(names: Vec<String>) -> String {
    let plain = names.into_iter().filter(|name| !name.is_empty() && clean(name) == *name);
    plain.map(|name| name + "\n").collect()
}
