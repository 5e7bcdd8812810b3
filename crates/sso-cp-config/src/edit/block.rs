//! A block of sections that a command owns: between two comment lines, rewritten as a whole.

use std::collections::BTreeSet;
use std::ops::Range;

use sso_cp_types::is_unseen;

use super::change::SectionName;
use super::checks::{check_name, check_setting};
use super::contents::{Contents, Settings};
use super::document::{Document, append, lines_of};
use super::error::EditError;
use super::layout::Layout;

/// What is to stand between the two comment lines.
#[derive(Debug)]
pub struct Block<'a> {
    /// What the comment lines say the block is: on one line, and none that begins like another.
    pub title: &'a str,
    /// A comment below the first line, for anyone who reads the file.
    pub note: &'a str,
    /// The sections, with their settings. None at all takes the comment lines away too.
    pub sections: &'a [(SectionName, Vec<(&'a str, String)>)],
    /// A comment below the header of each section, in the same order; none behind its end. One that would not stay on
    /// one line is left out.
    pub comments: &'a [Option<String>],
}

impl Document {
    /// Which sections stand in the block now, in their order; none where there is no block.
    ///
    /// # Errors
    ///
    /// [`EditError::BrokenBlock`].
    pub fn block_contents(&self, title: &str) -> Result<Option<Contents>, EditError> {
        let layout = Layout::of(&self.bytes);
        let Some(lines) = self.find(&layout, title)? else { return Ok(None) };
        let range = layout.lines[lines.start].start..layout.lines[lines.end - 1].end;
        Contents::read(&self.path, &self.bytes[range], self.kind).map(Some)
    }

    /// The comment below the block's first line.
    ///
    /// # Errors
    ///
    /// [`EditError::BrokenBlock`].
    pub fn block_note(&self, title: &str) -> Result<Option<String>, EditError> {
        let layout = Layout::of(&self.bytes);
        let Some(lines) = self.find(&layout, title)? else { return Ok(None) };
        let note = layout.text(lines.start + 1).strip_prefix(b"# ");
        Ok(note.map(|note| String::from_utf8_lossy(note).trim_ascii_end().to_owned()))
    }

    /// What the file says without the block.
    ///
    /// # Errors
    ///
    /// [`EditError::BrokenBlock`].
    pub fn contents_outside(&self, title: &str) -> Result<Contents, EditError> {
        let layout = Layout::of(&self.bytes);
        let Some(lines) = self.find(&layout, title)? else { return Ok(self.expected.clone()) };
        let mut outside = self.bytes[..layout.lines[lines.start].start].to_vec();
        outside.extend_from_slice(&self.bytes[layout.lines[lines.end - 1].end..]);
        Contents::read(&self.path, &outside, self.kind)
    }

    /// Writes the block: where it stands, else at the end of the file.
    ///
    /// # Errors
    ///
    /// [`EditError::BadName`], [`EditError::BadValue`], [`EditError::BrokenBlock`];
    /// [`EditError::NotAsIntended`] where a section of the block stands outside of it too. Then
    /// nothing is changed.
    pub fn replace_block(&mut self, block: &Block<'_>) -> Result<(), EditError> {
        for (section, settings) in block.sections {
            check_name(section)?;
            settings.iter().try_for_each(|(key, value)| check_setting(section, key, value))?;
        }
        let outside = self.contents_outside(block.title)?;
        if let Some((section, _)) = block.sections.iter().find(|(name, _)| outside.has(name)) {
            let (path, section) = (self.path.clone(), section.to_string());
            return Err(EditError::NotAsIntended { path, section });
        }
        let before = self.block_contents(block.title)?.unwrap_or_default();
        self.write_block(block)?;
        let mut stay = BTreeSet::new();
        stay.extend(block.sections.iter().map(|(name, _)| name));
        self.expected.take_from(&outside, before.names().filter(|name| !stay.contains(name)));
        for (name, settings) in block.sections {
            let settings = settings.iter().map(|(key, value)| ((*key).to_owned(), value.clone()));
            let mut wanted = Settings::new();
            wanted.extend(settings);
            self.expected.put(name, wanted);
        }
        Ok(())
    }

    fn write_block(&mut self, block: &Block<'_>) -> Result<(), EditError> {
        let layout = Layout::of(&self.bytes);
        let line_end = layout.line_end();
        let place = self.find(&layout, block.title)?;
        let text = self.block_lines(block);
        let Some(lines) = place else {
            if !text.is_empty() {
                let mut bytes = self.bytes.clone();
                append(&mut bytes, line_end, &text);
                self.bytes = bytes;
            }
            return Ok(());
        };
        let (first, last) = (layout.lines[lines.start], layout.lines[lines.end - 1]);
        let mut bytes = self.bytes[..first.start].to_vec();
        if text.is_empty() {
            bytes.extend_from_slice(&self.bytes[last.end..]);
        } else {
            bytes.extend(text.join(line_end).bytes());
            bytes.extend_from_slice(&self.bytes[last.text_end..]);
        }
        self.bytes = bytes;
        Ok(())
    }

    fn block_lines(&self, block: &Block<'_>) -> Vec<String> {
        if block.sections.is_empty() {
            return Vec::new();
        }
        let mut lines = vec![beginning(block.title), format!("# {}", block.note)];
        for (at, (section, settings)) in block.sections.iter().enumerate() {
            let settings: Vec<_> = settings.iter().map(|(k, v)| (*k, v.as_str())).collect();
            lines.push(String::new());
            let mut of_section = lines_of(section, self.kind, &settings);
            let comment = block.comments.get(at).and_then(Option::as_ref);
            if let Some(comment) = comment.filter(|comment| !comment.chars().any(is_unseen)) {
                of_section.insert(1, format!("# {comment}"));
            }
            lines.extend(of_section);
        }
        lines.extend([String::new(), end(block.title)]);
        lines
    }

    /// The block's lines, its comment lines included.
    fn find(&self, layout: &Layout<'_>, title: &str) -> Result<Option<Range<usize>>, EditError> {
        let places = |marker: &str| -> Vec<usize> {
            let is_it = |at: &usize| layout.text(*at).trim_ascii_end() == marker.as_bytes();
            (0..layout.lines.len()).filter(is_it).collect()
        };
        let (from, to) = (places(&beginning(title)), places(&end(title)));
        let broken = |line: usize, marker: String| {
            Err(EditError::BrokenBlock { path: self.path.clone(), line: line + 1, marker })
        };
        match (&from[..], &to[..]) {
            ([], []) => Ok(None),
            ([first], [last]) if first < last => Ok(Some(*first..last + 1)),
            ([_, second, ..], _) => broken(*second, beginning(title)),
            (_, [_, second, ..]) => broken(*second, end(title)),
            ([first], _) => broken(*first, end(title)),
            (_, [last]) => broken(*last, beginning(title)),
        }
    }
}

fn beginning(title: &str) -> String {
    format!("# >>> sso-cp {title} >>>")
}

fn end(title: &str) -> String {
    format!("# <<< sso-cp {title} <<<")
}
