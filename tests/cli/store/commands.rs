//! What `seal`, `unseal`, `unlock` and `lock` do, and what the other commands make of it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::thread::sleep;
use std::time::Duration;

use fake_identity_center::{Auto, Seed, Setup};

use super::scene::{Home, SESSION, script};
use crate::harness::{Ended, World, tests};
use crate::login::{Running, browse};

tests! {
    quick "store" => a_sealed_session_is_in_no_file_in_clear,
    quick "store" => with_all_credentials_nothing_at_all_is_in_clear,
    quick "store" => unsealing_gives_the_very_file_back,
    quick "k01 k09" => a_locked_store_asks_nobody,
    quick "k01" => cached_credentials_serve_while_the_store_is_locked,
    quick "k01" => the_store_locks_itself_after_its_time,
    quick "store" => sealing_again_changes_nothing,
    quick "store" => a_new_key_seals_everything_anew,
    quick "store" => a_key_moves_from_one_keystore_to_another,
    quick "store" => signing_in_to_a_sealed_session,
    quick "store" => a_lost_key_is_replaced_by_a_sign_in,
    quick "store" => signing_out_with_the_store_unlocked_and_locked,
    quick "store" => two_sessions_one_sealed_and_one_plain,
    quick "store" => nothing_is_sealed_yet,
    slow "store" => profiles_and_doctor_know_the_store,
    quick "store" => flags_that_cannot_be_meant,
}

/// The stand-in's secrets all have this word in them.
const SECRET: &str = "SECRET";

/// The AWS CLI signs in to the same session.
fn another_sign_in(home: &Home) {
    fs::create_dir_all(home.home(".aws/sso/cache")).unwrap();
    fs::write(home.plain_token(), home.fake.seed_token(&Seed::default()).token_file()).unwrap();
}

fn a_sealed_session_is_in_no_file_in_clear() {
    let home = Home::plain();
    let before = fs::read(home.plain_token()).unwrap();
    home.dev().document();
    let ran = home.seal(&[]);
    assert!(ran.stderr().contains("sso-session `corp` is sealed"), "{ran}");
    assert!(home.config().contains("sso_cp_store = sealed\n"), "{}", home.config());
    assert!(!home.plain_token().exists() && home.sealed_token().exists());
    let mode = |path: std::path::PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode(home.sealed_token()), 0o600);
    assert_eq!(mode(home.home(".aws/sso-cp/sealed")), 0o700);
    assert_eq!(mode(home.key_file()), 0o600);
    // The AWS CLI's folder has role credentials as ever, and nothing else has anything.
    let in_clear = home.files_with(SECRET);
    assert!(in_clear.iter().all(|path| path.starts_with(".aws/cli/cache/")), "{in_clear:?}");
    assert_eq!(home.files_with(&home.key), [""; 0]);
    let token: serde_json::Value = serde_json::from_slice(&before).unwrap();
    for member in ["accessToken", "refreshToken", "clientSecret"] {
        assert_eq!(home.files_with(token[member].as_str().unwrap()), [""; 0], "{member}");
    }
    home.dev().document();
}

fn with_all_credentials_nothing_at_all_is_in_clear() {
    let Some(home) = Home::unlocked() else { return };
    home.forget_roles();
    home.dev().document();
    assert_eq!(home.files_with(SECRET).len(), 1, "the AWS CLI's file of the role");
    home.seal(&["--all-credentials"]);
    assert!(home.config().contains("sso_cp_store = sealed-all\n"), "{}", home.config());
    assert_eq!(home.files_with(SECRET), [""; 0]);
    let requests = home.fake.requests().len();
    home.dev().document();
    assert_eq!(home.fake.requests().len(), requests, "the role's credentials came along");
    home.forget_roles();
    home.dev().document();
    home.dev().document();
    assert_eq!(home.fake.requests().len(), requests + 1, "they are cached in sealed form");
    assert_eq!(home.files_with(SECRET), [""; 0]);
    let status = home.status();
    assert_eq!(status["store"], "sealed-all");
    assert!(status["roles"][0]["expiresAt"].is_string(), "{status}");
    // What is sealed is never put back in clear without being asked for.
    home.ends_well(&[&["seal"], &SESSION[..]].concat());
    assert!(home.config().contains("sso_cp_store = sealed-all\n"), "{}", home.config());
    home.ends_well(&[&["unseal"], &SESSION[..]].concat());
    assert!(home.files_with(SECRET).len() >= 2);
    home.dev().document();
    assert_eq!(home.fake.requests().len(), requests + 1);
}

