//! How far away a moment is, in the words of a person.

use sso_cp_http::span;
use sso_cp_types::Timestamp;

/// `in 42 min`, `3 h 5 min ago`, `in 89 days`.
pub(crate) fn from_now(moment: Timestamp, now: Timestamp) -> String {
    let seconds = moment.seconds_after(now);
    let words = span(seconds.unsigned_abs());
    match seconds {
        1.. => format!("in {words}"),
        _ => format!("{words} ago"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_short_and_near_enough() {
        let now = Timestamp::parse("2026-11-21T12:00:00Z").unwrap();
        for (seconds, words) in [
            (1, "in less than a minute"),
            (0, "less than a minute ago"),
            (-59, "1 min ago"),
            (42 * 60 - 1, "in 42 min"),
            (3600 - 1, "in 1 h"),
            (-(3 * 3600 + 5 * 60), "3 h 5 min ago"),
            (47 * 3600, "in 47 h"),
            (90 * 86400 - 1, "in 90 days"),
        ] {
            assert_eq!(from_now(now.plus_seconds(seconds), now), words, "{seconds}");
        }
    }
}
