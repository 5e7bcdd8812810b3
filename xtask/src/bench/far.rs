//! Calls that ask an AWS that is far away: `far.py` makes a network where each packet takes half a round trip, and starts this program anew
//! in it. There real names are resolved and real handshakes are made, with no endpoint overridden.
//!
//! It needs Linux, root, `ip` and Python, and says so where one is missing.

use super::clients::{self, NATIVE, RustTls};
use super::compare::compared;
use super::day;
use super::home;
use super::report::Report;
use super::subject::Subject;
use super::table::at_most;
use super::timing::{Row, Summary, again, interleaved};
use crate::scene::{ACCOUNT, PROFILE, ROLE, Scene};
use crate::scratch::Scratch;
use crate::workspace::{Outcome, find_program, output_of, stdout_of};
use fake_identity_center::{Fake, Setup, Tls};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, fs, io};

const NETWORK: &str = include_str!("far.py");
/// How far AWS is, in milliseconds there and back: the next country, and another continent.
const ROUND_TRIPS: [f64; 2] = [20.0, 80.0];
/// Where the stand-in is, in a network of its own.
const PORT: u16 = 8443;

/// What the stand-in goes by.
const HOSTS: [&str; 3] = [
    "oidc.us-east-1.amazonaws.com",
    "portal.sso.us-east-1.amazonaws.com",
    "sts.us-east-1.amazonaws.com",
];

/// An expired token may take so much of what it takes the Rust SDK.
const RUST_SDK_GOAL: f64 = 0.62;
/// And so much of what another build takes: an expired token, a chain, and both.
const OTHER_BUILD_GOALS: [(Case, f64); 3] =
    [(Case::Expired, 0.66), (Case::Chain, 0.72), (Case::ExpiredChain, 0.60)];
/// A fresh token may take so much of what it takes curl.
const CURL_GOAL: f64 = 1.0;

/// What a call finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    Fresh,
    Expired,
    Chain,
    ExpiredChain,
}

impl Case {
    const ALL: [Case; 4] = [Case::Fresh, Case::Expired, Case::Chain, Case::ExpiredChain];

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

pub(super) fn section(
    report: &mut Report,
    subjects: &[Subject],
    beside: Option<&Path>,
    rounds: usize,
) -> Outcome<()> {
    let (Some(subject), Some(python)) = (subjects.first(), missing_or_python()) else {
        return Ok(());
    };
    // In that network nothing can be fetched, so what is built is built before.
    let scratch = Scratch::new()?;
    let fake = Fake::start(Setup::default())?;
    clients::own_providers(&Scene::new(&scratch.path().join("builds"), &fake)?, RustTls::With)?;
    for round_trip in ROUND_TRIPS {
        let mut command = Command::new(&python);
        command.args(["-c", NETWORK, &round_trip.to_string(), &PORT.to_string()]);
        command.arg(env::current_exe()?).args([
            "bench",
            "far",
            "--inside",
            &round_trip.to_string(),
        ]);
        command.arg("--program").arg(&subject.program).args(["--rounds", &rounds.to_string()]);
        if let Some(beside) = beside {
            command.arg("--beside").arg(beside);
        }
        let output = command.stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            return Err(format!("the far network: {}", output.status).into());
        }
        report.section(
            &format!("A call that asks an AWS {round_trip} ms away"),
            format!(
                "{rounds} rounds of {}. {NOTES}\n\n{}",
                subject.name(),
                String::from_utf8(output.stdout)?
            ),
        );
    }
    Ok(())
}

const NOTES: &str = "Two namespaces of this machine and a wire that takes its time: names, connections, TLS and requests go over it.";

