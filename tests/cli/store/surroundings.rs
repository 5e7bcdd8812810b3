//! The sealed store beside everything else: what configures, what signs in by itself, root, another session,
//! a disk that is full while the key changes.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use fake_identity_center::{Auto, Setup};

use super::passphrase::{PASSPHRASE, sealed_home, typed};
use super::scene::{Home, SESSION, script};
use crate::auto_login::install_browser;
use crate::harness::{Ended, NOBODY, Run, give_all, needs_root, set_mode, sha1_hex, skip, tests};

tests! {
    quick "store configure" => configuring_a_sealed_session,
    quick "k01 auto-login" => auto_login_while_locked,
    quick "k01" => signing_in_without_anybody_who_could_unlock,
    quick "k05" => files_that_changed_their_names,
    quick "store" => root_seals_in_the_home_of_another_user,
    quick "k08" => a_new_key_on_a_full_disk,
    quick "k08" => a_refresh_token_is_kept_where_its_successor_could_not_be,
    quick "store" => a_new_key_by_word_and_by_session,
    quick "store entitled" => roles_of_account_access_manager_are_sealed_too,
}

fn configuring_a_sealed_session() {
    let Some(home) = Home::unlocked() else { return };
    let role = ["--account-id", "111122223333", "--role-name", "ReadOnly", "--region", "eu-west-1"];
    let configure = |profile: &str, further: &[&str]| {
        home.run(&[&["configure", "--profile", profile], &SESSION[..], &role, further].concat())
    };
    let ran = configure("fresh", &[]);
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    let config = home.config();
    let section = config.split("[profile fresh]").nth(1).unwrap();
    assert!(section.contains("credential_process = ") && section.contains("sso_cp_session = corp"));
    assert!(!section.contains("\nsso_session"), "{section}");
    assert!(config.contains("sso_cp_store = sealed\n"), "{config}");
    home.run(&["--profile", "fresh"]).document();
    // It looks whether the profile works, which takes the store; where nothing is asked of AWS it does not.
    home.ends_well(&["lock"]);
    let ran = configure("without", &["--no-login"]);
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    assert_eq!(home.status()["locked"], true);
    assert!(home.files_with("SECRET").iter().all(|path| path.starts_with(".aws/cli/cache/")));
}

fn auto_login_while_locked() {
    let auto = ["--profile", "dev", "--auto-login", "--wait", "15"];
    // A command can be asked without a person; the session is alive, so no browser opens.
    let mut home = Home::with(Setup { auto: Auto::Approve, ..Setup::default() });
    home.seal(&[]);
    if !home.is_unlocked() {
        return skip("the kernel's keyring is closed here");
    }
    install_browser(&mut home);
    home.ends_well(&["lock"]);
    home.run(&auto).document();
    assert!(!home.root().join("browser.opened").exists());
    assert!(home.is_unlocked());
    // A passphrase cannot: it says who must act, at once.
    let mut home = sealed_home(Home::plain());
    install_browser(&mut home);
    home.ends_well(&["lock"]);
    let ran = home.run(&auto);
    ran.failed(4, "the store of sso-session `corp` is locked");
    assert!(ran.stderr().contains("hint: run `sso-cp unlock`"), "{ran}");
    assert!(ran.took.as_secs() < 5 && home.fake.requests().is_empty(), "{ran}");
    assert!(!home.root().join("browser.opened").exists());
}

fn signing_in_without_anybody_who_could_unlock() {
    let home = sealed_home(Home::plain());
    home.run(&["lock"]);
    let role = ["--account-id", "111122223333", "--role-name", "ReadOnly", "--profile", "fresh"];
    let configure = [&["configure"], &SESSION[..], &role].concat();
    for arguments in [&["login", "--sso-session", "corp", "--no-browser"][..], &configure] {
        let ran = home.run(arguments);
        ran.failed(4, "the store of sso-session `corp` is locked");
        assert!(ran.stderr().contains("hint: run `sso-cp unlock`"), "{ran}");
    }
    assert!(home.fake.requests().is_empty());
    let (code, shown) = typed(&home, &["login", "--sso-session", "corp"], &[PASSPHRASE]);
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("signed in"), "{shown}");
}

/// Two sessions, two roles: each other's files are not files of theirs.
fn files_that_changed_their_names() {
    let Some(home) = Home::unlocked() else { return };
    home.seal(&["--all-credentials"]);
    let config = home.config();
    let other = config.replace("corp", "other").replace("[profile dev]", "[profile of-other]");
    home.put(".aws/config", &format!("{config}\n{other}"));
    home.put(".aws/sso/cache/{token-file other}", "{token +1h}");
    home.ends_well(&["seal", "--sso-session", "other", "--all-credentials"]);
    home.dev().document();
    home.run(&["--profile", "of-other"]).document();
    let sealed = home.home(".aws/sso-cp/sealed");
    let token = |session: &str| sealed.join(format!("token-{}", sha1_hex(session)));
    swap(&token("corp"), &token("other"));
    let roles: Vec<_> = fs::read_dir(&sealed)
        .unwrap()
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("role-"))
        .map(|entry| entry.path())
        .collect();
    assert_eq!(roles.len(), 2, "{roles:?}");
    swap(&roles[0], &roles[1]);
    let before = fs::read(token("corp")).unwrap();
    home.dev().failed(4, "nobody is signed in to sso-session `corp`");
    home.run(&["--profile", "of-other"]).failed(4, "nobody is signed in to sso-session `other`");
    assert_eq!(fs::read(token("corp")).unwrap(), before);
    swap(&token("corp"), &token("other"));
    home.dev().document();
    assert_eq!(home.files_with("SECRET"), [""; 0]);
}

