//! Streams, signals, terminals and the environment.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::{Ended, Ran, Run, World, skip, tests};

tests! {
    quick "f01" => stdout_that_is_closed,
    quick "f01" => stdout_that_nobody_reads,
    quick "f01" => stdout_on_a_full_device,
    quick "f02" => stderr_that_is_closed_or_full,
    quick "f03" => stdin_is_never_read,
    quick "f04" => an_environment_with_nothing_but_home,
    quick "f11" => signals_while_the_network_is_awaited,
    quick "f11" => a_signal_after_the_new_token_has_arrived,
    quick "f11" => a_signal_while_the_new_token_is_on_its_way,
    quick "f12" => a_parent_that_dies,
    quick "f14" => secrets_stay_out_of_every_log,
    quick "f15" => odd_bytes_in_arguments_and_environment,
    quick "f15" => the_plainest_locale,
    quick "f16" => stdout_that_is_a_terminal,
    quick "a16" => no_home_in_the_environment,
    quick "a17" => a_working_directory_that_is_gone,
    quick "s-39" => no_core_files,
    quick "s-39" => no_core_files_of_a_cached_call_either,
    quick "s-39 s-56" => no_command_may_be_dumped_while_it_reads_tokens,
}

fn usual() -> Run {
    Run::new(["--profile", "dev"].map(OsString::from))
}

fn role_is_cached(world: &World) -> bool {
    world.home(".aws/cli/cache/{role-file corp 111122223333 ReadOnly}").exists()
}

/// Rust opens the null device in the place of a closed stream before the program begins, and a caller may have given us the null
/// device on purpose. So this may end well; what counts is that nothing breaks and that the next call can have the credentials.
fn stdout_that_is_closed() {
    let world = World::new();
    world.put_token("+1h");
    let ran = usual().in_shell("exec \"$@\" >&-").that_may_save().checked(&world);
    assert!(matches!(ran.ended, Ended::Code(0 | 7)), "{ran}");
    assert!(role_is_cached(&world));
}

fn stdout_that_nobody_reads() {
    let world = World::new();
    world.put_token("+1h");
    // The reader is gone before the program writes.
    let ran = world.dev_in_shell("{ sleep 0.3; \"$@\"; echo \"status $?\" >&2; } | true");
    assert!(ran.stderr().contains("status 7") && ran.stderr().contains("stdout"), "{ran}");
    assert!(role_is_cached(&world));
}

fn stdout_on_a_full_device() {
    let world = World::new();
    world.put_token("+1h");
    // Once with fresh credentials, once with those that the first run has cached.
    for _ in 0..2 {
        usual()
            .in_shell("exec \"$@\" >/dev/full")
            .that_may_save()
            .checked(&world)
            .failed(7, "no space left");
        assert!(role_is_cached(&world));
    }
    assert_eq!(world.fake.operations().len(), 1);
}

fn stderr_that_is_closed_or_full() {
    for stream in ["2>&-", "2>/dev/full"] {
        let world = World::new();
        let ran = world.dev_in_shell(&format!("exec \"$@\" {stream}"));
        assert_eq!(ran.ended, Ended::Code(4), "{ran}");
        world.put_token("+4m");
        world.script("oidc.CreateToken: status=503 repeat=forever");
        // With a warning to tell.
        world.dev_in_shell(&format!("exec \"$@\" {stream}")).document();
    }
}

fn stdin_is_never_read() {
    let world = World::new();
    world.put_token("+1h");
    world.dev_in_shell("exec \"$@\" <&-").document();
    // A pipe that never ends, as the JS SDK has it.
    fs::remove_dir_all(world.home(".aws/cli")).unwrap();
    let mut child = usual().with_stdin(Stdio::piped()).command(&world).spawn().unwrap();
    let stdin = child.stdin.take();
    Ran::of(child, Instant::now(), Duration::from_secs(5)).document();
    drop(stdin);
    // What stands there is left for anyone who comes next.
    let ran = world.dev_in_shell("echo left | { \"$@\" >/dev/null; cat; }");
    assert_eq!(ran.stdout(), "left\n", "{ran}");
}

