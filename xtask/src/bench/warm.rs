//! Calls that are answered from the cache: nearly all calls there are.

use super::counts::{Counters, Counts};
use super::table::{count, microseconds, times, verdict};
use super::timing::{Row, interleaved};
use super::{Subject, check, role_requests};
use crate::binaries::Build;
use crate::scene::{ACCOUNT, PROFILE, ROLE, SESSION, Scene};
use crate::workspace::{Outcome, find_program};
use fake_identity_center::{Fake, START_URL, Setup};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

/// How many profiles the config files of the size table have. The first is the one that the others are set against.
const PROFILES: [usize; 4] = [5, 500, 5_000, 20_000];

/// 3 MB in the kernel's unit: the memory that a cached call may take, whatever the config file.
const MEMORY_LIMIT_KIB: f64 = 3e6 / 1024.0;

/// The cached call beside programs that do nothing: times, then counts.
pub(super) fn table(subjects: &[Subject], scratch: &Path, rounds: usize) -> Outcome<()> {
    let fake = Fake::start(Setup::default())?;
    let scene = ready_scene(&scratch.join("warm"), &fake, subjects, PROFILES[0])?;
    let asked = role_requests(&fake);

    let mut commands = commands(subjects, &scene)?;
    let mut rows: Vec<Row> =
        commands.iter().map(|(name, command)| Row::new(name, again(command))).collect();
    let summaries = interleaved(&mut rows, rounds)?;
    unasked(&fake, asked)?;
    println!("\n## A cached call\n");
    println!(
        "| program | min | median | middle half | times `true` | target |\n| --- | --- | --- | --- | --- | --- |"
    );
    for (row, summary) in rows.iter().zip(&summaries) {
        let ratio = summary.times(&summaries[0]);
        println!(
            "| {} | {} | {ratio:.2} | {} |",
            row.name,
            times(summary),
            ratio_verdict(&row.name, ratio)
        );
    }
    counts(&mut commands, &Counters::find(scratch))
}

