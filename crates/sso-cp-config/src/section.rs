//! One merged section, read by rust-ini from text that the grammar has cleaned.
//!
//! rust-ini alone would join a value that ends in a backslash with the next line and swallow lines
//! without `=`; so it gets one `key=value` a line, with everything that means something to it
//! percent-encoded, and its own quoting and escaping off.

use std::path::{Path, PathBuf};

use ini::{Ini, ParseOption, Properties};

use crate::Error;
use crate::grammar::{self, unhide};
use crate::scan::{RawSection, line_number};

/// A section after merging: duplicates joined, the later setting winning.
#[derive(Debug)]
pub(crate) struct Section {
    settings: Properties,
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
        let mut clean = String::new();
        for (path, raw) in occurrences {
            if let Some(flaw) = &raw.flaw {
                let (path, line) = (path.to_path_buf(), flaw.line(path));
                return Err(Error::BadLine { path, line, problem: flaw.problem });
            }
            let body = String::from_utf8_lossy(&raw.body);
            grammar::clean(&body, &mut clean).map_err(|bad| Error::BadLine {
                path: path.to_path_buf(),
                line: raw.line(path) + bad.line_in_section,
                problem: bad.problem,
            })?;
        }
        let settings = read_clean(&clean, path, first)?;
        let (offset, known_line) = (first.offset, first.known_line);
        Ok(Some(Section { settings, title, path: path.to_path_buf(), offset, known_line }))
    }

    /// A setting's value; empty counts as missing, for every key that matters here.
    pub(crate) fn get(&self, key: &str) -> Option<String> {
        self.raw(key).filter(|value| !value.is_empty())
    }

    /// A setting's value, empty or not.
    pub(crate) fn raw(&self, key: &str) -> Option<String> {
        self.settings.get_all(key).last().map(unhide)
    }

    /// A setting of a nested block.
    pub(crate) fn get_nested(&self, block: &str, key: &str) -> Option<String> {
        let block = self.raw(block)?;
        let matching = grammar::nested(&block).filter(|(name, _)| name.eq_ignore_ascii_case(key));
        matching.last().map(|(_, value)| value.to_owned()).filter(|value| !value.is_empty())
    }

    /// Whether a switch is on: `true` in any case.
    pub(crate) fn switch(&self, key: &str) -> Option<bool> {
        self.get(key).map(|value| value.eq_ignore_ascii_case("true"))
    }

    /// All settings, in no particular order; a key that stands twice comes twice.
    pub(crate) fn settings(&self) -> impl Iterator<Item = (&str, String)> {
        self.settings.iter().map(|(key, value)| (key, unhide(value)))
    }

    /// The line of its first header, from 1; counted when asked for.
    pub(crate) fn line(&self) -> usize {
        self.known_line.unwrap_or_else(|| line_number(&self.path, self.offset))
    }
}

fn read_clean(clean: &str, path: &Path, first: &RawSection) -> Result<Properties, Error> {
    let options =
        ParseOption { enabled_quote: false, enabled_escape: false, ..ParseOption::default() };
    let mut ini = Ini::load_from_str_opt(clean, options).map_err(|_| Error::BadLine {
        path: path.to_owned(),
        line: first.line(path),
        problem: "the section cannot be read",
    })?;
    Ok(std::mem::take(ini.general_section_mut()))
}
