//! Which sections of a file a call needs.

use crate::grammar::{FileKind, Header};

/// Whether the caller needs a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Want {
    /// It does.
    Yes,
    /// It may: keep it where there is room.
    Perhaps,
    /// It does not.
    No,
}

/// The section that is wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) kind: WantedKind,
    pub(crate) name: &'a [u8],
}

/// What kind of section that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WantedKind {
    /// A profile of the config file, and perhaps the sections that it may name.
    ProfileAndWhatItNames,
    /// A profile of the credentials file.
    Credentials,
    SsoSession,
    Services,
}

impl Wanted<'_> {
    /// The file that it stands in.
    pub(crate) fn file(&self) -> FileKind {
        match self.kind {
            WantedKind::Credentials => FileKind::Credentials,
            _ => FileKind::Config,
        }
    }

    pub(crate) fn want(&self, header: &Header<'_>) -> Want {
        let is_named = |name: &[u8]| if name == self.name { Want::Yes } else { Want::No };
        match (self.kind, header) {
            (WantedKind::ProfileAndWhatItNames, Header::SsoSession(_) | Header::Services(_)) => {
                Want::Perhaps
            }
            (
                WantedKind::ProfileAndWhatItNames | WantedKind::Credentials,
                Header::Profile { name, .. },
            )
            | (WantedKind::SsoSession, Header::SsoSession(name))
            | (WantedKind::Services, Header::Services(name)) => is_named(name),
            _ => Want::No,
        }
    }

    /// Whether a header, to the end of its line or beyond it, is so plainly another section's that it need
    /// not be parsed. Nearly every one of a large file is. `is_full`: what may be needed is not kept any more.
    pub(crate) fn is_plainly_another(&self, text: &[u8], is_full: bool) -> bool {
        let (kind, name) = match text {
            [b'[', name @ ..] if self.kind == WantedKind::Credentials => (self.kind, name),
            [b'[', b'p', rest @ ..] => match rest.strip_prefix(b"rofile ") {
                Some(name) => (WantedKind::ProfileAndWhatItNames, name),
                None => return false,
            },
            [b'[', b's', b's', rest @ ..] => match rest.strip_prefix(b"o-session ") {
                Some(name) => (WantedKind::SsoSession, name),
                None => return false,
            },
            [b'[', b'd', rest @ ..] if rest.starts_with(b"efault]") => {
                return self.kind != WantedKind::ProfileAndWhatItNames || self.name != b"default";
            }
            [b'[', b's', b'e', rest @ ..] => match rest.strip_prefix(b"rvices ") {
                Some(name) => (WantedKind::Services, name),
                None => return false,
            },
            _ => return false,
        };
        match self.kind {
            own if own == kind => self.is_another_name(name),
            WantedKind::ProfileAndWhatItNames => is_full,
            _ => true,
        }
    }

    /// Whether a name, to the end of its line, is not the wanted one: quotes aside, by the first byte in
    /// which the two differ.
    fn is_another_name(&self, rest: &[u8]) -> bool {
        // Behind an opening quote the name begins; what ends it, or escapes a letter, is left to the parser.
        let rest = match rest {
            [quote @ (b'"' | b'\''), inner @ ..] if !self.name.starts_with(&[*quote]) => inner,
            rest => rest,
        };
        let differing = rest.iter().zip(self.name).position(|(one, other)| one != other);
        let at = differing.unwrap_or(self.name.len());
        rest.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar;

    const KINDS: [WantedKind; 4] = [
        WantedKind::ProfileAndWhatItNames,
        WantedKind::Credentials,
        WantedKind::SsoSession,
        WantedKind::Services,
    ];

    /// What is left out without a closer look is never what is wanted.
    #[test]
    fn nothing_wanted_is_left_out() {
        const PIECES: &[&str] = &[
            "profile ",
            "sso-session ",
            "services ",
            "profile\t",
            "dev",
            "de",
            "v",
            "'",
            "\"",
            "\\",
            " ",
            "]",
            "#",
            "-",
            "default",
            "é",
        ];
        let mut dice = mutations::Dice(0x5eed_0016_5eed_0016);
        let (mut left_out, mut found) = (0, 0);
        for _ in 0..100_000 {
            let mut line = "[".to_owned();
            for _ in 0..dice.roll(6) {
                line.push_str(dice.pick(PIECES));
            }
            line.push_str(dice.pick(&["]", "", "] # c"]));
            for kind in KINDS {
                let wanted = Wanted { kind, name: dice.pick(&["dev", "default", "de"]).as_bytes() };
                let want = wanted.want(&grammar::header(line.as_bytes(), wanted.file()).header);
                found += usize::from(want == Want::Yes);
                if wanted.is_plainly_another(line.as_bytes(), false) {
                    left_out += 1;
                    assert_eq!(want, Want::No, "{line} for {wanted:?}");
                }
                if wanted.is_plainly_another(line.as_bytes(), true) {
                    assert_ne!(want, Want::Yes, "{line} for {wanted:?}");
                }
            }
        }
        assert!(left_out > 10_000 && found > 1_000, "{left_out} {found}");
    }
}
