//! What the reader sees in a file, section by section: to choose what to change, and to check a change
//! before it is written.

use std::collections::BTreeMap;
use std::path::Path;

use super::change::{Change, SectionName};
use super::error::EditError;
use crate::grammar::{self, FileKind, Header};
use crate::scan::{RawSection, Want, scan_bytes};
use crate::section::Section;
use crate::{Error, everything};

/// A section's settings, keys in lower case; of a key that stands twice, the later value.
pub type Settings = BTreeMap<String, String>;

/// What a file says.
#[derive(Debug, Clone, Default)]
pub struct Contents {
    /// In the order of the file.
    order: Vec<SectionName>,
    sections: BTreeMap<SectionName, Result<Settings, Flaw>>,
    /// `[services NAME]`, and a `[default]` that `[profile default]` silences.
    others: BTreeMap<String, Result<Settings, Flaw>>,
}

/// Why a section cannot be read.
#[derive(Debug, Clone)]
struct Flaw {
    line: usize,
    problem: &'static str,
}

impl Contents {
    /// The sections that are there, in the order of the file.
    pub fn names(&self) -> impl Iterator<Item = &SectionName> {
        self.order.iter()
    }

    /// Whether a section is there, readable or not.
    pub fn has(&self, section: &SectionName) -> bool {
        self.sections.contains_key(section)
    }

    /// A section's settings. `None` where it is not there, or cannot be read.
    pub fn settings(&self, section: &SectionName) -> Option<&Settings> {
        self.sections.get(section)?.as_ref().ok()
    }

    /// Reads the text of a file.
    pub(super) fn read(path: &Path, bytes: &[u8], kind: FileKind) -> Result<Contents, EditError> {
        let want = &mut |header: &Header<'_>| match header {
            Header::Other => Want::No,
            _ => Want::Each,
        };
        let scanned = scan_bytes(path, bytes, kind, want).map_err(EditError::Read)?;
        let mut raw = scanned.sections;
        number_lines(bytes, &mut raw);
        let mut groups = Groups::default();
        raw.iter().for_each(|section| groups.add(section, kind));
        let mut contents = Contents::default();
        for (name, occurrences) in groups.named {
            let prefixed = occurrences.iter().any(|(_, prefixed)| *prefixed);
            let (counts, silenced): (Vec<_>, Vec<_>) =
                occurrences.into_iter().partition(|(_, is)| *is == prefixed);
            if !silenced.is_empty() {
                let title = format!("silenced {name}");
                contents.others.insert(title, merged(path, silenced.iter().map(|one| one.0)));
            }
            contents.order.push(name.clone());
            contents.sections.insert(name, merged(path, counts.iter().map(|one| one.0)));
        }
        for (title, occurrences) in groups.others {
            contents.others.insert(title, merged(path, occurrences.into_iter()));
        }
        Ok(contents)
    }

    /// What is to be seen after changes in a section.
    pub(super) fn change(&mut self, section: &SectionName, changes: &[Change]) {
        let known = self.sections.entry(section.clone()).or_insert_with(|| {
            self.order.push(section.clone());
            Ok(Settings::new())
        });
        // A section that cannot be read stays so: whoever edits it is told beforehand.
        let Ok(settings) = known else { return };
        for change in changes {
            match change {
                Change::Remove { key } => drop(settings.remove(key)),
                Change::Set { key, value } => drop(settings.insert(key.clone(), value.clone())),
                Change::Rename { old, key, value } => {
                    settings.remove(old);
                    settings.insert(key.clone(), value.clone());
                }
            }
        }
    }

    /// What is to be seen of a section.
    pub(super) fn put(&mut self, section: &SectionName, settings: Settings) {
        if self.sections.insert(section.clone(), Ok(settings)).is_none() {
            self.order.push(section.clone());
        }
    }

    /// A section is to be seen as it is in `others`, perhaps not at all.
    pub(super) fn take_from(&mut self, others: &Contents, section: &SectionName) {
        match others.sections.get(section) {
            Some(found) => drop(self.sections.insert(section.clone(), found.clone())),
            None => {
                self.sections.remove(section);
                self.order.retain(|name| name != section);
            }
        }
    }

    /// The error that a section of ours cannot be edited for: it cannot be read.
    pub(super) fn flaw(&self, path: &Path, section: &SectionName) -> Option<Error> {
        let flaw = self.sections.get(section)?.as_ref().err()?;
        let Flaw { line, problem } = *flaw;
        Some(Error::BadLine { path: path.to_owned(), line, problem })
    }

    /// The first section that is not the same in both.
    pub(super) fn difference(&self, other: &Contents) -> Option<String> {
        let named = first_difference(&self.sections, &other.sections);
        let others = || first_difference(&self.others, &other.others).cloned();
        named.map(ToString::to_string).or_else(others)
    }
}

