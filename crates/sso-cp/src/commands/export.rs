//! `sso-cp export`: credentials in the form that a shell or a tool takes.

mod ini;
mod lines;

use sso_cp_provider::{Provided, Warning};
use sso_cp_types::DocumentForm;

use crate::args::commands::Export;
use crate::args::format::{Format, Shell};
use crate::commands::region::plain_region;
use crate::context::Context;
use crate::messages::failure::{Direct, Failure};
use crate::messages::text::shell_word;
use crate::messages::usage::usage;
use crate::process::output;

/// Prints the credentials, or writes them into the credentials file.
pub(crate) fn run(context: &Context, flags: &Export) -> Result<(), Failure> {
    if flags.unset {
        return unset(context, flags);
    }
    let format = flags.format.unwrap_or(Format::Process);
    if format != Format::Ini && (flags.write || flags.section.is_some()) {
        let section = flags.section.as_deref().filter(|_| !flags.write);
        let flag = if section.is_some() { "--section" } else { "--write" };
        let value = section.map_or(String::new(), |name| format!(" {}", shell_word(name)));
        let line = context.typed_with(&format!("--format ini {flag}{value}"));
        return Err(usage(
            format!("`{flag}` belongs to the format `ini`"),
            &format!("write `{line}`"),
        ));
    }
    let warnings = match format {
        Format::Process => print_document(context, DocumentForm::Process)?,
        Format::Sts => print_document(context, DocumentForm::Sts)?,
        Format::Lines(shell) => {
            let selected = plain_credentials(context)?;
            let region = plain_region(selected.region.as_deref())?;
            output::print(&lines::text(shell, &selected.credentials, region))?;
            selected.warnings
        }
        Format::Ini => {
            // The name first: it needs no network.
            let name = ini::section_name(context, flags.section.as_deref())?;
            let selected = plain_credentials(context)?;
            match flags.write {
                true => ini::write(context, &name, &selected.credentials)?,
                false => output::print(&ini::text(&name, &selected.credentials))?,
            }
            selected.warnings
        }
    };
    output::warn_beside_document(&warnings, || context.scene());
    Ok(())
}

fn print_document(context: &Context, form: DocumentForm) -> Result<Vec<Warning>, Failure> {
    let Provided { credentials, account_id, warnings, .. } = context.provided()?;
    output::print(credentials.document(form, &account_id.0).as_bytes())?;
    Ok(warnings)
}

/// Prints what takes the variables back, offline. The region goes with them where the profile has one,
/// for only then it came from here.
fn unset(context: &Context, flags: &Export) -> Result<(), Failure> {
    let shell = match flags.format {
        None => Shell::Posix,
        Some(Format::Lines(shell)) if shell != Shell::EnvFile => shell,
        Some(_) => {
            return Err(usage(
                "this format sets no variables that could be taken back".to_owned(),
                &format!(
                    "write `{}`, or name another shell",
                    context.typed_with("--unset --format env")
                ),
            ));
        }
    };
    let has_region = context.target().is_ok_and(|target| target.region().is_some());
    Ok(output::print(&lines::unset(shell, has_region))?)
}

/// Credentials that mean nothing to any shell. AWS's always do; where they do not, nothing is
/// printed rather than a quoting invented.
fn plain_credentials(context: &Context) -> Result<Provided, Failure> {
    let selected = context.provided()?;
    match lines::odd_field(&selected.credentials) {
        None => Ok(selected),
        Some(field) => Err(Failure::Direct(Direct::OddCredentials { field })),
    }
}
