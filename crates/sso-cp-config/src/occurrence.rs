//! One occurrence of a section in a shared file, and where it stands.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::open::line_number;
use crate::text::{Flaw, SectionKind, Text};

/// A header line and the bytes up to the next one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Occurrence<'a> {
    pub(crate) header: &'a [u8],
    pub(crate) body: &'a [u8],
    /// Whether the header is `[profile NAME]`, and not `[default]` or a section of the credentials
    /// file.
    pub(crate) is_prefixed: bool,
    pub(crate) at: At<'a>,
    /// What makes the section unusable as a whole.
    pub(crate) flaw: Option<Flaw>,
}

/// Where a section stands. Lines are counted when they are asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum At<'a> {
    /// So many bytes from the start of a file that was read piece by piece.
    File { path: &'a Path, offset: u64 },
    /// It is the section with that number of a file in memory.
    Memory { text: &'a Rc<Text>, section: usize },
}

/// As [`At`], to be kept.
#[derive(Debug)]
pub(crate) enum Origin {
    File { path: PathBuf, offset: u64 },
    Memory { text: Rc<Text>, section: usize },
}

impl<'a> Occurrence<'a> {
    /// A section of a file in memory.
    pub(crate) fn of(text: &'a Rc<Text>, section: usize) -> Occurrence<'a> {
        Occurrence {
            header: text.header(section),
            body: text.body(section),
            is_prefixed: text.kind(section) == SectionKind::Profile { is_prefixed: true },
            at: At::Memory { text, section },
            flaw: text.flaw(section),
        }
    }
}

impl<'a> At<'a> {
    pub(crate) fn path(self) -> &'a Path {
        match self {
            At::File { path, .. } => path,
            At::Memory { text, .. } => &text.path,
        }
    }

    /// The number of the header's line, from 1.
    pub(crate) fn line(self) -> usize {
        match self {
            At::File { path, offset } => line_number(path, offset),
            At::Memory { text, section } => text.line(section),
        }
    }

    /// The number of the line of a flaw of this section.
    pub(crate) fn line_of(self, flaw: Flaw) -> usize {
        match self {
            At::File { path, .. } => line_number(path, flaw.offset as u64),
            At::Memory { text, section } => text.line_from(section, flaw.offset),
        }
    }

    pub(crate) fn to_origin(self) -> Origin {
        match self {
            At::File { path, offset } => Origin::File { path: path.to_owned(), offset },
            At::Memory { text, section } => Origin::Memory { text: Rc::clone(text), section },
        }
    }
}

impl Origin {
    pub(crate) fn at(&self) -> At<'_> {
        match self {
            Origin::File { path, offset } => At::File { path, offset: *offset },
            Origin::Memory { text, section } => At::Memory { text, section: *section },
        }
    }
}
