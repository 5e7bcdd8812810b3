//! Numbers and tables as a reader of Markdown wants them.

use super::timing::Summary;
use std::fmt;
use std::time::Duration;

/// A Markdown table that is filled row by row.
pub(super) struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(head: &[&str]) -> Self {
        Self { head: head.iter().map(|&cell| cell.to_owned()).collect(), rows: Vec::new() }
    }

    pub(super) fn row<const CELLS: usize>(&mut self, cells: [String; CELLS]) {
        self.rows.push(cells.into());
    }

    /// A row of as many cells as the head has.
    pub(super) fn cells(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |out: &mut fmt::Formatter<'_>, cells: &[String]| {
            writeln!(out, "| {} |", cells.join(" | "))
        };
        line(out, &self.head)?;
        line(out, &vec!["---".to_owned(); self.head.len()])?;
        self.rows.iter().try_for_each(|row| line(out, row))
    }
}

/// Where the middle half of the times lies, in milliseconds.
pub(super) fn middle_half(summary: &Summary) -> String {
    format!("{} to {}", milliseconds(summary.lower_quartile), milliseconds(summary.upper_quartile))
}

/// Milliseconds with three digits or more: 0.287, 13.4, 612.
pub(super) fn milliseconds(time: Duration) -> String {
    let value = time.as_secs_f64() * 1e3;
    match value {
        _ if value < 1.0 => format!("{value:.3}"),
        _ if value < 10.0 => format!("{value:.2}"),
        _ if value < 100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

/// A ratio with the digits that mean something: 0.59, 12.3, 1840.
pub(super) fn ratio(value: f64) -> String {
    match value {
        _ if value < 10.0 => format!("{value:.2}"),
        _ if value < 100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

/// Says what was to be reached and whether it is.
pub(super) fn at_most(value: f64, limit: f64, unit: &str) -> String {
    judged("at most", value <= limit, limit, unit)
}

/// Says what was to be reached and whether it is, where more is better.
pub(super) fn at_least(value: f64, limit: f64, unit: &str) -> String {
    judged("at least", value >= limit, limit, unit)
}

fn judged(relation: &str, is_reached: bool, limit: f64, unit: &str) -> String {
    let goal = format!("{relation} {limit} {unit}");
    format!("{}: {}", goal.trim_end(), if is_reached { "reached" } else { "**missed**" })
}

/// A count, its thousands apart, or a dash where its tool is missing.
pub(crate) fn count(value: Option<u64>) -> String {
    let Some(value) = value else { return "-".to_owned() };
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_head_a_rule_and_its_rows() {
        let mut table = Table::new(&["a", "b"]);
        table.row(["1".to_owned(), "2".to_owned()]);
        assert_eq!(table.to_string(), "| a | b |\n| --- | --- |\n| 1 | 2 |\n");
    }

    #[test]
    fn a_value_is_judged_by_its_limit() {
        assert_eq!(at_most(1.6, 1.6, ""), "at most 1.6: reached");
        assert_eq!(at_most(2.5, 2.2, "MB"), "at most 2.2 MB: **missed**");
        assert_eq!(at_most(f64::NAN, 1.0, ""), "at most 1: **missed**");
        assert_eq!(at_least(299.0, 300.0, "times"), "at least 300 times: **missed**");
        assert_eq!(at_least(300.0, 300.0, ""), "at least 300: reached");
    }

    #[test]
    fn counts_have_their_thousands_apart() {
        let texts = [0, 999, 1_000, 90_000, 1_234_567].map(|value| count(Some(value)));
        assert_eq!(texts, ["0", "999", "1,000", "90,000", "1,234,567"]);
        assert_eq!(count(None), "-");
    }

    #[test]
    fn times_and_ratios_show_three_digits() {
        let times = [287, 1_234, 13_449, 612_000].map(Duration::from_micros).map(milliseconds);
        assert_eq!(times, ["0.287", "1.23", "13.4", "612"]);
        assert_eq!([0.591, 12.34, 1839.6].map(ratio), ["0.59", "12.3", "1840"]);
    }
}