fn an_environment_with_nothing_but_home() {
    let mut world = World::new();
    world.put_role("+1h");
    for name in ["PATH", "AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC"] {
        world.unset(name);
    }
    world.dev().document();
    // And where requests are made: the endpoints stand in the config file.
    let port = world.fake.sso_url().to_owned();
    world.put(".aws/config", &format!("{{config}}\n[profile net]\nsso_cp_session = corp\nsso_cp_account_id = 111122223333\nsso_cp_role_name = AdministratorAccess\nendpoint_url = {port}\n"));
    world.put_token("-1h");
    world.run(&["--profile", "net"]).document();
}

fn signals_while_the_network_is_awaited() {
    for (signal, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        for script in ["oidc.CreateToken: stall perform=no", "portal.*: stall"] {
            let world = World::new();
            let path = world.put_token("-1h");
            world.script(script);
            let child = usual().command(&world).spawn().unwrap();
            let operation = script.split([':', '*']).next().unwrap().trim_end_matches('.');
            let wanted =
                if operation == "portal" { "portal.GetRoleCredentials" } else { operation };
            assert!(world.fake.wait_for(wanted, 1, Duration::from_secs(5)));
            send(signal, child.id());
            let started = Instant::now();
            let ran = Ran::of(child, started, Duration::from_secs(3));
            assert_eq!(ran.ended, Ended::Code(code), "{signal} {script}: {ran}");
            assert!(ran.took < Duration::from_secs(2), "{ran}");
            assert_eq!(ran.stdout(), "");
            let token: serde_json::Value =
                serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            assert!(
                world.fake.is_refreshable(token["refreshToken"].as_str().unwrap()),
                "{signal} {script}"
            );
            let files = fs::read_dir(path.parent().unwrap()).unwrap().count();
            assert_eq!(files, 1, "{signal} {script}: an unfinished file is left");
        }
    }
}

fn send(signal: &str, process: u32) {
    let sent = Command::new("kill").arg(format!("-{signal}")).arg(process.to_string()).status();
    assert!(sent.unwrap().success());
}

/// Sent around the moment when the new token arrives: the file holds the old one, still good, or the new one, whole.
fn a_signal_after_the_new_token_has_arrived() {
    for round in 0..12_u64 {
        let world = World::new();
        let path = world.put_token("-1h");
        world.script("oidc.CreateToken: delay=100ms\nportal.*: stall");
        let child = usual().command(&world).spawn().unwrap();
        assert!(world.fake.wait_for("oidc.CreateToken", 1, Duration::from_secs(5)));
        thread::sleep(Duration::from_micros(96_000 + 1_000 * round));
        send("TERM", child.id());
        let ran = Ran::of(child, Instant::now(), Duration::from_secs(3));
        assert_eq!(ran.ended, Ended::Code(143), "{ran}");
        let token: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        assert!(token["accessToken"].is_string(), "round {round}");
        if world.fake.operations().len() > 1 {
            assert!(
                world.fake.is_refreshable(token["refreshToken"].as_str().unwrap()),
                "round {round}"
            );
        }
    }
}

/// AWS has spent the refresh token by then, so the answer is worth half a second.
fn a_signal_while_the_new_token_is_on_its_way() {
    for (signal, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let world = World::new();
        let path = world.put_token("-1h");
        world.script("oidc.CreateToken: delay=100ms");
        let child = usual().command(&world).spawn().unwrap();
        assert!(world.fake.wait_for("oidc.CreateToken", 1, Duration::from_secs(5)));
        send(signal, child.id());
        let ran = Ran::of(child, Instant::now(), Duration::from_secs(3));
        assert_eq!(ran.ended, Ended::Code(code), "{signal}: {ran}");
        assert_eq!(world.fake.operations(), ["oidc.CreateToken/refresh_token"], "{signal}");
        let token: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        assert!(world.fake.is_refreshable(token["refreshToken"].as_str().unwrap()), "{signal}");
        let files = fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(files, 1, "{signal}: an unfinished file is left");
    }
}

