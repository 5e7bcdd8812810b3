//! Calls that begin before a session is sealed with all its credentials, and end whenever they end. As soon as all
//! of them have ended, nothing is in clear.

use super::house::PROFILES;
use super::sealed::{SealedHouse, Step};
use super::sealed_kills::must;
use crate::workspace::Outcome;
use mutations::Dice;
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Longer than a call takes from its start to its last file.
const SPREAD_MICROSECONDS: usize = 30_000;

pub(super) fn round(sealed: &SealedHouse, count: u32) -> Outcome<()> {
    let mut dice = Dice(31);
    for _ in 0..count {
        // A sign-in that is sealed already takes another way than one in the shared files.
        let before = if dice.roll(2) == 0 { Step::Unseal } else { Step::Seal };
        must(sealed, Step::Unseal)?;
        must(sealed, before)?;
        sealed.forget_roles();
        if dice.roll(3) == 0 {
            // One of the calls has to renew the token too.
            sealed.house.fake.script("portal.GetRoleCredentials: error=UnauthorizedException")?;
        }
        let started = Instant::now();
        let start = |profile: &&str| sealed.house.start(&["--profile", profile]);
        let calls = PROFILES.iter().map(start).collect::<Outcome<Vec<Child>>>()?;
        sleep(Duration::from_micros(dice.roll(SPREAD_MICROSECONDS) as u64));
        must(sealed, Step::SealAll)?;
        for call in calls {
            if !sealed.house.finish(call, started)? {
                sealed.house.report("a call has no credentials while its session is sealed");
            }
        }
        sealed.house.fake.clear_script();
        sealed.report_secrets_in_clear()?;
        sealed.is_signed_in("sealing beside calls")?;
    }
    println!("Sealed meanwhile: {count} times beside {} calls each.", PROFILES.len());
    sealed.house.conclude()
}
