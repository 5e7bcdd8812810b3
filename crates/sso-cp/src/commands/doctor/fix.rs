//! `sso-cp doctor --fix`: the fixes that change files, shown, asked about, and made.
//!
//! Lines that tools read differently are mended by [`mended`], step by verified step; settings and modes as the findings say. What needs a
//! decision or a browser stays the person's: the page that follows has it still.

use std::io::IsTerminal;

use sso_cp_config::{Change, Contents, Document, LintedFile, SectionEdit, mended};

use super::check::{Finding, ModeChange};
use crate::args::commands::Doctor;
use crate::commands::ask::read_line;
use crate::commands::shared_file;
use crate::context::Context;
use crate::messages::diff;
use crate::messages::failure::Failure;
use crate::messages::text::{count, shown_path};
use crate::messages::usage::usage;
use crate::process::output;

/// Shows what would be changed, asks, and changes it. Nothing is said where there is nothing.
pub(super) fn run(findings: &[Finding], context: &Context, flags: &Doctor) -> Result<(), Failure> {
    let can_ask = std::io::stdin().is_terminal() && output::is_stderr_terminal();
    if !flags.yes && !can_ask {
        let problem = "without a terminal nothing can be asked, so nothing was changed".to_owned();
        return Err(usage(problem, "write `sso-cp doctor --fix --yes`"));
    }
    let edits: Vec<&SectionEdit> =
        findings.iter().filter_map(|finding| finding.edit.as_ref()).collect();
    let modes: Vec<&ModeChange> = findings.iter().flat_map(|finding| &finding.modes).collect();
    let [config, credentials] = &fixed(&edits, context)?;
    let shown = shown([config, credentials], findings, context);
    if shown.is_empty() {
        output::say("sso-cp: there is nothing to fix without you\n");
        return Ok(());
    }
    output::print(shown.as_bytes())?;
    if !flags.yes && !is_wanted()? {
        output::say("sso-cp: nothing was changed\n");
        return Ok(());
    }
    let files = shared_file::write_as_shown([config, credentials], context)?;
    for mode in &modes {
        change_mode(mode);
    }
    let (files, modes) = (count(files, "file"), count(modes.len(), "mode"));
    output::say(&format!("sso-cp: changed {files} and {modes}; this is left:\n"));
    Ok(())
}

/// The config and the credentials file as they are to be.
fn fixed(edits: &[&SectionEdit], context: &Context) -> Result<[Document; 2], Failure> {
    let mut config = shared_file::read(context)?;
    let mut credentials = shared_file::read_credentials(context)?;
    mend(&mut config, LintedFile::Config)?;
    set(&mut config, edits, credentials.contents())?;
    shared_file::check_readers(&config, credentials.contents(), context)?;
    mend(&mut credentials, LintedFile::Credentials)?;
    for document in [&config, &credentials] {
        document.check().map_err(Failure::edit)?;
    }
    Ok([config, credentials])
}

/// The differences of both files, and the commands for the modes.
fn shown(documents: [&Document; 2], findings: &[Finding], context: &Context) -> String {
    let mut shown = String::new();
    for document in documents {
        let name = shown_path(document.path(), context.home());
        shown.push_str(&diff::unified(&name, document.before(), document.after()));
    }
    for finding in findings.iter().filter(|finding| !finding.modes.is_empty()) {
        shown.push_str(finding.fix.as_deref().unwrap_or_default());
        shown.push('\n');
    }
    shown
}

fn is_wanted() -> Result<bool, Failure> {
    let answer = read_line("make these changes? [y/N] ")?;
    Ok(matches!(&*answer.to_lowercase(), "y" | "yes"))
}

fn mend(document: &mut Document, kind: LintedFile) -> Result<(), Failure> {
    let after = mended(document.after(), kind);
    document.rewrite(after).map_err(Failure::edit)
}

/// Makes the edits of settings that the config file decides: what stands in the credentials file is the person's, and would win.
fn set(
    document: &mut Document,
    edits: &[&SectionEdit],
    credentials: &Contents,
) -> Result<(), Failure> {
    for edit in edits {
        let Some(known) = document.contents().settings(&edit.section).cloned() else { continue };
        let elsewhere = credentials.settings(&edit.section);
        let is_elsewhere = |key: &str| elsewhere.is_some_and(|settings| settings.contains_key(key));
        let changes = edit.changes.iter().filter_map(|change| match change {
            Change::Rename { old, key, .. } if known.contains_key(key) => Some(Change::remove(old)),
            Change::Rename { old, key, .. } => {
                let value = known.get(old)?.clone();
                Some(Change::Rename { old: old.clone(), key: key.clone(), value })
            }
            Change::Set { key, .. } => (!is_elsewhere(key)).then(|| change.clone()),
            Change::Remove { .. } => Some(change.clone()),
        });
        let (section, changes) = (edit.section.clone(), changes.collect());
        document.edit(&[SectionEdit { section, changes }]).map_err(Failure::edit)?;
    }
    Ok(())
}

/// The mode of a file of our own. Others' files keep theirs, and a link leads where it leads.
#[cfg(unix)]
fn change_mode(change: &ModeChange) {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    const PERMISSIONS: u32 = 0o7777;
    let ModeChange { path, keep, add } = change;
    // By the handle, so that what is looked at is what is changed.
    let Ok(file) = std::fs::File::open(path) else { return };
    let Ok(metadata) = file.metadata() else { return };
    let is_plain = metadata.is_dir() || (metadata.is_file() && metadata.nlink() == 1);
    if is_plain && metadata.uid() == rustix::process::geteuid().as_raw() {
        let mode = (metadata.mode() & PERMISSIONS & keep) | add;
        // Where it cannot be changed, the page that follows still has the finding.
        let _ = file.set_permissions(std::fs::Permissions::from_mode(mode));
    }
}

/// There are no modes.
#[cfg(not(unix))]
fn change_mode(_change: &ModeChange) {}
