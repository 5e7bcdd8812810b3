//! The thousand kills of those who seal, unseal, change the key and renew, and what must hold in the end.

use super::house::PROFILES;
use super::sealed::{CALL, SEALED, SealedHouse, Step};
use crate::workspace::Outcome;
use std::fs;
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// So many runs are killed, each at a moment of its life: a quarter each of sealing, unsealing, a new key and
/// a renewal. After each of them a call gets credentials; after all of them nothing is left behind.
pub(super) fn kills(sealed: &SealedHouse, count: u32) -> Outcome<()> {
    let quarter = count.div_ceil(4);
    let (mut done, mut lives) = ([0_u32; 4], Vec::new());
    let started = Instant::now();
    for (index, step) in [Step::Unseal, Step::Seal, Step::NewKey].into_iter().enumerate() {
        let begun = Instant::now();
        sealed.finish(sealed.start(step)?)?;
        let life = begun.elapsed();
        lives.push(life);
        for round in 0..quarter {
            // The step before it, so that there is something to do.
            match step {
                Step::Unseal => must(sealed, Step::Seal)?,
                Step::Seal => must(sealed, Step::Unseal)?,
                Step::SealAll | Step::NewKey => {}
            }
            let before = fs::read(sealed.home.join(SEALED).join("key"))?;
            kill(sealed.start(step)?, life, round)?;
            done[index] += u32::from(match step {
                Step::Seal => sealed.is_sealed(),
                Step::Unseal => !sealed.is_sealed(),
                _ => fs::read(sealed.home.join(SEALED).join("key"))? != before,
            });
            sealed.is_signed_in(&format!("{step:?}, round {round}"))?;
        }
        must(sealed, step)?;
    }
    must(sealed, Step::Seal)?;
    done[3] = renewals(sealed, quarter)?;
    settle(sealed)?;
    println!(
        "Sealed, kills: {} runs killed in {:.1?} ({quarter} each of unseal, seal, a new key and a renewal, within {lives:.1?}): no token was lost; \
         {done:?} had done their work before the kill.",
        quarter * 4,
        started.elapsed(),
    );
    Ok(())
}

pub(super) fn must(sealed: &SealedHouse, step: Step) -> Outcome<()> {
    match sealed.finish(sealed.start(step)?)? {
        Some(0) => Ok(()),
        code => Err(format!("{step:?} ended with {code:?}").into()),
    }
}

fn kill(mut child: Child, life: Duration, round: u32) -> Outcome<()> {
    // As for the plain renewals: spread over the whole life and a bit more.
    sleep(life * (round * 619 % 1000) / 800);
    let _ = child.kill();
    child.wait()?;
    Ok(())
}

/// Kills renewals: AWS turns the access token down, so that each call needs another.
fn renewals(sealed: &SealedHouse, count: u32) -> Outcome<u32> {
    let renew = || {
        sealed.forget_roles();
        sealed.house.fake.script("portal.GetRoleCredentials: error=UnauthorizedException")
    };
    renew()?;
    let begun = Instant::now();
    sealed.house.finish(sealed.house.start(&CALL)?, begun)?;
    let (life, mut renewed) = (begun.elapsed(), 0);
    for round in 0..count {
        let before = fs::read(sealed.sealed_token())?;
        renew()?;
        kill(sealed.house.start(&CALL)?, life, round)?;
        sealed.house.fake.clear_script();
        renewed += u32::from(fs::read(sealed.sealed_token())? != before);
        sealed.is_signed_in(&format!("a renewal, round {round}"))?;
    }
    renew()?;
    sealed.house.finish(sealed.house.start(&CALL)?, Instant::now())?;
    sealed.house.fake.clear_script();
    Ok(renewed)
}

/// In the end: nothing unfinished is there, everything is sealed, no secret is in clear, and the way back works.
pub(super) fn settle(sealed: &SealedHouse) -> Outcome<()> {
    must(sealed, Step::Unseal)?;
    call_all(sealed)?;
    must(sealed, Step::SealAll)?;
    sealed.report_secrets_in_clear()?;
    call_all(sealed)?;
    let left = sealed.house.leftovers()?;
    // Notes are written without a lock and hold no secret: what is left of one goes after an hour.
    let left: Vec<_> = left.into_iter().filter(|path| !path.contains(".person.json.")).collect();
    if !left.is_empty() {
        sealed.house.report(&format!("left behind: {left:?}"));
    }
    must(sealed, Step::Unseal)?;
    match sealed.house.token()? {
        Some(_) => sealed.house.conclude(),
        None => Err("no token came back".into()),
    }
}

fn call_all(sealed: &SealedHouse) -> Outcome<()> {
    sealed.forget_roles();
    for profile in PROFILES {
        let call = sealed.house.start(&["--profile", profile])?;
        if !sealed.house.finish(call, Instant::now())? {
            sealed.house.report(&format!("{profile} has no credentials afterwards"));
        }
    }
    Ok(())
}
