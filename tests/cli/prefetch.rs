//! Role credentials that are fetched in the background (`sso_cp_prefetch`), and what may happen to the process that does it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::harness::{CONFIG, Ran, Run, World, needs_root, tests};

tests! {
    slow "w01" => killed_at_any_moment_of_a_fetch,
    slow "w05" => a_portal_that_fails_is_left_alone_for_a_minute,
    quick "w02" => a_caller_that_waits_for_its_pipe_to_close,
    quick "w03" => a_system_that_gives_no_process,
    quick "w01" => a_caller_whose_whole_group_is_killed,
    quick "w01" => a_process_that_is_stopped_for_a_while,
    quick "w02" => a_process_without_anything_of_its_caller,
    quick "w04" => a_hundred_calls_start_one,
    quick "w05" => a_token_that_is_turned_down_is_not_renewed,
    quick "w06" => a_cached_call_answers_and_new_credentials_follow,
    quick "w06" => calls_that_start_nothing,
    quick "w06" => a_token_at_its_end_is_used_and_not_renewed,
    quick "w06" => an_assumed_role_is_fetched_too,
}

const LIMIT: Duration = Duration::from_secs(20);
/// What the calls find in the cache.
const OLD: &str = "ASIACACHED0000000000";

/// A world whose session asks for it. The profile has a name that no other world has, so that its process can be found.
struct Ahead {
    world: World,
    profile: String,
}

impl Ahead {
    fn new() -> Ahead {
        let ahead = Ahead::signed_out();
        ahead.world.put_token("+1h");
        ahead
    }

    fn signed_out() -> Ahead {
        let world = World::new();
        let profile = world.root().file_name().unwrap().to_string_lossy().into_owned();
        world.put(
            ".aws/config",
            &format!("{}sso_cp_prefetch = true\n", CONFIG.replace("dev", &profile)),
        );
        world.put_role("+20m");
        Ahead { world, profile }
    }

    fn run(&self) -> Run {
        Run::new(["--profile", &self.profile].map(Into::into))
    }

    /// One call. What it has started may still be at work.
    fn call(&self) -> Ran {
        Ran::of(self.run().command(&self.world).spawn().unwrap(), Instant::now(), LIMIT)
    }

    fn role_path(&self) -> PathBuf {
        self.world.home(".aws/cli/cache/{role-file corp 111122223333 ReadOnly}")
    }

    fn cached_key(&self) -> String {
        let text = fs::read_to_string(self.role_path()).unwrap();
        let file: serde_json::Value = serde_json::from_str(&text).unwrap();
        file["Credentials"]["AccessKeyId"].as_str().unwrap().to_owned()
    }

    /// The processes in the background that are at work here.
    fn processes(&self) -> Vec<u32> {
        let all = fs::read_dir("/proc").unwrap().flatten();
        let numbers = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        numbers
            .filter(|number: &u32| {
                let line = fs::read(format!("/proc/{number}/cmdline")).unwrap_or_default();
                let words: Vec<_> = line.split(|byte| *byte == 0).collect();
                words.contains(&self.profile.as_bytes()) && words.contains(&&b"--prefetch"[..])
            })
            .collect()
    }

    fn process(&self) -> u32 {
        wait_for(|| self.processes().first().copied())
    }

    /// Waits until nothing is at work any more.
    fn settle(&self) {
        wait_for(|| self.processes().is_empty().then_some(()));
    }

    /// The note of the last minute, as if it were of the last but one.
    fn let_a_minute_pass(&self) {
        for entry in fs::read_dir(self.world.home(".aws/sso-cp")).unwrap().flatten() {
            if entry.file_name().to_string_lossy().starts_with("prefetch-") {
                let file = fs::File::options().write(true).open(entry.path()).unwrap();
                file.set_modified(std::time::SystemTime::now() - Duration::from_secs(61)).unwrap();
            }
        }
    }
}

#[track_caller]
fn wait_for<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let until = Instant::now() + LIMIT;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < until, "it does not come");
        sleep(Duration::from_millis(5));
    }
}

