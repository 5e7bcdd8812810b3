//! A working day: ten hours with a call each minute for each of five roles, in compressed time. Between two minutes everything that is kept
//! grows a minute older: what the files say of ends, and when notes were written.

use super::clients::{self, RustTls};
use super::contestants::{self, Contestants};
use super::far::{self, LONGEST};
use super::home;
use super::network::{HOSTS, Network, PORT};
use super::report::Report;
use super::table::{Table, milliseconds};
use super::timing::{Row, interleaved};
use crate::scene::{SESSION, Scene};
use crate::scratch::Scratch;
use crate::workspace::Outcome;
use fake_identity_center::{Fake, Setup, Tls};
use serde_json::Value;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};
use std::{fs, io};

const MINUTES: u32 = 600;
const ROLES: usize = 5;
/// Anyone who takes longer has waited for AWS, which takes four round trips; a cached call takes a millisecond.
const A_WAIT: Duration = Duration::from_millis(LONGEST as u64 * 2);
/// What a day was like.
struct Day {
    calls: u32,
    waited: u32,
    time: Duration,
}

pub(super) fn section(report: &mut Report, contestants: Contestants<'_>) -> Outcome<()> {
    let Some(network) = Network::found() else { return Ok(()) };
    far::build_clients()?;
    let table = network.run("day", LONGEST, contestants, SDK_CALLS)?;
    report.section(
        "A working day",
        format!(
            "Ten hours, a call each minute for each of {ROLES} roles, token and roles of an hour, AWS {LONGEST} ms away. The time is compressed: between\n\
             two minutes all files grow a minute older. An SDK keeps no credentials on the disk, so each of its processes asks AWS; its row is\n\
             the median of {SDK_CALLS} calls, so many times.\n\n{table}"
        ),
    );
    Ok(())
}

/// How many calls of an SDK are measured.
const SDK_CALLS: usize = 9;

/// What runs in the far network: the table.
pub(super) fn inside(contestants: Contestants<'_>) -> Outcome<String> {
    let scratch = Scratch::new()?;
    let mut table = Table::new(&["a working day", "calls", "calls that waited", "time waited"]);
    for (name, further) in
        [("sso-cp", ""), ("sso-cp, `sso_cp_prefetch = true`", "sso_cp_prefetch = true\n")]
    {
        let day = lived(contestants.program, further, scratch.path())?;
        table.row([
            name.to_owned(),
            day.calls.to_string(),
            day.waited.to_string(),
            format!("{:.1} s", day.time.as_secs_f64()),
        ]);
    }
    for (name, call) in sdk_calls(scratch.path())? {
        let calls = MINUTES * ROLES as u32;
        table.row([
            format!("{name}, own provider, a process per call ({} ms)", milliseconds(call)),
            calls.to_string(),
            calls.to_string(),
            format!("{:.0} s", (call * calls).as_secs_f64()),
        ]);
    }
    Ok(table.to_string())
}

/// What a process takes that gets credentials by an SDK's own provider, with a token that lives.
fn sdk_calls(scratch: &Path) -> Outcome<Vec<(String, Duration)>> {
    let fake = far_away(&Setup::default())?;
    let scene = Scene::without_endpoints(&scratch.join("sdks"), &fake)?;
    scene.write_config(&contestants::config())?;
    scene.sign_in(&fake)?;
    let providers = clients::own_providers(&scene, RustTls::With)?;
    let mut rows: Vec<_> =
        providers.into_iter().map(|(name, command)| Row::new(name, command)).collect();
    let summaries = interleaved(&mut rows, SDK_CALLS)?;
    Ok(rows.into_iter().zip(summaries).map(|(row, took)| (row.name, took.median)).collect())
}

/// The stand-in at its place. The one before it may need a moment to leave that.
fn far_away(setup: &Setup) -> Outcome<Fake> {
    let setup = Setup {
        tls: Tls::Good,
        port: PORT,
        hosts: HOSTS.map(str::to_owned).into(),
        ..setup.clone()
    };
    for _ in 0..100 {
        match Fake::start(setup.clone()) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                sleep(Duration::from_millis(50))
            }
            started => return Ok(started?),
        }
    }
    Ok(Fake::start(setup)?)
}

