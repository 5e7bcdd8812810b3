//! `sso-cp migrate`: profiles of older days become profiles of an `[sso-session]`.
//!
//! | found | becomes |
//! | --- | --- |
//! | `sso_start_url` and `sso_region` in the profile | `sso_session`, the other standard keys stay |
//! | the same with a `credential_process` of `aws-sso-util` or of ours | the private keys and our `credential_process`, so that no tool ignores it |
//! | `credential_process = aws-sso-util ... --start-url ...` | the same |
//! | `granted_sso_*` with granted's `credential_process` | the same |
//!
//! Profiles of one start URL and region share a session; where the file has one already, that.

mod headers;
mod legacy;
mod sessions;

use std::path::PathBuf;

use sso_cp_config::{
    Contents, Document, LostReaders, Saved, SectionEdit, SectionName, SessionName, keys,
};

use crate::args::commands::Migrate;
use crate::commands::shared_file;
use crate::context::Context;
use crate::messages::diff;
use crate::messages::failure::{Failure, login_command};
use crate::messages::text::{clean, count, helper_word, shown_path};
use crate::messages::tools::tools;
use crate::messages::usage::usage;
use crate::process::output;
use legacy::Found;
use sessions::Sessions;

/// What the file that was there is called afterwards.
const COPY: &str = "before-sso-cp-migrate";

/// Rewrites the profiles.
pub(crate) fn run(context: &Context, flags: &Migrate) -> Result<(), Failure> {
    if context.selection.is_some() {
        let problem = "`migrate` is about all profiles, so it takes no selection".to_owned();
        return Err(usage(problem, "write `sso-cp migrate`"));
    }
    let file = shown_path(&context.files().config, context.home());
    let mut document = shared_file::read(context)?;
    let report = edit(&mut document, context)?;
    // Where there is nothing to do, nothing is made either, not even a lock.
    if flags.dry_run || !document.is_changed() {
        document.check().map_err(Failure::edit)?;
        output::print(diff::unified(&file, document.before(), document.after()).as_bytes())?;
        report.say(&format!("{file} would be changed; nothing was written"), &file);
        headers::say(context);
        return Ok(());
    }
    let mut copy: Option<PathBuf> = None;
    let changed = shared_file::change(context, |document| {
        if let Some(copy) = copy.take() {
            Document::drop_copy(&copy);
        }
        let report = edit(document, context)?;
        if document.is_changed() {
            document.check().map_err(Failure::edit)?;
            copy = document.keep_copy(COPY).map_err(Failure::edit)?;
        }
        Ok(report)
    });
    let (report, saved) = match changed {
        Ok(changed) => changed,
        Err(failure) => {
            if let Some(copy) = copy {
                Document::drop_copy(&copy);
            }
            return Err(failure);
        }
    };
    let kept = copy.map(|copy| shown_path(&copy, context.home())).unwrap_or_default();
    debug_assert!((saved == Saved::Written) != report.migrated.is_empty());
    report.say(&format!("{file} is changed; as it was, it is {kept}"), &file);
    headers::say(context);
    Ok(())
}

/// Whether a legacy profile's `credential_process` becomes ours.
pub(crate) fn replaces(command: &str) -> bool {
    legacy::replaces(command)
}

/// What was found, and what is to be said of it.
#[derive(Default)]
struct Report {
    migrated: Vec<String>,
    /// Sessions that are used now, by their names.
    sessions: Vec<String>,
    /// Profiles that are left as they are, with the reason.
    left: Vec<(String, String)>,
}

