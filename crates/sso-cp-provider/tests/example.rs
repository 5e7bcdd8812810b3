//! The example of the crate's documentation, run against the stand-in for AWS: the second user of the
//! interface, after the program.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests set scenes and may panic"
)]

use std::fs;
use std::path::PathBuf;

use fake_identity_center::{Fake, Seed, Setup, write_home};
use sso_cp_provider::{Cleanup, Env, Error, Provider, Selection, Warning};

#[path = "../examples/credentials.rs"]
#[allow(dead_code, reason = "its `main` is for a person")]
mod example;

/// A profile of the home's config file.
const PROFILE: &str = "alpha-ReadOnly";

/// The file name that the AWS CLI gives the token of the session `corp`: the SHA-1 of the name.
const TOKEN_FILE: &str = "ee0bfd2552fbd840c02cc48b6e823320543c450f.json";

/// A throw-away home with its own stand-in for AWS.
struct Place {
    home: PathBuf,
    fake: Fake,
}

impl Place {
    fn new(name: &str) -> Place {
        let name = format!("sso-cp-provider-{}-{name}", std::process::id());
        let home = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&home);
        let setup = Setup::default();
        write_home(&home, &setup).unwrap();
        Place { home, fake: Fake::start(setup).unwrap() }
    }

    fn signed_in(name: &str, seed: &Seed) -> Place {
        let place = Place::new(name);
        let folder = place.home.join(".aws").join("sso").join("cache");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(TOKEN_FILE), place.fake.seed_token(seed).token_file()).unwrap();
        place
    }

    fn env(&self) -> Env {
        Env::listed([
            ("HOME", self.home.to_str().unwrap()),
            ("AWS_ENDPOINT_URL_SSO", self.fake.sso_url()),
            ("AWS_ENDPOINT_URL_SSO_OIDC", self.fake.oidc_url()),
        ])
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.home);
    }
}

#[test]
fn the_example_gets_credentials_once_and_then_from_the_cache() {
    let place = Place::signed_in("twice", &Seed::expired());
    let first = example::credentials(place.env(), PROFILE).unwrap();
    assert_eq!(first.account_id.0, "111122223333");
    assert!(first.warnings.is_empty(), "{:?}", first.warnings);
    let second = example::credentials(place.env(), PROFILE).unwrap();
    assert_eq!(second.credentials, first.credentials);
    let operations = place.fake.operations();
    let fetched = operations.iter().filter(|name| *name == "portal.GetRoleCredentials");
    assert_eq!(fetched.count(), 1, "{operations:?}");
    let provider = Provider::new(place.env()).unwrap();
    let target = provider.resolve(&Selection::Profile(PROFILE.to_owned())).unwrap();
    let cached = provider.cached(&target).unwrap();
    assert_eq!(cached.credentials, first.credentials);
}

#[test]
fn the_example_says_what_to_do() {
    let place = Place::new("signed-out");
    let error = example::credentials(place.env(), PROFILE).unwrap_err();
    assert!(matches!(error, Error::SignInRequired(_)), "{error:?}");
    assert!(example::what_to_do(&error).starts_with("sign in"));
    let error = example::credentials(place.env(), "nobody").unwrap_err();
    assert!(matches!(error, Error::Config(_)) && !error.is_transient(), "{error:?}");
}

#[test]
fn a_network_that_fails_may_be_tried_again() {
    let place = Place::signed_in("failing", &Seed::default());
    let env = Env::listed([
        ("HOME", place.home.to_str().unwrap()),
        ("AWS_ENDPOINT_URL_SSO", "http://127.0.0.1:1"),
        ("AWS_ENDPOINT_URL_SSO_OIDC", place.fake.oidc_url()),
    ]);
    let error = example::credentials(env, PROFILE).unwrap_err();
    assert!(error.is_transient() && example::what_to_do(&error) == "try again later", "{error}");
}

#[test]
fn nothing_is_written_after_a_stop() {
    let place = Place::signed_in("stopped", &Seed::default());
    let provider = Provider::new(place.env()).unwrap();
    let target = provider.resolve(&Selection::Profile(PROFILE.to_owned())).unwrap();
    let cleanup = Cleanup::default();
    cleanup.stop(std::time::Duration::ZERO);
    let home = place.home.clone();
    // The thread waits for the end of the process, as it must.
    std::thread::spawn(move || provider.credentials(&target, &cleanup));
    assert!(place.fake.wait_for(
        "portal.GetRoleCredentials",
        1,
        std::time::Duration::from_secs(10)
    ));
    let cached = home.join(".aws").join("cli").join("cache");
    let files = fs::read_dir(cached).map_or(0, Iterator::count);
    assert_eq!(files, 0);
}

#[test]
fn a_warning_says_what_it_is() {
    let odd = sso_cp_provider::AccountId("1".to_owned());
    assert!(Warning::UnusualAccountId(odd).to_string().contains("twelve digits"));
}
