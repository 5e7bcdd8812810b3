//! Calls that ask AWS, once an hour: one connection and one request, beside `curl` doing the very same.

use super::table::{times, verdict};
use super::timing::{Row, interleaved};
use super::{Subject, check, role_requests, warm};
use crate::scene::{ACCOUNT, PROFILE, ROLE, Scene};
use crate::workspace::{Outcome, find_program, stdout_of};
use fake_identity_center::{Fake, Setup, Tls};
use std::path::Path;
use std::process::Command;

/// How many profiles the config has: few, for it is the network that is measured.
const PROFILES: usize = 5;

/// The call with a token but without cached role credentials.
pub(super) fn table(subjects: &[Subject], scratch: &Path, tls: Tls, rounds: usize) -> Outcome<()> {
    let fake = Fake::start(Setup { tls, ..Setup::default() })?;
    let scene = Scene::new(&scratch.join(format!("cold-{tls:?}")), &fake)?;
    scene.write_config(&warm::config(PROFILES))?;
    let token = scene.sign_in(&fake)?;

    let mut rows = Vec::new();
    match curl(&scene, &fake, &token)? {
        Some(command) => rows.push(Row::new("curl", command)),
        None => eprintln!("SKIPPED: curl beside the cold call: no `curl` on this machine"),
    }
    let curls = rows.len();
    for subject in subjects {
        check(subject, &scene)?;
        let command = scene.command(&subject.program, &["--profile", PROFILE]);
        rows.push(
            Row::new(format!("{}: sso-cp", subject.build.name()), command)
                .forgetting(scene.role_cache()),
        );
    }
    let before = role_requests(&fake);
    let summaries = interleaved(&mut rows, rounds)?;
    let expected = (rounds.max(1) + 1) * rows.len();
    let asked = role_requests(&fake) - before;
    if asked != expected {
        return Err(format!(
            "{asked} requests for role credentials where {expected} calls were cold"
        )
        .into());
    }

    let protocol = if tls == Tls::Off { "plain HTTP" } else { "TLS with a private CA" };
    println!("\n## A call that asks AWS, over {protocol}\n");
    println!(
        "| program | min | median | middle half | times curl | target |\n| --- | --- | --- | --- | --- | --- |"
    );
    for (index, (row, summary)) in rows.iter().zip(&summaries).enumerate() {
        let ratio = (curls == 1).then(|| summary.times(&summaries[0]));
        let ratio_text = ratio.map_or("-".to_owned(), |ratio| format!("{ratio:.2}"));
        let judged = match ratio {
            Some(ratio) if index >= curls && tls != Tls::Off => verdict(ratio, &[0.5, 0.35], ""),
            _ => String::new(),
        };
        println!("| {} | {} | {ratio_text} | {judged} |", row.name, times(summary));
    }
    Ok(())
}

/// The same request by curl, seen to give credentials.
fn curl(scene: &Scene, fake: &Fake, token: &str) -> Outcome<Option<Command>> {
    let Some(curl) = find_program("curl") else { return Ok(None) };
    let url =
        format!("{}/federation/credentials?account_id={ACCOUNT}&role_name={ROLE}", fake.sso_url());
    let header = format!("x-amz-sso_bearer_token: {token}");
    let build = || {
        let mut command =
            scene.command(&curl, &["--disable", "--silent", "--show-error", "--fail"]);
        command.args(["--header", &header]);
        if fake.ca_pem().is_some() {
            command.arg("--cacert").arg(scene.ca_bundle());
        }
        command.arg(&url);
        command
    };
    match stdout_of(&mut build())?.contains("ASIAFAKE") {
        true => Ok(Some(build())),
        false => Err("curl's request gave no credentials".into()),
    }
}
