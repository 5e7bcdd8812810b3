//! The names of everything in the shared files, for completing them: nothing else is read of the
//! sections, so that a bad one hurts nobody. A file goes through one buffer, and its names into one text.

use std::io::Read;
use std::ops::Range;
use std::path::Path;

use crate::by_name::ByName;
use crate::everything::shown;
use crate::grammar::{self, FileKind, Header};
use crate::header_lines::HeaderLines;
use crate::open::{BYTE_ORDER_MARK, MAX_FILE_BYTES, open, too_large};
use crate::scan::{BUFFER_BYTES, last_line_end};
use crate::{Error, Files};

/// The names of profiles and sso-sessions, each once, in the order of the files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// Those of the config file, then those that only the credentials file has.
    pub profiles: Vec<String>,
    /// The `[sso-session]` sections.
    pub sessions: Vec<String>,
}

/// Reads the headers of both files.
///
/// # Errors
///
/// A file is there and cannot be read at all.
pub fn names(files: &Files) -> Result<Names, Error> {
    let read = Headers::read(files)?;
    let each_once = |list: &List| {
        let mut names = Vec::with_capacity(list.ends.len());
        list.for_each_once(|name| names.push(name.to_owned()));
        names
    };
    Ok(Names { profiles: each_once(&read.profiles), sessions: each_once(&read.sessions) })
}

/// Calls a function with the name of each profile, once, in that order: for tens of thousands of them.
///
/// # Errors
///
/// As for [`names`].
pub fn for_each_profile(files: &Files, each: impl FnMut(&str)) -> Result<(), Error> {
    Headers::read(files)?.profiles.for_each_once(each);
    Ok(())
}

/// What the headers of both files name.
#[derive(Default)]
struct Headers {
    profiles: List,
    sessions: List,
}

/// Names, one behind the other.
#[derive(Default)]
struct List {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Headers {
    fn read(files: &Files) -> Result<Headers, Error> {
        let mut headers = Headers::default();
        headers.read_file(&files.config, FileKind::Config)?;
        headers.read_file(&files.credentials, FileKind::Credentials)?;
        Ok(headers)
    }

    fn read_file(&mut self, path: &Path, kind: FileKind) -> Result<(), Error> {
        let Some((mut file, size)) = open(path)? else { return Ok(()) };
        let mut buffer =
            vec![0; usize::try_from(size).unwrap_or(BUFFER_BYTES).clamp(1, BUFFER_BYTES)];
        let (mut filled, mut mid_line, mut offset) = (0, false, 0);
        loop {
            let read = file
                .read(&mut buffer[filled..])
                .map_err(|source| Error::Unreadable { path: path.to_owned(), source })?;
            filled += read;
            let at = offset + filled as u64;
            if at > MAX_FILE_BYTES {
                return Err(too_large(path));
            }
            let whole = match last_line_end(&buffer[..filled]) {
                _ if read == 0 => filled,
                Some(end) => end,
                None if filled < buffer.len() => continue,
                None => filled,
            };
            let lines = &buffer[..whole];
            let has_mark = offset == 0 && lines.starts_with(BYTE_ORDER_MARK);
            let first = if has_mark { BYTE_ORDER_MARK.len() } else { 0 };
            for header in HeaderLines::of(lines, first, mid_line) {
                let line = header.line_in(lines);
                self.add(&lines[line.start..line.end], kind);
            }
            mid_line = whole > 0 && !matches!(buffer[whole - 1], b'\n' | b'\r');
            offset += whole as u64;
            buffer.copy_within(whole..filled, 0);
            filled -= whole;
            if read == 0 {
                return Ok(());
            }
        }
    }

    fn add(&mut self, line: &[u8], kind: FileKind) {
        match grammar::header(line, kind).header {
            Header::Profile { name, .. } => self.profiles.add(&name),
            Header::SsoSession(name) => self.sessions.add(&name),
            Header::Services(_) | Header::Other => {}
        }
    }
}

impl List {
    fn add(&mut self, name: &[u8]) {
        self.bytes.extend_from_slice(name);
        self.ends.push(self.bytes.len());
    }

    fn range(&self, at: usize) -> Range<usize> {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        start..self.ends[at]
    }

    fn for_each_once(&self, mut each: impl FnMut(&str)) {
        // All of them are looked at once; only if one is odd, each by itself.
        let texts = str::from_utf8(&self.bytes).ok();
        let name_of = |at: usize| &self.bytes[self.range(at)];
        let mut by_name = ByName::with_room_for(self.ends.len());
        let mut start = 0;
        for (at, end) in self.ends.iter().enumerate() {
            let range = start..*end;
            start = *end;
            let name = &self.bytes[range.clone()];
            if by_name.insert(name, at, name_of).is_some() {
                continue;
            }
            match texts.and_then(|texts| texts.get(range)) {
                Some(name) => each(name),
                None => each(&shown(name)),
            }
        }
    }
}