/// An SDK that loses patience kills the shell in between; the run finishes for the next one's sake.
fn a_parent_that_dies() {
    let world = World::new();
    world.put_token("-1h");
    world.script("portal.*: delay=500ms");
    let mut parent = usual().in_shell("\"$@\" & wait").command(&world).spawn().unwrap();
    assert!(world.fake.wait_for("portal.GetRoleCredentials", 1, Duration::from_secs(5)));
    parent.kill().unwrap();
    parent.wait().unwrap();
    drop(parent);
    let until = Instant::now() + Duration::from_secs(5);
    while !role_is_cached(&world) && Instant::now() < until {
        thread::sleep(Duration::from_millis(20));
    }
    assert!(role_is_cached(&world));
    assert_eq!(world.dev().key(), "ASIAFAKE000000000001");
}

fn secrets_stay_out_of_every_log() {
    // The rules of the house look for secrets on stderr and in files after each of these.
    let scripts = [
        "",
        "oidc.CreateToken: error=InvalidGrantException",
        "oidc.CreateToken: status=503 repeat=forever",
        "oidc.CreateToken: set=/accessToken=null",
        "portal.*: error=UnauthorizedException repeat=forever",
        "portal.*: truncate=200 repeat=forever",
        "portal.*: set=/roleCredentials/expiration=true",
        "portal.*: set=/roleCredentials/accessKeyId=null",
        "portal.*: error=ForbiddenException",
        "portal.*: content-type=text/html",
        "portal.*: redirect=http://127.0.0.1:1/",
    ];
    for script in scripts {
        let mut world = World::new();
        for (name, value) in
            [("RUST_LOG", "trace"), ("RUST_BACKTRACE", "full"), ("SSO_CP_DEBUG", "1")]
        {
            world.set(name, value);
        }
        world.put_token("-1h");
        world.script(script);
        let arguments = ["--profile", "dev", "--debug"].map(OsString::from);
        let ran = Run::new(arguments).that_may_save().checked(&world);
        let said = ran.stderr();
        for word in ["fakeSessionToken", "x-amz-sso", "bearer", "refreshToken", "role_name="] {
            assert!(!said.to_lowercase().contains(&word.to_lowercase()), "{script}: {word}\n{ran}");
        }
    }
}

fn odd_bytes_in_arguments_and_environment() {
    let world = World::new();
    world.put_role("+1h");
    let odd = || OsStr::from_bytes(b"caf\xe9\xff").to_owned();
    for arguments in [
        vec!["--profile".into(), odd()],
        vec![odd()],
        vec!["--profile".into(), "dev".into(), odd()],
    ] {
        let ran = Run::new(arguments).checked(&world);
        assert!(matches!(ran.ended, Ended::Code(2 | 3)), "{ran}");
    }
    for name in ["AWS_PROFILE", "NO_PROXY", "SOMETHING", "LANG"] {
        usual().with_env(name, odd()).checked(&world).document();
    }
    for name in ["AWS_CONFIG_FILE", "HTTPS_PROXY", "AWS_ENDPOINT_URL_SSO", "AWS_CA_BUNDLE", "HOME"]
    {
        let ran = usual().with_env(name, odd()).checked(&world);
        assert!(matches!(ran.ended, Ended::Code(0 | 3)), "{name}: {ran}");
    }
}

/// A home whose name is not UTF-8 is a home.
fn the_plainest_locale() {
    let mut world = World::new();
    world.put_token("+1h");
    for (name, value) in [("LC_ALL", "C"), ("LANG", "C")] {
        world.set(name, value);
    }
    world.dev().document();
    let odd = world.root().join(OsStr::from_bytes(b"h\xe9me"));
    fs::rename(world.home(""), &odd).unwrap();
    fs::create_dir(world.home("")).unwrap();
    usual().with_env("HOME", &odd).checked(&world).document();
}

fn stdout_that_is_a_terminal() {
    if !Command::new("script").arg("--version").output().is_ok_and(|output| output.status.success())
    {
        return skip("the program `script` is not installed, which makes terminals");
    }
    let world = World::new();
    world.put_role("+1h");
    let line = "exec script -qec \"'$1' --profile dev\" /dev/null";
    let ran = world.dev_in_shell(line);
    let text = ran.stdout();
    let document: serde_json::Value =
        serde_json::from_str(text.trim()).unwrap_or_else(|_| panic!("{ran}"));
    assert_eq!(document["AccessKeyId"], "ASIACACHED0000000000");
    assert!(!text.contains('\u{1b}'), "{text:?}");
}

