//! The shared files as a whole, for the commands that are about everything in them: one pass over
//! each, and each section read by itself when it is asked for, so that a bad one hurts no other.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::by_name::ByName;
use crate::grammar::FileKind;
use crate::occurrence::Occurrence;
use crate::section::{Section, merge_profile};
use crate::text::{SectionKind, Text};
use crate::{Error, Files};

/// The sections of both files that anything can be asked about.
#[derive(Debug)]
pub(crate) struct Everything {
    sessions: Group,
    services: Group,
    profiles: Group,
    credentials: Group,
    /// Thousands of profiles may assume their roles on top of the same one, which may stand there a thousand times.
    sources: RefCell<HashMap<String, Rc<Section>>>,
}

/// The sections of one kind and one file, the occurrences of each name together.
#[derive(Debug)]
struct Group {
    text: Rc<Text>,
    /// In the order of the file.
    named: Vec<Named>,
    by_name: ByName,
    /// For each section of the text, the next one of the same name; zero after the last one, for none
    /// comes before the first.
    next: Vec<u32>,
    /// Thousands of profiles may name the same section.
    merged: RefCell<HashMap<usize, Rc<Section>>>,
}

/// The occurrences of one name.
#[derive(Debug, Clone, Copy)]
struct Named {
    first: usize,
    last: usize,
}

/// A profile, by the sections that make it up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ProfileSections<'a> {
    everything: &'a Everything,
    in_config: Option<Named>,
    in_credentials: Option<Named>,
}

impl Everything {
    /// Reads both files. A missing file is an empty one.
    pub(crate) fn read(files: &Files) -> Result<Everything, Error> {
        let config = Rc::new(Text::read(&files.config, FileKind::Config)?);
        let credentials = Rc::new(Text::read(&files.credentials, FileKind::Credentials)?);
        let is_profile = |kind| matches!(kind, SectionKind::Profile { .. });
        Ok(Everything {
            sessions: Group::of(&config, |kind| kind == SectionKind::SsoSession),
            services: Group::of(&config, |kind| kind == SectionKind::Services),
            profiles: Group::of(&config, is_profile),
            credentials: Group::of(&credentials, is_profile),
            sources: RefCell::default(),
        })
    }

    /// Every profile: those of the config file first, in its order.
    pub(crate) fn profiles(&self) -> impl Iterator<Item = ProfileSections<'_>> {
        let in_config = self.profiles.named.iter().map(|named| {
            let name = self.profiles.text.name(named.first);
            let in_credentials = self.credentials.get(name);
            ProfileSections { everything: self, in_config: Some(*named), in_credentials }
        });
        let others =
            self.credentials.named.iter().filter(|named| {
                self.profiles.get(self.credentials.text.name(named.first)).is_none()
            });
        in_config.chain(others.map(|named| {
            let in_credentials = Some(*named);
            ProfileSections { everything: self, in_config: None, in_credentials }
        }))
    }

    /// One profile. Its sections may be none at all.
    pub(crate) fn profile(&self, name: &str) -> Result<Option<Section>, Error> {
        let (in_config, in_credentials) =
            (self.profiles.get(name.as_bytes()), self.credentials.get(name.as_bytes()));
        ProfileSections { everything: self, in_config, in_credentials }.merge(name)
    }

    /// A profile that another one names; it is merged once.
    pub(crate) fn source(&self, name: &str) -> Result<Option<Rc<Section>>, Error> {
        if let Some(section) = self.sources.borrow().get(name) {
            return Ok(Some(Rc::clone(section)));
        }
        let section = self.profile(name)?.map(Rc::new);
        if let Some(section) = &section {
            self.sources.borrow_mut().insert(name.to_owned(), Rc::clone(section));
        }
        Ok(section)
    }

    /// The lines of a profile's sections in the config file, as they stand.
    pub(crate) fn profile_bodies(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let named = self.profiles.get(name.as_bytes());
        self.profiles.occurrences(named).map(|found| found.body)
    }

    /// How many profiles there are at most; one that both files have counts twice.
    pub(crate) fn profile_count(&self) -> usize {
        self.profiles.named.len() + self.credentials.named.len()
    }

    /// The names of all sso-sessions, in the order of the file.
    pub(crate) fn session_names(&self) -> Vec<String> {
        let names = self.sessions.named.iter();
        names.map(|named| shown(self.sessions.text.name(named.first))).collect()
    }

    /// `[sso-session NAME]` of the config file.
    pub(crate) fn sso_session(&self, name: &str) -> Result<Option<Rc<Section>>, Error> {
        self.sessions.merged("sso-session", name)
    }

    /// `[services NAME]` of the config file.
    pub(crate) fn services(&self, name: &str) -> Result<Option<Rc<Section>>, Error> {
        self.services.merged("services", name)
    }
}

