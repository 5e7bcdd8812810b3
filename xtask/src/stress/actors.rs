//! The mixed rounds: each actor is a thread that does one thing again and again until the time is over.

use super::house::{House, PROFILES};
use super::round_time::RoundTime;
use crate::workspace::Outcome;
use mutations::Dice;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

/// What is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fire {
    /// Nobody but the program writes, nobody dies, the service works.
    Alone,
    /// With kills, writers in place and a failing service.
    Together,
}

/// What the service does instead of its work.
const FAULTS: [&str; 13] = [
    "oidc.CreateToken: status=503",
    "oidc.CreateToken: drop",
    "oidc.CreateToken: truncate=40 reset",
    "oidc.CreateToken: delay=300ms",
    "portal.GetRoleCredentials: status=500 repeat=2",
    "portal.GetRoleCredentials: error=TooManyRequestsException",
    "portal.GetRoleCredentials: truncate=30",
    "portal.GetRoleCredentials: reset",
    "portal.GetRoleCredentials: error=UnauthorizedException",
    "portal.Logout: drop",
    "oidc.RegisterClient: status=500 repeat=2",
    "sts.AssumeRole: status=503",
    "sts.AssumeRole: reset",
];

const LOGIN: [&str; 4] = ["login", "--sso-session", "corp", "--no-browser"];
const LOGOUT: [&str; 3] = ["logout", "--sso-session", "corp"];

/// Longer than a caller waits, and its sign-in needs to open the browser.
const LAST_LINKS: Duration = Duration::from_secs(5);

#[derive(Default)]
struct Counts {
    browsers: AtomicU64,
    calls: AtomicU64,
    kills: AtomicU64,
    sign_ins: AtomicU64,
    sign_outs: AtomicU64,
    expiries: AtomicU64,
    foreign_writes: AtomicU64,
    faults: AtomicU64,
    background_kills: AtomicU64,
}

struct Round<'a> {
    house: &'a House,
    fire: Fire,
    time: RoundTime<'a>,
    counts: Counts,
}

/// A time of less than so many milliseconds.
fn up_to(dice: &mut Dice, milliseconds: usize) -> Duration {
    Duration::from_micros(dice.roll(milliseconds * 1000) as u64)
}

pub(super) fn round(house: &House, fire: Fire, time: Duration, workers: usize) -> Outcome<()> {
    if fire == Fire::Together {
        house.forgive_repeated_renewals();
    }
    house.log_in()?;
    let round = Round { house, fire, time: RoundTime::of(house, time), counts: Counts::default() };
    thread::scope(|scope| {
        for worker in 0..workers {
            let dice = Dice(0x9e37_79b9_7f4a_7c15 ^ (worker as u64 + 1) << 20);
            scope.spawn(|| round.time.noted(round.call_again_and_again(dice)));
        }
        scope.spawn(|| round.time.noted(round.sign_in_and_out()));
        scope.spawn(|| round.time.noted(round.browse()));
        scope.spawn(|| round.time.noted(round.end_tokens()));
        scope.spawn(|| round.time.noted(round.look()));
        scope.spawn(|| round.time.noted(round.let_minutes_pass()));
        if fire == Fire::Together {
            scope.spawn(|| round.time.noted(round.write_in_place()));
            scope.spawn(|| round.time.noted(round.fail()));
        }
    });
    round.settle()?;
    house.conclude()?;
    round.tell(time);
    Ok(())
}

