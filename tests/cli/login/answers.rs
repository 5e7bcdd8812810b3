//! What AWS, the disk and the person may answer, and what the run says then.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use fake_identity_center::{Auto, Seed, Setup};

use super::running::{Running, approving, files, token};
use super::web;
use crate::harness::{Ended, Run, World, skip, tests};

tests! {
    quick "g01 s-25" => a_port_that_is_taken,
    quick "g04" => a_no_in_the_browser,
    quick "g04 s-40" => a_no_with_odd_words,
    quick "g09" => odd_codes_arrive_unchanged,
    quick "g10" => a_code_that_aws_does_not_take,
    quick "g10 s-17" => a_token_service_that_fails,
    quick "e05 g10" => a_sign_in_whatever_the_renewal_says,
    quick "g11" => a_token_that_cannot_be_saved,
    quick "g11" => a_disk_that_is_full_from_the_start,
    quick "g12" => a_registration_that_aws_refuses,
    quick "g12" => a_registration_service_that_fails,
    quick "g13" => a_client_that_aws_has_forgotten_at_the_token,
    quick "g13" => a_client_that_aws_has_forgotten_at_the_redirect,
    quick "g13" => a_client_that_aws_never_knows,
    slow "g03 g15 s-11" => a_machine_that_sleeps_while_a_sign_in_waits,
    quick "g14" => an_interrupt_while_waiting,
    quick "g14 f11" => other_signals_while_waiting,
    quick "g14" => an_interrupt_while_the_code_is_exchanged,
    quick "g14" => an_interrupt_after_force,
}

fn a_port_that_is_taken() {
    let world = World::new();
    world.put_token("+1h");
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let before = files(&world);
    let ran = Running::start(&world, &["--force", "--redirect-port", &port]).end();
    ran.failed(4, "run `sso-cp login --sso-session corp --use-device-code`");
    assert!(
        ran.stderr()
            .contains(&format!("{port} of 127.0.0.1 cannot be bound: address already in use\n")),
        "{ran}"
    );
    assert_eq!(files(&world), before, "the old session is not ended for nothing");
    assert_eq!(world.fake.operations(), [""; 0]);
}

fn a_no_in_the_browser() {
    let world = World::with(Setup { auto: Auto::Deny, ..Setup::default() });
    world.put_token("-1h no-refresh");
    let before = token(&world);
    let sign_in = Running::start(&world, &[]);
    let page = sign_in.browse();
    assert!(page.body.contains("<title>Sign-in not completed"), "{page:?}");
    assert!(!page.body.contains("denied"), "nothing of the request comes back: {page:?}");
    let ran = sign_in.end();
    ran.failed(4, "was refused in the browser: The person denied the request (access_denied)");
    assert_eq!(token(&world), before);
}

fn a_no_with_odd_words() {
    let world = World::new();
    let sign_in = Running::start(&world, &[]);
    let words = web::encode("\u{1b}]0;x\u{7}\u{202e}<script>\nsso-cp: all is well");
    let page =
        web::get(&sign_in.callback(&format!(
            "error=access_denied&error_description={words}{}",
            "x".repeat(1000)
        )));
    assert!(!page.body.contains("script"), "{page:?}");
    let ran = sign_in.end();
    ran.failed(4, "\\u{1b}]0;x\\u{7}\\u{202e}<script> sso-cp: all is well");
    assert!(ran.stderr().len() < 2048, "{ran}");
}

fn odd_codes_arrive_unchanged() {
    for code in ["a+b/c=d&e%f g", "ü漢😀", &"x".repeat(7000)] {
        let world = World::new();
        let sign_in = Running::start(&world, &[]);
        web::get(&sign_in.callback(&format!("code={}", web::encode(code))));
        sign_in.end().failed(4, "Invalid grant provided");
        let sent = world.fake.requests().pop().unwrap().json();
        assert_eq!(sent["code"], code);
    }
    // Beyond what any code is, the sign-in goes on.
    let world = approving();
    let sign_in = Running::start(&world, &[]);
    let page = web::get(&sign_in.callback(&format!("code={}", "x".repeat(10_000))));
    assert!(matches!(page.status, 400 | 414 | 431), "{page:?}");
    sign_in.browse();
    assert_eq!(sign_in.end().ended, Ended::Code(0));
}

