//! JSON bodies: reading them so that an error can name the member, and never its value.
//!
//! A caller deserializes into a struct of `Option<&RawValue>` (unknown members are ignored, `null` is
//! absent) and reads each member with [`text`] or [`integer`]:
//!
//! ```
//! # use serde::Deserialize;
//! # use sso_cp_http::{BadReply, RawValue, Reply, text};
//! #[derive(Deserialize)]
//! struct Wire<'a> {
//!     #[serde(borrow, rename = "accessToken")]
//!     access_token: Option<&'a RawValue>,
//! }
//!
//! # let reply = Reply { body: br#"{"accessToken": null}"#.to_vec().into(), ..Reply::default() };
//! let wire: Wire<'_> = reply.json()?;
//! let token = text("accessToken", wire.access_token);
//! assert_eq!(token.unwrap_err(), BadReply::MissingField("accessToken"));
//! # Ok::<(), BadReply>(())
//! ```

use std::fmt;

use serde::Deserialize;
use serde_json::value::RawValue;
use sso_cp_types::is_unseen;
use zeroize::Zeroizing;

use crate::Reply;

/// Of a body that is not JSON, so much is shown.
const PREVIEW_CHARS: usize = 80;

/// Why the body of a reply cannot be used. It never holds a value of a JSON body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadReply {
    /// The body is not JSON: a captive portal or a proxy has answered, or it is empty or garbled.
    NotJson {
        /// The media type that it claims.
        content_type: Option<String>,
        /// Its beginning, where it is text for people.
        preview: Option<String>,
    },
    /// The body is not XML, which one service sends: as above.
    NotXml {
        /// The media type that it claims.
        content_type: Option<String>,
        /// Its beginning, where it is text for people.
        preview: Option<String>,
    },
    /// A member is not there, or null.
    MissingField(&'static str),
    /// A member has another type than it should.
    WrongType {
        /// The member.
        field: &'static str,
        /// What it should be: `a string`.
        expected: &'static str,
    },
}

impl BadReply {
    /// A token, key or name that is empty, or holds what no header can: AWS's are visible ASCII.
    pub fn malformed(field: &'static str) -> BadReply {
        BadReply::WrongType { field, expected: "a non-empty text of visible ASCII characters" }
    }
}

impl Reply {
    /// Reads the body, which must be a JSON object.
    pub fn json<'a, T: Deserialize<'a>>(&'a self) -> Result<T, BadReply> {
        let is_object = self.body.trim_ascii_start().starts_with(b"{");
        match serde_json::from_slice(&self.body) {
            // A struct would also be read from an array.
            Ok(value) if is_object => Ok(value),
            Err(error) if !error.is_data() => Err(self.not_json()),
            _ => Err(BadReply::WrongType { field: "the whole reply", expected: "an object" }),
        }
    }

    fn not_json(&self) -> BadReply {
        let content_type = self.content_type.clone();
        BadReply::NotJson { content_type, preview: self.preview_for_people() }
    }

    /// The beginning of a body that is a text for people.
    pub(crate) fn preview_for_people(&self) -> Option<String> {
        let is_for_people =
            matches!(self.content_type.as_deref(), Some("text/html" | "text/plain"));
        // What begins like JSON may be a reply with secrets in it, under the wrong label.
        let is_json_like = self.body.trim_ascii_start().starts_with(b"{")
            || self.body.trim_ascii_start().starts_with(b"[");
        let preview = (is_for_people && !is_json_like).then(|| preview(&self.body));
        preview.filter(|text| !text.is_empty())
    }
}

/// A member that must be a string.
pub fn text(field: &'static str, raw: Option<&RawValue>) -> Result<Zeroizing<String>, BadReply> {
    optional_text(field, raw)?.ok_or(BadReply::MissingField(field))
}

/// A member that must be a string if it is there.
pub fn optional_text(
    field: &'static str,
    raw: Option<&RawValue>,
) -> Result<Option<Zeroizing<String>>, BadReply> {
    let text: Option<String> = read(field, "a string", raw)?;
    Ok(text.map(Zeroizing::new))
}

