//! JSON without the blanks between its tokens, which policies are written with and STS counts.

/// The text without blanks outside of strings. A blank stays where words would run together, which no JSON
/// has, so that what is left is JSON only where the whole was.
pub(crate) fn minify(text: &[u8]) -> Vec<u8> {
    let mut minified = Vec::with_capacity(text.len());
    let (mut is_string, mut is_escaped, mut is_behind_blank) = (false, false, false);
    for byte in text.iter().copied() {
        if is_string {
            is_string = byte != b'"' || is_escaped;
            is_escaped = byte == b'\\' && !is_escaped;
        } else if matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
            is_behind_blank = true;
            continue;
        } else {
            let is_word =
                |byte: &u8| !matches!(byte, b'{' | b'}' | b'[' | b']' | b',' | b':' | b'"');
            if is_behind_blank && is_word(&byte) && minified.last().is_some_and(is_word) {
                minified.push(b' ');
            }
            is_behind_blank = false;
            is_string = byte == b'"';
        }
        minified.push(byte);
    }
    minified
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
            assert_eq!(minify(json.as_bytes()), minified.as_bytes());
        }
    }

    #[test]
    fn what_is_not_json_does_not_become_it() {
        for (text, minified) in [
            ("[1 2]", "[1 2]"),
            ("[tr \n ue]", "[tr ue]"),
            ("[1\u{c},2]", "[1\u{c},2]"),
            ("{} // x", "{}// x"),
            ("\u{feff} {}", "\u{feff}{}"),
        ] {
            assert_eq!(minify(text.as_bytes()), minified.as_bytes());
        }
    }
}
