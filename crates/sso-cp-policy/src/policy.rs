//! A policy that STS takes: the checks before anything is sent.

use ring::digest::{SHA256, digest};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::error::Category;
use serde_json::value::RawValue;

use crate::flaw::{Flaw, MAX_CHARACTERS, Problem};
use crate::minify::minify;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// A policy as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    text: String,
}

/// What a policy must have; `Id`, `Version` and what IAM does not know are IAM's to judge.
#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(rename = "Statement", borrow)]
    statement: Option<&'a RawValue>,
}

impl Policy {
    /// Reads a policy's file.
    ///
    /// # Errors
    ///
    /// The first flaw that keeps STS from taking it. IAM's grammar is not looked at: see
    /// [`review`](crate::review()).
    pub fn parse(bytes: &[u8]) -> Result<Policy, Flaw> {
        let text = text(bytes)?;
        check_statement(text)?;
        let text = String::from_utf8_lossy(&minify(text.as_bytes())).into_owned();
        match text.chars().count() {
            characters if characters > MAX_CHARACTERS => {
                Err(Flaw { line: None, problem: Problem::TooLong { characters } })
            }
            _ => Ok(Policy { text }),
        }
    }

    /// The policy without blanks between its tokens, which is what is sent.
    pub fn minified(&self) -> &str {
        &self.text
    }

    /// How many characters STS counts.
    pub fn characters(&self) -> usize {
        self.text.chars().count()
    }

    /// The digest of the policy: what names the credentials that are scoped to it.
    pub fn digest(&self) -> String {
        sha_256(self.text.as_bytes())
    }
}

/// The digest that the policy of a file has, if it is one: only [`Policy::parse`] tells that. Two texts
/// with one digest are both policies, or neither is.
pub fn digest_unchecked(bytes: &[u8]) -> String {
    sha_256(&minify(bytes))
}

/// SHA-256 in lower-case hexadecimal.
fn sha_256(bytes: &[u8]) -> String {
    let digits = |byte: u8| [byte >> 4, byte & 15].map(|digit| char::from(HEX[usize::from(digit)]));
    digest(&SHA256, bytes).as_ref().iter().copied().flat_map(digits).collect()
}

/// The text in the characters that STS takes, U+0009, U+000A, U+000D and U+0020 to U+00FF.
pub(crate) fn text(bytes: &[u8]) -> Result<&str, Flaw> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = Some(line_at(bytes, error.valid_up_to()));
        Flaw { line, problem: Problem::NotUtf8 }
    })?;
    if text.starts_with('\u{feff}') {
        return Err(Flaw { line: Some(1), problem: Problem::ByteOrderMark });
    }
    if text.trim_ascii().is_empty() {
        return Err(Flaw { line: None, problem: Problem::Empty });
    }
    let is_refused = |letter: char| !matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{ff}');
    match text.char_indices().find(|(_, letter)| is_refused(*letter)) {
        Some((at, letter)) => {
            Err(Flaw { line: Some(line_at(bytes, at)), problem: Problem::Character(letter) })
        }
        None => Ok(text),
    }
}

/// JSON that is an object with a statement at least.
fn check_statement(text: &str) -> Result<(), Flaw> {
    // A struct would also be read from an array.
    if !text.trim_ascii_start().starts_with('{') {
        let other: Result<IgnoredAny, _> = serde_json::from_str(text);
        other.map_err(|error| not_json(text, &error))?;
        return Err(Flaw { line: Some(first_line(text)), problem: Problem::NotAnObject });
    }
    let wire: Wire<'_> = serde_json::from_str(text).map_err(|error| not_json(text, &error))?;
    let Some(statement) = wire.statement else {
        return Err(Flaw { line: None, problem: Problem::NoStatement });
    };
    let is_object = |json: &str| json.starts_with('{');
    let statements: Vec<&RawValue> = serde_json::from_str(statement.get()).unwrap_or_default();
    let are_there = !statements.is_empty() && statements.iter().all(|one| is_object(one.get()));
    match is_object(statement.get()) || are_there {
        true => Ok(()),
        false => {
            let line = Some(line_of(text, statement.get()));
            Err(Flaw { line, problem: Problem::NoStatement })
        }
    }
}

/// What the reader stumbled over. People write comments into JSON, so that is distinguished.
fn not_json(text: &str, error: &serde_json::Error) -> Flaw {
    let line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
    let at = line.get(error.column().saturating_sub(1)..).unwrap_or_default();
    let problem = match at.starts_with(['/', '#']) && error.classify() == Category::Syntax {
        true => Problem::Comment,
        false => {
            let words = error.to_string();
            let position = format!(" at line {} column {}", error.line(), error.column());
            Problem::NotJson(words.strip_suffix(&position).unwrap_or(&words).to_owned())
        }
    };
    Flaw { line: Some(error.line()), problem }
}

fn first_line(text: &str) -> usize {
    line_at(text.as_bytes(), text.len() - text.trim_ascii_start().len())
}

