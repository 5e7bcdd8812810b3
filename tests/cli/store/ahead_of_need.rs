//! Fetching in the background with a sealed store: as in any other while it is unlocked, and not at all while it is locked.

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::scene::{Home, SESSION};
use crate::harness::{Run, skip, tests};

tests! {
    quick "w06 store" => an_unlocked_store_is_fetched_for_and_a_locked_one_is_not,
    quick "w06 store" => sealed_credentials_are_fetched_ahead_of_need,
}

const OLD: &str = "ASIACACHED0000000000";

/// Signed in, not sealed yet, with cached credentials that soon run short.
fn home() -> Home {
    let home = Home::plain();
    let config = home.config();
    home.put(".aws/config", &format!("{config}sso_cp_prefetch = true\n"));
    home.put_role("+20m");
    home
}

fn is_fetched(home: &Home) -> bool {
    let until = Instant::now() + Duration::from_secs(10);
    // Unchecked: what is fetched in the background may be half written when one looks at the files.
    let call = || Run::new(["--profile", "dev"].map(Into::into)).run(home).0;
    while call().key() == OLD {
        if Instant::now() > until {
            return false;
        }
        sleep(Duration::from_millis(20));
    }
    true
}

fn an_unlocked_store_is_fetched_for_and_a_locked_one_is_not() {
    let home = home();
    home.seal(&[]);
    if !home.is_unlocked() {
        return skip("the kernel's keyring is closed here");
    }
    assert!(is_fetched(&home));
    assert_eq!(home.fake.operations(), ["portal.GetRoleCredentials"]);
    home.ends_well(&["lock"]);
    home.put_role("+20m");
    let own = fs::read_dir(home.home(".aws/sso-cp")).unwrap().flatten();
    for note in own.filter(|entry| entry.file_name().to_string_lossy().starts_with("prefetch-")) {
        fs::remove_file(note.path()).unwrap();
    }
    assert_eq!(home.dev().key(), OLD);
    assert_eq!(home.fake.requests_after(1, Duration::from_millis(500)).len(), 0);
    assert_eq!(home.dev().key(), OLD);
}

fn sealed_credentials_are_fetched_ahead_of_need() {
    let home = home();
    home.seal(&["--all-credentials"]);
    if !home.is_unlocked() {
        return skip("the kernel's keyring is closed here");
    }
    assert!(!home.home(".aws/cli/cache/{role-file corp 111122223333 ReadOnly}").exists());
    assert!(is_fetched(&home));
    assert!(!home.home(".aws/cli/cache/{role-file corp 111122223333 ReadOnly}").exists());
    home.ends_well(&[&["unseal"], &SESSION[..]].concat());
    assert_ne!(home.dev().key(), OLD);
}