fn unsealing_gives_the_very_file_back() {
    let home = Home::plain();
    let odd =
        fs::read_to_string(home.plain_token()).unwrap().replacen('{', "{\"other\": [1, 2], ", 1);
    fs::write(home.plain_token(), &odd).unwrap();
    home.seal(&[]);
    assert!(!home.plain_token().exists());
    let ran = home.ends_well(&[&["unseal"], &SESSION[..]].concat());
    assert!(ran.stderr().contains("is in the shared files"), "{ran}");
    assert_eq!(fs::read_to_string(home.plain_token()).unwrap(), odd);
    assert!(!home.sealed_token().exists() && !home.config().contains("sso_cp_store"));
    assert_eq!(home.status()["store"], "plain");
    home.dev().document();
}

fn a_locked_store_asks_nobody() {
    let Some(home) = Home::unlocked() else { return };
    // Anyone who asks the keystore now is caught.
    let asked = home.root().join("asked");
    script(&home.command, &format!("touch '{}'; echo {}", asked.display(), home.key));
    let ran = home.ends_well(&["lock"]);
    assert!(ran.stderr().contains("the store is locked"), "{ran}");
    home.forget_roles();
    let requests = home.fake.requests().len();
    for arguments in [
        &["--profile", "dev"][..],
        &["export", "--profile", "dev"],
        &["list", "--sso-session", "corp"],
    ] {
        let ran = home.run(arguments);
        ran.failed(4, "the store of sso-session `corp` is locked");
        assert!(ran.stderr().contains("hint: run `sso-cp unlock`"), "{ran}");
    }
    let ran = home.run(&["status", "--json", "--profile", "dev"]);
    assert_eq!(ran.ended, Ended::Code(4), "{ran}");
    let status = home.status();
    assert_eq!((&status["locked"], &status["store"]), (&true.into(), &"sealed".into()));
    // The times are known all the same.
    assert_eq!(status["state"], "active");
    assert!(status["expiresAt"].is_string() && status["renewableUntil"].is_string(), "{status}");
    assert_eq!(home.fake.requests().len(), requests);
    assert!(!asked.exists(), "a keystore was asked behind the person's back");
    let ran = home.ends_well(&["unlock"]);
    assert!(ran.stderr().contains("the store is unlocked, until the next start"), "{ran}");
    assert!(asked.exists());
    home.dev().document();
    fs::remove_file(&asked).unwrap();
    let ran = home.ends_well(&["unlock"]);
    assert!(ran.stderr().contains("already unlocked"), "{ran}");
    assert!(!asked.exists(), "nobody need be asked");
    home.ends_well(&["lock"]);
    let ran = home.ends_well(&["lock"]);
    assert!(ran.stderr().contains("locked already"), "{ran}");
}

fn cached_credentials_serve_while_the_store_is_locked() {
    let Some(home) = Home::unlocked() else { return };
    home.ends_well(&["lock"]);
    home.put_role("+1h");
    home.dev().document();
    home.put_role("+10m");
    let ran = home.dev();
    ran.warned_document();
    assert!(ran.stderr().contains("the store of sso-session `corp` is locked"), "{ran}");
}

fn the_store_locks_itself_after_its_time() {
    let Some(home) = Home::unlocked() else { return };
    let ran = home.ends_well(&["unlock", "--for", "1s"]);
    assert!(ran.stderr().contains("for 1 s"), "{ran}");
    sleep(Duration::from_millis(2_200));
    assert!(!home.is_unlocked());
    // The configuration's own time.
    let config = home.config().replace("sso_cp_store", "sso_cp_unlock_for = 8h\nsso_cp_store");
    home.put(".aws/config", &config);
    let ran = home.ends_well(&["unlock"]);
    assert!(ran.stderr().contains("for 8 h"), "{ran}");
    assert!(home.is_unlocked());
    home.run(&["unlock", "--for", "soon"]).failed(2, "`--for soon` is not a time");
}

fn sealing_again_changes_nothing() {
    let home = Home::sealed();
    let (token, config) = (fs::read(home.sealed_token()).unwrap(), home.config());
    home.ends_well(&[&["seal"], &SESSION[..]].concat());
    assert_eq!((fs::read(home.sealed_token()).unwrap(), home.config()), (token, config));
    home.run(&["seal", "--sso-session", "corp", "--key", "secret-service"])
        .failed(2, "the store has its key already, by command");
}

