//! A streaming scanner that takes the wanted sections out of a shared file.
//!
//! The program runs before every AWS command, and config files of thousands of profiles exist, so
//! the file goes through one fixed buffer and nothing but header lines is looked at: the scanner
//! jumps from `[` to `[`. What lies in a section that nobody wants is never parsed, so that no bad
//! line elsewhere takes the credentials away.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use crate::Error;
use crate::files::is_null_device;
use crate::grammar::{self, FileKind, Header};

/// Memory stays the same whatever the size of the file.
const BUFFER_BYTES: usize = 64 * 1024;
/// 20,000 generated profiles are 3.3 MB; far above that a path points at something else.
pub(crate) const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;
/// All wanted sections together; a section of real settings is under 1 KiB.
const MAX_WANTED_BYTES: usize = 1024 * 1024;
/// How much is kept of sections that may turn out to be needed, before the file is read again for
/// them: a hundred sso-sessions.
const MAX_SPECULATIVE_BYTES: usize = 32 * 1024;
const UNCLOSED: &str = "the section header has no closing `]`";
const TOO_LONG: &str = "the section is longer than 1 MiB";
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Whether the caller needs a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Want {
    /// It does.
    Yes,
    /// It may: keep it where there is room.
    Perhaps,
    /// It is one of many: a flaw of the section is noted in it and hurts no other.
    Each,
    /// It does not.
    No,
}

/// One occurrence of a wanted section: its header, and the bytes up to the next header.
#[derive(Debug)]
pub(crate) struct RawSection {
    /// The header line as it stands in the file.
    pub(crate) header: Vec<u8>,
    /// Where the header line begins, in bytes from the start of the file.
    pub(crate) offset: u64,
    /// The number of that line, where it was counted beforehand.
    pub(crate) known_line: Option<usize>,
    pub(crate) body: Vec<u8>,
    /// What makes a section that was wanted as [`Want::Each`] unusable.
    pub(crate) flaw: Option<Flaw>,
}

/// What is wrong with a section as a whole.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flaw {
    /// Where the bad line begins, in bytes from the start of the file.
    pub(crate) offset: u64,
    /// The number of that line, where it was counted beforehand.
    pub(crate) known_line: Option<usize>,
    pub(crate) problem: &'static str,
}

impl Flaw {
    fn at(offset: u64, problem: &'static str) -> Flaw {
        Flaw { offset, known_line: None, problem }
    }

    /// The number of the bad line, from 1.
    pub(crate) fn line(&self, path: &Path) -> usize {
        self.known_line.unwrap_or_else(|| line_number(path, self.offset))
    }
}

impl RawSection {
    /// The number of the header's line, from 1.
    pub(crate) fn line(&self, path: &Path) -> usize {
        self.known_line.unwrap_or_else(|| line_number(path, self.offset))
    }
}

/// What one pass over a file found.
#[derive(Debug, Default)]
pub(crate) struct Scanned {
    /// The wanted sections in the order of the file.
    pub(crate) sections: Vec<RawSection>,
    /// Whether a section that may be needed was left out for want of room.
    pub(crate) incomplete: bool,
}