/// The cached call with large config files.
pub(super) fn sizes(subjects: &[Subject], scratch: &Path, rounds: usize) -> Outcome<()> {
    let fake = Fake::start(Setup::default())?;
    let mut cases = Vec::new();
    for profiles in PROFILES {
        let scene =
            ready_scene(&scratch.join(format!("profiles-{profiles}")), &fake, subjects, profiles)?;
        for subject in subjects {
            cases.push((
                subject.build,
                profiles,
                scene.command(&subject.program, &["--profile", PROFILE]),
            ));
        }
    }
    let asked = role_requests(&fake);
    let mut rows: Vec<Row> = cases
        .iter()
        .map(|(build, profiles, command)| Row::new(format!("{build:?} {profiles}"), again(command)))
        .collect();
    let summaries = interleaved(&mut rows, rounds)?;
    unasked(&fake, asked)?;

    println!(
        "\n## A cached call, by profiles in the config file (the one asked for stands last)\n"
    );
    println!(
        "| build | profiles | min | median | middle half | added | target | peak KiB | target |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    let counters = Counters::find(scratch);
    for ((build, profiles, command), summary) in cases.iter().zip(&summaries) {
        let base = cases.iter().position(|(other, few, _)| other == build && *few == PROFILES[0]);
        let base = &summaries[base.expect("the smallest config is one of the cases")];
        let added = microseconds(summary.median) - microseconds(base.median);
        let peak = counters.peak_kib(command)?;
        let limits: &[f64] = match profiles {
            5_000 => &[1000.0, 500.0],
            20_000 => &[2000.0],
            _ => &[],
        };
        let memory = peak
            .map_or(String::new(), |peak| verdict(peak as f64, &[MEMORY_LIMIT_KIB.floor()], ""));
        println!(
            "| {} | {profiles} | {} | {added:.0} | {} | {} | {memory} |",
            build.name(),
            times(summary),
            verdict(added, limits, ""),
            count(peak)
        );
    }
    Ok(())
}

/// What each row runs: `true`, and for each build the empty program and ours.
fn commands(subjects: &[Subject], scene: &Scene) -> Outcome<Vec<(String, Command)>> {
    let nothing = find_program("true").ok_or("no `true` on this machine to compare with")?;
    let mut commands = vec![("`true`".to_owned(), scene.command(&nothing, &[]))];
    for subject in subjects {
        let name = subject.build.name();
        commands.push((format!("{name}: empty Rust program"), scene.command(&subject.empty, &[])));
        commands.push((
            our_row(subject.build),
            scene.command(&subject.program, &["--profile", PROFILE]),
        ));
    }
    Ok(commands)
}

fn our_row(build: Build) -> String {
    format!("{}: sso-cp", build.name())
}

/// What a cached call may cost as a multiple of `true`, now and later.
fn ratio_verdict(row: &str, ratio: f64) -> String {
    match row {
        _ if row == our_row(Build::Plain) => verdict(ratio, &[1.75, 1.6], ""),
        _ if row == our_row(Build::Musl) => verdict(ratio, &[0.8, 0.65], ""),
        _ => String::new(),
    }
}

fn counts(commands: &mut [(String, Command)], counters: &Counters) -> Outcome<()> {
    println!(
        "\n| program | instructions | system calls | page faults | peak KiB |\n| --- | --- | --- | --- | --- |"
    );
    for (name, command) in commands {
        let Counts { instructions, system_calls, page_faults, peak_kib } =
            counters.count(command)?;
        let [instructions, system_calls, page_faults, peak_kib] =
            [instructions, system_calls, page_faults, peak_kib].map(count);
        println!("| {name} | {instructions} | {system_calls} | {page_faults} | {peak_kib} |");
    }
    println!(
        "\nLater targets of the musl build: 90000 instructions (by callgrind), 40 system calls, 45 page faults."
    );
    Ok(())
}

/// A home folder with that many profiles, signed in, its cache filled and seen to be used by each build.
fn ready_scene(
    folder: &Path,
    fake: &Fake,
    subjects: &[Subject],
    profiles: usize,
) -> Outcome<Scene> {
    let scene = Scene::new(folder, fake)?;
    scene.write_config(&config(profiles))?;
    scene.sign_in(fake)?;
    let asked = role_requests(fake);
    for subject in subjects {
        check(subject, &scene)?;
    }
    unasked(fake, asked + 1)?;
    Ok(scene)
}

/// Every call since was answered from the cache, or it would be the wrong thing that was measured.
fn unasked(fake: &Fake, before: usize) -> Outcome<()> {
    match role_requests(fake) - before {
        0 => Ok(()),
        more => {
            Err(format!("{more} calls that should have been answered from the cache asked AWS")
                .into())
        }
    }
}

/// A session and profiles as a generator of profiles writes them, the one that is asked for last.
pub(super) fn config(profiles: usize) -> String {
    let mut text = format!(
        "[sso-session {SESSION}]\nsso_start_url = {START_URL}\nsso_region = us-east-1\n\
         sso_registration_scopes = sso:account:access\n"
    );
    for number in 1..profiles {
        let account = 100_000_000_000_u64 + number as u64;
        write!(
            text,
            "\n[profile team-{number:05}-admin]\nsso_session = {SESSION}\nsso_account_id = {account}\n\
             sso_role_name = AdministratorAccess\nregion = eu-west-1\noutput = json\n"
        )
        .expect("a String takes any text");
    }
    text + &format!(
        "\n[profile {PROFILE}]\nsso_cp_session = {SESSION}\nsso_cp_account_id = {ACCOUNT}\nsso_cp_role_name = {ROLE}\n\
         credential_process = sso-cp --profile {PROFILE}\nregion = eu-west-1\n"
    )
}

/// The same command once more, for std's cannot be cloned.
fn again(command: &Command) -> Command {
    let mut copy = Command::new(command.get_program());
    copy.args(command.get_args()).env_clear();
    copy.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    copy
}
