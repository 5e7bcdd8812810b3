//! Where the header lines stand in a shared file. Config files of thousands of profiles exist, so
//! nothing but header lines is looked at: the search jumps from `[` to `[`.

use crate::find::{find, find_either};

/// The header lines of a text, one after the other.
pub(crate) struct HeaderLines<'a> {
    text: &'a [u8],
    /// Where the first line begins.
    first: usize,
    /// Whether the text begins in the middle of a line.
    mid_line: bool,
    search_from: usize,
}

/// Where a header line begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HeaderStart {
    /// Its first blank or bracket.
    pub(crate) start: usize,
    /// Its bracket.
    pub(crate) bracket: usize,
}

/// A header line in its text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HeaderLine {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The next line.
    pub(crate) next: usize,
}

impl<'a> HeaderLines<'a> {
    pub(crate) fn of(text: &'a [u8], first: usize, mid_line: bool) -> HeaderLines<'a> {
        HeaderLines { text, first, mid_line, search_from: first }
    }

    /// Where the line of the bracket begins, if nothing but blanks stand before the bracket.
    fn line_start(&self, bracket: usize) -> Option<usize> {
        let before = &self.text[self.first..bracket];
        match before.iter().rposition(|byte| !matches!(byte, b' ' | b'\t')) {
            Some(at) => matches!(before[at], b'\n' | b'\r').then_some(self.first + at + 1),
            None => (!self.mid_line).then_some(self.first),
        }
    }
}

impl HeaderStart {
    /// The whole line. Most lines are passed over without looking for their end.
    pub(crate) fn line_in(self, text: &[u8]) -> HeaderLine {
        let length = find_either(b'\n', b'\r', &text[self.bracket..]);
        let end = length.map_or(text.len(), |length| self.bracket + length);
        HeaderLine { start: self.start, end, next: end + line_end(&text[end..]) }
    }
}

/// The length of the line end that a text begins with.
pub(crate) fn line_end(text: &[u8]) -> usize {
    match text {
        [b'\r', b'\n', ..] => 2,
        [_, ..] => 1,
        [] => 0,
    }
}

impl Iterator for HeaderLines<'_> {
    type Item = HeaderStart;

    fn next(&mut self) -> Option<HeaderStart> {
        loop {
            let bracket = self.search_from + find(b'[', &self.text[self.search_from..])?;
            self.search_from = bracket + 1;
            if let Some(start) = self.line_start(bracket) {
                return Some(HeaderStart { start, bracket });
            }
        }
    }
}
