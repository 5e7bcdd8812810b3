//! The portal is connected to while a token is renewed: what happens where one of the two fails, or both are cut short.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::harness::{Ended, Ran, Run, World, closed_port, silent_listener, tests};

tests! {
    quick "w07" => a_portal_that_cannot_be_reached_while_the_renewal_succeeds,
    quick "w08" => a_renewal_that_fails_while_the_portal_is_connected,
    quick "w08" => a_renewal_that_fails_while_the_portal_hangs,
    quick "w09" => a_signal_in_the_middle_of_both,
    quick "w10" => a_system_that_gives_no_thread,
    quick "w11" => a_machine_that_sleeps_in_the_middle_of_both,
}

const LIMIT: Duration = Duration::from_secs(20);

fn usual() -> Run {
    Run::new(["--profile", "dev"].map(Into::into))
}

fn token_in(path: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn send(signal: &str, process: u32) {
    let sent = Command::new("kill").args([signal, &process.to_string()]).status();
    assert!(sent.unwrap().success());
}

/// The newest token is in the file, and nothing unfinished beside it.
#[track_caller]
fn assert_saved(world: &World, path: &Path, before: &serde_json::Value) {
    let token = token_in(path);
    assert_ne!(token["accessToken"], before["accessToken"]);
    assert!(world.fake.is_refreshable(token["refreshToken"].as_str().unwrap()));
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
}

fn a_portal_that_cannot_be_reached_while_the_renewal_succeeds() {
    let nowhere = format!("{}.example", "a".repeat(64));
    for host in [closed_port().to_string(), nowhere] {
        let mut world = World::new();
        let path = world.put_token("-1h");
        let before = token_in(&path);
        let scheme = if host.ends_with("example") { "https" } else { "http" };
        world.set("AWS_ENDPOINT_URL_SSO", &format!("{scheme}://{host}"));
        world.script("oidc.CreateToken: delay=200ms");
        let ran = usual().that_may_save().checked(&world);
        ran.failed(6, &host);
        assert_eq!(world.fake.operations(), ["oidc.CreateToken/refresh_token"], "{ran}");
        assert_saved(&world, &path, &before);
    }
}

fn a_renewal_that_fails_while_the_portal_is_connected() {
    for (script, code, word) in [
        ("oidc.CreateToken: delay=200ms error=InvalidGrantException", 4, "sso-cp login"),
        ("oidc.CreateToken: delay=100ms status=503 repeat=forever", 6, "503"),
    ] {
        let world = World::new();
        let path = world.put_token("-1h");
        let before = fs::read(&path).unwrap();
        world.script(script);
        let ran = world.dev();
        ran.failed(code, word);
        assert!(ran.took < Duration::from_secs(5), "{ran}");
        let operations = world.fake.operations();
        assert!(
            operations.iter().all(|operation| operation.starts_with("oidc.")),
            "{operations:?}"
        );
        assert_eq!(fs::read(&path).unwrap(), before);
    }
}

/// Nobody waits for a connection that nothing will be sent on.
fn a_renewal_that_fails_while_the_portal_hangs() {
    let portal = silent_listener();
    let mut world = World::new();
    world.put_token("-1h");
    world.set("AWS_ENDPOINT_URL_SSO", &format!("https://{}", portal.local_addr().unwrap()));
    world.script("oidc.CreateToken: delay=200ms error=InvalidGrantException");
    let ran = world.dev();
    ran.failed(4, "sso-cp login");
    assert!(ran.took < Duration::from_secs(3), "{ran}");
}

/// AWS has spent the refresh token by then: its answer is worth half a second, and the portal's handshake nothing.
fn a_signal_in_the_middle_of_both() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        let portal = silent_listener();
        let mut world = World::new();
        let path = world.put_token("-1h");
        let before = token_in(&path);
        world.set("AWS_ENDPOINT_URL_SSO", &format!("https://{}", portal.local_addr().unwrap()));
        world.script("oidc.CreateToken: delay=200ms");
        let child = usual().command(&world).spawn().unwrap();
        assert!(world.fake.wait_for("oidc.CreateToken", 1, LIMIT));
        // It shakes hands with the portal meanwhile.
        drop(portal.accept().unwrap());
        send(signal, child.id());
        let ran = Ran::of(child, Instant::now(), Duration::from_secs(3));
        assert_eq!(ran.ended, Ended::Code(code), "{ran}");
        assert_saved(&world, &path, &before);
    }
}

/// One after the other then, as it was before there were threads.
fn a_system_that_gives_no_thread() {
    let mut world = World::new();
    let path = world.put_token("-1h");
    let before = token_in(&path);
    world.as_ordinary_user();
    let run = usual().in_shell("ulimit -u 1 2>/dev/null || ulimit -p 1; exec \"$@\"");
    run.checked(&world).document();
    assert_saved(&world, &path, &before);
}

/// Both connections wait, and are taken up again.
fn a_machine_that_sleeps_in_the_middle_of_both() {
    let world = World::new();
    let path = world.put_token("-1h");
    let before = token_in(&path);
    world.script("oidc.CreateToken: delay=300ms");
    let child = usual().command(&world).spawn().unwrap();
    assert!(world.fake.wait_for("oidc.CreateToken", 1, LIMIT));
    send("-STOP", child.id());
    sleep(Duration::from_secs(1));
    send("-CONT", child.id());
    Ran::of(child, Instant::now(), LIMIT).document();
    assert_saved(&world, &path, &before);
}
