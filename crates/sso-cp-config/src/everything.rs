//! The shared files as a whole, for the commands that are about everything in them: one pass over
//! each, its sections kept as they stand and read one by one, so that a bad one hurts no other.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;

use crate::grammar::{self, FileKind, Header};
use crate::scan::{RawSection, Want, number_lines, scan};
use crate::section::{Section, merge_profile};
use crate::{Error, Files};

/// The sections of both files that anything can be asked about.
pub(crate) struct Everything {
    sessions: Group,
    services: Group,
    profiles: Group,
    credentials: Group,
}

/// The sections of one kind and one file, the occurrences of each name together.
#[derive(Default)]
struct Group {
    /// In the order of the file.
    names: Vec<Vec<u8>>,
    occurrences: HashMap<Vec<u8>, Vec<RawSection>>,
    /// Thousands of profiles may name the same section.
    merged: RefCell<HashMap<Vec<u8>, Rc<Section>>>,
}

impl Everything {
    /// Reads both files. A missing file is an empty one.
    pub(crate) fn read(files: &Files) -> Result<Everything, Error> {
        let mut everything = Everything {
            sessions: Group::default(),
            services: Group::default(),
            profiles: Group::default(),
            credentials: Group::default(),
        };
        for raw in sections_of(&files.config, FileKind::Config)? {
            let header = grammar::header(&raw.header, FileKind::Config).header;
            let (group, name) = match &header {
                Header::Profile { name, .. } => (&mut everything.profiles, name.to_vec()),
                Header::SsoSession(name) => (&mut everything.sessions, name.to_vec()),
                Header::Services(name) => (&mut everything.services, name.to_vec()),
                Header::Other => continue,
            };
            group.add(name, raw);
        }
        for raw in sections_of(&files.credentials, FileKind::Credentials)? {
            let header = grammar::header(&raw.header, FileKind::Credentials).header;
            if let Header::Profile { name, .. } = &header {
                let name = name.to_vec();
                everything.credentials.add(name, raw);
            }
        }
        Ok(everything)
    }

    /// Every profile's name and its settings: those of the config file first, in its order.
    pub(crate) fn profiles<'a>(
        &'a self,
        files: &'a Files,
    ) -> impl Iterator<Item = (String, Result<Option<Section>, Error>)> + 'a {
        let only_there = |name: &&Vec<u8>| !self.profiles.occurrences.contains_key(*name);
        let names = self.profiles.names.iter();
        let names = names.chain(self.credentials.names.iter().filter(only_there));
        names.map(move |name| {
            let shown = shown(name);
            let (config, credentials) = (self.profiles.of(name), self.credentials.of(name));
            let section = merge_profile(files, &shown, config, credentials);
            (shown, section)
        })
    }

    /// Every profile as each of the two files has it, where that can be read.
    pub(crate) fn profiles_by_file<'a>(
        &'a self,
        files: &'a Files,
    ) -> impl Iterator<Item = (String, [Option<Section>; 2])> + 'a {
        let only_there = |name: &&Vec<u8>| !self.profiles.occurrences.contains_key(*name);
        let names = self.profiles.names.iter();
        let names = names.chain(self.credentials.names.iter().filter(only_there));
        names.map(move |name| {
            let shown = shown(name);
            let merged = |config, credentials| {
                merge_profile(files, &shown, config, credentials).ok().flatten()
            };
            let sections =
                [merged(self.profiles.of(name), &[]), merged(&[], self.credentials.of(name))];
            (shown, sections)
        })
    }

    /// The names of all profiles: those of the config file first, in its order.
    pub(crate) fn profile_names(&self) -> Vec<String> {
        let only_there = |name: &&Vec<u8>| !self.profiles.occurrences.contains_key(*name);
        let others = self.credentials.names.iter().filter(only_there);
        self.profiles.names.iter().chain(others).map(|name| shown(name)).collect()
    }

    /// The lines of a profile's sections in the config file, as they stand.
    pub(crate) fn profile_bodies(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        self.profiles.of(name.as_bytes()).iter().map(|raw| raw.body.as_slice())
    }

    /// One profile's settings.
    pub(crate) fn profile(&self, name: &str, files: &Files) -> Result<Option<Section>, Error> {
        let (config, credentials) =
            (self.profiles.of(name.as_bytes()), self.credentials.of(name.as_bytes()));
        merge_profile(files, name, config, credentials)
    }

    /// The names of all sso-sessions, in the order of the file.
    pub(crate) fn session_names(&self) -> Vec<String> {
        self.sessions.names.iter().map(|name| shown(name)).collect()
    }

    /// `[sso-session NAME]` of the config file.
    pub(crate) fn sso_session(
        &self,
        name: &str,
        path: &Path,
    ) -> Result<Option<Rc<Section>>, Error> {
        self.sessions.merged("sso-session", name, path)
    }

    /// `[services NAME]` of the config file.
    pub(crate) fn services(&self, name: &str, path: &Path) -> Result<Option<Rc<Section>>, Error> {
        self.services.merged("services", name, path)
    }
}

impl Group {
    fn add(&mut self, name: Vec<u8>, raw: RawSection) {
        match self.occurrences.get_mut(&name) {
            Some(occurrences) => occurrences.push(raw),
            None => {
                self.names.push(name.clone());
                self.occurrences.insert(name, vec![raw]);
            }
        }
    }

    fn of(&self, name: &[u8]) -> &[RawSection] {
        self.occurrences.get(name).map_or(&[], Vec::as_slice)
    }

    fn merged(&self, kind: &str, name: &str, path: &Path) -> Result<Option<Rc<Section>>, Error> {
        if let Some(section) = self.merged.borrow().get(name.as_bytes()) {
            return Ok(Some(Rc::clone(section)));
        }
        let raw = self.of(name.as_bytes()).iter();
        let occurrences: Vec<_> = raw.map(|raw| (path, raw)).collect();
        let section = Section::merge(format!("{kind} {name}"), &occurrences)?.map(Rc::new);
        if let Some(section) = &section {
            self.merged.borrow_mut().insert(name.as_bytes().to_vec(), Rc::clone(section));
        }
        Ok(section)
    }
}

fn sections_of(path: &Path, kind: FileKind) -> Result<Vec<RawSection>, Error> {
    let want = &mut |header: &Header<'_>| match header {
        Header::Other => Want::No,
        _ => Want::Each,
    };
    let mut sections = scan(path, kind, want)?.sections;
    number_lines(path, &mut sections);
    Ok(sections)
}

/// A name as texts have it; what is not UTF-8 is replaced.
pub(crate) fn shown(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}
