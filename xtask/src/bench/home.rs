//! Home folders that are measured in: their config files, sign-ins and caches, and what the fake was asked meanwhile.

use super::subject::Subject;
use crate::scene::{ACCOUNT, PROFILE, ROLE, SESSION, Scene};
use crate::workspace::Outcome;
use fake_identity_center::{Fake, START_URL, Seed};
use std::fmt::Write;
use std::path::Path;
use std::{fs, io};

/// How many profiles a config file usually has.
pub(crate) const FEW: usize = 5;

/// A home folder with that many profiles, signed in, its cache filled and seen to be used by each build.
pub(crate) fn warm(
    folder: &Path,
    fake: &Fake,
    subjects: &[Subject],
    profiles: usize,
) -> Outcome<Scene> {
    let scene = signed_in(folder, fake, &config(profiles))?;
    let asked = role_requests(fake);
    for subject in subjects {
        subject.check(&scene)?;
    }
    unasked(fake, asked + 1)?;
    Ok(scene)
}

/// A home folder with a config file and a sign-in, and no role credentials.
pub(crate) fn signed_in(folder: &Path, fake: &Fake, config: &str) -> Outcome<Scene> {
    let scene = Scene::new(folder, fake)?;
    scene.write_config(config)?;
    scene.sign_in(fake)?;
    Ok(scene)
}

/// Forgets the role credentials: the next call asks AWS for them.
pub(crate) fn forget_role(scene: &Scene) -> Outcome<()> {
    match fs::remove_dir_all(scene.role_cache()) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Forgets the role credentials, and leaves an access token that is over and can be renewed.
pub(crate) fn forget_role_and_token(scene: &Scene, fake: &Fake) -> Outcome<()> {
    forget_role(scene)?;
    // The file is there since the sign-in, and stays as private as it was.
    Ok(fs::write(scene.token_path(), fake.seed_token(&Seed::expired()).token_file())?)
}

/// How often the fake was asked for role credentials.
pub(crate) fn role_requests(fake: &Fake) -> usize {
    requests(fake, "portal.GetRoleCredentials")
}

/// How often the fake was asked to renew a token.
pub(crate) fn renewals(fake: &Fake) -> usize {
    requests(fake, "oidc.CreateToken/refresh_token")
}

fn requests(fake: &Fake, operation: &str) -> usize {
    fake.operations().iter().filter(|name| *name == operation).count()
}

/// Every call since was answered from the cache, or it would be the wrong thing that was measured.
pub(crate) fn unasked(fake: &Fake, before: usize) -> Outcome<()> {
    asked_exactly("role credentials", role_requests(fake) - before, 0)
}

/// The calls of a table asked what they were meant to ask, no more and no less.
pub(crate) fn asked_exactly(what: &str, asked: usize, expected: usize) -> Outcome<()> {
    match asked == expected {
        true => Ok(()),
        false => Err(format!("{asked} requests for {what} where {expected} were expected").into()),
    }
}

/// A session and profiles as a generator of profiles writes them, the one that is asked for last.
pub(crate) fn config(profiles: usize) -> String {
    let mut text = session();
    for number in 1..profiles {
        let account = 100_000_000_000_u64 + number as u64;
        write!(
            text,
            "\n[profile team-{number:05}-admin]\nsso_session = {SESSION}\nsso_account_id = {account}\n\
             sso_role_name = AdministratorAccess\nregion = eu-west-1\noutput = json\n"
        )
        .expect("a String takes any text");
    }
    text + &profile("sso-cp")
}

pub(crate) fn session() -> String {
    format!(
        "[sso-session {SESSION}]\nsso_start_url = {START_URL}\nsso_region = us-east-1\n\
         sso_registration_scopes = sso:account:access\n"
    )
}

/// The profile that is asked for; its `credential_process` is that program.
pub(crate) fn profile(program: &str) -> String {
    format!(
        "\n[profile {PROFILE}]\nsso_cp_session = {SESSION}\nsso_cp_account_id = {ACCOUNT}\nsso_cp_role_name = {ROLE}\n\
         credential_process = {program} --profile {PROFILE}\nregion = eu-west-1\n"
    )
}
