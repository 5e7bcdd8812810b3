//! Moments, as AWS writes and reads them.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

const SECONDS_PER_DAY: i64 = 86_400;

/// A moment in whole seconds, UTC, between the years 1 and 9999.
///
/// AWS's files carry nothing finer that matters, and every reader of ours must show four digits of
/// year, so the range ends where RFC 3339 ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 0001-01-01T00:00:00Z: what an expiry that cannot be read counts as, long past.
    pub const MIN: Timestamp = Timestamp(-62_135_596_800);
    /// 9999-12-31T23:59:59Z.
    pub const MAX: Timestamp = Timestamp(253_402_300_799);

    /// The system clock, cut to seconds.
    pub fn now() -> Timestamp {
        let seconds = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
            Err(before) => {
                i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |seconds| -seconds)
            }
        };
        Timestamp(seconds.clamp(Timestamp::MIN.0, Timestamp::MAX.0))
    }

    /// From Unix seconds; `None` outside of the years 1 to 9999.
    pub fn from_unix_seconds(seconds: i64) -> Option<Timestamp> {
        let moment = Timestamp(seconds);
        (Timestamp::MIN..=Timestamp::MAX).contains(&moment).then_some(moment)
    }

    /// From Unix milliseconds, truncated and not rounded, as the AWS CLI does with the portal's
    /// `expiration`.
    pub fn from_unix_milliseconds(milliseconds: i64) -> Option<Timestamp> {
        Timestamp::from_unix_seconds(milliseconds.div_euclid(1000))
    }

    /// Unix seconds, negative before 1970.
    pub fn unix_seconds(self) -> i64 {
        self.0
    }

    /// Seconds from `now` until this moment, negative once it has passed.
    pub fn seconds_after(self, now: Timestamp) -> i64 {
        self.0 - now.0
    }

    /// This moment and `seconds` more, held within the range of the type.
    pub fn plus_seconds(self, seconds: i64) -> Timestamp {
        Timestamp(self.0.saturating_add(seconds).clamp(Timestamp::MIN.0, Timestamp::MAX.0))
    }

    /// Reads every form in which the AWS CLI and the SDKs write an expiry: RFC 3339 with `T` or a
    /// blank, a fraction of any length (cut off), and `Z`, a numeric offset, the `UTC` of early AWS
    /// CLI releases, or no zone at all, which means UTC.
    pub fn parse(text: &str) -> Option<Timestamp> {
        let bytes = text.as_bytes();
        let number = |from: usize, to: usize| -> Option<i64> {
            bytes.get(from..to)?.iter().try_fold(0, |sum, byte| {
                byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0'))
            })
        };
        let is = |at: usize, wanted: &[u8]| bytes.get(at).is_some_and(|byte| wanted.contains(byte));
        if !(is(4, b"-") && is(7, b"-") && is(10, b"Tt ") && is(13, b":") && is(16, b":")) {
            return None;
        }
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        let in_range = year >= 1
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day)
            && hour <= 23
            && minute <= 59
            && second <= 60; // RFC 3339 section 5.6 allows a leap second.
        if !in_range {
            return None;
        }
        let offset = offset_seconds(text.get(19..)?)?;
        let days = days_from_civil(year, month, day);
        let seconds = days * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second - offset;
        Timestamp::from_unix_seconds(seconds)
    }
}

