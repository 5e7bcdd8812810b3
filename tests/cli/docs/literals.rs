//! The texts in a Rust source: enough of the language's grammar to tell a string from a comment, an
//! attribute, a character and a lifetime.

/// Which texts are wanted.
#[derive(Clone, Copy)]
pub(super) enum Wanted<'a> {
    All,
    /// Those among the arguments of a function of one of these names.
    ArgumentsOf(&'a [&'a str]),
}

/// The texts of a source, without its tests.
pub(super) fn literals(source: &str, wanted: Wanted<'_>) -> Vec<String> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let mut reader = Reader { rest: source, word: String::new(), depth: 0, wanted };
    let mut found = Vec::new();
    while let Some(literal) = reader.next_literal() {
        found.push(literal);
    }
    found
}

struct Reader<'a> {
    rest: &'a str,
    /// The identifier that was read last.
    word: String,
    /// How deep in the brackets of a wanted call we are.
    depth: usize,
    wanted: Wanted<'a>,
}

impl Reader<'_> {
    fn next_literal(&mut self) -> Option<String> {
        loop {
            let first = self.rest.chars().next()?;
            if self.rest.starts_with("//") {
                self.skip(self.rest.find('\n').unwrap_or(self.rest.len()));
            } else if self.rest.starts_with("#[") || self.rest.starts_with("#!") {
                self.skip_attribute();
            } else if first == '\'' {
                self.skip_character();
            } else if first == '"' {
                let literal = self.read_text();
                if matches!(self.wanted, Wanted::All) || self.depth > 0 {
                    return Some(literal);
                }
            } else {
                self.note(first);
                self.skip(first.len_utf8());
            }
        }
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }

    /// Minds the brackets of a wanted call.
    fn note(&mut self, character: char) {
        match character {
            '(' if self.depth > 0 => self.depth += 1,
            '(' => {
                let Wanted::ArgumentsOf(names) = self.wanted else { return };
                self.depth = usize::from(names.contains(&self.word.as_str()));
            }
            ')' => self.depth = self.depth.saturating_sub(1),
            _ if character.is_alphanumeric() || character == '_' => {
                return self.word.push(character);
            }
            _ => {}
        }
        self.word.clear();
    }

    /// To the bracket that closes it; its own texts are reasons and help, which are not messages.
    fn skip_attribute(&mut self) {
        let mut depth = 0;
        while let Some(character) = self.rest.chars().next() {
            if character == '"' {
                self.read_text();
                continue;
            }
            self.skip(character.len_utf8());
            match character {
                '[' => depth += 1,
                ']' if depth == 1 => return,
                ']' => depth -= 1,
                _ => {}
            }
        }
    }

    /// A character in quotes, or a lifetime, which has no second quote.
    fn skip_character(&mut self) {
        let mut after = self.rest.char_indices().skip(1);
        let end = match after.next() {
            Some((_, '\\')) => self.rest[2..].find('\'').map(|at| at + 3),
            _ => after.next().filter(|(_, second)| *second == '\'').map(|(at, _)| at + 1),
        };
        self.skip(end.unwrap_or(1));
    }

    /// A text with its escapes resolved, as far as messages have any.
    fn read_text(&mut self) -> String {
        let mut text = String::new();
        let mut characters = self.rest.char_indices().skip(1);
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    self.skip(at + 1);
                    return text;
                }
                '\\' => match characters.next() {
                    Some((_, 'n')) => text.push('\n'),
                    Some((at, '\n')) => {
                        let blank = self.rest[at..].chars().take_while(|c| c.is_whitespace());
                        let more = blank.count() - 1;
                        characters.by_ref().take(more).for_each(drop);
                    }
                    Some((_, escaped)) => text.push(escaped),
                    None => {}
                },
                _ => text.push(character),
            }
        }
        self.rest = "";
        text
    }
}
