//! What real clients do to a helper while AWS is away: they run it at each of their uses, many at once, and read its two streams as
//! one. A failure is remembered for a minute.

use std::fs;
use std::path::PathBuf;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::{Ran, Run, World, iso, now, program, tests};
use crate::login::Terminal;

tests! {
    slow "i01" => twenty_calls_in_the_last_stretch_wait_once,
    slow "i01" => eight_at_once_wait_once,
    quick "i01" => after_a_minute_one_tries_again,
    quick "i01" => a_success_clears_the_note,
    quick "i01 chains" => an_assumed_role_is_remembered_too,
    quick "i02" => a_note_that_is_none,
    quick "i02" => a_note_that_cannot_be_read,
    quick "i02" => a_note_that_cannot_be_written,
    quick "i02" => two_hundred_notes_of_others,
    quick "i03" => both_streams_in_one_pipe,
    quick "i03" => both_streams_in_one_file,
    quick "i03" => two_pipes_get_the_warning,
    quick "i03" => a_terminal_shows_both,
    quick "i03" => the_null_device_takes_both,
}

const LIMIT: Duration = Duration::from_secs(20);

/// What a call may take that asks nobody: the start of a process on a busy machine.
const AT_ONCE: Duration = Duration::from_secs(2);

const CACHED: &str = "ASIACACHED0000000000";

/// Signed in, with cached keys for ten minutes.
fn last_stretch() -> World {
    let world = World::new();
    world.put_token("+1h");
    world.put_role("+10m");
    world
}

fn asked(world: &World) -> usize {
    world.fake.operations().iter().filter(|name| name.starts_with("portal.")).count()
}

fn start(world: &World) -> Child {
    Run::new(["--profile", "dev"].map(Into::into)).command(world).spawn().unwrap()
}

fn note(world: &World) -> PathBuf {
    let role = world.expand("{role-file corp 111122223333 ReadOnly}");
    world.home(&format!(".aws/sso-cp/failed-role-{role}"))
}

/// As an earlier run has left it.
fn put_note(world: &World, seconds_ago: i64) {
    let path = note(world);
    let name = path.file_stem().unwrap().to_str().unwrap().strip_prefix("failed-").unwrap();
    let text = format!("{{\"of\": \"{name}\", \"failedAt\": \"{}\"}}", iso(now() - seconds_ago));
    world.put(&format!(".aws/sso-cp/{}", path.file_name().unwrap().to_str().unwrap()), &text);
}

/// boto3 runs the helper at every use then, Ruby twice for each request, GDAL at each.
fn twenty_calls_in_the_last_stretch_wait_once() {
    let world = last_stretch();
    world.script("portal.*: stall repeat=forever");
    let first = world.dev();
    assert_eq!(first.warned_document()["AccessKeyId"], CACHED);
    assert!(first.took < Duration::from_secs(10), "{first}");
    let once = asked(&world);
    let started = Instant::now();
    for _ in 0..19 {
        let ran = world.dev();
        assert_eq!(ran.key(), CACHED);
        assert!(ran.took < AT_ONCE, "{ran}");
    }
    assert!(started.elapsed() < Duration::from_secs(10));
    for ran in at_once(&world, 8) {
        assert_eq!(ran.key(), CACHED);
        assert!(ran.took < AT_ONCE, "{ran}");
    }
    assert_eq!(asked(&world), once, "nobody has asked again");
    let text = fs::read_to_string(note(&world)).unwrap();
    assert!(text.len() < 200 && !text.contains("SECRET"), "{text}");
}

/// Nothing is remembered yet: one of them finds out, the others do not wait for it.
fn eight_at_once_wait_once() {
    let world = last_stretch();
    world.script("portal.*: stall repeat=forever");
    let mut took: Vec<Duration> = Vec::new();
    for ran in at_once(&world, 8) {
        assert_eq!(ran.warned_document()["AccessKeyId"], CACHED);
        took.push(ran.took);
    }
    took.sort();
    assert!(took[6] < AT_ONCE + Duration::from_secs(1), "{took:?}");
    assert!(took[7] < Duration::from_secs(10), "{took:?}");
    assert!(asked(&world) <= 3, "the tries of one of them");
}

fn at_once(world: &World, count: usize) -> Vec<Ran> {
    let started = Instant::now();
    let children: Vec<Child> = (0..count).map(|_| start(world)).collect();
    let waiters: Vec<_> = children
        .into_iter()
        .map(|child| thread::spawn(move || Ran::of(child, started, LIMIT)))
        .collect();
    waiters.into_iter().map(|waiter| waiter.join().unwrap()).collect()
}

fn after_a_minute_one_tries_again() {
    let world = last_stretch();
    put_note(&world, 30);
    assert_eq!(world.dev().key(), CACHED);
    assert_eq!(asked(&world), 0, "half a minute is not enough");
    put_note(&world, 61);
    world.script("portal.*: drop repeat=forever");
    world.dev().warned_document();
    let tried = asked(&world);
    assert!(tried > 0);
    assert_eq!(world.dev().key(), CACHED);
    assert_eq!(asked(&world), tried, "its failure is remembered again");
}

fn a_success_clears_the_note() {
    let world = last_stretch();
    put_note(&world, 61);
    assert_ne!(world.dev().key(), CACHED);
    assert!(!note(&world).exists());
}

