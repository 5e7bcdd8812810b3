//! `--auto-login`: one browser for however many ask, a sign-in that outlives them, and an end that all hear of.

mod further;

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use fake_identity_center::{Auto, Setup};

use crate::harness::{Ended, Ran, Run, World, iso, now, sha1_hex, tests};
use crate::login::{Running, browse};
use further::{
    a_call_that_waits_joins_the_one_that_configures, a_legacy_profile_needs_a_person_who_reads,
    a_person_who_signs_in_to_a_legacy_profile_is_waited_for,
    a_refusal_to_one_is_for_those_who_wait_too, configuring_joins_a_sign_in_under_way,
    the_source_of_a_chain_is_signed_in, two_that_configure_open_one_browser,
};

tests! {
    slow "auto-login" => one_browser_for_fifty,
    quick "auto-login f12" => the_sign_in_outlives_its_caller,
    quick "auto-login" => a_refusal_ends_all_and_is_not_asked_again,
    quick "auto-login" => waiting_is_over_and_the_sign_in_goes_on,
    quick "auto-login" => a_sign_in_that_is_killed,
    quick "auto-login" => no_program_opens_it,
    quick "auto-login e10" => a_person_who_signs_in_already,
    quick "auto-login" => a_token_that_aws_no_longer_takes,
    quick "auto-login" => without_a_display,
    quick "auto-login chains" => the_source_of_a_chain_is_signed_in,
    quick "auto-login" => a_legacy_profile_needs_a_person_who_reads,
    quick "auto-login" => a_person_who_signs_in_to_a_legacy_profile_is_waited_for,
    quick "auto-login configure" => configuring_joins_a_sign_in_under_way,
    quick "auto-login configure" => two_that_configure_open_one_browser,
    quick "auto-login configure" => a_call_that_waits_joins_the_one_that_configures,
    quick "auto-login configure" => a_refusal_to_one_is_for_those_who_wait_too,
    quick "p03" => the_terminal_is_told_once,
}

const LIMIT: Duration = Duration::from_secs(20);

/// A world with a display, nobody signed in, and a browser that only notes what it was given and by whom.
pub(crate) fn desktop(auto: Auto) -> World {
    let mut world = World::with(Setup { auto, ..Setup::default() });
    install_browser(&mut world);
    world
}

/// A browser that only notes what it was given and by whom.
pub(crate) fn install_browser(world: &mut World) {
    let path = world.root().join("browser");
    fs::write(&path, "#!/bin/sh\necho \"$PPID $1\" >> \"$0.opened\"\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    world.set("BROWSER", &path.to_string_lossy());
}

/// The sign-ins that opened the browser, each with the address that it was given.
pub(crate) fn opened(world: &World) -> Vec<(u32, String)> {
    let text = fs::read_to_string(world.root().join("browser.opened")).unwrap_or_default();
    let entries = text.lines().filter_map(|line| line.split_once(' '));
    entries.map(|(process, link)| (process.parse().unwrap(), link.to_owned())).collect()
}

pub(crate) fn first_opened(world: &World) -> (u32, String) {
    let end = Instant::now() + LIMIT;
    loop {
        match opened(world).into_iter().next() {
            Some(found) => return found,
            None => assert!(Instant::now() < end, "no browser was opened"),
        }
        sleep(Duration::from_millis(5));
    }
}

fn auto(further: &[&str]) -> Run {
    let arguments = ["--profile", "dev", "--auto-login"].iter().chain(further);
    Run::new(arguments.map(OsString::from))
}

fn at_once(world: &World, count: usize) -> Vec<thread::JoinHandle<Ran>> {
    let started = Instant::now();
    let start = |_| {
        let child = auto(&[]).command(world).spawn().unwrap();
        thread::spawn(move || Ran::of(child, started, Duration::from_secs(40)))
    };
    (0..count).map(start).collect()
}

fn note(world: &World) -> PathBuf {
    world.home(&format!(".aws/sso-cp/sign-in-{}.json", sha1_hex("corp")))
}

fn is_signed_in(world: &World) -> bool {
    world.home(".aws/sso/cache/{token-file corp}").exists()
}

fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let end = Instant::now() + LIMIT;
    while !holds() {
        assert!(Instant::now() < end, "{what}");
        sleep(Duration::from_millis(5));
    }
}

