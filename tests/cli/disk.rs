//! Full, read-only and failing disks, and limits on files and memory.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::harness::{Ended, Ran, Run, World, needs_root, skip, tests};

tests! {
    quick "f05" => a_disk_that_is_full_after_the_renewal,
    quick "f06" => a_disk_that_is_full_before_a_renewal,
    quick "f06" => a_disk_that_is_full_and_a_token_that_is_over,
    quick "f08" => a_read_only_home_with_an_expired_token,
    quick "f07" => a_read_only_home_with_a_token_to_renew_soon,
    quick "f09" => a_sync_or_rename_that_fails,
    quick "f09" => a_file_system_that_cannot_sync,
    quick "f09" => a_sync_or_rename_that_fails_once,
    quick "b21" => a_read_that_fails,
    quick "f10 b21" => few_open_files,
    quick "f10" => little_memory,
    quick "f10" => no_file_may_grow,
    quick "a04" => a_config_file_of_a_hundred_megabytes,
}

fn usual() -> Run {
    Run::new(["--profile", "dev"].map(OsString::from))
}

/// A file system of its own for the home, with so many bytes free after everything has been put there.
fn on_a_small_disk(world: &World, free_bytes: usize) -> Option<SmallDisk> {
    if !needs_root() {
        return None;
    }
    let home = world.home("");
    let mount = |arguments: &[&OsStr]| {
        Command::new("mount").args(arguments).output().is_ok_and(|output| output.status.success())
    };
    let options = ["-t", "tmpfs", "-o", "size=256k,mode=0755", "none"].map(OsStr::new);
    let arguments: Vec<&OsStr> = options.into_iter().chain([home.as_os_str()]).collect();
    if !mount(&arguments) {
        skip("no file system can be mounted here");
        return None;
    }
    world.put(".aws/config", "{config}");
    let page = 4096;
    Some(SmallDisk { home, filler_bytes: 256 * 1024 - free_bytes / page * page })
}

/// Unmounted when it is dropped.
struct SmallDisk {
    home: std::path::PathBuf,
    filler_bytes: usize,
}

impl SmallDisk {
    /// Fills it up, but for what was asked for. Whole pages count, and each file has at least one.
    fn fill(&self) {
        let path = self.home.join("filler");
        fs::write(&path, "").unwrap();
        let mut size = 0;
        while size < self.filler_bytes && fs::write(&path, vec![b'x'; size + 4096]).is_ok() {
            size += 4096;
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.home).output();
    }
}

/// The space for the new token is taken before the renewal, so only something else can fail then; here the role's file.
fn a_disk_that_is_full_after_the_renewal() {
    let world = World::new();
    let Some(disk) = on_a_small_disk(&world, 0) else { return };
    world.put_token("-1h");
    world.script("oidc.CreateToken: delay=600ms");
    let child = usual().command(&world).spawn().unwrap();
    assert!(world.fake.wait_for("oidc.CreateToken", 1, Duration::from_secs(5)));
    disk.fill();
    let ran = Ran::of(child, Instant::now(), Duration::from_secs(20));
    ran.warned_document();
    let token: serde_json::Value =
        serde_json::from_slice(&fs::read(world.home(".aws/sso/cache/{token-file corp}")).unwrap())
            .unwrap();
    assert!(world.fake.is_refreshable(token["refreshToken"].as_str().unwrap()), "{ran}");
}

fn a_disk_that_is_full_before_a_renewal() {
    let world = World::new();
    let Some(disk) = on_a_small_disk(&world, 0) else { return };
    world.put_token("+4m");
    disk.fill();
    world.dev().warned_document();
    assert_eq!(
        world.fake.operations(),
        ["portal.GetRoleCredentials"],
        "the refresh token is not spent"
    );
}

fn a_disk_that_is_full_and_a_token_that_is_over() {
    let world = World::new();
    let Some(disk) = on_a_small_disk(&world, 0) else { return };
    world.put_token("-1h");
    disk.fill();
    world.dev().failed(7, "no space left");
    assert_eq!(world.fake.operations(), [""; 0], "the refresh token is not spent");
}

/// Takes away the right to write anything below the home.
fn make_read_only(world: &World) {
    use std::os::unix::fs::PermissionsExt;
    for folder in [".aws/sso/cache", ".aws/sso", ".aws", ""] {
        fs::set_permissions(world.home(folder), fs::Permissions::from_mode(0o555)).unwrap();
    }
}

fn a_read_only_home_with_an_expired_token() {
    let mut world = World::new();
    world.put_token("-1h");
    world.as_ordinary_user();
    make_read_only(&world);
    world.dev().failed(7, "permission denied");
    assert_eq!(world.fake.operations(), [""; 0]);
}

