//! Assumed roles, as far as a text cannot say it: what was sent, many runs at once, files of another time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use fake_identity_center::{AssumableRole, Setup};

use crate::harness::{Ran, Run, World, iso, now, program, skip, tests};

tests! {
    quick "chains" => ten_runs_assume_once,
    quick "chains" => every_hop_is_named_after_the_person,
    quick "chains" => the_person_is_asked_for_once_a_sign_in,
    quick "chains" => the_system_s_user_where_nobody_tells,
    quick "chains c06" => what_still_lives_serves_while_sts_is_away,
    quick "chains c06" => a_source_that_ends_soon_is_asked_for_once,
    quick "chains" => what_ends_soon_is_assumed_again,
    quick "chains e.4" => the_aws_cli_takes_what_was_assumed_under_a_name,
    quick "chains s-49" => a_logout_takes_the_assumed_roles_too,
}

const CONFIG: &str = "\n[profile chain]\nrole_arn = arn:aws:iam::444455556666:role/Deploy\n\
                      source_profile = middle\nregion = eu-west-1\n\n[profile middle]\n\
                      role_arn = arn:aws:iam::444455556666:role/Middle\nsource_profile = dev\n\
                      region = eu-west-1\n";

fn world() -> World {
    let mut setup = Setup::default();
    setup.assumable.push(AssumableRole::new("arn:aws:iam::444455556666:role/Middle"));
    let world = World::with(setup);
    world.put(".aws/config", &format!("{{config}}{CONFIG}"));
    world.put_token("+1h");
    world
}

fn chain(world: &World) -> Ran {
    world.run(&["--profile", "chain"])
}

fn count(world: &World, operation: &str) -> usize {
    world.fake.operations().iter().filter(|found| *found == operation).count()
}

/// The session names that were asked for.
fn names(world: &World) -> Vec<String> {
    let requests = world.fake.requests().into_iter();
    let forms = requests.filter(|request| request.operation == "sts.AssumeRole");
    forms
        .filter_map(|request| {
            let text = request.text();
            let name = text.split("RoleSessionName=").nth(1)?.split('&').next()?;
            Some(name.to_owned())
        })
        .collect()
}

/// The one file of the last hop: the one that is neither note nor the middle's.
fn own_files(world: &World) -> Vec<PathBuf> {
    let entries = fs::read_dir(world.home(".aws/sso-cp/chains")).unwrap().flatten();
    let paths = entries.map(|entry| entry.path());
    paths.filter(|path| !path.to_string_lossy().ends_with(".person.json")).collect()
}

/// Moves the end of all assumed sessions to so many seconds from now.
fn end_in(world: &World, seconds: i64) {
    own_files(world).iter().for_each(|path| set_end(path, seconds));
}

fn set_end(path: &Path, seconds: i64) {
    let mut file: serde_json::Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    file["Credentials"]["Expiration"] = iso(now() + seconds).into();
    fs::write(path, file.to_string()).unwrap();
}

fn ten_runs_assume_once() {
    let world = world();
    let started = Instant::now();
    let children: Vec<_> = (0..10)
        .map(|_| Run::new(["--profile", "chain"].map(Into::into)).command(&world).spawn().unwrap())
        .collect();
    let waiters: Vec<_> = children
        .into_iter()
        .map(|child| thread::spawn(move || Ran::of(child, started, Duration::from_secs(20))))
        .collect();
    let keys: Vec<String> =
        waiters.into_iter().map(|waiter| waiter.join().unwrap().key()).collect();
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    assert_eq!(count(&world, "sts.AssumeRole"), 2, "once a hop");
    assert_eq!(count(&world, "sts.GetCallerIdentity"), 1);
    assert_eq!(count(&world, "portal.GetRoleCredentials"), 1);
}

fn every_hop_is_named_after_the_person() {
    let world = world();
    chain(&world).document();
    let names = names(&world);
    assert_eq!(names.len(), 2);
    assert_eq!(names[0], names[1]);
    assert!(!names[0].contains("sso-cp"), "{names:?}");
}