fn send(signal: &str, process: &str) {
    let _ = Command::new("kill").args([signal, "--", process]).output();
}

fn a_cached_call_answers_and_new_credentials_follow() {
    let ahead = Ahead::new();
    let token = fs::read(ahead.world.home(".aws/sso/cache/{token-file corp}")).unwrap();
    ahead.world.script("portal.*: delay=300ms");
    assert_eq!(ahead.call().key(), OLD);
    wait_for(|| (ahead.cached_key() != OLD).then_some(()));
    ahead.settle();
    let ran = ahead.call();
    assert_ne!(ran.key(), OLD);
    assert_eq!(ahead.world.fake.operations(), ["portal.GetRoleCredentials"]);
    assert_eq!(fs::read(ahead.world.home(".aws/sso/cache/{token-file corp}")).unwrap(), token);
    assert!(ahead.processes().is_empty());
}

fn calls_that_start_nothing() {
    let untouched = |ahead: &Ahead, run: Run, what: &str| {
        let ran = Ran::of(run.command(&ahead.world).spawn().unwrap(), Instant::now(), LIMIT);
        assert_eq!(ran.key(), OLD, "{what}");
        ahead.settle();
        assert_eq!(
            ahead.world.fake.requests_after(0, Duration::from_millis(200)).len(),
            0,
            "{what}"
        );
        assert_eq!(ahead.cached_key(), OLD, "{what}");
    };
    let ahead = Ahead::new();
    untouched(&ahead, ahead.run().with_env("CI", "true"), "a CI system");
    ahead.world.put_role("+26m");
    untouched(&ahead, ahead.run(), "more than 25 minutes left");
    ahead.world.put_role("+20m");
    ahead.world.put(".aws/config", &CONFIG.replace("dev", &ahead.profile));
    untouched(&ahead, ahead.run(), "nobody has asked for it");
    for token in [None, Some("-1h")] {
        let ahead = Ahead::signed_out();
        let path = token.map(|token| ahead.world.put_token(token));
        let before = path.as_ref().map(|path| fs::read(path).unwrap());
        untouched(&ahead, ahead.run(), "a refresh token would have to be spent");
        assert_eq!(path.map(|path| fs::read(path).unwrap()), before);
    }
}

fn a_token_at_its_end_is_used_and_not_renewed() {
    let ahead = Ahead::signed_out();
    ahead.world.put_token("+4m");
    assert_eq!(ahead.call().key(), OLD);
    wait_for(|| (ahead.cached_key() != OLD).then_some(()));
    assert_eq!(ahead.world.fake.operations(), ["portal.GetRoleCredentials"]);
}

/// The call that needs the credentials renews it then, at once.
fn a_token_that_is_turned_down_is_not_renewed() {
    let ahead = Ahead::new();
    ahead.world.script("portal.*: error=UnauthorizedException");
    assert_eq!(ahead.call().key(), OLD);
    assert!(ahead.world.fake.wait_for("portal.GetRoleCredentials", 1, LIMIT));
    ahead.settle();
    assert_eq!(ahead.world.fake.operations(), ["portal.GetRoleCredentials"]);
    assert_eq!(ahead.cached_key(), OLD);
    ahead.world.put_role("+10m");
    assert_ne!(ahead.call().key(), OLD);
}

