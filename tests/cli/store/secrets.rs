//! Where no key and no passphrase may ever be: a core file, an argument, the environment of a child, the
//! screen, a file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use fake_identity_center::{Auto, Setup};

use super::passphrase::{PASSPHRASE, sealed_home, typed};
use super::scene::{Home, script};
use crate::harness::{Run, program, skip, tests};
use crate::login::Terminal;

tests! {
    quick "store s-39" => no_core_file_has_the_passphrase,
    quick "store s-39" => no_core_file_of_a_key_s_command,
    quick "store" => the_browser_gets_no_passphrase,
    quick "store" => a_command_of_exec_gets_no_key,
}

/// Whether a process that aborts leaves a core file in its folder here.
fn leaves_core_files(folder: &Path) -> bool {
    let mut control = Command::new("/bin/sh");
    control.args(["-c", "ulimit -c unlimited && kill -ABRT $$"]).current_dir(folder);
    let _ = control.status();
    let found = core_files(folder);
    found.iter().for_each(|path| fs::remove_file(path).unwrap());
    if found.is_empty() {
        skip("no core files are written here");
    }
    !found.is_empty()
}

fn core_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().flatten();
    let is_core = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().starts_with("core");
    entries.filter(is_core).map(|entry| entry.path()).collect()
}

/// Aborted at the moment when the terminal waits for the passphrase, and with half of it typed.
fn no_core_file_has_the_passphrase() {
    let home = sealed_home(Home::plain());
    home.run(&["lock"]);
    if !leaves_core_files(&home.work()) {
        return;
    }
    let pid = home.root().join("pid");
    let line = format!(
        "ulimit -c unlimited; echo $$ > '{}'; exec '{}' unlock",
        pid.display(),
        program().display()
    );
    let mut command = Command::new("setsid");
    command.args(["--ctty", "--wait", "/bin/sh", "-c", &line]);
    let mut terminal = Terminal::of(&home, command);
    terminal.wait_for("passphrase");
    terminal.type_in("half CANARY");
    std::thread::sleep(Duration::from_millis(60));
    let id = fs::read_to_string(pid).unwrap();
    assert!(Command::new("kill").args(["-ABRT", id.trim()]).status().unwrap().success());
    terminal.end();
    assert!(!terminal.shown().contains("CANARY"), "{}", terminal.shown());
    assert_eq!(core_files(&home.work()), Vec::<PathBuf>::new());
}

/// What prints the key has it in its memory too.
fn no_core_file_of_a_key_s_command() {
    let home = Home::plain();
    if !leaves_core_files(&home.work()) {
        return;
    }
    script(&home.command, &format!("echo {}; kill -ABRT $$", home.key));
    let command = home.command.to_string_lossy().into_owned();
    let arguments = ["seal", "--sso-session", "corp", "--command", &command];
    Run::new(arguments.iter().map(Into::into))
        .in_shell("ulimit -c unlimited; exec \"$@\"")
        .checked(&home)
        .failed(7, "a signal ended it");
    assert_eq!(core_files(&home.work()), Vec::<PathBuf>::new());
}

fn the_browser_gets_no_passphrase() {
    let mut home = sealed_home(Home::with(Setup { auto: Auto::Approve, ..Setup::default() }));
    if !home.is_unlocked() {
        return skip("the kernel's keyring is closed here");
    }
    home.ends_well(&["lock"]);
    let seen = home.root().join("seen");
    let browser = home.root().join("browser");
    script(
        &browser,
        &format!(
            "{{ echo \"$*\"; env; tr '\\0' '\\n' < /proc/$PPID/cmdline; tr '\\0' '\\n' < /proc/$PPID/environ; }} > '{}' 2>&1
             curl -sL \"$1\" > /dev/null 2>&1",
            seen.display()
        ),
    );
    home.set("BROWSER", &browser.to_string_lossy());
    let login = ["login", "--sso-session", "corp", "--force"];
    let (code, shown) = typed(&home, &login, &[PASSPHRASE]);
    if !seen.exists() {
        return skip("no browser is opened here");
    }
    assert_eq!(code, 0, "{shown}");
    let seen = fs::read_to_string(seen).unwrap();
    assert!(seen.contains("http://127.0.0.1:"), "{seen}");
    assert!(!seen.contains("CANARY") && !seen.contains("SECRET"), "{seen}");
    assert!(home.files_with("CANARY").is_empty());
}

fn a_command_of_exec_gets_no_key() {
    let Some(home) = Home::unlocked() else { return };
    home.seal(&["--all-credentials"]);
    let body = "env; tr '\\0' '\\n' < /proc/$PPID/cmdline";
    let ran = home.ends_well(&["exec", "--profile", "dev", "--", "/bin/sh", "-c", body]);
    let said = ran.stdout();
    assert!(said.contains("AWS_ACCESS_KEY_ID="), "{said}");
    assert!(!said.contains(&home.key), "{said}");
}