/// A member that must be an integer.
pub fn integer(field: &'static str, raw: Option<&RawValue>) -> Result<i64, BadReply> {
    optional_integer(field, raw)?.ok_or(BadReply::MissingField(field))
}

/// A member that must be an integer if it is there.
pub fn optional_integer(
    field: &'static str,
    raw: Option<&RawValue>,
) -> Result<Option<i64>, BadReply> {
    read(field, "an integer", raw)
}

/// A member that must be a moment in Unix seconds, which AWS writes with a fraction, and as
/// `1.7699E9` too. The fraction is cut off.
pub fn seconds(field: &'static str, raw: Option<&RawValue>) -> Result<i64, BadReply> {
    let raw = raw.filter(|raw| raw.get() != "null").ok_or(BadReply::MissingField(field))?;
    whole_part(raw.get()).ok_or(BadReply::WrongType { field, expected: "a moment in seconds" })
}

/// The whole part of a JSON number, without the floating point, which is 30 KB of program.
fn whole_part(number: &str) -> Option<i64> {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent: usize = exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?;
    // More than any moment has digits, so that the zeros below are few.
    const MAX_EXPONENT: usize = 18;
    if exponent > MAX_EXPONENT || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let zeros = std::iter::repeat_n('0', exponent);
    let digits: String =
        whole.chars().chain(fraction.chars().chain(zeros).take(exponent)).collect();
    digits.parse().ok()
}

fn read<'a, T: Deserialize<'a>>(
    field: &'static str,
    expected: &'static str,
    raw: Option<&'a RawValue>,
) -> Result<Option<T>, BadReply> {
    match raw {
        None => Ok(None),
        Some(raw) if raw.get() == "null" => Ok(None),
        Some(raw) => serde_json::from_str(raw.get())
            .map(Some)
            .map_err(|_| BadReply::WrongType { field, expected }),
    }
}

/// The beginning of a text for people, on one line and without what cannot be seen.
fn preview(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(8 * PREVIEW_CHARS)]);
    // Nor what stands for bytes that are not a text.
    let is_clean = |c: &char| !is_unseen(*c) && *c != char::REPLACEMENT_CHARACTER;
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| word.chars().filter(is_clean).collect::<String>())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ").chars().take(PREVIEW_CHARS).collect()
}

impl BadReply {
    /// Whether it calls itself JSON and is none: the service or the line is to blame, and nobody
    /// who has put a page of his own in between.
    pub fn is_broken_json(&self) -> bool {
        let BadReply::NotJson { content_type: Some(kind), .. } = self else { return false };
        kind.ends_with("json")
    }
}

impl fmt::Display for BadReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut not = |wanted: &str, content_type: &Option<String>, preview: &Option<String>| {
            write!(f, "the reply is not {wanted}")?;
            if let Some(content_type) = content_type {
                write!(f, " but `{content_type}`")?;
            }
            preview.as_ref().map_or(Ok(()), |preview| write!(f, ": {preview}"))
        };
        match self {
            _ if self.is_broken_json() => f.write_str("the reply is broken JSON"),
            BadReply::NotJson { content_type, preview } => not("JSON", content_type, preview),
            BadReply::NotXml { content_type, preview } => not("XML", content_type, preview),
            BadReply::MissingField(field) => write!(f, "the reply lacks `{field}`"),
            BadReply::WrongType { field, expected } => {
                write!(f, "`{field}` in the reply is not {expected}")
            }
        }
    }
}