fn count(world: &World, operation: &str) -> usize {
    world.fake.operations().iter().filter(|name| *name == operation).count()
}

fn one_browser_for_fifty() {
    let world = desktop(Auto::Approve);
    let all = at_once(&world, 50);
    let (_, link) = first_opened(&world);
    // Long enough for everybody to have looked, and for one that would not wait to open another.
    sleep(Duration::from_secs(2));
    browse(&link);
    let landed = Instant::now();
    let keys: Vec<String> = all.into_iter().map(|ran| ran.join().unwrap().key()).collect();
    assert!(landed.elapsed() < Duration::from_secs(5), "{:?}", landed.elapsed());
    assert!(keys.windows(2).all(|pair| pair[0] == pair[1]), "{keys:?}");
    assert_eq!(opened(&world).len(), 1);
    assert_eq!(count(&world, "oidc.CreateToken/authorization_code"), 1);
    assert_eq!(count(&world, "portal.GetRoleCredentials"), 1);
    // A later call neither waits nor opens anything.
    auto(&[]).checked(&world).document();
    assert_eq!(opened(&world).len(), 1);
}

/// An SDK that loses patience kills its helper, the whole group of it. The sign-in has a session and streams of its own.
fn the_sign_in_outlives_its_caller() {
    let world = desktop(Auto::Approve);
    let mut child = auto(&[]).command(&world).spawn().unwrap();
    let (sign_in, link) = first_opened(&world);
    let stat = fs::read_to_string(format!("/proc/{sign_in}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let (group, session) = (fields[2], fields[3]);
    assert_eq!([group, session], [&*sign_in.to_string(); 2], "{stat}");
    for stream in [1, 2] {
        let target = fs::read_link(format!("/proc/{sign_in}/fd/{stream}")).unwrap();
        assert_eq!(target, PathBuf::from("/dev/null"));
    }
    no_secret_in_process(sign_in);
    no_secret_in_process(child.id());
    let group = format!("-{}", child.id());
    assert!(Command::new("kill").args(["-KILL", "--", &group]).status().unwrap().success());
    child.wait().unwrap();
    sleep(Duration::from_millis(200));
    browse(&link);
    wait_until("the token lands", || is_signed_in(&world));
    assert!(!note(&world).exists());
    world.dev().document();
}

/// Every user may read the one, and the user that we run as the other, where the kernel lets anybody.
fn no_secret_in_process(process: u32) {
    for file in ["cmdline", "environ"] {
        let text = fs::read(format!("/proc/{process}/{file}")).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        for word in ["SECRET", "state=", "code_challenge"] {
            assert!(!text.contains(word), "{word} is in {file} of {process}: {text:?}");
        }
    }
}

fn a_refusal_ends_all_and_is_not_asked_again() {
    let world = desktop(Auto::Deny);
    let all = at_once(&world, 20);
    let (_, link) = first_opened(&world);
    sleep(Duration::from_millis(500));
    browse(&link);
    let refused = Instant::now();
    for ran in all {
        ran.join().unwrap().failed(4, "was refused in the browser");
    }
    assert!(refused.elapsed() < Duration::from_secs(5), "{:?}", refused.elapsed());
    let again = auto(&[]).checked(&world);
    again.failed(4, "`--auto-login` tries again in");
    assert!(again.took < Duration::from_secs(2), "{again}");
    assert_eq!(opened(&world).len(), 1);
    // A minute later it is another matter.
    let old = format!("{{\"endedAt\": \"{}\", \"reason\": \"long ago\"}}", iso(now() - 61));
    fs::write(note(&world), old).unwrap();
    world.fake.set_auto(Auto::Approve);
    let child = auto(&[]).command(&world).spawn().unwrap();
    wait_until("another browser is opened", || opened(&world).len() == 2);
    browse(&opened(&world)[1].1);
    Ran::of(child, Instant::now(), LIMIT).document();
}

fn waiting_is_over_and_the_sign_in_goes_on() {
    let world = desktop(Auto::Approve);
    // The client is registered, which the next sign-in needs too.
    let ran = auto(&["--wait", "1"]).that_may_save().checked(&world);
    ran.failed(4, "is waiting in the browser");
    assert!((Duration::from_secs(1)..Duration::from_secs(4)).contains(&ran.took), "{ran}");
    // Anyone who asks meanwhile joins in.
    let child = auto(&[]).command(&world).spawn().unwrap();
    sleep(Duration::from_millis(300));
    browse(&first_opened(&world).1);
    Ran::of(child, Instant::now(), LIMIT).document();
    assert_eq!(opened(&world).len(), 1);
}

/// It is not begun again by those who waited for it.
fn a_sign_in_that_is_killed() {
    let world = desktop(Auto::Approve);
    let all = at_once(&world, 10);
    let (sign_in, _) = first_opened(&world);
    sleep(Duration::from_millis(500));
    let killed = Command::new("kill").args(["-KILL", &sign_in.to_string()]).status().unwrap();
    assert!(killed.success());
    for ran in all {
        ran.join().unwrap().failed(4, "was stopped");
    }
    auto(&[]).checked(&world).failed(4, "was stopped");
    assert_eq!(opened(&world).len(), 1);
}

fn no_program_opens_it() {
    let mut world = desktop(Auto::Approve);
    world.set("BROWSER", "/nonexistent/browser");
    let ran = auto(&[]).that_may_save().checked(&world);
    ran.failed(4, "no browser could be started");
    assert!(ran.took < Duration::from_secs(10), "{ran}");
}

fn a_person_who_signs_in_already() {
    let world = desktop(Auto::Approve);
    let sign_in = Running::start(&world, &["--no-browser"]);
    sign_in.url();
    let all = at_once(&world, 5);
    sleep(Duration::from_millis(500));
    sign_in.browse();
    assert_eq!(sign_in.end().ended, Ended::Code(0));
    for ran in all {
        ran.join().unwrap().document();
    }
    assert_eq!(opened(&world), []);
}

/// Its file says that it lives, AWS says no, and so does its renewal.
fn a_token_that_aws_no_longer_takes() {
    let world = desktop(Auto::Approve);
    let path = world.put_token("+1h");
    let token: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert!(world.fake.revoke(token["accessToken"].as_str().unwrap()));
    let child = auto(&[]).command(&world).spawn().unwrap();
    browse(&first_opened(&world).1);
    Ran::of(child, Instant::now(), LIMIT).document();
    assert_eq!(opened(&world).len(), 1);
}

fn without_a_display() {
    let mut world = desktop(Auto::Approve);
    world.unset("BROWSER");
    let ran = auto(&[]).checked(&world);
    // Where the tests run in a container, that is the reason.
    let places = ["without a display", "in a container"];
    assert!(
        places.iter().any(|place| ran.stderr().contains(&format!("no browser is opened {place}")))
    );
    ran.failed(4, "sso-cp login");
    assert!(ran.took < Duration::from_secs(3), "{ran}");
}

/// SDKs take stderr. `script` gives the shell a terminal of its own, whose text becomes its output.
fn the_terminal_is_told_once() {
    let told = |line: &str| {
        let world = World::new();
        let line = format!("exec script -qec \"{line}\" /dev/null");
        let run = Run::new(["--profile", "dev"].map(OsString::from));
        let ran =
            Ran::of(run.in_shell(&line).command(&world).spawn().unwrap(), Instant::now(), LIMIT);
        ran.stdout().matches("run `sso-cp login --profile dev`").count()
    };
    if !Command::new("script").arg("--version").output().is_ok_and(|output| output.status.success())
    {
        return crate::harness::skip(
            "the program `script` is not installed, which makes terminals",
        );
    }
    let call = "'$1' --profile dev";
    assert_eq!(told(&format!("{call} >/dev/null 2>/dev/null")), 1);
    let fifty = format!("for i in $(seq 50); do {call} >/dev/null 2>/dev/null & done; wait");
    assert_eq!(told(&fifty.replace('$', "\\$").replace("\\$1", "$1")), 1);
    // Stderr is the terminal: the person sees it there, and only there.
    assert_eq!(told(&format!("{call} >/dev/null")), 1);
    // A job in the background keeps its peace.
    assert_eq!(told(&format!("set -m; {call} >/dev/null 2>/dev/null & wait")), 0);
}
