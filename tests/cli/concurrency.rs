//! Many runs at once, other programs that write the same files, locks that cannot be had, and kills.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Child;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use fake_identity_center::{RefreshTokens, Seed, Setup};

use crate::harness::{Ended, Ran, Run, World, iso, needs_root, now, sha1_hex, tests};

tests! {
    slow "e06" => a_lock_that_is_held_for_ever,
    slow "e03" => another_program_writes_in_place,
    slow "e12" => killed_at_any_moment_of_a_renewal,
    quick "e01" => a_hundred_runs_renew_and_ask_once,
    quick "j08" => a_hundred_runs_scope_down_once,
    quick "e02" => without_locks_the_losers_adopt,
    quick "e02" => without_a_folder_for_locks_the_losers_adopt,
    quick "e04" => a_token_that_somebody_else_has_just_saved,
    quick "e07" => a_lock_holder_that_is_killed,
    quick "e08" => a_lock_file_that_cannot_be_opened,
    quick "e08" => a_lock_file_that_is_a_link,
    quick "e08" => a_lock_file_of_another_user,
    quick "e11" => a_logout_during_a_renewal,
    quick "e12" => leftovers_are_cleared_away,
}

const LIMIT: Duration = Duration::from_secs(20);

fn start(world: &World) -> Child {
    Run::new(["--profile", "dev"].map(Into::into)).command(world).spawn().unwrap()
}

/// Starts as many runs as that at once, and waits for all.
fn at_once(world: &World, count: usize) -> Vec<Ran> {
    let started = Instant::now();
    let children: Vec<Child> = (0..count).map(|_| start(world)).collect();
    let waiters: Vec<_> = children
        .into_iter()
        .map(|child| thread::spawn(move || Ran::of(child, started, LIMIT)))
        .collect();
    waiters.into_iter().map(|waiter| waiter.join().unwrap()).collect()
}

fn refreshes(world: &World) -> usize {
    let is_refresh = |operation: &&String| *operation == "oidc.CreateToken/refresh_token";
    world.fake.operations().iter().filter(is_refresh).count()
}

fn token_in(path: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// The token file is whole, private, and the token in it is the newest: the service takes it and can renew it.
fn assert_newest(world: &World, path: &Path) {
    let token = token_in(path);
    assert!(world.fake.is_live(token["accessToken"].as_str().unwrap()));
    assert!(world.fake.is_refreshable(token["refreshToken"].as_str().unwrap()));
    assert_no_leftovers(world);
}

fn assert_no_leftovers(world: &World) {
    for entry in fs::read_dir(world.home(".aws/sso/cache")).unwrap().flatten() {
        assert!(!entry.file_name().to_string_lossy().contains("tmp"), "{entry:?}");
    }
}

fn lock_path(world: &World) -> std::path::PathBuf {
    world.home(&format!(".aws/sso-cp/session-{}.lock", sha1_hex("corp")))
}

fn a_hundred_runs_renew_and_ask_once() {
    let world = World::new();
    let path = world.put_token("-1h");
    let all = at_once(&world, 100);
    let keys: Vec<String> = all.iter().map(Ran::key).collect();
    assert!(keys.windows(2).all(|pair| pair[0] == pair[1]), "{keys:?}");
    assert_eq!(
        world.fake.operations(),
        ["oidc.CreateToken/refresh_token", "portal.GetRoleCredentials"]
    );
    assert_newest(&world, &path);
}

/// Where the file system has no locks, all of them renew; the service takes the refresh token once.
fn a_hundred_runs_scope_down_once() {
    let world = World::new();
    world.put_token("+1h");
    let aws = world.home(".aws");
    let config = fs::read_to_string(aws.join("config")).unwrap();
    let keys = "[profile dev]\nsso_cp_scope_policy = read.json\n";
    fs::write(aws.join("config"), config.replacen("[profile dev]\n", keys, 1)).unwrap();
    let policy = r#"{"Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}"#;
    fs::write(aws.join("read.json"), policy).unwrap();
    let all = at_once(&world, 100);
    let keys: Vec<String> = all.iter().map(Ran::key).collect();
    assert!(keys.windows(2).all(|pair| pair[0] == pair[1]), "{keys:?}");
    let operations = world.fake.operations();
    assert_eq!(operations, ["portal.GetRoleCredentials", "sts.GetScopedCredentials"]);
}

fn without_locks_the_losers_adopt() {
    losers_adopt(|world| {
        // The lock cannot be opened, because something else stands there.
        fs::create_dir_all(lock_path(world)).unwrap();
        let role =
            crate::harness::role_file("corp", "111122223333", "ReadOnly").replace("json", "lock");
        fs::create_dir_all(world.home(&format!(".aws/sso-cp/role-{role}"))).unwrap();
    });
}

fn without_a_folder_for_locks_the_losers_adopt() {
    losers_adopt(|world| {
        world.put(".aws/sso-cp", "no folder");
    });
}

fn losers_adopt(arrange: impl Fn(&World)) {
    for _ in 0..3 {
        let world = World::new();
        let path = world.put_token("-1h");
        arrange(&world);
        for ran in at_once(&world, 50) {
            ran.document();
        }
        assert_newest(&world, &path);
    }
}

/// The AWS CLI truncates the file and writes it anew, in place.
fn another_program_writes_in_place() {
    let world = World::new();
    let path = world.put_token("+1h");
    let contents: Vec<String> =
        (0..2).map(|_| world.fake.seed_token(&Seed::default()).token_file()).collect();
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for content in contents.iter().cycle() {
                if is_over.load(Ordering::Relaxed) {
                    return;
                }
                let half = content.len() / 2;
                fs::write(&path, &content[..half]).unwrap();
                thread::sleep(Duration::from_millis(3));
                let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
                std::io::Write::write_all(&mut file, &content.as_bytes()[half..]).unwrap();
                drop(file);
                thread::sleep(Duration::from_millis(7));
            }
        });
        let runs: Vec<Ran> = (0..60)
            .map(|_| {
                let _ = fs::remove_file(
                    world.home(".aws/cli/cache/{role-file corp 111122223333 ReadOnly}"),
                );
                Ran::of(start(&world), Instant::now(), LIMIT)
            })
            .collect();
        is_over.store(true, Ordering::Relaxed);
        runs.iter().for_each(|ran| drop(ran.document()));
    });
    assert_eq!(refreshes(&world), 0);
}