fn a_new_key_seals_everything_anew() {
    let home = Home::sealed();
    let before = fs::read(home.sealed_token()).unwrap();
    let command = home.command.to_string_lossy().into_owned();
    home.run(&["seal", "--new-key"]).failed(2, "prints the key that is in use already");
    assert_eq!(fs::read(home.sealed_token()).unwrap(), before);
    script(&home.command, &format!("echo {}", home.new_key));
    if !home.is_unlocked() {
        // Without the kernel nobody has the old key any more, once its command prints another.
        return home.run(&["seal", "--new-key"]).failed(4, "gave another key");
    }
    let ran = home.ends_well(&["seal", "--new-key"]);
    assert!(ran.stderr().contains("there is a new key"), "{ran}");
    let after = fs::read(home.sealed_token()).unwrap();
    assert_ne!(before[16..24], after[16..24], "the id of the key");
    let key_file = fs::read_to_string(home.key_file()).unwrap();
    assert!(key_file.contains(&command) && !key_file.contains("former"), "{key_file}");
    home.forget_roles();
    home.dev().document();
    home.ends_well(&["lock"]);
    home.ends_well(&["unlock"]);
    home.dev().document();
    // The time in which both counted is over.
    script(&home.command, &format!("echo {}", home.key));
    home.ends_well(&["lock"]);
    home.run(&["unlock"]).failed(4, "gave another key than the store's");
}

fn a_key_moves_from_one_keystore_to_another() {
    let Some(home) = Home::unlocked() else { return };
    let other = home.root().join("other-command");
    script(&other, &format!("echo {}", home.new_key));
    let other = other.to_string_lossy().into_owned();
    let words = ["seal", "--new-key", "--key", "command", "--command", &other];
    home.ends_well(&words);
    fs::remove_file(&home.command).unwrap();
    home.ends_well(&["lock"]);
    home.ends_well(&["unlock"]);
    home.forget_roles();
    home.dev().document();
}

fn signing_in_to_a_sealed_session() {
    let world = World::with(Setup { auto: Auto::Approve, ..Setup::default() });
    let home = Home::of(world);
    home.seal(&[]);
    if !home.is_unlocked() {
        return crate::harness::skip("the kernel's keyring is closed here");
    }
    home.ends_well(&["lock"]);
    let login = Running::start(&home, &["--no-browser"]);
    browse(&login.url());
    let ran = login.end();
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    assert!(home.sealed_token().exists() && !home.plain_token().exists());
    assert!(home.files_with(SECRET).is_empty(), "{:?}", home.files_with(SECRET));
    home.dev().document();
    // The AWS CLI signs in beside it; the next sign-in here removes that.
    another_sign_in(&home);
    let login = Running::start(&home, &["--no-browser", "--force"]);
    browse(&login.url());
    assert_eq!(login.end().ended, Ended::Code(0));
    assert!(!home.plain_token().exists());
}

fn a_lost_key_is_replaced_by_a_sign_in() {
    let home = Home::of(World::with(Setup { auto: Auto::Approve, ..Setup::default() }));
    home.put_token("+1h");
    home.seal(&[]);
    if !home.is_unlocked() {
        return crate::harness::skip("the kernel's keyring is closed here");
    }
    home.ends_well(&["lock"]);
    script(&home.command, &format!("echo {}", home.new_key));
    home.run(&["unlock"]).failed(4, "sso-cp login --new-key");
    let login = Running::start(&home, &["--no-browser", "--new-key"]);
    browse(&login.url());
    let ran = login.end();
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    home.forget_roles();
    home.dev().document();
    // A store whose key file is gone has lost its key too.
    home.ends_well(&["lock"]);
    fs::remove_file(home.key_file()).unwrap();
    home.forget_roles();
    home.dev().failed(4, "is locked");
    home.run(&["unlock"]).failed(4, "the store has no key");
}

fn signing_out_with_the_store_unlocked_and_locked() {
    let Some(home) = Home::unlocked() else { return };
    home.dev().document();
    let ran = home.ends_well(&[&["logout"], &SESSION[..]].concat());
    assert!(ran.stderr().contains("signed out of sso-session `corp`"), "{ran}");
    assert!(home.fake.operations().contains(&"portal.Logout".to_owned()));
    assert!(!home.sealed_token().exists());
    let Some(home) = Home::unlocked() else { return };
    home.seal(&["--all-credentials"]);
    home.dev().document();
    home.ends_well(&["lock"]);
    let ran = home.run(&[&["logout"], &SESSION[..]].concat());
    ran.failed(6, "the store is locked");
    assert!(ran.stderr().contains("stays valid until 20"), "{ran}");
    assert!(!home.sealed_token().exists());
    let sealed = fs::read_dir(home.home(".aws/sso-cp/sealed")).unwrap().flatten();
    let names = sealed.map(|entry| entry.file_name().to_string_lossy().into_owned());
    assert!(names.into_iter().all(|name| !name.starts_with("role-")));
    // Both forms go, and every session's key with the last of them.
    let Some(home) = Home::unlocked() else { return };
    another_sign_in(&home);
    home.ends_well(&["logout", "--all"]);
    assert!(!home.sealed_token().exists() && !home.plain_token().exists());
    let ended = home.fake.operations().into_iter().filter(|name| name == "portal.Logout").count();
    assert_eq!(ended, 2, "these were two sign-ins");
    assert!(home.ends_well(&["lock"]).stderr().contains("locked already"));
}

