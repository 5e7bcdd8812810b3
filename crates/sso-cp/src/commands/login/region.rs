//! A start URL of somebody's own may lead to a portal in another region than the configured one. Every
//! later call goes by the configuration, so it is corrected, as the AWS CLI does.

use sso_cp_config::{
    Change, Contents, SectionEdit, SectionName, Selection, Session, SessionName, keys,
};

use crate::commands::shared_file;
use crate::context::Context;
use crate::messages::failure::{Failure, Setup};
use crate::messages::signing_in as words;
use crate::messages::text::shown_path;
use crate::process::output;

/// Writes the region where the session has its own, before the person is asked: the one who waits for the token
/// reads the file as soon as it is there.
///
/// # Errors
///
/// The file cannot be written. The line that a person has to write is part of it.
pub(super) fn correct(context: &Context, session: &Session, found: &str) -> Result<(), Failure> {
    let Some(section) = section_of(session, context) else { return Ok(()) };
    let written = shared_file::change(context, |document| {
        let sections = [section.clone()].into_iter();
        let sections = sections.chain(repeaters(session, document.contents()));
        let changes = vec![Change::set(keys::SSO_REGION, found)];
        let edits = sections.map(|section| SectionEdit { section, changes: changes.clone() });
        document.edit(&edits.collect::<Vec<_>>()).map_err(Failure::edit)
    });
    let file = &context.files().config;
    match written {
        Ok(_) => {
            let file = shown_path(file, context.home());
            output::say(&words::region_written(&section.to_string(), &file, found));
            Ok(())
        }
        Err(failure) => Err(Failure::Setup(Setup::RegionNotWritten {
            section: section.to_string(),
            region: found.to_owned(),
            path: file.clone(),
            reason: failure.summary(&context.scene()),
        })),
    }
}

/// Where the session says its region.
fn section_of(session: &Session, context: &Context) -> Option<SectionName> {
    match (&session.name, context.selected()) {
        (SessionName::Named(name), _) => Some(SectionName::SsoSession(name.clone())),
        (SessionName::Legacy, Selection::Profile(name)) => Some(SectionName::Profile(name)),
        (SessionName::Legacy, _) => None,
    }
}

/// Profiles that repeat the session's region: another one there would be a contradiction.
fn repeaters<'a>(
    session: &'a Session,
    contents: &'a Contents,
) -> impl Iterator<Item = SectionName> + 'a {
    let repeats = move |section: &&SectionName| {
        let SessionName::Named(name) = &session.name else { return false };
        let settings = contents.settings(section).filter(|_| is_profile(section));
        settings.is_some_and(|settings| {
            settings.get(keys::SSO_SESSION) == Some(name)
                && settings.get(keys::SSO_REGION) == Some(&session.region)
        })
    };
    contents.names().filter(repeats).cloned()
}

fn is_profile(section: &SectionName) -> bool {
    matches!(section, SectionName::Profile(_))
}
