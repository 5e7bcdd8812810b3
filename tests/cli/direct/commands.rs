//! `exec`: what a command inherits, and who gets which signal.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::Path;
use std::process::Stdio;

use super::{Lines, end, exec, send, signed_in};
use crate::harness::{Ended, Ran, Run, World, skip, tests};

tests! {
    quick "p05" => the_command_takes_our_place,
    quick "p05" => the_command_finds_signals_as_usual,
    quick "p05" => what_nohup_ignores_stays_ignored,
    quick "p05 s-39" => the_limit_on_core_files_comes_back,
    quick "p05" => standard_input_is_the_command_s,
    quick "p05" => arguments_are_bytes,
    quick "p05" => a_pipe_that_breaks_ends_the_command,
    quick "p04" => signals_with_an_endpoint,
    quick "p04" => nothing_is_left_of_an_endpoint,
    quick "contract s-30" => the_token_as_a_variable_and_as_a_file,
    quick "p04 s-51" => a_temporary_folder_that_others_may_write,
    quick "p04 s-51" => what_is_put_into_the_place_of_our_folder_stays,
    quick "p04" => a_signal_before_the_command_runs,
    quick "s-38" => no_secret_in_the_environment_of_an_endpoint_s_command,
}

/// Once with credentials in the cache, once with a network call that watches signals and forbids core files.
fn warm_and_cold() -> [World; 2] {
    let warm = World::new();
    warm.put_role("+1h");
    [warm, signed_in()]
}

fn the_command_takes_our_place() {
    for world in warm_and_cold() {
        let child = exec(&[], &["sh", "-c", "echo $$"]).command(&world).spawn().unwrap();
        let process = child.id();
        assert_eq!(end(child).stdout().trim(), process.to_string());
    }
}

const SIGNALS: [&str; 3] = ["sh", "-c", "grep -E 'SigIgn|SigBlk' /proc/self/status"];

/// Which signals are blocked, and which ignored. Those above 31 are the C library's own.
fn masks(ran: &Ran) -> Vec<u64> {
    let stdout = ran.stdout();
    let words = stdout.lines().filter_map(|line| line.split_whitespace().nth(1));
    words.map(|mask| u64::from_str_radix(mask, 16).unwrap() & 0x7fff_ffff).collect()
}

fn the_command_finds_signals_as_usual() {
    if !Path::new("/proc/self/status").exists() {
        return skip("there is no /proc");
    }
    for flags in [&[][..], &["--serve"]] {
        for world in warm_and_cold() {
            let ran = exec(flags, &SIGNALS).checked(&world);
            assert_eq!(masks(&ran), [0, 0], "{flags:?} {ran}");
        }
    }
}

fn what_nohup_ignores_stays_ignored() {
    if !Path::new("/proc/self/status").exists() {
        return skip("there is no /proc");
    }
    for flags in [&[][..], &["--serve"]] {
        for world in warm_and_cold() {
            let ran = exec(flags, &SIGNALS).in_shell("trap '' HUP; exec \"$@\"").checked(&world);
            assert_eq!(masks(&ran), [0, 1], "{flags:?} {ran}");
        }
    }
}

fn the_limit_on_core_files_comes_back() {
    for flags in [&[][..], &["--serve"]] {
        for world in warm_and_cold() {
            let line = "ulimit -S -c 4096 2>/dev/null || exit 9; exec \"$@\"";
            let ran = exec(flags, &["sh", "-c", "ulimit -S -c"]).in_shell(line).checked(&world);
            if ran.ended == Ended::Code(9) {
                return skip("core files are forbidden here");
            }
            assert_eq!(ran.stdout(), "4096\n", "{flags:?} {ran}");
        }
    }
}

