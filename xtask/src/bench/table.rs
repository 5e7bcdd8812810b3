//! Numbers as a reader of a Markdown table wants them.

use super::timing::Summary;
use std::time::Duration;

/// `| min | median | quartiles` of a table's row, in microseconds.
pub(super) fn times(summary: &Summary) -> String {
    let Summary { min, lower_quartile, median, upper_quartile } = *summary;
    format!(
        "{:.0} | {:.0} | {:.0} to {:.0}",
        microseconds(min),
        microseconds(median),
        microseconds(lower_quartile),
        microseconds(upper_quartile)
    )
}

/// Says for each limit whether a value keeps it: the first is this stage's, further ones come later.
pub(super) fn verdict(value: f64, limits: &[f64], unit: &str) -> String {
    let judged = limits.iter().map(|limit| {
        let word = if value <= *limit { "reached" } else { "MISSED" };
        format!("<= {limit} {unit}").trim_end().to_owned() + " " + word
    });
    judged.collect::<Vec<_>>().join(", then ")
}

/// A count, or a dash where its tool is missing.
pub(super) fn count(value: Option<u64>) -> String {
    value.map_or("-".to_owned(), |value| value.to_string())
}

pub(super) fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_judged_by_each_limit() {
        assert_eq!(verdict(1.7, &[1.75, 1.6], ""), "<= 1.75 reached, then <= 1.6 MISSED");
        assert_eq!(verdict(2.0, &[2.5], "MB"), "<= 2.5 MB reached");
        assert_eq!(verdict(f64::NAN, &[1.0], ""), "<= 1 MISSED");
    }
}