impl Report {
    fn say(&self, ending: &str, file: &str) {
        const SHOWN: usize = 10;
        if self.migrated.is_empty() {
            output::say(&format!("sso-cp: {file} has no profiles to migrate\n"));
        } else {
            let profiles = count(self.migrated.len(), "profile");
            let sessions = count(self.sessions.len(), "sso-session");
            output::say(&format!("sso-cp: {profiles}, {sessions}: {ending}\n"));
            for session in self.sessions.iter().take(SHOWN) {
                let login = login_command(&SessionName::Named(session.clone()), None);
                output::say(&format!("sso-cp: sign in by `{login}`\n"));
            }
        }
        for (profile, why) in self.left.iter().take(SHOWN) {
            output::warn(&format!("profile `{}` is left as it is: {why}", clean(profile)));
        }
    }
}

/// Migrates all that can be. A profile that some tool would lose by it stays as it is, so the change is
/// made anew without it.
fn edit(document: &mut Document, context: &Context) -> Result<Report, Failure> {
    let credentials = shared_file::read_credentials(context)?;
    let before = document.clone();
    let mut keeping: Vec<LostReaders> = Vec::new();
    loop {
        let report = edit_but(&keeping, document, credentials.contents(), context)?;
        let lost = document.lost_readers(credentials.contents()).map_err(Failure::edit)?;
        let is_ours = |lost: &LostReaders| report.migrated.contains(&lost.profile);
        let lost: Vec<LostReaders> = lost.into_iter().filter(is_ours).collect();
        if lost.is_empty() {
            return Ok(report);
        }
        keeping.extend(lost);
        *document = before.clone();
    }
}

fn edit_but(
    keeping: &[LostReaders],
    document: &mut Document,
    credentials: &Contents,
    context: &Context,
) -> Result<Report, Failure> {
    let mut report = Report::default();
    let mut sessions = Sessions::of(document.contents());
    let mut edits = Vec::new();
    for (section, found) in profiles(document.contents()) {
        let name = section.name().to_owned();
        let found = match found {
            Ok(found) => found,
            Err(why) => {
                report.left.push((name, why.to_owned()));
                continue;
            }
        };
        if is_overlaid(credentials, &section) {
            let why = "the credentials file has settings of it too";
            report.left.push((name, why.to_owned()));
            continue;
        }
        if let Some(lost) = keeping.iter().find(|lost| lost.profile == name) {
            let session = sessions.existing(&found.start_url, &found.region);
            report.left.push((name, why_lost(lost, session)));
            continue;
        }
        let word = helper_word(&name);
        if let (true, Err(why)) = (found.is_run_by_us(), &word) {
            report.left.push((name, format!("{why}; change the name")));
            continue;
        }
        let session = sessions.for_portal(&found.start_url, &found.region);
        if !report.sessions.contains(&session) {
            report.sessions.push(session.clone());
        }
        let process = || shared_file::credential_process(&word.unwrap_or_default(), context);
        let changes = found.changes(&session, process);
        edits.push(SectionEdit { section, changes });
        report.migrated.push(name);
    }
    edits.extend(sessions.new_sections());
    document.edit(&edits).map_err(Failure::edit)?;
    Ok(report)
}

fn why_lost(lost: &LostReaders, session: Option<&str>) -> String {
    let tools = tools(&lost.tools);
    match session {
        Some(session) => format!("{tools} would not read it with sso-session `{}`", clean(session)),
        None => format!("{tools} would not read it any more"),
    }
}

/// The profiles that are to be migrated, or would be if it were clear how.
fn profiles(contents: &Contents) -> Vec<(SectionName, Result<Found, &'static str>)> {
    let of = |section: &SectionName| {
        let SectionName::Profile(_) = section else { return None };
        let found = Found::in_profile(contents.settings(section)?)?;
        Some((section.clone(), found))
    };
    contents.names().filter_map(of).collect()
}

/// What the credentials file says wins, so a key that is taken from the config file may stay there.
fn is_overlaid(credentials: &Contents, section: &SectionName) -> bool {
    let is_ours = |key: &String| key.contains("sso_") || key == keys::CREDENTIAL_PROCESS;
    credentials.settings(section).is_some_and(|settings| settings.keys().any(is_ours))
}
