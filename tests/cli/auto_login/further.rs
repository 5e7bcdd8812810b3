//! `--auto-login` for role chains and legacy profiles, and the one other command that signs in on its way: `configure`.

use std::ffi::OsString;
use std::thread::sleep;
use std::time::{Duration, Instant};

use fake_identity_center::{Auto, Decision};

use super::{LIMIT, auto, count, desktop, first_opened, is_signed_in, opened, wait_until};
use crate::harness::{Ended, Ran, Run, World};
use crate::login::{Running, browse};

const CHAIN: &str = "{config}\n[profile chain]\nrole_arn = arn:aws:iam::444455556666:role/Deploy\n\
                     source_profile = dev\nregion = eu-west-1\n";

const LEGACY: &str = "[profile dev]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n\
                      sso_account_id = 111122223333\nsso_role_name = ReadOnly\n";

fn call(profile: &str) -> Run {
    Run::new(["--profile", profile, "--auto-login"].map(OsString::from))
}

pub(super) fn the_source_of_a_chain_is_signed_in() {
    let world = desktop(Auto::Approve);
    world.put(".aws/config", CHAIN);
    // A chain and its source are one sign-in.
    let started = Instant::now();
    let all = ["chain", "dev", "chain"].map(|name| call(name).command(&world).spawn().unwrap());
    let (_, link) = first_opened(&world);
    sleep(Duration::from_millis(500));
    browse(&link);
    let [chain, dev, again] = all.map(|child| Ran::of(child, started, LIMIT).document());
    assert_eq!(chain["AccountId"], "444455556666");
    assert_eq!(chain["AccessKeyId"], again["AccessKeyId"]);
    assert_eq!(dev["AccountId"], "111122223333");
    assert_eq!(opened(&world).len(), 1);
    assert_eq!(count(&world, "sts.AssumeRole"), 1);
}

/// The code must be seen beside the page that asks for it, and in the background nobody sees it.
pub(super) fn a_legacy_profile_needs_a_person_who_reads() {
    let world = desktop(Auto::Approve);
    world.put(".aws/config", LEGACY);
    let ran = auto(&[]).checked(&world);
    ran.failed(4, "no browser is opened for a legacy profile");
    assert!(ran.stderr().contains("sso-cp login --profile dev"), "{ran}");
    assert_eq!(opened(&world), []);
    assert_eq!(world.fake.operations(), [] as [&str; 0]);
}

pub(super) fn a_person_who_signs_in_to_a_legacy_profile_is_waited_for() {
    let world = desktop(Auto::Manual);
    world.put(".aws/config", LEGACY);
    let login = Run::new(["login", "--profile", "dev", "--no-browser"].map(OsString::from));
    let login = Running::of(login.command(&world));
    login.wait_for("this very code\n");
    let caller = auto(&[]).command(&world).spawn().unwrap();
    sleep(Duration::from_millis(300));
    let said = login.said();
    let code = said.lines().find_map(|line| line.strip_prefix("code: ")).unwrap();
    assert!(world.fake.decide_device(code, Decision::Approved));
    assert_eq!(login.end().ended, Ended::Code(0));
    Ran::of(caller, Instant::now(), LIMIT).document();
    assert_eq!(opened(&world), []);
}

fn configure(world: &World, profile: &str) -> Running {
    let session = ["configure", "--sso-session", "corp", "--account-id", "111122223333"];
    let role = ["--role-name", "ReadOnly", "--profile", profile];
    Running::of(Run::new(session.iter().chain(&role).map(OsString::from)).command(world))
}

pub(super) fn configuring_joins_a_sign_in_under_way() {
    let world = desktop(Auto::Approve);
    let sign_in = Running::start(&world, &["--no-browser"]);
    sign_in.url();
    let configure = configure(&world, "new");
    configure.wait_for("is under way, and is waited for");
    sign_in.browse();
    assert_eq!(sign_in.end().ended, Ended::Code(0));
    let ran = configure.end();
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    assert!(ran.stderr().contains("it works: role `ReadOnly`"), "{ran}");
    assert_eq!(opened(&world), []);
    assert_eq!(count(&world, "oidc.CreateToken/authorization_code"), 1);
}

pub(super) fn two_that_configure_open_one_browser() {
    let world = desktop(Auto::Approve);
    let both = ["one", "other"].map(|profile| configure(&world, profile));
    let (_, link) = first_opened(&world);
    wait_until("one waits for the other", || {
        both.iter().any(|run| run.said().contains("is under way, and is waited for"))
    });
    browse(&link);
    for ran in both.map(Running::end) {
        assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    }
    assert_eq!(opened(&world).len(), 1);
    assert_eq!(count(&world, "oidc.CreateToken/authorization_code"), 1);
    let config = std::fs::read_to_string(world.home(".aws/config")).unwrap();
    for profile in ["one", "other"] {
        assert!(config.contains(&format!("[profile {profile}]")), "{config}");
    }
}

pub(super) fn a_call_that_waits_joins_the_one_that_configures() {
    let world = desktop(Auto::Approve);
    let configure = configure(&world, "new");
    let (_, link) = first_opened(&world);
    let caller = auto(&[]).command(&world).spawn().unwrap();
    sleep(Duration::from_millis(300));
    browse(&link);
    Ran::of(caller, Instant::now(), LIMIT).document();
    assert_eq!(configure.end().ended, Ended::Code(0));
    assert_eq!(opened(&world).len(), 1);
}

pub(super) fn a_refusal_to_one_is_for_those_who_wait_too() {
    let world = desktop(Auto::Deny);
    let both = ["one", "other"].map(|profile| configure(&world, profile));
    let (_, link) = first_opened(&world);
    wait_until("one waits for the other", || {
        both.iter().any(|run| run.said().contains("is under way, and is waited for"))
    });
    browse(&link);
    for run in both {
        run.end().failed(4, "was refused in the browser");
    }
    assert_eq!(opened(&world).len(), 1);
    assert!(!is_signed_in(&world));
    let config = std::fs::read_to_string(world.home(".aws/config")).unwrap();
    assert!(!config.contains("[profile one]") && !config.contains("[profile other]"), "{config}");
}
