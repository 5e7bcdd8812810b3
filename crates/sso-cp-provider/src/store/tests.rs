//! The store of a home that is made for each test, with a key that a command prints. What is held here needs
//! no network; the kernel's keyring may be closed, so the keys are in each provider's own memory.

#![allow(clippy::disallowed_methods, reason = "tests lay out files")]

use std::fs;
use std::path::PathBuf;

use sso_cp_cache::{Asked, Error as CacheError, Keys, key_file, sealed_files};
use sso_cp_config::{Env, Listing, Selection, Session, Store as Mode};
use sso_cp_types::{Secret, Timestamp};
use sso_cp_vault::{Error as VaultError, Kept, Key, KeyCommand};

use super::{NewKey, Passphrase, StoreError};
use crate::cached_roles::ProfilesBySession;
use crate::cleanup::Cleanup;
use crate::provider::Provider;
use crate::token_state::State;

const TOKEN: &str = r#"{"startUrl": "https://example.awsapps.com/start", "region": "us-east-1", "accessToken": "aoaMadeUp", "expiresAt": "2096-11-21T08:50:58Z"}"#;
const ROLE: &str = r#"{"ProviderType": "sso", "Credentials": {"AccessKeyId": "ASIAMADEUP", "SecretAccessKey": "made/up", "SessionToken": "IQoMadeUp", "Expiration": "2096-11-21T01:51:20Z", "AccountId": "111122223333"}}"#;

struct Home(PathBuf);