impl Round<'_> {
    fn call_again_and_again(&self, mut dice: Dice) -> Outcome<()> {
        while self.time.goes_on() {
            if dice.roll(3) == 0 {
                self.house.forget_roles();
            }
            let profile = dice.pick(&PROFILES);
            let mut arguments = vec!["--profile", profile];
            if dice.roll(4) == 0 {
                arguments.extend(["--auto-login", "--wait", "3"]);
            }
            let started = Instant::now();
            let mut child = self.house.start(&arguments)?;
            if self.fire == Fire::Together && dice.roll(4) == 0 {
                sleep(up_to(&mut dice, 40));
                let _ = child.kill();
                self.counts.kills.fetch_add(1, Ordering::Relaxed);
            }
            if !self.house.finish(child, started)? {
                // Calls without a sign-in are over at once, and would be nearly all calls.
                sleep(Duration::from_millis(40));
            }
            self.counts.calls.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    fn sign_in_and_out(&self) -> Outcome<()> {
        let mut dice = Dice(7);
        while self.time.goes_on() {
            sleep(Duration::from_millis(300) + up_to(&mut dice, 900));
            if dice.roll(2) == 0 {
                self.house.start(&LOGOUT)?.wait_with_output()?;
                self.counts.sign_outs.fetch_add(1, Ordering::Relaxed);
                sleep(up_to(&mut dice, 300));
            }
            if self.fire == Fire::Together {
                let command = if dice.roll(3) == 0 { &LOGOUT[..] } else { &LOGIN[..] };
                let mut child = self.house.start(command)?;
                sleep(up_to(&mut dice, 60));
                let _ = child.kill();
                child.wait()?;
                self.counts.kills.fetch_add(1, Ordering::Relaxed);
            }
            // A person tries again where the service failed.
            while self.time.goes_on() && !self.house.log_in()? {}
            self.counts.sign_ins.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    /// The person at the browser that `--auto-login` opens.
    fn browse(&self) -> Outcome<()> {
        let mut opened = 0;
        // Those who were begun at the last moment must not wait for their ten minutes.
        while self.time.goes_on_for(LAST_LINKS) {
            for link in self.house.opened().iter().skip(opened) {
                // The service may fail under fire; then somebody else signs in.
                let _ = crate::browser::open(link);
                opened += 1;
            }
            sleep(Duration::from_millis(30));
        }
        self.counts.browsers.fetch_add(opened as u64, Ordering::Relaxed);
        Ok(())
    }

    /// AWS ends access tokens before their time, so that all callers have to renew.
    fn end_tokens(&self) -> Outcome<()> {
        while self.time.goes_on() {
            sleep(Duration::from_millis(120));
            let Ok(Some(token)) = self.house.token() else { continue };
            let access_token = token["accessToken"].as_str().unwrap_or_default();
            if self.house.fake.expire_access_token(access_token) {
                self.counts.expiries.fetch_add(1, Ordering::Relaxed);
                self.house.forget_roles();
            }
        }
        Ok(())
    }

    /// Processes in the background begin again and again, and under fire are killed.
    fn let_minutes_pass(&self) -> Outcome<()> {
        while self.time.goes_on() {
            sleep(Duration::from_millis(60));
            self.house.forget_background();
            if self.fire == Fire::Together {
                for process in self.house.scene.background() {
                    let killed =
                        std::process::Command::new("kill").args(["-9", &process]).output()?;
                    let count = u64::from(killed.status.success());
                    self.counts.background_kills.fetch_add(count, Ordering::Relaxed);
                }
            }
        }
        Ok(())
    }

    /// Looks at the files all the time. With others that write in place the token file may be torn by them.
    fn look(&self) -> Outcome<()> {
        while self.time.goes_on() {
            self.house.check_roles();
            if let (Fire::Alone, Err(broken)) = (self.fire, self.house.token()) {
                self.house.report(&broken);
            }
            sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    /// As the AWS CLI: truncates, writes, without any lock, what it has read a moment ago.
    fn write_in_place(&self) -> Outcome<()> {
        while self.time.goes_on() {
            sleep(Duration::from_millis(70));
            let Ok(Some(token)) = self.house.token() else { continue };
            let text = token.to_string();
            let (one, other) = text.as_bytes().split_at(text.len() / 2);
            let open =
                fs::OpenOptions::new().write(true).truncate(true).open(self.house.token_path());
            // Somebody has signed out meanwhile.
            let Ok(mut file) = open else { continue };
            file.write_all(one)?;
            sleep(Duration::from_millis(3));
            file.write_all(other)?;
            self.counts.foreign_writes.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    fn fail(&self) -> Outcome<()> {
        let mut dice = Dice(11);
        while self.time.goes_on() {
            sleep(Duration::from_millis(150) + up_to(&mut dice, 200));
            self.house.fake.script(dice.pick(&FAULTS))?;
            self.counts.faults.fetch_add(1, Ordering::Relaxed);
        }
        self.house.fake.clear_script();
        Ok(())
    }

    /// One more run for each profile, then nothing unfinished is left, and no refresh token was sent twice.
    fn settle(&self) -> Outcome<()> {
        self.house.fake.clear_script();
        self.house.scene.wait_for_background();
        if !self.house.log_in()? {
            self.house.report("nobody can sign in afterwards");
        }
        // A renewal takes the token's lock, so that what killed ones left of it is cleared.
        self.house.expire_on_disk()?;
        self.house.forget_roles_but_leftovers();
        for profile in PROFILES {
            let started = Instant::now();
            if !self.house.finish(self.house.start(&["--profile", profile])?, started)? {
                self.house.report(&format!("{profile} has no credentials afterwards"));
            }
        }
        self.house.scene.wait_for_background();
        let left = self.house.leftovers()?;
        if !left.is_empty() {
            self.house.report(&format!("left behind: {left:?}"));
        }
        self.house.token()?;
        self.house.check_roles();
        self.house.check_secrets()?;
        if self.fire == Fire::Alone {
            for (uses, count) in self.renewals_by_token() {
                if uses > 1 {
                    self.house.report(&format!("{count} refresh tokens were sent {uses} times"));
                }
            }
        }
        Ok(())
    }

    /// How many refresh tokens were sent how often.
    fn renewals_by_token(&self) -> BTreeMap<u64, u64> {
        let mut uses: BTreeMap<String, u64> = BTreeMap::new();
        for request in self.house.fake.requests() {
            if request.operation == "oidc.CreateToken/refresh_token" {
                *uses.entry(request.json()["refreshToken"].to_string()).or_default() += 1;
            }
        }
        let mut counts = BTreeMap::new();
        uses.into_values().for_each(|times| *counts.entry(times).or_default() += 1);
        counts
    }

    fn tell(&self, time: Duration) {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let counts = &self.counts;
        let seen = self.house.seen();
        let renewals: u64 = self.renewals_by_token().iter().map(|(uses, count)| uses * count).sum();
        println!(
            "{:?}, {time:?}: {} calls, {} runs killed, {} sign-ins, {} by `--auto-login`, {} sign-outs, {} tokens ended early, {renewals} renewals, \
             {} writes in place, {} faults, {} processes in the background killed. Exit codes {:?} (-1: killed), the longest call {:.1?}.",
            self.fire,
            count(&counts.calls),
            count(&counts.kills),
            count(&counts.sign_ins),
            count(&counts.browsers),
            count(&counts.sign_outs),
            count(&counts.expiries),
            count(&counts.foreign_writes),
            count(&counts.faults),
            count(&counts.background_kills),
            seen.codes,
            seen.longest,
        );
        seen.tell_failures();
    }
}
