//! One merged section: its settings, key by key.
//!
//! Every call reads two of these, so they are what [`grammar::clean`] leaves of the lines and nothing
//! more. Building a map of owned texts from them took a fifth of all instructions of a cached call.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use crate::error::Place;
use crate::grammar::{self, FileKind, Header, Settings};
use crate::nested;
use crate::scan::{RawSection, line_number};
use crate::{Error, Files};

/// A section after merging: duplicates joined, the later setting winning.
#[derive(Debug)]
pub(crate) struct Section {
    settings: Settings,
    /// How messages name it: `profile dev`, `sso-session corp`.
    pub(crate) title: String,
    /// The file of its first occurrence.
    pub(crate) path: PathBuf,
    offset: u64,
    known_line: Option<usize>,
}

impl Section {
    /// Merges occurrences in the order given. `None` where there are none.
    pub(crate) fn merge(
        title: String,
        occurrences: &[(&Path, &RawSection)],
    ) -> Result<Option<Section>, Error> {
        let Some((path, first)) = occurrences.first() else { return Ok(None) };
        let mut settings = Settings::with_room_for(first.body.len());
        for (path, raw) in occurrences {
            if let Some(flaw) = &raw.flaw {
                let (path, line) = (path.to_path_buf(), flaw.line(path));
                return Err(Error::BadLine { path, line, problem: flaw.problem });
            }
            let body = match str::from_utf8(&raw.body) {
                Ok(body) => Cow::Borrowed(body),
                Err(_) => String::from_utf8_lossy(&raw.body),
            };
            grammar::clean(&body, &mut settings).map_err(|bad| Error::BadLine {
                path: path.to_path_buf(),
                line: raw.line(path) + bad.line_in_section,
                problem: bad.problem,
            })?;
        }
        let (offset, known_line) = (first.offset, first.known_line);
        Ok(Some(Section { settings, title, path: path.to_path_buf(), offset, known_line }))
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
        self.known_line.unwrap_or_else(|| line_number(&self.path, self.offset))
    }

    /// Where it stands, for messages.
    pub(crate) fn place(&self) -> Place {
        Place { section: self.title.clone(), path: self.path.clone() }
    }
}

/// `[profile default]` silences `[default]`, wherever the two stand.
pub(crate) fn merge_profile(
    files: &Files,
    name: &str,
    config: &[RawSection],
    credentials: &[RawSection],
) -> Result<Option<Section>, Error> {
    let is_profile = |raw: &&RawSection, wanted: bool| {
        let header = grammar::header(&raw.header, FileKind::Config).header;
        matches!(header, Header::Profile { prefixed, .. } if prefixed == wanted)
    };
    let prefixed = config.iter().any(|raw| is_profile(&raw, true));
    let in_config = config.iter().filter(|raw| is_profile(raw, prefixed));
    let occurrences: Vec<_> = in_config
        .map(|raw| (files.config.as_path(), raw))
        .chain(credentials.iter().map(|raw| (files.credentials.as_path(), raw)))
        .collect();
    Section::merge(format!("profile {name}"), &occurrences)
}

pub(crate) fn missing(section: &Section, key: &'static str) -> Error {
    Error::MissingKey { place: section.place(), key }
}

pub(crate) fn bad_value(section: &Section, key: &str, problem: String) -> Error {
    Error::BadValue { place: section.place(), key: key.to_owned(), problem }
}
