//! The words and signs of a Rust source: enough of the language's grammar to leave out comments, texts,
//! attributes, and what is compiled for tests alone.

/// The tokens of a source. `::` is one token, every other sign is one of its own.
pub(super) fn tokens(source: &str) -> Vec<&str> {
    without_tests(raw(source))
}

fn raw(source: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = length(rest, first);
        let token = &rest[..length];
        rest = &rest[length..];
        let is_left_out =
            first.is_whitespace() || token.starts_with("//") || matches!(first, '"' | '\'');
        if !is_left_out {
            tokens.push(token);
        }
    }
    tokens
}

/// How many bytes the token has that the text begins with.
fn length(text: &str, first: char) -> usize {
    let word =
        |text: &str| text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    match first {
        _ if text.starts_with("//") => text.find('\n').unwrap_or(text.len()),
        _ if text.starts_with("::") => 2,
        '"' => quoted(text),
        '\'' => character(text),
        'r' if text.starts_with("r\"") || text.starts_with("r#") => raw_text(text),
        _ if first.is_alphanumeric() || first == '_' => word(text),
        _ => first.len_utf8(),
    }
}

fn quoted(text: &str) -> usize {
    let mut characters = text.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return at + 1,
            '\\' => drop(characters.next()),
            _ => {}
        }
    }
    text.len()
}

/// A character in quotes, or the mark of a lifetime, which has no second quote.
fn character(text: &str) -> usize {
    let mut after = text.char_indices().skip(1);
    let end = match after.next() {
        Some((_, '\\')) => text[3..].find('\'').map(|at| at + 4),
        _ => after.next().filter(|(_, second)| *second == '\'').map(|(at, _)| at + 1),
    };
    end.unwrap_or(1)
}

/// `r"..."`, `r#"..."#`; a word such as `r#type` ends at its last letter.
fn raw_text(text: &str) -> usize {
    let marks = text[1..].bytes().take_while(|byte| *byte == b'#').count();
    let Some(inner) = text[1 + marks..].strip_prefix('"') else { return 1 + marks };
    let end = format!("\"{}", "#".repeat(marks));
    inner.find(&end).map_or(text.len(), |at| 2 + marks + at + end.len())
}

/// The tokens without attributes, and without the item below each `#[cfg(test)]`.
fn without_tests(tokens: Vec<&str>) -> Vec<&str> {
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if !is_attribute(&tokens[at..]) {
            kept.push(tokens[at]);
            at += 1;
            continue;
        }
        let end = at + balanced(&tokens[at..]);
        let is_test = tokens[at..end].concat() == "#[cfg(test)]";
        at = end;
        if is_test {
            while is_attribute(&tokens[at..]) {
                at += balanced(&tokens[at..]);
            }
            at += item(&tokens[at..]);
        }
    }
    kept
}

fn is_attribute(tokens: &[&str]) -> bool {
    tokens.starts_with(&["#", "["]) || tokens.starts_with(&["#", "!", "["])
}

/// The number of tokens up to the end of the first bracket.
fn balanced(tokens: &[&str]) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        match *token {
            "[" | "{" | "(" => depth += 1,
            "]" | "}" | ")" if depth == 1 => return at + 1,
            "]" | "}" | ")" => depth -= 1,
            _ => {}
        }
    }
    tokens.len()
}

/// The number of tokens of an item: up to a semicolon, or the end of its braces.
fn item(tokens: &[&str]) -> usize {
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at] {
            ";" => return at + 1,
            "{" => return at + balanced(&tokens[at..]),
            "(" | "[" => at += balanced(&tokens[at..]),
            _ => at += 1,
        }
    }
    tokens.len()
}
