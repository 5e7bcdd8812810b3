//! A streaming scanner that takes the wanted sections out of a shared file.
//!
//! The program runs before every AWS command, so the file goes through one fixed buffer, and what is
//! wanted of it into one text. What lies in a section that nobody wants is never parsed, so that no bad
//! line elsewhere takes the credentials away.

use std::io::Read;
use std::ops::Range;
use std::path::Path;

use crate::Error;
use crate::grammar::{self, Header};
use crate::header_lines::{HeaderLines, line_end};
use crate::occurrence::{At, Occurrence};
use crate::open::{BYTE_ORDER_MARK, MAX_FILE_BYTES, line_number, open, too_large};
use crate::text::{MAX_SECTION_BYTES, TOO_LONG, UNCLOSED};
use crate::wanted::{Want, Wanted};

/// Memory stays the same whatever the size of the file.
pub(crate) const BUFFER_BYTES: usize = 64 * 1024;
/// How much is kept of sections that may turn out to be needed, before the file is read again for
/// them: a hundred sso-sessions.
pub(crate) const MAX_SPECULATIVE_BYTES: usize = 32 * 1024;

/// What one pass over a file found.
#[derive(Debug, Default)]
pub(crate) struct Scanned {
    /// The headers and bodies of the wanted sections.
    text: Vec<u8>,
    /// In the order of the file.
    sections: Vec<Found>,
    /// Whether a section that may be needed was left out.
    pub(crate) incomplete: bool,
}

/// One occurrence of a wanted section: its header line, and the bytes up to the next header.
#[derive(Debug)]
struct Found {
    header: Range<usize>,
    body: Range<usize>,
    /// Where the header line begins, in bytes from the start of the file.
    offset: u64,
    is_prefixed: bool,
    /// Why it is here.
    want: Want,
}

impl Scanned {
    /// What is found in a file that was not read.
    pub(crate) fn unread() -> Scanned {
        Scanned { incomplete: true, ..Scanned::default() }
    }

    /// The sections that were wanted so, in the order of the file.
    pub(crate) fn occurrences<'a>(
        &'a self,
        path: &'a Path,
        want: Want,
    ) -> impl Iterator<Item = Occurrence<'a>> + Clone {
        let wanted = self.sections.iter().filter(move |found| found.want == want);
        wanted.map(move |found| Occurrence {
            header: &self.text[found.header.clone()],
            body: &self.text[found.body.clone()],
            is_prefixed: found.is_prefixed,
            at: At::File { path, offset: found.offset },
            flaw: None,
        })
    }
}

/// Reads the file once and collects what is wanted. A missing file is an empty one.
pub(crate) fn scan(path: &Path, wanted: Wanted<'_>) -> Result<Scanned, Error> {
    let Some((mut file, size)) = open(path)? else { return Ok(Scanned::default()) };
    let mut scanner = Scanner {
        path,
        wanted,
        found: Scanned::default(),
        collecting: Want::No,
        mid_line: false,
        offset: 0,
    };
    let capacity = usize::try_from(size).unwrap_or(BUFFER_BYTES).min(BUFFER_BYTES);
    scanner.run(&mut file, capacity, size)?;
    Ok(scanner.found)
}

struct Scanner<'a> {
    path: &'a Path,
    wanted: Wanted<'a>,
    found: Scanned,
    /// Why the section being read belongs to `found`, if it does.
    collecting: Want,
    /// Whether the buffer begins in the middle of a line that is longer than the buffer.
    mid_line: bool,
    /// Where in the file the buffer begins.
    offset: u64,
}

