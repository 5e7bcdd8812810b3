//! Signing out while other runs are at work, and what a text cannot say of `status`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::harness::{Ended, Ran, Run, World, closed_port, skip, tests};

tests! {
    slow "e11" => a_renewal_that_was_stopped_does_not_bring_the_token_back,
    quick "e11" => a_renewal_under_way_is_waited_for,
    quick "e11" => a_renewal_without_locks_does_not_bring_the_token_back,
    quick "e11" => credentials_under_way_are_not_kept,
    quick "e11 chains" => an_assumed_role_under_way_is_not_kept,
    quick "s-49" => a_linked_token_goes_with_its_link,
    quick "s-49" => what_cannot_be_looked_into_is_told,
    quick "contract" => nothing_listens_where_the_portal_should_be,
    quick "contract" => colours_are_for_terminals,
    quick "contract" => interrupted_while_the_portal_keeps_silent,
}

const LIMIT: Duration = Duration::from_secs(20);
const SOON: Duration = Duration::from_secs(5);

fn start(world: &World, arguments: &[&str]) -> Child {
    Run::new(arguments.iter().map(Into::into)).command(world).spawn().unwrap()
}

fn ended(child: Child) -> Ran {
    Ran::of(child, Instant::now(), LIMIT)
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill").arg(format!("-{name}")).arg(child.id().to_string()).status();
    assert!(status.unwrap().success());
}

fn role_path(world: &World) -> std::path::PathBuf {
    world.home(".aws/cli/cache/{role-file corp 111122223333 ReadOnly}")
}

#[track_caller]
fn assert_signed_out(world: &World, token: &Path) {
    assert!(!token.exists());
    assert!(!role_path(world).exists());
    let ran = world.run(&["status", "--json", "--profile", "dev"]);
    assert_eq!(ran.ended, Ended::Code(4), "{ran}");
    assert!(ran.stdout().contains("\"state\":\"signed-out\""), "{ran}");
    assert!(ran.stdout().contains("\"roles\":[]"), "{ran}");
}

/// How a call for a profile ends during which, while it waits for this operation, somebody signs out.
#[track_caller]
fn signed_out_during(world: &World, profile: &str, operation: &str) -> Ran {
    world.script(&format!("{operation}: delay=600ms"));
    let call = start(world, &["--profile", profile]);
    assert!(world.fake.wait_for(operation, 1, SOON));
    let out = world.run(&["logout", "--profile", "dev"]);
    assert_eq!(out.ended, Ended::Code(0), "{out}");
    ended(call)
}

/// The lock is waited for, and the token that the renewal brought is the one that is ended.
fn a_renewal_under_way_is_waited_for() {
    let world = World::new();
    let token = world.put_token("-1h");
    let dev = signed_out_during(&world, "dev", "oidc.CreateToken");
    // Whichever of the two reached the portal first.
    assert!(matches!(dev.ended, Ended::Code(0 | 4)), "{dev}");
    let operations = world.fake.operations();
    assert_eq!(
        operations.iter().filter(|name| name.starts_with("oidc.")).count(),
        1,
        "{operations:?}"
    );
    assert!(operations.iter().any(|name| name == "portal.Logout"), "{operations:?}");
    assert_signed_out(&world, &token);
}

/// Its lock is done without after eight seconds; when it goes on, it finds that the token is gone.
fn a_renewal_that_was_stopped_does_not_bring_the_token_back() {
    let world = World::new();
    let token = world.put_token("-1h");
    world.script("oidc.CreateToken: delay=1s");
    let dev = start(&world, &["--profile", "dev"]);
    assert!(world.fake.wait_for("oidc.CreateToken", 1, SOON));
    signal(&dev, "STOP");
    let out = world.run(&["logout", "--profile", "dev"]);
    signal(&dev, "CONT");
    assert_eq!(out.ended, Ended::Code(0), "{out}");
    let waited = Duration::from_secs(7)..Duration::from_secs(14);
    assert!(waited.contains(&out.took), "{out}");
    let dev = ended(dev);
    // It may have been stopped for longer than it waits for an answer.
    assert!(matches!(dev.ended, Ended::Code(4 | 6)), "{dev}");
    assert_signed_out(&world, &token);
}