/// A world with an old token that is over, and what must still be there after a failure.
fn with_old_token() -> (World, serde_json::Value) {
    let world = approving();
    world.put_token("-1h no-refresh");
    let before = token(&world);
    (world, before)
}

/// No file is half written, and the port is closed.
#[track_caller]
fn nothing_is_left(world: &World, listener: &str, before: &serde_json::Value) {
    assert_eq!(&token(world), before);
    for (path, _) in files(world) {
        assert!(!path.ends_with("tmp"), "{path}");
    }
    assert!(TcpStream::connect(listener).is_err(), "the port is still open");
}

fn a_code_that_aws_does_not_take() {
    let (world, before) = with_old_token();
    world.script(
        "oidc.CreateToken: error=InvalidGrantException description=\"Invalid grant provided\"",
    );
    let sign_in = Running::start(&world, &[]);
    let listener = sign_in.listener();
    sign_in.browse();
    sign_in
        .end()
        .failed(4, "AWS does not accept the sign-in to sso-session `corp`: Invalid grant provided");
    nothing_is_left(&world, &listener, &before);
}

/// A token that AWS does not renew must not keep anybody from signing in, whichever name AWS gives to it.
fn a_sign_in_whatever_the_renewal_says() {
    for rule in [
        "error=AccessDeniedException",
        "error=UnsupportedGrantTypeException",
        "error=InvalidScopeException",
        "error=InvalidRequestException",
        "status=400 body={}",
        "status=403 body=Forbidden",
        "status=404 body={}",
        "status=503 repeat=4",
        "perform=no body=\"{}\" repeat=4",
    ] {
        for further in [&[][..], &["--force"]] {
            let world = approving();
            world.put_token("-1h");
            world.script(&format!("oidc.CreateToken/refresh_token: {rule}"));
            let sign_in = Running::start(&world, further);
            sign_in.browse();
            let ran = sign_in.end();
            assert_eq!(ran.ended, Ended::Code(0), "{rule} {further:?}: {ran}");
            assert!(ran.stderr().contains("sso-cp: signed in to sso-session `corp`"), "{ran}");
        }
    }
}

/// What may have reached AWS is not sent again: the code works once.
fn a_token_service_that_fails() {
    for (script, calls) in [
        ("oidc.CreateToken: status=500 repeat=forever", 3),
        ("oidc.CreateToken: drop repeat=forever", 1),
        ("oidc.CreateToken: truncate=40 repeat=forever", 1),
        ("oidc.CreateToken: body=\"<html>\" content-type=text/html repeat=forever", 1),
        ("oidc.CreateToken: set=/accessToken=null perform=no body=\"{}\" repeat=forever", 1),
    ] {
        let (world, before) = with_old_token();
        world.script(script);
        let sign_in = Running::start(&world, &[]);
        let listener = sign_in.listener();
        sign_in.browse();
        sign_in.end().failed(6, "hint: ");
        nothing_is_left(&world, &listener, &before);
        let operations = world.fake.operations();
        let sent = operations.iter().filter(|name| name.starts_with("oidc.CreateToken")).count();
        assert_eq!(sent, calls, "{script}");
    }
}

