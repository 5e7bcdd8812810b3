//! Texts that must not be seen.

use std::fmt;

use zeroize::Zeroizing;

use crate::visible::is_visible;

/// A text that must not be seen: a token, a client secret, a secret access key.
///
/// It has no `Display`, its `Debug` says nothing, and its memory is zeroed on drop. The one way to
/// the text is [`Secret::expose`], so that a search for that word finds every use.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over; the caller should hold no other copy of it.
    pub fn new(text: impl Into<Zeroizing<String>>) -> Secret {
        Secret(text.into())
    }

    /// The text itself, for the one place that sends or stores it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether the text can stand in an HTTP header and in a JSON document as it is: not empty, and
    /// nothing but visible ASCII. AWS's tokens and keys always are; a token with a line break in it
    /// is an injection, not a token.
    pub fn is_well_formed(&self) -> bool {
        is_visible_ascii(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

pub(crate) fn is_visible_ascii(text: &str) -> bool {
    !text.is_empty() && is_visible(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_tells_nothing() {
        let secret = Secret::new("hunter2".to_owned());
        assert_eq!(format!("{secret:?}"), "Secret(..)");
    }

    #[test]
    fn only_visible_ascii_is_well_formed() {
        for good in ["aoaMadeUp", "a+/=_.~-", "x"] {
            assert!(Secret::new(good.to_owned()).is_well_formed(), "{good}");
        }
        for bad in ["", "a b", "a\r\nx: y", "a\0", "\u{1b}[0m", "é"] {
            assert!(!Secret::new(bad.to_owned()).is_well_formed(), "{bad:?}");
        }
    }
}
