//! The files as the AWS CLI writes them, as faults leave them, and as we write them.

mod aws_cli;
mod chains;
mod deleting;
mod recent;
mod replacing;
mod role_folder;
mod scoped;
mod sealed;
mod sentences;
mod service_tokens;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sso_cp_types::{ClientRegistration, Renewal, RoleCredentials, Secret, Timestamp, Token};

use crate::{
    Flow, Folders, IndexedRole, Lock, Locked, Origin, Pending, RegistrationFile, RegistrationKey,
    RoleEntry, RoleFile, RoleIndex, RoleKey, SessionKey, TokenPlace,
};

const URL: &str = "https://example.awsapps.com/start";
const SESSION: SessionKey<'static> = SessionKey::Named("my-sso");
const ROLE: RoleKey<'static> = RoleKey {
    session: SESSION,
    account_id: "111122223333",
    role_name: "ReadOnly",
    entitlement: None,
};

/// A home that is gone when the test ends.
struct Home(PathBuf);

impl Home {
    fn new() -> Home {
        use std::sync::atomic::{AtomicU32, Ordering};
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("sso-cp-cache-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Home(path)
    }

    fn folders(&self) -> Folders {
        Folders::below(&self.0)
    }

    fn place(&self) -> TokenPlace {
        TokenPlace::new(&self.folders(), &SESSION, URL, "us-east-1")
    }

    /// Puts a file where another tool would have written it.
    fn put(&self, path: &Path, text: impl AsRef<[u8]>) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A token behind a link, as dotfile managers have it, and the file that it is in.
    #[cfg(unix)]
    fn linked_token(&self) -> (TokenPlace, PathBuf) {
        let place = self.place();
        let elsewhere = self.0.join("dotfiles/token");
        self.put(&elsewhere, AWS_CLI_TOKEN);
        fs::create_dir_all(place.path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &place.path).unwrap();
        (place, elsewhere)
    }

    fn leftovers(&self) -> usize {
        let count = |folder: PathBuf| {
            fs::read_dir(folder).map_or(0, |entries| {
                entries
                    .filter(|e| e.as_ref().unwrap().path().to_string_lossy().ends_with("tmp"))
                    .count()
            })
        };
        count(self.folders().sso()) + count(self.folders().own())
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn token() -> Token {
    Token {
        access_token: secret("aoaMadeUp"),
        expires_at: at("2026-11-21T08:50:58Z"),
        renewal: Some(Renewal { refresh_token: secret("aorMadeUp"), registration: client() }),
    }
}

fn client() -> ClientRegistration {
    ClientRegistration {
        client_id: "AbCdMadeUp".to_owned(),
        client_secret: secret("eyJraWQiOi.made.up"),
        expires_at: at("2027-02-19T00:50:52Z"),
    }
}

/// Byte for byte what the AWS CLI writes at login.
const AWS_CLI_TOKEN: &str = r#"{"startUrl": "https://example.awsapps.com/start", "region": "us-east-1", "accessToken": "aoaMadeUp", "expiresAt": "2026-11-21T08:50:58Z", "clientId": "AbCdMadeUp", "clientSecret": "eyJraWQiOi.made.up", "registrationExpiresAt": "2027-02-19T00:50:52Z", "refreshToken": "aorMadeUp"}"#;

const AWS_CLI_ROLE: &str = r#"{"ProviderType": "sso", "Credentials": {"AccessKeyId": "ASIAEXAMPLEKEY000000", "SecretAccessKey": "made/up", "SessionToken": "IQoMadeUp", "Expiration": "2026-11-21T01:51:20Z", "AccountId": "111122223333"}}"#;

fn role_credentials() -> RoleCredentials {
    RoleCredentials {
        access_key_id: "ASIAEXAMPLEKEY000000".to_owned(),
        secret_access_key: secret("made/up"),
        session_token: secret("IQoMadeUp"),
        expires_at: at("2026-11-21T01:51:20Z"),
    }
}

#[test]
fn a_token_is_written_and_read_as_the_aws_cli_does() {
    let home = Home::new();
    let place = home.place();
    assert!(place.read().unwrap().is_none());
    place
        .finish(
            &home.folders(),
            place.begin(&home.folders()).unwrap(),
            &token(),
            Origin::Granted(&client()),
        )
        .unwrap();
    assert_eq!(fs::read_to_string(&place.path).unwrap(), AWS_CLI_TOKEN);
    assert_eq!(place.read().unwrap().unwrap().token, token());
    assert!(place.path.ends_with("0ad374308c5a4e22f723adf10145eafad7c4031c.json"));
    assert_eq!(home.leftovers(), 0);
}

#[test]
fn members_of_other_tools_stay() {
    let home = Home::new();
    let place = home.place();
    home.put(&place.path, AWS_CLI_TOKEN.replace("{\"start", "{\"x\": {\"y\": [1, null]}, \"start"));
    let before = place.read().unwrap().unwrap();
    place
        .finish(
            &home.folders(),
            place.begin(&home.folders()).unwrap(),
            &token(),
            Origin::Renewed(&before),
        )
        .unwrap();
    let text = fs::read_to_string(&place.path).unwrap();
    assert_eq!(
        text,
        AWS_CLI_TOKEN.replace("aorMadeUp\"}", "aorMadeUp\", \"x\": {\"y\": [1, null]}}")
    );
}

#[test]
fn a_token_file_that_is_none_is_a_miss_and_stays() {
    let home = Home::new();
    let place = home.place();
    for text in [
        "[]",
        "null",
        "{}",
        "\0\0\0",
        r#"{"accessToken": 1}"#,
        r#"{"accessToken": ""}"#,
        r#"{"accessToken": "a\r\nb", "expiresAt": "2030-01-01T00:00:00Z"}"#,
        r#"{"accessToken": "a", "startUrl": "https://other.awsapps.com/start"}"#,
    ] {
        home.put(&place.path, text);
        assert!(place.read().unwrap().is_none(), "{text}");
        assert_eq!(fs::read_to_string(&place.path).unwrap(), text);
    }
}

#[test]
fn what_cannot_be_read_of_a_token_counts_against_it() {
    let home = Home::new();
    let place = home.place();
    for (text, expired, renewable) in [
        (AWS_CLI_TOKEN.to_owned(), false, true),
        (AWS_CLI_TOKEN.to_owned() + "\"}", false, true),
        (AWS_CLI_TOKEN.replace("2026-11-21T08:50:58Z", "soon"), true, true),
        (AWS_CLI_TOKEN.replace("\"2026-11-21T08:50:58Z\"", "null"), true, true),
        (AWS_CLI_TOKEN.replace("\"aorMadeUp\"", "null"), false, false),
        (AWS_CLI_TOKEN.replace("2027-02-19T00:50:52Z", "?"), false, false),
        (AWS_CLI_TOKEN.replace("start\"", "start/#/\""), false, true),
    ] {
        home.put(&place.path, &text);
        let token = place.read().unwrap().unwrap().token;
        assert_eq!(token.expires_at == Timestamp::MIN, expired, "{text}");
        let now = at("2026-11-21T00:00:00Z");
        assert_eq!(token.live_renewal(now).is_some(), renewable, "{text}");
    }
}

#[test]
fn a_torn_file_is_given_a_moment() {
    let home = Home::new();
    let place = home.place();
    home.put(&place.path, "");
    let path = place.path.clone();
    let writer = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        fs::write(path, AWS_CLI_TOKEN).unwrap();
    });
    assert!(place.read().unwrap().is_some());
    writer.join().unwrap();
    home.put(&place.path, &AWS_CLI_TOKEN[..60]);
    let start = Instant::now();
    assert!(place.read().unwrap().is_none());
    assert!(start.elapsed() < Duration::from_millis(1500));
}

#[test]
fn role_credentials_are_written_and_read_as_the_aws_cli_does() {
    let home = Home::new();
    let file = RoleFile::new(&home.folders(), &ROLE);
    assert!(matches!(file.read(), RoleEntry::Missing));
    file.write(&home.folders(), &role_credentials()).unwrap();
    assert_eq!(fs::read_to_string(file.path()).unwrap(), AWS_CLI_ROLE);
    assert!(matches!(file.read(), RoleEntry::Found(found) if found == role_credentials()));
    home.put(file.path(), AWS_CLI_ROLE.replace(", \"AccountId\": \"111122223333\"", ""));
    assert!(matches!(file.read(), RoleEntry::Found(_)));
    home.put(file.path(), AWS_CLI_ROLE.replace("20Z", "20UTC"));
    assert!(matches!(file.read(), RoleEntry::Found(found) if found == role_credentials()));
}

#[test]
fn another_providers_credentials_are_neither_used_nor_overwritten() {
    let home = Home::new();
    let file = RoleFile::new(&home.folders(), &ROLE);
    let foreign = AWS_CLI_ROLE.replace("\"sso\"", "\"login\"");
    home.put(file.path(), &foreign);
    assert!(matches!(file.read(), RoleEntry::Foreign));
    assert!(file.write(&home.folders(), &role_credentials()).is_err());
    file.delete().unwrap();
    assert_eq!(fs::read_to_string(file.path()).unwrap(), foreign);
    for broken in ["", "{", "[]", "{}", &AWS_CLI_ROLE.replace("made/up", ""), &AWS_CLI_ROLE[..70]] {
        home.put(file.path(), broken);
        assert!(matches!(file.read(), RoleEntry::Missing), "{broken}");
    }
    file.write(&home.folders(), &role_credentials()).unwrap();
}

#[test]
fn a_registration_serves_the_flow_that_it_was_made_for() {
    let home = Home::new();
    let scopes = ["sso:account:access".to_owned()];
    let key = RegistrationKey {
        session: SESSION,
        start_url: URL,
        region: "us-east-1",
        scopes: Some(&scopes),
    };
    let file = RegistrationFile::new(&home.folders(), &key);
    let client = token().renewal.unwrap().registration;
    let now = at("2026-11-21T00:00:00Z");
    file.write(&home.folders(), Flow::AuthorizationCode, &client, &scopes).unwrap();
    assert_eq!(
        fs::read_to_string(file.path()).unwrap(),
        r#"{"clientId": "AbCdMadeUp", "clientSecret": "eyJraWQiOi.made.up", "expiresAt": "2027-02-19T00:50:52Z", "scopes": ["sso:account:access"], "grantTypes": ["authorization_code", "refresh_token"]}"#
    );
    assert_eq!(file.read(Flow::AuthorizationCode, now), Some(client.clone()));
    assert_eq!(file.read(Flow::Device, now), None);
    assert_eq!(file.read(Flow::AuthorizationCode, at("2027-02-19T00:40:00Z")), None);
    file.write(&home.folders(), Flow::Device, &client, &scopes).unwrap();
    assert_eq!(file.read(Flow::Device, now), Some(client));
    assert_eq!(file.read(Flow::AuthorizationCode, now), None);
}

#[test]
fn the_index_notes_each_role_once() {
    let home = Home::new();
    let index = RoleIndex::new(&home.folders(), &SESSION);
    assert!(index.read().is_empty());
    index.note(&home.folders(), &ROLE).unwrap();
    index.note(&home.folders(), &ROLE).unwrap();
    index.note(&home.folders(), &RoleKey { role_name: "Über \"rolle\"", ..ROLE }).unwrap();
    let named = |name: &str| IndexedRole {
        account_id: "111122223333".to_owned(),
        role_name: name.to_owned(),
    };
    assert_eq!(index.read(), [named("ReadOnly"), named("Über \"rolle\"")]);
    index.clear();
    assert!(index.read().is_empty());
}

#[test]
fn a_lock_is_held_waited_for_and_done_without() {
    let home = Home::new();
    let folders = home.folders();
    let soon = || Instant::now() + Duration::from_millis(30);
    let lock = Lock::Session(SESSION);
    let first = lock.take(&folders, soon());
    assert!(matches!(first, Locked::Held { waited: false, .. }));
    assert!(matches!(lock.take(&folders, soon()), Locked::TimedOut));
    assert!(Lock::Role(ROLE).take(&folders, soon()).is_held());
    drop(first);
    assert!(lock.take(&folders, soon()).is_held());
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;
    use crate::Error;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn files_and_folders_are_private() {
        let home = Home::new();
        let place = home.place();
        home.put(&place.path, AWS_CLI_TOKEN);
        fs::set_permissions(&place.path, fs::Permissions::from_mode(0o666)).unwrap();
        place
            .finish(
                &home.folders(),
                place.begin(&home.folders()).unwrap(),
                &token(),
                Origin::Granted(&client()),
            )
            .unwrap();
        assert_eq!(mode(&place.path), 0o600);
        let file = RoleFile::new(&home.folders(), &ROLE);
        file.write(&home.folders(), &role_credentials()).unwrap();
        assert_eq!(mode(file.path()), 0o600);
        assert_eq!(mode(&home.0.join(".aws/cli")), 0o700);
        assert_eq!(mode(&home.0.join(".aws/cli/cache")), 0o700);
    }

    #[test]
    fn a_linked_token_file_keeps_its_link() {
        let home = Home::new();
        let (place, _) = home.linked_token();
        let mut renewed = token();
        renewed.access_token = secret("aoaRenewed");
        place
            .finish(
                &home.folders(),
                place.begin(&home.folders()).unwrap(),
                &renewed,
                Origin::Granted(&client()),
            )
            .unwrap();
        assert!(fs::symlink_metadata(&place.path).unwrap().is_symlink());
        assert_eq!(place.read().unwrap().unwrap().token, renewed);
    }

    #[test]
    fn what_is_no_file_is_an_error_at_once() {
        let home = Home::new();
        let place = home.place();
        fs::create_dir_all(&place.path).unwrap();
        assert!(matches!(place.read(), Err(Error::NotAFile { .. })));
        fs::remove_dir(&place.path).unwrap();
        symlink(&place.path, &place.path).unwrap();
        assert!(matches!(place.read(), Err(Error::Io { .. })));
        fs::remove_file(&place.path).unwrap();
        symlink("nowhere", &place.path).unwrap();
        assert!(place.read().unwrap().is_none());
    }

    #[test]
    fn a_home_that_is_missing_is_never_made() {
        let home = Home::new();
        let nowhere = home.0.join("nowhere");
        let place = TokenPlace::new(&Folders::below(&nowhere), &SESSION, URL, "us-east-1");
        assert!(place.begin(&Folders::below(&nowhere)).is_err());
        assert!(!nowhere.exists());
    }
}