fn standard_input_is_the_command_s() {
    for flags in [&[][..], &["--serve"]] {
        for world in warm_and_cold() {
            let ran = exec(flags, &["cat"]).in_shell("echo given | \"$@\"").checked(&world);
            assert_eq!(ran.stdout(), "given\n", "{flags:?}");
            let ran = exec(flags, &["cat"]).in_shell("\"$@\" <&-").run(&world).0;
            assert_eq!(ran.stdout(), "", "{flags:?} {ran}");
        }
    }
}

fn arguments_are_bytes() {
    let world = World::new();
    world.put_role("+1h");
    let odd = OsString::from_vec(b"--x=\xff\n".to_vec());
    let words = ["exec", "--profile=dev", "--", "printf", "%s|%s|%s", "--help"].map(OsString::from);
    let words = words.into_iter().chain([odd, "--profile".into()]);
    let ran = Run::new(words).run(&world).0;
    assert_eq!(ran.stdout, b"--help|--x=\xff\n|--profile", "{ran}");
}

/// Rust programs do not die of SIGPIPE, and a child that inherited that would go on for ever.
fn a_pipe_that_breaks_ends_the_command() {
    for flags in [&[][..], &["--serve"]] {
        for world in warm_and_cold() {
            let line = "{ \"$@\"; echo \"status $?\" >&2; } | head -n 1";
            let ran = exec(flags, &["yes"]).in_shell(line).run(&world).0;
            assert!(ran.stderr().contains("status 141"), "{flags:?} {ran}");
        }
    }
}

/// What was sent to us alone: SIGTERM and SIGHUP go on to the command, which ends as it likes; Ctrl-C the command has had.
fn signals_with_an_endpoint() {
    let script = "trap 'echo term; exit 3' TERM; trap 'echo hup; exit 4' HUP; \
                  echo ready; while :; do sleep 0.05; done";
    for (signals, said, code) in [
        (&["TERM"][..], "term", 3),
        (&["HUP"], "hup", 4),
        (&["INT", "QUIT", "INT", "TERM"], "term", 3),
    ] {
        let world = signed_in();
        let run = exec(&["--serve"], &["sh", "-c", script]);
        let mut child = run.command(&world).spawn().unwrap();
        let mut lines = Lines::of(&mut child);
        assert_eq!(lines.next(), "ready");
        for signal in signals {
            send(signal, child.id());
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        assert_eq!(lines.next(), said, "{signals:?}");
        assert_eq!(end(child).ended, Ended::Code(code), "{signals:?}");
    }
}

/// Some tools read only the variable, others ask the endpoint only where there is a file.
fn the_token_as_a_variable_and_as_a_file() {
    let world = signed_in();
    let script = "file=$AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE; echo $file; stat -c '%a %s' $file; \
                  test \"$(cat $file)\" = $AWS_CONTAINER_AUTHORIZATION_TOKEN && echo same";
    let run = exec(&["--serve"], &["sh", "-c", script])
        .with_env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/old")
        .with_env("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/old");
    let ran = run.checked(&world);
    let said = ran.stdout();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[1..], ["600 64", "same"], "{ran}");
    assert!(!Path::new(lines[0]).exists(), "it goes with the command");
}

fn nothing_is_left_of_an_endpoint() {
    let mut world = signed_in();
    let temporary = world.root().join("temporary");
    std::fs::create_dir(&temporary).unwrap();
    world.set("TMPDIR", temporary.to_str().unwrap());
    let count = || std::fs::read_dir(&temporary).unwrap().count();
    exec(&["--serve"], &["true"]).checked(&world);
    exec(&["--serve"], &["no-such-command"]).checked(&world).failed(127, "no command");
    assert_eq!(count(), 0);
    let script = "test -s $AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE && echo $AWS_CONTAINER_CREDENTIALS_FULL_URI; exec sleep 30";
    for (signal, code) in [("TERM", 143), ("HUP", 129)] {
        let run = exec(&["--serve"], &["sh", "-c", script]);
        let mut child = run.command(&world).spawn().unwrap();
        let url = Lines::of(&mut child).next();
        assert_eq!(count(), 1, "the token's file is there");
        send(signal, child.id());
        assert_eq!(end(child).ended, Ended::Code(code));
        assert_eq!(count(), 0, "{signal}");
        let host = url.strip_prefix("http://").unwrap().split('/').next().unwrap();
        assert!(std::net::TcpStream::connect(host).is_err(), "the port is closed");
    }
    // The command itself is killed: we outlive it.
    exec(&["--serve"], &["sh", "-c", "kill -KILL $$"]).checked(&world);
    assert_eq!(count(), 0);
}

