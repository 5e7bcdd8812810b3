//! The builds of the program that are set against each other, and the calls that ask AWS, of either of them.

use super::clients::NATIVE;
use super::home;
use super::table::at_most;
use super::timing::{Row, Summary};
use crate::scene::{ACCOUNT, PROFILE, ROLE, SESSION, Scene};
use crate::workspace::Outcome;
use fake_identity_center::Fake;
use std::path::Path;
use std::{fs, io};

/// What is measured, and the other build beside it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Contestants<'a> {
    pub(super) program: &'a Path,
    pub(super) base: Option<&'a Path>,
    /// What tables call the other build.
    pub(super) base_name: &'a str,
}

impl Contestants<'_> {
    /// A row for each kind of call, ours first. `variables`: what the scene has not set.
    pub(super) fn rows<'a>(
        &self,
        scene: &'a Scene,
        fake: &'a Fake,
        variables: &[(&str, &str)],
    ) -> Vec<Row<'a>> {
        let programs = [("sso-cp", Some(self.program)), (self.base_name, self.base)];
        let there = programs.into_iter().filter_map(|(name, program)| Some((name, program?)));
        let both = there.flat_map(|(name, program)| Case::ALL.map(|case| (name, program, case)));
        let row = |(name, program, case): (&str, &Path, Case)| {
            let mut command = scene.command(program, &["--profile", case.profile()]);
            command.envs(variables.iter().copied());
            let row = Row::new(format!("{name}, {}", case.name()), command);
            row.prepared_by(move || made_ready(case, scene, fake))
        };
        both.map(row).collect()
    }

    /// What a call takes of the other build's time, and whether that is little enough. The rows begin with those above.
    pub(super) fn judged(&self, case: Case, summaries: &[Summary], limit: f64) -> Option<String> {
        self.base?;
        let at = case as usize;
        let ratio = summaries.get(at)?.times(summaries.get(at + Case::ALL.len())?);
        Some(format!("{ratio:.3} of {}: {}", self.base_name, at_most(ratio, limit, "")))
    }
}

/// What a call finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Fresh,
    Expired,
    Chain,
    ExpiredChain,
}

impl Case {
    pub(super) const ALL: [Case; 4] = [Case::Fresh, Case::Expired, Case::Chain, Case::ExpiredChain];

    fn name(self) -> &'static str {
        match self {
            Case::Fresh => "a role",
            Case::Expired => "a role, expired token",
            Case::Chain => "a role assumed from it",
            Case::ExpiredChain => "a role assumed from it, expired token",
        }
    }

    fn profile(self) -> &'static str {
        match self {
            Case::Fresh | Case::Expired => PROFILE,
            Case::Chain | Case::ExpiredChain => "chain",
        }
    }

    fn is_expired(self) -> bool {
        matches!(self, Case::Expired | Case::ExpiredChain)
    }
}

fn made_ready(case: Case, scene: &Scene, fake: &Fake) -> Outcome<()> {
    forget_chains(scene)?;
    match case.is_expired() {
        true => home::forget_role_and_token(scene, fake),
        false => {
            scene.sign_in(fake)?;
            home::forget_role(scene)
        }
    }
}

fn forget_chains(scene: &Scene) -> Outcome<()> {
    match fs::remove_dir_all(scene.own_folder().join("chains")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// The profiles of all these calls, and the one for the peers' own providers.
pub(super) fn config() -> String {
    let profile = home::profile("sso-cp").replace("eu-west-1", "us-east-1");
    format!(
        "{}{profile}\n[profile {NATIVE}]\nsso_session = {SESSION}\nsso_account_id = {ACCOUNT}\nsso_role_name = {ROLE}\n\
         region = us-east-1\n\n[profile chain]\nrole_arn = arn:aws:iam::444455556666:role/Deploy\n\
         source_profile = {PROFILE}\nrole_session_name = bench\nregion = us-east-1\n",
        home::session()
    )
}
