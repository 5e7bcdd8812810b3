//! Files that change while they are read, belong to others, or are not where they seem to be.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::harness::{NOBODY, Run, World, needs_root, tests};

tests! {
    quick "b03" => an_empty_file_that_is_completed_meanwhile,
    quick "b03 b04" => half_a_file_that_is_completed_meanwhile,
    quick "b18 s-32" => a_live_token_of_another_user_is_used,
    quick "b18 s-32" => an_expired_token_of_another_user_is_not_renewed,
    quick "s-32 s-58" => a_folder_of_another_user_is_not_written,
    quick "s-32" => root_gives_new_files_to_the_owner_of_the_home,
    quick "s-32 s-33 s-52" => root_follows_no_link_that_a_user_has_planted,
    quick "s-32 s-33 s-52" => root_follows_no_folder_that_a_user_has_linked,
    quick "s-32 s-33 s-53" => root_edits_no_config_file_through_a_user_s_link,
    quick "s-33 s-58" => a_lock_with_a_second_name_is_not_opened,
    quick "b19 s-34" => a_socket_is_no_token_file,
    quick "s-33" => a_linked_token_file_stays_a_link,
    quick "s-33" => a_link_to_a_file_of_another_user_is_not_followed,
    quick "s-33" => a_linked_folder_is_followed,
    quick "s-30 f13" => the_unfinished_file_is_private_from_the_start,
    quick "s-30 i05" => an_unfinished_file_beside_its_target,
    quick "s-30 s-31 f13" => an_odd_umask_changes_nothing,
    quick "s-31" => folders_that_are_there_keep_their_modes,
    quick "c01 s-34" => a_fifo_in_the_place_of_a_role_file,
}

fn an_empty_file_that_is_completed_meanwhile() {
    completed_after(0);
}

fn half_a_file_that_is_completed_meanwhile() {
    completed_after(100);
}

/// The AWS CLI truncates and writes in place: a reader that comes in between waits for the rest.
fn completed_after(written_bytes: usize) {
    let world = World::new();
    let path = world.put_token("+1h");
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..written_bytes]).unwrap();
    let writer = thread::spawn(move || {
        thread::sleep(Duration::from_millis(100));
        fs::write(path, whole).unwrap();
    });
    // The file changes during the run, which is not the program's doing.
    let (ran, _) = Run::new(["--profile", "dev"].map(Into::into)).run(&world);
    writer.join().unwrap();
    ran.document();
}

fn a_live_token_of_another_user_is_used() {
    if !needs_root() {
        return;
    }
    let mut world = World::new();
    let path = world.put_token("+4m");
    world.as_ordinary_user();
    std::os::unix::fs::chown(&path, Some(0), Some(0)).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    // Four minutes would be a reason to renew it, but the new one would take the place of a file that is not ours.
    world.dev().document();
    assert_eq!(world.fake.operations(), ["portal.GetRoleCredentials"]);
}

fn an_expired_token_of_another_user_is_not_renewed() {
    if !needs_root() {
        return;
    }
    let mut world = World::new();
    let path = world.put_token("-1h");
    world.as_ordinary_user();
    std::os::unix::fs::chown(&path, Some(0), Some(0)).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    world.dev().failed(7, "another user");
    assert_eq!(world.fake.operations(), [""; 0]);
}

/// Anybody could have put a link there.
fn a_folder_of_another_user_is_not_written() {
    if !needs_root() {
        return;
    }
    let mut world = World::new();
    world.put_token("-1h");
    world.as_ordinary_user();
    // A folder that we may write, but that a third user owns.
    let folder = world.home(".aws/sso/cache");
    std::os::unix::fs::chown(&folder, Some(1), Some(1)).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
    world.dev().failed(7, "another user");
    assert_eq!(world.fake.operations(), [""; 0]);
}

/// `sudo sso-cp`: files of root would lock the user out of his own cache.
fn root_gives_new_files_to_the_owner_of_the_home() {
    if !needs_root() {
        return;
    }
    let mut world = World::new();
    world.put_token("-1h");
    world.as_ordinary_user();
    world.user = None;
    world.dev().document();
    for made in [
        ".aws/cli",
        ".aws/cli/cache",
        ".aws/cli/cache/{role-file corp 111122223333 ReadOnly}",
        ".aws/sso/cache/{token-file corp}",
        ".aws/sso-cp",
    ] {
        assert_eq!(fs::metadata(world.home(made)).unwrap().uid(), NOBODY, "{made}");
    }
    for entry in fs::read_dir(world.home(".aws/sso-cp")).unwrap().flatten() {
        assert_eq!(entry.metadata().unwrap().uid(), NOBODY, "{entry:?}");
    }
}