impl Scanner<'_> {
    fn run(&mut self, file: &mut dyn Read, capacity: usize, size: u64) -> Result<(), Error> {
        let mut buffer = vec![0; capacity];
        let mut filled = 0;
        loop {
            let read = file
                .read(&mut buffer[filled..])
                .map_err(|source| Error::Unreadable { path: self.path.to_owned(), source })?;
            filled += read;
            let at = self.offset + filled as u64;
            // A file that grows meanwhile was whole when it was looked at; asking the kernel for the
            // end of every file would be a system call on every run.
            let at_end = read == 0 || at == size;
            if at > MAX_FILE_BYTES {
                return Err(too_large(self.path));
            }
            let whole = match last_line_end(&buffer[..filled]) {
                _ if at_end => filled,
                Some(end) => end,
                None if filled < buffer.len() => continue,
                None => filled,
            };
            self.scan_lines(&buffer[..whole])?;
            self.mid_line = whole > 0 && !matches!(buffer[whole - 1], b'\n' | b'\r');
            self.offset += whole as u64;
            buffer.copy_within(whole..filled, 0);
            filled -= whole;
            if at_end {
                return Ok(());
            }
        }
    }

    /// Goes through lines that are whole, unless a line is longer than the buffer.
    fn scan_lines(&mut self, lines: &[u8]) -> Result<(), Error> {
        let has_mark = self.offset == 0 && lines.starts_with(BYTE_ORDER_MARK);
        let mut from = if has_mark { BYTE_ORDER_MARK.len() } else { 0 };
        for header in HeaderLines::of(lines, from, self.mid_line) {
            if self.collecting == Want::No {
                if self.wanted.is_plainly_another(&lines[header.start..], self.found.incomplete) {
                    continue;
                }
            } else if header.start == from
                && let Some(next) = self.found.repeat(&lines[from..], self.offset + from as u64)
            {
                from += next;
                continue;
            }
            let line = header.line_in(lines);
            self.collect(&lines[from..line.start])?;
            self.enter(&lines[line.start..line.end], self.offset + line.start as u64)?;
            from = line.next;
        }
        self.collect(&lines[from..])
    }

    /// A header line: closes the section before it and opens its own.
    fn enter(&mut self, line: &[u8], offset: u64) -> Result<(), Error> {
        let parsed = grammar::header(line, self.wanted.file());
        let want = self.wanted.want(&parsed.header);
        if !parsed.closed {
            return self.unclosed(want, offset);
        }
        self.collecting = want;
        if want == Want::Perhaps && self.found.bytes() > MAX_SPECULATIVE_BYTES {
            self.found.incomplete = true;
            self.collecting = Want::No;
        }
        if self.collecting != Want::No {
            let is_prefixed = matches!(parsed.header, Header::Profile { prefixed: true, .. });
            self.found.begin(line, offset, is_prefixed, want);
        }
        Ok(())
    }

    /// A header that does not say where it ends: whose lines the next ones are, nobody knows.
    #[cold]
    fn unclosed(&mut self, want: Want, offset: u64) -> Result<(), Error> {
        if self.collecting == Want::Yes || want == Want::Yes {
            return Err(self.bad_line(offset, UNCLOSED));
        }
        if self.collecting == Want::Perhaps {
            self.found.drop_last();
        }
        self.found.incomplete |= want == Want::Perhaps;
        self.collecting = Want::No;
        Ok(())
    }

    fn collect(&mut self, text: &[u8]) -> Result<(), Error> {
        if self.collecting == Want::No {
            return Ok(());
        }
        let length = self.found.extend(text);
        match self.collecting {
            Want::Yes if length > MAX_SECTION_BYTES => {
                let offset = self.found.sections.last().map_or(0, |found| found.offset);
                return Err(self.bad_line(offset, TOO_LONG));
            }
            Want::Perhaps if self.found.text.len() > 2 * MAX_SPECULATIVE_BYTES => {
                self.found.drop_last();
                self.collecting = Want::No;
            }
            _ => {}
        }
        Ok(())
    }

    fn bad_line(&self, offset: u64, problem: &'static str) -> Error {
        let line = line_number(self.path, offset);
        Error::BadLine { path: self.path.to_owned(), line, problem }
    }
}

impl Scanned {
    /// What is kept already, in bytes, so that a file of nothing but headers is not kept whole either.
    pub(crate) fn bytes(&self) -> usize {
        self.text.len() + self.sections.len() * size_of::<Found>()
    }

    fn begin(&mut self, line: &[u8], offset: u64, is_prefixed: bool, want: Want) {
        let start = self.text.len();
        self.text.extend_from_slice(line);
        let end = self.text.len();
        let (header, body) = (start..end, end..end);
        self.sections.push(Found { header, body, offset, is_prefixed, want });
    }

    /// Adds to the body of the last section, and gives its length.
    fn extend(&mut self, text: &[u8]) -> usize {
        self.text.extend_from_slice(text);
        let end = self.text.len();
        let Some(last) = self.sections.last_mut() else { return 0 };
        last.body.end = end;
        last.body.len()
    }

    /// Whether the text begins with the header line of the last two sections once more, the last of which is
    /// empty: such a section says nothing, and files of a hundred thousand of them are read in no time. Gives
    /// the length of the line.
    fn repeat(&mut self, text: &[u8], offset: u64) -> Option<usize> {
        let [.., before, last] = &mut self.sections[..] else { return None };
        let header = &self.text[last.header.clone()];
        let rest = text.strip_prefix(header).filter(|_| last.body.is_empty())?;
        let is_same =
            matches!(rest, [b'\n' | b'\r', ..]) && self.text[before.header.clone()] == *header;
        if !is_same {
            return None;
        }
        last.offset = offset;
        Some(header.len() + line_end(rest))
    }

    /// Forgets the last section, which may be needed all the same.
    fn drop_last(&mut self) {
        self.incomplete = true;
        if let Some(last) = self.sections.pop() {
            self.text.truncate(last.header.start);
        }
    }
}

/// The end of the last whole line. A CR at the very end may be half of a CRLF.
pub(crate) fn last_line_end(bytes: &[u8]) -> Option<usize> {
    let settled = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    settled.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map(|at| at + 1)
}
