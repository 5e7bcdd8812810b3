//! The shared files of one call: one pass over each for the profile, and a second one only where a
//! section was left out for want of room.

use std::rc::Rc;

use crate::error::Place;
use crate::everything::Everything;
use crate::grammar::{self, FileKind, Header};
use crate::order::in_order;
use crate::scan::{Scanned, Want, scan};
use crate::section::{Section, merge_profile};
use crate::{Error, Files};

/// At most this many names are offered for a misspelled one.
const MAX_NEAR_NAMES: usize = 5;

pub(crate) struct Shared<'a> {
    pub(crate) files: &'a Files,
    met: Met<'a>,
}

/// The sso-sessions and services that are at hand.
enum Met<'a> {
    /// Those on the way to the profile.
    OnTheWay(Scanned),
    /// All that there are.
    Everything(&'a Everything),
}

impl<'a> Shared<'a> {
    /// Reads nothing but what a session alone needs.
    pub(crate) fn for_session(files: &'a Files) -> Shared<'a> {
        Shared { files, met: Met::OnTheWay(Scanned { incomplete: true, ..Scanned::default() }) }
    }

    /// Reads nothing more: everything was read already.
    pub(crate) fn of_everything(files: &'a Files, everything: &'a Everything) -> Shared<'a> {
        Shared { files, met: Met::Everything(everything) }
    }

    /// Reads a profile from both files, the credentials file winning key by key, and keeps the
    /// sections of the config file that it may name.
    pub(crate) fn for_profile(
        files: &'a Files,
        name: &str,
    ) -> Result<(Shared<'a>, Option<Section>), Error> {
        let config = scan(&files.config, FileKind::Config, &mut |header| match header {
            Header::Profile { name: found, .. } if **found == *name.as_bytes() => Want::Yes,
            Header::SsoSession(_) | Header::Services(_) => Want::Perhaps,
            _ => Want::No,
        })?;
        let credentials =
            scan(&files.credentials, FileKind::Credentials, &mut wants_profile(name))?;
        let profile = merge_profile(files, name, &config.sections, &credentials.sections)?;
        Ok((Shared { files, met: Met::OnTheWay(config) }, profile))
    }

    /// Another profile of the files.
    pub(crate) fn profile(&self, name: &str) -> Result<Option<Section>, Error> {
        match &self.met {
            Met::Everything(everything) => everything.profile(name, self.files),
            Met::OnTheWay(_) => Ok(Shared::for_profile(self.files, name)?.1),
        }
    }

    /// The error for a source profile that no file has.
    pub(crate) fn no_source(&self, place: Place, source: &str) -> Error {
        let near = near_names(source, profile_names(self.files));
        Error::NoSource { place, source: source.to_owned(), near }
    }

    /// `[sso-session NAME]` of the config file.
    pub(crate) fn sso_session(&self, name: &str) -> Result<Option<Rc<Section>>, Error> {
        match &self.met {
            Met::Everything(everything) => everything.sso_session(name, &self.files.config),
            Met::OnTheWay(met) => self.config_section(
                met,
                format!("sso-session {name}"),
                &|header| matches!(header, Header::SsoSession(found) if **found == *name.as_bytes()),
            ),
        }
    }

    /// `[services NAME]` of the config file.
    pub(crate) fn services(&self, name: &str) -> Result<Option<Rc<Section>>, Error> {
        match &self.met {
            Met::Everything(everything) => everything.services(name, &self.files.config),
            Met::OnTheWay(met) => self.config_section(
                met,
                format!("services {name}"),
                &|header| matches!(header, Header::Services(found) if **found == *name.as_bytes()),
            ),
        }
    }

    /// The error for an sso-session that the config file does not have.
    pub(crate) fn no_session(&self, session: &str, profile: Option<&str>) -> Error {
        let names = match &self.met {
            Met::Everything(everything) => everything.session_names(),
            Met::OnTheWay(_) => session_names(self.files),
        };
        Error::NoSession {
            session: session.to_owned(),
            profile: profile.map(str::to_owned),
            looked_in: (self.files.config.clone(), self.files.config.exists()),
            near: near_names(session, names),
        }
    }

    fn config_section(
        &self,
        met: &Scanned,
        title: String,
        is_it: &dyn Fn(&Header<'_>) -> bool,
    ) -> Result<Option<Rc<Section>>, Error> {
        let path = self.files.config.as_path();
        let again;
        let sections = if met.incomplete {
            let want = &mut |header: &Header<'_>| if is_it(header) { Want::Yes } else { Want::No };
            again = scan(path, FileKind::Config, want)?.sections;
            &again
        } else {
            &met.sections
        };
        let occurrences: Vec<_> = sections
            .iter()
            .filter(|raw| is_it(&grammar::header(&raw.header, FileKind::Config).header))
            .map(|raw| (path, raw))
            .collect();
        Ok(Section::merge(title, &occurrences)?.map(Rc::new))
    }
}

fn wants_profile(name: &str) -> impl FnMut(&Header<'_>) -> Want {
    move |header| match header {
        Header::Profile { name: found, .. } if **found == *name.as_bytes() => Want::Yes,
        _ => Want::No,
    }
}

/// The error for a profile that no file has, with the names that were nearly meant.
pub(crate) fn no_profile(files: &Files, profile: &str) -> Error {
    let looked_in = [&files.config, &files.credentials];
    Error::NoProfile {
        profile: profile.to_owned(),
        looked_in: looked_in.map(|path| (path.clone(), path.exists())).to_vec(),
        near: near_names(profile, profile_names(files)),
    }
}

/// The names of all profiles. They were asked for because one was not found in files that could be
/// read a moment ago; if one cannot be now, its names are simply not offered.
fn profile_names(files: &Files) -> Vec<String> {
    let mut names = Vec::new();
    let mut note = |header: &Header<'_>| {
        if let Header::Profile { name, .. } = header {
            names.push(String::from_utf8_lossy(name).into_owned());
        }
        Want::No
    };
    let _ = scan(&files.config, FileKind::Config, &mut note);
    let _ = scan(&files.credentials, FileKind::Credentials, &mut note);
    names
}

fn session_names(files: &Files) -> Vec<String> {
    let mut names = Vec::new();
    let mut note = |header: &Header<'_>| {
        if let Header::SsoSession(name) = header {
            names.push(String::from_utf8_lossy(name).into_owned());
        }
        Want::No
    };
    let _ = scan(&files.config, FileKind::Config, &mut note);
    names
}

/// Names that a slip of the finger away from `wanted`, or that contain it, the nearest first.
fn near_names(wanted: &str, names: Vec<String>) -> Vec<String> {
    let wanted = wanted.to_lowercase();
    let near: Vec<(usize, String)> = names
        .into_iter()
        .filter_map(|name| {
            let lower = name.to_lowercase();
            let distance = edit_distance(&wanted, &lower);
            let contains = lower.contains(&*wanted) || wanted.contains(&*lower);
            let allowed = wanted.chars().count() / 3 + 1;
            (distance <= allowed || contains).then_some((distance, name))
        })
        .collect();
    let mut near = in_order(near, Clone::clone);
    near.dedup();
    near.truncate(MAX_NEAR_NAMES);
    near.into_iter().map(|(_, name)| name).collect()
}

/// The number of letters to insert, delete or change (Levenshtein), cut off for long names, which
/// nobody types.
pub fn edit_distance(a: &str, b: &str) -> usize {
    const MAX_LETTERS: usize = 64;
    let shorten = |text: &str| -> Vec<char> { text.chars().take(MAX_LETTERS).collect() };
    let (a, b) = (shorten(a), shorten(b));
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let changed = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
