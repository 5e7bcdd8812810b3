//! `cargo xtask stress`: the program under fire for a while, against the stand-in on loopback, and then a look at what is left.
//!
//! | round | what happens | what must hold, besides what always must |
//! | --- | --- | --- |
//! | at once | a hundred calls with an expired token | one renewal, one role call |
//! | kills | a thousand calls with `sso_cp_prefetch`, each killed at a random moment of a renewal | old or new token, whole |
//! | background, kills | as many again: calls that have credentials fetched in the background, and the processes that do it | the token is untouched |
//! | alone | calls of roles and of an assumed one, sign-ins by command and by `--auto-login`, sign-outs, tokens that AWS ends early, credentials fetched in the background | no refresh token is sent twice |
//! | together | the same with kills of calls, sign-ins, sign-outs and processes in the background, AWS-CLI-style writers and a failing service | files are whole in the end |
//! | sealed, kills | as many again: sealing, unsealing, a new key and renewals of a sealed session | the token is there in one whole form, and a call works |
//! | sealed meanwhile | a tenth as many: calls that begin before everything is sealed, and end after it | no secret is in clear as soon as they have ended |
//! | sealed | calls, sealing, unsealing, new keys, kills, beside an AWS CLI that signs in | the same, at any moment; in the end no secret is in clear |
//!
//! Always: an exit code of the table, no panic, no secret on stderr or outside of the caches, stdout a document or empty, role files whole
//! at any moment, no temporary file left after one more run.

mod actors;
mod background;
mod beside;
mod house;
mod meanwhile;
mod round_time;
mod sealed;
mod sealed_kills;
mod single;

use crate::scratch::Scratch;
use crate::workspace::Outcome;
use argh::FromArgs;
use house::House;
use sealed::SealedHouse;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Run the program under fire for a while: many calls, sign-ins, sign-outs, kills, other writers, a failing service, a store that is sealed and unsealed
#[derive(FromArgs)]
#[argh(subcommand, name = "stress")]
pub(crate) struct Stress {
    /// how long the three mixed rounds take together (default 90)
    #[argh(option, default = "90")]
    seconds: u64,
    /// how many call at the same time (default 8)
    #[argh(option, default = "8")]
    workers: usize,
    /// how many renewals are killed, how many processes in the background, and how many steps of the sealed store (default 1000)
    #[argh(option, default = "1000")]
    kills: u32,
    /// a build that is there already (default: it is built)
    #[argh(option)]
    program: Option<PathBuf>,
}

impl Stress {
    pub(crate) fn run(self) -> Outcome<ExitCode> {
        let program = self.program.clone().map_or_else(crate::demo::build, Ok)?;
        let scratch = Scratch::new()?;
        let house = |name: &str| House::new(&program, &scratch.path().join(name));
        let ahead = |name: &str| House::ahead(&program, &scratch.path().join(name));
        let third = Duration::from_secs(self.seconds) / 3;
        single::at_once(&house("at-once")?, 100)?;
        single::kills(&ahead("kills")?, self.kills)?;
        background::kills(&ahead("background")?, self.kills)?;
        actors::round(&ahead("alone")?, actors::Fire::Alone, third, self.workers)?;
        actors::round(&ahead("together")?, actors::Fire::Together, third, self.workers)?;
        self.sealed(&SealedHouse::new(&program, &scratch.path().join("sealed"))?, third)?;
        println!("No invariant was broken.");
        Ok(ExitCode::SUCCESS)
    }

    fn sealed(&self, house: &SealedHouse, time: Duration) -> Outcome<()> {
        if !house.seal()? {
            println!(
                "SKIPPED: the rounds of the sealed store: the kernel's keyring is closed here"
            );
            return Ok(());
        }
        sealed_kills::kills(house, self.kills)?;
        meanwhile::round(house, self.kills / 10)?;
        beside::round(house, time, self.workers)?;
        house.lock()
    }
}
