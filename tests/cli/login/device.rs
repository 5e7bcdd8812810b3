//! Signing in by a code, and legacy profiles.

use std::ffi::OsString;
use std::fs;
use std::time::{Duration, Instant};

use fake_identity_center::{Auto, Decision, START_URL, Setup};
use serde_json::json;

use super::running::{Running, files, token};
use crate::harness::{Ended, Run, World, tests};

tests! {
    quick "login s-26" => the_whole_walk_by_a_code,
    quick "h10" => who_has_approved_before_sees_nothing,
    quick "h01" => a_code_that_nobody_types,
    slow "h02" => slow_down_is_for_good,
    slow "h03" => odd_intervals,
    quick "h04" => answers_that_end_it,
    slow "h05" => failures_that_pass,
    quick "h06 s-21 s-22" => odd_links_are_not_opened,
    quick "h07 s-40" => odd_codes_are_shown_harmless,
    quick "h09 g14" => an_interrupt_between_approval_and_question,
    quick "g13" => a_client_with_which_nobody_signed_in_in_time,
    quick "g13" => a_client_that_aws_has_forgotten,
    quick "b23" => each_flow_has_its_own_client,
    quick "login" => a_legacy_profile,
    quick "login" => a_code_needs_no_port,
}

/// A world in which a person approves the code after so many questions.
fn typed_after(polls: u32) -> World {
    World::with(Setup { auto: Auto::Approve, pending_polls: polls, ..Setup::default() })
}

fn start(world: &World) -> Running {
    Running::start(world, &["--use-device-code"])
}

fn the_whole_walk_by_a_code() {
    let world = World::new();
    let sign_in = start(&world);
    sign_in.wait_for("this very code\n");
    let said = sign_in.said();
    let code = said.lines().find_map(|line| line.strip_prefix("code: ")).unwrap();
    assert!(said.contains(&format!("\n\n{}/device\n\n", world.fake.sso_url())), "{said}");
    assert!(said.contains("go on only if you started this sign-in yourself"), "{said}");
    assert!(world.fake.decide_device(code, Decision::Approved));
    let ran = sign_in.end();
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    assert!(token(&world)["refreshToken"].is_string());
    let requests = world.fake.requests();
    let operations: Vec<&str> =
        requests.iter().map(|request| request.operation.as_str()).take(3).collect();
    let expected =
        ["oidc.RegisterClient", "oidc.StartDeviceAuthorization", "oidc.CreateToken/device_code"];
    assert_eq!(operations, expected);
    let client = json!({"clientName": "sso-cp-corp", "clientType": "public", "scopes": ["sso:account:access"]});
    assert_eq!(requests[0].json(), client);
    assert_eq!(requests[1].json()["startUrl"], START_URL);
    world.dev().document();
}

fn who_has_approved_before_sees_nothing() {
    let world = typed_after(0);
    let ran = start(&world).end();
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    assert!(!ran.stderr().contains("code:") && !ran.stderr().contains("://"), "{ran}");
}

fn a_code_that_nobody_types() {
    let life = Duration::from_secs(2);
    let world = World::with(Setup { device_code_lifetime: life, ..Setup::default() });
    world.put_token("-1h no-refresh");
    let before = token(&world);
    let ran = start(&world).end();
    ran.failed(4, "nobody typed the code for sso-session `corp` in time");
    assert!(ran.took < Duration::from_secs(5), "{ran}");
    assert_eq!(token(&world), before);
}

/// The pauses between the questions, in seconds.
fn pauses(world: &World) -> Vec<f32> {
    let requests = world.fake.requests();
    let asked: Vec<Instant> = requests
        .iter()
        .filter(|request| request.operation.starts_with("oidc.CreateToken"))
        .map(|request| request.arrived)
        .collect();
    asked.windows(2).map(|pair| pair[1].duration_since(pair[0]).as_secs_f32()).collect()
}

fn slow_down_is_for_good() {
    let world = typed_after(1);
    world.script("oidc.CreateToken: error=SlowDownException\noidc.CreateToken: error=AuthorizationPendingException");
    let ran = start(&world).end_within(Duration::from_secs(30));
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    let pauses = pauses(&world);
    assert!(pauses.iter().all(|pause| (5.9..8.0).contains(pause)), "{pauses:?}");
}