fn a_token_that_cannot_be_saved() {
    if !Command::new("strace")
        .args(["-o", "/dev/null", "true"])
        .output()
        .is_ok_and(|ran| ran.status.success())
    {
        return skip("strace is not installed, or may not trace here");
    }
    for (calls, error, words) in
        [("fsync", "EIO", "input/output error"), ("/rename", "ENOSPC", "no space left")]
    {
        let (world, before) = with_old_token();
        let line = format!(
            "exec strace -f -qq -o /dev/null -e trace={calls} -e inject={calls}:error={error} \"$@\""
        );
        let run = Run::new(["login", "--sso-session", "corp"].map(Into::into)).in_shell(&line);
        let sign_in = Running::of(run.command(&world));
        sign_in.browse();
        let ran = sign_in.end();
        ran.failed(7, "the sign-in to sso-session `corp` was not saved, nothing has changed");
        assert!(ran.stderr().contains(words), "{ran}");
        assert_eq!(token(&world), before);
        assert!(files(&world).iter().all(|(path, _)| !path.ends_with("tmp")), "{ran}");
    }
}

fn a_disk_that_is_full_from_the_start() {
    let (world, before) = with_old_token();
    let run = Run::new(["login", "--sso-session", "corp"].map(Into::into))
        .in_shell("ulimit -f 0; exec \"$@\"");
    let ran = Running::of(run.command(&world)).end();
    ran.failed(7, "was not saved");
    assert!(!ran.stderr().contains("://"), "the person is not bothered: {ran}");
    assert_eq!(token(&world), before);
    // And the same where the home may only be read.
    let mut world = World::new();
    world.put_token("-1h no-refresh");
    world.as_ordinary_user();
    let folder = world.home(".aws/sso/cache");
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o555)).unwrap();
    Running::start(&world, &[]).end().failed(7, "permission denied");
}

fn a_registration_that_aws_refuses() {
    for error in ["InvalidRedirectUriException", "InvalidClientMetadataException"] {
        let world = World::new();
        world.script(&format!("oidc.RegisterClient: error={error}"));
        let ran = Running::start(&world, &[]).end();
        ran.failed(4, "AWS registers no client for sso-session `corp`");
        assert!(
            ran.stderr().contains("hint: run `sso-cp login --sso-session corp --use-device-code`"),
            "{ran}"
        );
        assert!(!ran.stderr().contains("://"), "{ran}");
    }
}

fn a_registration_service_that_fails() {
    let world = World::new();
    world.script("oidc.RegisterClient: status=503 repeat=forever");
    Running::start(&world, &[]).end().failed(6, "status 503");
    let mut world = World::new();
    let nobody = crate::harness::closed_port();
    world.set("AWS_ENDPOINT_URL_SSO_OIDC", &format!("http://{nobody}"));
    Running::start(&world, &[]).end().failed(6, "cannot connect");
}

