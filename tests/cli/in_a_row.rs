//! Clients that run a failing helper several times in a row: the person is told once, and one sign-in begins.

use std::ffi::OsString;
use std::fs;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use fake_identity_center::Auto;

use crate::auto_login::{desktop, first_opened, opened};
use crate::harness::{Ended, Ran, Run, World, program, set_mode, skip, tests};
use crate::login::browse;
use crate::real_clients::js_sdk;

tests! {
    quick "i04 p03" => runs_in_a_row_tell_the_terminal_once,
    quick "i04 auto-login" => runs_in_a_row_begin_one_sign_in,
    quick "i04 auto-login" => runs_that_wait_in_vain_begin_one_sign_in,
    slow "i04 real-clients auto-login" => the_js_sdk_s_chain_begins_one_sign_in,
}

const LIMIT: Duration = Duration::from_secs(60);

/// How often each was measured to run a helper that fails.
const CLIENTS: [(&str, usize); 6] = [
    ("the JS SDK's chain", 2),
    ("docker-credential-ecr-login", 2),
    ("pyarrow", 4),
    ("kubectl", 5),
    ("LanceDB", 6),
    ("GDAL", 7),
];

/// A client in a terminal, which takes both streams of its helper and stops at no failure.
fn in_a_terminal(flags: &str, runs: usize) -> Option<Run> {
    if !Command::new("script").arg("--version").output().is_ok_and(|output| output.status.success())
    {
        skip("the program `script` is not installed, which makes terminals");
        return None;
    }
    let call = format!("'$1' --profile dev {flags} >/dev/null 2>/dev/null; echo exit \\$?");
    let line = vec![call; runs].join("; ");
    let line = format!("exec script -qec \"{line}\" /dev/null");
    Some(Run::new(["--profile", "dev"].map(OsString::from)).in_shell(&line))
}

fn start(world: &World, flags: &str, runs: usize) -> Option<impl FnOnce() -> Ran> {
    let (child, started) =
        (in_a_terminal(flags, runs)?.command(world).spawn().unwrap(), Instant::now());
    Some(move || Ran::of(child, started, LIMIT))
}

fn runs_in_a_row_tell_the_terminal_once() {
    for (client, runs) in CLIENTS {
        let world = World::new();
        let Some(end) = start(&world, "", runs) else { return };
        let ran = end();
        let shown = ran.stdout();
        assert_eq!(shown.matches("exit 4").count(), runs, "{client}: {ran}");
        assert_eq!(shown.matches("run `sso-cp login --profile dev`").count(), 1, "{client}: {ran}");
        assert_eq!(world.fake.operations(), [""; 0], "{client}");
    }
}

/// A person says no to the first, and is left alone by the others.
fn runs_in_a_row_begin_one_sign_in() {
    for (client, runs) in CLIENTS {
        let world = desktop(Auto::Deny);
        let Some(end) = start(&world, "--auto-login", runs) else { return };
        let (_, link) = first_opened(&world);
        sleep(Duration::from_millis(200));
        browse(&link);
        let ran = end();
        let shown = ran.stdout();
        assert_eq!(shown.matches("exit 4").count(), runs, "{client}: {ran}");
        assert_eq!(shown.matches("hint: ").count(), 1, "{client}: {ran}");
        assert_eq!(opened(&world).len(), 1, "{client}: {ran}");
        let registered = world.fake.operations();
        assert_eq!(registered.iter().filter(|it| **it == "oidc.RegisterClient").count(), 1);
    }
}

/// Nobody looks at the browser: each run joins the sign-in that the first began, and so does one after them.
fn runs_that_wait_in_vain_begin_one_sign_in() {
    for runs in [2, 5] {
        let world = desktop(Auto::Approve);
        let Some(end) = start(&world, "--auto-login --wait 1", runs) else { return };
        let ran = end();
        let shown = ran.stdout();
        assert_eq!(shown.matches("exit 4").count(), runs, "{ran}");
        assert_eq!(shown.matches("hint: ").count(), 1, "{ran}");
        assert_eq!(opened(&world).len(), 1, "{ran}");
        browse(&first_opened(&world).1);
        let end = Instant::now() + LIMIT;
        while !world.home(".aws/sso/cache/{token-file corp}").exists() && Instant::now() < end {
            sleep(Duration::from_millis(10));
        }
        world.dev().document();
        assert_eq!(opened(&world).len(), 1, "{ran}");
    }
}

/// The chain itself, by a helper that counts.
fn the_js_sdk_s_chain_begins_one_sign_in() {
    let Some(client) = js_sdk() else { return };
    let world = desktop(Auto::Deny);
    let (counting, count) = (world.root().join("counting"), world.root().join("count"));
    let script = format!(
        "#!/bin/sh\necho >> '{}'\nexec '{}' --profile dev --auto-login\n",
        count.display(),
        program().display()
    );
    fs::write(&counting, script).unwrap();
    set_mode(&counting, 0o755);
    let config =
        world.expand("{config}").replace("sso-cp --profile dev", &counting.to_string_lossy());
    world.put(".aws/config", &config);
    let mut command = client.command(&world, "dev");
    let child = command.stdin(Stdio::null()).spawn().unwrap();
    let started = Instant::now();
    browse(&first_opened(&world).1);
    let ran = Ran::of(child, started, LIMIT);
    assert_ne!(ran.ended, Ended::Code(0), "{ran}");
    let runs = fs::read_to_string(&count).unwrap().lines().count();
    println!("the JS SDK's chain ran the failing helper {runs} times, in {:?}", ran.took);
    assert!(runs >= 1 && opened(&world).len() == 1, "{ran}");
}
