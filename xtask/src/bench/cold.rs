//! Calls that ask AWS: one connection and one request, beside `curl` doing the very same; and with a renewal before it.

use super::compare::{compared, points};
use super::home;
use super::report::{Kind, Report};
use super::subject::Subject;
use super::table::at_most;
use super::timing::{Row, again, interleaved};
use crate::scene::{ACCOUNT, PROFILE, ROLE, Scene};
use crate::workspace::{Outcome, find_program, stdout_of};
use fake_identity_center::{Fake, Setup, Tls};
use std::path::Path;
use std::process::Command;

/// What a cold call over TLS may cost as a multiple of curl's time.
const GOAL: f64 = 0.35;

pub(super) fn section(
    report: &mut Report,
    subjects: &[Subject],
    scratch: &Path,
    tls: Tls,
    rounds: usize,
) -> Outcome<()> {
    let fake = Fake::start(Setup { tls, ..Setup::default() })?;
    // The two rows of a build need two homes: a renewed token would spoil the other's sign-in.
    let [cold, renewing] = ["cold", "renewing"].map(|name| {
        home::warm(&scratch.join(format!("{name}-{tls:?}")), &fake, subjects, home::FEW)
    });
    let (cold, renewing) = (cold?, renewing?);
    let token = cold.sign_in(&fake)?;
    let mut rows = curl_row(&cold, &fake, &token)?;
    let curls = rows.len();
    for subject in subjects {
        rows.push(cold_row(subject, &cold));
        rows.push(renewing_row(subject, &renewing, &fake));
    }
    let before = (home::role_requests(&fake), home::renewals(&fake));
    let summaries = interleaved(&mut rows, rounds)?;
    let calls = rounds.max(1) + 1;
    home::asked_exactly("a role", home::role_requests(&fake) - before.0, calls * rows.len())?;
    home::asked_exactly("a new token", home::renewals(&fake) - before.1, calls * subjects.len())?;

    let is_cold = |index: usize| index >= curls && (index - curls).is_multiple_of(2);
    let yardstick = if curls == 1 { "`curl`" } else { "the first row" };
    let table = compared(&rows, &summaries, (0, yardstick), |index, multiple| {
        match tls != Tls::Off && curls == 1 && is_cold(index) {
            true => at_most(multiple, GOAL, ""),
            false => String::new(),
        }
    });
    let protocol = if tls == Tls::Off { "plain HTTP" } else { "TLS" };
    report.section(
        &format!("A call that asks AWS, over {protocol}"),
        format!(
            "{rounds} rounds. AWS is the stand-in on loopback: the network's own time comes on top, once for each request.\n\n{table}"
        ),
    );
    if tls != Tls::Off {
        let kind = |index| if index < curls { Kind::Yardstick } else { Kind::Ours };
        report.group("a call that asks AWS, over TLS", points(&rows, &summaries, kind));
    }
    Ok(())
}

fn cold_row<'a>(subject: &Subject, scene: &'a Scene) -> Row<'a> {
    let command = scene.command(&subject.program, &["--profile", PROFILE]);
    Row::new(subject.name(), command).prepared_by(|| home::forget_role(scene))
}

fn renewing_row<'a>(subject: &Subject, scene: &'a Scene, fake: &'a Fake) -> Row<'a> {
    let command = scene.command(&subject.program, &["--profile", PROFILE]);
    Row::new(format!("{}, and a renewal", subject.name()), command)
        .prepared_by(|| home::forget_role_and_token(scene, fake))
}

/// The same request by curl, seen to give credentials; empty where there is no curl.
fn curl_row<'a>(scene: &Scene, fake: &Fake, token: &str) -> Outcome<Vec<Row<'a>>> {
    let Some(curl) = find_program("curl") else {
        eprintln!("SKIPPED: curl beside the cold call: no `curl` on this machine");
        return Ok(Vec::new());
    };
    let command = curl_command(&curl, scene, fake, token);
    match stdout_of(&mut again(&command))?.contains("ASIAFAKE") {
        true => Ok(vec![Row::new("`curl`, the same request", command)]),
        false => Err("curl's request gave no credentials".into()),
    }
}

fn curl_command(curl: &Path, scene: &Scene, fake: &Fake, token: &str) -> Command {
    let url =
        format!("{}/federation/credentials?account_id={ACCOUNT}&role_name={ROLE}", fake.sso_url());
    let mut command = scene.command(curl, &["--disable", "--silent", "--show-error", "--fail"]);
    command.args(["--header", &format!("x-amz-sso_bearer_token: {token}")]);
    if fake.ca_pem().is_some() {
        command.arg("--cacert").arg(scene.ca_bundle());
    }
    command.arg(url);
    command
}
