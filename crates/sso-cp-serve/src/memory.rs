//! What the endpoint remembers, and when it needs more. Pure but for the clocks that it is handed.

use std::time::{Duration, Instant};

use sso_cp_types::Timestamp;

use crate::{Refusal, Served};

/// After new ones have come, how long to be content with them whatever time they have left: a role
/// chain may last no more than 15 minutes in all.
const CONTENT: Duration = Duration::from_secs(60);

/// After a failure, how long clients that ask get the same answer: an SDK repeats a request three to
/// five times within seconds.
const FAILURE_KEPT: Duration = Duration::from_secs(2);

/// How much time credentials must have left for what, and the pause after a failure. In seconds.
#[derive(Debug, Clone, Copy)]
pub struct Freshness {
    /// Above this, they are handed out without a thought.
    pub fresh_seconds: i64,
    /// From here on, new ones are fetched although nobody has asked: clients are to meet fresh ones alone.
    pub renew_seconds: i64,
    /// Down to this, they are better than no answer.
    pub stale_seconds: i64,
    /// After a failure, how long to wait before trying again unasked.
    pub retry_seconds: i64,
}

/// The two clocks: what expires goes by the wall, what waits by the other.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) wall: Timestamp,
    pub(crate) steady: Instant,
}

impl Moment {
    pub(crate) fn now() -> Moment {
        Moment { wall: Timestamp::now(), steady: Instant::now() }
    }
}

/// The last credentials, and the last failure after them.
pub(crate) struct Memory {
    freshness: Freshness,
    good: Option<(Served, Instant)>,
    bad: Option<(Refusal, Instant)>,
}

/// What a client gets.
pub(crate) enum Verdict<'a> {
    /// These, at once.
    Good(&'a Served),
    /// New ones, if they come soon; else these.
    Stale,
    /// New ones, whenever they come.
    Nothing,
    /// The reason why there are none.
    Bad(&'a Refusal),
}

impl Memory {
    pub(crate) fn new(freshness: Freshness) -> Memory {
        Memory { freshness, good: None, bad: None }
    }

    pub(crate) fn keep(&mut self, supplied: Result<Served, Refusal>, now: Moment) {
        match supplied {
            Ok(served) => {
                self.good = Some((served, now.steady));
                self.bad = None;
            }
            Err(refusal) => self.bad = Some((refusal, now.steady)),
        }
    }

    /// What a client that asks now is to get.
    pub(crate) fn verdict(&self, now: Moment) -> Verdict<'_> {
        let failed_just_now =
            self.bad.as_ref().filter(|(_, since)| now.steady - *since < FAILURE_KEPT);
        match (self.usable(now), failed_just_now) {
            (Some(served), _) if self.is_good(now) => Verdict::Good(served),
            (Some(served), Some(_)) => Verdict::Good(served),
            (Some(_), None) => Verdict::Stale,
            (None, Some((refusal, _))) => Verdict::Bad(refusal),
            (None, None) => Verdict::Nothing,
        }
    }

    /// What there is for a client that has waited in vain.
    pub(crate) fn usable(&self, now: Moment) -> Option<&Served> {
        let (served, _) = self.good.as_ref()?;
        (served.expires_at.seconds_after(now.wall) >= self.freshness.stale_seconds)
            .then_some(served)
    }

    /// Why new ones could not be had, if that was the last that happened.
    pub(crate) fn refusal(&self) -> Option<&Refusal> {
        self.bad.as_ref().map(|(refusal, _)| refusal)
    }

    /// How long the endpoint needs nothing if nobody asks; zero where it needs something now. Before
    /// the first credentials it needs nothing unasked.
    pub(crate) fn quiet_time(&self, now: Moment) -> Option<Duration> {
        let (served, since) = self.good.as_ref()?;
        let fresh =
            seconds(served.expires_at.seconds_after(now.wall) - self.freshness.renew_seconds);
        let content = CONTENT.saturating_sub(now.steady - *since);
        let paused = self.bad.as_ref().map_or(Duration::ZERO, |(_, failed)| {
            seconds(self.freshness.retry_seconds).saturating_sub(now.steady - *failed)
        });
        Some(fresh.max(content).max(paused))
    }

    fn is_good(&self, now: Moment) -> bool {
        self.good.as_ref().is_some_and(|(served, since)| {
            served.expires_at.seconds_after(now.wall) > self.freshness.fresh_seconds
                || now.steady - *since < CONTENT
        })
    }
}

fn seconds(count: i64) -> Duration {
    Duration::from_secs(u64::try_from(count).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cause;
    use crate::tests::{FRESHNESS, served};

    fn refusal() -> Refusal {
        Refusal { cause: Cause::Passing, message: "no".to_owned() }
    }

    fn at(start: Moment, seconds: i64) -> Moment {
        Moment {
            wall: start.wall.plus_seconds(seconds),
            steady: start.steady + Duration::from_secs(u64::try_from(seconds).unwrap()),
        }
    }

    fn word(memory: &Memory, now: Moment) -> &'static str {
        match memory.verdict(now) {
            Verdict::Good(_) => "good",
            Verdict::Stale => "stale",
            Verdict::Nothing => "nothing",
            Verdict::Bad(_) => "bad",
        }
    }

    #[test]
    fn credentials_are_good_then_stale_then_gone() {
        let start = Moment::now();
        let mut memory = Memory::new(FRESHNESS);
        assert_eq!(word(&memory, start), "nothing");
        assert_eq!(memory.quiet_time(start), None);
        memory.keep(Ok(served(start.wall.plus_seconds(3600))), start);
        for (seconds, expected) in
            [(0, "good"), (2699, "good"), (2700, "stale"), (3480, "stale"), (3481, "nothing")]
        {
            assert_eq!(word(&memory, at(start, seconds)), expected, "{seconds}");
        }
        assert_eq!(memory.quiet_time(start), Some(Duration::from_secs(2400)));
        assert_eq!(memory.quiet_time(at(start, 2399)), Some(Duration::from_secs(1)));
        assert_eq!(memory.quiet_time(at(start, 2400)), Some(Duration::ZERO));
        assert_eq!(word(&memory, at(start, 2400)), "good", "clients are not asked to wait for it");
    }

    #[test]
    fn short_lived_ones_are_not_asked_for_again_at_once() {
        let start = Moment::now();
        let mut memory = Memory::new(FRESHNESS);
        memory.keep(Ok(served(start.wall.plus_seconds(900))), start);
        assert_eq!(word(&memory, at(start, 59)), "good");
        assert_eq!(word(&memory, at(start, 60)), "stale");
        assert_eq!(memory.quiet_time(start), Some(CONTENT));
        memory.keep(Ok(served(start.wall.plus_seconds(100))), at(start, 60));
        assert_eq!(word(&memory, at(start, 61)), "nothing");
    }

    #[test]
    fn a_failure_is_told_for_a_moment_and_tried_again_later() {
        let start = Moment::now();
        let mut memory = Memory::new(FRESHNESS);
        memory.keep(Err(refusal()), start);
        assert_eq!(word(&memory, at(start, 1)), "bad");
        assert_eq!(word(&memory, at(start, 2)), "nothing");
        memory.keep(Ok(served(start.wall.plus_seconds(3600))), start);
        assert_eq!(memory.refusal(), None);
        let later = at(start, 2800);
        memory.keep(Err(refusal()), later);
        assert_eq!(word(&memory, at(later, 1)), "good");
        assert_eq!(word(&memory, at(later, 2)), "stale");
        assert_eq!(memory.quiet_time(at(later, 20)), Some(Duration::from_secs(40)));
    }
}
