//! A person who types a passphrase.

use std::fs;
use std::time::{Duration, Instant};

use super::scene::{Home, SESSION};
use crate::harness::{Run, World, skip, tests};
use crate::login::Terminal;

tests! {
    quick "k03" => a_passphrase_is_asked_twice_and_opens_the_store,
    quick "k03" => three_wrong_ones_end_it,
    quick "k03" => an_empty_one_and_two_different_ones_are_asked_again,
    quick "k03" => without_a_terminal_nothing_changes,
    quick "k03" => an_interrupt_leaves_everything_as_it_was,
    quick "k03" => a_new_passphrase_takes_the_old_one_s_place,
    quick "k03" => a_terminal_unlocks_before_it_signs_out,
}

pub(super) const PASSPHRASE: &str = "correct CANARY battery";
const OTHER: &str = "another CANARY battery";

/// Types a passphrase for each question, and waits for the end.
pub(super) fn typed(world: &World, arguments: &[&str], answers: &[&str]) -> (i32, String) {
    let mut terminal = Terminal::start(world, arguments);
    for (count, answer) in answers.iter().enumerate() {
        let end = Instant::now() + Duration::from_secs(20);
        while terminal.shown().matches(": ").count() < count + 1 + colons(&terminal.shown()) {
            assert!(Instant::now() < end, "question {count} is not asked:\n{}", terminal.shown());
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(!terminal.is_sane(), "what is typed must not be shown");
        terminal.type_in(&format!("{answer}\n"));
    }
    let code = terminal.end();
    let shown = terminal.shown();
    assert!(terminal.is_sane(), "{shown}");
    assert!(!shown.contains("CANARY"), "the passphrase is shown:\n{shown}");
    (code, shown)
}

/// The colons of lines that are not questions.
fn colons(shown: &str) -> usize {
    let lines =
        shown.lines().filter(|line| line.starts_with("sso-cp: ") || line.starts_with("hint: "));
    lines.map(|line| line.matches(": ").count()).sum()
}

/// Sealed under the passphrase.
fn sealed() -> Home {
    sealed_home(Home::plain())
}

/// The same with a home that is signed in.
pub(super) fn sealed_home(home: Home) -> Home {
    let seal = [&["seal"], &SESSION[..]].concat();
    let (code, shown) = typed(&home, &seal, &[PASSPHRASE, PASSPHRASE]);
    assert_eq!(code, 0, "{shown}");
    assert_eq!(shown.matches("passphrase for the sealed store: ").count(), 1, "{shown}");
    assert!(shown.contains("the same passphrase again: "), "{shown}");
    home
}

fn a_passphrase_is_asked_twice_and_opens_the_store() {
    let home = sealed();
    let key = fs::read_to_string(home.key_file()).unwrap();
    assert!(key.contains("\"memoryKiB\":65536,\"passes\":3,\"lanes\":4"), "{key}");
    assert!(!home.plain_token().exists() && home.files_with("CANARY").is_empty());
    if !home.is_unlocked() {
        return skip("the kernel's keyring is closed here");
    }
    home.dev().document();
    home.ends_well(&["lock"]);
    let (code, shown) = typed(&home, &["unlock"], &["wrong", PASSPHRASE]);
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("the passphrase is wrong, try again"), "{shown}");
    assert!(shown.contains("the store is unlocked"), "{shown}");
    home.forget_roles();
    home.dev().document();
}

fn three_wrong_ones_end_it() {
    let home = sealed();
    home.run(&["lock"]);
    let (code, shown) = typed(&home, &["unlock"], &["wrong", "", "WRONG"]);
    assert_eq!(code, 4, "{shown}");
    assert!(shown.contains("sso-cp: the passphrase is wrong\n"), "{shown}");
    assert!(shown.contains("sso-cp login --new-key"), "{shown}");
    assert!(!home.is_unlocked());
}

fn an_empty_one_and_two_different_ones_are_asked_again() {
    let home = Home::plain();
    let seal = [&["seal"], &SESSION[..]].concat();
    let (code, shown) = typed(&home, &seal, &["", PASSPHRASE, OTHER, PASSPHRASE, PASSPHRASE]);
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("an empty passphrase protects nothing"), "{shown}");
    assert!(shown.contains("these are two passphrases"), "{shown}");
    let home = Home::plain();
    let (code, shown) = typed(&home, &seal, &["", "", ""]);
    assert_eq!(code, 2, "{shown}");
    assert!(home.plain_token().exists() && !home.key_file().exists());
    assert!(!home.config().contains("sso_cp_store"));
}

fn without_a_terminal_nothing_changes() {
    let home = Home::plain();
    let config = home.config();
    for further in [&[][..], &["--key", "passphrase"]] {
        let ran = home.run(&[&["seal"], &SESSION[..], further].concat());
        ran.failed(2, "a passphrase can be typed at a terminal only");
        assert!(ran.stderr().contains("--key command"), "{ran}");
    }
    assert!(!home.key_file().exists() && !home.home(".aws/sso-cp/sealed").exists());
    assert_eq!(home.config(), config);
    assert!(home.plain_token().exists());
    let home = sealed();
    home.run(&["lock"]);
    home.run(&["unlock"]).failed(2, "a passphrase can be typed at a terminal only");
    // A pipe is not a terminal, whatever comes out of it.
    let piped =
        Run::new(["unlock"].map(Into::into)).in_shell(&format!("echo '{PASSPHRASE}' | \"$@\""));
    piped.checked(&home).failed(2, "a passphrase can be typed at a terminal only");
}

fn an_interrupt_leaves_everything_as_it_was() {
    let home = Home::plain();
    let mut terminal = Terminal::start(&home, &["seal", "--sso-session", "corp"]);
    terminal.wait_for("passphrase");
    terminal.type_in("half of it\u{3}");
    assert_eq!(terminal.end(), 130, "{}", terminal.shown());
    assert!(terminal.is_sane() && !terminal.shown().contains("half"));
    assert!(home.plain_token().exists() && !home.key_file().exists());
}

fn a_new_passphrase_takes_the_old_one_s_place() {
    let home = sealed();
    let answers: &[&str] = match home.is_unlocked() {
        true => &[OTHER, OTHER],
        false => &[PASSPHRASE, OTHER, OTHER],
    };
    let (code, shown) = typed(&home, &["seal", "--new-key"], answers);
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("there is a new key"), "{shown}");
    home.run(&["lock"]);
    let (code, shown) = typed(&home, &["unlock"], &[PASSPHRASE, OTHER]);
    assert!(shown.contains("the passphrase is wrong, try again"), "{shown}");
    assert!(matches!(code, 0 | 7), "{shown}");
    if code == 0 {
        home.forget_roles();
        home.dev().document();
    }
}

fn a_terminal_unlocks_before_it_signs_out() {
    let home = sealed();
    home.run(&["lock"]);
    let (code, shown) = typed(&home, &["logout", "--sso-session", "corp"], &[PASSPHRASE]);
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("signed out of sso-session `corp`"), "{shown}");
    assert!(home.fake.operations().contains(&"portal.Logout".to_owned()));
    assert!(!home.sealed_token().exists());
}
