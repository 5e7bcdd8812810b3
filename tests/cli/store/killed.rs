//! Killed at any moment: the token is there in one whole form at least, and the next run goes on.

use std::fs;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use fake_identity_center::{RefreshTokens, Setup};

use super::scene::{Home, SESSION, script};
use crate::harness::{Ran, Run, skip, tests};

tests! {
    slow "k06" => killed_at_any_moment_of_sealing_and_unsealing,
    slow "k06" => killed_at_any_moment_of_a_new_key,
    slow "k06" => killed_at_any_moment_of_a_sealed_renewal,
    slow "k06" => calls_beside_sealing_and_unsealing,
}

const LIMIT: Duration = Duration::from_secs(20);
const ROUNDS: u32 = 60;

fn start(home: &Home, arguments: &[&str]) -> Child {
    let mut command = Run::new(arguments.iter().map(Into::into)).command(home);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// How long a run takes here today.
fn life(home: &Home, arguments: &[&str]) -> Duration {
    let started = Instant::now();
    let ran = Ran::of(start(home, arguments), started, LIMIT);
    assert_eq!(ran.ended, crate::harness::Ended::Code(0), "{ran}");
    started.elapsed()
}

/// Spread over the whole life of a run, from its start to after its end.
fn kill_within(home: &Home, arguments: &[&str], life: Duration, round: u32) {
    let mut child = start(home, arguments);
    sleep(life * (round * 7 % ROUNDS) * 4 / (ROUNDS * 3));
    let _ = child.kill();
    child.wait().unwrap();
}

/// The token is not lost: a call gets credentials with it.
#[track_caller]
fn assert_signed_in(home: &Home, round: u32) {
    let is_there = [home.plain_token(), home.sealed_token()].iter().any(|path| path.exists());
    assert!(is_there, "the token is gone after round {round}");
    let _ = home.run(&["unlock"]);
    home.forget_roles();
    let ran = home.dev();
    assert_eq!(ran.ended, crate::harness::Ended::Code(0), "round {round}: {ran}");
}

fn no_leftovers(home: &Home) {
    for folder in [".aws", ".aws/sso/cache", ".aws/sso-cp", ".aws/sso-cp/sealed"] {
        for entry in fs::read_dir(home.home(folder)).into_iter().flatten().flatten() {
            assert!(!entry.file_name().to_string_lossy().contains("tmp"), "{entry:?}");
        }
    }
}

fn killed_at_any_moment_of_sealing_and_unsealing() {
    let Some(home) = Home::unlocked() else { return };
    let (seal, unseal) = ([&["seal"], &SESSION[..]].concat(), [&["unseal"], &SESSION[..]].concat());
    let lives = [life(&home, &unseal), life(&home, &seal)];
    let mut sealed = 0;
    for round in 0..ROUNDS {
        kill_within(&home, &unseal, lives[0], round);
        assert_signed_in(&home, round);
        home.ends_well(&unseal);
        assert!(home.plain_token().exists() && !home.sealed_token().exists(), "round {round}");
        kill_within(&home, &seal, lives[1], round);
        sealed += u32::from(home.config().contains("sso_cp_store"));
        assert_signed_in(&home, round);
        home.ends_well(&seal);
        assert!(home.sealed_token().exists() && !home.plain_token().exists(), "round {round}");
    }
    assert!((3..ROUNDS).contains(&sealed), "{sealed} of {ROUNDS} were done before the kill");
    home.dev().document();
    no_leftovers(&home);
}

fn killed_at_any_moment_of_a_new_key() {
    let Some(home) = Home::unlocked() else { return };
    home.seal(&["--all-credentials"]);
    home.dev().document();
    let new_key = ["seal", "--new-key"];
    let keys = [home.new_key.clone(), home.key.clone()];
    script(&home.command, &format!("echo {}", keys[0]));
    let life = life(&home, &new_key);
    let mut done = 0;
    for round in 0..ROUNDS {
        let key = &keys[(round as usize + 1) % 2];
        let before = fs::read(home.key_file()).unwrap();
        script(&home.command, &format!("echo {key}"));
        kill_within(&home, &new_key, life, round);
        done += u32::from(fs::read(home.key_file()).unwrap() != before);
        // Whichever key counts now, what was sealed is opened: the kernel still has both.
        home.forget_roles();
        home.dev().document();
        // And so it is for anyone who comes after the next start of the machine.
        let ran = home.run(&new_key);
        let is_done =
            ran.stderr().contains("in use already") || ran.stderr().contains("there is a new key");
        assert!(is_done, "round {round}: {ran}");
        home.ends_well(&["lock"]);
        home.ends_well(&["unlock"]);
        home.forget_roles();
        home.dev().document();
        let key_file = fs::read_to_string(home.key_file()).unwrap();
        assert!(!key_file.contains("former"), "round {round}: {key_file}");
    }
    assert!((3..ROUNDS).contains(&done), "{done} of {ROUNDS} had a new key before the kill");
    no_leftovers(&home);
}

/// Old or new, but whole: the service keeps both refresh tokens good here, so that each round can go on.
fn killed_at_any_moment_of_a_sealed_renewal() {
    let setup = Setup { refresh_tokens: RefreshTokens::OldStaysValid, ..Setup::default() };
    let home = Home::with(setup);
    home.seal(&[]);
    if !home.is_unlocked() {
        return skip("the kernel's keyring is closed here");
    }
    // The service turns tokens down, so that each call renews.
    let renew = || {
        home.forget_roles();
        home.script("portal.GetRoleCredentials: error=UnauthorizedException");
    };
    renew();
    let life = life(&home, &["--profile", "dev"]);
    let mut renewed = 0;
    for round in 0..ROUNDS {
        let before = fs::read(home.sealed_token()).unwrap();
        renew();
        kill_within(&home, &["--profile", "dev"], life, round);
        home.fake.clear_script();
        renewed += u32::from(fs::read(home.sealed_token()).unwrap() != before);
        assert_eq!(home.status()["state"], "active", "round {round}");
        assert!(!home.plain_token().exists());
    }
    assert!((3..ROUNDS).contains(&renewed), "{renewed} of {ROUNDS} were renewed before the kill");
    // The next renewal, not the next call, clears away what the last kill has left, in the folder of roles too.
    renew();
    Ran::of(start(&home, &["--profile", "dev"]), Instant::now(), LIMIT).document();
    no_leftovers(&home);
}

/// A call that has read the configuration before the mode changed finds the token where it is by now.
fn calls_beside_sealing_and_unsealing() {
    let Some(home) = Home::unlocked() else { return };
    let (seal, unseal) = ([&["seal"], &SESSION[..]].concat(), [&["unseal"], &SESSION[..]].concat());
    for round in 0..60 {
        home.forget_roles();
        let change = start(&home, if round % 2 == 0 { &unseal } else { &seal });
        sleep(Duration::from_millis(round % 10));
        let call = start(&home, &["--profile", "dev"]);
        for child in [change, call] {
            let ran = Ran::of(child, Instant::now(), LIMIT);
            assert_eq!(ran.ended, crate::harness::Ended::Code(0), "round {round}: {ran}");
        }
    }
    no_leftovers(&home);
}
