//! Tables for people: aligned columns, and colours where a terminal shows them.

use crate::messages::text::clean;

/// What stands in one place of a table.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    text: String,
    tone: Tone,
}

/// How a cell is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// As any text.
    Plain,
    /// The head of a column.
    Head,
    /// All is well.
    Good,
    /// It works, but not for long or not at once.
    Fair,
    /// It does not work.
    Bad,
}

/// Whether colours are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colours {
    /// By the sequences of ECMA-48.
    On,
    /// Plain text.
    Off,
}

impl Cell {
    /// A text, foreign or not.
    pub(crate) fn new(text: &str, tone: Tone) -> Cell {
        Cell { text: clean(text), tone }
    }

    /// A text without any colour.
    pub(crate) fn plain(text: &str) -> Cell {
        Cell::new(text, Tone::Plain)
    }

    fn width(&self) -> usize {
        self.text.chars().count()
    }
}

/// The rows below each other, two blanks between the columns, none at the end of a line.
pub(crate) fn lines(heads: &[&str], rows: &[Vec<Cell>], colours: Colours) -> String {
    let heads: Vec<Cell> = heads.iter().map(|head| Cell::new(head, Tone::Head)).collect();
    let rows: Vec<&Vec<Cell>> = std::iter::once(&heads).chain(rows).collect();
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(Cell::width).max();
    let widths: Vec<usize> = (0..heads.len()).filter_map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut blanks = 0;
        for (cell, width) in row.iter().zip(&widths) {
            text.extend(std::iter::repeat_n(' ', blanks));
            text.push_str(&painted(cell, colours));
            blanks = width - cell.width() + 2;
        }
        text.push('\n');
    }
    text
}

/// A cell with its colour.
pub(crate) fn painted(cell: &Cell, colours: Colours) -> String {
    let colour = match cell.tone {
        _ if colours == Colours::Off || cell.text.is_empty() => return cell.text.clone(),
        Tone::Plain => return cell.text.clone(),
        Tone::Head => "1",
        Tone::Good => "32",
        Tone::Fair => "33",
        Tone::Bad => "31",
    };
    format!("\u{1b}[{colour}m{}\u{1b}[0m", cell.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_with_and_without_colours() {
        let rows = [
            vec![Cell::plain("équipe"), Cell::new("active", Tone::Good)],
            vec![Cell::plain("b"), Cell::new("\u{1b}[2J", Tone::Bad)],
        ];
        let plain = "NAME    STATE\néquipe  active\nb       \\u{1b}[2J\n";
        assert_eq!(lines(&["NAME", "STATE"], &rows, Colours::Off), plain);
        let painted = lines(&["NAME", "STATE"], &rows, Colours::On);
        assert!(painted.contains("équipe  \u{1b}[32mactive\u{1b}[0m\n"), "{painted:?}");
    }
}