/// Without the sticky bit anybody could put a link into the place of our folder there.
fn a_temporary_folder_that_others_may_write() {
    use std::os::unix::fs::PermissionsExt;
    for (mode, is_used) in [(0o777, false), (0o770, false), (0o1777, true), (0o700, true)] {
        let mut world = signed_in();
        let temporary = world.root().join("temporary");
        std::fs::create_dir(&temporary).unwrap();
        std::fs::set_permissions(&temporary, std::fs::Permissions::from_mode(mode)).unwrap();
        world.set("TMPDIR", temporary.to_str().unwrap());
        let ran = exec(&["--serve"], &["sh", "-c", "echo $AWS_CONFIG_FILE"]).checked(&world);
        let parent = if is_used { temporary.clone() } else { world.home(".aws/sso-cp") };
        let config = std::path::PathBuf::from(ran.stdout().trim());
        assert_eq!(config.parent().unwrap().parent().unwrap(), parent, "{mode:o} {ran}");
        assert!(!config.parent().unwrap().exists(), "{mode:o}: it is gone");
        assert_eq!(std::fs::read_dir(&temporary).unwrap().count(), 0, "{mode:o}");
    }
}

/// Anyone who may write the folder above, by a race or by rights, has moved ours away and put a link to his own there.
fn what_is_put_into_the_place_of_our_folder_stays() {
    let mut world = signed_in();
    let temporary = world.root().join("temporary");
    let precious = world.root().join("precious");
    std::fs::create_dir(&temporary).unwrap();
    std::fs::create_dir(&precious).unwrap();
    for name in ["config", "credentials", "token", "diary"] {
        std::fs::write(precious.join(name), name).unwrap();
    }
    world.set("TMPDIR", temporary.to_str().unwrap());
    let swap = "ours=${AWS_CONFIG_FILE%/*}; mv \"$ours\" \"$ours.aside\"; ln -s \"$0\" \"$ours\"";
    exec(&["--serve"], &["sh", "-c", swap, precious.to_str().unwrap()]).checked(&world);
    assert_eq!(
        std::fs::read_dir(&precious).unwrap().count(),
        4,
        "nothing behind the link is touched"
    );
    let left: Vec<_> = std::fs::read_dir(&temporary).unwrap().flatten().collect();
    let aside = left.iter().find(|entry| entry.file_type().unwrap().is_dir()).unwrap();
    assert_eq!(std::fs::read_dir(aside.path()).unwrap().count(), 0, "our own files are gone");
}

fn a_signal_before_the_command_runs() {
    let world = signed_in();
    world.script("portal.*: stall");
    let child = exec(&["--serve"], &["echo", "started"]).command(&world).spawn().unwrap();
    let limit = std::time::Duration::from_secs(5);
    assert!(world.fake.wait_for("portal.GetRoleCredentials", 1, limit));
    send("INT", child.id());
    let ran = end(child);
    assert_eq!((ran.ended, ran.stdout()), (Ended::Code(130), String::new()), "{ran}");
}

fn no_secret_in_the_environment_of_an_endpoint_s_command() {
    let world = signed_in();
    let run = exec(&["--serve"], &["sh", "-c", "env; cat /proc/$PPID/cmdline"]);
    let ran = run.with_stdin(Stdio::null()).checked(&world);
    assert!(!ran.stdout().contains("SECRET"), "{ran}");
}