fn odd_intervals() {
    for (rule, fastest) in [
        ("set=/interval=0", 0.9),
        ("set=/interval=-7", 0.9),
        ("unset=/interval", 4.9),
        ("set=/interval=1 set=/expiresIn=0", 0.9),
    ] {
        let world = typed_after(1);
        world.script(&format!("oidc.StartDeviceAuthorization: {rule}"));
        let ran = start(&world).end();
        let pauses = pauses(&world);
        assert!(pauses.iter().all(|pause| *pause > fastest), "{rule}: {pauses:?}");
        assert!(matches!(ran.ended, Ended::Code(0 | 4)), "{rule}: {ran}");
        assert!(ran.took < Duration::from_secs(9), "{rule}: {ran}");
    }
    // An interval that is beyond reason is cut, so that Ctrl-C is not the only way out; here only that it is lived with.
    let world = World::new();
    world.script("oidc.StartDeviceAuthorization: set=/interval=1000000000 set=/expiresIn=1");
    start(&world).end().failed(4, "nobody typed the code");
}

fn answers_that_end_it() {
    for (error, words) in [
        ("ExpiredTokenException", "nobody typed the code"),
        ("AccessDeniedException", "Scripted AccessDeniedException"),
        ("InvalidGrantException", "AWS does not accept the sign-in"),
    ] {
        let world = World::new();
        world.put_token("-1h no-refresh");
        let before = token(&world);
        world.script(&format!(
            "oidc.CreateToken: error=AuthorizationPendingException\noidc.CreateToken: error={error}"
        ));
        let ran = start(&world).end();
        ran.failed(4, words);
        assert_eq!(pauses(&world).len(), 1, "{error}: it is not asked again");
        assert_eq!(token(&world), before);
    }
    let world = World::new();
    world.script("oidc.StartDeviceAuthorization: error=InvalidRequestException description=\"Invalid start url provided\"");
    let ran = start(&world).end();
    ran.failed(4, "Invalid start url provided");
    assert!(ran.stderr().contains("check `sso_region` and `sso_start_url`"), "{ran}");
}

fn failures_that_pass() {
    let world = typed_after(1);
    world.script("oidc.CreateToken: error=AuthorizationPendingException\noidc.CreateToken: status=500\noidc.CreateToken: drop\noidc.CreateToken: normal");
    let ran = start(&world).end_within(Duration::from_secs(40));
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    let pauses = pauses(&world);
    assert!(pauses[1] > 1.9 && pauses[2] > 3.9, "each failure doubles the wait: {pauses:?}");
}

fn odd_links_are_not_opened() {
    for (link, words) in [
        ("https://device.evil.example/", "neither AWS's nor configured"),
        ("https://awsapps.com.evil.example/", "neither AWS's nor configured"),
        ("http://device.awsapps.com/", "not a plain https URL"),
        ("--some-flag=/x", "not a plain https URL"),
        ("file:///etc/passwd", "not a plain https URL"),
        ("https://d.awsapps.com/\\u001b[31m", "not a plain https URL"),
    ] {
        for member in ["verificationUri", "verificationUriComplete"] {
            let mut world = typed_after(1);
            let opened = world.root().join("opened");
            let script = world.root().join("browser");
            fs::write(&script, format!("#!/bin/sh\ntouch {}\n", opened.display())).unwrap();
            fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755))
                .unwrap();
            world.set("BROWSER", &script.to_string_lossy());
            world.script(&format!("oidc.StartDeviceAuthorization: set=/{member}=\"{link}\""));
            let ran = start(&world).end();
            // Nobody is at a terminal who could say to go on.
            ran.failed(4, words);
            assert!(ran.stderr().contains("it is not opened"), "{ran}");
            assert!(!opened.exists(), "{link}");
        }
    }
}

fn odd_codes_are_shown_harmless() {
    let world = typed_after(1);
    let long = "x".repeat(1000);
    world.script(&format!("oidc.StartDeviceAuthorization: set=/userCode=\"\\u001b[2J{long}\""));
    let ran = start(&world).end();
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    assert!(ran.stderr().contains("code: \\u{1b}[2Jxxx") && ran.stderr().len() < 2048, "{ran}");
}

fn an_interrupt_between_approval_and_question() {
    let world = World::with(Setup { device_interval_seconds: 5, ..Setup::default() });
    let sign_in = start(&world);
    sign_in.wait_for("this very code\n");
    let code = sign_in
        .said()
        .lines()
        .find_map(|line| Some(line.strip_prefix("code: ")?.to_owned()))
        .unwrap();
    let before = files(&world);
    assert!(world.fake.decide_device(&code, Decision::Approved));
    sign_in.signal("INT");
    assert_eq!(sign_in.end_within(Duration::from_secs(1)).ended, Ended::Code(130));
    assert_eq!(files(&world), before);
}

