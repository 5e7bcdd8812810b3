//! One screen of the picker as text: a line to type in, the heads of the columns, the rows, and a line of help. It
//! fits whatever room there is: columns are left out from the right, and nothing is ever wrapped.

use super::choices::Details;
use crate::messages::page::Colours;
use crate::messages::text::clean;

/// The room of a terminal, in letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) columns: usize,
    pub(super) rows: usize,
}

/// What is to be seen.
pub(super) struct View<'a> {
    /// What is chosen: `profile`.
    pub(super) what: &'a str,
    pub(super) heads: &'a [&'a str],
    pub(super) typed: &'a str,
    pub(super) rows: Vec<(&'a str, Details)>,
    /// Which of the rows the person is at.
    pub(super) at: usize,
    /// How many rows fit what was typed, and how many there are.
    pub(super) counts: [usize; 2],
}

/// Lines that are not rows of the list: the one to type in, the heads, and the help.
const FRAME_LINES: usize = 3;
/// With fewer lines than this the list is alone with what was typed.
const MIN_LINES: usize = 6;
const GAP: usize = 2;
/// A name may have so much of the line before other columns are left out.
const NAME_SHARE: usize = 2;
/// What stands before a row: where the person is, for terminals without colours too.
const MARKS: [&str; 2] = ["> ", "  "];

/// How many rows of the list there is room for.
pub(super) fn page(size: Size) -> usize {
    let others = if size.rows < MIN_LINES { 1 } else { FRAME_LINES };
    size.rows.saturating_sub(others).max(1)
}

/// The screen, from its first line on, and the cursor where one types.
pub(super) fn frame(view: &View<'_>, size: Size, colours: Colours) -> String {
    let is_small = size.rows < MIN_LINES;
    let widths = widths(view, size.columns);
    let mut lines = Vec::new();
    let prompt = format!("{}> {}", view.what, clean(view.typed));
    // The end of what is typed is what one looks at.
    let prompt = tail(&prompt, size.columns.saturating_sub(1));
    let cursor = width(&prompt) + 1;
    lines.push(prompt);
    if !is_small {
        let heads: Vec<String> = view.heads.iter().map(|head| (*head).to_owned()).collect();
        let heads = row(MARKS[1], &heads, &widths);
        lines.push(painted(&heads, "1", colours));
    }
    for (at, (name, details)) in view.rows.iter().enumerate() {
        let mut cells = vec![clean(name)];
        cells.extend(details.iter().map(|text| clean(text)));
        let is_here = at == view.at;
        let line = row(MARKS[usize::from(!is_here)], &cells, &widths);
        lines.push(if is_here { painted(&line, "7", colours) } else { line });
    }
    if !is_small {
        let [fitting, all] = view.counts;
        let help = format!("{fitting} of {all}  Enter: take it  Esc: leave");
        lines.push(painted(&cut(&help, size.columns), "2", colours));
    }
    // To the first place; each line wiped behind its end, and what is below the last one.
    format!("\u{1b}[H{}\u{1b}[K\u{1b}[J\u{1b}[1;{cursor}H", lines.join("\u{1b}[K\r\n"))
}

/// How wide each column is: as its widest cell on the screen, the name cut where others would not fit, and the
/// last columns left out where they do not fit even then.
fn widths(view: &View<'_>, columns: usize) -> Vec<usize> {
    let room = columns.saturating_sub(MARKS[0].len());
    let cell = |at: usize, (name, details): &(&str, Details)| match at {
        0 => width(&clean(name)),
        _ => details.get(at - 1).map_or(0, |text| width(&clean(text))),
    };
    let widest = |(at, head): (usize, &&str)| {
        view.rows.iter().map(|row| cell(at, row)).max().unwrap_or_default().max(head.len())
    };
    let mut widths: Vec<usize> = view.heads.iter().enumerate().map(widest).collect();
    let others: usize = widths.iter().skip(1).map(|width| width + GAP).sum();
    if let Some(name) = widths.first_mut() {
        *name = (*name).min(room.saturating_sub(others).max(room / NAME_SHARE));
    }
    let mut used = 0;
    let fits = |(at, width): (usize, &usize)| {
        used += width + if at == 0 { 0 } else { GAP };
        used <= room
    };
    let kept = widths.iter().enumerate().map(fits).take_while(|fits| *fits).count();
    widths.truncate(kept.max(1));
    if kept <= 1
        && let Some(name) = widths.first_mut()
    {
        *name = room;
    }
    widths
}

/// The cells beside each other, cut to their columns.
fn row(mark: &str, cells: &[String], widths: &[usize]) -> String {
    let mut line = mark.to_owned();
    for (at, (cell, wide)) in cells.iter().zip(widths).enumerate() {
        let cell = cut(cell, *wide);
        let blanks = if at + 1 == widths.len() { 0 } else { wide - width(&cell) + GAP };
        line.push_str(&cell);
        line.extend(std::iter::repeat_n(' ', blanks));
    }
    line
}