fn an_assumed_role_is_fetched_too() {
    let ahead = Ahead::new();
    let chain = format!(
        "[profile {0}-chain]\nrole_arn = arn:aws:iam::444455556666:role/Deploy\nsource_profile = {0}\nregion = eu-west-1\n",
        ahead.profile
    );
    let config = fs::read_to_string(ahead.world.home(".aws/config")).unwrap();
    ahead.world.put(".aws/config", &format!("{chain}{config}"));
    let name = format!("{}-chain", ahead.profile);
    let call = || {
        let run = Run::new(["--profile", &name].map(Into::into));
        Ran::of(run.command(&ahead.world).spawn().unwrap(), Instant::now(), LIMIT).key()
    };
    fs::remove_file(ahead.role_path()).unwrap();
    let first = call();
    // As old as the source is by now.
    let chains = ahead.world.home(".aws/sso-cp/chains");
    let mut files = fs::read_dir(chains).unwrap().flatten().map(|entry| entry.path());
    let file = files.find(|path| path.extension().is_some_and(|end| end == "json")).unwrap();
    let mut kept: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    kept["Credentials"]["Expiration"] = ahead.world.expand("{now+20m}").into();
    fs::write(&file, kept.to_string()).unwrap();
    ahead.world.fake.clear_requests();
    assert_eq!(call(), first);
    let until = Instant::now() + LIMIT;
    while call() == first && Instant::now() < until {
        sleep(Duration::from_millis(50));
    }
    assert_ne!(call(), first);
    assert_eq!(ahead.world.fake.operations(), ["sts.AssumeRole"]);
}

fn a_hundred_calls_start_one() {
    let ahead = Ahead::new();
    ahead.world.script("portal.*: delay=300ms");
    let children: Vec<_> =
        (0..100).map(|_| ahead.run().command(&ahead.world).spawn().unwrap()).collect();
    for child in children {
        // The last ones may find the new credentials.
        Ran::of(child, Instant::now(), LIMIT).document();
    }
    wait_for(|| (ahead.cached_key() != OLD).then_some(()));
    ahead.settle();
    assert_eq!(ahead.world.fake.operations(), ["portal.GetRoleCredentials"]);
}

/// What a call starts says nothing, and a minute must have passed since it ended before there is a next one.
fn a_portal_that_fails_is_left_alone_for_a_minute() {
    let ahead = Ahead::new();
    ahead.world.script("portal.*: status=503 repeat=forever");
    assert_eq!(ahead.call().key(), OLD);
    assert!(ahead.world.fake.wait_for("portal.GetRoleCredentials", 1, LIMIT));
    ahead.settle();
    let requests = ahead.world.fake.requests().len();
    ahead.call().document();
    // Neither does the note of the failure let one begin.
    ahead.let_a_minute_pass();
    ahead.call().document();
    ahead.settle();
    assert_eq!(ahead.world.fake.requests_after(requests, Duration::from_millis(200)).len(), 0);
    let notes = fs::read_dir(ahead.world.home(".aws/sso-cp")).unwrap().flatten();
    for note in notes.filter(|note| note.file_name().to_string_lossy().starts_with("failed-")) {
        fs::remove_file(note.path()).unwrap();
    }
    ahead.world.fake.clear_script();
    ahead.call().document();
    wait_for(|| (ahead.cached_key() != OLD).then_some(()));
}

/// `$(...)` and `subprocess.run` wait for the end of the stream, which all that have it open hold up.
fn a_caller_that_waits_for_its_pipe_to_close() {
    let ahead = Ahead::new();
    ahead.world.script("portal.*: delay=3s");
    let started = Instant::now();
    let run = ahead.run().in_shell("said=$(\"$@\" 2>&1 </dev/null) && printf %s \"$said\"");
    let ran = Ran::of(run.command(&ahead.world).spawn().unwrap(), started, LIMIT);
    assert_eq!(ran.key(), OLD);
    assert!(ahead.world.fake.wait_for("portal.GetRoleCredentials", 1, LIMIT));
    assert!(started.elapsed() < Duration::from_secs(2), "it took {:?}", started.elapsed());
}

fn a_process_without_anything_of_its_caller() {
    if !needs_root() {
        return;
    }
    let ahead = Ahead::new();
    ahead.world.script("portal.*: delay=2s");
    ahead.call().document();
    let process = ahead.process();
    assert!(ahead.world.fake.wait_for("portal.GetRoleCredentials", 1, LIMIT));
    let link = |name: &str| fs::read_link(format!("/proc/{process}/{name}")).unwrap();
    for stream in ["fd/0", "fd/1", "fd/2"] {
        assert_eq!(link(stream), PathBuf::from("/dev/null"), "{stream}");
    }
    assert_eq!(link("cwd"), PathBuf::from("/"));
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    let [_, parent, group, session, terminal, ..] = fields[..] else { panic!("{stat}") };
    let own = process.to_string();
    assert_eq!([group, session, terminal], [own.as_str(), &own, "0"]);
    assert_ne!(parent, std::process::id().to_string());
}