fn a_client_that_aws_has_forgotten() {
    let world = typed_after(1);
    let ran = start(&world).end();
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    let old = token(&world)["clientId"].as_str().unwrap().to_owned();
    fs::remove_file(world.home(".aws/sso/cache/{token-file corp}")).unwrap();
    world.fake.forget_client(&old);
    let ran = start(&world).end();
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    assert!(ran.stderr().contains("AWS no longer knows this client"), "{ran}");
    assert_ne!(token(&world)["clientId"], old);
    world.script("oidc.StartDeviceAuthorization: error=UnauthorizedClientException repeat=2");
    fs::remove_file(world.home(".aws/sso/cache/{token-file corp}")).unwrap();
    start(&world).end().failed(4, "AWS does not accept the sign-in");
}

/// AWS may have forgotten the client, and told only the person: nobody has to know what to do about that.
fn a_client_with_which_nobody_signed_in_in_time() {
    let world = typed_after(1);
    let forced = |flags: &[&str]| Running::start(&world, &[&["--force"], flags].concat());
    let registered = || {
        let operations = world.fake.operations();
        operations.iter().filter(|name| *name == "oidc.RegisterClient").count()
    };
    for flags in [&[][..], &["--use-device-code"]] {
        world.fake.clear_requests();
        let sign_in = |count: usize| {
            let sign_in = forced(flags);
            if flags.is_empty() {
                sign_in.browse();
            }
            assert_eq!(sign_in.end().ended, Ended::Code(0));
            assert_eq!(registered(), count, "{flags:?}");
        };
        sign_in(1);
        // With `--force` too: each new client is a new consent.
        sign_in(1);
        if flags.is_empty() {
            let suspect = world.put(
                ".aws/sso-cp/suspect",
                &format!("{{\"clientId\": {}}}", token(&world)["clientId"]),
            );
            let hash = world.home(".aws/sso/cache/{token-file corp}");
            let hash = hash.file_stem().unwrap().to_str().unwrap();
            fs::rename(&suspect, world.home(&format!(".aws/sso-cp/suspect-{hash}.json"))).unwrap();
        } else {
            world.script("oidc.CreateToken/device_code: error=ExpiredTokenException");
            forced(flags).end().failed(4, "nobody typed the code");
        }
        sign_in(2);
        sign_in(2);
    }
}

/// Both flows keep their client under one name; neither uses the other's.
fn each_flow_has_its_own_client() {
    let world = typed_after(1);
    for (flags, flow) in
        [(&[][..], "code"), (&["--use-device-code"], "device"), (&[], "code again")]
    {
        let sign_in = Running::start(&world, flags);
        if flags.is_empty() {
            sign_in.browse();
        }
        assert_eq!(sign_in.end().ended, Ended::Code(0), "{flow}");
        fs::remove_file(world.home(".aws/sso/cache/{token-file corp}")).unwrap();
    }
    let operations = world.fake.operations();
    assert_eq!(operations.iter().filter(|name| *name == "oidc.RegisterClient").count(), 3);
}

fn a_legacy_profile() {
    let world = typed_after(1);
    world.put(
        ".aws/config",
        &format!("[profile old]\nsso_start_url = {START_URL}\nsso_region = us-east-1\nsso_account_id = 111122223333\nsso_role_name = ReadOnly\n"),
    );
    let command = |arguments: &[&str]| {
        Running::of(Run::new(arguments.iter().map(OsString::from)).command(&world))
    };
    let ran = command(&["login", "--profile", "old"]).end();
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    assert!(
        ran.stderr().contains("signed in to profile `old`")
            && ran.stderr().contains("hint: run `sso-cp migrate`"),
        "{ran}"
    );
    let path = world.home(&format!(".aws/sso/cache/{{token-file {START_URL}}}"));
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains("aoaSECRET") && !text.contains("refreshToken"), "{text}");
    assert_eq!(
        world.fake.requests()[0].json(),
        json!({"clientName": "sso-cp", "clientType": "public"})
    );
    world.run(&["--profile", "old"]).document();
    let ran = command(&["login", "--profile", "old"]).end();
    assert!(ran.stderr().contains("already signed in to profile `old` until"), "{ran}");
}

fn a_code_needs_no_port() {
    let world = World::new();
    Running::start(&world, &["--use-device-code", "--redirect-port", "4711"])
        .end()
        .failed(2, "`--redirect-port`");
}