fn an_assumed_role_is_remembered_too() {
    let world = World::new();
    world.put(
        ".aws/config",
        "{config}\n[profile chain]\nrole_arn = arn:aws:iam::444455556666:role/Deploy\nsource_profile = dev\nregion = eu-west-1\n",
    );
    world.put_token("+1h");
    let chain = || world.run(&["--profile", "chain"]);
    let key = chain().key();
    for entry in fs::read_dir(world.home(".aws/sso-cp/chains")).unwrap().flatten() {
        let text = fs::read_to_string(entry.path()).unwrap();
        let Some(at) = text.find("\"Expiration\"") else { continue };
        let start = at + text[at..].find(':').unwrap();
        let [open, close] = [0, 1].map(|nth| text[start..].match_indices('"').nth(nth).unwrap().0);
        let changed =
            format!("{}{}{}", &text[..=start + open], iso(now() + 600), &text[start + close..]);
        fs::write(entry.path(), changed).unwrap();
    }
    world.script("sts.*: drop repeat=forever");
    assert_eq!(chain().warned_document()["AccessKeyId"], *key);
    let asked = world.fake.operations().len();
    for _ in 0..3 {
        assert_eq!(chain().key(), key);
    }
    assert_eq!(world.fake.operations().len(), asked);
}

/// Garbage, the future, another role, nothing, a folder: as if there were none.
fn a_note_that_is_none() {
    let other = "{\"of\": \"role-0123\", \"failedAt\": \"{now-1s}\"}";
    for text in ["", "x", "[]", "{\"failedAt\": 5}", "\0\0", other] {
        let world = last_stretch();
        let name = note(&world).file_name().unwrap().to_str().unwrap().to_owned();
        world.put(&format!(".aws/sso-cp/{name}"), text);
        assert_ne!(world.dev().key(), CACHED, "{text:?}");
    }
    let world = last_stretch();
    put_note(&world, -3600);
    assert_ne!(world.dev().key(), CACHED, "the future");
    let world = last_stretch();
    fs::create_dir_all(note(&world)).unwrap();
    assert_ne!(world.dev().key(), CACHED, "a folder");
}

fn a_note_that_cannot_be_read() {
    let mut world = last_stretch();
    put_note(&world, 30);
    world.as_ordinary_user();
    crate::harness::set_mode(&note(&world), 0);
    assert_ne!(world.dev().key(), CACHED);
    // A success clears it all the same: the folder is ours.
    assert!(!note(&world).exists());
}

/// Each role has its own, which none of them reads or removes.
fn two_hundred_notes_of_others() {
    let world = last_stretch();
    for number in 0..200 {
        let name = format!("role-{number:040}");
        let text = format!("{{\"of\": \"{name}\", \"failedAt\": \"{}\"}}", iso(now() - 5));
        world.put(&format!(".aws/sso-cp/failed-{name}.json"), &text);
    }
    assert_ne!(world.dev().key(), CACHED);
    let notes = fs::read_dir(world.home(".aws/sso-cp")).unwrap().flatten();
    let is_note = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().starts_with("failed-");
    assert_eq!(notes.filter(is_note).count(), 200);
}

fn a_note_that_cannot_be_written() {
    let mut world = last_stretch();
    world.script("portal.*: drop repeat=forever");
    fs::create_dir_all(world.home(".aws/sso-cp")).unwrap();
    world.as_ordinary_user();
    crate::harness::set_mode(&world.home(".aws/sso-cp"), 0o500);
    world.dev().warned_document();
    let once = asked(&world);
    world.dev().warned_document();
    assert_eq!(asked(&world), 2 * once);
    crate::harness::set_mode(&world.home(".aws/sso-cp"), 0o700);
}

/// The older SDK for C++ (DuckDB, TileDB) reads both streams as one document.
fn both_streams_in_one_pipe() {
    for flags in [
        &["--profile", "dev"][..],
        &["--profile", "dev", "--debug"],
        &["export", "--profile", "dev", "--format", "process"],
    ] {
        let world = last_stretch();
        world.script("portal.*: drop repeat=forever");
        let run = Run::new(flags.iter().map(Into::into)).in_shell("exec \"$@\" 2>&1");
        let ran = run.checked(&world);
        let stdout = ran.stdout();
        let document: serde_json::Value = serde_json::from_str(&stdout)
            .unwrap_or_else(|error| panic!("{flags:?}: {error}: {ran}"));
        assert_eq!(document["AccessKeyId"], CACHED);
    }
}

fn both_streams_in_one_file() {
    let world = last_stretch();
    world.script("portal.*: drop repeat=forever");
    let file = world.root().join("both");
    let line = format!("exec \"$@\" > '{}' 2>&1", file.display());
    let run = Run::new(["--profile", "dev"].map(Into::into)).in_shell(&line);
    run.run(&world);
    let document: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    assert_eq!(document["AccessKeyId"], CACHED);
    // What has failed is still reported there.
    let run = Run::new(["--profile", "nobody"].map(Into::into)).in_shell(&line);
    run.run(&world);
    assert!(fs::read_to_string(&file).unwrap().starts_with("sso-cp: there is no profile"));
}

fn two_pipes_get_the_warning() {
    let world = last_stretch();
    world.script("portal.*: drop repeat=forever");
    world.dev().warned_document();
}

/// One device too, and a person who reads both.
fn a_terminal_shows_both() {
    let world = last_stretch();
    world.script("portal.*: drop repeat=forever");
    let mut command = std::process::Command::new("setsid");
    command.args(["--ctty", "--wait"]).arg(program()).args(["--profile", "dev"]);
    let terminal = Terminal::of(&world, command);
    terminal.wait_for("warning: cached credentials are used until");
    assert!(terminal.shown().contains(CACHED), "{}", terminal.shown());
}

fn the_null_device_takes_both() {
    let world = last_stretch();
    world.script("portal.*: drop repeat=forever");
    let line = "\"$@\" >/dev/null 2>/dev/null; echo $?";
    let run = Run::new(["--profile", "dev"].map(Into::into)).in_shell(line);
    let ran = run.run(&world).0;
    assert_eq!(ran.stdout(), "0\n", "{ran}");
}
