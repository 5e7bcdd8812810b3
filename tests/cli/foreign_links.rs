//! Files of ours that have another name, or that another user's link leads to: nothing is written through either.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::Duration;

use crate::harness::{Run, World, needs_root, tests};

tests! {
    quick "s-33 s-58" => a_link_of_another_user_is_not_written_through,
    quick "s-58" => a_note_with_a_second_name_is_not_written,
}

/// The kernel follows no such link in `/tmp`, but anyone who looks where it leads by himself would.
fn a_link_of_another_user_is_not_written_through() {
    if !needs_root() {
        return;
    }
    let mut world = World::new();
    world.put_role("+1h");
    let shared = world.root().join("shared");
    fs::create_dir(&shared).unwrap();
    fs::set_permissions(&shared, fs::Permissions::from_mode(0o1777)).unwrap();
    let (link, chosen) = (shared.join("token"), world.home("chosen"));
    let other = "0".repeat(64);
    fs::write(&chosen, &other).unwrap();
    symlink(&chosen, &link).unwrap();
    std::os::unix::fs::lchown(&link, Some(1), Some(1)).unwrap();
    world.as_ordinary_user();
    let words = ["serve", "--profile", "dev", "--token-file", link.to_str().unwrap()];
    let (ran, _) = Run::new(words.map(Into::into)).run(&world);
    ran.failed(7, "another user");
    assert_eq!(fs::read_to_string(&chosen).unwrap(), other);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
}

/// The note of a notice is opened and written: with a second name it would be another file.
fn a_note_with_a_second_name_is_not_written() {
    let world = World::new();
    let note = world.home(".aws/sso-cp/notice-ee0bfd2552fbd840c02cc48b6e823320543c450f");
    world.make_folder_of(&note);
    let precious = world.root().join("precious");
    fs::write(&precious, "precious").unwrap();
    fs::hard_link(&precious, &note).unwrap();
    let hour_ago = std::time::SystemTime::now() - Duration::from_secs(3600);
    fs::File::options().write(true).open(&note).unwrap().set_modified(hour_ago).unwrap();
    let mut terminal = crate::login::Terminal::of(&world, {
        let mut command = std::process::Command::new("setsid");
        let line = "\"$0\" --profile dev 2>/dev/null";
        command.args(["--ctty", "--wait", "sh", "-c", line]).arg(crate::harness::program());
        command
    });
    assert_eq!(terminal.end(), 4, "{}", terminal.shown());
    assert_eq!(fs::read_to_string(&precious).unwrap(), "precious");
}
