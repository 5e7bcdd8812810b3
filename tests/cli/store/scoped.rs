//! What comes of a role's credentials, scoped ones, assumed ones and the tokens of registries, in a store that keeps all of it sealed.

use fake_identity_center::Setup;

use super::scene::{Home, SESSION};
use crate::harness::{Ended, Ran, Run, World, tests};

tests! {
    quick "store j" => nothing_that_comes_of_a_role_is_in_clear,
    quick "store j" => a_locked_store_hands_out_nothing_scoped,
    quick "store j" => sealing_and_unsealing_take_all_of_it_along,
    quick "store j" => signing_out_takes_the_sealed_ones_too,
    quick "store j" => a_scope_of_a_session_whose_sign_in_alone_is_sealed,
}

const SECRET: &str = "SECRET";

const PROFILES: &str = "
[profile chain]
role_arn = arn:aws:iam::444455556666:role/Deploy
source_profile = dev
region = eu-west-1

[profile narrow]
sso_cp_session = corp
sso_cp_account_id = 111122223333
sso_cp_role_name = ReadOnly
region = eu-west-1
sso_cp_scope_policy = read.json

[profile narrow-chain]
role_arn = arn:aws:iam::444455556666:role/Deploy
source_profile = dev
region = eu-west-1
sso_cp_scope_policy = read.json
";

/// Each way to something that is kept.
const CALLS: [&[&str]; 7] = [
    &["--profile", "dev"],
    &["--profile", "chain"],
    &["--profile", "narrow"],
    &["--profile", "narrow-chain"],
    &["token", "ecr", "--profile", "narrow"],
    &["token", "ecr", "--profile", "chain"],
    &["token", "codeartifact", "--domain", "packages", "--profile", "narrow-chain"],
];

pub(crate) fn plain() -> Home {
    let mut setup = Setup::default();
    setup.domains.push(("444455556666".to_owned(), "packages".to_owned()));
    let mut world = World::with(setup);
    for service in ["ECR", "CODEARTIFACT"] {
        let url = world.fake.sts_url().to_owned();
        world.set(&format!("AWS_ENDPOINT_URL_{service}"), &url);
    }
    world.put(".aws/config", &format!("{{config}}{PROFILES}"));
    world.put(
        ".aws/read.json",
        r#"{"Statement":[{"Effect":"Allow","Action":["s3:Get*","ecr:*"],"Resource":"*"}]}"#,
    );
    world.put_token("+1h");
    Home::of(world)
}

fn sealed() -> Option<Home> {
    let home = plain();
    home.seal(&["--all-credentials"]);
    home.is_unlocked().then_some(home).or_else(|| {
        crate::harness::skip("the kernel's keyring is closed here");
        None
    })
}

/// What each call prints.
fn outputs(home: &Home) -> Vec<String> {
    let good = |arguments: &&[&str]| home.ends_well(arguments).stdout();
    CALLS.iter().map(good).collect()
}

#[track_caller]
fn is_locked(ran: &Ran) {
    ran.failed(4, "the store of sso-session `corp` is locked");
    assert!(ran.stderr().contains("hint: run `sso-cp unlock`"), "{ran}");
}

fn nothing_that_comes_of_a_role_is_in_clear() {
    let Some(home) = sealed() else { return };
    let first = outputs(&home);
    assert_eq!(home.files_with(SECRET), [""; 0]);
    for kind in ["role-", "chain-", "scoped-", "service-token-"] {
        let folder = home.home(".aws/sso-cp/sealed");
        let files = std::fs::read_dir(folder).unwrap().flatten();
        let mut names = files.map(|file| file.file_name().to_string_lossy().into_owned());
        assert!(names.any(|name| name.starts_with(kind)), "{kind}");
    }
    home.fake.clear_requests();
    assert_eq!(outputs(&home), first, "all of it was kept");
    assert_eq!(home.fake.operations(), [""; 0]);
    let roles = &home.status()["roles"];
    let scoped = roles.as_array().unwrap().iter().filter(|role| role["scoped"] == true).count();
    assert_eq!(scoped, 2, "{roles}");
}

fn a_locked_store_hands_out_nothing_scoped() {
    let Some(home) = sealed() else { return };
    outputs(&home);
    home.ends_well(&["lock"]);
    home.fake.clear_requests();
    for arguments in CALLS {
        is_locked(&home.run(arguments));
    }
    for arguments in [
        &["export", "--profile", "narrow", "--format", "env"][..],
        &["exec", "--profile", "narrow", "--", "true"],
        &["exec", "--profile", "narrow", "--agent", "--", "true"],
        &["serve", "--profile", "narrow"],
    ] {
        is_locked(&home.run(arguments));
    }
    assert_eq!(home.fake.operations(), [""; 0]);
    assert_eq!(home.files_with(SECRET), [""; 0]);
    let docker = Run::new(["docker-credential", "get", "--profile", "narrow"].map(Into::into))
        .in_shell("echo 111122223333.dkr.ecr.eu-west-1.amazonaws.com | \"$@\"")
        .checked(&home);
    assert_ne!(docker.ended, Ended::Code(0), "{docker}");
    assert!(docker.stdout().contains("is locked") && !docker.stdout().contains(SECRET), "{docker}");
    home.ends_well(&["unlock"]);
    outputs(&home);
    assert_eq!(home.fake.operations(), [""; 0], "nothing was lost");
}

fn sealing_and_unsealing_take_all_of_it_along() {
    let home = plain();
    let first = outputs(&home);
    assert!(home.files_with(SECRET).len() >= 6, "{:?}", home.files_with(SECRET));
    home.seal(&["--all-credentials"]);
    assert_eq!(home.files_with(SECRET), [""; 0]);
    if !home.is_unlocked() {
        return;
    }
    home.fake.clear_requests();
    assert_eq!(outputs(&home), first);
    home.ends_well(&[&["unseal"], &SESSION[..]].concat());
    assert_eq!(outputs(&home), first);
    assert_eq!(home.fake.operations(), [""; 0]);
}

fn signing_out_takes_the_sealed_ones_too() {
    let Some(home) = sealed() else { return };
    outputs(&home);
    home.ends_well(&["lock"]);
    let ran = home.run(&[&["logout"], &SESSION[..]].concat());
    let folder = home.home(".aws/sso-cp/sealed");
    let files = std::fs::read_dir(folder).unwrap().flatten();
    let names: Vec<String> =
        files.map(|file| file.file_name().to_string_lossy().into_owned()).collect();
    let is_secret = |name: &&String| {
        ["token-", "role-", "chain-", "scoped-", "service-"]
            .iter()
            .any(|kind| name.starts_with(kind))
    };
    assert_eq!(names.iter().find(is_secret), None, "{ran}");
}

/// Role credentials are shared then, and so scoped ones are as open as those.
fn a_scope_of_a_session_whose_sign_in_alone_is_sealed() {
    let home = plain();
    home.seal(&[]);
    if !home.is_unlocked() {
        return crate::harness::skip("the kernel's keyring is closed here");
    }
    let key = home.run(&["--profile", "narrow"]).key();
    let shared = [".aws/cli/cache/", ".aws/sso-cp/scoped/"];
    let files = home.files_with(SECRET);
    let is_shared = |path: &String| shared.iter().any(|folder| path.starts_with(folder));
    assert!(!files.is_empty() && files.iter().all(is_shared), "{files:?}");
    home.ends_well(&["lock"]);
    assert_eq!(home.run(&["--profile", "narrow"]).key(), key, "cached ones serve");
}
