//! What a person presses, read off the bytes that a terminal sends for it.

/// One press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// A letter of the text that narrows.
    Letter(char),
    Backspace,
    /// The last word goes.
    EraseWord,
    /// All of the text goes.
    EraseAll,
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    Accept,
    Cancel,
    /// Ctrl-Z: the shell wants to be had for a moment.
    Suspend,
    /// Something else has written on the screen.
    Redraw,
}

/// From bytes to presses. Escape alone and the beginning of an arrow are the same byte: only a pause tells
/// one from the other.
#[derive(Debug, Default)]
pub(super) struct Keys {
    /// What may still become a press.
    begun: Vec<u8>,
}

const ESCAPE: u8 = 0x1b;
/// A sequence of a terminal's has no more than this; what is longer is noise.
const LONGEST: usize = 16;

impl Keys {
    /// Takes the next byte; gives the press that it ends.
    pub(super) fn take(&mut self, byte: u8) -> Option<Key> {
        if byte == ESCAPE && !self.begun.is_empty() {
            // What came before is not to be finished. Twice in a row, it was meant as such.
            let was_escape = self.begun == [ESCAPE];
            self.begun = vec![ESCAPE];
            return was_escape.then_some(Key::Cancel);
        }
        self.begun.push(byte);
        let (key, is_done) = match self.begun.first() {
            Some(&ESCAPE) => sequence(&self.begun),
            Some(0x80..) => letter(&self.begun),
            _ => (control(byte), true),
        };
        if is_done || self.begun.len() > LONGEST {
            self.begun.clear();
        }
        key
    }

    /// Nothing more has come for a while.
    pub(super) fn pause(&mut self) -> Option<Key> {
        let was_escape = self.begun == [ESCAPE];
        self.begun.clear();
        was_escape.then_some(Key::Cancel)
    }
}

/// One byte that is a press by itself: a letter, or the Control key and one.
fn control(byte: u8) -> Option<Key> {
    const fn ctrl(letter: u8) -> u8 {
        letter & 0x1f
    }
    const DELETE: u8 = 0x7f;
    const C: u8 = ctrl(b'c');
    const D: u8 = ctrl(b'd');
    const G: u8 = ctrl(b'g');
    const H: u8 = ctrl(b'h');
    const I: u8 = ctrl(b'i');
    const J: u8 = ctrl(b'j');
    const L: u8 = ctrl(b'l');
    const M: u8 = ctrl(b'm');
    const N: u8 = ctrl(b'n');
    const P: u8 = ctrl(b'p');
    const U: u8 = ctrl(b'u');
    const W: u8 = ctrl(b'w');
    const Z: u8 = ctrl(b'z');
    Some(match byte {
        C | D | G => Key::Cancel,
        J | M => Key::Accept,
        H | DELETE => Key::Backspace,
        W => Key::EraseWord,
        U => Key::EraseAll,
        N | I => Key::Down,
        P => Key::Up,
        L => Key::Redraw,
        Z => Key::Suspend,
        b' '..=b'~' => Key::Letter(char::from(byte)),
        _ => return None,
    })
}

/// A letter of several bytes, and whether they are all there. What is not UTF-8 is dropped.
fn letter(bytes: &[u8]) -> (Option<Key>, bool) {
    match str::from_utf8(bytes) {
        Ok(text) => {
            (text.chars().next().filter(|letter| !letter.is_control()).map(Key::Letter), true)
        }
        Err(error) => (None, error.error_len().is_some()),
    }
}

/// ECMA-48's sequences: `ESC [`, parameters, and a letter that ends them; `ESC O` and a letter in another mode of
/// the keyboard; `ESC` and a letter where Alt is held, which means nothing here.
fn sequence(bytes: &[u8]) -> (Option<Key>, bool) {
    let (parameters, last) = match bytes {
        [_] | [_, b'[' | b'O'] => return (None, false),
        [_, b'O', last] => (&[][..], *last),
        [_, b'[', middle @ .., last] => (middle, *last),
        _ => return (None, true),
    };
    if !(b'@'..=b'~').contains(&last) {
        return (None, false);
    }
    let key = match (last, parameters) {
        (b'A', _) => Some(Key::Up),
        (b'B', _) => Some(Key::Down),
        (b'Z', _) => Some(Key::Up),
        (b'H', _) | (b'~', b"1" | b"7") => Some(Key::First),
        (b'F', _) | (b'~', b"4" | b"8") => Some(Key::Last),
        (b'~', b"5") => Some(Key::PageUp),
        (b'~', b"6") => Some(Key::PageDown),
        (b'M', _) if bytes[1] == b'O' => Some(Key::Accept),
        _ => None,
    };
    (key, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The presses of what was sent in one go, and of the pause behind it.
    fn pressed(bytes: &[u8]) -> Vec<Key> {
        let mut keys = Keys::default();
        let mut pressed: Vec<Key> = bytes.iter().filter_map(|byte| keys.take(*byte)).collect();
        pressed.extend(keys.pause());
        assert!(keys.begun.is_empty());
        pressed
    }

    #[test]
    fn letters_of_any_script_are_letters() {
        let letters = |text: &str| text.chars().map(Key::Letter).collect::<Vec<_>>();
        for text in ["dev-1 ~", "é漢😀"] {
            assert_eq!(pressed(text.as_bytes()), letters(text));
        }
        assert_eq!(pressed(b"\xffa\xe6\xbc"), [Key::Letter('a')]);
        assert_eq!(pressed("\u{9b}x".as_bytes()), [Key::Letter('x')], "C1 is not a letter");
    }

    #[test]
    fn what_terminals_send_for_keys_is_known() {
        for (bytes, key) in [
            (&b"\x1b[A"[..], Key::Up),
            (b"\x1bOA", Key::Up),
            (b"\x10", Key::Up),
            (b"\x1b[Z", Key::Up),
            (b"\x1b[1;5B", Key::Down),
            (b"\t", Key::Down),
            (b"\x1b[5~", Key::PageUp),
            (b"\x1b[6~", Key::PageDown),
            (b"\x1b[H", Key::First),
            (b"\x1b[1~", Key::First),
            (b"\x1bOF", Key::Last),
            (b"\x1b[4~", Key::Last),
            (b"\r", Key::Accept),
            (b"\n", Key::Accept),
            (b"\x1bOM", Key::Accept),
            (b"\x7f", Key::Backspace),
            (b"\x08", Key::Backspace),
            (b"\x17", Key::EraseWord),
            (b"\x15", Key::EraseAll),
            (b"\x03", Key::Cancel),
            (b"\x1b", Key::Cancel),
            (b"\x1b\x1b", Key::Cancel),
            (b"\x1a", Key::Suspend),
            (b"\x0c", Key::Redraw),
        ] {
            assert_eq!(pressed(bytes)[..1], [key], "{bytes:?}");
        }
    }

    #[test]
    fn what_means_nothing_here_is_passed_over_whole() {
        for bytes in [
            &b"\x1b[200~"[..],
            b"\x1b[C",
            b"\x1b[3~",
            b"\x1b[?1;2c",
            b"\x1bx",
            b"\x1b[",
            b"\x1bO",
            b"\x00",
            b"\x1b[I",
            b"\x1b[<0;1;1M",
        ] {
            assert_eq!(pressed(bytes), [], "{bytes:?}");
        }
        assert_eq!(pressed(b"\x1b[\x1b[Aa"), [Key::Up, Key::Letter('a')]);
        let endless = [&b"\x1b["[..], &[b'0'; 1000]].concat();
        assert!(pressed(&endless).iter().all(|key| *key == Key::Letter('0')));
    }
}
