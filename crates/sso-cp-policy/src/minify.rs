//! JSON without the blanks between its tokens, which policies are written with and STS counts.

/// The text, which is JSON, without blanks outside of strings.
pub(crate) fn minify(json: &str) -> String {
    let mut minified = String::with_capacity(json.len());
    let mut rest = json;
    // Outside of strings there is nothing but ASCII, so that every cut is between characters.
    while let Some(at) = rest.find(|letter: char| letter == '"' || letter.is_ascii_whitespace()) {
        minified.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = match rest.starts_with('"') {
            true => string_length(rest),
            false => 0,
        };
        minified.push_str(&rest[..end]);
        rest = &rest[end.max(1)..];
    }
    minified.push_str(rest);
    minified
}

/// The bytes of the string literal at the beginning, its quotes included.
fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    });
    const QUOTES: usize = 2;
    end.map_or(text.len(), |inner| inner + QUOTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_blanks_between_tokens_go() {
        for (json, minified) in [
            ("{ \"a b\" :\t[ 1 , true ]\r\n}\n", "{\"a b\":[1,true]}"),
            (r#"{"a \" b" : "\\" , "ü ÿ" : "\\\" x" }"#, r#"{"a \" b":"\\","ü ÿ":"\\\" x"}"#),
            ("\"open  ", "\"open  "),
            ("", ""),
        ] {
            assert_eq!(minify(json), minified);
        }
    }
}