/// The answer comes after the token is gone; nobody has waited for anybody.
fn a_renewal_without_locks_does_not_bring_the_token_back() {
    let world = World::new();
    let token = world.put_token("-1h");
    world.put_bytes(".aws/sso-cp", b"no folder, so no locks");
    signed_out_during(&world, "dev", "oidc.CreateToken").failed(4, "sso-cp login");
    assert_signed_out(&world, &token);
}

/// No lock is between the two here. Those who asked still get what AWS gave them.
fn credentials_under_way_are_not_kept() {
    let world = World::new();
    let token = world.put_token("+1h");
    signed_out_during(&world, "dev", "portal.GetRoleCredentials").document();
    assert_signed_out(&world, &token);
}

fn an_assumed_role_under_way_is_not_kept() {
    let world = World::new();
    world.put(
        ".aws/config",
        "{config}\n[profile chain]\nrole_arn = arn:aws:iam::444455556666:role/Deploy\n\
         source_profile = dev\nrole_session_name = ci\nregion = eu-west-1\n",
    );
    let token = world.put_token("+1h");
    signed_out_during(&world, "chain", "sts.AssumeRole").document();
    assert_signed_out(&world, &token);
    for folder in [".aws/sso-cp/chains", ".aws/cli/cache"] {
        let left = fs::read_dir(world.home(folder)).unwrap().count();
        assert_eq!(left, 0, "{folder}");
    }
}

fn a_linked_token_goes_with_its_link() {
    let world = World::new();
    let token = world.put_token("+1h");
    let elsewhere = world.put_bytes("dotfiles/token.json", &fs::read(&token).unwrap());
    fs::remove_file(&token).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &token).unwrap();
    let out = world.run(&["logout", "--profile", "dev"]);
    assert_eq!(out.ended, Ended::Code(0), "{out}");
    assert!(!elsewhere.exists() && fs::symlink_metadata(&token).is_err());
}

/// Credentials that cannot be read may be there all the same: the sign-out goes through, and says so.
fn what_cannot_be_looked_into_is_told() {
    let mut world = World::new();
    let token = world.put_token("+1h");
    let role = world.put_role("+1h");
    fs::set_permissions(&role, fs::Permissions::from_mode(0o000)).unwrap();
    world.as_ordinary_user();
    world.run(&["logout", "--profile", "dev"]).failed(7, "cannot read");
    assert!(!token.exists() && role.exists());
    assert_eq!(world.fake.operations(), ["portal.Logout"]);
}

fn nothing_listens_where_the_portal_should_be() {
    let mut world = World::new();
    let token = world.put_token("+1h");
    world.put_role("+1h");
    world.set("AWS_ENDPOINT_URL_SSO", &format!("http://{}", closed_port()));
    let out = world.run(&["logout", "--profile", "dev"]);
    out.failed(6, "stays valid until");
    assert_signed_out(&world, &token);
}

fn colours_are_for_terminals() {
    let mut world = World::new();
    world.put_token("+1h");
    if !Path::new("/usr/bin/script").exists() {
        return skip("there is no `script` to make a terminal with");
    }
    let on_terminal = |world: &World| {
        let line = format!("'{}' status", crate::harness::program().display());
        let mut script = Command::new("/usr/bin/script");
        script.args(["-qec", &line, "/dev/null"]).env_clear().envs(&world.env);
        let output = script.stdin(Stdio::null()).current_dir(world.work()).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let text = on_terminal(&world);
    assert!(text.contains("\u{1b}[32mactive\u{1b}[0m"), "{text:?}");
    assert!(!world.run(&["status"]).stdout().contains('\u{1b}'));
    world.set("NO_COLOR", "1");
    let text = on_terminal(&world);
    assert!(text.contains("active") && !text.contains('\u{1b}'), "{text:?}");
}

/// Nothing is removed before AWS has been told, so the person can try again.
fn interrupted_while_the_portal_keeps_silent() {
    let world = World::new();
    let token = world.put_token("+1h");
    world.script("portal.Logout: stall");
    let out = start(&world, &["logout", "--profile", "dev"]);
    assert!(world.fake.wait_for("portal.Logout", 1, SOON));
    signal(&out, "INT");
    let out = ended(out);
    assert_eq!(out.ended, Ended::Code(130), "{out}");
    assert!(token.exists());
}
