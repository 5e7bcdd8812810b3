//! The words of a command that stands in the config file, as the AWS CLI and boto3 take a
//! `credential_process` apart: quotes and backslashes mean what they mean to a shell, and nothing else does.

/// The words: the program, and its arguments. `None` where a quote is not closed.
pub fn command_words(command: &str) -> Option<Vec<String>> {
    if cfg!(windows) { windows(command) } else { posix(command) }
}

/// The words as POSIX shells take them, on every system. `None` where a quote is not closed.
pub fn posix_words(command: &str) -> Option<Vec<String>> {
    posix(command)
}

/// The words of a `credential_process` for the system that it is written for: a path such as `C:\bin\sso-cp.exe` is
/// Windows's on every system, for a file may be shared with one. `None` where a quote is not closed.
pub(crate) fn helper_words(command: &str) -> Option<Vec<String>> {
    let first = command.trim_start().trim_start_matches('"');
    let is_windows =
        first.starts_with("\\\\") || first.get(1..).is_some_and(|rest| rest.starts_with(":\\"));
    if is_windows { windows(command) } else { command_words(command) }
}

/// As POSIX shells do.
fn posix(command: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let (mut word, mut quote) = (None::<String>, None);
    let mut letters = command.chars();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some(open), close) if open == close => quote = None,
            (None | Some('"'), '\\') => word.get_or_insert_default().extend(letters.next()),
            (Some(_), quoted) => word.get_or_insert_default().push(quoted),
            (None, '"' | '\'') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, blank) if blank.is_whitespace() => words.extend(word.take()),
            (None, plain) => word.get_or_insert_default().push(plain),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

/// As programs on Windows do: a backslash is one, but before double quotes, where a pair of them is one and a single one makes
/// the quote a letter. Nothing else quotes.
fn windows(command: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let (mut word, mut is_quoted, mut backslashes) = (None::<String>, false, 0);
    for letter in command.chars() {
        if letter == '\\' {
            backslashes += 1;
            word.get_or_insert_default();
            continue;
        }
        let kept = if letter == '"' { backslashes / 2 } else { backslashes };
        if let Some(word) = &mut word {
            word.extend(std::iter::repeat_n('\\', kept));
        }
        match letter {
            '"' if backslashes % 2 == 0 => {
                is_quoted = !is_quoted;
                word.get_or_insert_default();
            }
            ' ' | '\t' if !is_quoted => words.extend(word.take()),
            plain => word.get_or_insert_default().push(plain),
        }
        backslashes = 0;
    }
    if let Some(word) = &mut word {
        word.extend(std::iter::repeat_n('\\', backslashes));
    }
    words.extend(word);
    (!is_quoted).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(words: Option<Vec<String>>) -> Option<String> {
        words.map(|words| words.join("|"))
    }

    #[test]
    fn commands_are_split_as_posix_shells_do() {
        for (text, expected) in [
            ("sso-cp --profile dev", Some("sso-cp|--profile|dev")),
            ("  '/a b/sso-cp'  --profile \"d \\\" e\"", Some("/a b/sso-cp|--profile|d \" e")),
            ("a\\ b ''", Some("a b|")),
            ("", Some("")),
            ("'open", None),
        ] {
            assert_eq!(joined(posix(text)).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn commands_are_split_as_programs_on_windows_do() {
        for (text, expected) in [
            (r"C:\bin\sso-cp.exe --profile dev", Some(r"C:\bin\sso-cp.exe|--profile|dev")),
            (r#""C:\a b\sso-cp.exe" "" x"#, Some(r"C:\a b\sso-cp.exe||x")),
            (r#""C:\a b\\" \"x\" y\"#, Some(r#"C:\a b\|"x"|y\"#)),
            ("'a b'", Some("'a|b'")),
            (r"\\host\share  a", Some(r"\\host\share|a")),
            ("", Some("")),
            ("\"open", None),
        ] {
            assert_eq!(joined(windows(text)).as_deref(), expected, "{text}");
        }
    }
}
