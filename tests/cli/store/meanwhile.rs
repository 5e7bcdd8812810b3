//! A call that has read the configuration before another process seals the session. Its request is on its way, the
//! sealing ends, and then AWS answers: what the call saves then is in the form that counts by then.

use std::fs;
use std::process::Child;
use std::time::{Duration, Instant};

use fake_identity_center::Auto;

use super::scene::{Home, SESSION};
use super::scoped::plain;
use crate::harness::{Ended, Ran, Run, skip, tests};

tests! {
    quick "store k06" => credentials_that_arrive_after_the_sealing_are_not_in_clear,
    quick "store k06" => a_sign_in_that_ends_after_the_sealing_is_sealed,
    quick "store k06" => a_renewal_that_ends_after_the_sealing_is_sealed,
    quick "store k06" => a_renewal_that_ends_after_the_unsealing_is_in_the_shared_files,
    quick "store k06" => a_token_that_cannot_be_sealed_is_named_and_taken_in_by_sealing_again,
}

const SECRET: &str = "SECRET";
const PATIENCE: Duration = Duration::from_secs(30);

/// A call whose request to AWS waits for its answer.
struct Waiting<'a> {
    home: &'a Home,
    child: Child,
    started: Instant,
}

impl<'a> Waiting<'a> {
    /// Begins a call, and waits for its request.
    fn begin(home: &'a Home, arguments: &[&str], operation: &str) -> Waiting<'a> {
        let hold = hold(home);
        fs::write(&hold, "").unwrap();
        let requests = home.fake.operations().iter().filter(|name| *name == operation).count();
        home.script(&format!("{operation}: hold={}", hold.display()));
        let run = Run::new(arguments.iter().map(Into::into));
        let child = run.command(home).spawn().unwrap();
        let started = Instant::now();
        assert!(home.fake.wait_for(operation, requests + 1, PATIENCE), "{operation}");
        Waiting { home, child, started }
    }

    /// AWS answers, and the call ends well.
    #[track_caller]
    fn end(self) -> Ran {
        fs::remove_file(hold(self.home)).unwrap();
        let ran = Ran::wait(self.child, self.started, PATIENCE);
        assert_eq!(ran.ended, Ended::Code(0), "{ran}");
        ran
    }
}

fn hold(home: &Home) -> std::path::PathBuf {
    home.root().join("hold")
}

fn credentials_that_arrive_after_the_sealing_are_not_in_clear() {
    let calls: [(&[&str], &str); 5] = [
        (&["--profile", "dev"], "portal.GetRoleCredentials"),
        (&["--profile", "chain"], "sts.AssumeRole"),
        (&["--profile", "narrow"], "sts.GetScopedCredentials"),
        (&["--profile", "narrow-chain"], "sts.GetScopedCredentials"),
        (&["token", "ecr", "--profile", "dev"], "ecr.GetAuthorizationToken"),
    ];
    for (arguments, operation) in calls {
        // With the sign-in in the shared files before, and with a sealed one.
        for before in [&["unseal"][..], &["seal"]] {
            let home = plain();
            home.seal(&[]);
            if !home.is_unlocked() {
                return skip("the kernel's keyring is closed here");
            }
            home.ends_well(&[before, &SESSION[..]].concat());
            let waiting = Waiting::begin(&home, arguments, operation);
            home.seal(&["--all-credentials"]);
            let ran = waiting.end();
            assert_eq!(home.files_with(SECRET), [""; 0], "{before:?} {arguments:?}: {ran}");
            // The next call keeps its own.
            let next = home.ends_well(arguments);
            home.fake.clear_requests();
            assert_eq!(home.ends_well(arguments).stdout(), next.stdout());
            assert_eq!(home.fake.operations(), [""; 0], "{arguments:?}");
            assert_eq!(home.files_with(SECRET), [""; 0], "{arguments:?}");
        }
    }
}

/// Nobody holds the session's lock while a person is at the browser.
fn a_sign_in_that_ends_after_the_sealing_is_sealed() {
    let home = plain();
    fs::remove_file(home.plain_token()).unwrap();
    home.fake.set_auto(Auto::Approve);
    let arguments = ["login", "corp", "--use-device-code", "--no-browser"];
    let waiting = Waiting::begin(&home, &arguments, "oidc.StartDeviceAuthorization");
    home.seal(&[]);
    if !home.is_unlocked() {
        waiting.end();
        return skip("the kernel's keyring is closed here");
    }
    waiting.end();
    assert!(home.sealed_token().exists() && !home.plain_token().exists());
    assert_eq!(home.status()["state"], "active");
    assert!(!home.dev().key().is_empty());
}

fn a_renewal_that_ends_after_the_sealing_is_sealed() {
    let home = Home::plain();
    home.put_token("-1h");
    let waiting = Waiting::begin(&home, &["--profile", "dev"], "oidc.CreateToken");
    remove_locks(&home);
    home.seal(&[]);
    waiting.end();
    assert!(home.sealed_token().exists() && !home.plain_token().exists());
    if !home.is_unlocked() {
        return skip("the kernel's keyring is closed here");
    }
    works_by_the_renewed_token(&home);
}

fn a_renewal_that_ends_after_the_unsealing_is_in_the_shared_files() {
    let home = Home::plain();
    home.put_token("-1h");
    home.seal(&[]);
    if !home.is_unlocked() {
        return skip("the kernel's keyring is closed here");
    }
    let waiting = Waiting::begin(&home, &["--profile", "dev"], "oidc.CreateToken");
    remove_locks(&home);
    home.ends_well(&[&["unseal"], &SESSION[..]].concat());
    waiting.end();
    assert!(home.plain_token().exists() && !home.sealed_token().exists());
    works_by_the_renewed_token(&home);
}

/// The store is sealed and locked while AWS is asked.
fn a_token_that_cannot_be_sealed_is_named_and_taken_in_by_sealing_again() {
    let login = ["login", "corp", "--use-device-code", "--no-browser"];
    let calls: [(&[&str], &str); 2] =
        [(&["--profile", "dev"], "oidc.CreateToken"), (&login, "oidc.StartDeviceAuthorization")];
    for (arguments, operation) in calls {
        let home = Home::plain();
        home.fake.set_auto(Auto::Approve);
        home.put_token("-1h");
        if arguments == login {
            fs::remove_file(home.plain_token()).unwrap();
        }
        let waiting = Waiting::begin(&home, arguments, operation);
        remove_locks(&home);
        home.seal(&[]);
        if !home.is_unlocked() {
            waiting.end();
            return skip("the kernel's keyring is closed here");
        }
        home.ends_well(&["lock"]);
        let ran = waiting.end();
        let file = home.expand("~/.aws/sso/cache/{token-file corp}");
        let warning = format!(
            "sso-cp: warning: the sign-in could not be kept as `sso_cp_store` says by now: it is in {file}, \
             where no call looks for it; run `sso-cp seal --sso-session corp`\n"
        );
        assert!(ran.stderr().contains(&warning), "{ran}");
        assert!(home.plain_token().exists() && !home.sealed_token().exists(), "{ran}");
        home.ends_well(&["seal", "--sso-session", "corp"]);
        assert!(home.sealed_token().exists() && !home.plain_token().exists());
        works_by_the_renewed_token(&home);
    }
}

/// The renewal holds the session's lock. Files of locks may be deleted at any time, which lets two runs work at once; so does
/// a lock that is waited for too long.
fn remove_locks(home: &Home) {
    for entry in fs::read_dir(home.home(".aws/sso-cp")).unwrap().flatten() {
        if entry.path().extension().is_some_and(|end| end == "lock") {
            fs::remove_file(entry.path()).unwrap();
        }
    }
}

/// The refresh token works once, so nothing but the renewed token can be of use.
fn works_by_the_renewed_token(home: &Home) {
    home.forget_roles();
    home.fake.clear_requests();
    assert!(!home.dev().key().is_empty());
    assert_eq!(home.fake.operations(), ["portal.GetRoleCredentials"]);
}
