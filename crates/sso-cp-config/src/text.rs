//! A shared file in memory, cut into its sections: for the commands that are about everything in it.
//!
//! Where thousands of sections are read, what matters is what is done for each: no text is copied, and
//! lines are counted once for all of them, if ever.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::grammar::{self, FileKind, Header};
use crate::header_lines::HeaderLines;
use crate::open::{BYTE_ORDER_MARK, line_ends, read_whole};

/// A section of real settings is under 1 KiB.
pub(crate) const MAX_SECTION_BYTES: usize = 1024 * 1024;
pub(crate) const UNCLOSED: &str = "the section header has no closing `]`";
pub(crate) const TOO_LONG: &str = "the section is longer than 1 MiB";

/// A file and where its sections stand.
#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) path: PathBuf,
    bytes: Vec<u8>,
    /// The sections that name anything, in the order of the file.
    pub(crate) sections: Vec<TextSection>,
    /// Names that do not stand in the file as they are read: they are in quotes there.
    odd_names: Vec<Vec<u8>>,
    /// What makes sections unusable, by their numbers, in order.
    flaws: Vec<(usize, Flaw)>,
    /// The line of each section's header.
    lines: OnceCell<Vec<usize>>,
}

/// What is wrong with a section as a whole.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flaw {
    /// Where the bad line begins, in bytes from the start of the file.
    pub(crate) offset: usize,
    pub(crate) problem: &'static str,
}

/// One section: what its header names, and where its parts stand.
#[derive(Debug)]
pub(crate) struct TextSection {
    pub(crate) kind: SectionKind,
    name: Name,
    header: Part,
    body: Part,
}

/// A part of the text, in half the room of a range: no file is that long.
#[derive(Debug, Clone, Copy)]
struct Part {
    start: u32,
    end: u32,
}

/// What a header names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SectionKind {
    Profile { is_prefixed: bool },
    SsoSession,
    Services,
}

/// Where a name stands.
#[derive(Debug)]
enum Name {
    InText(Part),
    Odd(u32),
}

impl Text {
    /// Reads a file. A missing one is an empty one.
    pub(crate) fn read(path: &Path, kind: FileKind) -> Result<Text, Error> {
        Ok(Text::of(path, read_whole(path)?.unwrap_or_default(), kind))
    }

    /// Cuts a text that goes by the path.
    pub(crate) fn of(path: &Path, bytes: Vec<u8>, kind: FileKind) -> Text {
        let mut cut = Cut {
            bytes: &bytes,
            kind,
            sections: Vec::new(),
            odd_names: Vec::new(),
            flaws: Vec::new(),
        };
        cut.all();
        let Cut { sections, odd_names, flaws, .. } = cut;
        let (path, lines) = (path.to_owned(), OnceCell::new());
        Text { path, bytes, sections, odd_names, flaws, lines }
    }

    /// The name of a section.
    pub(crate) fn name(&self, section: usize) -> &[u8] {
        match &self.sections[section].name {
            Name::InText(part) => &self.bytes[part.range()],
            Name::Odd(at) => &self.odd_names[*at as usize],
        }
    }

    pub(crate) fn kind(&self, section: usize) -> SectionKind {
        self.sections[section].kind
    }

    /// The header line.
    pub(crate) fn header(&self, section: usize) -> &[u8] {
        &self.bytes[self.sections[section].header.range()]
    }

    /// The bytes up to the next header.
    pub(crate) fn body(&self, section: usize) -> &[u8] {
        &self.bytes[self.sections[section].body.range()]
    }

    /// What makes a section unusable.
    pub(crate) fn flaw(&self, section: usize) -> Option<Flaw> {
        let found = self.flaws.binary_search_by_key(&section, |(flawed, _)| *flawed);
        found.ok().map(|at| self.flaws[at].1)
    }

    /// The number of the line of a section's header, from 1.
    pub(crate) fn line(&self, section: usize) -> usize {
        let lines = self.lines.get_or_init(|| {
            let (mut at, mut line) = (0, 1);
            let number = |section: &TextSection| {
                let start = section.header.range().start;
                line += line_ends(&self.bytes[at..start]);
                at = start;
                line
            };
            self.sections.iter().map(number).collect()
        });
        lines.get(section).copied().unwrap_or(1)
    }

    /// The number of a line at or behind a section's header.
    pub(crate) fn line_from(&self, section: usize, offset: usize) -> usize {
        let from = self.sections[section].header.range().start;
        self.line(section) + line_ends(&self.bytes[from..offset.max(from)])
    }
}

/// A text that is being cut.
struct Cut<'a> {
    bytes: &'a [u8],
    kind: FileKind,
    sections: Vec<TextSection>,
    odd_names: Vec<Vec<u8>>,
    flaws: Vec<(usize, Flaw)>,
}

impl Cut<'_> {
    fn all(&mut self) {
        let bytes = self.bytes;
        let has_mark = bytes.starts_with(BYTE_ORDER_MARK);
        let first = if has_mark { BYTE_ORDER_MARK.len() } else { 0 };
        // Whether the last section is still open: lines of others belong to nobody.
        let mut is_open = false;
        for line in HeaderLines::of(bytes, first, false) {
            let line = line.line_in(bytes);
            if is_open {
                self.close(line.start);
            }
            let parsed = grammar::header(&bytes[line.start..line.end], self.kind);
            if !parsed.closed && is_open {
                self.note(line.start, UNCLOSED);
            }
            is_open = parsed.closed && parsed.header != Header::Other;
            if let Some((kind, name)) = self.named(parsed.header) {
                let (header, body) =
                    (Part::of(line.start, line.end), Part::of(line.next, line.next));
                self.sections.push(TextSection { kind, name, header, body });
                if !parsed.closed {
                    self.note(line.start, UNCLOSED);
                }
            }
        }
        if is_open {
            self.close(bytes.len());
        }
    }

    /// The last section ends here.
    fn close(&mut self, end: usize) {
        let Some(section) = self.sections.last_mut() else { return };
        let body = section.body.range().start;
        if end - body > MAX_SECTION_BYTES {
            let start = section.header.range().start;
            self.note(start, TOO_LONG);
        } else {
            section.body = Part::of(body, end);
        }
    }

    /// The last section cannot be used; what was noted last counts.
    #[cold]
    fn note(&mut self, offset: usize, problem: &'static str) {
        let section = self.sections.len().saturating_sub(1);
        self.flaws.pop_if(|(flawed, _)| *flawed == section);
        self.flaws.push((section, Flaw { offset, problem }));
    }

    fn named(&mut self, header: Header<'_>) -> Option<(SectionKind, Name)> {
        let (kind, name) = match header {
            Header::Profile { name, prefixed } => {
                (SectionKind::Profile { is_prefixed: prefixed }, name)
            }
            Header::SsoSession(name) => (SectionKind::SsoSession, name),
            Header::Services(name) => (SectionKind::Services, name),
            Header::Other => return None,
        };
        let name = match name {
            Cow::Borrowed(name) => Name::InText(part_in(self.bytes, name)),
            Cow::Owned(name) => {
                self.odd_names.push(name);
                Name::Odd(short(self.odd_names.len() - 1))
            }
        };
        Some((kind, name))
    }
}

impl Part {
    fn of(start: usize, end: usize) -> Part {
        Part { start: short(start), end: short(end) }
    }

    fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A place in a text. The limit of files is far below what this can hold.
fn short(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// Where a part of a text stands in it.
fn part_in(text: &[u8], part: &[u8]) -> Part {
    let start = part.as_ptr() as usize - text.as_ptr() as usize;
    Part::of(start, start + part.len())
}