/// The home of the user's entry in the system's list, or none: what is found there is the machine's.
fn no_home_in_the_environment() {
    let world = World::new();
    for line in ["unset HOME; exec \"$@\"", "HOME= exec \"$@\"", "HOME=relative/folder exec \"$@\""]
    {
        let run = Run::new(["--profile", "a-profile-that-nobody-has"].map(OsString::from));
        let ran = run.in_shell(line).checked(&world);
        ran.failed(3, "a-profile-that-nobody-has");
        assert!(!ran.stderr().contains("relative"), "{ran}");
    }
}

fn a_working_directory_that_is_gone() {
    let world = World::new();
    world.put_token("+1h");
    let gone = world.root().join("gone");
    fs::create_dir(&gone).unwrap();
    let line = format!("cd '{0}' && rmdir '{0}' && exec \"$@\"", gone.display());
    world.dev_in_shell(&line).document();
    assert!(role_is_cached(&world));
    world.dev_in_shell(&format!("mkdir '{0}' && {line}", gone.display())).document();
}

fn no_core_files() {
    let world = World::new();
    world.put_token("+1h");
    world.script("portal.*: stall");
    let mut child = usual()
        .in_shell("ulimit -c unlimited 2>/dev/null; exec \"$@\"")
        .command(&world)
        .spawn()
        .unwrap();
    assert!(world.fake.wait_for("portal.GetRoleCredentials", 1, Duration::from_secs(5)));
    let limits = fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let line = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(line.split_whitespace().nth(4), Some("0"), "{line}");
}

/// Where nothing is waited for, only a tracer sees that it is done before the file with the credentials is opened.
fn no_core_files_of_a_cached_call_either() {
    let probe = Command::new("strace").args(["-o", "/dev/null", "true"]).output();
    if !probe.is_ok_and(|output| output.status.success()) {
        return skip("strace is not installed, or may not trace here");
    }
    let world = World::new();
    world.put_role("+1h");
    let log = world.root().join("calls");
    let line = format!("exec strace -o '{}' -e trace=prctl,openat,open \"$@\"", log.display());
    usual().in_shell(&line).checked(&world).document();
    let calls = fs::read_to_string(log).unwrap();
    let place = |what: &str| calls.find(what).unwrap_or_else(|| panic!("no {what}:\n{calls}"));
    let role = world.expand("{role-file corp 111122223333 ReadOnly}");
    assert!(place("PR_SET_DUMPABLE, SUID_DUMP_DISABLE") < place(&role), "{calls}");
}

/// Whatever shows how sign-ins stand reads their tokens.
fn no_command_may_be_dumped_while_it_reads_tokens() {
    let probe = Command::new("strace").args(["-o", "/dev/null", "true"]).output();
    if !probe.is_ok_and(|output| output.status.success()) {
        return skip("strace is not installed, or may not trace here");
    }
    for words in
        ["status", "profiles", "doctor", "prompt --profile dev", "logout --profile dev", "use dev"]
    {
        let world = World::new();
        world.put_token("+1h");
        world.put_role("+1h");
        let log = world.root().join("calls");
        let line =
            format!("exec strace -f -o '{}' -e trace=prctl,openat,open \"$@\"", log.display());
        let run = Run::new(words.split(' ').map(Into::into)).in_shell(&line);
        let _ = run.command(&world).output().unwrap();
        let calls = fs::read_to_string(log).unwrap();
        let forbidden = calls.find("PR_SET_DUMPABLE, SUID_DUMP_DISABLE");
        let secret = calls.find(".aws/sso/cache/").or_else(|| calls.find(".aws/cli/cache/"));
        assert!(forbidden.is_some(), "{words}: {calls}");
        assert!(secret.is_none_or(|secret| forbidden < Some(secret)), "{words}: {calls}");
    }
}