fn the_person_is_asked_for_once_a_sign_in() {
    let world = world();
    chain(&world).document();
    end_in(&world, -1);
    chain(&world).document();
    assert_eq!(count(&world, "sts.AssumeRole"), 4);
    assert_eq!(count(&world, "sts.GetCallerIdentity"), 1, "noted with the source's credentials");
    fs::remove_dir_all(world.home(".aws/cli/cache")).unwrap();
    end_in(&world, -1);
    chain(&world).document();
    assert_eq!(
        count(&world, "sts.GetCallerIdentity"),
        2,
        "other credentials may be another person's"
    );
}

fn the_system_s_user_where_nobody_tells() {
    let mut world = world();
    world.set("USER", "ali ce\\x");
    world.script("sts.GetCallerIdentity: error=AccessDenied repeat=forever");
    chain(&world).document();
    assert_eq!(names(&world), ["ali-ce-x", "ali-ce-x"]);
}

fn what_still_lives_serves_while_sts_is_away() {
    let world = world();
    let key = chain(&world).key();
    end_in(&world, 300);
    world.script("sts.*: drop repeat=forever");
    let ran = chain(&world);
    assert_eq!(ran.warned_document()["AccessKeyId"], key);
    assert!(ran.stderr().contains("warning: cached credentials are used until"), "{ran}");
    assert_eq!(ran.stderr().lines().count(), 1, "one line, however many hops: {ran}");
    end_in(&world, 60);
    chain(&world).failed(6, "the assumed role");
}

/// Whose name the session gets is asked with the very credentials that sign.
fn a_source_that_ends_soon_is_asked_for_once() {
    let world = world();
    world.run(&["--profile", "dev"]).document();
    for entry in fs::read_dir(world.home(".aws/cli/cache")).unwrap().flatten() {
        set_end(&entry.path(), 300);
    }
    world.script("portal.GetRoleCredentials: status=400 error=Throttling repeat=forever");
    let before = count(&world, "portal.GetRoleCredentials");
    let ran = world.run(&["--profile", "middle"]);
    ran.warned_document();
    assert_eq!(ran.stderr().lines().count(), 1, "{ran}");
    assert_eq!(
        count(&world, "portal.GetRoleCredentials") - before,
        3,
        "one call, tried again twice"
    );
}

fn what_ends_soon_is_assumed_again() {
    let world = world();
    let key = chain(&world).key();
    end_in(&world, 16 * 60);
    assert_eq!(chain(&world).key(), key);
    end_in(&world, 14 * 60);
    assert_ne!(chain(&world).key(), key);
}

fn the_aws_cli_takes_what_was_assumed_under_a_name() {
    let Ok(aws_cli) = std::env::var("SSO_CP_TEST_AWS_CLI") else {
        return skip("SSO_CP_TEST_AWS_CLI does not name the client");
    };
    let world = world();
    let path = world.put(
        ".aws/config",
        "{config}\n[profile chain]\nrole_arn = arn:aws:iam::444455556666:role/Deploy\n\
         source_profile = dev\nrole_session_name = ci\nregion = eu-west-1\n",
    );
    let program = format!("credential_process = {}", program().display());
    let text = fs::read_to_string(&path).unwrap().replace("credential_process = sso-cp", &program);
    fs::write(&path, text).unwrap();
    let key = chain(&world).key();
    let mut command = Command::new(aws_cli);
    command.args(["sts", "get-caller-identity", "--profile", "chain", "--endpoint-url"]);
    command.arg(world.fake.sts_url()).env_clear().envs(&world.env);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(count(&world, "sts.AssumeRole"), 1, "the AWS CLI assumes nothing");
    let requests = world.fake.requests();
    let asked = requests.last().unwrap().header("authorization").unwrap_or_default();
    assert!(asked.contains(&format!("Credential={key}/")), "{asked}");
}

fn a_logout_takes_the_assumed_roles_too() {
    let world = world();
    chain(&world).document();
    assert_eq!(own_files(&world).len(), 2);
    let command = Run::new(["logout", "--profile", "chain"].map(Into::into)).command(&world);
    let ran = Ran::of({ command }.spawn().unwrap(), Instant::now(), Duration::from_secs(20));
    assert!(ran.stderr().contains("3 cached roles' credentials are removed"), "{ran}");
    assert!(own_files(&world).is_empty());
    chain(&world).failed(4, "nobody is signed in");
}