fn swap(one: &Path, other: &Path) {
    let aside = one.with_extension("aside");
    fs::rename(one, &aside).unwrap();
    fs::rename(other, one).unwrap();
    fs::rename(aside, other).unwrap();
}

fn root_seals_in_the_home_of_another_user() {
    if !needs_root() {
        return;
    }
    let home = Home::plain();
    give_all(&home.home(""), NOBODY);
    home.seal(&[]);
    let owner = |path: &Path| fs::metadata(path).unwrap().uid();
    for path in [home.home(".aws/sso-cp/sealed"), home.key_file(), home.sealed_token()] {
        assert_eq!(owner(&path), NOBODY, "{}", path.display());
    }
    assert_eq!(owner(&home.home(".aws/config")), NOBODY);
    assert!(!home.plain_token().exists());
    let mode = fs::metadata(home.key_file()).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
    // What that user put there is not followed, and nothing of the plain form is lost.
    let home = Home::plain();
    let target = home.root().join("target");
    fs::create_dir(&target).unwrap();
    fs::create_dir_all(home.home(".aws/sso-cp")).unwrap();
    std::os::unix::fs::symlink(&target, home.home(".aws/sso-cp/sealed")).unwrap();
    give_all(&home.home(""), NOBODY);
    let command = home.command.to_string_lossy().into_owned();
    let ran = home.run(&[&["seal", "--command", &command], &SESSION[..]].concat());
    assert_eq!(ran.ended, Ended::Code(7), "{ran}");
    assert!(home.plain_token().exists() && !home.config().contains("sso_cp_store"), "{ran}");
    assert_eq!(fs::read_dir(target).unwrap().count(), 0);
}

fn a_new_key_on_a_full_disk() {
    let Some(home) = Home::unlocked() else { return };
    let before = [home.key_file(), home.sealed_token()].map(|path| fs::read(path).unwrap());
    script(&home.command, &format!("echo {}", home.new_key));
    let ran = Run::new(["seal", "--new-key"].map(Into::into))
        .in_shell("ulimit -f 0; exec \"$@\"")
        .checked(&home);
    assert_eq!(ran.ended, Ended::Code(7), "{ran}");
    let after = [home.key_file(), home.sealed_token()].map(|path| fs::read(path).unwrap());
    assert_eq!(after, before);
    script(&home.command, &format!("echo {}", home.key));
    home.ends_well(&["lock"]);
    home.ends_well(&["unlock"]);
    home.forget_roles();
    home.dev().document();
}

fn a_refresh_token_is_kept_where_its_successor_could_not_be() {
    if !needs_root() {
        return;
    }
    let mut home = Home::plain();
    home.put_token("-1h");
    home.world.as_ordinary_user();
    home.seal(&[]);
    if !home.is_unlocked() {
        return skip("the kernel's keyring is closed here");
    }
    let before = fs::read(home.sealed_token()).unwrap();
    set_mode(&home.home(".aws/sso-cp/sealed"), 0o500);
    let ran = home.dev();
    assert_eq!(ran.ended, Ended::Code(7), "{ran}");
    assert!(home.fake.requests().is_empty(), "{:?}", home.fake.operations());
    set_mode(&home.home(".aws/sso-cp/sealed"), 0o700);
    assert_eq!(fs::read(home.sealed_token()).unwrap(), before);
    home.dev().document();
}

/// `seal corp --new-key` is about that session and the key; `seal --new-key` about the key alone.
fn a_new_key_by_word_and_by_session() {
    let Some(home) = Home::unlocked() else { return };
    let id = || fs::read(home.sealed_token()).unwrap()[16..24].to_vec();
    let mut seen = vec![id()];
    for (key, arguments) in [
        (&home.new_key, &["seal", "corp", "--new-key"][..]),
        (&home.key, &["seal", "--new-key"]),
        (&home.new_key, &["seal", "--new-key", "--profile", "dev", "--all-credentials"]),
    ] {
        script(&home.command, &format!("echo {key}"));
        let ran = home.ends_well(arguments);
        assert!(ran.stderr().contains("there is a new key"), "{ran}");
        seen.push(id());
        home.forget_roles();
        home.dev().document();
    }
    assert!(seen.windows(2).all(|pair| pair[0] != pair[1]), "{seen:?}");
    assert_eq!(home.status()["store"], "sealed-all");
    // Nothing is sealed yet: it seals, with a first key.
    let home = Home::plain();
    let command = home.command.to_string_lossy().into_owned();
    home.ends_well(&["seal", "corp", "--new-key", "--command", &command]);
    assert!(home.sealed_token().exists() && !home.plain_token().exists());
}

/// They are in files of our own, beside those of assumed roles, and go the same way.
fn roles_of_account_access_manager_are_sealed_too() {
    let home = Home::of(crate::entitled::signed_in());
    let call = || home.run(&["--profile", "aam"]).key();
    let key = call();
    home.seal(&["--all-credentials"]);
    if !home.is_unlocked() {
        return skip("the kernel's keyring is closed here");
    }
    assert_eq!(home.files_with("SECRET"), [""; 0]);
    assert_eq!(call(), key, "what was cached came along");
    home.ends_well(&["lock"]);
    home.run(&["--profile", "aam"]).failed(4, "the store of sso-session `corp` is locked");
    home.ends_well(&["unlock"]);
    home.ends_well(&[&["unseal"], &SESSION[..]].concat());
    assert_eq!(call(), key);
    home.seal(&["--all-credentials"]);
    home.ends_well(&[&["logout"], &SESSION[..]].concat());
    let left = fs::read_dir(home.home(".aws/sso-cp/sealed")).unwrap().flatten();
    let left: Vec<_> = left.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    assert!(left.iter().all(|name| name == "key" || name.starts_with("client-")), "{left:?}");
}
