//! The grammar of the shared files: what a section header names, and what the lines below it say.
//!
//! It accepts what any AWS tool accepts, and where the tools disagree it agrees with the AWS CLI,
//! whose cache file names are made from these values. Foreign text comes in as bytes; a line that
//! is not UTF-8 hurts only the section that it stands in.

use std::borrow::Cow;

use crate::find::find_either;
use crate::header_lines::line_end;

/// Which of the two shared files is read: their headers differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    /// `[default]`, `[profile NAME]`, `[sso-session NAME]`, `[services NAME]`.
    Config,
    /// `[NAME]`.
    Credentials,
}

/// What a header names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Header<'a> {
    /// A profile; `[default]` of the config file is not prefixed, `[profile default]` is.
    Profile { name: Cow<'a, [u8]>, prefixed: bool },
    /// `[sso-session NAME]`.
    SsoSession(Cow<'a, [u8]>),
    /// `[services NAME]`.
    Services(Cow<'a, [u8]>),
    /// Anything else: a section of another tool's, or a misspelling.
    Other,
}

/// A header line, and whether its bracket was ever closed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct HeaderLine<'a> {
    pub(crate) header: Header<'a>,
    pub(crate) closed: bool,
}

/// Reads a line that begins, blanks aside, with `[`.
pub(crate) fn header(line: &[u8], kind: FileKind) -> HeaderLine<'_> {
    if let Some(name) = plain_profile(line).filter(|_| kind == FileKind::Config) {
        let header = Header::Profile { name: Cow::Borrowed(name), prefixed: true };
        return HeaderLine { header, closed: true };
    }
    let line = line.trim_ascii();
    let inner = line.strip_prefix(b"[").unwrap_or(line);
    let end = header_end(inner);
    let body = inner[..end.unwrap_or(inner.len())].trim_ascii();
    HeaderLine { header: named(body, kind), closed: end.is_some() }
}

/// The letters that mean nothing but themselves in a header: of thousands of names, each letter is looked at.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0;
    while byte < plain.len() {
        plain[byte] = matches!(byte as u8, b'-'..=b':' | b'@'..=b'Z' | b'_' | b'a'..=b'z');
        byte += 1;
    }
    plain
};

/// The name in a line that says `[profile NAME]` in the plainest letters, as nearly every header does.
fn plain_profile(line: &[u8]) -> Option<&[u8]> {
    let name = line.strip_prefix(b"[profile ")?.strip_suffix(b"]")?;
    let is_plain = !name.is_empty() && name.iter().all(|byte| PLAIN[usize::from(*byte)]);
    is_plain.then_some(name)
}

/// The closing bracket: the first one with nothing but a comment after it, else the last one, after
/// which the AWS CLI ignores the rest of the line.
pub(crate) fn header_end(inner: &[u8]) -> Option<usize> {
    let mut last = None;
    let mut from = 0;
    while let Some(step) = inner[from..].iter().position(|byte| *byte == b']') {
        let at = from + step;
        from = at + 1;
        last = Some(at);
        let rest = inner[from..].trim_ascii_start();
        if rest.is_empty() || is_comment(rest) {
            break;
        }
    }
    last
}

fn named(body: &[u8], kind: FileKind) -> Header<'_> {
    if kind == FileKind::Credentials {
        return match one_word(body) {
            Some(name) => Header::Profile { name, prefixed: false },
            None => Header::Other,
        };
    }
    let Some(blank) = body.iter().position(u8::is_ascii_whitespace) else {
        let is_default = body == b"default";
        let default = Header::Profile { name: Cow::Borrowed(body), prefixed: false };
        return if is_default { default } else { Header::Other };
    };
    let (word, rest) = body.split_at(blank);
    let Some(name) = one_word(rest.trim_ascii()) else { return Header::Other };
    match word {
        b"profile" => Header::Profile { name, prefixed: true },
        b"sso-session" => Header::SsoSession(name),
        b"services" => Header::Services(name),
        _ => Header::Other,
    }
}

/// POSIX word splitting that must give exactly one word, as the AWS CLI reads `[profile 'a b']`.
/// Nearly every name is a plain word and is borrowed.
fn one_word(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    if text.is_empty() {
        return None;
    }
    if !text.iter().any(|byte| matches!(byte, b'"' | b'\'' | b'\\') || byte.is_ascii_whitespace()) {
        return Some(Cow::Borrowed(text));
    }
    let mut word = Vec::with_capacity(text.len());
    let mut quote = None;
    let mut bytes = text.iter().copied();
    while let Some(byte) = bytes.next() {
        match (quote, byte) {
            (Some(open), close) if open == close => quote = None,
            (Some(b'"'), b'\\') => match bytes.next()? {
                escaped @ (b'"' | b'\\') => word.push(escaped),
                other => word.extend([b'\\', other]),
            },
            (Some(_), quoted) => word.push(quoted),
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'\\') => word.push(bytes.next()?),
            (None, blank) if blank.is_ascii_whitespace() => return None,
            (None, plain) => word.push(plain),
        }
    }
    quote.is_none().then_some(Cow::Owned(word))
}

/// A line that no AWS tool can understand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadLine {
    /// Lines below the header line, from 1.
    pub(crate) line_in_section: usize,
    pub(crate) problem: &'static str,
}

