//! Texts for people: foreign ones made harmless, paths made short.

use std::collections::HashMap;
use std::path::Path;

use serde::Serialize;
use sso_cp_types::{is_printable, is_unseen};
use unicode_width::UnicodeWidthStr;

/// The longest foreign text that is shown.
const MAX_CHARS: usize = 300;
/// The same in bytes, for letters that have several: two lines of a failure stay under 2 KiB.
const MAX_BYTES: usize = 900;

/// A text of a server or a file, fit for a terminal: on one line, controls and whatever turns the
/// direction of the text around shown escaped, cut to 300 characters and 900 bytes.
pub(crate) fn clean(text: &str) -> String {
    // Nearly every text is plain, and there may be tens of thousands.
    if is_plain(text) {
        return text.to_owned();
    }
    let mut shown = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == MAX_CHARS || shown.len() >= MAX_BYTES {
            shown.push_str("...");
            break;
        }
        match character {
            '\n' | '\r' | '\t' => shown.push(' '),
            _ if is_unseen(character) => shown.extend(character.escape_unicode()),
            _ => shown.push(character),
        }
    }
    shown
}

/// Whether a text is shown as it stands.
pub(crate) fn is_plain(text: &str) -> bool {
    text.len() <= MAX_CHARS && is_printable(text)
}

/// One line of JSON. What a terminal could take for more than text is escaped, which changes nothing for
/// a program that reads it: JSON itself asks only for C0 (RFC 8259 section 7).
pub(crate) fn json_line(document: &impl Serialize) -> String {
    // Structs of texts and lists always serialise.
    harmless_json(&serde_json::to_string(document).unwrap_or_default())
}

/// The same of JSON that is there already, on one line.
pub(crate) fn harmless_json(json: &str) -> String {
    let mut line = String::with_capacity(json.len() + "\n".len());
    for character in json.chars() {
        match is_unseen(character) {
            true => line.extend(
                character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")),
            ),
            false => line.push(character),
        }
    }
    line + "\n"
}

/// A path as people write it, the home directory shown as `~`.
pub(crate) fn shown_path(path: &Path, home: Option<&Path>) -> String {
    let below = home.and_then(|home| path.strip_prefix(home).ok());
    match below {
        // The command prompt of Windows knows no `~`.
        _ if cfg!(windows) => clean(&path.display().to_string()),
        Some(rest) if rest.as_os_str().is_empty() => "~".to_owned(),
        Some(rest) => format!("~/{}", clean(&rest.display().to_string())),
        None => clean(&path.display().to_string()),
    }
}

/// A sentence with whole paths, the home directory in them shown as `~`.
pub(crate) fn below_home(sentence: String, home: Option<&Path>) -> String {
    let home = home.and_then(Path::to_str).map(|home| home.trim_end_matches('/'));
    let home = match home {
        Some(home) if !cfg!(windows) && !home.is_empty() => home,
        _ => return sentence,
    };
    let mut shown = String::with_capacity(sentence.len());
    let mut rest = &*sentence;
    while let Some((before, after)) = rest.split_once(home) {
        shown.push_str(before);
        let begins = !shown.ends_with(|c: char| c.is_alphanumeric() || "/._-~".contains(c));
        let ends = !after.starts_with(|c: char| c.is_alphanumeric() || "._-".contains(c));
        shown.push_str(if begins && ends { "~" } else { home });
        rest = after;
    }
    shown + rest
}

/// Names in backticks, separated by commas.
pub(crate) fn list(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{}`", clean(name))).collect();
    quoted.join(", ")
}

/// Names in backticks, of many the first: `` `a`, `b` and 3 more ``.
pub(crate) fn some_of(names: &[&str], most: usize) -> String {
    let shown: Vec<String> =
        names.iter().take(most).map(|name| format!("`{}`", clean(name))).collect();
    match names.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The items by what they share, each group in the place of its first; equal keys need not be neighbours.
pub(crate) fn grouped<T>(items: Vec<T>, key: impl Fn(&T) -> String) -> Vec<(String, Vec<T>)> {
    let mut groups: Vec<(String, Vec<T>)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for item in items {
        let of_item = key(&item);
        match places.get(&of_item) {
            Some(at) => groups[*at].1.push(item),
            None => {
                places.insert(of_item.clone(), groups.len());
                groups.push((of_item, vec![item]));
            }
        }
    }
    groups
}

/// A text in lines of so many columns, the first and all others indented. A word is never broken, and what
/// stands in backticks only where it would not fit a line by itself.
pub(crate) fn wrapped(text: &str, first: usize, others: usize, width: usize) -> String {
    let mut lines = String::new();
    let mut line = " ".repeat(first);
    let mut is_empty = true;
    for word in unbreakable(text, width.saturating_sub(others)) {
        if !is_empty && line.width() + 1 + word.width() > width {
            lines.push_str(&line);
            lines.push('\n');
            line = " ".repeat(others);
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(&word);
        is_empty = false;
    }
    lines + &line + "\n"
}

/// The words of a text, those in backticks together where they fit.
fn unbreakable(text: &str, width: usize) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut open: Option<usize> = None;
    for word in text.split_whitespace() {
        words.push(word.to_owned());
        let is_odd = word.matches('`').count() % 2 == 1;
        open = match (open, is_odd) {
            (None, true) => Some(words.len() - 1),
            (Some(from), true) => {
                let whole = words[from..].join(" ");
                if whole.width() <= width {
                    words.truncate(from);
                    words.push(whole);
                }
                None
            }
            (open, false) => open,
        };
    }
    words
}

