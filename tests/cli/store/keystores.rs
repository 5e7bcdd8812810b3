//! Keystores as people have them: the desktop's, `pass`, `age`; and what is said to them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::scene::{Home, SESSION, is_installed, script};
use crate::harness::{Ran, program, skip, tests};

tests! {
    slow "k09" => the_keyring_of_the_desktop,
    slow "store" => a_key_in_pass,
    slow "store" => a_key_that_age_decrypts,
    quick "store" => the_key_goes_by_stdin_and_nothing_else,
    quick "k09" => a_keyring_of_the_desktop_that_is_absent,
}

const LIMIT: Duration = Duration::from_secs(120);

/// Runs a script of the shell with the program as `$SSO_CP`.
fn shell(home: &Home, runner: &[&str], text: &str) -> Ran {
    let mut words = runner.to_vec();
    words.extend(["/bin/sh", "-c", text]);
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).env_clear().envs(&home.world.env).env("SSO_CP", program());
    command.env("XDG_RUNTIME_DIR", home.root().join("runtime"));
    command.current_dir(home.work()).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let started = Instant::now();
    let child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    Ran::of(child, started, LIMIT)
}

fn runtime_folder(home: &Home) {
    let folder = home.root().join("runtime");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
}

fn the_keyring_of_the_desktop() {
    let needed = ["dbus-run-session", "gnome-keyring-daemon", "secret-tool", "gdbus"];
    if !needed.iter().all(|program| is_installed(program)) {
        return;
    }
    let home = Home::plain();
    runtime_folder(&home);
    let ran = shell(
        &home,
        &["dbus-run-session", "--"],
        "printf password | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
         step() { echo \"== $*\"; \"$SSO_CP\" \"$@\" 2>&1; echo \"code $?\"; }
         collection() { gdbus call --session --dest org.freedesktop.secrets --object-path /org/freedesktop/secrets \
             --method org.freedesktop.Secret.Service.$1 \"['/org/freedesktop/secrets/collection/login']\" >/dev/null 2>&1; }
         step seal --key secret-service --sso-session corp
         step lock
         step unlock
         step seal --new-key
         step lock
         secret-tool search --all service sso-cp 2>/dev/null | grep -c '^attribute.key\\|^\\[/'
         collection Lock
         step unlock
         step --profile dev",
    );
    let said = ran.stdout();
    if said.contains("the kernel's keyring is closed") {
        return skip("the kernel's keyring is closed here");
    }
    let steps: Vec<&str> = said.split("== ").skip(1).collect();
    let expected = [
        ("seal --key secret-service", "sso-session `corp` is sealed", "code 0"),
        ("lock", "the store is locked", "code 0"),
        ("unlock", "the store is unlocked", "code 0"),
        ("seal --new-key", "there is a new key", "code 0"),
        ("lock", "the store is locked", "code 0"),
        ("unlock", "the keyring of the desktop, which `secret-tool` asks, is locked", "code 4"),
        ("--profile dev", "the store of sso-session `corp` is locked", "code 4"),
    ];
    assert_eq!(steps.len(), expected.len(), "{ran}");
    for (step, (command, words, code)) in steps.iter().zip(expected) {
        let is_it = step.starts_with(command) && step.contains(words) && step.contains(code);
        assert!(is_it, "`{command}` should say `{words}` and end with {code}:\n{ran}");
    }
}

fn a_key_in_pass() {
    if !["gpg", "pass"].iter().all(|program| is_installed(program)) {
        return;
    }
    let home = Home::plain();
    runtime_folder(&home);
    let ran = shell(
        &home,
        &[],
        "set -e
         export GNUPGHOME=\"$HOME/.gnupg\"; mkdir -m 700 \"$GNUPGHOME\"
         gpg --batch --quiet --passphrase '' --quick-generate-key somebody default default never 2>/dev/null
         pass init somebody >/dev/null
         head -c 32 /dev/urandom | base64 | pass insert --multiline sso-cp >/dev/null
         \"$SSO_CP\" seal --key command --command 'pass show sso-cp' --sso-session corp
         \"$SSO_CP\" lock; \"$SSO_CP\" unlock
         gpgconf --kill gpg-agent",
    );
    assert!(ran.stderr().contains("sso-session `corp` is sealed"), "{ran}");
    let is_kept = ran.stderr().contains("the store is unlocked, until the next start");
    assert!(is_kept || ran.stderr().contains("the kernel's keyring is closed"), "{ran}");
    assert!(fs::read_to_string(home.key_file()).unwrap().contains(r#"["pass","show","sso-cp"]"#));
}

fn a_key_that_age_decrypts() {
    if !["age", "age-keygen"].iter().all(|program| is_installed(program)) {
        return;
    }
    let home = Home::plain();
    let ran = shell(
        &home,
        &[],
        "set -e
         age-keygen -o \"$HOME/identity\" 2>\"$HOME/recipient\"
         head -c 32 /dev/urandom | base64 | age -r \"$(sed 's/.*: //' \"$HOME/recipient\")\" -o \"$HOME/key.age\"
         \"$SSO_CP\" seal --key command --command \"age -d -i '$HOME/identity' '$HOME/key.age'\" --sso-session corp
         \"$SSO_CP\" lock; \"$SSO_CP\" unlock",
    );
    assert!(ran.stderr().contains("sso-session `corp` is sealed"), "{ran}");
    let is_kept = ran.stderr().contains("the store is unlocked, until the next start");
    assert!(is_kept || ran.stderr().contains("the kernel's keyring is closed"), "{ran}");
}

/// Whatever is run sees no key in its arguments or its environment; it comes by stdin, and goes by stdout.
fn the_key_goes_by_stdin_and_nothing_else() {
    let mut home = Home::plain();
    let folder = home.root().join("bin");
    fs::create_dir(&folder).unwrap();
    let (seen, kept) = (home.root().join("seen"), home.root().join("kept"));
    script(
        &folder.join("secret-tool"),
        &format!(
            "{{ echo \"arguments: $*\"; env; echo; }} >> '{0}'
             case $1 in
               store) cat > '{1}' ;;
               lookup) cat '{1}' ;;
             esac",
            seen.display(),
            kept.display()
        ),
    );
    let path = format!(
        "{}:{}",
        folder.display(),
        home.env[std::ffi::OsStr::new("PATH")].to_string_lossy()
    );
    home.set("PATH", &path);
    let ran =
        home.ends_well(&[&["seal", "--debug", "--key", "secret-service"], &SESSION[..]].concat());
    let key = fs::read_to_string(&kept).unwrap();
    assert_eq!(key.len(), home.key.len());
    let seen = fs::read_to_string(seen).unwrap();
    assert_eq!(seen.matches("arguments: store --label=").count(), 1, "{seen}");
    assert_eq!(seen.matches("arguments: lookup service sso-cp key ").count(), 1, "{seen}");
    assert!(!seen.contains(&key) && !seen.contains("SECRET"), "{seen}");
    assert!(!ran.stderr().contains(&key), "{ran}");
    assert_eq!(home.files_with(&key), [""; 0]);
    let ran = home.run(&["lock", "--debug"]);
    assert!(!ran.stderr().contains(&key), "{ran}");
}

fn a_keyring_of_the_desktop_that_is_absent() {
    let mut home = Home::plain();
    let seal = [&["seal", "--key", "secret-service"], &SESSION[..]].concat();
    home.unset("DBUS_SESSION_BUS_ADDRESS");
    if is_installed("secret-tool") {
        home.run(&seal).failed(7, "`secret-tool` gave no key of the store");
    }
    let empty = home.root().join("empty");
    fs::create_dir(&empty).unwrap();
    home.set("PATH", &empty.to_string_lossy());
    let ran = home.run(&seal);
    ran.failed(7, "`secret-tool`, which has the key of the store, cannot be started");
    assert!(!home.key_file().exists() && home.plain_token().exists());
    assert!(!home.config().contains("sso_cp_store"));
}