/// RFC 3339, UTC, whole seconds, `Z`: the one form that every SDK reads.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(self.0.div_euclid(SECONDS_PER_DAY));
        let second = self.0.rem_euclid(SECONDS_PER_DAY);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let mut text = *b"0000-00-00T00:00:00Z";
        let pairs = [(0, year / 100), (2, year % 100), (5, month), (8, day)];
        for (at, number) in pairs.into_iter().chain([(11, hour), (14, minute), (17, second)]) {
            // Each is below 100, for the years end at 9999.
            text[at] += (number / 10) as u8;
            text[at + 1] += (number % 10) as u8;
        }
        f.write_str(str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

/// What follows the seconds: a fraction and a zone. Gives the zone's offset from UTC in seconds.
fn offset_seconds(rest: &str) -> Option<i64> {
    let zone = match rest.strip_prefix(['.', ',']) {
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            if zone.len() == fraction.len() {
                return None;
            }
            zone
        }
        None => rest,
    };
    match zone.trim_start_matches(' ') {
        "" | "Z" | "z" | "UTC" => Some(0),
        numeric => numeric_offset(numeric),
    }
}

/// `+01:00`, `-0330` or `+01`.
fn numeric_offset(zone: &str) -> Option<i64> {
    let (sign, digits) = match zone.as_bytes().split_first()? {
        (b'+', digits) => (1, digits),
        (b'-', digits) => (-1, digits),
        _ => return None,
    };
    let two = |pair: &[u8]| -> Option<i64> {
        pair.iter()
            .all(u8::is_ascii_digit)
            .then(|| i64::from(pair[0] - b'0') * 10 + i64::from(pair[1] - b'0'))
    };
    let (hours, minutes) = match digits {
        [_, _] => (two(digits)?, 0),
        [_, _, b':', _, _] => (two(&digits[..2])?, two(&digits[3..])?),
        [_, _, _, _] => (two(&digits[..2])?, two(&digits[2..])?),
        _ => return None,
    };
    (hours <= 23 && minutes <= 59).then_some(sign * (hours * 3600 + minutes * 60))
}

fn days_in_month(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar. Years are counted from March, so that
/// the leap day is the last day of a year and months have a regular pattern of lengths.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year
        - 719_468
}

/// The inverse of [`days_from_civil`]: year, month, day.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<i64> {
        Timestamp::parse(text).map(|moment| moment.0)
    }

    #[test]
    fn reads_every_form_that_aws_tools_write() {
        for text in [
            "2026-11-21T08:50:58Z",
            "2026-11-21T08:50:58.9Z",
            "2026-11-21T08:50:58.565997123Z",
            "2026-11-21T08:50:58UTC",
            "2026-11-21T08:50:58 UTC",
            "2026-11-21 08:50:58Z",
            "2026-11-21T08:50:58",
            "2026-11-21T08:50:58+00:00",
            "2026-11-21T09:50:58+01:00",
            "2026-11-21T05:20:58-0330",
        ] {
            assert_eq!(seconds(text), Some(1_795_251_058), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_moment() {
        for text in [
            "",
            "0",
            "now",
            "2026-11-21",
            "2026-11-21T08:50",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "10000-01-01T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:00:00+",
            "2026-01-01T00:00:00+1",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00é",
            "2026-01-01T00:00:0é",
            "9999-12-31T23:59:59-01:00",
            "0001-01-01T00:00:00+01:00",
            "1795251058",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_printed_reads_back_the_same() {
        let step = 86_400 * 13 + 4567;
        let mut at = Timestamp::MIN;
        while at < Timestamp::MAX {
            assert_eq!(Timestamp::parse(&at.to_string()), Some(at));
            at = at.plus_seconds(step);
        }
        assert_eq!(Timestamp::MIN.to_string(), "0001-01-01T00:00:00Z");
        assert_eq!(Timestamp::MAX.to_string(), "9999-12-31T23:59:59Z");
    }

    #[test]
    fn milliseconds_are_truncated() {
        let read = |ms| Timestamp::from_unix_milliseconds(ms).map(|at| at.to_string());
        assert_eq!(read(1_735_689_600_999).as_deref(), Some("2025-01-01T00:00:00Z"));
        assert_eq!(read(1_795_225_880_000).as_deref(), Some("2026-11-21T01:51:20Z"));
        assert_eq!(read(i64::MAX), None);
        assert_eq!(read(i64::MIN), None);
    }
}