fn lived(program: &Path, further: &str, scratch: &Path) -> Outcome<Day> {
    let setup = Setup::many_accounts(ROLES, ROLES);
    let mut config = home::session() + further;
    for (number, account) in setup.accounts.iter().enumerate() {
        let (id, role) = (&account.id, &account.roles[0]);
        write!(
            config,
            "\n[profile role-{number}]\nsso_cp_session = {SESSION}\nsso_cp_account_id = {id}\nsso_cp_role_name = {role}\nregion = us-east-1\n"
        )
        .expect("a String takes any text");
    }
    let fake = far_away(&setup)?;
    let scene = Scene::without_endpoints(&scratch.join(format!("day-{}", further.len())), &fake)?;
    scene.write_config(&config)?;
    scene.sign_in(&fake)?;
    let mut day = Day { calls: 0, waited: 0, time: Duration::ZERO };
    for _ in 0..MINUTES {
        for role in 0..ROLES {
            let mut command = scene.command(program, &["--profile", &format!("role-{role}")]);
            command.stdout(std::process::Stdio::null());
            let started = Instant::now();
            let status = command.status()?;
            let took = started.elapsed();
            if !status.success() {
                return Err(format!("a call of the working day: {status}").into());
            }
            day.calls += 1;
            if took > A_WAIT {
                day.waited += 1;
                day.time += took;
            }
            scene.wait_for_background();
        }
        grow_older(&scene)?;
    }
    Ok(day)
}

/// When notes of the background were written.
fn notes(scene: &Scene) -> Vec<(PathBuf, Option<SystemTime>)> {
    let entries = fs::read_dir(scene.own_folder()).into_iter().flatten().flatten();
    let notes =
        entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("prefetch-"));
    let mut notes: Vec<_> = notes
        .map(|entry| (entry.path(), entry.metadata().and_then(|found| found.modified()).ok()))
        .collect();
    notes.sort();
    notes
}

/// A minute has passed, as far as the files say.
fn grow_older(scene: &Scene) -> Outcome<()> {
    const MINUTE: Duration = Duration::from_secs(60);
    for (note, modified) in notes(scene) {
        if let Some(modified) = modified {
            fs::File::options().write(true).open(note)?.set_modified(modified - MINUTE)?;
        }
    }
    let token = scene.token_path();
    let mut files = vec![token];
    match fs::read_dir(scene.role_cache()) {
        Ok(entries) => files.extend(entries.flatten().map(|entry| entry.path())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    for file in files {
        let mut value: Value = serde_json::from_str(&fs::read_to_string(&file)?)?;
        for member in ["/expiresAt", "/Credentials/Expiration"] {
            if let Some(end) = value.pointer_mut(member)
                && let Some(earlier) = end.as_str().and_then(a_minute_earlier)
            {
                *end = earlier.into();
            }
        }
        fs::write(&file, value.to_string())?;
    }
    Ok(())
}

/// `2026-01-31T12:00:00Z` as `2026-01-31T11:59:00Z`.
fn a_minute_earlier(moment: &str) -> Option<String> {
    let (date, time) = moment.strip_suffix('Z')?.split_once('T')?;
    let mut parts = time.splitn(3, ':');
    let hours: u32 = parts.next()?.parse().ok()?;
    let minutes: u32 = parts.next()?.parse().ok()?;
    let seconds = parts.next()?;
    let left = (hours * 60 + minutes + 24 * 60 - 1) % (24 * 60);
    let date = match (hours, minutes) {
        (0, 0) => the_day_before(date)?,
        _ => date.to_owned(),
    };
    Some(format!("{date}T{:02}:{:02}:{seconds}Z", left / 60, left % 60))
}

fn the_day_before(date: &str) -> Option<String> {
    let numbers: Vec<u64> = date.split('-').map_while(|part| part.parse().ok()).collect();
    let [year, month, day] = numbers[..] else { return None };
    let (mut year, mut month) = (year, month);
    if day > 1 {
        return Some(format!("{year}-{month:02}-{:02}", day - 1));
    }
    match month {
        1 => (year, month) = (year - 1, 12),
        _ => month -= 1,
    }
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let length = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    Some(format!("{year}-{month:02}-{length}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_earlier_may_be_the_day_before() {
        for (moment, earlier) in [
            ("2026-01-31T12:00:05Z", "2026-01-31T11:59:05Z"),
            ("2026-03-01T00:00:00Z", "2026-02-28T23:59:00Z"),
            ("2024-03-01T00:00:00Z", "2024-02-29T23:59:00Z"),
            ("2026-01-01T00:00:59Z", "2025-12-31T23:59:59Z"),
            ("2026-01-02T00:01:59Z", "2026-01-02T00:00:59Z"),
        ] {
            assert_eq!(a_minute_earlier(moment).as_deref(), Some(earlier), "{moment}");
        }
        assert_eq!(a_minute_earlier("soon"), None);
    }
}