/// Where in a section the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// Right below the header.
    Nothing,
    /// Below a key with a value on its own line.
    Value,
    /// Below a key without one: a nested block may follow, each line a setting of its own.
    Block,
    /// Below a key that no AWS tool knows: its continuation lines go with it.
    DroppedKey,
}

/// The settings of a section: keys in lower case, comments gone, blanks trimmed. The lines of a
/// nested block or a continued value follow after line breaks.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Each key, then its value, without anything between.
    text: String,
    /// Where in the text each key and its value end.
    ends: Vec<(usize, usize)>,
}

impl Settings {
    /// None yet, with room for the settings of so many bytes of text.
    pub(crate) fn with_room_for(bytes: usize) -> Settings {
        /// Shorter lines than `region = eu-west-1` are rare.
        const BYTES_A_LINE: usize = 16;
        let ends = Vec::with_capacity(bytes / BYTES_A_LINE + 1);
        Settings { text: String::with_capacity(bytes), ends }
    }

    /// All settings in the order of the lines; a key that stands twice comes twice.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut start = 0;
        self.ends.iter().map(move |(key_end, value_end)| {
            let key = &self.text[start..*key_end];
            start = *value_end;
            (key, &self.text[*key_end..*value_end])
        })
    }

    /// The value of the last setting of a key.
    pub(crate) fn last(&self, key: &str) -> Option<&str> {
        let mut value = None;
        let mut start = 0;
        for (key_end, value_end) in &self.ends {
            if key_end - start == key.len() && self.text[start..].starts_with(key) {
                value = Some(&self.text[*key_end..*value_end]);
            }
            start = *value_end;
        }
        value
    }

    fn push(&mut self, key: &str, value: &str) {
        let start = self.text.len();
        self.text.push_str(key);
        self.text[start..].make_ascii_lowercase();
        let key_end = self.text.len();
        self.text.push_str(value);
        self.ends.push((key_end, self.text.len()));
    }

    /// Adds a line to the last value.
    fn continue_with(&mut self, line: &str) {
        let Some((_, value_end)) = self.ends.last_mut() else { return };
        self.text.push('\n');
        self.text.push_str(line);
        *value_end = self.text.len();
    }
}

/// Reads the lines below a header and appends their settings.
pub(crate) fn clean(body: &str, settings: &mut Settings) -> Result<(), BadLine> {
    let mut inside = Inside::Nothing;
    let mut indent_of_key = 0;
    for (index, line) in lines(body).enumerate() {
        let bad = |problem| Err(BadLine { line_in_section: index + 1, problem });
        let text = line.trim_ascii();
        if text.is_empty() || is_comment(text.as_bytes()) {
            continue;
        }
        let indent = line.len() - line.trim_ascii_start().len();
        if indent > indent_of_key && inside != Inside::Nothing {
            match (inside, split(text)) {
                (Inside::DroppedKey, _) => continue,
                (Inside::Block, None) => return bad("expected `key = value` in a nested block"),
                (Inside::Block, Some(("", _))) => {
                    return bad("the key is missing before `=` in a nested block");
                }
                _ => {}
            }
            settings.continue_with(text);
            continue;
        }
        let Some((key, value)) = split(text) else { return bad("expected `key = value`") };
        if key.is_empty() {
            return bad("the key is missing before `=`");
        }
        indent_of_key = indent;
        inside = Inside::DroppedKey;
        if is_identifier(key) {
            let value = without_comment(value).trim_ascii();
            inside = if value.is_empty() { Inside::Block } else { Inside::Value };
            settings.push(key, value);
        }
    }
    Ok(())
}

/// Splits at whichever of `=` and `:` comes first; the AWS CLI and Go accept both.
pub(crate) fn split(text: &str) -> Option<(&str, &str)> {
    let at = find_either(b'=', b':', text.as_bytes())?;
    Some((text[..at].trim_ascii(), &text[at + 1..]))
}

/// Cuts ` # comment` off; a `#` without a blank before it belongs to the value.
pub(crate) fn without_comment(value: &str) -> &str {
    match comment_start(value.as_bytes()) {
        Some(at) => &value[..at],
        None => value,
    }
}

/// Where the blank before a comment stands that follows a value.
pub(crate) fn comment_start(value: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(step) = find_either(b'#', b';', &value[from..]) {
        let mark = from + step;
        if mark > 0 && value[mark - 1].is_ascii_whitespace() {
            return Some(mark - 1);
        }
        from = mark + 1;
    }
    None
}

/// Whether a trimmed line is a comment as a whole.
pub(crate) fn is_comment(text: &[u8]) -> bool {
    matches!(text.first(), Some(b'#' | b';'))
}

/// The characters of a key in the SDKs' shared grammar. The colon is missing here: it ends a key.
pub(crate) fn is_identifier(key: &str) -> bool {
    key.bytes()
        .all(|byte| matches!(byte, b'a'..=b'z' | b'_' | b'-'..=b'9' | b'@'..=b'Z' | b'%' | b'+'))
}

/// Lines ended by LF, CRLF or CR.
pub(crate) fn lines(body: &str) -> impl Iterator<Item = &str> {
    let mut rest = body;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = find_either(b'\n', b'\r', rest.as_bytes()).unwrap_or(rest.len());
        let (line, after) = rest.split_at(end);
        rest = &after[line_end(after.as_bytes())..];
        Some(line)
    })
}