/// Ctrl-C, a shell that closes, an SDK that loses patience: each sends to the group.
fn a_caller_whose_whole_group_is_killed() {
    let ahead = Ahead::new();
    ahead.world.script("portal.*: delay=500ms");
    let line = "\"$@\" </dev/null; sleep 60";
    let mut shell = ahead.run().in_shell(line).command(&ahead.world).spawn().unwrap();
    assert!(ahead.world.fake.wait_for("portal.GetRoleCredentials", 1, LIMIT));
    send("-KILL", &format!("-{}", shell.id()));
    shell.wait().unwrap();
    wait_for(|| (ahead.cached_key() != OLD).then_some(()));
}

/// A laptop that sleeps: the fetch is late, and no call waits for it.
fn a_process_that_is_stopped_for_a_while() {
    let ahead = Ahead::new();
    ahead.world.script("portal.*: delay=400ms");
    ahead.call().document();
    assert!(ahead.world.fake.wait_for("portal.GetRoleCredentials", 1, LIMIT));
    let process = ahead.process().to_string();
    send("-STOP", &process);
    sleep(Duration::from_millis(700));
    let started = Instant::now();
    assert_eq!(ahead.call().key(), OLD);
    assert!(started.elapsed() < Duration::from_secs(1));
    send("-CONT", &process);
    wait_for(|| (ahead.cached_key() != OLD).then_some(()));
}

fn a_system_that_gives_no_process() {
    let mut ahead = Ahead::new();
    ahead.world.as_ordinary_user();
    let line = "ulimit -u 1 2>/dev/null || ulimit -p 1; exec \"$@\"";
    let run = ahead.run().in_shell(line);
    let ran = Ran::of(run.command(&ahead.world).spawn().unwrap(), Instant::now(), LIMIT);
    assert_eq!(ran.key(), OLD);
    ahead.settle();
    assert_eq!(ahead.world.fake.requests_after(0, Duration::from_millis(200)).len(), 0);
}

/// The files are whole, the token is as it was, and the next one gets on.
fn killed_at_any_moment_of_a_fetch() {
    const ROUNDS: u32 = 60;
    let ahead = Ahead::new();
    let token = ahead.world.home(".aws/sso/cache/{token-file corp}");
    let token_before = fs::read(&token).unwrap();
    ahead.world.script("portal.*: delay=40ms repeat=forever");
    let started = Instant::now();
    ahead.call().document();
    wait_for(|| (ahead.cached_key() != OLD).then_some(()));
    ahead.settle();
    let life = started.elapsed();
    let mut fetched = 0;
    for round in 0..ROUNDS {
        ahead.world.put_role("+20m");
        ahead.let_a_minute_pass();
        ahead.call().document();
        sleep(life * (round * 7 % ROUNDS) / ROUNDS);
        for process in ahead.processes() {
            send("-KILL", &process.to_string());
        }
        ahead.settle();
        fetched += u32::from(ahead.cached_key() != OLD);
        assert_eq!(fs::read(&token).unwrap(), token_before, "round {round}");
    }
    assert!((1..ROUNDS).contains(&fetched), "{fetched} of {ROUNDS} were done before the kill");
    ahead.world.put_role("+1m");
    assert_ne!(ahead.call().key(), OLD);
    for folder in [".aws/cli/cache", ".aws/sso/cache", ".aws/sso-cp"] {
        for entry in fs::read_dir(ahead.world.home(folder)).unwrap().flatten() {
            assert!(!entry.file_name().to_string_lossy().contains("tmp"), "{entry:?}");
        }
    }
}
