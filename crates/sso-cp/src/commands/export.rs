//! `sso-cp export`: credentials in the form that a shell or a tool takes.

mod ini;
mod lines;

use std::str::FromStr;

use argh::FromArgs;

use crate::args::usage;
use crate::context::Context;
use crate::credentials::{self, Issued};
use crate::messages::failure::{Direct, Failure};
use crate::process::output;
use sso_cp_types::DocumentForm;

/// Print credentials for a shell or a tool.
///
/// eval "$(sso-cp export --profile dev --format env)" puts them into sh, bash and zsh. They are good
/// for an hour or so and do not renew; `sso-cp exec --serve` does.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "export", help_triggers("-h", "--help"))]
pub(crate) struct Export {
    /// process (JSON, if nothing else is named), env, env-no-export, fish, powershell, windows-cmd,
    /// or ini (a section of a credentials file)
    #[argh(option, arg_name = "name", default = "Format::Process")]
    format: Format,

    /// with `--format ini`: put the section into the credentials file instead of printing it
    #[argh(switch)]
    write: bool,

    /// with `--format ini`: the section's name, if not the profile's
    #[argh(option, arg_name = "name")]
    section: Option<String>,
}

/// The forms, the AWS CLI's and one of our own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// The `credential_process` document.
    Process,
    /// Variables, one a line.
    Lines(lines::Shell),
    /// A section of a credentials file.
    Ini,
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Format, String> {
        match name {
            "process" => Ok(Format::Process),
            "ini" => Ok(Format::Ini),
            _ => lines::Shell::named(name).map(Format::Lines).ok_or_else(|| {
                "it is one of process, env, env-no-export, fish, powershell, windows-cmd, ini"
                    .to_owned()
            }),
        }
    }
}

/// Prints the credentials, or writes them into the credentials file.
pub(crate) fn run(context: &Context, flags: &Export) -> Result<(), Failure> {
    if flags.format != Format::Ini && (flags.write || flags.section.is_some()) {
        let [flag, value] = if flags.write { ["--write", ""] } else { ["--section", " NAME"] };
        return Err(usage(
            format!("`{flag}` belongs to the format `ini`"),
            &format!("write `sso-cp export --format ini {flag}{value}`"),
        ));
    }
    match flags.format {
        Format::Process => {
            let Issued { credentials, account_id, .. } = credentials::selected(context)?;
            let document = credentials.document(DocumentForm::Process, &account_id);
            output::print(document.as_bytes())?;
        }
        Format::Lines(shell) => {
            let selected = plain_credentials(context)?;
            output::print(&lines::text(shell, &selected.credentials))?;
        }
        Format::Ini => {
            // The name first: it needs no network.
            let name = ini::section_name(context, flags.section.as_deref())?;
            let selected = plain_credentials(context)?;
            match flags.write {
                true => ini::write(context, &name, &selected.credentials)?,
                false => output::print(&ini::text(&name, &selected.credentials))?,
            }
        }
    }
    context.tell_warnings();
    Ok(())
}

/// Credentials that mean nothing to any shell. AWS's always do; where they do not, nothing is
/// printed rather than a quoting invented.
fn plain_credentials(context: &Context) -> Result<Issued, Failure> {
    let selected = credentials::selected(context)?;
    match lines::odd_field(&selected.credentials) {
        None => Ok(selected),
        Some(field) => Err(Failure::Direct(Direct::OddCredentials { field })),
    }
}