fn a_read_only_home_with_a_token_to_renew_soon() {
    let mut world = World::new();
    world.put_token("+4m");
    world.as_ordinary_user();
    make_read_only(&world);
    world.dev().document();
    assert_eq!(world.fake.operations(), ["portal.GetRoleCredentials"]);
}

/// A shell line that runs the program with errors that no test can make on a healthy machine, put in by strace.
fn injecting(what: &str) -> Option<String> {
    let probe = Command::new("strace").args(["-o", "/dev/null", "true"]).output();
    if !probe.is_ok_and(|output| output.status.success()) {
        skip("strace is not installed, or may not trace here");
        return None;
    }
    Some(format!("exec strace -f -qq -o /dev/null {what} \"$@\""))
}

fn a_sync_or_rename_that_fails() {
    for (calls, error) in
        [("fsync", "EIO"), ("/rename", "ENOSPC"), ("/rename", "EXDEV"), ("/rename", "EPERM")]
    {
        let Some(line) = injecting(&format!("-e trace={calls} -e inject={calls}:error={error}"))
        else {
            return;
        };
        let world = World::new();
        let path = world.put_token("-1h");
        let before = fs::read(&path).unwrap();
        let ran = world.dev_in_shell(&line);
        ran.warned_document();
        assert!(
            ran.stderr().contains("the new token could not be saved"),
            "{calls} {error}: {ran}"
        );
        assert_eq!(fs::read(&path).unwrap(), before, "{calls} {error}");
    }
}

/// The second try is from the beginning, and what the first one wrote is gone.
fn a_sync_or_rename_that_fails_once() {
    for (calls, error) in [("fsync", "EIO"), ("/rename", "ENOENT"), ("/rename", "EIO")] {
        let what = format!("-e trace={calls} -e inject={calls}:error={error}:when=1");
        let Some(line) = injecting(&what) else { return };
        let world = World::new();
        let path = world.put_token("-1h");
        let before = fs::read(&path).unwrap();
        world.dev_in_shell(&line).document();
        assert_ne!(fs::read(&path).unwrap(), before, "{calls} {error}");
        let files = fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(files, 1, "{calls} {error}: an unfinished file is left");
    }
}

/// The refresh token is spent, and what came for it must not be lost for want of a call that is not there.
fn a_file_system_that_cannot_sync() {
    for error in ["EINVAL", "ENOSYS", "EOPNOTSUPP"] {
        let Some(line) = injecting(&format!("-e trace=fsync -e inject=fsync:error={error}")) else {
            return;
        };
        let world = World::new();
        let path = world.put_token("-1h");
        let before = fs::read(&path).unwrap();
        world.dev_in_shell(&line).document();
        assert_ne!(fs::read(&path).unwrap(), before, "{error}");
    }
}

/// Once is passed over, twice is an error with the system's reason.
fn a_read_that_fails() {
    // strace finds the file's name only in processes that may be looked into, which ours forbids to all but root.
    if !needs_root() {
        return;
    }
    for (when, ends_well) in [("1", true), ("1+", false)] {
        let world = World::new();
        let path = world.put_token("+1h");
        let what =
            format!("-P {} -e trace=read -e inject=read:error=EIO:when={when}", path.display());
        let Some(line) = injecting(&what) else { return };
        let ran = world.dev_in_shell(&line);
        match ends_well {
            true => drop(ran.document()),
            false => ran.failed(7, "input/output error"),
        }
    }
}

fn few_open_files() {
    // From one to enough: it ends well or says cleanly which file could not be opened.
    for limit in [4, 5, 6, 7, 8, 10] {
        let world = World::new();
        world.put_token("-1h");
        let ran = world.dev_in_shell(&format!("ulimit -n {limit}; exec \"$@\""));
        assert!(matches!(ran.ended, Ended::Code(0 | 3 | 4 | 6 | 7)), "{limit}: {ran}");
        if limit == 10 {
            assert_eq!(ran.ended, Ended::Code(0), "{ran}");
        }
    }
}

fn little_memory() {
    let world = World::new();
    world.put_token("-1h");
    world.dev_in_shell("ulimit -v 262144; exec \"$@\"").document();
}

fn no_file_may_grow() {
    let world = World::new();
    world.put_token("+1h");
    world.dev_in_shell("ulimit -f 0; exec \"$@\"").warned_document();
    let world = World::new();
    world.put_token("-1h");
    world.dev_in_shell("ulimit -f 0; exec \"$@\"").failed(7, "");
}

fn a_config_file_of_a_hundred_megabytes() {
    let world = World::new();
    let config = world.home(".aws/config");
    fs::File::options().write(true).open(&config).unwrap().set_len(100 << 20).unwrap();
    // A tenth of the file's size is all that the program may have.
    let ran = world.dev_in_shell("ulimit -v 65536; exec \"$@\"");
    ran.failed(3, ".aws/config");
    assert!(ran.took < Duration::from_secs(3), "{ran}");
}
