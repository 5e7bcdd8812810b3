//! Times as the files and the program write them. Written without the program's own code, which is what is tested.

use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds in a day.
const DAY: i64 = 86_400;

/// Unix seconds.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is not 1969");
    i64::try_from(since.as_secs()).expect("it is not the end of time")
}

/// `2026-01-31T12:00:00Z`
pub(crate) fn iso(unix: i64) -> String {
    let (year, month, day) = date(unix.div_euclid(DAY));
    let second = unix.rem_euclid(DAY);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Reads what [`iso`] writes.
pub(crate) fn parse_iso(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let form = b"0000-00-00T00:00:00Z";
    let fits =
        |(byte, form): (&u8, &u8)| if *form == b'0' { byte.is_ascii_digit() } else { byte == form };
    if bytes.len() != form.len() || !bytes.iter().zip(form).all(fits) {
        return None;
    }
    let number = |from: usize, to: usize| text[from..to].parse::<i64>().ok();
    let days = days_before(number(0, 4)?, number(5, 7)?, number(8, 10)?)?;
    Some(days * DAY + number(11, 13)? * 3600 + number(14, 16)? * 60 + number(17, 19)?)
}

/// `+1h30m`, `-4m`, `+90d` or nothing, in seconds.
pub(crate) fn offset(text: &str) -> Option<i64> {
    let (sign, mut rest) = match text.chars().next() {
        None => return Some(0),
        Some('+') => (1, &text[1..]),
        Some('-') => (-1, &text[1..]),
        Some(_) => return None,
    };
    let mut seconds = 0;
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit())?;
        let unit = match rest.as_bytes()[digits] {
            b's' => 1,
            b'm' => 60,
            b'h' => 3600,
            b'd' => DAY,
            _ => return None,
        };
        seconds += rest[..digits].parse::<i64>().ok()? * unit;
        rest = &rest[digits + 1..];
    }
    Some(sign * seconds)
}

/// The shortest text that [`offset`] reads back, from whole minutes.
pub(crate) fn offset_text(minutes: i64) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    let minutes = minutes.abs();
    match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
        (0, 0, 0) => String::new(),
        (0, 0, minutes) => format!("{sign}{minutes}m"),
        (0, hours, 0) => format!("{sign}{hours}h"),
        (0, hours, minutes) => format!("{sign}{hours}h{minutes}m"),
        (days, 0, 0) => format!("{sign}{days}d"),
        (days, hours, 0) => format!("{sign}{days}d{hours}h"),
        (days, hours, minutes) => format!("{sign}{days}d{hours}h{minutes}m"),
    }
}

/// The Gregorian date of a day number.
fn date(days: i64) -> (i64, i64, i64) {
    let mut year = 1970 + days.div_euclid(366);
    while days_before(year + 1, 1, 1).is_some_and(|first| first <= days) {
        year += 1;
    }
    let mut month = 12;
    while month > 1 && days_before(year, month, 1).is_some_and(|first| first > days) {
        month -= 1;
    }
    (year, month, days - days_before(year, month, 1).unwrap_or(days) + 1)
}

/// Days from 1970-01-01 to a date.
fn days_before(year: i64, month: i64, day: i64) -> Option<i64> {
    const BEFORE_MONTH: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let index = usize::try_from(month - 1).ok()?;
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let leap_day = i64::from(is_leap && month > 2);
    let leaps = |year: i64| year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let years = (year - 1970) * 365 + leaps(year - 1) - leaps(1969);
    Some(years + BEFORE_MONTH.get(index)? + leap_day + day - 1)
}