/// So many of something: `1 profile`, `2 profiles`.
pub(crate) fn count(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        number => format!("{number} {what}s"),
    }
}

/// What shows whose a file is and who may read it, for a hint that names the file behind it.
pub(crate) const LIST_FILE: &str = if cfg!(windows) { "icacls" } else { "ls -l" };
/// The same of a folder itself.
pub(crate) const LIST_FOLDER: &str = if cfg!(windows) { "icacls" } else { "ls -ld" };
/// What shows where a program is.
pub(crate) const FIND_PROGRAM: &str = if cfg!(windows) { "where.exe" } else { "command -v" };

/// A value as a shell wants it in a command that the person may copy: on Windows as both PowerShell and the command prompt do.
pub(crate) fn shell_word(value: &str) -> String {
    if cfg!(windows) { windows_word(value) } else { posix_word(value) }
}

fn windows_word(value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:+\\".contains(c);
    if !value.is_empty() && value.chars().all(is_plain) {
        return value.to_owned();
    }
    format!("\"{}\"", clean(value).replace('"', "\"\""))
}

/// A value for a POSIX shell, on every system.
pub(crate) fn posix_word(value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:@%+=,".contains(c);
    if !value.is_empty() && value.chars().all(is_plain) {
        return value.to_owned();
    }
    if value.contains(is_unseen) {
        return escaped_word(value);
    }
    format!("'{}'", clean(value).replace('\'', "'\\''"))
}

/// What nobody sees, in the spelling that shells know: such a command still works when it is copied.
fn escaped_word(value: &str) -> String {
    let mut word = "$'".to_owned();
    for character in value.chars() {
        match character {
            '\'' | '\\' => word.extend(['\\', character]),
            _ if is_unseen(character) => word.push_str(&format!("\\U{:08x}", u32::from(character))),
            _ => word.push(character),
        }
    }
    word + "'"
}

