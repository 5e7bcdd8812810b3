//! Opening a browser, or leaving it to the person.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::running::{Running, approving};
use super::web;
use crate::harness::{Ended, Run, World, tests};

tests! {
    quick "g02" => browsers_that_fail,
    slow "g02 s-24" => a_browser_that_stays_and_talks,
    quick "s-20 s-23" => browser_runs_no_shell,
    quick "s-20 s-23" => browser_has_arguments_as_python_takes_them,
    quick "s-20 s-23 contract" => a_session_has_a_browser_of_its_own,
    quick "s-38 s-54" => other_users_see_only_a_link_that_works_once,
    quick "s-38" => no_secret_is_in_an_environment,
    quick "login" => no_browser_opens_none,
    quick "g16" => over_ssh,
    quick "g16" => without_a_display,
    quick "g17" => without_a_terminal_nothing_is_read,
}

/// A program in place of a browser. `$0.url` gets its arguments.
fn browser(world: &mut World, script: &str) -> PathBuf {
    let path = world.root().join("my browser");
    fs::write(&path, format!("#!/bin/sh\necho \"$#:$1\" > \"$0.url\"\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    world.set("BROWSER", &path.to_string_lossy());
    path
}

/// What the browser was given, once it was.
fn given(path: &std::path::Path) -> String {
    let path = path.with_file_name("my browser.url");
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        match fs::read_to_string(&path) {
            Ok(text) if text.ends_with('\n') => {
                return text
                    .trim_end()
                    .strip_prefix("1:")
                    .expect("it is given one argument")
                    .to_owned();
            }
            _ if Instant::now() > end => panic!("the browser was not started"),
            _ => sleep(Duration::from_millis(5)),
        }
    }
}

fn browsers_that_fail() {
    for name in ["/bin/false", "/nonexistent/browser", "/nonexistent/browser:/bin/false"] {
        let mut world = approving();
        world.set("BROWSER", name);
        let sign_in = Running::start(&world, &[]);
        sign_in.wait_for("no browser could be started; open the address above");
        sign_in
            .wait_for(&format!("sso-cp: `BROWSER` names `{}`: ", name.split(':').next().unwrap()));
        sign_in.browse();
        let ran = sign_in.end();
        assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    }
}

/// It is neither waited for, nor does it write into our streams, nor does Ctrl-C reach it.
fn a_browser_that_stays_and_talks() {
    let mut world = approving();
    let path = browser(&mut world, "echo noise; echo noise >&2; cat; exec sleep 30");
    let sign_in = Running::start(&world, &[]);
    given(&path);
    sleep(Duration::from_millis(3500));
    sign_in.browse();
    let ran = sign_in.end();
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    assert!(!ran.stderr().contains("noise") && !ran.stderr().contains("no browser"), "{ran}");
}

fn browser_runs_no_shell() {
    let evil = |world: &World| world.root().join("evil");
    for form in [
        "sh -c 'touch EVIL' %s",
        "/bin/sh -c 'touch EVIL; true %s'",
        "/nonexistent; touch EVIL; %s",
        "$(touch EVIL) %s",
        "`touch EVIL`",
        "/nonexistent %s | touch EVIL",
        "sh -c 'touch EVIL'",
    ] {
        let mut world = approving();
        let evil = evil(&world);
        world.set("BROWSER", &form.replace("EVIL", &evil.to_string_lossy()));
        let sign_in = Running::start(&world, &[]);
        sign_in.wait_for("no browser could be started");
        sign_in.browse();
        assert_eq!(sign_in.end().ended, Ended::Code(0));
        assert!(!evil.exists(), "{form}");
    }
}

/// A program that writes its arguments, one per line, into `$0.all` at once.
fn noting(world: &World) -> PathBuf {
    let path = world.root().join("a browser");
    let script = "#!/bin/sh\nprintf '%s\\n' \"$@\" > \"$0.part\"; mv \"$0.part\" \"$0.all\"\n";
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn noted(program: &std::path::Path) -> Vec<String> {
    let path = program.with_file_name("a browser.all");
    let end = Instant::now() + Duration::from_secs(10);
    while !path.exists() {
        assert!(Instant::now() < end, "the browser was not started");
        sleep(Duration::from_millis(5));
    }
    fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()
}

fn browser_has_arguments_as_python_takes_them() {
    let mut world = approving();
    let program = noting(&world);
    let form = format!("'{}' -P 'my work' '$HOME;`id`' --app=%s -x", program.display());
    world.set("BROWSER", &form);
    let sign_in = Running::start(&world, &[]);
    let words = noted(&program);
    assert_eq!(words[..3], ["-P", "my work", "$HOME;`id`"], "{words:?}");
    assert!(words[3].starts_with("--app=http://127.0.0.1:") && words[4] == "-x", "{words:?}");
    sign_in.browse();
    assert_eq!(sign_in.end().ended, Ended::Code(0));
}

/// Over SSH too, and before `BROWSER`: it is the person's own word. The console's page has everything in it that a shell
/// would take for more than text.
fn a_session_has_a_browser_of_its_own() {
    let mut world = approving();
    let program = noting(&world);
    let config = fs::read_to_string(world.home(".aws/config")).unwrap();
    let own = format!("[sso-session corp]\nsso_cp_browser = '{}' -P work", program.display());
    world.put(".aws/config", &config.replace("[sso-session corp]", &own));
    world.set("BROWSER", "/bin/false");
    world.set("SSH_CONNECTION", "192.0.2.7 50000 192.0.2.8 22");
    let sign_in = Running::start(&world, &[]);
    let words = noted(&program);
    assert_eq!(words[..2], ["-P", "work"]);
    assert!(words[2].starts_with("http://127.0.0.1:") && words.len() == 3, "{words:?}");
    sign_in.browse();
    assert_eq!(sign_in.end().ended, Ended::Code(0));
    fs::remove_file(program.with_file_name("a browser.all")).unwrap();
    let page = "https://console.aws.amazon.com/$(true)&x;%NAME%?a=$HOME&b=*#!~%s";
    let ran = world.run(&["console", "--profile", "dev", "--destination", page]);
    assert_eq!((ran.ended, ran.stdout()), (Ended::Code(0), String::new()), "{ran}");
    let words = noted(&program);
    assert!(
        words[2].contains("destination=https%3A%2F%2Fconsole") && words.len() == 3,
        "{words:?}"
    );
}

fn other_users_see_only_a_link_that_works_once() {
    let mut world = approving();
    let path = browser(&mut world, "exec sleep 5");
    let sign_in = Running::start(&world, &[]);
    let url = sign_in.url();
    let link = given(&path);
    let (host, target) = web::split(&link);
    assert_eq!(host, sign_in.listener());
    assert_eq!(target.len(), "/".len() + 22, "128 bits: {target}");
    for name in ["state", "code_challenge", "client_id"] {
        assert!(!link.contains(&web::parameter(&url, name)), "{name}");
    }
    assert_eq!(web::get(&format!("http://{host}/")).status, 404);
    let page = web::get(&link);
    assert_eq!((page.status, page.header("Location")), (302, Some(&*url)));
    assert_eq!(page.header("Referrer-Policy"), Some("no-referrer"));
    assert_eq!(web::get(&link).status, 404, "a second time it leads nowhere");
    sign_in.browse();
    assert_eq!(sign_in.end().ended, Ended::Code(0));
}

fn no_secret_is_in_an_environment() {
    let mut world = approving();
    browser(&mut world, "env > \"$0.env\"; mv \"$0.env\" \"$0.environment\"");
    let sign_in = Running::start(&world, &[]);
    let url = sign_in.url();
    let path = world.root().join("my browser.environment");
    while !path.exists() {
        sleep(Duration::from_millis(5));
    }
    let environment = fs::read_to_string(path).unwrap();
    assert!(!environment.contains(&web::parameter(&url, "state")), "{environment}");
    sign_in.browse();
    sign_in.end();
}

fn no_browser_opens_none() {
    let mut world = approving();
    let path = browser(&mut world, "");
    let sign_in = Running::start(&world, &["--no-browser"]);
    sign_in.browse();
    let ran = sign_in.end();
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    assert!(!path.with_file_name("my browser.url").exists(), "{ran}");
    assert!(ran.stderr().contains("by opening this address in your browser"), "{ran}");
}

fn over_ssh() {
    let mut world = approving();
    world.set("SSH_CONNECTION", "192.0.2.7 50000 192.0.2.8 22");
    world.set("DISPLAY", ":10");
    let sign_in = Running::start(&world, &[]);
    let listener = sign_in.listener();
    let port = listener.rsplit(':').next().unwrap();
    sign_in.wait_for("reached over SSH");
    sign_in.wait_for(&format!("    ssh -L {port}:127.0.0.1:{port} HOST\n"));
    sign_in.wait_for("sso-cp login --sso-session corp --use-device-code");
    assert!(!sign_in.said().contains("paste"), "there is no terminal:\n{}", sign_in.said());
    sign_in.browse();
    assert_eq!(sign_in.end().ended, Ended::Code(0));
}

fn without_a_display() {
    let world = approving();
    let sign_in = Running::start(&world, &[]);
    sign_in.wait_for("--use-device-code");
    let said = sign_in.said();
    assert!(said.contains("has no display") || said.contains("is a container"), "{said}");
    sign_in.browse();
    assert_eq!(sign_in.end().ended, Ended::Code(0));
}

/// What waits in stdin is somebody else's.
fn without_a_terminal_nothing_is_read() {
    let world = approving();
    let path = world.root().join("input");
    fs::write(&path, "not for you\n").unwrap();
    let input = fs::File::open(&path).unwrap();
    let mut left = input.try_clone().unwrap();
    let run = Run::new(["login", "--sso-session", "corp", "--no-browser"].map(Into::into));
    let sign_in = Running::of(run.with_stdin(Stdio::from(input)).command(&world));
    sign_in.wait_for("--use-device-code");
    assert!(!sign_in.said().contains("paste"), "{}", sign_in.said());
    sign_in.browse();
    assert_eq!(sign_in.end().ended, Ended::Code(0));
    let mut text = String::new();
    std::io::Read::read_to_string(&mut left, &mut text).unwrap();
    assert_eq!(text, "not for you\n");
}