/// Reads the file once and collects what `want` asks for. A missing file is an empty one.
pub(crate) fn scan(
    path: &Path,
    kind: FileKind,
    want: &mut dyn FnMut(&Header<'_>) -> Want,
) -> Result<Scanned, Error> {
    let Some((mut file, size)) = open(path)? else { return Ok(Scanned::default()) };
    scan_from(&mut file, size, path, kind, want)
}

/// As [`scan`], of a text that is in memory and goes by the path.
pub(crate) fn scan_bytes(
    path: &Path,
    mut bytes: &[u8],
    kind: FileKind,
    want: &mut dyn FnMut(&Header<'_>) -> Want,
) -> Result<Scanned, Error> {
    let size = bytes.len() as u64;
    scan_from(&mut bytes, size, path, kind, want)
}

/// The whole content of a file, by the same rules. `None` where there is none.
pub(crate) fn read_whole(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    let Some((file, size)) = open(path)? else { return Ok(None) };
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    file.take(MAX_FILE_BYTES)
        .read_to_end(&mut bytes)
        .map_err(|source| Error::Unreadable { path: path.to_owned(), source })?;
    Ok(Some(bytes))
}

fn scan_from(
    file: &mut dyn Read,
    size: u64,
    path: &Path,
    kind: FileKind,
    want: &mut dyn FnMut(&Header<'_>) -> Want,
) -> Result<Scanned, Error> {
    let capacity = usize::try_from(size).unwrap_or(BUFFER_BYTES).min(BUFFER_BYTES);
    let mut scanner = Scanner {
        path,
        kind,
        want,
        found: Scanned::default(),
        collecting: Want::No,
        mid_line: false,
        offset: 0,
    };
    scanner.run(file, capacity, size)?;
    Ok(scanner.found)
}

/// Counts the lines of sections in the order of their file, in one pass: where thousands of sections
/// are read, counting for each error anew would take minutes. What cannot be read is counted later,
/// or never.
pub(crate) fn number_lines(path: &Path, sections: &mut [RawSection]) {
    let Ok(Some((file, _))) = open(path) else { return };
    let bytes = BufReader::with_capacity(BUFFER_BYTES, file);
    let mut lines = Lines { bytes, at: 0, line: 1, after_return: false };
    for section in sections {
        section.known_line = lines.number_at(section.offset);
        if let Some(flaw) = &mut section.flaw {
            flaw.known_line = lines.number_at(flaw.offset);
        }
    }
}

/// A file whose lines are counted on the way through it.
struct Lines {
    bytes: BufReader<File>,
    at: u64,
    line: usize,
    /// Whether a line feed that follows belongs to a line end that is counted already.
    after_return: bool,
}

impl Lines {
    /// The number of the line that begins at `offset`, which must not lie behind.
    fn number_at(&mut self, offset: u64) -> Option<usize> {
        while self.at < offset {
            let buffer = self.bytes.fill_buf().ok()?;
            let wanted = usize::try_from(offset - self.at).unwrap_or(usize::MAX);
            let length = wanted.min(buffer.len());
            if length == 0 {
                return None;
            }
            for byte in &buffer[..length] {
                let is_end = *byte == b'\r' || (*byte == b'\n' && !self.after_return);
                self.line += usize::from(is_end);
                self.after_return = *byte == b'\r';
            }
            self.bytes.consume(length);
            self.at += length as u64;
        }
        Some(self.line)
    }
}

/// The number of the line, from 1, that begins at `offset`; counted only when an error names it.
pub(crate) fn line_number(path: &Path, offset: u64) -> usize {
    let Ok(Some((file, _))) = open(path) else { return 1 };
    let mut before = Vec::new();
    if file.take(offset).read_to_end(&mut before).is_err() {
        return 1;
    }
    let ends = before.iter().enumerate().filter(|(at, byte)| match byte {
        b'\n' => true,
        b'\r' => before.get(at + 1) != Some(&b'\n'),
        _ => false,
    });
    1 + ends.count()
}

/// Opens a regular file; `None` where there is none. It is looked at before it is opened, because
/// opening a FIFO would wait for a writer for ever.
pub(crate) fn open(path: &Path) -> Result<Option<(File, u64)>, Error> {
    let unreadable = |source| Error::Unreadable { path: path.to_owned(), source };
    let metadata = match std::fs::metadata(path) {
        Ok(_) if is_null_device(path) => return Ok(None),
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    if !metadata.is_file() {
        let is_directory = metadata.is_dir();
        return Err(Error::NotAFile { path: path.to_owned(), is_directory });
    }
    if metadata.len() > MAX_FILE_BYTES {
        return Err(Error::TooLarge { path: path.to_owned(), limit_bytes: MAX_FILE_BYTES });
    }
    Ok(Some((sso_cp_files::open(path).map_err(unreadable)?, metadata.len())))
}

struct Scanner<'a> {
    path: &'a Path,
    kind: FileKind,
    want: &'a mut dyn FnMut(&Header<'_>) -> Want,
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
                let limit_bytes = MAX_FILE_BYTES;
                return Err(Error::TooLarge { path: self.path.to_owned(), limit_bytes });
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
        let mut from = 0;
        if self.offset == 0 && lines.starts_with(BYTE_ORDER_MARK) {
            from = BYTE_ORDER_MARK.len();
        }
        let text_start = from;
        let mut search_from = from;
        while let Some(bracket) = find(b'[', &lines[search_from..]).map(|at| search_from + at) {
            search_from = bracket + 1;
            let Some(start) = line_start(lines, text_start, bracket, self.mid_line) else {
                continue;
            };
            let length = lines[bracket..].iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let end = length.map_or(lines.len(), |length| bracket + length);
            self.collect(&lines[from..start])?;
            self.enter(&lines[start..end], self.offset + start as u64)?;
            let line_end = if lines[end..].starts_with(b"\r\n") { 2 } else { 1 };
            from = (end + line_end).min(lines.len());
            search_from = from;
        }
        self.collect(&lines[from..])
    }

    /// A header line: closes the section before it and opens its own.
    fn enter(&mut self, line: &[u8], offset: u64) -> Result<(), Error> {
        let parsed = grammar::header(line, self.kind);
        let want = (self.want)(&parsed.header);
        if !parsed.closed {
            self.unclosed(want, offset)?;
        }
        let is_full = || {
            let kept: usize = self.found.sections.iter().map(|section| section.body.len()).sum();
            kept > MAX_SPECULATIVE_BYTES
        };
        self.collecting = match want {
            Want::Perhaps if parsed.closed && is_full() => {
                self.found.incomplete = true;
                Want::No
            }
            _ if parsed.closed => want,
            _ => Want::No,
        };
        if self.collecting != Want::No || want == Want::Each {
            let flaw = (!parsed.closed).then_some(Flaw::at(offset, UNCLOSED));
            let header = line.to_vec();
            let section = RawSection { header, offset, known_line: None, body: Vec::new(), flaw };
            self.found.sections.push(section);
        }
        Ok(())
    }

    /// A header that does not say where it ends: whose lines the next ones are, nobody knows.
    fn unclosed(&mut self, want: Want, offset: u64) -> Result<(), Error> {
        match (self.collecting, self.found.sections.last_mut()) {
            (Want::Each, Some(section)) => section.flaw = Some(Flaw::at(offset, UNCLOSED)),
            (Want::Yes | Want::Perhaps, _) => return Err(self.bad_line(offset, UNCLOSED)),
            _ => {}
        }
        match want {
            Want::Yes => Err(self.bad_line(offset, UNCLOSED)),
            _ => Ok(()),
        }
    }

    fn collect(&mut self, text: &[u8]) -> Result<(), Error> {
        let Some(section) = self.found.sections.last_mut() else { return Ok(()) };
        if self.collecting == Want::No {
            return Ok(());
        }
        section.body.extend_from_slice(text);
        if section.body.len() <= MAX_WANTED_BYTES {
            return Ok(());
        }
        let offset = section.offset;
        if self.collecting == Want::Each {
            section.flaw = Some(Flaw::at(offset, TOO_LONG));
            section.body = Vec::new();
            self.collecting = Want::No;
            return Ok(());
        }
        Err(self.bad_line(offset, TOO_LONG))
    }

    fn bad_line(&self, offset: u64, problem: &'static str) -> Error {
        let line = line_number(self.path, offset);
        Error::BadLine { path: self.path.to_owned(), line, problem }
    }
}

/// Where the line of the bracket begins, if nothing but blanks stand before the bracket.
fn line_start(lines: &[u8], first: usize, bracket: usize, mid_line: bool) -> Option<usize> {
    let before = &lines[first..bracket];
    match before.iter().rposition(|byte| !matches!(byte, b' ' | b'\t')) {
        Some(at) => matches!(before[at], b'\n' | b'\r').then_some(first + at + 1),
        None => (!mid_line).then_some(first),
    }
}

/// The end of the last whole line. A CR at the very end may be half of a CRLF.
fn last_line_end(bytes: &[u8]) -> Option<usize> {
    let settled = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    settled.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map(|at| at + 1)
}

/// The first `wanted` byte, looked for in sixteen bytes at a time as two numbers: fast in a build for
/// size too, where loops do not become vector instructions. The memchr crate would look at the
/// processor first, which costs 26 microseconds on a virtual machine.
fn find(wanted: u8, bytes: &[u8]) -> Option<usize> {
    const WORD: usize = size_of::<u64>();
    const PAIR: usize = 2 * WORD;
    let pattern = u64::from_ne_bytes([wanted; WORD]);
    let (pairs, _) = bytes.as_chunks::<PAIR>();
    let hit = pairs.iter().position(|pair| {
        let (words, _) = pair.as_chunks::<WORD>();
        has_zero_byte(u64::from_ne_bytes(words[0]) ^ pattern)
            || has_zero_byte(u64::from_ne_bytes(words[1]) ^ pattern)
    });
    let skipped = hit.unwrap_or(pairs.len()) * PAIR;
    bytes[skipped..].iter().position(|byte| *byte == wanted).map(|at| skipped + at)
}

/// Only where a byte is zero does taking one away borrow into its top bit.
fn has_zero_byte(word: u64) -> bool {
    const ONES: u64 = u64::MAX / 255;
    const TOPS: u64 = ONES << 7;
    word.wrapping_sub(ONES) & !word & TOPS != 0
}
