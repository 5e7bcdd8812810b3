//! Tables for people: aligned columns that fit the width, and colours where a terminal shows them.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::messages::page::{Colours, Page};
use crate::messages::text::clean;

/// No column is cut to less than this, as narrow as the page may be.
const NARROWEST: usize = 6;
/// The length of an account's id, which is of no use without its end.
const SHORT: usize = 12;
/// Between two columns.
const GAP: usize = 2;

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
        self.text.width()
    }

    /// As it stands in a column, what does not fit cut off.
    fn cut(&self, width: usize) -> Cell {
        if self.width() <= width {
            return self.clone();
        }
        let mut text = String::new();
        let mut room = width.saturating_sub("…".width());
        for letter in self.text.chars() {
            let Some(left) = room.checked_sub(letter.width().unwrap_or(0)) else { break };
            room = left;
            text.push(letter);
        }
        Cell { text: text + "…", tone: self.tone }
    }
}

/// The rows below each other, two blanks between the columns, none at the end of a line. Where they do not
/// fit the page, the widest columns are cut.
pub(crate) fn lines(heads: &[&str], rows: &[Vec<Cell>], page: &Page) -> String {
    let heads: Vec<Cell> = heads.iter().map(|head| Cell::new(head, Tone::Head)).collect();
    let rows: Vec<&Vec<Cell>> = std::iter::once(&heads).chain(rows).collect();
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(Cell::width).max();
    let widths = fitting((0..heads.len()).filter_map(width).collect(), page.width);
    let mut text = String::new();
    for row in rows {
        let mut blanks = 0;
        for (cell, width) in row.iter().zip(&widths) {
            let cell = cell.cut(*width);
            text.extend(std::iter::repeat_n(' ', blanks));
            text.push_str(&painted(&cell, page.colours));
            blanks = width.saturating_sub(cell.width()) + GAP;
        }
        text.push('\n');
    }
    text
}

/// The widths of the columns, the widest made narrower until all of them fit. Short ones, an account's id
/// among them, are cut last.
fn fitting(mut widths: Vec<usize>, page: usize) -> Vec<usize> {
    let gaps = GAP * widths.len().saturating_sub(1);
    let is_long: Vec<bool> = widths.iter().map(|width| *width > SHORT).collect();
    for all in [false, true] {
        while widths.iter().sum::<usize>() + gaps > page {
            let columns = widths.iter_mut().zip(&is_long).filter(|(_, is_long)| **is_long || all);
            match columns.map(|(width, _)| width).max() {
                Some(widest) if *widest > NARROWEST => *widest -= 1,
                _ => break,
            }
        }
    }
    widths
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
        assert_eq!(lines(&["NAME", "STATE"], &rows, &Page::plain(80)), plain);
        let page = Page { colours: Colours::On, ..Page::plain(80) };
        let painted = lines(&["NAME", "STATE"], &rows, &page);
        assert!(painted.contains("équipe  \u{1b}[32mactive\u{1b}[0m\n"), "{painted:?}");
    }

    #[test]
    fn the_widest_columns_are_cut_until_the_table_fits() {
        let long = "a-very-long-name-of-a-profile-that-nobody-types";
        let rows = [vec![
            Cell::plain(long),
            Cell::plain("111122223333"),
            Cell::plain("漢字漢字漢字漢字漢字"),
        ]];
        let heads = ["PROFILE", "ACCOUNT", "ROLE"];
        let text = lines(&heads, &rows, &Page::plain(48));
        assert!(text.lines().all(|line| line.width() <= 48), "{text}");
        assert!(
            text.contains("111122223333") && text.contains("a-very-long-n") && text.contains('…'),
            "{text}"
        );
        assert!(lines(&heads, &rows, &Page::plain(100)).contains(long));
    }
}
