//! When to ask again whether a device sign-in was approved (RFC 8628 section 3.5). Pure: the caller
//! brings the time and does the asking.

use std::time::Duration;

use crate::{Deadline, Moment};

/// RFC 8628 section 3.5: 5 seconds where the server names no interval, and 5 more for each
/// `slow_down`.
const DEFAULT_INTERVAL_SECONDS: i64 = 5;
const SLOW_DOWN: Duration = Duration::from_secs(5);

/// Whatever the server says, we neither hammer it nor leave the person waiting for minutes.
const INTERVAL_SECONDS: std::ops::RangeInclusive<i64> = 1..=60;

/// AWS grants 600 seconds. An hour is more than any person needs, and ends what would never end.
const DEFAULT_EXPIRES_IN_SECONDS: i64 = 600;
const EXPIRES_IN_SECONDS: std::ops::RangeInclusive<i64> = 1..=3600;

/// Failures double the wait, but never beyond this (or the interval, if that is longer).
const LONGEST_BACK_OFF: Duration = Duration::from_secs(60);

/// The pace of one device sign-in.
#[derive(Debug)]
pub struct DevicePoll {
    interval: Duration,
    failures_in_a_row: u32,
    deadline: Deadline,
    /// When the next question is due, and when that was decided.
    wait: Duration,
    waiting_since: Moment,
}

/// What to do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Ask CreateToken, then tell [`DevicePoll::heard`].
    Ask,
    /// Wait for this long, in whatever pieces, then look again.
    Wait(Duration),
    /// The device code is dead, or would be before the next question.
    Expired,
}

/// What CreateToken said, where it was neither a token nor the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// `authorization_pending`.
    Pending,
    /// `slow_down`.
    SlowDown,
    /// A timeout, a 5xx, no network: it may pass.
    PassingFailure,
}

impl DevicePoll {
    /// With the reply of StartDeviceAuthorization, in seconds as the server sent them. The first
    /// question is due at once, as in the AWS CLI: who approved earlier need not be shown anything.
    pub fn new(interval: Option<i64>, expires_in: Option<i64>, now: Moment) -> DevicePoll {
        let clamped = |value: i64, range: std::ops::RangeInclusive<i64>| {
            Duration::from_secs(value.clamp(*range.start(), *range.end()).unsigned_abs())
        };
        let life = clamped(expires_in.unwrap_or(DEFAULT_EXPIRES_IN_SECONDS), EXPIRES_IN_SECONDS);
        DevicePoll {
            interval: clamped(interval.unwrap_or(DEFAULT_INTERVAL_SECONDS), INTERVAL_SECONDS),
            failures_in_a_row: 0,
            deadline: Deadline::after(life, now),
            wait: Duration::ZERO,
            waiting_since: now,
        }
    }

    /// What to do at `now`. A question that fell due while the machine slept is still asked, even
    /// behind the end: if the server gives a token, it is good.
    pub fn step(&self, now: Moment) -> Step {
        let waited = now.since(self.waiting_since);
        if self.wait > self.deadline.left(self.waiting_since) {
            return Step::Expired;
        }
        match self.wait.saturating_sub(waited) {
            Duration::ZERO => Step::Ask,
            left => Step::Wait(left),
        }
    }

    /// Notes what the server said at `now`, and so when the next question is due.
    pub fn heard(&mut self, heard: Heard, now: Moment) {
        match heard {
            Heard::Pending => self.failures_in_a_row = 0,
            Heard::SlowDown => {
                self.failures_in_a_row = 0;
                self.interval += SLOW_DOWN;
            }
            Heard::PassingFailure => self.failures_in_a_row += 1,
        }
        // 2^6 seconds are beyond the longest wait already.
        let doubled = self.interval * 2_u32.pow(self.failures_in_a_row.min(6));
        self.wait = doubled.min(LONGEST_BACK_OFF.max(self.interval));
        self.waiting_since = now;
    }

