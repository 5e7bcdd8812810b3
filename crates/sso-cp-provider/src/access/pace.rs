//! When the next request may start.

use std::time::{Duration, Instant};

/// AWS answers 20 requests per second. A little less is asked for: the network does not keep the
/// distance between two requests exactly, and each one that is refused costs a second.
const DISTANCE: Duration = Duration::from_millis(53);
/// The first pause where AWS is throttling and does not say for how long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// Requests start one after the other, never closer together than the limit allows.
#[derive(Debug)]
pub(super) struct Pace {
    next: Instant,
    /// The pause that is taken now, if one is; it doubles until a request is answered.
    pause: Option<Duration>,
}

impl Pace {
    pub(super) fn new(now: Instant) -> Pace {
        Pace { next: now, pause: None }
    }

    /// How long to wait before the next request; nothing if it may start.
    pub(super) fn wait(&self, now: Instant) -> Duration {
        self.next.saturating_duration_since(now)
    }

    /// A request starts.
    pub(super) fn started(&mut self, now: Instant) {
        self.next = now + DISTANCE;
    }

    /// A request was answered.
    pub(super) fn answered(&mut self) {
        self.pause = None;
    }

    /// A request was refused for being one too many. Those that were on their way with it are refused
    /// as well, and count once.
    pub(super) fn refused(&mut self, now: Instant, asked: Option<Duration>) {
        let is_pausing = self.pause.is_some() && self.next > now + DISTANCE;
        if is_pausing && asked.is_none() {
            return;
        }
        let doubled = self.pause.map_or(FIRST_PAUSE, |pause| (pause * 2).min(LONGEST_PAUSE));
        self.pause = Some(doubled);
        self.next = self.next.max(now + asked.unwrap_or(doubled));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_second_holds_more_than_twenty() {
        let mut now = Instant::now();
        let mut pace = Pace::new(now);
        let mut starts = Vec::new();
        for _ in 0..1000 {
            now += pace.wait(now);
            starts.push(now);
            pace.started(now);
        }
        let second = Duration::from_secs(1);
        assert!(starts.windows(21).all(|starts| starts[20] - starts[0] > second));
        // And no more than a tenth is given away.
        assert!(starts[999] - starts[0] < Duration::from_millis(999 * 55));
    }

    #[test]
    fn a_refusal_costs_one_pause_and_the_next_one_more() {
        let now = Instant::now();
        let mut pace = Pace::new(now);
        pace.refused(now, None);
        pace.refused(now, None);
        assert_eq!(pace.wait(now), FIRST_PAUSE);
        let now = now + FIRST_PAUSE;
        pace.started(now);
        pace.refused(now, None);
        assert_eq!(pace.wait(now), FIRST_PAUSE * 2);
        pace.refused(now, Some(Duration::from_secs(3)));
        assert_eq!(pace.wait(now), Duration::from_secs(3));
        pace.answered();
        let now = now + Duration::from_secs(3);
        pace.refused(now, None);
        assert_eq!(pace.wait(now), FIRST_PAUSE);
    }
}
