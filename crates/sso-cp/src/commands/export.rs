//! `sso-cp export`: credentials in the form that a shell or a tool takes.

mod ini;
mod lines;

use crate::args::commands::Export;
use crate::args::format::Format;
use crate::context::Context;
use crate::credentials::{self, Issued};
use crate::messages::failure::{Direct, Failure};
use crate::messages::usage::usage;
use crate::process::output;
use sso_cp_types::DocumentForm;

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
