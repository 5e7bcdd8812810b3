//! Where things stand in a shared file, in bytes, by the reader's own rules.

use std::ops::Range;

use crate::grammar::{self, FileKind, Header};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// One line: its text, and what ends it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    pub(super) start: usize,
    pub(super) text_end: usize,
    /// Behind the line end, if it has one.
    pub(super) end: usize,
}

/// One section: its header line, and the lines up to the next header.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) header: usize,
    pub(super) body: Range<usize>,
}

/// One setting: its key in lower case, and the lines of its value.
#[derive(Debug)]
pub(super) struct Setting {
    pub(super) key: Vec<u8>,
    pub(super) lines: Range<usize>,
}

/// A file cut into lines and sections.
pub(super) struct Layout<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) lines: Vec<Line>,
    pub(super) sections: Vec<Section>,
}

impl<'a> Layout<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Layout<'a> {
        let lines = lines(bytes);
        let mut sections: Vec<Section> = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            if is_header(&bytes[line.start..line.text_end]) {
                sections.push(Section { header: at, body: at + 1..at + 1 });
            } else if let Some(section) = sections.last_mut() {
                section.body.end = at + 1;
            }
        }
        Layout { bytes, lines, sections }
    }

    /// What a section's header names.
    pub(super) fn header(&self, section: &Section, kind: FileKind) -> Header<'a> {
        grammar::header(self.text(section.header), kind).header
    }

    /// The text of a line, without its end.
    pub(super) fn text(&self, line: usize) -> &'a [u8] {
        let Line { start, text_end, .. } = self.lines[line];
        &self.bytes[start..text_end]
    }

    /// The settings of a section, as [`grammar::clean`] tells keys from what continues a value.
    pub(super) fn settings(&self, section: &Section) -> Vec<Setting> {
        let mut settings: Vec<Setting> = Vec::new();
        let mut indent_of_key = 0;
        for at in section.body.clone() {
            let text = self.text(at).trim_ascii();
            if text.is_empty() || grammar::is_comment(text) {
                continue;
            }
            let indent = indent(self.text(at)).len();
            match settings.last_mut() {
                Some(setting) if indent > indent_of_key => setting.lines.end = at + 1,
                _ => {
                    let key = text[..delimiter(text).unwrap_or(text.len())].trim_ascii_end();
                    settings.push(Setting { key: key.to_ascii_lowercase(), lines: at..at + 1 });
                    indent_of_key = indent;
                }
            }
        }
        settings
    }

    /// What ends the lines of this file: what ends its first one.
    pub(super) fn line_end(&self) -> &'static str {
        let first = self.lines.first().map(|line| &self.bytes[line.text_end..line.end]);
        match first {
            Some(b"\r\n") => "\r\n",
            Some(b"\r") => "\r",
            _ => "\n",
        }
    }
}

/// The blanks that a line begins with.
pub(super) fn indent(line: &[u8]) -> &[u8] {
    &line[..line.len() - line.trim_ascii_start().len()]
}

/// Where the key ends.
pub(super) fn delimiter(text: &[u8]) -> Option<usize> {
    text.iter().position(|byte| matches!(byte, b'=' | b':'))
}

/// Lines ended by LF, CRLF or CR. A byte order mark belongs to none.
fn lines(bytes: &[u8]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    while start < bytes.len() {
        let length = bytes[start..].iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        let text_end = length.map_or(bytes.len(), |length| start + length);
        let end = match &bytes[text_end..] {
            [b'\r', b'\n', ..] => text_end + 2,
            [_, ..] => text_end + 1,
            [] => text_end,
        };
        lines.push(Line { start, text_end, end });
        start = end;
    }
    lines
}

/// The text of the last line, and whether a line end stands behind it; `None` where there is no line at all.
pub(super) fn last_line(bytes: &[u8]) -> Option<(&[u8], bool)> {
    let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let ended = bytes.strip_suffix(b"\r\n").or_else(|| bytes.strip_suffix(b"\n"));
    let ended = ended.or_else(|| bytes.strip_suffix(b"\r"));
    let text = ended.unwrap_or(bytes);
    let start = text.iter().rposition(is_end).map_or(0, |at| at + 1);
    (!bytes.is_empty()).then(|| (&text[start..], ended.is_some()))
}

/// The scanner's rule: nothing but blanks and tabs before the bracket.
fn is_header(line: &[u8]) -> bool {
    line.iter().find(|byte| !matches!(byte, b' ' | b'\t')) == Some(&b'[')
}
