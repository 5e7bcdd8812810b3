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

/// A fix may uncover the next one. More than this has nobody.
const MAX_PASSES: usize = 5;

/// What one pass changes.
struct Plan {
    documents: [Document; 2],
    modes: Vec<ModeChange>,
    /// The differences, and the commands for the modes.
    shown: String,
}

/// Shows what would be changed, asks, and changes it, until there is nothing more. Gives what `find` finds then.
pub(super) fn run(
    find: fn(&Context) -> Vec<Finding>,
    context: &Context,
    flags: &Doctor,
) -> Result<Vec<Finding>, Failure> {
    let can_ask = std::io::stdin().is_terminal() && output::is_stderr_terminal();
    if !flags.yes && !can_ask {
        let problem = "without a terminal nothing can be asked, so nothing was changed".to_owned();
        return Err(usage(problem, "write `sso-cp doctor --fix --yes`"));
    }
    let mut findings = find(context);
    let mut plan = plan(&findings, &[], context)?;
    if plan.shown.is_empty() {
        output::say("sso-cp: there is nothing to fix without you\n");
        return Ok(findings);
    }
    let mut tried = Vec::new();
    for pass in 1..=MAX_PASSES {
        output::print(plan.shown.as_bytes())?;
        if !flags.yes && !is_wanted()? {
            let more = if pass > 1 { " more" } else { "" };
            output::say(&format!("sso-cp: nothing{more} was changed\n"));
            break;
        }
        let changed = make(&plan, context)?;
        tried.append(&mut plan.modes);
        findings = find(context);
        let next = self::plan(&findings, &tried, context);
        let what_follows = match &next {
            Ok(next) if next.shown.is_empty() => "this is left:",
            Ok(_) if pass < MAX_PASSES => "that shows more to fix:",
            _ => "run it again for the rest; this is left:",
        };
        output::say(&format!("sso-cp: changed {changed}; {what_follows}\n"));
        match next {
            Ok(next) if !next.shown.is_empty() => plan = next,
            _ => break,
        }
    }
    Ok(findings)
}

/// What was tried already is not tried again: a mode may be another user's to change.
fn plan(findings: &[Finding], tried: &[ModeChange], context: &Context) -> Result<Plan, Failure> {
    let edits: Vec<&SectionEdit> =
        findings.iter().filter_map(|finding| finding.edit.as_ref()).collect();
    let is_new = |mode: &ModeChange| tried.iter().all(|tried| tried.path != mode.path);
    let of_modes: Vec<&Finding> =
        findings.iter().filter(|finding| finding.modes.iter().any(is_new)).collect();
    let documents = fixed(&edits, context)?;
    let shown = shown(&documents, &of_modes, context);
    let modes = of_modes.iter().flat_map(|finding| &finding.modes).cloned().collect();
    Ok(Plan { documents, modes, shown })
}

/// Gives what was changed: `1 file and 0 modes`.
fn make(plan: &Plan, context: &Context) -> Result<String, Failure> {
    let [config, credentials] = &plan.documents;
    let files = shared_file::write_as_shown([config, credentials], context)?;
    for mode in &plan.modes {
        change_mode(mode);
    }
    Ok(format!("{} and {}", count(files, "file"), count(plan.modes.len(), "mode")))
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
fn shown(documents: &[Document; 2], of_modes: &[&Finding], context: &Context) -> String {
    let mut shown = String::new();
    for document in documents {
        let name = shown_path(document.path(), context.home());
        shown.push_str(&diff::unified(&name, document.before(), document.after()));
    }
    for finding in of_modes {
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
