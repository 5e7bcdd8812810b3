//! Nested blocks: settings below a key that has no value of its own, such as the endpoints of a
//! service. A block is an INI text without sections, and rust-ini reads it, from text that is clean.
//!
//! rust-ini alone would join a value that ends in a backslash with the next line and swallow lines
//! without `=`; so it gets one `key=value` per line, with everything that means something to it
//! percent-encoded, and its own quoting and escaping off.

use ini::{Ini, ParseOption};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::grammar::{self, is_identifier};

/// The last setting of that key, which is in lower case, in the value of a key as
/// [`grammar::clean`] leaves it. `None` too where the value is not a block.
pub(crate) fn setting(block: &str, key: &str) -> Option<String> {
    let options =
        ParseOption { enabled_quote: false, enabled_escape: false, ..ParseOption::default() };
    let ini = Ini::load_from_str_opt(&clean(block.strip_prefix('\n')?), options).ok()?;
    ini.general_section().get_all(key).last().map(unhide)
}

/// One `key=value` per line, keys in lower case. Keys that no AWS tool knows are left out.
fn clean(block: &str) -> String {
    let mut clean = String::with_capacity(block.len());
    for (key, value) in block.split('\n').filter_map(grammar::split) {
        if is_identifier(key) {
            clean.push_str(&key.to_ascii_lowercase());
            clean.push('=');
            clean.extend(utf8_percent_encode(value.trim_ascii(), HIDDEN));
            clean.push('\n');
        }
    }
    clean
}

/// What a reader of INI files would take for more than itself, and the mark itself.
const HIDDEN: &AsciiSet = &CONTROLS.add(b' ').add(b'%').add(b'\\');

/// Undoes what hides them.
fn unhide(value: &str) -> String {
    percent_decode_str(value).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_gives_its_last_setting_whatever_stands_in_it() {
        let block = "\nEndpoint_URL = https://a.example/%2F\\\nother: b # c; d\n[x = y\n\
                     no setting\nendpoint_url = https://b.example/\\\nquoted = \"q' = r\"";
        let read = |key| setting(block, key);
        assert_eq!(read("endpoint_url").as_deref(), Some("https://b.example/\\"));
        assert_eq!(read("other").as_deref(), Some("b # c; d"));
        assert_eq!(read("quoted").as_deref(), Some("\"q' = r\""));
        assert_eq!(read("[x"), None);
        assert_eq!(setting("value = 1", "value"), None, "a value on the line of its key");
    }

    #[test]
    fn what_is_hidden_is_shown_again() {
        for text in ["", "a", "100%", "%41", "C:\\Tools\\", "tab\there", "é漢\u{7f}\u{1}", "%"] {
            let hidden = utf8_percent_encode(text, HIDDEN).to_string();
            assert!(!hidden.contains(['\\', '\t', '\u{1}', '\u{7f}']), "{hidden:?}");
            assert_eq!(unhide(&hidden), text);
        }
    }
}