impl std::error::Error for BadReply {}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Wire<'a> {
        #[serde(borrow)]
        token: Option<&'a RawValue>,
    }

    fn reply(content_type: &str, body: &str) -> Reply {
        let content_type = Some(content_type.to_owned());
        Reply { content_type, body: body.as_bytes().to_vec().into(), ..Reply::default() }
    }

    fn token(body: &str) -> Result<String, BadReply> {
        let reply = reply("application/json", body);
        let wire: Wire<'_> = reply.json()?;
        text("token", wire.token).map(|token| token.to_string())
    }

    fn number(body: &str) -> Result<i64, BadReply> {
        let reply = reply("application/json", body);
        let wire: Wire<'_> = reply.json()?;
        integer("token", wire.token)
    }

    #[test]
    fn members_are_read_or_named() {
        let wrong = |expected| BadReply::WrongType { field: "token", expected };
        assert_eq!(token(r#" {"new": {"x": [1]}, "token": "a\/b"} "#), Ok("a/b".to_owned()));
        for absent in ["{}", r#"{"token": null}"#, r#"{"Token": "x"}"#] {
            assert_eq!(token(absent), Err(BadReply::MissingField("token")), "{absent}");
        }
        for other in ["7", "true", "[\"x\"]", "{}", r#""\ud800""#] {
            assert_eq!(
                token(&format!("{{\"token\": {other}}}")),
                Err(wrong("a string")),
                "{other}"
            );
        }
        assert_eq!(number(r#"{"token": -7}"#), Ok(-7));
        for other in ["1.5", "1e3", "1795225880000.0", "\"7\"", "99999999999999999999", "true"] {
            assert_eq!(
                number(&format!("{{\"token\": {other}}}")),
                Err(wrong("an integer")),
                "{other}"
            );
        }
    }

    #[test]
    fn a_moment_is_read_in_every_form_that_json_has() {
        let read = |text: &str| {
            let raw: Box<RawValue> = serde_json::from_str(text).unwrap();
            seconds("token", Some(&raw))
        };
        for (text, value) in [
            ("1769904000", 1_769_904_000),
            ("1769904000.0", 1_769_904_000),
            ("1769904000.987", 1_769_904_000),
            ("1.769904E9", 1_769_904_000),
            ("1.769904000123e+9", 1_769_904_000),
            ("0", 0),
            ("-5.5", -5),
        ] {
            assert_eq!(read(text), Ok(value), "{text}");
        }
        for wrong in ["\"1769904000\"", "1e300", "1e-3", "99999999999999999999", "{}", "true"] {
            let expected = "a moment in seconds";
            assert_eq!(
                read(wrong),
                Err(BadReply::WrongType { field: "token", expected }),
                "{wrong}"
            );
        }
        assert_eq!(seconds("token", None), Err(BadReply::MissingField("token")));
        assert_eq!(read("null"), Err(BadReply::MissingField("token")));
    }

    #[test]
    fn what_is_no_object_is_said_without_a_value() {
        for body in ["[\"SECRET\"]", "\"SECRET\"", "null", "7", r#"{"token": 1, "token": 2}"#] {
            let error = token(body).unwrap_err();
            assert!(
                matches!(error, BadReply::WrongType { field: "the whole reply", .. }),
                "{body}"
            );
        }
        let deep = "[".repeat(100_000);
        for body in
            ["", "{", r#"{"token": "SECRET"#, r#"{"token": "SECRET"} x"#, "\u{feff}{}", &deep]
        {
            let error = token(body).unwrap_err();
            assert!(matches!(&error, BadReply::NotJson { preview: None, .. }), "{error:?}");
        }
        let error = reply("text/html", "{\"token\": \"SECRET\"").json::<Wire<'_>>().unwrap_err();
        assert!(!error.to_string().contains("SECRET"));
    }

    #[test]
    fn a_captive_portal_is_shown_cleaned_and_cut() {
        let page = format!("<html>\n\t<b>Sign\u{1b}[31m \u{202e}in</b> {}", "x".repeat(1000));
        let error = reply("text/html", &page).json::<Wire<'_>>().unwrap_err();
        let BadReply::NotJson { preview: Some(preview), .. } = &error else { panic!("{error:?}") };
        assert!(preview.starts_with("<html> <b>Sign[31m in</b> xxx"), "{preview}");
        assert_eq!(preview.chars().count(), PREVIEW_CHARS);
    }
}
