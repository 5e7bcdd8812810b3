//! JSON as Python's `json.dumps` writes it, and tolerant reading of objects.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;
use zeroize::Zeroizing;

/// Appends a string literal: everything outside of printable ASCII escaped, lower-case digits,
/// surrogate pairs above U+FFFF. The AWS CLI's file names are hashes of such text.
pub(crate) fn push_string(json: &mut String, text: &str) {
    json.push('"');
    match is_plain(text) {
        true => json.push_str(text),
        false => push_escaped(json, text),
    }
    json.push('"');
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\'))
}

/// The bytes of a string literal, at most.
fn longest(text: &str) -> usize {
    const QUOTES: usize = 2;
    const LONGEST_ESCAPE: usize = r"\u001f".len();
    text.len() * if is_plain(text) { 1 } else { LONGEST_ESCAPE } + QUOTES
}

fn push_escaped(json: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            ' '..='~' => json.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    json.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
}

/// Appends `["a", "b"]`.
pub(crate) fn push_list(json: &mut String, items: &[String]) {
    json.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            json.push_str(", ");
        }
        push_string(json, item);
    }
    json.push(']');
}

/// An object written member by member in Python's default spelling, `{"a": 1, "b": 2}`. The memory
/// is wiped, for most of these objects hold secrets.
pub(crate) struct ObjectWriter(Zeroizing<String>);

impl ObjectWriter {
    pub(crate) fn new() -> ObjectWriter {
        /// The credentials of a role.
        const USUAL_BYTES: usize = 2048;
        ObjectWriter(Zeroizing::new(String::with_capacity(USUAL_BYTES)))
    }

    pub(crate) fn text(mut self, key: &str, value: &str) -> ObjectWriter {
        self.key(key, longest(value));
        push_string(&mut self.0, value);
        self
    }

    pub(crate) fn list(mut self, key: &str, items: &[String]) -> ObjectWriter {
        const PUNCTUATION: usize = ", ".len();
        let bytes = items.iter().map(|item| longest(item) + PUNCTUATION).sum();
        self.key(key, bytes);
        push_list(&mut self.0, items);
        self
    }

    pub(crate) fn raw(mut self, key: &str, json: &str) -> ObjectWriter {
        self.key(key, json.len());
        self.0.push_str(json);
        self
    }

    pub(crate) fn finish(mut self) -> Zeroizing<String> {
        self.make_room(0);
        if self.0.is_empty() {
            self.0.push('{');
        }
        self.0.push('}');
        self.0
    }

    /// Writes a key, and sees that its value will fit.
    fn key(&mut self, key: &str, value_bytes: usize) {
        self.make_room(longest(key) + value_bytes);
        let opening = if self.0.is_empty() { "{" } else { ", " };
        self.0.push_str(opening);
        push_string(&mut self.0, key);
        self.0.push_str(": ");
    }

    /// A text that grows by itself leaves a copy of the secrets behind; this wipes it.
    fn make_room(&mut self, bytes: usize) {
        const PUNCTUATION: usize = "{[, ]: }".len();
        let needed = self.0.len() + bytes + PUNCTUATION;
        if needed > self.0.capacity() {
            let mut larger = Zeroizing::new(String::with_capacity(2 * needed));
            larger.push_str(&self.0);
            self.0 = larger;
        }
    }
}

/// The members of one JSON object, each still in its own spelling.
pub(crate) struct Object<'a>(pub(crate) BTreeMap<Cow<'a, str>, &'a RawValue>);

impl<'a> Object<'a> {
    /// A member that is a string; `None` where it is missing or of another type.
    pub(crate) fn text(&self, key: &str) -> Option<Zeroizing<String>> {
        serde_json::from_str::<String>(self.0.get(key)?.get()).ok().map(Zeroizing::new)
    }

    /// A member that is a list of strings.
    pub(crate) fn list(&self, key: &str) -> Option<Vec<String>> {
        serde_json::from_str(self.0.get(key)?.get()).ok()
    }
}

/// What a file's bytes turn out to be.
pub(crate) enum Parsed<'a> {
    /// A whole object, with or without garbage after it.
    Whole(Object<'a>),
    /// The beginning of something: perhaps another tool is writing just now.
    Torn,
    /// Nothing that ever was an object.
    Foreign,
}

/// Reads the first whole object. Tools that write in place without locks leave the tail of a longer
/// file behind a shorter one, so what follows the object does not matter.
pub(crate) fn first_object(bytes: &[u8]) -> Parsed<'_> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if text.trim_ascii().is_empty() {
        return Parsed::Torn;
    }
    let mut documents = serde_json::Deserializer::from_slice(text).into_iter();
    match documents.next() {
        Some(Ok(members)) => Parsed::Whole(Object(members)),
        Some(Err(error)) if error.is_eof() => Parsed::Torn,
        _ => Parsed::Foreign,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_whole(bytes: &[u8]) -> bool {
        matches!(first_object(bytes), Parsed::Whole(_))
    }

    #[test]
    fn strings_are_spelled_as_python_spells_them() {
        let mut json = String::new();
        push_string(&mut json, "a/b \"\\\n\r\t\u{8}\u{c}\u{1}\u{7f}é漢😀");
        assert_eq!(json, r#""a/b \"\\\n\r\t\b\f\u0001\u007f\u00e9\u6f22\ud83d\ude00""#);
    }

    #[test]
    fn what_is_written_always_has_room() {
        let long = "\u{1}é\"".repeat(5000);
        for item in ["", "plain", &*long] {
            let mut writer = ObjectWriter::new();
            for _ in 0..300 {
                writer.key(item, longest(item));
                let before = writer.0.capacity();
                push_string(&mut writer.0, item);
                assert_eq!(writer.0.capacity(), before, "it grew by itself");
            }
            assert!(is_whole(writer.finish().as_bytes()));
        }
        let items = [long.clone(), String::new(), long];
        let written = ObjectWriter::new().list("items", &items).finish();
        let Parsed::Whole(object) = first_object(written.as_bytes()) else { panic!() };
        assert_eq!(object.list("items").as_deref(), Some(&items[..]));
    }

    #[test]
    fn the_first_object_counts_and_the_rest_is_garbage() {
        for good in [&b"{}"[..], b"{\"a\":1}}", b" {\"a\":1}\"}\n", b"\xef\xbb\xbf{}", b"{}\0\0"] {
            assert!(is_whole(good), "{good:?}");
        }
        for torn in [&b""[..], b"  \n", b"{", b"{\"a\": \"b", b"{\"a\":1,"] {
            assert!(matches!(first_object(torn), Parsed::Torn), "{torn:?}");
        }
        let deep = "[".repeat(100_000).into_bytes();
        for foreign in [&b"[]"[..], b"null", b"1", b"\0\0\0", b"x", b"\xff\xfe{\0}\0", &deep] {
            assert!(!is_whole(foreign), "{:?}", &foreign[..foreign.len().min(8)]);
        }
    }
}
