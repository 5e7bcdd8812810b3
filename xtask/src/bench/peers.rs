//! What else gives credentials of Identity Center, side by side with us where it is installed.
//!
//! `clients.rs` knows how each is found and run. Each is run once before, and seen to give the stand-in's credentials: one that does not is
//! skipped, visibly.

use super::clients::{self, Family, NATIVE};
use super::compare::{compared, points};
use super::home;
use super::report::{Kind, Report};
use super::subject::Subject;
use super::table::at_least;
use super::timing::{Row, interleaved};
use crate::scene::{ACCOUNT, PROFILE, ROLE, SESSION};
use crate::workspace::Outcome;
use fake_identity_center::{Fake, Setup};
use std::path::Path;

/// How much faster a cached call is to be than the AWS CLI's, and than the fastest peer in Go.
const AWS_CLI_GOAL: f64 = 300.0;
const GO_GOAL: f64 = 8.0;

pub(super) fn section(
    report: &mut Report,
    subjects: &[Subject],
    scratch: &Path,
    rounds: usize,
) -> Outcome<()> {
    let Some(first) = subjects.first() else { return Ok(()) };
    let fake = Fake::start(Setup::default())?;
    let scene = home::warm(&scratch.join("peers"), &fake, subjects, home::FEW)?;
    scene.write_config(&config(&first.program))?;

    let clients = clients::installed(&scene)?;
    let mut rows: Vec<Row<'_>> = subjects
        .iter()
        .map(|subject| {
            let command = scene.command(&subject.program, &["--profile", PROFILE]);
            Row::new(format!("{}, cached", subject.name()), command)
        })
        .collect();
    let ours = rows.len();
    rows.extend(clients.iter().map(|client| Row::new(&client.name, client.command())));
    let summaries = interleaved(&mut rows, rounds)?;

    let table = compared(&rows, &summaries, (0, &first.name()), |index, multiple| {
        index
            .checked_sub(ours)
            .map_or_else(String::new, |index| goal(clients[index].family, multiple))
    });
    report.section("Beside other tools", format!("{rounds} rounds. {NOTES}\n\n{table}"));
    let kind = |index| if index < ours { Kind::Ours } else { Kind::Peer };
    report.group("a call of other tools", points(&rows, &summaries, kind).split_off(ours));
    Ok(())
}

const NOTES: &str = "\"Own provider\" is the tool's own support for Identity Center with a fresh sign-in, \"through sso-cp\" the \
same tool with our `credential_process`;\nboth are small programs that get credentials and end, so they include what starting the \
language costs. The AWS CLI has the role\ncredentials in its cache; the SDKs keep none on the disk, so each of their processes asks \
AWS, which here is on loopback and answers at once.";

/// What a call of that tool is to cost as a multiple of ours.
fn goal(family: Family, multiple: f64) -> String {
    match family {
        Family::AwsCli => at_least(multiple, AWS_CLI_GOAL, ""),
        // Its start is less than a call of it: that proves the goal, or nothing.
        Family::Go if multiple < GO_GOAL => format!("at least {GO_GOAL}: its start does not tell"),
        Family::Go => at_least(multiple, GO_GOAL, ""),
        Family::Sdk => String::new(),
    }
}

/// The same role for the peers' own providers, and through our program.
fn config(program: &Path) -> String {
    format!(
        "{}\n[profile {NATIVE}]\nsso_session = {SESSION}\nsso_account_id = {ACCOUNT}\nsso_role_name = {ROLE}\nregion = eu-west-1\n{}",
        home::session(),
        home::profile(&program.display().to_string())
    )
}