/// ECMA-48's SGR.
fn painted(text: &str, how: &str, colours: Colours) -> String {
    match colours {
        Colours::On => format!("\u{1b}[{how}m{text}\u{1b}[0m"),
        Colours::Off => text.to_owned(),
    }
}

/// The beginning of a text that is too long, with a mark behind it.
fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut used = "…".chars().count();
    let fits = |letter: &char| {
        used += letter_width(*letter);
        used <= columns
    };
    let kept: String = text.chars().take_while(fits).collect();
    if columns == 0 { String::new() } else { kept + "…" }
}

/// The end of a text that is too long.
fn tail(text: &str, columns: usize) -> String {
    let mut used = 0;
    let fits = |(_, letter): &(usize, char)| {
        used += letter_width(*letter);
        used <= columns
    };
    let from = text.char_indices().rev().take_while(fits).last().map_or(text.len(), |(at, _)| at);
    text[from..].to_owned()
}

fn width(text: &str) -> usize {
    text.chars().map(letter_width).sum()
}

/// How many columns a letter takes, near enough: letters of East Asia and emoji two, what combines with the letter
/// before it none. Where a terminal has it otherwise, the picker has told it not to wrap lines.
fn letter_width(letter: char) -> usize {
    match letter {
        '\u{300}'..='\u{36f}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADS: [&str; 4] = ["PROFILE", "ACCOUNT", "ROLE", "STATE"];

    fn details(parts: [&str; 3]) -> Details {
        parts.map(str::to_owned).to_vec()
    }

    /// The lines as a terminal without colours shows them.
    fn shown(view: &View<'_>, columns: usize, rows: usize) -> Vec<String> {
        let frame = frame(view, Size { columns, rows }, Colours::Off);
        let text =
            frame.strip_prefix("\u{1b}[H").unwrap().split("\u{1b}[K\u{1b}[J").next().unwrap();
        text.split("\u{1b}[K\r\n").map(str::to_owned).collect()
    }

    fn view() -> View<'static> {
        View {
            what: "profile",
            heads: &HEADS,
            typed: "de",
            rows: vec![
                ("payments-dev", details(["111122223333 Payments", "ReadOnly", "ready"])),
                ("dev\u{1b}[2J", details(["-", "-", "sign in"])),
                ("漢字", details(["1", "é", "ready"])),
            ],
            at: 1,
            counts: [3, 20_000],
        }
    }

    #[test]
    fn the_columns_stand_below_each_other() {
        let expected = [
            "profile> de",
            "  PROFILE       ACCOUNT                ROLE      STATE",
            "  payments-dev  111122223333 Payments  ReadOnly  ready",
            "> dev\\u{1b}[2J  -                      -         sign in",
            "  漢字          1                      é         ready",
            "3 of 20000  Enter: take it  Esc: leave",
        ];
        assert_eq!(shown(&view(), 80, 24), expected);
    }

    #[test]
    fn nothing_is_wider_than_the_terminal_or_higher() {
        for columns in 1..100 {
            for rows in 1..12 {
                let mut view = view();
                view.rows.truncate(page(Size { columns, rows }));
                let lines = shown(&view, columns, rows);
                assert!(lines.len() <= rows.max(2), "{columns}x{rows}: {lines:?}");
                let widest = lines.iter().map(|line| width(line)).max().unwrap();
                assert!(widest <= columns.max(3), "{columns}x{rows}: {lines:?}");
            }
        }
        let narrow = [
            "profile> de",
            "  PROFILE",
            "  payments-dev",
            "> dev\\u{1b}[2J",
            "  漢字",
            "3 of 20000  Enter: …",
        ];
        assert_eq!(shown(&view(), 20, 24), narrow);
    }

    #[test]
    fn the_end_of_what_is_typed_is_seen_and_the_cursor_behind_it() {
        let typed = "x".repeat(40) + "end";
        let view = View { typed: &typed, ..view() };
        assert!(shown(&view, 20, 9)[0].ends_with("xend"));
        let frame = frame(&view, Size { columns: 20, rows: 9 }, Colours::On);
        assert!(frame.ends_with("\u{1b}[1;20H"), "{frame:?}");
        assert!(frame.contains("\u{1b}[7m> dev"), "{frame:?}");
    }

    #[test]
    fn texts_are_cut_by_what_they_take_on_the_screen() {
        assert_eq!(cut("漢字漢字", 5), "漢字…");
        assert_eq!(cut("e\u{301}a", 2), "e\u{301}a");
        assert_eq!([cut("abc", 2), cut("abc", 1), cut("abc", 0)], ["a…", "…", ""]);
    }
}
