//! The names of everything in the shared files, for completing them: nothing else is read of the
//! sections, so that a bad one hurts nobody.

use crate::by_name::ByName;
use crate::everything::shown;
use crate::grammar::FileKind;
use crate::text::{SectionKind, Text};
use crate::{Error, Files};

/// The names of profiles and sso-sessions, each once, in the order of the files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// Those of the config file, then those that only the credentials file has.
    pub profiles: Vec<String>,
    /// The `[sso-session]` sections.
    pub sessions: Vec<String>,
}

/// Reads the headers of both files.
///
/// # Errors
///
/// A file is there and cannot be read at all.
pub fn names(files: &Files) -> Result<Names, Error> {
    let config = Text::read(&files.config, FileKind::Config)?;
    let credentials = Text::read(&files.credentials, FileKind::Credentials)?;
    let is_profile = |kind| matches!(kind, SectionKind::Profile { .. });
    let profiles = of_kind(&config, is_profile).chain(of_kind(&credentials, is_profile));
    let sessions = of_kind(&config, |kind| kind == SectionKind::SsoSession);
    Ok(Names { profiles: each_once(profiles), sessions: each_once(sessions) })
}

fn of_kind(text: &Text, is_it: impl Fn(SectionKind) -> bool) -> impl Iterator<Item = &[u8]> {
    let sections = text.sections.iter().enumerate();
    sections.filter(move |(_, section)| is_it(section.kind)).map(|(at, _)| text.name(at))
}

fn each_once<'a>(names: impl Iterator<Item = &'a [u8]>) -> Vec<String> {
    let names: Vec<&[u8]> = names.collect();
    let mut by_name = ByName::with_room_for(names.len());
    let mut first = |(at, name): (usize, &&'a [u8])| {
        by_name.insert(name, at, |at| names[at]).is_none().then(|| shown(name))
    };
    names.iter().enumerate().filter_map(&mut first).collect()
}