impl Home {
    fn new(name: &str) -> Home {
        let path = std::env::temp_dir().join(format!("sso-cp-store-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(path.join(".aws")).unwrap();
        let home = Home(path);
        home.set_store("plain");
        home
    }

    fn set_store(&self, mode: &str) {
        let config = format!(
            "[sso-session corp]\nsso_start_url = https://example.awsapps.com/start\n\
             sso_region = us-east-1\nsso_cp_store = {mode}\n\
             [profile dev]\nsso_session = corp\nsso_account_id = 111122223333\n\
             sso_role_name = ReadOnly\n"
        );
        fs::write(self.0.join(".aws/config"), config).unwrap();
    }

    fn provider(&self) -> Provider {
        Provider::new(Env::listed([("HOME", self.0.as_os_str())])).unwrap()
    }

    /// A command that prints this key.
    fn command(&self, key: &Key) -> KeyCommand {
        let words = ["/bin/echo", &key.to_text()].map(str::to_owned);
        KeyCommand::new(words.to_vec()).unwrap()
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The files below the folders of caches, without locks.
    fn files(&self) -> Vec<String> {
        let mut names = Vec::new();
        for folder in ["sso/cache", "cli/cache", "sso-cp/sealed"] {
            let entries = fs::read_dir(self.0.join(".aws").join(folder)).into_iter().flatten();
            let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
            names.extend(entries.flatten().map(|entry| format!("{folder}/{}", name(entry))));
        }
        names.retain(|name| !name.ends_with("sealed/key"));
        names.sort();
        names
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = self.provider().lock();
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn session(provider: &Provider) -> Session {
    provider.session(&Selection::SsoSession("corp".to_owned())).unwrap()
}

const PLAIN_TOKEN: &str = "sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";
const SEALED_TOKEN: &str = "sso-cp/sealed/token-ee0bfd2552fbd840c02cc48b6e823320543c450f";

/// Changes the store as `seal` and `unseal` do, and says what `switch` saw.
fn change(home: &Home, provider: &Provider, wanted: Mode) -> Result<Vec<String>, StoreError> {
    let listing = Listing::read(provider.files(), provider.env()).unwrap();
    let profiles = ProfilesBySession::new(&listing);
    let (session, cleanup) = (session(provider), Cleanup::default());
    let change = provider.begin_store_change(&session, wanted, &profiles, &cleanup)?;
    let seen = home.files();
    home.set_store(match wanted {
        Mode::Plain => "plain",
        Mode::Sealed => "sealed",
        Mode::SealedAll => "sealed-all",
    });
    change.finish()?;
    Ok(seen)
}

/// A home with a token and a role's credentials, and a provider that has the key.
fn scene(name: &str) -> (Home, Provider, Key) {
    let home = Home::new(name);
    home.put(&format!(".aws/{PLAIN_TOKEN}"), TOKEN);
    let (provider, key) = (home.provider(), Key::generate().unwrap());
    provider.first_key(&NewKey::Command(home.command(&key))).unwrap();
    (home, provider, key)
}

/// The plain file of the profile's credentials.
fn role_file(provider: &Provider) -> sso_cp_cache::RoleFile {
    let role = sso_cp_cache::RoleKey {
        session: sso_cp_cache::SessionKey::Named("corp"),
        account_id: "111122223333",
        role_name: "ReadOnly",
        entitlement: None,
    };
    sso_cp_cache::RoleFile::new(provider.folders(), &role)
}

#[test]
fn both_forms_are_there_while_the_configuration_changes() {
    let (home, provider, _key) = scene("forms");
    let plain_role = role_file(&provider);
    fs::create_dir_all(plain_role.path().parent().unwrap()).unwrap();
    fs::write(plain_role.path(), ROLE).unwrap();
    let before = home.files();
    let seen = change(&home, &provider, Mode::Sealed).unwrap();
    assert!([PLAIN_TOKEN, SEALED_TOKEN].iter().all(|name| seen.contains(&(*name).to_owned())));
    assert!(home.files().contains(&SEALED_TOKEN.to_owned()));
    assert!(!home.files().contains(&PLAIN_TOKEN.to_owned()) && plain_role.path().exists());
    change(&home, &provider, Mode::SealedAll).unwrap();
    assert!(!plain_role.path().exists());
    assert!(home.files().iter().any(|name| name.starts_with("sso-cp/sealed/role-")));
    let now = Timestamp::now();
    assert_eq!(provider.token_state(&session(&provider), now).state, State::Active);
    change(&home, &provider, Mode::Plain).unwrap();
    assert_eq!(home.files(), before);
    assert_eq!(fs::read_to_string(home.0.join(".aws").join(PLAIN_TOKEN)).unwrap(), TOKEN);
}

#[test]
fn what_is_interrupted_is_brought_to_its_end_by_the_next_run() {
    let (home, provider, _key) = scene("interrupted");
    // Killed before the configuration has changed: the sealed form is a copy and no more.
    let listing = Listing::read(provider.files(), provider.env()).unwrap();
    let profiles = ProfilesBySession::new(&listing);
    let (plain, cleanup) = (session(&provider), Cleanup::default());
    let begun = provider.begin_store_change(&plain, Mode::Sealed, &profiles, &cleanup).unwrap();
    assert!(home.files().contains(&SEALED_TOKEN.to_owned()));
    begun.undo();
    assert!(!home.files().contains(&SEALED_TOKEN.to_owned()), "a switch that fails leaves nothing");
    change(&home, &provider, Mode::Sealed).unwrap();
    // Killed after it: both are there and equal, and any run with the session's lock settles it.
    home.put(&format!(".aws/{PLAIN_TOKEN}"), TOKEN);
    provider.settle_forms(&session(&provider));
    assert!(!home.files().contains(&PLAIN_TOKEN.to_owned()));
    // Another tool has signed in: the sealed one counts, and nothing is removed.
    home.put(&format!(".aws/{PLAIN_TOKEN}"), &TOKEN.replace("aoa", "another"));
    provider.settle_forms(&session(&provider));
    assert!(provider.has_plain_token_beside(&session(&provider)));
    change(&home, &provider, Mode::Sealed).unwrap();
    assert!(home.files().contains(&PLAIN_TOKEN.to_owned()));
    let error = change(&home, &provider, Mode::Plain).unwrap_err();
    assert!(matches!(error, StoreError::TwoSignIns { .. }), "{error:?}");
    assert!(home.files().contains(&SEALED_TOKEN.to_owned()));
}

#[test]
fn a_change_that_cannot_begin_leaves_nothing_of_the_new_form() {
    let (home, provider, _key) = scene("not-begun");
    let plain_role = role_file(&provider);
    fs::create_dir_all(plain_role.path().parent().unwrap()).unwrap();
    fs::write(plain_role.path(), ROLE).unwrap();
    change(&home, &provider, Mode::SealedAll).unwrap();
    // The token can be written, and the credentials cannot.
    fs::remove_dir_all(home.0.join(".aws/cli/cache")).unwrap();
    home.put(".aws/cli/cache", "");
    let before = home.files();
    change(&home, &provider, Mode::Plain).unwrap_err();
    assert_eq!(home.files(), before);
}

#[test]
fn a_sign_in_that_could_not_be_sealed_stays_plain() {
    let (home, provider, _key) = scene("unsealed-sign-in");
    home.set_store("sealed");
    let (sealed, plain) = (session(&provider), home.0.join(".aws").join(PLAIN_TOKEN));
    provider.remove_other_form(&sealed, &plain);
    assert!(plain.exists(), "it is the sign-in itself");
    provider.remove_other_form(&sealed, &home.0.join(".aws").join(SEALED_TOKEN));
    assert!(!plain.exists(), "another tool's is over");
}

#[test]
fn a_token_that_is_misplaced_is_named_and_taken_in_by_the_next_change() {
    let (home, provider, _key) = scene("misplaced");
    let plain = session(&provider);
    let path = home.0.join(".aws").join(PLAIN_TOKEN);
    assert!(provider.misplaced(&plain, &path).is_none(), "it is where it belongs");
    change(&home, &provider, Mode::Sealed).unwrap();
    provider.lock().unwrap();
    // The next process has no key: the kernel has it no longer, and the command prints none.
    let file = key_file::read(provider.folders()).unwrap().unwrap();
    let silent = KeyCommand::new(vec!["/bin/false".to_owned()]).unwrap();
    let of_silent = sso_cp_vault::KeyFile { kept: Kept::Command(silent), ..file.clone() };
    key_file::write(provider.folders(), &of_silent).unwrap();
    home.put(&format!(".aws/{PLAIN_TOKEN}"), &TOKEN.replace("aoa", "new"));
    let locked = home.provider();
    locked.move_token_along(&plain, &path);
    assert_eq!(home.files(), [PLAIN_TOKEN], "the former one is not in its way");
    let warning = locked.misplaced(&plain, &path).unwrap().to_string();
    assert!(warning.contains(path.to_str().unwrap()), "{warning}");
    key_file::write(provider.folders(), &file).unwrap();
    let later = home.provider();
    later.unlock(Passphrase::NotAsked, None).unwrap();
    change(&home, &later, Mode::Sealed).unwrap();
    assert_eq!(home.files(), [SEALED_TOKEN]);
    assert!(later.misplaced(&plain, &path).is_none());
}

#[test]
fn a_new_key_opens_what_the_old_one_has_sealed() {
    let (home, provider, key) = scene("rotation");
    change(&home, &provider, Mode::SealedAll).unwrap();
    let again = provider.rotate_key(&NewKey::Command(home.command(&key))).unwrap_err();
    assert!(matches!(again, StoreError::SameKey { .. }), "{again:?}");
    let new = Key::generate().unwrap();
    let rotated = provider.rotate_key(&NewKey::Command(home.command(&new))).unwrap();
    assert_eq!((rotated.resealed, rotated.left.len()), (1, 0));
    let file = key_file::read(provider.folders()).unwrap().unwrap();
    assert_eq!((file.id, file.former), (new.id(), None));
    let sealed_with =
        sealed_files(provider.folders()).into_iter().map(|file| file.header.unwrap().key_id);
    assert!(sealed_with.into_iter().all(|id| id == new.id()));
    let later = home.provider();
    later.unlock(Passphrase::NotAsked, None).unwrap();
    assert!(later.token_place(&session(&later)).read().unwrap().is_some());
}

#[test]
fn a_change_of_the_key_that_was_interrupted_goes_on() {
    let (home, provider, key) = scene("half-rotated");
    change(&home, &provider, Mode::Sealed).unwrap();
    // Killed as soon as the file named the new key: nothing is sealed with it yet.
    let new = Key::generate().unwrap();
    let kept = Kept::Command(home.command(&new));
    let former = Some(sso_cp_vault::Former::new(&key, &new).unwrap());
    let file = sso_cp_vault::KeyFile { id: new.id(), kept, former };
    key_file::write(provider.folders(), &file).unwrap();
    let later = home.provider();
    later.unlock(Passphrase::NotAsked, None).unwrap();
    assert!(later.token_place(&session(&later)).read().unwrap().is_some(), "unlocking gives both");
    let third = Key::generate().unwrap();
    let rotated = later.rotate_key(&NewKey::Command(home.command(&third))).unwrap();
    assert_eq!(rotated.left.len(), 0);
    let file = key_file::read(provider.folders()).unwrap().unwrap();
    assert_eq!((file.id, file.former), (third.id(), None));
    assert!(later.token_place(&session(&later)).read().unwrap().is_some());
}

#[test]
fn a_passphrase_opens_the_store_and_no_other_does() {
    let home = Home::new("passphrase");
    let provider = home.provider();
    assert!(matches!(provider.unlock(Passphrase::NotAsked, None), Err(StoreError::NoKey)));
    let [right, wrong] = ["right", "wrong"].map(|text| Secret::new(text.to_owned()));
    provider.first_key(&NewKey::Passphrase(&right)).unwrap();
    let error = provider.first_key(&NewKey::Passphrase(&wrong)).unwrap_err();
    assert!(matches!(error, StoreError::KeyExists { source: "passphrase" }), "{error:?}");
    provider.lock().unwrap();
    let later = home.provider();
    let unlock = |passphrase| later.unlock(passphrase, None);
    assert!(matches!(unlock(Passphrase::NotAsked), Err(StoreError::PassphraseNeeded)));
    assert!(matches!(unlock(Passphrase::Typed(&wrong)), Err(StoreError::WrongPassphrase)));
    let unlocked = unlock(Passphrase::Typed(&right)).unwrap();
    assert!(!unlocked.was_unlocked);
    let other = home.provider().rotate_key(&NewKey::Passphrase(&wrong));
    match unlocked.refusal {
        None => assert!(other.is_ok(), "the kernel has the key for every process: {other:?}"),
        Some(_) => assert!(
            matches!(other, Err(StoreError::Cache(CacheError::Locked(_)))),
            "the key is in one process alone: {other:?}"
        ),
    }
}

#[test]
fn a_lost_key_is_replaced_and_files_of_it_stay() {
    let (home, provider, _key) = scene("lost");
    change(&home, &provider, Mode::Sealed).unwrap();
    provider.lock().unwrap();
    let (later, new) = (home.provider(), Key::generate().unwrap());
    let elsewhere = Key::generate().unwrap();
    let file = key_file::read(later.folders()).unwrap().unwrap();
    let kept = Kept::Command(home.command(&elsewhere));
    key_file::write(later.folders(), &sso_cp_vault::KeyFile { kept, ..file }).unwrap();
    let error = later.unlock(Passphrase::NotAsked, None).unwrap_err();
    assert!(matches!(error, StoreError::Keystore(VaultError::OtherKey { .. })), "{error:?}");
    assert!(later.is_locked(&session(&later)));
    later.replace_key(&NewKey::Command(home.command(&new))).unwrap();
    assert_eq!(later.store_state().unwrap().of_other_keys.len(), 1);
    assert!(home.files().contains(&SEALED_TOKEN.to_owned()));
    assert!(Keys::new(later.folders(), Asked::Kernel).current().is_ok() || later.has_key());
}
