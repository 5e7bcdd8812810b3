//! One merged section: its settings, key by key.
//!
//! Every call reads two of these, so they are what [`grammar::clean`] leaves of the lines and nothing
//! more. Building a map of owned texts from them took a fifth of all instructions of a cached call.

use std::borrow::Cow;
use std::path::Path;

use crate::Error;
use crate::error::Place;
use crate::grammar::{self, Settings};
use crate::nested;
use crate::occurrence::{Occurrence, Origin};

/// A section after merging: duplicates joined, the later setting winning.
#[derive(Debug)]
pub(crate) struct Section {
    settings: Settings,
    /// How messages name it: `profile dev`, `sso-session corp`.
    pub(crate) title: String,
    /// Where it stands first.
    origin: Origin,
}

impl Section {
    /// Merges occurrences in the order given. `None` where there are none.
    pub(crate) fn merge<'a>(
        title: impl FnOnce() -> String,
        occurrences: impl Iterator<Item = Occurrence<'a>>,
    ) -> Result<Option<Section>, Error> {
        let mut merged: Option<(Settings, Origin)> = None;
        for occurrence in occurrences {
            let at = occurrence.at;
            let bad_line =
                |line, problem| Err(Error::BadLine { path: at.path().to_owned(), line, problem });
            if let Some(flaw) = occurrence.flaw {
                return bad_line(at.line_of(flaw), flaw.problem);
            }
            let (settings, _) = merged.get_or_insert_with(|| {
                (Settings::with_room_for(occurrence.body.len()), at.to_origin())
            });
            if let Err(bad) = grammar::clean(&text_of(occurrence.body), settings) {
                return bad_line(at.line() + bad.line_in_section, bad.problem);
            }
        }
        Ok(merged.map(|(settings, origin)| Section { settings, title: title(), origin }))
    }

    /// The file of its first occurrence.
    pub(crate) fn path(&self) -> &Path {
        self.origin.at().path()
    }

    /// A setting's value; empty counts as missing, for every key that matters here.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.raw(key).filter(|value| !value.is_empty())
    }

    /// A setting's value as a text of its own.
    pub(crate) fn owned(&self, key: &str) -> Option<String> {
        self.get(key).map(str::to_owned)
    }

    /// A setting's value, empty or not.
    pub(crate) fn raw(&self, key: &str) -> Option<&str> {
        self.settings.last(key)
    }

    /// A setting of a nested block.
    pub(crate) fn get_nested(&self, block: &str, key: &str) -> Option<String> {
        nested::setting(self.raw(block)?, key).filter(|value| !value.is_empty())
    }

    /// Whether a switch is on: `true` in any case.
    pub(crate) fn switch(&self, key: &str) -> Option<bool> {
        self.get(key).map(|value| value.eq_ignore_ascii_case("true"))
    }

    /// All settings in the order of the lines; a key that stands twice comes twice.
    pub(crate) fn settings(&self) -> impl Iterator<Item = (&str, &str)> {
        self.settings.iter()
    }

    /// The line of its first header, from 1; counted when asked for.
    pub(crate) fn line(&self) -> usize {
        self.origin.at().line()
    }

    /// Where it stands, for messages.
    pub(crate) fn place(&self) -> Place {
        Place { section: self.title.clone(), path: self.path().to_owned() }
    }
}

/// The text of a body. What is not UTF-8 is replaced: it hurts its own setting alone.
fn text_of(body: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(body) {
        Ok(body) => Cow::Borrowed(body),
        Err(_) => String::from_utf8_lossy(body),
    }
}

/// A profile, from its occurrences in both files. `[profile default]` silences `[default]`, wherever the
/// two stand.
pub(crate) fn merge_profile<'a>(
    name: &str,
    config: impl Iterator<Item = Occurrence<'a>> + Clone,
    credentials: impl Iterator<Item = Occurrence<'a>>,
) -> Result<Option<Section>, Error> {
    let is_prefixed = config.clone().any(|occurrence| occurrence.is_prefixed);
    let counts = config.filter(|occurrence| occurrence.is_prefixed == is_prefixed);
    Section::merge(|| format!("profile {name}"), counts.chain(credentials))
}

pub(crate) fn missing(section: &Section, key: &'static str) -> Error {
    Error::MissingKey { place: section.place(), key }
}

pub(crate) fn bad_value(section: &Section, key: &str, problem: String) -> Error {
    Error::BadValue { place: section.place(), key: key.to_owned(), problem }
}
