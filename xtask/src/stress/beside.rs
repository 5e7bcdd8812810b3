//! The round of the sealed store: calls, steps of the store that are killed now and then, and an AWS CLI that
//! signs in beside them, all at once.

use super::house::PROFILES;
use super::round_time::RoundTime;
use super::sealed::{SealedHouse, Step};
use super::sealed_kills::settle;
use crate::workspace::Outcome;
use mutations::Dice;
use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

/// What the store's commands end with when two sign-ins are there, or the other side has changed something.
const FILES: i32 = 7;

const STEPS: [Step; 4] = [Step::Seal, Step::SealAll, Step::Unseal, Step::NewKey];

#[derive(Default)]
struct Counts {
    calls: AtomicU64,
    steps: AtomicU64,
    kills: AtomicU64,
    sign_ins: AtomicU64,
    two_sign_ins: AtomicU64,
    renewals: AtomicU64,
}

struct Round<'a> {
    sealed: &'a SealedHouse,
    time: RoundTime<'a>,
    counts: Counts,
}

pub(super) fn round(sealed: &SealedHouse, time: Duration, workers: usize) -> Outcome<()> {
    let round =
        Round { sealed, time: RoundTime::of(&sealed.house, time), counts: Counts::default() };
    thread::scope(|scope| {
        for worker in 0..workers {
            let dice = Dice(0x5851_f42d_4c95_7f2d ^ (worker as u64 + 1) << 20);
            scope.spawn(|| round.time.noted(round.call(dice)));
        }
        scope.spawn(|| round.time.noted(round.change()));
        scope.spawn(|| round.time.noted(round.sign_in_beside()));
        scope.spawn(|| round.time.noted(round.end_tokens()));
        scope.spawn(|| round.time.noted(round.look()));
    });
    sealed.house.fake.clear_script();
    if sealed.is_sealed() {
        // Which of two sign-ins counts is a person's to say: here the sealed one.
        let _ = fs::remove_file(sealed.house.token_path());
    }
    settle(sealed)?;
    round.tell(time);
    Ok(())
}

impl Round<'_> {
    fn call(&self, mut dice: Dice) -> Outcome<()> {
        let house = &self.sealed.house;
        while self.time.goes_on() {
            if dice.roll(3) == 0 {
                self.sealed.forget_roles();
            }
            let started = Instant::now();
            let mut child = house.start(&["--profile", dice.pick(&PROFILES)])?;
            if dice.roll(4) == 0 {
                sleep(Duration::from_micros(dice.roll(40_000) as u64));
                let _ = child.kill();
                self.counts.kills.fetch_add(1, Ordering::Relaxed);
            }
            house.finish(child, started)?;
            self.counts.calls.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Seals, unseals and changes the key, and is killed one time in three.
    fn change(&self) -> Outcome<()> {
        let mut dice = Dice(17);
        while self.time.goes_on() {
            let step = STEPS[dice.roll(STEPS.len())];
            let mut child = self.sealed.start(step)?;
            let is_killed = dice.roll(3) == 0;
            if is_killed {
                sleep(Duration::from_micros(dice.roll(40_000) as u64));
                let _ = child.kill();
                self.counts.kills.fetch_add(1, Ordering::Relaxed);
            }
            match self.sealed.finish(child)? {
                None | Some(0) => {}
                // A person would sign out of the other one.
                Some(FILES) if self.sealed.sealed_token().exists() => {
                    let _ = fs::remove_file(self.sealed.house.token_path());
                    self.counts.two_sign_ins.fetch_add(1, Ordering::Relaxed);
                }
                code => self.sealed.house.report(&format!("{step:?} ended with {code:?}")),
            }
            self.counts.steps.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    fn sign_in_beside(&self) -> Outcome<()> {
        let mut dice = Dice(23);
        while self.time.goes_on() {
            sleep(Duration::from_millis(100 + dice.roll(400) as u64));
            self.sealed.aws_cli_signs_in()?;
            self.counts.sign_ins.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    /// AWS turns the access token down now and then, so that all callers have to renew.
    fn end_tokens(&self) -> Outcome<()> {
        while self.time.goes_on() {
            sleep(Duration::from_millis(130));
            self.sealed
                .house
                .fake
                .script("portal.GetRoleCredentials: error=UnauthorizedException")?;
            self.counts.renewals.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    /// At any moment the token is there in one form at least, and cached roles in clear are whole.
    fn look(&self) -> Outcome<()> {
        while self.time.goes_on() {
            if !self.sealed.has_token() {
                self.sealed.house.report("there is no token in any form");
            }
            self.sealed.house.check_roles();
            sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    fn tell(&self, time: Duration) {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let counts = &self.counts;
        let seen = self.sealed.house.seen();
        println!(
            "Sealed, {time:?}: {} calls, {} steps of the store, {} of both killed, {} sign-ins of an AWS CLI beside it, two sign-ins found {} times, \
             {} tokens turned down. Exit codes of calls {:?} (-1: killed), the longest call {:.1?}.",
            count(&counts.calls),
            count(&counts.steps),
            count(&counts.kills),
            count(&counts.sign_ins),
            count(&counts.two_sign_ins),
            count(&counts.renewals),
            seen.codes,
            seen.longest,
        );
        seen.tell_failures();
    }
}