    /// The time until the device code dies, for the progress line.
    pub fn time_left(&self, now: Moment) -> Duration {
        self.deadline.left(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(begun: Moment, seconds: u64) -> Moment {
        let step = Duration::from_secs(seconds);
        Moment { wall: begun.wall + step, monotonic: begun.monotonic + step }
    }

    fn wait(seconds: u64) -> Step {
        Step::Wait(Duration::from_secs(seconds))
    }

    /// Asks whenever due and hears the same each time; gives the seconds at which it asked.
    fn run(interval: Option<i64>, expires_in: Option<i64>, heard: Heard) -> (Vec<u64>, u64) {
        let begun = Moment::now();
        let mut poll = DevicePoll::new(interval, expires_in, begun);
        let (mut clock, mut asked) = (0, Vec::new());
        loop {
            match poll.step(at(begun, clock)) {
                Step::Ask => {
                    asked.push(clock);
                    poll.heard(heard, at(begun, clock));
                }
                Step::Wait(time) => clock += time.as_secs(),
                Step::Expired => return (asked, clock),
            }
        }
    }

    #[test]
    fn pending_for_ever_ends_when_the_code_dies() {
        let (asked, ended) = run(Some(1), Some(600), Heard::Pending);
        assert_eq!(asked.len(), 601);
        assert_eq!(ended, 600);
        assert_eq!(run(None, None, Heard::Pending).0.len(), 121);
    }

    #[test]
    fn slow_down_is_for_good() {
        assert_eq!(run(Some(1), Some(60), Heard::SlowDown).0, [0, 6, 17, 33, 54]);
        let begun = Moment::now();
        let mut poll = DevicePoll::new(Some(5), None, begun);
        poll.heard(Heard::SlowDown, begun);
        assert_eq!(poll.step(begun), wait(10));
        poll.heard(Heard::Pending, at(begun, 10));
        assert_eq!(poll.step(at(begun, 10)), wait(10));
        for _ in 0..12 {
            poll.heard(Heard::SlowDown, begun);
        }
        assert_eq!(poll.step(begun), wait(70));
    }

    #[test]
    fn whatever_the_server_says_is_held_within_reason() {
        let begun = Moment::now();
        for (interval, expected) in
            [(None, 5), (Some(0), 1), (Some(-7), 1), (Some(1_000_000_000), 60), (Some(i64::MIN), 1)]
        {
            let mut poll = DevicePoll::new(interval, None, begun);
            assert_eq!(poll.step(begun), Step::Ask);
            poll.heard(Heard::Pending, begun);
            assert_eq!(poll.step(begun), wait(expected), "{interval:?}");
        }
        for (expires_in, expected) in
            [(None, 600), (Some(0), 1), (Some(-1), 1), (Some(i64::MAX), 3600)]
        {
            let poll = DevicePoll::new(None, expires_in, begun);
            assert_eq!(poll.time_left(begun), Duration::from_secs(expected), "{expires_in:?}");
        }
    }

    #[test]
    fn failures_back_off_and_an_answer_ends_that() {
        assert_eq!(run(Some(5), Some(200), Heard::PassingFailure).0, [0, 10, 30, 70, 130, 190]);
        let begun = Moment::now();
        let mut poll = DevicePoll::new(Some(5), None, begun);
        for _ in 0..100 {
            poll.heard(Heard::PassingFailure, begun);
        }
        assert_eq!(poll.step(begun), wait(60));
        poll.heard(Heard::Pending, begun);
        assert_eq!(poll.step(begun), wait(5));
    }

    #[test]
    fn a_question_that_fell_due_in_sleep_is_asked_once() {
        let begun = Moment::now();
        let mut poll = DevicePoll::new(Some(5), Some(600), begun);
        poll.heard(Heard::Pending, begun);
        let awake =
            Moment { wall: begun.wall + Duration::from_secs(3600), monotonic: begun.monotonic };
        assert_eq!(poll.step(awake), Step::Ask);
        poll.heard(Heard::Pending, awake);
        assert_eq!(poll.step(awake), Step::Expired);
    }
}
