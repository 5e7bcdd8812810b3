//! How wrong this machine's clock is, in words.

/// A clock that is off by less than this is not worth a word.
const NOTABLE_SECONDS: u64 = 5 * 60;

const MINUTE: u64 = 60;
const HOUR_MINUTES: u64 = 60;
const DAY_MINUTES: u64 = 24 * HOUR_MINUTES;

/// A span of time as a person says it, to the nearest minute, and from two days on in days: `42 min`, `3 h 5 min`,
/// `90 days`.
pub fn span(seconds: u64) -> String {
    let minutes = seconds.saturating_add(MINUTE / 2) / MINUTE;
    match minutes {
        0 => "less than a minute".to_owned(),
        1..HOUR_MINUTES => format!("{minutes} min"),
        _ if minutes >= 2 * DAY_MINUTES => format!("{} days", minutes / DAY_MINUTES),
        _ => match (minutes / HOUR_MINUTES, minutes % HOUR_MINUTES) {
            (hours, 0) => format!("{hours} h"),
            (hours, rest) => format!("{hours} h {rest} min"),
        },
    }
}

/// What a skew means, of so many seconds that AWS's clock is ahead of ours: `this machine's clock is 9 min behind
/// AWS's`.
pub fn clock_words(skew_seconds: i64) -> String {
    let direction = if skew_seconds > 0 { "behind" } else { "ahead of" };
    format!("this machine's clock is {} {direction} AWS's", span(skew_seconds.unsigned_abs()))
}

/// The same behind another sentence; nothing where the skew is small, or unknown.
pub(crate) fn note(skew_seconds: Option<i64>) -> String {
    match skew_seconds {
        Some(skew) if skew.unsigned_abs() >= NOTABLE_SECONDS => format!("; {}", clock_words(skew)),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_short_and_near_enough() {
        for (seconds, words) in [
            (0, "less than a minute"),
            (29, "less than a minute"),
            (59, "1 min"),
            (42 * 60 - 1, "42 min"),
            (3600 - 1, "1 h"),
            (3 * 3600 + 5 * 60, "3 h 5 min"),
            (47 * 3600, "47 h"),
            (90 * 86400 - 1, "90 days"),
            (u64::MAX / 2, "106751991167300 days"),
            (u64::MAX, "213503982334601 days"),
        ] {
            assert_eq!(span(seconds), words, "{seconds}");
        }
    }

    #[test]
    fn a_clock_is_mentioned_from_five_minutes_on() {
        assert_eq!(note(None), "");
        assert_eq!(note(Some(-299)), "");
        assert_eq!(note(Some(300)), "; this machine's clock is 5 min behind AWS's");
        assert_eq!(note(Some(-3600)), "; this machine's clock is 1 h ahead of AWS's");
        assert!(note(Some(i64::MIN)).contains("106751991167300 days ahead"));
    }
}
