//! A section of the credentials file that is ours: put in, or replaced, with every other byte of the
//! file as it was.

use std::fmt;

use sso_cp_types::is_unseen;

use crate::grammar::{self, FileKind, Header};

/// The line below the header that makes a section ours.
const MARK: &str = "# written by sso-cp export --write, which replaces it";

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// There is a section of that name that we did not write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForeignSection {
    /// The line of its header, from 1.
    pub line: usize,
}

impl fmt::Display for ForeignSection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the section in line {} was not written by sso-cp, and stays", self.line)
    }
}

impl std::error::Error for ForeignSection {}

/// Whether a text can be the name of a section as it is, for every tool that reads the file.
pub fn is_section_name(name: &str) -> bool {
    let is_plain = |c: char| !is_unseen(c) && !c.is_whitespace() && !"[]\"'\\#;".contains(c);
    !name.is_empty() && name.chars().all(is_plain)
}

/// The section as it stands in a file of its own: the header, our mark, the lines.
fn own_section(name: &str, lines: &[&str]) -> String {
    let mut text = format!("[{name}]\n{MARK}\n");
    for line in lines {
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// The file with that section. Where it is there already, the lines that we wrote are replaced, and
/// those that somebody added below them stay.
///
/// # Errors
///
/// [`ForeignSection`] where a section of that name was written by somebody else.
pub fn with_own_section(
    file: &[u8],
    name: &str,
    lines: &[&str],
) -> Result<Vec<u8>, ForeignSection> {
    let text = own_section(name, lines);
    let first_line = file.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line_end = if first_line.ends_with(b"\r") { "\r\n" } else { "\n" };
    let text = text.replace('\n', line_end);
    let mut whole = Vec::with_capacity(file.len() + text.len() + 2 * line_end.len());
    match find(file, name)? {
        Some((start, end)) => {
            whole.extend_from_slice(&file[..start]);
            whole.extend_from_slice(text.as_bytes());
            whole.extend_from_slice(&file[end..]);
        }
        None => {
            whole.extend_from_slice(file);
            if !(file.is_empty() || file.ends_with(b"\n")) {
                whole.extend_from_slice(line_end.as_bytes());
            }
            if !file.trim_ascii().is_empty() {
                whole.extend_from_slice(line_end.as_bytes());
            }
            whole.extend_from_slice(text.as_bytes());
        }
    }
    Ok(whole)
}

/// Where our lines begin and end, in bytes.
fn find(file: &[u8], name: &str) -> Result<Option<(usize, usize)>, ForeignSection> {
    let mut found = None;
    let mut offset = 0;
    let mut lines = file.split_inclusive(|byte| *byte == b'\n').enumerate().peekable();
    while let Some((index, line)) = lines.next() {
        let start = offset;
        offset += line.len();
        if !is_header_of(line, name) {
            continue;
        }
        let is_marked = lines.peek().is_some_and(|(_, next)| next.trim_ascii() == MARK.as_bytes());
        if !is_marked || found.is_some() {
            return Err(ForeignSection { line: index + 1 });
        }
        while let Some((_, ours)) = lines.next_if(|(_, next)| is_line_of_ours(next)) {
            offset += ours.len();
        }
        let has_byte_order_mark = line.starts_with(BYTE_ORDER_MARK);
        let start = if has_byte_order_mark { start + BYTE_ORDER_MARK.len() } else { start };
        found = Some((start, offset));
    }
    Ok(found)
}

fn is_header_of(line: &[u8], wanted: &str) -> bool {
    let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line).trim_ascii();
    let header = || grammar::header(line, FileKind::Credentials).header;
    line.starts_with(b"[")
        && matches!(header(), Header::Profile { name, .. } if *name == *wanted.as_bytes())
}

fn is_line_of_ours(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line == MARK.as_bytes()
        || [
            "# expires ",
            "aws_access_key_id = ",
            "aws_secret_access_key = ",
            "aws_session_token = ",
        ]
        .iter()
        .any(|start| line.starts_with(start.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: [&str; 2] = ["# expires 2026-01-31T12:00:00Z", "aws_access_key_id = ASIANEW"];
    const NEW: &str = "[dev]\n# written by sso-cp export --write, which replaces it\n\
                       # expires 2026-01-31T12:00:00Z\naws_access_key_id = ASIANEW\n";

    fn edited(file: &str) -> Result<String, ForeignSection> {
        with_own_section(file.as_bytes(), "dev", &LINES)
            .map(|bytes| String::from_utf8(bytes).expect("it was text"))
    }

    #[test]
    fn a_new_section_goes_to_the_end() {
        assert_eq!(edited(""), Ok(NEW.to_owned()));
        assert_eq!(edited("[a]\nx = 1"), Ok(format!("[a]\nx = 1\n\n{NEW}")));
        assert_eq!(
            edited("# note\r\n"),
            Ok(format!("# note\r\n\r\n{}", NEW.replace('\n', "\r\n")))
        );
        let odd = b"[a]\nx = \xff\xfe\n";
        let whole = with_own_section(odd, "dev", &LINES).expect("there is no such section");
        assert!(whole.starts_with(odd));
    }

    #[test]
    fn our_lines_are_replaced_and_all_others_stay() {
        let old = "[a]\n\tx=1 ; y\n[dev]\n# written by sso-cp export --write, which replaces it\n\
                   # expires 2020-01-01T00:00:00Z\naws_access_key_id = OLD\naws_secret_access_key = OLD\n\
                   region = here\n\n[z]\nw=2";
        let expected = format!("[a]\n\tx=1 ; y\n{NEW}region = here\n\n[z]\nw=2");
        assert_eq!(edited(old), Ok(expected.clone()));
        assert_eq!(edited(&expected), Ok(expected));
        let marked = format!("\u{feff}{NEW}");
        assert_eq!(edited(&marked), Ok(marked.clone()));
    }

    #[test]
    fn what_others_wrote_is_left_alone() {
        for (file, line) in [
            ("[dev]\naws_access_key_id = AKIA\n", 1),
            ("[a]\n[ dev ] # mine\n\n# written by sso-cp export --write, which replaces it\n", 2),
            ("[\"dev\"]", 1),
        ] {
            assert_eq!(edited(file), Err(ForeignSection { line }), "{file}");
        }
        assert_eq!(edited(&format!("{NEW}\n[dev]\nx = 1\n")), Err(ForeignSection { line: 6 }));
        assert_eq!(edited(&format!("{NEW}{NEW}")), Err(ForeignSection { line: 5 }));
    }

    #[test]
    fn names_stand_as_they_are_or_not_at_all() {
        for name in ["dev", "a.b@c:d/e+f=g,h-i", "日本"] {
            assert!(is_section_name(name), "{name}");
        }
        for name in ["", "a b", "a]", "[a", "a\nb", "a\"", "a'", "a\\b", "a#b", "\u{a0}"] {
            assert!(!is_section_name(name), "{name:?}");
        }
    }
}