fn root_follows_no_link_that_a_user_has_planted() {
    if !needs_root() {
        return;
    }
    let mut world = World::new();
    let token = world.put_token("-1h");
    let roots = world.root().join("roots");
    fs::copy(&token, &roots).unwrap();
    fs::remove_file(&token).unwrap();
    symlink(&roots, &token).unwrap();
    world.as_ordinary_user();
    world.user = None;
    std::os::unix::fs::chown(&roots, Some(0), Some(0)).unwrap();
    let before = fs::read(&roots).unwrap();
    world.dev().failed(7, "is a link in another user's home");
    let (ran, _) = Run::new(["logout", "--profile", "dev"].map(Into::into)).run(&world);
    ran.failed(7, "is a link in another user's home");
    assert_eq!(fs::read(&roots).unwrap(), before);
    assert!(fs::symlink_metadata(&token).unwrap().is_symlink());
}

/// `sudo -E`: anyone who owns the home must not choose what root reads, sends, writes or deletes, by no part of the path.
fn root_follows_no_folder_that_a_user_has_linked() {
    if !needs_root() {
        return;
    }
    for linked in [".aws/sso", ".aws/sso/cache", ".aws/cli", ".aws/cli/cache", ".aws/sso-cp"] {
        let mut world = World::new();
        world.put_token("-1h");
        world.make_folder_of(&world.home(&format!("{linked}/x")));
        let (folder, elsewhere) = (world.home(linked), world.root().join("elsewhere"));
        fs::rename(&folder, &elsewhere).unwrap();
        symlink(&elsewhere, &folder).unwrap();
        world.as_ordinary_user();
        world.user = None;
        let before = names_below(&elsewhere);
        let (ran, _) = Run::new(["--profile", "dev"].map(Into::into)).run(&world);
        if linked != ".aws/sso-cp" {
            ran.failed(7, &format!("~/{linked} is a link in another user's home"));
        }
        assert_eq!(names_below(&elsewhere), before, "{linked}");
    }
}

fn names_below(folder: &Path) -> Vec<PathBuf> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            names.extend(names_below(&entry.path()));
        }
        names.push(entry.path());
    }
    names.sort();
    names
}

fn root_edits_no_config_file_through_a_user_s_link() {
    if !needs_root() {
        return;
    }
    let mut world = World::new();
    world.put_token("+1h");
    let legacy = "\n[profile old]\nsso_start_url = https://old.awsapps.com/start\nsso_region = us-east-1\n\
                  sso_account_id = 111122223333\nsso_role_name = ReadOnly\n";
    world.put(".aws/config", &format!("{{config}}{legacy}"));
    let (config, roots) = (world.home(".aws/config"), world.root().join("roots-config"));
    fs::rename(&config, &roots).unwrap();
    symlink(&roots, &config).unwrap();
    world.as_ordinary_user();
    world.user = None;
    std::os::unix::fs::chown(&roots, Some(0), Some(0)).unwrap();
    let before = fs::read(&roots).unwrap();
    for flags in [
        "configure --profile other --sso-session corp --account-id 111122223333 --role-name ReadOnly",
        "populate --sso-session corp",
        "migrate",
    ] {
        let (ran, _) = Run::new(flags.split(' ').map(Into::into)).run(&world);
        ran.failed(7, "~/.aws/config is a link in another user's home");
        assert_eq!(fs::read(&roots).unwrap(), before, "{flags}");
    }
}

/// A lock file with a second name is another file, written through ours.
fn a_lock_with_a_second_name_is_not_opened() {
    let world = World::new();
    world.put_token("-1h");
    let (run, _) = Run::new(["--profile", "dev"].map(Into::into)).run(&world);
    run.document();
    let locks: Vec<_> = names_below(&world.home(".aws/sso-cp"));
    for lock in &locks {
        let name = lock.file_name().unwrap().to_string_lossy().into_owned();
        if name.ends_with(".lock") {
            fs::hard_link(lock, world.root().join(name)).unwrap();
        }
    }
    world.put_token("-1h");
    fs::remove_dir_all(world.home(".aws/cli")).unwrap();
    let (ran, _) = Run::new(["--profile", "dev", "--debug"].map(Into::into)).run(&world);
    assert!(ran.stderr().contains("without the session's lock"), "{ran}");
}

fn a_socket_is_no_token_file() {
    let world = World::new();
    let path = world.home(".aws/sso/cache/{token-file corp}");
    world.make_folder_of(&path);
    // A socket's path may have 108 bytes only, so it is bound from its folder's short name.
    let short = world.root().join("s");
    symlink(path.parent().unwrap(), &short).unwrap();
    let bound = UnixListener::bind(short.join(path.file_name().unwrap()));
    let _socket = bound.unwrap();
    world.dev().failed(7, "");
}

/// Managers of dotfiles link single files into the home.
fn a_linked_token_file_stays_a_link() {
    let mut world = World::new();
    let target = world.put("dotfiles/token.json", "{token -1h}");
    let link = world.home(".aws/sso/cache/{token-file corp}");
    world.make_folder_of(&link);
    symlink(&target, &link).unwrap();
    world.also_writable.push("dotfiles".into());
    let before = fs::read(&target).unwrap();
    world.dev().document();
    assert_eq!(fs::read_link(&link).unwrap(), target);
    assert_ne!(fs::read(&target).unwrap(), before);
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);
}

