//! The kills of those who have credentials fetched in the background, and of the processes that fetch them.

use super::house::House;
use crate::workspace::Outcome;
use std::fs;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Who is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Victim {
    /// The call, with its whole process group, as a terminal that closes does it.
    Caller,
    /// What it has begun.
    Background,
}

/// Kills so many, one call of four and else what it has begun, each at a moment of its life: no refresh token is spent, the token file is as it
/// was, role files are whole, and the next call gets credentials.
pub(super) fn kills(house: &House, count: u32) -> Outcome<()> {
    house.scene.sign_in(&house.fake)?;
    call(house)?;
    house.scene.wait_for_background();
    let (begun, token) = (Instant::now(), fs::read(house.token_path())?);
    house.forget_background();
    call(house)?;
    let answered = begun.elapsed();
    house.scene.wait_for_background();
    let life = begun.elapsed() - answered;
    house.fake.clear_requests();
    let (mut fetched, mut unfinished) = (0, 0);
    for round in 0..count {
        house.forget_background();
        let before = house.roles();
        match victim(round) {
            Victim::Caller => {
                let child = house.start(&CALL)?;
                sleep(moment(answered, round));
                kill_group(child)?;
            }
            Victim::Background => {
                call(house)?;
                sleep(moment(life, round));
                for process in house.scene.background() {
                    Command::new("kill").args(["-9", &process]).output()?;
                }
            }
        }
        house.scene.wait_for_background();
        if fs::read(house.token_path())? != token {
            house.report(&format!("the token file has changed, round {round}"));
        }
        house.check_roles();
        fetched += u32::from(house.roles() != before);
        unfinished += u32::from(!house.leftovers()?.is_empty());
    }
    settle(house)?;
    println!(
        "Background, kills: {count} killed, {} of them calls within {answered:.1?} and the others what a call had begun, within {life:.1?}: {fetched} \
         had fetched before the kill, {unfinished} left an unfinished file, which the next run cleared; no token was renewed.",
        (0..count).filter(|round| victim(*round) == Victim::Caller).count()
    );
    Ok(())
}

const CALL: [&str; 2] = ["--profile", "dev"];

fn victim(round: u32) -> Victim {
    if round.is_multiple_of(4) { Victim::Caller } else { Victim::Background }
}

/// Spread over the whole life and a bit more.
fn moment(life: Duration, round: u32) -> Duration {
    life * (round * 619 % 1000) / 800
}

fn call(house: &House) -> Outcome<()> {
    match house.finish(house.start(&CALL)?, Instant::now())? {
        true => Ok(()),
        false => Err("a call has no credentials".into()),
    }
}

fn kill_group(mut child: Child) -> Outcome<()> {
    Command::new("kill").args(["-9", "--", &format!("-{}", child.id())]).output()?;
    child.wait()?;
    Ok(())
}

fn settle(house: &House) -> Outcome<()> {
    if house.fake.operations().iter().any(|name| name.starts_with("oidc.")) {
        house.report("a process in the background has renewed a token");
    }
    // A fetch for a call clears what killed ones have left beside the same file.
    house.forget_roles_but_leftovers();
    call(house)?;
    house.scene.wait_for_background();
    let left = house.leftovers()?;
    if !left.is_empty() {
        house.report(&format!("left behind: {left:?}"));
    }
    house.check_secrets()?;
    house.conclude()
}
