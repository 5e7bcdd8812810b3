//! How far away a moment is, in the words of a person.

use sso_cp_types::Timestamp;

const MINUTE: i64 = 60;
const HOUR_MINUTES: i64 = 60;
const DAY_MINUTES: i64 = 24 * HOUR_MINUTES;

/// `in 42 min`, `3 h 5 min ago`, `in 89 days`.
pub(crate) fn from_now(moment: Timestamp, now: Timestamp) -> String {
    let seconds = moment.seconds_after(now);
    let words = length(seconds.abs());
    match seconds {
        1.. => format!("in {words}"),
        _ => format!("{words} ago"),
    }
}

/// To the nearest minute, and from two days on in days.
fn length(seconds: i64) -> String {
    let minutes = (seconds + MINUTE / 2) / MINUTE;
    match minutes {
        ..1 => "less than a minute".to_owned(),
        1..HOUR_MINUTES => format!("{minutes} min"),
        _ if minutes >= 2 * DAY_MINUTES => format!("{} days", minutes / DAY_MINUTES),
        _ => match (minutes / HOUR_MINUTES, minutes % HOUR_MINUTES) {
            (hours, 0) => format!("{hours} h"),
            (hours, rest) => format!("{hours} h {rest} min"),
        },
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
