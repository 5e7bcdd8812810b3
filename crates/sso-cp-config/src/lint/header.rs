//! Flaws of a header line.

use crate::grammar::{self, FileKind, Header};
use crate::spelling::{SECTION_WORDS, misspelled};

use super::flaw::{Mark, Problem};

/// What a header line comes to.
pub(super) struct Read {
    /// The text between the brackets, by which the AWS CLI tells sections apart.
    pub(super) raw: String,
    /// How messages name the section, if it is one that anybody knows.
    pub(super) title: Option<String>,
    /// `default` with the word before it, or without.
    pub(super) default: Option<Default>,
    pub(super) problems: Vec<Problem>,
}

/// Which of the two spellings of the default profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Default {
    Bare,
    Prefixed,
}

/// Reads a line that begins, blanks aside, with `[`.
pub(super) fn read(line: &str, kind: FileKind) -> Read {
    let text = line.trim_ascii();
    let inner = text.strip_prefix('[').unwrap_or(text);
    let Some(end) = grammar::header_end(inner.as_bytes()) else {
        let raw = inner.to_owned();
        let problems = vec![Problem::UnclosedHeader];
        return Read { raw, title: None, default: None, problems };
    };
    // The bracket is one byte of ASCII, so both cuts are between letters.
    let (body, after) = (&inner[..end], &inner[end + 1..]);
    let mut problems = Vec::new();
    problems.extend(behind(after));
    let words = body.trim_ascii();
    if words.is_empty() {
        problems.push(Problem::EmptyHeader);
    } else if body.trim_ascii_start() != body {
        problems.push(Problem::PaddedHeader);
    } else if words.len() != body.len() {
        problems.push(Problem::PaddedEnd);
    }
    let parsed = grammar::header(text.as_bytes(), kind).header;
    let title = title(&parsed, kind);
    match kind {
        FileKind::Config => config(words, &parsed, &mut problems),
        FileKind::Credentials => credentials(words, &mut problems),
    }
    let default = match &parsed {
        Header::Profile { name, prefixed } if **name == *b"default" => {
            Some(if *prefixed { Default::Prefixed } else { Default::Bare })
        }
        _ => None,
    };
    Read { raw: body.to_owned(), title, default, problems }
}

/// What stands behind the closing bracket.
fn behind(after: &str) -> Option<Problem> {
    match (after.chars().next()?, after.trim_ascii_start().chars().next()?) {
        ('#', _) => Some(Problem::CommentAtHeader { mark: Mark::NumberSign }),
        (';', _) => Some(Problem::CommentAtHeader { mark: Mark::Semicolon }),
        (_, '#' | ';') => None,
        _ => Some(Problem::TextAtHeader),
    }
}

fn title(header: &Header<'_>, kind: FileKind) -> Option<String> {
    let named = |word: &str, name: &[u8]| Some(format!("{word} {}", String::from_utf8_lossy(name)));
    match header {
        // The credentials file's `[profile x]` is not a profile that anybody finds by that name.
        Header::Profile { name, .. } if kind == FileKind::Credentials => {
            (!name.starts_with(b"profile ")).then(|| named("profile", name))?
        }
        Header::Profile { name, .. } => named("profile", name),
        Header::SsoSession(name) => named("sso-session", name),
        Header::Services(name) => named("services", name),
        Header::Other => None,
    }
}

fn config(words: &str, parsed: &Header<'_>, problems: &mut Vec<Problem>) {
    if words == "DEFAULT" {
        problems.push(Problem::CapitalDefault);
        return;
    }
    let blank = words.find(|letter: char| letter.is_ascii_whitespace());
    let Some((word, rest)) = blank.map(|blank| words.split_at(blank)) else {
        if let Some(meant) = misspelled(words) {
            problems.push(Problem::Misspelled { word: words.to_owned(), meant });
        }
        return;
    };
    if !SECTION_WORDS.contains(&word) {
        if let Some(meant) = misspelled(word) {
            problems.push(Problem::Misspelled { word: word.to_owned(), meant });
        }
        return;
    }
    let name = rest.trim_ascii();
    if rest.len() - name.len() > 1 {
        problems.push(Problem::WideHeader { is_session: word != "profile" });
    }
    match parsed {
        Header::Other => problems.push(Problem::SeveralWords),
        _ => problems.extend(of_name(name)),
    }
}

fn credentials(words: &str, problems: &mut Vec<Problem>) {
    let is_prefixed =
        words.split_ascii_whitespace().next() == Some("profile") && words != "profile";
    match is_prefixed {
        true => problems.push(Problem::PrefixInCredentials),
        false if words == "DEFAULT" => problems.push(Problem::CapitalDefault),
        false if !words.is_empty() => problems.extend(of_name(words)),
        false => {}
    }
}

/// A name that is spelled in a way that not everybody reads.
fn of_name(name: &str) -> Option<Problem> {
    let is_quoted = name.contains(['"', '\'', '\\']);
    let has_blanks = name.contains(|letter: char| letter.is_ascii_whitespace());
    match (is_quoted, has_blanks) {
        (true, true) => Some(Problem::NameWithBlanks),
        (true, false) => Some(Problem::QuotedName),
        (false, true) => Some(Problem::SeveralWords),
        (false, false) if name.contains(['[', ']']) => Some(Problem::BracketInName),
        (false, false) if name.contains(['#', ';']) => Some(Problem::MarkInName),
        (false, false) => (!is_shared_name(name)).then_some(Problem::OddName),
    }
}

/// The characters of a name in the SDKs' shared grammar.
fn is_shared_name(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-/.%@:+".contains(&byte))
}
