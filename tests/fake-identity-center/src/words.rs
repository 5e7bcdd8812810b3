//! The words of a script line: `key`, `key=value`, `key="a value with blanks"`.

use std::time::Duration;

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) key: String,
    /// The value with its quotes off; none for a bare word.
    pub(crate) value: Option<String>,
    /// The word as it was written.
    pub(crate) raw: String,
}

impl Word {
    /// The value, or what is wrong with the word.
    pub(crate) fn need(&self) -> Result<&str, String> {
        self.value.as_deref().ok_or_else(|| format!("{} needs a value", self.key))
    }

    pub(crate) fn number<T: std::str::FromStr>(&self) -> Result<T, String> {
        self.need()?.parse().map_err(|_| format!("{} needs a number", self.key))
    }

    /// `Name:value`
    pub(crate) fn header(&self) -> Result<(String, String), String> {
        let (name, value) =
            self.need()?.split_once(':').ok_or_else(|| format!("{} needs Name:value", self.key))?;
        Ok((name.to_owned(), value.trim_start().to_owned()))
    }
}

/// Splits at blanks outside of quotes and brackets.
pub(crate) fn split(text: &str) -> Result<Vec<Word>, String> {
    let mut words = Vec::new();
    let (mut raw, mut quoted, mut escaped, mut depth) = (String::new(), false, false, 0_i32);
    for letter in text.chars().chain([' ']) {
        if letter.is_whitespace() && !quoted && depth == 0 {
            if !raw.is_empty() {
                words.push(word(std::mem::take(&mut raw))?);
            }
            continue;
        }
        raw.push(letter);
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' | '[' if !quoted => depth += 1,
            '}' | ']' if !quoted => depth -= 1,
            _ => {}
        }
    }
    match raw.trim().is_empty() {
        true => Ok(words),
        false => Err(format!("quotes or brackets are not closed in {}", raw.trim())),
    }
}

fn word(raw: String) -> Result<Word, String> {
    let (key, value) = match raw.split_once('=') {
        None => (raw.clone(), None),
        Some((key, value)) if value.starts_with('"') => {
            let text =
                serde_json::from_str(value).map_err(|_| format!("{value} is not a quoted text"))?;
            (key.to_owned(), Some(text))
        }
        Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
    };
    Ok(Word { key, value, raw })
}

/// `100ms`, `2s`, `10m`, `1h`, `1d`
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text} is not a duration such as 100ms, 2s, 10m, 1h");
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let count: u64 = digits.parse().map_err(|_| wrong())?;
    let unit_ms = match &text[digits.len()..] {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(wrong()),
    };
    count.checked_mul(unit_ms).map(Duration::from_millis).ok_or_else(wrong)
}

/// A duration with an optional sign, in seconds.
pub(crate) fn signed_seconds(text: &str) -> Result<i64, String> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    Ok(sign * i64::try_from(duration(rest)?.as_secs()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_quotes_and_brackets() {
        let words =
            split(r#"status=503  drop text="a \"b\" é\u001b" set=/a/b={"x": [1, " "]}"#).unwrap();
        let values: Vec<_> =
            words.iter().map(|word| (word.key.as_str(), word.value.as_deref())).collect();
        assert_eq!(
            values,
            [
                ("status", Some("503")),
                ("drop", None),
                ("text", Some("a \"b\" é\u{1b}")),
                ("set", Some(r#"/a/b={"x": [1, " "]}"#)),
            ]
        );
        assert!(split(r#"text="open"#).is_err());
        assert!(split("set=/a=[1").is_err());
    }

    #[test]
    fn durations() {
        assert_eq!(duration("100ms"), Ok(Duration::from_millis(100)));
        assert_eq!(signed_seconds("-1h"), Ok(-3600));
        assert_eq!(signed_seconds("+10m"), Ok(600));
        assert!(duration("5").is_err());
        assert!(duration("99999999999999999999d").is_err());
    }
}