/// The service has taken the refresh token from another process, which saves what it got a moment later.
fn a_token_that_somebody_else_has_just_saved() {
    let world = World::new();
    let path = world.put_token("-1h");
    world.script("oidc.CreateToken: delay=400ms error=InvalidGrantException");
    let child = start(&world);
    assert!(world.fake.wait_for("oidc.CreateToken", 1, Duration::from_secs(5)));
    let theirs = world.fake.seed_token(&Seed::default()).token_file();
    fs::write(&path, &theirs).unwrap();
    Ran::of(child, Instant::now(), LIMIT).document();
    assert_eq!(fs::read_to_string(&path).unwrap(), theirs);
    assert_eq!(refreshes(&world), 1);
}

fn a_lock_that_is_held_for_ever() {
    let world = World::new();
    let path = world.put_token("-1h");
    let lock = world
        .put_bytes(lock_path(&world).strip_prefix(world.home("")).unwrap().to_str().unwrap(), b"");
    fs::set_permissions(world.home(".aws/sso-cp"), fs::Permissions::from_mode(0o700)).unwrap();
    let held = fs::OpenOptions::new().read(true).write(true).open(lock).unwrap();
    held.lock().unwrap();
    let ran = world.dev();
    ran.document();
    let waited = Duration::from_secs(7)..Duration::from_secs(14);
    assert!(waited.contains(&ran.took), "{ran}");
    assert_newest(&world, &path);
}

fn a_lock_holder_that_is_killed() {
    let world = World::new();
    let path = world.put_token("-1h");
    world.script("oidc.CreateToken: stall perform=no");
    let mut holder = start(&world);
    assert!(world.fake.wait_for("oidc.CreateToken", 1, Duration::from_secs(5)));
    holder.kill().unwrap();
    holder.wait().unwrap();
    // What the dead one left is there; the next holder of the lock clears it away.
    let started = Instant::now();
    Ran::of(start(&world), started, LIMIT).document();
    assert!(started.elapsed() < Duration::from_secs(4));
    assert_newest(&world, &path);
}

fn a_lock_file_that_cannot_be_opened() {
    let mut world = World::new();
    world.put_token("-1h");
    let lock = world.put_bytes(&format!(".aws/sso-cp/session-{}.lock", sha1_hex("corp")), b"");
    fs::set_permissions(lock, fs::Permissions::from_mode(0o000)).unwrap();
    world.as_ordinary_user();
    world.dev().document();
}

