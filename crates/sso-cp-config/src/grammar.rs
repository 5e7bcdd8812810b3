//! The grammar of the shared files: what a section header names, and what the lines below it say.
//!
//! It accepts what any AWS tool accepts, and where the tools disagree it agrees with the AWS CLI,
//! whose cache file names are made from these values. Foreign text comes in as bytes; a line that
//! is not UTF-8 hurts only the section that it stands in.

use std::borrow::Cow;

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
    let line = line.trim_ascii();
    let inner = line.strip_prefix(b"[").unwrap_or(line);
    let end = header_end(inner);
    let body = inner[..end.unwrap_or(inner.len())].trim_ascii();
    HeaderLine { header: named(body, kind), closed: end.is_some() }
}

/// The closing bracket: the first one with nothing but a comment after it, else the last one, after
/// which the AWS CLI ignores the rest of the line.
fn header_end(inner: &[u8]) -> Option<usize> {
    let brackets = inner.iter().enumerate().filter(|(_, byte)| **byte == b']').map(|(at, _)| at);
    let mut last = None;
    for at in brackets {
        let rest = inner[at + 1..].trim_ascii_start();
        if rest.is_empty() || is_comment(rest) {
            return Some(at);
        }
        last = Some(at);
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

/// One setting of a section, its key in lower case. A nested block keeps its lines in the value,
/// each after a line break, the first line being empty.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    pub(crate) key: String,
    pub(crate) value: String,
}

/// A line that no AWS tool can make sense of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadLine {
    /// Lines below the header line, from 1.
    pub(crate) line_in_section: usize,
    pub(crate) problem: &'static str,
}

/// Reads the lines below a header.
pub(crate) fn settings(body: &[u8]) -> Result<Vec<Setting>, BadLine> {
    let mut settings: Vec<Setting> = Vec::new();
    let mut indent_of_key = 0;
    // A setting whose key no AWS tool knows: its continuation lines go with it.
    let mut in_dropped_key = false;
    for (index, line) in lines(body).enumerate() {
        let bad = |problem| Err(BadLine { line_in_section: index + 1, problem });
        let text = line.trim_ascii();
        if text.is_empty() || is_comment(text) {
            continue;
        }
        let indent = line.len() - line.trim_ascii_start().len();
        let continues = indent > indent_of_key && (in_dropped_key || !settings.is_empty());
        if continues {
            if in_dropped_key {
                continue;
            }
            let Some(current) = settings.last_mut() else { continue };
            if let Err(problem) = append(&mut current.value, text) {
                return bad(problem);
            }
            continue;
        }
        let Some((key, value)) = split(text) else { return bad("expected `key = value`") };
        if key.is_empty() {
            return bad("the key is missing before `=`");
        }
        indent_of_key = indent;
        in_dropped_key = !is_identifier(key);
        if !in_dropped_key {
            let key = lossy(&key.to_ascii_lowercase());
            settings.push(Setting { key, value: lossy(without_comment(value).trim_ascii()) });
        }
    }
    Ok(settings)
}

/// Adds a continuation line; below an empty first line it must be a setting of its own.
fn append(value: &mut String, text: &[u8]) -> Result<(), &'static str> {
    if value.is_empty() || value.starts_with('\n') {
        match split(text) {
            None => return Err("expected `key = value` in a nested block"),
            Some((b"", _)) => return Err("the key is missing before `=` in a nested block"),
            Some(_) => {}
        }
    }
    value.push('\n');
    value.push_str(&lossy(text));
    Ok(())
}

/// The lines of a nested block, as key and value.
pub(crate) fn nested(value: &str) -> impl Iterator<Item = (&str, &str)> {
    let block = value.strip_prefix('\n').unwrap_or("");
    block.split('\n').filter_map(|line| {
        let at = line.find(['=', ':'])?;
        Some((line[..at].trim_ascii(), line[at + 1..].trim_ascii()))
    })
}

/// Splits at whichever of `=` and `:` comes first; the AWS CLI and Go accept both.
fn split(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|byte| matches!(byte, b'=' | b':'))?;
    Some((text[..at].trim_ascii(), &text[at + 1..]))
}

/// Cuts ` # comment` off; a `#` without a blank before it belongs to the value.
fn without_comment(value: &[u8]) -> &[u8] {
    let starts = |pair: &[u8]| pair[0].is_ascii_whitespace() && matches!(pair[1], b'#' | b';');
    match value.windows(2).position(starts) {
        Some(at) => &value[..at],
        None => value,
    }
}

fn is_comment(text: &[u8]) -> bool {
    matches!(text.first(), Some(b'#' | b';'))
}

/// The characters of a key in the SDKs' shared grammar. The colon is missing here: it ends a key.
fn is_identifier(key: &[u8]) -> bool {
    key.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-/.%@+".contains(byte))
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Lines ended by LF, CRLF or CR.
fn lines(body: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = body;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        let line = &rest[..end.unwrap_or(rest.len())];
        let after = end
            .map_or(rest.len(), |end| end + if rest[end..].starts_with(b"\r\n") { 2 } else { 1 });
        rest = &rest[after..];
        Some(line)
    })
}
