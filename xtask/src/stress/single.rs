//! The two rounds with one question each.

use super::house::House;
use crate::workspace::Outcome;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// So many calls at once with an expired token: one renewal, one role call, and the time that it takes.
pub(super) fn at_once(house: &House, count: usize) -> Outcome<()> {
    const ROUNDS: usize = 5;
    let (mut cold, mut starts, mut all) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        cold.push(timed(house, 1, &["--profile", "dev"])?);
        starts.push(timed(house, count, &["--version"])?);
        all.push(timed(house, count, &["--profile", "dev"])?);
    }
    house.conclude()?;
    let (cold, starts, all) = (median(cold), median(starts), median(all));
    println!(
        "At once: {count} calls with an expired token, {ROUNDS} times: {count} documents, 1 renewal, 1 role call each time. \
         One cold call {cold:.1?}, {count} starts of the program {starts:.1?}, all calls {all:.1?} (at most {:.1?} wanted).",
        3 * cold + starts
    );
    Ok(())
}

fn timed(house: &House, count: usize, arguments: &[&str]) -> Outcome<Duration> {
    house.scene.sign_in(&house.fake)?;
    house.expire_on_disk()?;
    house.forget_roles();
    house.fake.clear_requests();
    let started = Instant::now();
    let children: Vec<_> = (0..count).map(|_| house.start(arguments)).collect::<Outcome<_>>()?;
    let is_call = arguments[0] == "--profile";
    for child in children {
        if !is_call {
            child.wait_with_output()?;
        } else if !house.finish(child, started)? {
            house.report("a call of many failed");
        }
    }
    let took = started.elapsed();
    let wanted = ["oidc.CreateToken/refresh_token", "portal.GetRoleCredentials"];
    if is_call && house.fake.operations() != wanted {
        house.report(&format!("requests: {:?}", house.fake.operations()));
    }
    Ok(took)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Kills so many calls, each at a moment of its life, whose end has others fetched in the background: the token file is the old one or the new one.
pub(super) fn kills(house: &House, count: u32) -> Outcome<()> {
    house.forgive_repeated_renewals();
    house.scene.sign_in(&house.fake)?;
    house.expire_on_disk()?;
    let started = Instant::now();
    house.finish(house.start(&["--profile", "dev"])?, started)?;
    let life = started.elapsed();
    let (mut renewed, mut unfinished) = (0, 0);
    for round in 0..count {
        // What the last one has begun would fetch for this one.
        house.scene.wait_for_background();
        house.forget_background();
        house.expire_on_disk()?;
        house.forget_roles();
        let before = house.token()?.ok_or("the token is there")?;
        let mut child = house.start(&["--profile", "dev"])?;
        // A step that has nothing in common with the count spreads the moments over the whole life and a bit more.
        sleep(life * (round * 619 % 1000) / 800);
        let _ = child.kill();
        child.wait()?;
        let after =
            house.token()?.ok_or_else(|| format!("the token file is gone, round {round}"))?;
        renewed += u32::from(after["accessToken"] != before["accessToken"]);
        unfinished += u32::from(!house.leftovers()?.is_empty());
    }
    house.expire_on_disk()?;
    house.forget_roles();
    if !house.finish(house.start(&["--profile", "dev"])?, Instant::now())? {
        house.report("the call after all kills failed");
    }
    house.scene.wait_for_background();
    let left = house.leftovers()?;
    if !left.is_empty() {
        house.report(&format!("left behind: {left:?}"));
    }
    house.conclude()?;
    println!(
        "Kills: {count} renewals killed within {life:.1?}: no broken file; {renewed} were saved before the kill, {unfinished} left an \
         unfinished file, which the next run cleared."
    );
    Ok(())
}