/// A lock is never taken through a link, and what it leads to is not made.
fn a_lock_file_that_is_a_link() {
    let world = World::new();
    world.put_token("-1h");
    let lock = lock_path(&world);
    world.make_folder_of(&lock);
    symlink(world.home("elsewhere"), &lock).unwrap();
    world.dev().document();
    assert!(!world.home("elsewhere").exists());
}

fn a_lock_file_of_another_user() {
    if !needs_root() {
        return;
    }
    let mut world = World::new();
    world.put_token("-1h");
    let lock = world.put_bytes(&format!(".aws/sso-cp/session-{}.lock", sha1_hex("corp")), b"");
    world.as_ordinary_user();
    std::os::unix::fs::chown(lock, Some(1), Some(1)).unwrap();
    world.dev().document();
}

/// Somebody signs out while the new token is on its way: it is not brought back.
fn a_logout_during_a_renewal() {
    let world = World::new();
    let path = world.put_token("-1h");
    world.script("oidc.CreateToken: delay=600ms");
    let child = start(&world);
    assert!(world.fake.wait_for("oidc.CreateToken", 1, Duration::from_secs(5)));
    fs::remove_file(&path).unwrap();
    Ran::of(child, Instant::now(), LIMIT).failed(4, "sso-cp login");
    assert!(!path.exists());
    assert_no_leftovers(&world);
}

/// Old or new, but whole: the service keeps both refresh tokens good here, so that each round can go on.
fn killed_at_any_moment_of_a_renewal() {
    let world =
        World::with(Setup { refresh_tokens: RefreshTokens::OldStaysValid, ..Setup::default() });
    let path = world.put_token("-1h");
    // One whole run tells how long a run takes here today.
    let started = Instant::now();
    Ran::of(start(&world), started, LIMIT).document();
    let life = started.elapsed();
    let end_of = |token: &mut serde_json::Value| {
        token["expiresAt"] = iso(now() - 3600).into();
        fs::write(&path, token.to_string()).unwrap();
        let _ =
            fs::remove_file(world.home(".aws/cli/cache/{role-file corp 111122223333 ReadOnly}"));
    };
    end_of(&mut token_in(&path));
    let mut renewed = 0;
    for round in 0..120_u32 {
        let expired = token_in(&path)["accessToken"].as_str().unwrap().to_owned();
        let mut child = start(&world);
        // Spread over the whole life of a run, from its start to after its end.
        thread::sleep(life * (round * 7 % 120) / 90);
        let _ = child.kill();
        child.wait().unwrap();
        let mut token = token_in(&path);
        for member in [
            "accessToken",
            "refreshToken",
            "clientId",
            "clientSecret",
            "expiresAt",
            "registrationExpiresAt",
        ] {
            assert!(token[member].is_string(), "{member} after round {round}");
        }
        renewed += usize::from(token["accessToken"] != expired);
        end_of(&mut token);
    }
    assert!((5..120).contains(&renewed), "{renewed} renewals of 120 were done before the kill");
    Ran::of(start(&world), Instant::now(), LIMIT).document();
    assert_newest(&world, &path);
}

/// The process that holds the lock of a target removes the unfinished files of that target, and no others.
fn leftovers_are_cleared_away() {
    let world = World::new();
    let path = world.put_token("-1h");
    let folder = path.parent().unwrap().to_owned();
    world.script("oidc.CreateToken: stall perform=no");
    let mut holder = start(&world);
    assert!(world.fake.wait_for("oidc.CreateToken", 1, Duration::from_secs(5)));
    let count = |folder: &Path| {
        let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        names.filter(|name| !name.to_string_lossy().ends_with(".lock")).count()
    };
    let own = world.home(".aws/sso-cp");
    holder.kill().unwrap();
    holder.wait().unwrap();
    assert_eq!((count(&own), count(&folder)), (1, 1), "a killed run leaves its unfinished file");
    let foreign = folder.join("somebody-elses.tmp");
    fs::write(&foreign, "x").unwrap();
    let ran = Ran::of(start(&world), Instant::now(), LIMIT);
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    // The index of the session's roles is new.
    assert_eq!((count(&own), count(&folder)), (1, 2));
    assert!(foreign.exists());
}
