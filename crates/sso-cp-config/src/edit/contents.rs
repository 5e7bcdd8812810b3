//! What the reader sees in a file, section by section: to choose what to change, and to check a change
//! before it is written.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use super::change::{Change, SectionName};
use super::error::EditError;
use crate::Error;
use crate::everything::shown;
use crate::grammar::FileKind;
use crate::occurrence::Occurrence;
use crate::section::Section;
use crate::text::{SectionKind, Text};

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

    /// Whether both `[default]` and `[profile default]` are there, of which the tools do not take the same.
    pub fn has_two_defaults(&self) -> bool {
        self.others.contains_key("silenced profile default")
    }

    /// A section's settings. `None` where it is not there, or cannot be read.
    pub fn settings(&self, section: &SectionName) -> Option<&Settings> {
        self.sections.get(section)?.as_ref().ok()
    }

    /// Reads the text of a file.
    pub(crate) fn read(path: &Path, bytes: &[u8], kind: FileKind) -> Result<Contents, EditError> {
        let text = Rc::new(Text::of(path, bytes.to_vec(), kind));
        let mut groups = Groups::default();
        (0..text.sections.len()).for_each(|section| groups.add(&text, section));
        let mut contents = Contents::default();
        for (name, occurrences) in groups.named {
            let prefixed = occurrences.iter().any(|(_, prefixed)| *prefixed);
            let (counts, silenced): (Vec<_>, Vec<_>) =
                occurrences.into_iter().partition(|(_, is)| *is == prefixed);
            if !silenced.is_empty() {
                let title = format!("silenced {name}");
                contents.others.insert(title, merged(silenced.iter().map(|one| one.0)));
            }
            contents.order.push(name.clone());
            contents.sections.insert(name, merged(counts.iter().map(|one| one.0)));
        }
        for (title, occurrences) in groups.others {
            contents.others.insert(title, merged(occurrences.into_iter()));
        }
        Ok(contents)
    }

    /// What is to be seen after changes in a section.
    pub(super) fn change(&mut self, section: &SectionName, changes: &[Change]) {
        let known = self.sections.entry(section.clone()).or_insert_with(|| {
            self.order.push(section.clone());
            Ok(Settings::new())
        });
        // A section that cannot be read stays so: anyone who edits it is warned beforehand.
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

    /// Sections are to be seen as they are in `others`, perhaps not at all.
    pub(super) fn take_from<'n>(
        &mut self,
        others: &Contents,
        sections: impl Iterator<Item = &'n SectionName>,
    ) {
        for section in sections {
            match others.sections.get(section) {
                Some(found) => drop(self.sections.insert(section.clone(), found.clone())),
                None => drop(self.sections.remove(section)),
            }
        }
        self.order.retain(|name| self.sections.contains_key(name));
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
    named: Vec<(SectionName, Vec<(Occurrence<'a>, bool)>)>,
    places: BTreeMap<SectionName, usize>,
    others: BTreeMap<String, Vec<Occurrence<'a>>>,
}

impl<'a> Groups<'a> {
    fn add(&mut self, text: &'a Rc<Text>, section: usize) {
        let name = shown(text.name(section));
        let found = Occurrence::of(text, section);
        let name = match text.kind(section) {
            SectionKind::Profile { .. } => SectionName::Profile(name),
            SectionKind::SsoSession => SectionName::SsoSession(name),
            SectionKind::Services => {
                return self.others.entry(format!("services {name}")).or_default().push(found);
            }
        };
        let at = *self.places.entry(name.clone()).or_insert_with(|| {
            self.named.push((name, Vec::new()));
            self.named.len() - 1
        });
        self.named[at].1.push((found, found.is_prefixed));
    }
}

fn merged<'a>(occurrences: impl Iterator<Item = Occurrence<'a>>) -> Result<Settings, Flaw> {
    match Section::merge(String::new, occurrences) {
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