/// The line of a part of a text, from 1.
pub(crate) fn line_of(text: &str, part: &str) -> usize {
    let at = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    line_at(text.as_bytes(), at)
}

fn line_at(bytes: &[u8], at: usize) -> usize {
    1 + bytes.iter().take(at).filter(|byte| **byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

    fn flaw(text: &[u8]) -> (Option<usize>, String) {
        let flaw = Policy::parse(text).unwrap_err();
        (flaw.line, flaw.problem.to_string())
    }

    #[test]
    fn a_policy_is_sent_without_blanks_and_named_by_its_digest() {
        let spread = "\n{\n  \"Statement\" : [ {\"Effect\":\"Allow\",\t\"Action\":\"*\", \"Resource\":\"*\"} ]\r\n}";
        let policy = Policy::parse(spread.as_bytes()).unwrap();
        assert_eq!(policy.minified(), SMALL);
        assert_eq!(policy, Policy::parse(SMALL.as_bytes()).unwrap());
        // By sha256sum.
        assert_eq!(
            policy.digest(),
            "83956c3ea9629134e6cf148f5d79db17b83c5ceb3a4d0ba6fc838e5b312748cd"
        );
        assert!(Policy::parse(br#"{"Statement":{}}"#).is_ok(), "one statement needs no list");
    }

    #[test]
    fn the_limit_counts_characters_without_blanks() {
        let with = |letters: usize| {
            let id = "\u{fc}".repeat(letters);
            SMALL.replacen('{', &format!("{{\n   \"Id\" : \"{id}\", "), 1)
        };
        let room = MAX_CHARACTERS - SMALL.len() - r#""Id":"","#.len();
        let full = Policy::parse(with(room).as_bytes()).unwrap();
        assert_eq!(full.characters(), MAX_CHARACTERS);
        let too_long = Policy::parse(with(room + 1).as_bytes()).unwrap_err();
        assert_eq!(too_long.problem, Problem::TooLong { characters: MAX_CHARACTERS + 1 });
    }

    #[test]
    fn every_flaw_has_its_line() {
        for (text, line, words) in [
            (&b" \n "[..], None, "it is empty"),
            (b"{}\n\xff", Some(2), "it is not UTF-8"),
            (b"\xff\xfe{\0}\0", Some(1), "it is not UTF-8"),
            (
                b"\xef\xbb\xbf{}",
                Some(1),
                "it begins with a byte order mark, which JSON does not have",
            ),
            (b"{\n\0}", Some(2), "it holds U+0000, a character that STS does not take"),
            ("{\"Id\":\n\"\u{6f22}\"}".as_bytes(), Some(2), {
                "it holds U+6F22, a character that STS does not take"
            }),
            (b"{\n// why\n}", Some(2), "it has a comment, which JSON does not have"),
            (b"{\n  # why\n}", Some(2), "it has a comment, which JSON does not have"),
            (b"{} /* why */", Some(1), "it has a comment, which JSON does not have"),
            (b"{\"Statement\":[\n{}", Some(2), "it is not JSON: EOF while parsing a list"),
            (b"{\"a\":1,\n}", Some(2), "it is not JSON: trailing comma"),
            (b"{\"Statement\":{},\n\"Statement\":{}}", Some(2), {
                "it is not JSON: duplicate field `Statement`"
            }),
            (b"aws_access_key_id = A", Some(1), "it is not JSON: expected value"),
            (b"\n[{}]", Some(2), "it is not a JSON object"),
            (b"\"x\"", Some(1), "it is not a JSON object"),
            (b"{}", None, "it has no statement"),
            (b"{\"Statement\":null}", None, "it has no statement"),
            (b"{\n\"Statement\":[ ]}", Some(2), "it has no statement"),
            (b"{\"Statement\":[{},\"x\"]}", Some(1), "it has no statement"),
            (b"{\"Statement\":\"x\"}", Some(1), "it has no statement"),
        ] {
            assert_eq!(flaw(text), (line, words.to_owned()), "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn no_bytes_make_it_panic() {
        let seeds = [SMALL.as_bytes(), b"{\n \"Statement\" : [ { \"a\\\"\" : 1.5e3 } ] }"];
        mutations::each(20_000, &seeds, |bytes| {
            let Ok(policy) = Policy::parse(bytes) else {
                let minified = minify(bytes);
                assert!(Policy::parse(&minified).is_err(), "no policy becomes one without blanks");
                return;
            };
            assert_eq!(policy.digest(), digest_unchecked(bytes));
            let again = Policy::parse(policy.minified().as_bytes()).unwrap();
            assert_eq!(again, policy, "minified twice");
            assert_eq!(values(bytes), values(policy.minified().as_bytes()), "another meaning");
            let _ = crate::review(bytes);
        });
    }

    fn values(json: &[u8]) -> serde_json::Value {
        serde_json::from_slice(json).unwrap()
    }
}
