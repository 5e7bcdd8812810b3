//! What a text for people is made for.

use super::local_time::LocalTime;
use super::text::wrapped;

/// Whether colours are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colours {
    /// By the sequences of ECMA-48.
    On,
    /// Plain text.
    Off,
}

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    /// Something went well.
    Good,
    /// Something went wrong.
    Bad,
}

/// Lines of a message, what they begin with in its colour: `sso-cp:` of an error, and `hint:`.
pub(crate) fn painted(lines: &str, news: News, colours: Colours) -> String {
    if colours == Colours::Off {
        return lines.to_owned();
    }
    let line = |line: &str| match (line.strip_prefix("sso-cp: "), line.strip_prefix("hint: ")) {
        (Some(rest), _) if news == News::Bad => format!("\u{1b}[1;31msso-cp:\u{1b}[0m {rest}"),
        (None, Some(rest)) => format!("\u{1b}[36mhint:\u{1b}[0m {rest}"),
        _ => line.to_owned(),
    };
    lines.split_inclusive('\n').map(line).collect()
}

/// How wide it may be, and what the reader's terminal and clock show.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    /// In columns.
    pub(crate) width: usize,
    pub(crate) colours: Colours,
    pub(crate) local: LocalTime,
}

impl Page {
    /// A sentence in lines that fit, the first and all others indented.
    pub(crate) fn wrapped(&self, text: &str, first: usize, others: usize) -> String {
        wrapped(text, first, others, self.width)
    }

    /// Without colours, in UTC.
    #[cfg(test)]
    pub(crate) fn plain(width: usize) -> Page {
        Page { width, colours: Colours::Off, local: LocalTime::new(None) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginnings_of_lines_are_coloured() {
        let lines = "sso-cp: no\nhint: run `x`\n";
        assert_eq!(painted(lines, News::Bad, Colours::Off), lines);
        let bad = "\u{1b}[1;31msso-cp:\u{1b}[0m no\n\u{1b}[36mhint:\u{1b}[0m run `x`\n";
        assert_eq!(painted(lines, News::Bad, Colours::On), bad);
        let good = "sso-cp: no\n\u{1b}[36mhint:\u{1b}[0m run `x`\n";
        assert_eq!(painted(lines, News::Good, Colours::On), good);
    }
}