/// Plays the person once more after the program has asked for it.
fn sign_in_again(sign_in: &Running, first: &str) -> String {
    sign_in.wait_for("AWS no longer knows this client");
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        let said = sign_in.said();
        let url = said.lines().rfind(|line| line.contains("code_challenge=")).unwrap_or_default();
        if url != first && said.ends_with("\n\n") {
            return url.to_owned();
        }
        assert!(Instant::now() < end, "{said}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn a_client_that_aws_has_forgotten_at_the_token() {
    let world = approving();
    let first = Running::start(&world, &[]);
    first.browse();
    first.end();
    let old = token(&world)["clientId"].as_str().unwrap().to_owned();
    fs::remove_file(world.home(".aws/sso/cache/{token-file corp}")).unwrap();
    let sign_in = Running::start(&world, &[]);
    let url = sign_in.url();
    // It is forgotten between the person's yes and the exchange.
    let callback = web::redirect_of(&url);
    world.fake.forget_client(&old);
    web::get(&callback);
    let second = sign_in_again(&sign_in, &url);
    for name in ["state", "code_challenge", "client_id"] {
        assert_ne!(web::parameter(&url, name), web::parameter(&second, name), "{name} is fresh");
    }
    web::browse(&second);
    let ran = sign_in.end();
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    assert_ne!(token(&world)["clientId"], old);
}

fn a_client_that_aws_has_forgotten_at_the_redirect() {
    let world = approving();
    let sign_in = Running::start(&world, &[]);
    let url = sign_in.url();
    web::get(&sign_in.callback("error=unauthorized_client"));
    web::browse(&sign_in_again(&sign_in, &url));
    assert_eq!(sign_in.end().ended, Ended::Code(0));
    let operations = world.fake.operations();
    assert_eq!(operations.iter().filter(|name| *name == "oidc.RegisterClient").count(), 2);
}

fn a_client_that_aws_never_knows() {
    let (world, before) = with_old_token();
    world.script("oidc.CreateToken: error=InvalidClientException repeat=forever");
    let sign_in = Running::start(&world, &[]);
    let url = sign_in.url();
    web::browse(&url);
    web::browse(&sign_in_again(&sign_in, &url));
    sign_in.end().failed(4, "AWS does not accept the sign-in");
    assert_eq!(token(&world), before);
}

/// As after a sleep, the wall clock runs away from the monotonic one: here by two minutes a second.
fn a_machine_that_sleeps_while_a_sign_in_waits() {
    if !Command::new("faketime").arg("--version").output().is_ok_and(|ran| ran.status.success()) {
        return skip("faketime is not installed");
    }
    let (world, before) = with_old_token();
    let line = "FAKETIME_DONT_FAKE_MONOTONIC=1 exec faketime -m -f '+0 x120' \"$@\"";
    let run = Run::new(["login", "--sso-session", "corp"].map(Into::into)).in_shell(line);
    let started = Instant::now();
    let sign_in = Running::of(run.command(&world));
    let listener = sign_in.listener();
    let ran = sign_in.end();
    ran.failed(4, "nobody signed in to sso-session `corp` within 10 minutes");
    assert!(started.elapsed() < Duration::from_secs(15), "{ran}");
    nothing_is_left(&world, &listener, &before);
}

fn an_interrupt_while_waiting() {
    let (world, before) = with_old_token();
    let sign_in = Running::start(&world, &[]);
    let listener = sign_in.listener();
    let (files_before, asked) = (files(&world), Instant::now());
    sign_in.signal("INT");
    let ran = sign_in.end();
    assert!(asked.elapsed() < Duration::from_secs(1), "{ran}");
    assert_eq!(ran.ended, Ended::Code(130), "{ran}");
    assert_eq!(files(&world), files_before);
    nothing_is_left(&world, &listener, &before);
}

fn other_signals_while_waiting() {
    for (signal, code) in [("TERM", 143), ("HUP", 129)] {
        let world = World::new();
        let sign_in = Running::start(&world, &[]);
        sign_in.url();
        sign_in.signal(signal);
        assert_eq!(sign_in.end_within(Duration::from_secs(1)).ended, Ended::Code(code));
    }
}

fn an_interrupt_while_the_code_is_exchanged() {
    let (world, before) = with_old_token();
    world.script("oidc.CreateToken: stall perform=no");
    let sign_in = Running::start(&world, &[]);
    let listener = sign_in.listener();
    sign_in.browse();
    assert!(world.fake.wait_for("oidc.CreateToken", 1, Duration::from_secs(5)));
    sign_in.signal("INT");
    assert_eq!(sign_in.end_within(Duration::from_secs(1)).ended, Ended::Code(130));
    nothing_is_left(&world, &listener, &before);
}

/// The one exception: the session that was to be ended is ended.
fn an_interrupt_after_force() {
    let world = World::new();
    let seeded = world.fake.seed_token(&Seed::default());
    let path = world.put_bytes(".aws/sso/cache/{token-file corp}", seeded.token_file().as_bytes());
    let sign_in = Running::start(&world, &["--force"]);
    sign_in.url();
    sign_in.signal("INT");
    assert_eq!(sign_in.end().ended, Ended::Code(130));
    assert!(!path.exists() && !world.fake.is_live(&seeded.access_token));
}
