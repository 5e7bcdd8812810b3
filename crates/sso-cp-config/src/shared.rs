//! The shared files of one call: one pass over each for the profile, and a second one only where a
//! section was left out for want of room.

use std::rc::Rc;

use crate::error::Place;
use crate::everything::Everything;
use crate::grammar::{self, FileKind, Header};
use crate::look_up::{Wanted, look_up};
use crate::near_miss::NearMiss;
use crate::scan::{Scanned, Want, scan};
use crate::section::{Section, merge_profile};
use crate::spelling::near_names;
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
        let near = match &self.met {
            Met::Everything(everything) => NearMiss {
                names: near_names(source, everything.profile_names()),
                ..NearMiss::default()
            },
            Met::OnTheWay(_) => look_up(self.files, Wanted::Profile, source),
        };
        Error::NoSource { place, source: source.to_owned(), near: Box::new(near) }
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
        // Where everything is listed, one bad profile of thousands is not worth a search of its own.
        let near = match &self.met {
            Met::Everything(everything) => NearMiss {
                names: near_names(session, everything.session_names()),
                ..NearMiss::default()
            },
            Met::OnTheWay(_) => look_up(self.files, Wanted::SsoSession, session),
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
        near: Box::new(look_up(files, Wanted::Profile, profile)),
    }
}
