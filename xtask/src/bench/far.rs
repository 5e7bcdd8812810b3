//! Calls that ask an AWS that is far away, in the network of `network.rs`. There real names are resolved and real handshakes are made,
//! with no endpoint overridden.

mod store;

use super::clients::{self, RustTls};
use super::compare::compared;
use super::contestants::{Case, Contestants, config};
use super::home;
use super::network::{HOSTS, Network, PORT};
use super::report::Report;
use super::table::at_most;
use super::timing::{Row, Summary, again, interleaved};
use crate::scene::{ACCOUNT, ROLE, Scene};
use crate::scratch::Scratch;
use crate::workspace::{Outcome, find_program, output_of};
use fake_identity_center::{Fake, Setup, Tls};
use std::fs;
use std::process::Command;

/// How far AWS is, in milliseconds there and back: the next country, and another continent.
const ROUND_TRIPS: [f64; 2] = [20.0, LONGEST];
/// What there are goals for.
pub(super) const LONGEST: f64 = 80.0;

/// An expired token may take so much of what it takes the Rust SDK.
const RUST_SDK_GOAL: f64 = 0.62;
/// And so much of what another build takes: an expired token, a chain, and both.
const OTHER_BUILD_GOALS: [(Case, f64); 3] =
    [(Case::Expired, 0.66), (Case::Chain, 0.72), (Case::ExpiredChain, 0.60)];
/// A fresh token may take so much of what it takes curl.
const CURL_GOAL: f64 = 1.0;

pub(super) fn section(
    report: &mut Report,
    contestants: Contestants<'_>,
    rounds: usize,
) -> Outcome<()> {
    let Some(network) = Network::found() else { return Ok(()) };
    build_clients()?;
    for round_trip in ROUND_TRIPS {
        let table = network.run("far", round_trip, contestants, rounds)?;
        let title = format!("A call that asks an AWS {round_trip} ms away");
        report.section(&title, format!("{rounds} rounds. {NOTES}\n\n{table}"));
    }
    Ok(())
}

const NOTES: &str = "Two namespaces of this machine and a wire that takes its time: names, connections, TLS and requests go over it.\n\
Every client trusts the certificates of the system's store and one more, and has to read them. \
\"Own provider\" is the SDK's own support for Identity Center, in a small program that gets credentials and ends.";

/// In that network nothing can be fetched, so what is built is built before.
pub(super) fn build_clients() -> Outcome<()> {
    let scratch = Scratch::new()?;
    let fake = Fake::start(Setup::default())?;
    let scene = Scene::new(&scratch.path().join("builds"), &fake)?;
    clients::own_providers(&scene, RustTls::With).map(drop)
}

/// What runs in the far network: the table.
pub(super) fn inside(
    round_trip: f64,
    contestants: Contestants<'_>,
    rounds: usize,
) -> Outcome<String> {
    let scratch = Scratch::new()?;
    let hosts = HOSTS.map(str::to_owned).into();
    let fake = Fake::start(Setup { tls: Tls::Good, port: PORT, hosts, ..Setup::default() })?;
    let scene = Scene::without_endpoints(&scratch.path().join("far"), &fake)?;
    scene.write_config(&config())?;
    trust_the_system_too(&scene)?;
    let token = scene.sign_in(&fake)?;

    let mut rows = contestants.rows(&scene, &fake, &[]);
    let yardstick = rows.len();
    rows.push(curl(&scene, &token)?);
    for (name, command) in clients::own_providers(&scene, RustTls::With)? {
        if let Err(why) = gives_credentials(&command) {
            eprintln!("SKIPPED: {name} far away: {why}");
            continue;
        }
        let fresh = Row::new(format!("{name}, own provider"), again(&command));
        rows.push(fresh.prepared_by(|| scene.sign_in(&fake).map(drop)));
        let expired = Row::new(format!("{name}, own provider, {EXPIRED}"), command);
        rows.push(expired.prepared_by(|| home::forget_role_and_token(&scene, &fake)));
    }
    let store = rows.len();
    rows.extend(store::row(contestants.program, &scene, &fake, scratch.path())?);
    let summaries = interleaved(&mut rows, rounds)?;
    let table = compared(&rows, &summaries, (yardstick, "`curl`"), |index, multiple| {
        if index == store {
            return store::goal(&summaries[store], &summaries[Case::Fresh as usize]);
        }
        match Case::ALL.get(index).filter(|_| round_trip >= LONGEST) {
            Some(case) => goals(*case, multiple, contestants, (&rows, &summaries)),
            None => String::new(),
        }
    });
    Ok(table.to_string())
}

/// As where people work: what a client reads of certificates before it can trust anybody is a part of its time.
fn trust_the_system_too(scene: &Scene) -> Outcome<()> {
    const STORE: &str = "/etc/ssl/certs/ca-certificates.crt";
    let Ok(system) = fs::read_to_string(STORE) else { return Ok(()) };
    let ours = fs::read_to_string(scene.ca_bundle())?;
    Ok(fs::write(scene.ca_bundle(), system + &ours)?)
}

const EXPIRED: &str = "expired token";

fn goals(
    case: Case,
    multiple: f64,
    contestants: Contestants<'_>,
    (rows, summaries): (&[Row<'_>], &[Summary]),
) -> String {
    let mut goals = Vec::new();
    if case == Case::Fresh {
        goals.push(at_most(multiple, CURL_GOAL, ""));
    }
    if let Some((_, limit)) = OTHER_BUILD_GOALS.iter().find(|(of, _)| *of == case) {
        goals.extend(contestants.judged(case, summaries, *limit));
    }
    let is_rust = |row: &Row<'_>| row.name.starts_with("Rust SDK") && row.name.ends_with(EXPIRED);
    if let (Case::Expired, Some(at)) = (case, rows.iter().position(is_rust)) {
        let ratio = summaries[case as usize].times(&summaries[at]);
        goals.push(format!("{ratio:.3} of the Rust SDK: {}", at_most(ratio, RUST_SDK_GOAL, "")));
    }
    goals.join("; ")
}

fn gives_credentials(command: &Command) -> Outcome<()> {
    let output = output_of(&mut again(command))?;
    match output.status.success() && String::from_utf8_lossy(&output.stdout).contains("ASIAFAKE") {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).trim().into()),
    }
}

/// The same request by curl, with a token that lives on.
fn curl<'a>(scene: &Scene, token: &str) -> Outcome<Row<'a>> {
    let curl = find_program("curl").ok_or("curl is the yardstick, and is not installed")?;
    let mut command = scene.command(&curl, &["--disable", "--silent", "--show-error", "--fail"]);
    command.args(["--header", &format!("x-amz-sso_bearer_token: {token}")]);
    command.arg("--cacert").arg(scene.ca_bundle());
    command.arg(format!(
        "https://{}/federation/credentials?account_id={ACCOUNT}&role_name={ROLE}",
        HOSTS[1]
    ));
    gives_credentials(&command)?;
    Ok(Row::new("`curl`, the same request", command))
}