/// The occurrences of each section.
#[derive(Default)]
struct Groups<'a> {
    named: Vec<(SectionName, Vec<(&'a RawSection, bool)>)>,
    places: BTreeMap<SectionName, usize>,
    others: BTreeMap<String, Vec<&'a RawSection>>,
}

impl<'a> Groups<'a> {
    fn add(&mut self, raw: &'a RawSection, kind: FileKind) {
        let (name, prefixed) = match grammar::header(&raw.header, kind).header {
            Header::Profile { name, prefixed } => {
                (SectionName::Profile(everything::shown(&name)), prefixed)
            }
            Header::SsoSession(name) => (SectionName::SsoSession(everything::shown(&name)), false),
            Header::Services(name) => {
                let title = format!("services {}", everything::shown(&name));
                return self.others.entry(title).or_default().push(raw);
            }
            Header::Other => return,
        };
        let at = *self.places.entry(name.clone()).or_insert_with(|| {
            self.named.push((name, Vec::new()));
            self.named.len() - 1
        });
        self.named[at].1.push((raw, prefixed));
    }
}

fn merged<'a>(
    path: &Path,
    occurrences: impl Iterator<Item = &'a RawSection>,
) -> Result<Settings, Flaw> {
    let occurrences: Vec<_> = occurrences.map(|raw| (path, raw)).collect();
    match Section::merge(String::new(), &occurrences) {
        Ok(Some(section)) => {
            // Not collected: that would bring a sort along, five kilobytes of program for each type.
            let mut settings = Settings::new();
            settings
                .extend(section.settings().map(|(key, value)| (key.to_owned(), value.to_owned())));
            Ok(settings)
        }
        Ok(None) => Ok(Settings::new()),
        Err(Error::BadLine { line, problem, .. }) => Err(Flaw { line, problem }),
        // Nothing else comes of bytes in memory.
        Err(_) => Err(Flaw { line: 1, problem: "the section cannot be read" }),
    }
}

fn first_difference<'a, K: Ord>(
    a: &'a BTreeMap<K, Result<Settings, Flaw>>,
    b: &'a BTreeMap<K, Result<Settings, Flaw>>,
) -> Option<&'a K> {
    a.keys().chain(b.keys()).find(|key| !is_same(a.get(*key), b.get(*key)))
}

fn is_same(one: Option<&Result<Settings, Flaw>>, other: Option<&Result<Settings, Flaw>>) -> bool {
    match (one, other) {
        (Some(Ok(one)), Some(Ok(other))) => one == other,
        // The line may have moved.
        (Some(Err(one)), Some(Err(other))) => one.problem == other.problem,
        (None, None) => true,
        _ => false,
    }
}

/// Counts the lines of sections in the order of their file.
fn number_lines(bytes: &[u8], sections: &mut [RawSection]) {
    let (mut at, mut line) = (0, 1);
    let mut count_to = |offset: u64| {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
        while at < offset {
            let is_end =
                bytes[at] == b'\n' || (bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
            line += usize::from(is_end);
            at += 1;
        }
        Some(line)
    };
    for section in sections {
        section.known_line = count_to(section.offset);
        if let Some(flaw) = &mut section.flaw {
            flaw.known_line = count_to(flaw.offset);
        }
    }
}