/// A word of a `credential_process` line. GDAL knows no other quotes than double ones, and in those a shell still
/// reads four characters. An error says which character of a name can stand in none: neither the AWS CLI nor boto3 use
/// a shell, which alone knows another spelling for it.
pub(crate) fn helper_word(value: &str) -> Result<String, String> {
    if let Some((at, unseen)) = value.chars().enumerate().find(|(_, letter)| is_unseen(*letter)) {
        let (place, unseen) = (at + 1, unseen.escape_unicode());
        return Err(format!(
            "character {place} of its name is the invisible `{unseen}`, which a `credential_process` cannot hold"
        ));
    }
    let word = shell_word(value);
    Ok(match word.starts_with('\'') && !value.contains(['"', '$', '`', '\\', '\'']) {
        true => format!("\"{}\"", word.trim_matches('\'')),
        false => word,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_are_the_characters_of_ascii_that_are_seen() {
        for byte in 0..=0x7f_u8 {
            for length in [1, 7, 8, 9, 20] {
                for at in [0, length / 2, length - 1] {
                    let mut text = vec![b'x'; length];
                    text[at] = byte;
                    let text = String::from_utf8(text).unwrap();
                    assert_eq!(is_plain(&text), (b' '..=b'~').contains(&byte), "{text:?}");
                }
            }
        }
        assert!(is_plain("") && is_plain(&"x".repeat(MAX_CHARS)));
        assert!(!is_plain("caf\u{e9}") && !is_plain(&"x".repeat(MAX_CHARS + 1)));
    }

    #[test]
    fn words_of_a_helper_have_double_quotes_where_these_do() {
        for (value, expected) in [
            ("dev", "dev"),
            ("my dev", "\"my dev\""),
            ("", "\"\""),
            ("a$b", "'a$b'"),
            ("a\"b", "'a\"b'"),
            ("a`b", "'a`b'"),
            ("a\\b", "'a\\b'"),
            ("a b'c", "'a b'\\''c'"),
        ] {
            assert_eq!(helper_word(value).as_deref(), Ok(expected), "{value}");
        }
        let why = helper_word("d\u{202e}ev").unwrap_err();
        assert!(why.starts_with("character 2 of its name is the invisible `\\u{202e}`"), "{why}");
    }

    #[test]
    fn foreign_text_cannot_drive_a_terminal() {
        assert_eq!(clean("a\u{1b}]0;x\u{7}b"), "a\\u{1b}]0;x\\u{7}b");
        assert_eq!(clean("\u{202e}\u{9b}31m"), "\\u{202e}\\u{9b}31m");
        assert_eq!(clean("two\r\nlines"), "two  lines");
        assert_eq!(clean(&"x".repeat(100_000)).len(), MAX_CHARS + 3);
        assert_eq!(clean("dé漢😀"), "dé漢😀");
    }

    #[test]
    fn two_lines_of_foreign_text_stay_under_two_kibibytes() {
        for letter in ["x", "é", "漢", "😀", "\u{202e}", "\u{e0001}"] {
            let line = clean(&letter.repeat(100_000));
            assert!(line.chars().count() <= MAX_CHARS + 3 || line.starts_with('\\'), "{line}");
            assert!(line.len() < 1000, "{} bytes: {line}", line.len());
        }
    }

    #[test]
    fn json_of_foreign_text_cannot_drive_a_terminal_and_says_the_same() {
        let text = "a\u{1b}[2J\u{7f}\u{9b}31m\u{202e}\u{e0041}\n\"dé漢😀";
        let line = json_line(&text);
        assert_eq!(line, "\"a\\u001b[2J\\u007f\\u009b31m\\u202e\\udb40\\udc41\\n\\\"dé漢😀\"\n");
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), text);
    }

    #[test]
    #[cfg(unix)]
    fn home_is_a_tilde() {
        let home = Some(Path::new("/home/u"));
        assert_eq!(shown_path(Path::new("/home/u/.aws/config"), home), "~/.aws/config");
        assert_eq!(shown_path(Path::new("/home/user/x"), home), "/home/user/x");
        assert_eq!(shown_path(Path::new("/home/u"), home), "~");
    }

    #[test]
    #[cfg(unix)]
    fn home_is_a_tilde_in_a_sentence_too() {
        for (home, sentence, shown) in [
            ("/home/u", "cannot read /home/u/.aws/config", "cannot read ~/.aws/config"),
            ("/home/u/", "`/home/u` and (/home/u/a:3)", "`~` and (~/a:3)"),
            (
                "/home/u",
                "/home/user, /mnt/home/u/x, /home/u.old",
                "/home/user, /mnt/home/u/x, /home/u.old",
            ),
            ("/", "cannot read /etc/x", "cannot read /etc/x"),
            ("/home/u", "http://h/home/u/x", "http://h/home/u/x"),
        ] {
            assert_eq!(below_home(sentence.to_owned(), Some(Path::new(home))), shown);
        }
        assert_eq!(below_home("/home/u".to_owned(), None), "/home/u");
    }

    #[test]
    fn groups_stand_where_their_first_does() {
        let groups = grouped(vec![1, 12, 23, 2, 11], |number| (number % 10).to_string());
        let expected = [("1", vec![1, 11]), ("2", vec![12, 2]), ("3", vec![23])];
        assert_eq!(groups, expected.map(|(key, members)| (key.to_owned(), members)));
    }

    #[test]
    fn lines_break_between_words_and_not_in_a_command() {
        let text = "write `a b c` and `one two three` then go";
        assert_eq!(wrapped(text, 0, 2, 16), "write `a b c`\n  and `one two\n  three` then go\n");
        assert_eq!(wrapped(text, 0, 0, 80), format!("{text}\n"));
        assert_eq!(wrapped("", 2, 2, 80), "  \n");
    }

    #[test]
    fn commands_can_be_copied() {
        assert_eq!(posix_word("dev"), "dev");
        assert_eq!(posix_word("my team"), "'my team'");
        assert_eq!(posix_word("it's"), "'it'\\''s'");
        assert_eq!(posix_word(r"C:\x"), r"'C:\x'");
        assert_eq!(posix_word("d\u{202e}e'v"), r"$'d\U0000202ee\'v'");
        assert_eq!(windows_word(r"C:\x y\it's"), r#""C:\x y\it's""#);
        assert_eq!(windows_word(r#"a"b"#), r#""a""b""#);
        assert_eq!(windows_word(r"C:\x"), r"C:\x");
        assert_eq!(shell_word("dev"), "dev");
    }
}
