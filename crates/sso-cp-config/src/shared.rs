//! The shared files of one call: one pass over each for the profile, and a second one only where a
//! section was left out for want of room.

use std::rc::Rc;

use crate::error::Place;
use crate::everything::Everything;
use crate::grammar;
use crate::look_up::{Sought, look_up};
use crate::near_miss::NearMiss;
use crate::occurrence::Occurrence;
use crate::scan::{Scanned, scan};
use crate::section::{Section, merge_profile};
use crate::spelling::near_names;
use crate::wanted::{Want, Wanted, WantedKind};
use crate::{Error, Files};

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
        Shared { files, met: Met::OnTheWay(Scanned::unread()) }
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
        let name_of = |kind| Wanted { kind, name: name.as_bytes() };
        let config = scan(&files.config, name_of(WantedKind::ProfileAndWhatItNames))?;
        let credentials = scan(&files.credentials, name_of(WantedKind::Credentials))?;
        let in_config = config.occurrences(&files.config, Want::Yes);
        let in_credentials = credentials.occurrences(&files.credentials, Want::Yes);
        let profile = merge_profile(name, in_config, in_credentials)?;
        Ok((Shared { files, met: Met::OnTheWay(config) }, profile))
    }

    /// Another profile of the files.
    pub(crate) fn profile(&self, name: &str) -> Result<Option<Rc<Section>>, Error> {
        match &self.met {
            Met::Everything(everything) => everything.source(name),
            Met::OnTheWay(_) => Ok(Shared::for_profile(self.files, name)?.1.map(Rc::new)),
        }
    }

    /// The error for a source profile that no file has.
    pub(crate) fn no_source(&self, place: Place, source: &str) -> Error {
        let near = match &self.met {
            // Where everything is listed, one bad profile of thousands is not worth a search of its own.
            Met::Everything(_) => NearMiss::default(),
            Met::OnTheWay(_) => look_up(self.files, Sought::Profile, source),
        };
        Error::NoSource { place, source: source.to_owned(), near: Box::new(near) }
    }

    /// `[sso-session NAME]` of the config file.
    pub(crate) fn sso_session(&self, name: &str) -> Result<Option<Rc<Section>>, Error> {
        match &self.met {
            Met::Everything(everything) => everything.sso_session(name),
            Met::OnTheWay(met) => self.config_section(met, WantedKind::SsoSession, name),
        }
    }

    /// `[services NAME]` of the config file.
    pub(crate) fn services(&self, name: &str) -> Result<Option<Rc<Section>>, Error> {
        match &self.met {
            Met::Everything(everything) => everything.services(name),
            Met::OnTheWay(met) => self.config_section(met, WantedKind::Services, name),
        }
    }

    /// The error for an sso-session that the config file does not have.
    pub(crate) fn no_session(&self, session: &str, profile: Option<&str>) -> Error {
        let near = match &self.met {
            Met::Everything(everything) => near_sessions(session, everything),
            Met::OnTheWay(_) => look_up(self.files, Sought::SsoSession, session),
        };
        Error::NoSession {
            session: session.to_owned(),
            profile: profile.map(str::to_owned),
            looked_in: (self.files.config.clone(), self.files.config.exists()),
            near: Box::new(near),
        }
    }

    fn config_section(
        &self,
        met: &Scanned,
        kind: WantedKind,
        name: &str,
    ) -> Result<Option<Rc<Section>>, Error> {
        let path = self.files.config.as_path();
        let wanted = Wanted { kind, name: name.as_bytes() };
        let title = || match kind {
            WantedKind::Services => format!("services {name}"),
            _ => format!("sso-session {name}"),
        };
        let section = if met.incomplete {
            let again = scan(path, wanted)?;
            Section::merge(title, again.occurrences(path, Want::Yes))?
        } else {
            let is_it = |found: &Occurrence<'_>| {
                wanted.want(&grammar::header(found.header, wanted.file()).header) == Want::Yes
            };
            Section::merge(title, met.occurrences(path, Want::Perhaps).filter(is_it))?
        };
        Ok(section.map(Rc::new))
    }
}

/// Thousands of profiles may each name a session that is not there: it is looked for among a few.
fn near_sessions(session: &str, everything: &Everything) -> NearMiss {
    const MAX_SEARCHED: usize = 100;
    let names = Some(everything.session_names()).filter(|names| names.len() <= MAX_SEARCHED);
    NearMiss { names: near_names(session, names.unwrap_or_default()), ..NearMiss::default() }
}

/// The error for a profile that no file has, with the names that were nearly meant.
pub(crate) fn no_profile(files: &Files, profile: &str) -> Error {
    let looked_in = [&files.config, &files.credentials];
    Error::NoProfile {
        profile: profile.to_owned(),
        looked_in: looked_in.map(|path| (path.clone(), path.exists())).to_vec(),
        near: Box::new(look_up(files, Sought::Profile, profile)),
    }
}
