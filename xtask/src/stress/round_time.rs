//! How long the actors of a round go on, and what becomes of one that cannot.

use super::house::House;
use crate::workspace::Outcome;
use std::time::{Duration, Instant};

/// The time of a round in one house.
pub(super) struct RoundTime<'a> {
    house: &'a House,
    end: Instant,
}

impl RoundTime<'_> {
    /// From now on.
    pub(super) fn of(house: &House, time: Duration) -> RoundTime<'_> {
        RoundTime { house, end: Instant::now() + time }
    }

    pub(super) fn goes_on(&self) -> bool {
        self.goes_on_for(Duration::ZERO)
    }

    /// Whether it is over for less than this.
    pub(super) fn goes_on_for(&self, longer: Duration) -> bool {
        Instant::now() < self.end + longer
    }

    /// What an actor cannot do is broken too.
    pub(super) fn noted(&self, acted: Outcome<()>) {
        if let Err(error) = acted {
            self.house.report(&error.to_string());
        }
    }
}
