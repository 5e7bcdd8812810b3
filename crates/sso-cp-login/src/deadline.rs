//! An end that also holds when the machine sleeps.

use std::time::{Duration, Instant, SystemTime};

/// One moment on two clocks. The monotonic one may stand still while the machine sleeps; the wall
/// clock may be set.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// The wall clock.
    pub wall: SystemTime,
    /// The monotonic clock.
    pub monotonic: Instant,
}

impl Moment {
    /// Both clocks, now.
    pub fn now() -> Moment {
        Moment { wall: SystemTime::now(), monotonic: Instant::now() }
    }

    /// How long ago `earlier` was, on the clock that says more: a suspend counts, and a wall clock
    /// that is set back does not stop the time.
    pub fn since(self, earlier: Moment) -> Duration {
        let monotonic = self.monotonic.saturating_duration_since(earlier.monotonic);
        let wall = self.wall.duration_since(earlier.wall).unwrap_or_default();
        monotonic.max(wall)
    }
}

/// When waiting ends.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    begun: Moment,
    time: Duration,
}

impl Deadline {
    /// `time` from `now`.
    pub fn after(time: Duration, now: Moment) -> Deadline {
        Deadline { begun: now, time }
    }

    /// What is left at `now`; zero once it is over.
    pub fn left(&self, now: Moment) -> Duration {
        self.time.saturating_sub(now.since(self.begun))
    }

    /// Whether it is over at `now`.
    pub fn is_over(&self, now: Moment) -> bool {
        self.left(now).is_zero()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn later(moment: Moment, wall: i64, monotonic: u64) -> Moment {
        let step = Duration::from_secs(wall.unsigned_abs());
        let wall = if wall < 0 { moment.wall - step } else { moment.wall + step };
        Moment { wall, monotonic: moment.monotonic + Duration::from_secs(monotonic) }
    }

    #[test]
    fn the_clock_that_says_more_counts() {
        let begun = Moment::now();
        let deadline = Deadline::after(Duration::from_secs(600), begun);
        assert_eq!(deadline.left(later(begun, 100, 100)), Duration::from_secs(500));
        assert!(!deadline.is_over(later(begun, 599, 599)));
        assert!(deadline.is_over(later(begun, 600, 600)));
        // An hour of sleep, which the monotonic clock has not seen.
        assert!(deadline.is_over(later(begun, 3600, 2)));
        // The wall clock was set back by an hour.
        assert!(!deadline.is_over(later(begun, -3600, 599)));
        assert!(deadline.is_over(later(begun, -3600, 600)));
    }
}
