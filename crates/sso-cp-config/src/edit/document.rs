//! A shared file that is being changed: splices, and nothing but splices.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::change::{Change, SectionEdit, SectionName};
use super::checks::{check_change, check_name};
use super::contents::Contents;
use super::error::EditError;
use super::layout::{Layout, Setting, delimiter, indent, last_line};
use crate::grammar::{FileKind, Header, comment_start};

/// A shared file in memory: as it was read, and as it is to be.
#[derive(Debug, Clone)]
pub struct Document {
    pub(super) path: PathBuf,
    /// The home that the file is looked for in.
    pub(super) home: PathBuf,
    pub(super) kind: FileKind,
    /// As it was read; `None` where there was no file.
    pub(super) original: Option<Vec<u8>>,
    pub(super) bytes: Vec<u8>,
    /// What the reader is to see.
    pub(super) expected: Contents,
}

impl Document {
    /// The file's path, as it was named.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file as it was read; empty where there is none.
    pub fn before(&self) -> &[u8] {
        self.original.as_deref().unwrap_or_default()
    }

    /// The file as it is to be.
    pub fn after(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether there is anything to write.
    pub fn is_changed(&self) -> bool {
        self.before() != self.bytes
    }

    /// What the reader sees now, or is to see when this is saved.
    pub fn contents(&self) -> &Contents {
        &self.expected
    }

    /// Puts another text into its place. What we read in it is what is meant.
    ///
    /// # Errors
    ///
    /// [`EditError::Read`]; then nothing is changed.
    pub fn rewrite(&mut self, bytes: Vec<u8>) -> Result<(), EditError> {
        self.expected = Contents::read(&self.path, &bytes, self.kind)?;
        self.bytes = bytes;
        Ok(())
    }

    /// Makes changes in sections, each section being named once.
    ///
    /// # Errors
    ///
    /// [`EditError::BadName`], [`EditError::BadValue`]; then nothing is changed.
    pub fn edit(&mut self, edits: &[SectionEdit]) -> Result<(), EditError> {
        let layout = Layout::of(&self.bytes);
        let places = places(&layout, self.kind);
        let mut splices = Vec::new();
        let mut appended = Vec::new();
        for edit in edits {
            for change in &edit.changes {
                check_change(&edit.section, change)?;
            }
            if let Some(error) = self.expected.flaw(&self.path, &edit.section) {
                return Err(EditError::Read(error));
            }
            match places.get(&edit.section) {
                Some(sections) => in_section(&layout, sections, &edit.changes, &mut splices),
                None => {
                    check_name(&edit.section)?;
                    appended.push(edit);
                }
            }
        }
        let line_end = layout.line_end();
        let mut bytes = spliced(&self.bytes, splices);
        for edit in appended {
            let settings = settings_of(&edit.changes);
            let settings: Vec<_> = settings.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
            append(&mut bytes, line_end, &lines_of(&edit.section, self.kind, &settings));
        }
        self.bytes = bytes;
        for edit in edits {
            self.expected.change(&edit.section, &edit.changes);
        }
        Ok(())
    }
}

/// The occurrences of each section that count, as indices of the layout's sections. `[profile default]`
/// silences `[default]`, as it does for the reader.
fn places(layout: &Layout<'_>, kind: FileKind) -> HashMap<SectionName, Vec<usize>> {
    let mut places: HashMap<SectionName, Vec<(usize, bool)>> = HashMap::new();
    for (at, section) in layout.sections.iter().enumerate() {
        let text = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
        let (name, prefixed) = match layout.header(section, kind) {
            Header::Profile { name, prefixed } => (SectionName::Profile(text(&name)), prefixed),
            Header::SsoSession(name) => (SectionName::SsoSession(text(&name)), false),
            Header::Services(_) | Header::Other => continue,
        };
        places.entry(name).or_default().push((at, prefixed));
    }
    let counting = |occurrences: Vec<(usize, bool)>| {
        let prefixed = occurrences.iter().any(|(_, prefixed)| *prefixed);
        let counts = occurrences.into_iter().filter(|(_, is)| *is == prefixed);
        counts.map(|(at, _)| at).collect()
    };
    places.into_iter().map(|(name, occurrences)| (name, counting(occurrences))).collect()
}

/// A stretch of the file, and what is to stand there instead.
struct Splice {
    range: Range<usize>,
    text: Vec<u8>,
}

/// The splices of one section's changes. The later occurrence of a key is the one that counts.
fn in_section(
    layout: &Layout<'_>,
    sections: &[usize],
    changes: &[Change],
    splices: &mut Vec<Splice>,
) {
    let sections = || sections.iter().map(|at| &layout.sections[*at]);
    let settings: Vec<Setting> = sections().flat_map(|section| layout.settings(section)).collect();
    let find = |key: &str| settings.iter().rev().find(|setting| setting.key == key.as_bytes());
    let remove = |key: &str, splices: &mut Vec<Splice>| {
        for setting in settings.iter().filter(|setting| setting.key == key.as_bytes()) {
            let (first, last) = (setting.lines.start, setting.lines.end - 1);
            let range = layout.lines[first].start..layout.lines[last].end;
            splices.push(Splice { range, text: Vec::new() });
        }
    };
    let last_header = sections().next_back().map_or(0, |section| section.header);
    let last_line = settings.last().map_or(last_header, |setting| {
        // An earlier occurrence may have the only settings.
        (setting.lines.end - 1).max(last_header)
    });
    let style = settings.last().filter(|setting| setting.lines.start > last_header);
    let indent_of_keys = style.map_or(&b""[..], |setting| indent(layout.text(setting.lines.start)));
    let add = |key: &str, value: &str, splices: &mut Vec<Splice>| {
        let line = layout.lines[last_line];
        // As the line above ends: in a file with several kinds of line ends, the CR of another line would
        // make one line end of itself and an LF that follows.
        let line_end = &layout.bytes[line.text_end..line.end];
        let mut text = if line_end.is_empty() { layout.line_end().into() } else { Vec::new() };
        text.extend_from_slice(indent_of_keys);
        text.extend(format!("{key} = {value}").bytes());
        text.extend_from_slice(line_end);
        splices.push(Splice { range: line.end..line.end, text });
    };
    for change in changes {
        match change {
            Change::Remove { key } => remove(key, splices),
            Change::Set { key, value } => match find(key) {
                Some(setting) => splices.extend(replaced(layout, setting, key, value)),
                None => add(key, value, splices),
            },
            Change::Rename { old, key, value } => match (find(old), find(key)) {
                (Some(setting), None) => splices.extend(replaced(layout, setting, key, value)),
                (_, Some(setting)) => {
                    splices.extend(replaced(layout, setting, key, value));
                    remove(old, splices);
                }
                (None, None) => add(key, value, splices),
            },
        }
    }
}

/// A setting with another value, or under another key: its indent and its way to write `=` stay. What
/// follows as a comment on its line moves to a line of its own: the AWS CLI takes it for the value.
fn replaced(layout: &Layout<'_>, setting: &Setting, key: &str, value: &str) -> Option<Splice> {
    let (first, last) = (setting.lines.start, setting.lines.end - 1);
    let line = layout.text(first);
    let blanks = indent(line);
    let at = blanks.len() + delimiter(&line[blanks.len()..])?;
    let behind = &line[at + 1..];
    let comment = comment_start(behind).map(|start| behind[start..].trim_ascii());
    let old = behind[..comment_start(behind).unwrap_or(behind.len())].trim_ascii();
    let is_whole = setting.lines.len() == 1 && comment.is_none();
    if is_whole && old == value.as_bytes() && setting.key == key.as_bytes() {
        return None;
    }
    let key_end = line[..at].trim_ascii_end().len();
    let value_start = at + 1 + indent(behind).len();
    let as_it_was = &line[key_end..value_start];
    let mut text = Vec::new();
    if let Some(comment) = comment {
        text.extend_from_slice(comment);
        text.extend(layout.line_end().bytes());
    }
    text.extend_from_slice(blanks);
    text.extend(key.bytes());
    text.extend_from_slice(if line[at] == b'=' && !old.is_empty() { as_it_was } else { b" = " });
    text.extend(value.bytes());
    let range = layout.lines[first].start..layout.lines[last].text_end;
    Some(Splice { range, text })
}

fn spliced(bytes: &[u8], splices: Vec<Splice>) -> Vec<u8> {
    // Those of one place stay in their order.
    let mut ordered = BTreeMap::new();
    let keyed = splices.into_iter().enumerate();
    ordered.extend(keyed.map(|(at, splice)| ((splice.range.start, at), splice)));
    let mut result = Vec::with_capacity(bytes.len() + 1024);
    let mut at = 0;
    for Splice { range, text } in ordered.into_values() {
        result.extend_from_slice(&bytes[at..range.start.max(at)]);
        result.extend(text);
        at = range.end.max(at);
    }
    result.extend_from_slice(&bytes[at..]);
    result
}

/// What a new section has after its changes.
fn settings_of(changes: &[Change]) -> Vec<(String, String)> {
    let set = changes.iter().filter_map(|change| match change {
        Change::Set { key, value } | Change::Rename { key, value, .. } => {
            Some((key.clone(), value.clone()))
        }
        Change::Remove { .. } => None,
    });
    set.collect()
}

/// A section as it is written anew.
pub(super) fn lines_of(
    section: &SectionName,
    kind: FileKind,
    settings: &[(&str, &str)],
) -> Vec<String> {
    let settings = settings.iter().map(|(key, value)| format!("{key} = {value}"));
    std::iter::once(section.header(kind)).chain(settings).collect()
}

/// Adds lines at the end of the file, a blank one before them.
pub(super) fn append(bytes: &mut Vec<u8>, line_end: &str, lines: &[String]) {
    let mut text = String::new();
    if let Some((last, is_ended)) = last_line(bytes) {
        if !is_ended {
            text.push_str(line_end);
        }
        if !last.trim_ascii().is_empty() {
            text.push_str(line_end);
        }
    }
    for line in lines {
        text.push_str(line);
        text.push_str(line_end);
    }
    bytes.extend(text.bytes());
}
