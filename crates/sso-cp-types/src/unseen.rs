//! Characters that a person cannot see, and that make other characters look like what they are not.

/// Whether a character is more or less than what is seen: C0, DEL, C1, and the invisible characters that reorder or hide
/// text (Unicode's bidi controls, zero-width characters, line separators, tags).
pub fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::is_unseen;

    #[test]
    fn what_hides_or_turns_a_text_around_is_unseen() {
        let unseen = "\0\t\n\r\u{1b}\u{7f}\u{9b}\u{ad}\u{61c}\u{200b}\u{200f}\u{2028}\u{202e}\u{2060}\u{2069}\u{feff}\u{fff9}\u{e0041}";
        assert!(unseen.chars().all(is_unseen));
        let seen = " ~éß\u{a0}漢字ไทย\u{2010}\u{2030}\u{3000}\u{fffd}😀";
        assert!(!seen.chars().any(is_unseen));
    }
}