fn a_link_to_a_file_of_another_user_is_not_followed() {
    if !needs_root() {
        return;
    }
    let mut world = World::new();
    let target = world.put("theirs/token.json", "{token -1h}");
    let link = world.home(".aws/sso/cache/{token-file corp}");
    world.make_folder_of(&link);
    symlink(&target, &link).unwrap();
    world.as_ordinary_user();
    std::os::unix::fs::chown(&target, Some(1), Some(1)).unwrap();
    fs::set_permissions(&target, fs::Permissions::from_mode(0o644)).unwrap();
    world.dev().failed(7, "another user");
    assert_eq!(world.fake.operations(), [""; 0]);
}

fn a_linked_folder_is_followed() {
    let mut world = World::new();
    world.put("dotfiles/aws/config", "{config}");
    world.put("dotfiles/aws/sso/cache/{token-file corp}", "{token -1h}");
    fs::remove_dir_all(world.home(".aws")).unwrap();
    symlink("dotfiles/aws", world.home(".aws")).unwrap();
    world.also_writable.push("dotfiles".into());
    let first = world.dev().key();
    assert_eq!(world.dev().key(), first);
    assert!(world.home("dotfiles/aws/cli/cache").is_dir());
}

/// While the service thinks about a renewal, the file for the new token is there already: empty of secrets, but private, and not
/// where other tools open every entry.
fn the_unfinished_file_is_private_from_the_start() {
    let world = World::new();
    world.put_token("-1h");
    let modes = while_a_renewal_is_awaited(&world, || {
        assert_eq!(entries(&world, ".aws/sso/cache"), 1, "the token file alone");
        unfinished(&world, ".aws/sso-cp")
    });
    assert_eq!(modes, [0o600]);
}

/// Where our own folder cannot serve: it is a link, or on another file system.
fn an_unfinished_file_beside_its_target() {
    let world = World::new();
    world.put_token("-1h");
    let own = world.home(".aws/sso-cp");
    let elsewhere = match Path::new("/dev/shm").is_dir() {
        true => PathBuf::from(format!("/dev/shm/sso-cp-{}", std::process::id())),
        false => world.root().join("elsewhere"),
    };
    fs::create_dir(&elsewhere).unwrap();
    symlink(&elsewhere, &own).unwrap();
    let modes = while_a_renewal_is_awaited(&world, || unfinished(&world, ".aws/sso/cache"));
    assert_eq!(modes, [0o600]);
    fs::remove_dir_all(elsewhere).unwrap();
}

fn while_a_renewal_is_awaited<T>(world: &World, look: impl FnOnce() -> T) -> T {
    world.script("oidc.CreateToken: delay=700ms");
    let run = Run::new(["--profile", "dev"].map(Into::into));
    let started = std::time::Instant::now();
    let child = run.in_shell("umask 000; exec \"$@\"").command(world).spawn().unwrap();
    assert!(world.fake.wait_for("oidc.CreateToken", 1, Duration::from_secs(5)));
    let seen = look();
    crate::harness::Ran::of(child, started, Duration::from_secs(20)).document();
    seen
}

fn entries(world: &World, folder: &str) -> usize {
    fs::read_dir(world.home(folder)).unwrap().count()
}

/// The modes of the unfinished files in a folder.
fn unfinished(world: &World, folder: &str) -> Vec<u32> {
    let entries = fs::read_dir(world.home(folder)).unwrap().map(|entry| entry.unwrap());
    let is_ours = |name: &std::ffi::OsStr| name.to_string_lossy().ends_with(".sso-cp-tmp");
    let ours = entries.filter(|entry| is_ours(&entry.file_name()));
    ours.map(|entry| entry.metadata().unwrap().mode() & 0o777).collect()
}

fn an_odd_umask_changes_nothing() {
    for umask in ["000", "777", "077"] {
        let world = World::new();
        world.put_token("-1h");
        // The rules of the house look at the modes of everything that is made.
        world.dev_in_shell(&format!("umask {umask}; exec \"$@\"")).document();
        assert!(world.home(".aws/cli/cache/{role-file corp 111122223333 ReadOnly}").exists());
    }
}

fn folders_that_are_there_keep_their_modes() {
    let world = World::new();
    world.put_token("-1h");
    world.put_role("-1h");
    let folders = [".aws", ".aws/sso", ".aws/sso/cache", ".aws/cli", ".aws/cli/cache"];
    let set = |mode| {
        for folder in folders {
            fs::set_permissions(world.home(folder), fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    set(0o755);
    world.dev().document();
    for folder in folders {
        assert_eq!(fs::metadata(world.home(folder)).unwrap().mode() & 0o777, 0o755, "{folder}");
    }
}

fn a_fifo_in_the_place_of_a_role_file() {
    let world = World::new();
    world.put_token("+1h");
    let path = world.home(".aws/cli/cache/{role-file corp 111122223333 ReadOnly}");
    world.make_folder_of(&path);
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    let ran = world.dev();
    ran.warned_document();
    assert!(ran.took < Duration::from_secs(3), "{ran}");
}
