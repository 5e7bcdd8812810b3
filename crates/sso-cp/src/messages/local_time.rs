//! Moments for people: by the clock on their wall, and how far away.

use sso_cp_types::Timestamp;
use tz::TimeZone;

use super::span::from_now;

const DAY_SECONDS: i64 = 24 * 60 * 60;

/// The time zone of the person who reads.
#[derive(Debug, Clone)]
pub(crate) struct LocalTime {
    /// None where the system says nothing that can be understood: then it is UTC, and said.
    zone: Option<TimeZone>,
}

impl LocalTime {
    pub(crate) fn new(zone: Option<TimeZone>) -> LocalTime {
        LocalTime { zone }
    }

    /// `02:40, in 1 h`; from a day on `2026-11-21, in 90 days`.
    pub(crate) fn shown(&self, moment: Timestamp, now: Timestamp) -> String {
        let away = from_now(moment, now);
        let offset = self.offset_seconds(moment);
        let text = moment.plus_seconds(offset.unwrap_or(0)).to_string();
        let (date, time) = text.split_once('T').unwrap_or((&text, ""));
        let minutes = time.get(.."hh:mm".len()).unwrap_or_default();
        let zone = if offset.is_some() { "" } else { " UTC" };
        match moment.seconds_after(now).abs() < DAY_SECONDS {
            true => format!("{minutes}{zone}, {away}"),
            false => format!("{date}, {away}"),
        }
    }

    fn offset_seconds(&self, moment: Timestamp) -> Option<i64> {
        let local = self.zone.as_ref()?.find_local_time_type(moment.unix_seconds()).ok()?;
        Some(i64::from(local.ut_offset()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_zone_and_short() {
        let now = Timestamp::parse("2026-11-21T23:10:00Z").unwrap();
        for (zone, seconds, shown) in [
            ("UTC0", 3600, "00:10, in 1 h"),
            ("<+0530>-5:30", 3600, "05:40, in 1 h"),
            ("CET-1CEST,M3.5.0,M10.5.0/3", -600, "00:00, 10 min ago"),
            ("CET-1CEST,M3.5.0,M10.5.0/3", 90 * 86400, "2027-02-20, in 90 days"),
            ("no such zone", 3600, "00:10 UTC, in 1 h"),
            ("UTC0", -3 * 86400, "2026-11-18, 3 days ago"),
        ] {
            let moment = now.plus_seconds(seconds);
            let local = LocalTime::new(TimeZone::from_posix_tz(zone).ok());
            assert_eq!(local.shown(moment, now), shown, "{zone} {seconds}");
        }
    }
}