fn two_sessions_one_sealed_and_one_plain() {
    let Some(home) = Home::unlocked() else { return };
    let config = home.config();
    home.put(
        ".aws/config",
        &format!(
            "{config}\n[sso-session open]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n\n\
             [profile open]\nsso_session = open\nsso_account_id = 111122223333\nsso_role_name = ReadOnly\n"
        ),
    );
    home.put(".aws/sso/cache/{token-file open}", "{token +1h}");
    home.ends_well(&["lock"]);
    home.run(&["--profile", "open"]).document();
    home.dev().failed(4, "is locked");
    assert!(home.home(".aws/sso/cache/{token-file open}").exists());
    let ran = home.ends_well(&["status", "--json"]);
    let found: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    let stores: Vec<(&str, bool)> = found["sessions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|session| (session["store"].as_str().unwrap(), session["locked"].as_bool().unwrap()))
        .collect();
    assert!(stores.contains(&("sealed", true)) && stores.contains(&("plain", false)), "{stores:?}");
}

fn nothing_is_sealed_yet() {
    let home = Home::plain();
    for word in ["unlock", "lock"] {
        let ran = home.ends_well(&[word]);
        assert!(ran.stderr().contains("nothing is sealed here"), "{ran}");
    }
    assert_eq!(home.status()["store"], "plain");
    // A mode that somebody has written by hand, without a key.
    let config = home.config();
    home.put(
        ".aws/config",
        &config.replace("[sso-session corp]", "[sso-session corp]\nsso_cp_store = sealed"),
    );
    home.dev().failed(4, "nobody is signed in to sso-session `corp`");
    home.run(&["unlock"]).failed(4, "the store has no key");
    // `seal` takes what is there.
    home.seal(&[]);
    assert!(home.sealed_token().exists() && !home.plain_token().exists());
}

fn profiles_and_doctor_know_the_store() {
    let Some(home) = Home::unlocked() else { return };
    let profile = || {
        let ran = home.ends_well(&["profiles", "--json"]);
        let found: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
        let profiles = found["profiles"].as_array().unwrap().clone();
        profiles.into_iter().find(|profile| profile["name"] == "dev").unwrap()
    };
    home.forget_roles();
    assert_eq!(profile()["usable"], true);
    home.ends_well(&["lock"]);
    let locked = profile();
    assert_eq!(locked["usable"], false);
    assert!(locked["reason"].as_str().unwrap().contains("locked"), "{locked}");
    assert!(home.run(&["profiles"]).stdout().contains("hint: run `sso-cp unlock`"));
    let doctor = || {
        let ran = home.run(&["doctor", "--json"]);
        let found: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
        let checks = found["checks"].as_array().unwrap().clone();
        let store = checks.into_iter().filter(|check| check["check"] == "store");
        store
            .map(|check| format!("{} {}", check["verdict"], check["reason"]))
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert!(doctor().contains("locked"), "{}", doctor());
    another_sign_in(&home);
    assert!(doctor().contains("another sign-in"), "{}", doctor());
    fs::write(home.sealed_token(), "cut").unwrap();
    assert!(doctor().contains("damaged"), "{}", doctor());
    let native = "[profile native]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = ReadOnly\n";
    home.put(".aws/config", &format!("{}\n{native}", home.config()));
    assert!(doctor().contains("will not be signed in"), "{}", doctor());
    fs::remove_file(&home.command).unwrap();
    assert!(doctor().contains("key-command"), "{}", doctor());
}

fn flags_that_cannot_be_meant() {
    let home = Home::plain();
    for (further, words) in [
        (&["--key", "tpm"][..], "`tpm` keeps no key"),
        (&["--key", "command"], "`--key command` needs `--command`"),
        (&["--key", "passphrase", "--command", "x"], "`--key passphrase` needs no `--command`"),
        (&["--command", "'open"], "names no program"),
    ] {
        home.run(&[&["seal", "--sso-session", "corp"], further].concat()).failed(2, words);
    }
    home.run(&["seal", "--sso-session", "nope", "--command", "/bin/true"]).failed(3, "nope");
    assert!(!home.key_file().exists());
}