/// Python, where all else is there too.
fn missing_or_python() -> Option<std::path::PathBuf> {
    let is_root = || stdout_of(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    let skip = |why: &str| {
        eprintln!("SKIPPED: an AWS that is far away: {why}");
        None
    };
    if !cfg!(target_os = "linux") {
        return skip("it needs the network namespaces of Linux");
    }
    if !is_root() {
        return skip("it needs root");
    }
    if find_program("ip").is_none() || !Path::new("/dev/net/tun").exists() {
        return skip("it needs `ip` and /dev/net/tun");
    }
    find_program("python3").or_else(|| skip("it needs `python3`"))
}

/// What runs in the far network: prints the tables.
pub(super) fn inside(
    round_trip: f64,
    program: &Path,
    beside: Option<&Path>,
    rounds: usize,
) -> Outcome<()> {
    let scratch = Scratch::new()?;
    let sdk = calls(program, beside, scratch.path(), rounds)?;
    let longest = ROUND_TRIPS.into_iter().fold(0.0, f64::max);
    if round_trip >= longest {
        let sdk = sdk.as_ref().map(|(name, median)| (name.as_str(), *median));
        print_table(&format!("\n{}", day::measured(program, sdk, scratch.path(), (&HOSTS, PORT))?));
    }
    Ok(())
}

/// Prints the table of calls. Gives the fastest SDK, and what a call of it takes.
fn calls(
    program: &Path,
    beside: Option<&Path>,
    scratch: &Path,
    rounds: usize,
) -> Outcome<Option<(String, Duration)>> {
    let hosts = HOSTS.map(str::to_owned).into();
    let fake = Fake::start(Setup { tls: Tls::Good, port: PORT, hosts, ..Setup::default() })?;
    let scene = Scene::without_endpoints(&scratch.join("far"), &fake)?;
    scene.write_config(&config())?;
    let token = scene.sign_in(&fake)?;

    let mut rows = vec![curl(&scene, &token)?];
    for (name, program) in [("sso-cp", Some(program)), ("the other build", beside)] {
        let Some(program) = program else { continue };
        for case in Case::ALL {
            rows.push(row(name, program, case, &scene, &fake));
        }
    }
    let ours = rows.len();
    for (name, command) in clients::own_providers(&scene, RustTls::With)? {
        if let Err(why) = gives_credentials(&command) {
            eprintln!("SKIPPED: {name} far away: {why}");
            continue;
        }
        let prepared = |command, name: String| Row::new(name, command);
        rows.push(prepared(again(&command), format!("{name}, own provider")));
        let expired = prepared(command, format!("{name}, own provider, expired token"));
        rows.push(expired.prepared_by(|| home::forget_role_and_token(&scene, &fake)));
    }
    let summaries = interleaved(&mut rows, rounds)?;
    let table = compared(&rows, &summaries, (0, "`curl`"), |index, multiple| {
        goal(index, multiple, &rows, &summaries, ours)
    });
    print_table(&table.to_string());
    let sdk = rows.iter().zip(&summaries).skip(ours).min_by_key(|(_, summary)| summary.median);
    Ok(sdk.map(|(row, summary)| (row.name.clone(), summary.median)))
}

#[expect(clippy::print_stdout, reason = "the tables are for the program that started this one")]
fn print_table(table: &str) {
    println!("{table}");
}

/// The first row is curl's, the next four are ours, and the next four perhaps another build's.
fn goal(
    index: usize,
    multiple: f64,
    rows: &[Row<'_>],
    summaries: &[Summary],
    ours: usize,
) -> String {
    let Some(case) = index.checked_sub(1).and_then(|at| Case::ALL.get(at)) else {
        return String::new();
    };
    let mut goals = Vec::new();
    if *case == Case::Fresh {
        goals.push(at_most(multiple, CURL_GOAL, ""));
    }
    let others = OTHER_BUILD_GOALS.iter().find(|(of, _)| of == case);
    if let (Some((_, limit)), true) = (others, ours > 1 + Case::ALL.len()) {
        let ratio = summaries[index].times(&summaries[index + Case::ALL.len()]);
        goals.push(format!("{ratio:.3} of the other build: {}", at_most(ratio, *limit, "")));
    }
    let is_rust =
        |row: &Row<'_>| row.name.starts_with("Rust SDK") && row.name.ends_with("expired token");
    if let (Case::Expired, Some(at)) = (case, rows.iter().position(is_rust)) {
        let ratio = summaries[index].times(&summaries[at]);
        goals.push(format!("{ratio:.3} of the Rust SDK: {}", at_most(ratio, RUST_SDK_GOAL, "")));
    }
    goals.join("; ")
}

fn row<'a>(name: &str, program: &Path, case: Case, scene: &'a Scene, fake: &'a Fake) -> Row<'a> {
    let command = scene.command(program, &["--profile", case.profile()]);
    Row::new(format!("{name}, {}", case.name()), command).prepared_by(move || {
        forget_chains(scene)?;
        match case.is_expired() {
            true => home::forget_role_and_token(scene, fake),
            false => {
                scene.sign_in(fake)?;
                home::forget_role(scene)
            }
        }
    })
}

fn forget_chains(scene: &Scene) -> Outcome<()> {
    match fs::remove_dir_all(scene.own_folder().join("chains")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
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

fn config() -> String {
    let profile = home::profile("sso-cp").replace("eu-west-1", "us-east-1");
    let session = crate::scene::SESSION;
    format!(
        "{}{profile}\n[profile {NATIVE}]\nsso_session = {session}\nsso_account_id = {ACCOUNT}\nsso_role_name = {ROLE}\n\
         region = us-east-1\n\n[profile chain]\nrole_arn = arn:aws:iam::444455556666:role/Deploy\n\
         source_profile = {PROFILE}\nrole_session_name = bench\nregion = us-east-1\n",
        home::session()
    )
}
