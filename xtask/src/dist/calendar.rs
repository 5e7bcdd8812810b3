//! The time of the commit, as the formats want it: nothing here asks a clock.

/// A moment in UTC, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) year: u64,
    /// 1 to 12.
    pub(super) month: u64,
    /// 1 to 31.
    pub(super) day: u64,
    pub(super) hour: u64,
    pub(super) minute: u64,
    pub(super) second: u64,
}

impl Moment {
    /// So many seconds after 1970 began.
    pub(super) fn of(time: u64) -> Self {
        let (mut days, second) = (time / 86400, time % 86400);
        let mut year = 1970;
        while days >= days_of(year) {
            days -= days_of(year);
            year += 1;
        }
        let mut month = 1;
        while days >= days_in(year, month) {
            days -= days_in(year, month);
            month += 1;
        }
        let (hour, minute) = (second / 3600, second / 60 % 60);
        Self { year, month, day: days + 1, hour, minute, second: second % 60 }
    }

    /// As in RFC 3339: `2026-11-21T13:30:02Z`.
    pub(super) fn rfc_3339(self) -> String {
        let Self { year, month, day, hour, minute, second } = self;
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }

    /// As in RFC 5322, which Debian's changelogs follow: `Sat, 21 Nov 2026 13:30:02 +0000`.
    pub(super) fn rfc_5322(self, time: u64) -> String {
        // 1970 began on a Thursday.
        const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
        const MONTHS: [&str; 12] =
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let Self { year, month, day, hour, minute, second } = self;
        let weekday = DAYS[(time / 86400 % 7) as usize];
        let month = MONTHS[month as usize - 1];
        format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} +0000")
    }
}

fn days_of(year: u64) -> u64 {
    if is_leap(year) { 366 } else { 365 }
}

fn days_in(year: u64, month: u64) -> u64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_taken_apart_and_written() {
        let cases = [
            (0, "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 +0000"),
            (951_782_400, "2000-02-29T00:00:00Z", "Tue, 29 Feb 2000 00:00:00 +0000"),
            (1_767_225_599, "2025-12-31T23:59:59Z", "Wed, 31 Dec 2025 23:59:59 +0000"),
            (1_795_267_802, "2026-11-21T13:30:02Z", "Sat, 21 Nov 2026 13:30:02 +0000"),
        ];
        for (time, rfc_3339, rfc_5322) in cases {
            assert_eq!(Moment::of(time).rfc_3339(), rfc_3339);
            assert_eq!(Moment::of(time).rfc_5322(time), rfc_5322);
        }
    }
}