impl<'a> ProfileSections<'a> {
    /// The name as it stands in the file.
    pub(crate) fn name(&self) -> &'a [u8] {
        let Everything { profiles, credentials, .. } = self.everything;
        match (self.in_config, self.in_credentials) {
            (Some(named), _) => profiles.text.name(named.first),
            (None, Some(named)) => credentials.text.name(named.first),
            (None, None) => &[],
        }
    }

    /// The settings of the config file and those of the credentials file, which win.
    pub(crate) fn merge(&self, name: &str) -> Result<Option<Section>, Error> {
        merge_profile(name, self.of_config(), self.of_credentials())
    }

    /// The settings that each of the two files has, where that can be read.
    pub(crate) fn by_file(&self, name: &str) -> [Option<Section>; 2] {
        let none = || self.everything.profiles.occurrences(None);
        let config = merge_profile(name, self.of_config(), none());
        let credentials = merge_profile(name, none(), self.of_credentials());
        [config.ok().flatten(), credentials.ok().flatten()]
    }

    /// The sections of the config file.
    pub(crate) fn of_config(&self) -> impl Iterator<Item = Occurrence<'a>> + Clone + use<'a> {
        self.everything.profiles.occurrences(self.in_config)
    }

    /// The sections of the credentials file.
    pub(crate) fn of_credentials(&self) -> impl Iterator<Item = Occurrence<'a>> + Clone + use<'a> {
        self.everything.credentials.occurrences(self.in_credentials)
    }

    /// The one section that there is, where there is but one, as with nearly every profile.
    pub(crate) fn only_one(&self) -> Option<Occurrence<'a>> {
        let Everything { profiles, credentials, .. } = self.everything;
        let (group, named) = match (self.in_config, self.in_credentials) {
            (Some(named), None) => (profiles, named),
            (None, Some(named)) => (credentials, named),
            _ => return None,
        };
        (named.first == named.last).then(|| Occurrence::of(&group.text, named.first))
    }
}

impl Group {
    fn of(text: &Rc<Text>, is_member: impl Fn(SectionKind) -> bool) -> Group {
        let members: Vec<usize> =
            (0..text.sections.len()).filter(|section| is_member(text.kind(*section))).collect();
        let mut group = Group {
            text: Rc::clone(text),
            named: Vec::new(),
            by_name: ByName::with_room_for(members.len()),
            next: Vec::new(),
            merged: RefCell::default(),
        };
        for section in members {
            group.add(section);
        }
        group
    }

    fn add(&mut self, section: usize) {
        let (text, named) = (&self.text, &self.named);
        let name_of = |at: usize| text.name(named[at].first);
        let known = self.by_name.insert(text.name(section), named.len(), name_of);
        match known.and_then(|at| self.named.get_mut(at)) {
            Some(known) => {
                self.next.resize(self.text.sections.len(), 0);
                self.next[known.last] = u32::try_from(section).unwrap_or_default();
                known.last = section;
            }
            None => self.named.push(Named { first: section, last: section }),
        }
    }

    fn get(&self, name: &[u8]) -> Option<Named> {
        if self.named.is_empty() {
            return None;
        }
        let at = self.by_name.get(name, |at| self.text.name(self.named[at].first))?;
        self.named.get(at).copied()
    }

    fn occurrences(
        &self,
        named: Option<Named>,
    ) -> impl Iterator<Item = Occurrence<'_>> + Clone + use<'_> {
        let next = |section: &usize| {
            let next = *self.next.get(*section)? as usize;
            (next > 0).then_some(next)
        };
        let sections = std::iter::successors(named.map(|named| named.first), next);
        sections.map(|section| Occurrence::of(&self.text, section))
    }

    fn merged(&self, kind: &str, name: &str) -> Result<Option<Rc<Section>>, Error> {
        let Some(named) = self.get(name.as_bytes()) else { return Ok(None) };
        if let Some(section) = self.merged.borrow().get(&named.first) {
            return Ok(Some(Rc::clone(section)));
        }
        let title = || format!("{kind} {name}");
        let section = Section::merge(title, self.occurrences(Some(named)))?.map(Rc::new);
        if let Some(section) = &section {
            self.merged.borrow_mut().insert(named.first, Rc::clone(section));
        }
        Ok(section)
    }
}

/// A name as texts have it; what is not UTF-8 is replaced.
pub(crate) fn shown(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}
