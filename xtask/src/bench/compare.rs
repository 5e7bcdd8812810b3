//! The table that most sections have: what each row took, and how often it is the time of one of them.

use super::report::{Kind, Point};
use super::table::{Table, middle_half, milliseconds, ratio};
use super::timing::{Row, Summary};

/// The rows with their times in milliseconds, and their medians as multiples of the row that is the yardstick.
pub(super) fn compared(
    rows: &[Row<'_>],
    summaries: &[Summary],
    (yardstick, its_name): (usize, &str),
    goal: impl Fn(usize, f64) -> String,
) -> Table {
    let relative = format!("times {its_name}");
    let mut table =
        Table::new(&["program", "least", "median, ms", "middle half", &relative, "goal"]);
    for (index, (row, summary)) in rows.iter().zip(summaries).enumerate() {
        let multiple = summary.times(&summaries[yardstick]);
        table.row([
            row.name.clone(),
            milliseconds(summary.min),
            milliseconds(summary.median),
            middle_half(summary),
            ratio(multiple),
            goal(index, multiple),
        ]);
    }
    table
}

/// The rows as points of the picture.
pub(super) fn points(
    rows: &[Row<'_>],
    summaries: &[Summary],
    kind: impl Fn(usize) -> Kind,
) -> Vec<Point> {
    let point = |(index, (row, summary)): (usize, (&Row<'_>, &Summary))| Point {
        kind: kind(index),
        name: row.name.replace('`', ""),
        summary: *summary,
    };
    rows.iter().zip(summaries).enumerate().map(point).collect()
}
