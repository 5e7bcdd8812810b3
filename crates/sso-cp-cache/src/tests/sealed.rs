//! Sealed files: what is in them, who can read it, and the way from plain to sealed and back.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sso_cp_types::{ClientRegistration, RoleCredentials, Timestamp};
use sso_cp_vault::{Former, Kept as KeptBy, Key, KeyCommand, KeyFile, SecretService};

use super::{
    AWS_CLI_ROLE, AWS_CLI_TOKEN, Home, ROLE, SESSION, URL, client, role_credentials as credentials,
    secret, token as granted,
};
use crate::{
    Asked, Asker, AssumedRoleUser, ChainFile, ChainKey, Comparison, Error, Flow, Folders, Form,
    HopKey, Issuer, KeptToken, Keys, Origin, RegistrationFile, RegistrationKey, RoleEntry,
    RoleFile, ScopedFile, ScopedKey, Sealing, ServiceTokenFile, ServiceTokenKey, Store, TokenEntry,
    TokenPlace, Twin, WhyLocked, key_file, reseal, sealed_files,
};

/// A home with a key that only this process knows.
struct Sealed {
    home: Home,
    key: Key,
    keys: Keys,
}

impl Sealed {
    fn new() -> Sealed {
        let (home, key) = (Home::new(), Key::generate().unwrap());
        let keys = Keys::new(&home.folders(), Asked::Kernel);
        keys.remember(&key);
        let file =
            KeyFile { id: key.id(), kept: KeptBy::SecretService(SecretService), former: None };
        key_file::write(&home.folders(), &file).unwrap();
        Sealed { home, key, keys }
    }

    fn folders(&self) -> Folders {
        self.home.folders()
    }

    fn store(&self) -> Store {
        Store::Sealed { what: Sealing::Everything, keys: self.keys.clone() }
    }

    /// The same home as another process sees it, which knows no key.
    fn locked(&self) -> Store {
        let keys = Keys::new(&self.folders(), Asked::Kernel);
        Store::Sealed { what: Sealing::Everything, keys }
    }

    fn token(&self, store: &Store) -> TokenPlace {
        TokenPlace::in_store(store, &self.folders(), &SESSION, URL, "us-east-1")
    }

    fn write_token(&self) -> TokenPlace {
        let place = self.token(&self.store());
        let pending = place.begin(&self.folders()).unwrap();
        place.finish(&self.folders(), pending, &granted(), Origin::Granted(&client())).unwrap();
        place
    }

    fn role(&self, store: &Store) -> RoleFile {
        RoleFile::in_store(store, &self.folders(), &ROLE)
    }

    fn twin(&self) -> Twin {
        Twin::token(&self.folders(), &self.keys, &SESSION)
    }

    fn plain_token(&self) -> PathBuf {
        self.folders().token_path(&SESSION)
    }
}

fn registration() -> ClientRegistration {
    granted().renewal.unwrap().registration
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn contains(path: &Path, text: &str) -> bool {
    let bytes = fs::read(path).unwrap();
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn sealed_files_are_read_by_anyone_with_the_key() {
    let sealed = Sealed::new();
    let (folders, store) = (sealed.folders(), sealed.store());
    let place = sealed.write_token();
    let file = place.read().unwrap().unwrap();
    assert_eq!(file.token, granted());
    let times = place.header().unwrap().times;
    assert_eq!(times.expires_at, Some(granted().expires_at));
    assert_eq!(
        times.renewable_until,
        granted().renewal.map(|renewal| renewal.registration.expires_at)
    );
    let role = sealed.role(&store);
    role.write(&folders, &credentials()).unwrap();
    assert!(matches!(role.read(), RoleEntry::Found(found) if found == credentials()));
    assert_eq!(role.expires_at(), Some(Some(credentials().expires_at)));
    let key =
        RegistrationKey { session: SESSION, start_url: URL, region: "us-east-1", scopes: None };
    let client = RegistrationFile::in_store(&store, &folders, &key);
    client.write(&folders, Flow::Device, &registration(), &[]).unwrap();
    let now = registration().expires_at.plus_seconds(-86_400);
    assert_eq!(client.read(Flow::Device, now), Some(registration()));
    assert_eq!(client.read(Flow::AuthorizationCode, now), None);
    for path in [&place.path, role.path(), client.path()] {
        assert!(path.starts_with(folders.sealed()), "{}", path.display());
        for secret in [granted().access_token, credentials().secret_access_key] {
            assert!(!contains(path, secret.expose()));
        }
        assert!(!contains(path, registration().client_secret.expose()));
        #[cfg(unix)]
        assert_eq!((mode(path), mode(path.parent().unwrap())), (0o600, 0o700));
    }
    assert!(!folders.sso().exists() && !folders.cli().exists(), "nothing is shared");
    assert!(role.delete().unwrap());
    assert!(!role.delete().unwrap());
}

#[test]
fn what_is_locked_says_its_times_and_nothing_else() {
    let sealed = Sealed::new();
    sealed.write_token();
    sealed.role(&sealed.store()).write(&sealed.folders(), &credentials()).unwrap();
    let (place, role) = (sealed.token(&sealed.locked()), sealed.role(&sealed.locked()));
    // Where the kernel lets us ask it has no such key, else it says no.
    let why = place.entry().unwrap_err();
    assert!(matches!(why, Error::Locked(WhyLocked::NotUnlocked | WhyLocked::Closed(_))), "{why:?}");
    assert!(
        matches!(role.read(), RoleEntry::Missing),
        "credentials that cannot be read are a miss"
    );
    assert_eq!(place.header().unwrap().times.expires_at, Some(granted().expires_at));
    assert_eq!(role.expires_at(), Some(Some(credentials().expires_at)));
    assert!(place.exists());
    assert!(matches!(place.begin(&sealed.folders()), Err(Error::Locked(_))));
    assert!(role.write(&sealed.folders(), &credentials()).is_err());
    assert!(role.delete().unwrap(), "no key is needed for that");
    place.delete().unwrap();
    assert!(!place.exists());
}

#[test]
fn without_a_key_file_nothing_is_sealed() {
    let home = Home::new();
    let keys = Keys::new(&home.folders(), Asked::Kernel);
    let store = Store::Sealed { what: Sealing::SignIn, keys };
    assert!(store.of_credentials().is_none() && store.of_sign_in().is_some());
    let place = TokenPlace::in_store(&store, &home.folders(), &SESSION, URL, "us-east-1");
    assert!(matches!(place.entry(), Ok(TokenEntry::Missing)));
    let error = place.begin(&home.folders()).unwrap_err();
    assert!(matches!(error, Error::Locked(WhyLocked::NoKey)), "{error:?}");
    home.put(&key_file::path(&home.folders()), r#"{"version": 2}"#);
    let error = place.begin(&home.folders()).unwrap_err();
    assert!(matches!(error, Error::KeyFile { .. }), "{error:?}");
}

#[test]
fn a_damaged_file_is_a_miss_and_stays() {
    let sealed = Sealed::new();
    let place = sealed.write_token();
    let role = sealed.role(&sealed.store());
    role.write(&sealed.folders(), &credentials()).unwrap();
    let whole = fs::read(&place.path).unwrap();
    let changed = |at: usize, to: u8| {
        let mut file = whole.clone();
        file[at] = to;
        file
    };
    let damaged: [Vec<u8>; 7] = [
        whole[..whole.len() / 2].to_vec(),
        Vec::new(),
        // The version, a time, the ciphertext.
        changed(14, b'2'),
        changed(31, whole[31] ^ 1),
        changed(60, whole[60] ^ 1),
        // Another file's content under this name.
        fs::read(role.path()).unwrap(),
        AWS_CLI_TOKEN.as_bytes().to_vec(),
    ];
    for file in damaged {
        fs::write(&place.path, &file).unwrap();
        assert!(matches!(place.entry(), Ok(TokenEntry::Broken)));
        assert_eq!(fs::read(&place.path).unwrap(), file);
    }
    fs::write(role.path(), &whole).unwrap();
    assert!(matches!(role.read(), RoleEntry::Missing));
    role.write(&sealed.folders(), &credentials()).unwrap();
    assert!(matches!(role.read(), RoleEntry::Found(_)), "a fresh value takes its place");
}

#[test]
fn a_token_goes_from_one_form_to_the_other_whole() {
    let sealed = Sealed::new();
    let (folders, twin) = (sealed.folders(), sealed.twin());
    assert_eq!(twin.compare().unwrap(), Comparison::Neither);
    assert!(!twin.write(&folders, Form::Sealed).unwrap());
    // Whatever stands there stays as it stands, byte for byte.
    let odd = AWS_CLI_TOKEN.replace('{', "{ \"other\": [1, 2],") + "\n";
    sealed.home.put(&sealed.plain_token(), &odd);
    assert_eq!(twin.compare().unwrap(), Comparison::Only(Form::Plain));
    assert_eq!(twin.remove(&folders, Form::Plain).unwrap(), Comparison::Only(Form::Plain));
    assert!(twin.exists(Form::Plain), "the last form is never removed");
    assert!(twin.write(&folders, Form::Sealed).unwrap());
    assert_eq!(twin.compare().unwrap(), Comparison::Equal);
    assert_eq!(twin.remove(&folders, Form::Plain).unwrap(), Comparison::Equal);
    assert_eq!(twin.compare().unwrap(), Comparison::Only(Form::Sealed));
    assert_eq!(twin.remove(&folders, Form::Sealed).unwrap(), Comparison::Only(Form::Sealed));
    let place = sealed.token(&sealed.store());
    let before = place.header().unwrap().times;
    assert_eq!(before.expires_at, place.read().unwrap().map(|file| file.token.expires_at));
    assert!(twin.write(&folders, Form::Plain).unwrap());
    assert_eq!(fs::read_to_string(sealed.plain_token()).unwrap(), odd);
    sealed.home.put(&sealed.plain_token(), AWS_CLI_TOKEN);
    assert_eq!(twin.remove(&folders, Form::Sealed).unwrap(), Comparison::Differ);
    assert!(twin.exists(Form::Sealed) && twin.exists(Form::Plain), "somebody has signed in");
    // What is not a token is not there.
    sealed.home.put(&sealed.plain_token(), "{}");
    assert_eq!(twin.compare().unwrap(), Comparison::Only(Form::Sealed));
    fs::write(&place.path, b"damaged").unwrap();
    assert_eq!(twin.compare().unwrap(), Comparison::Neither);
}

#[test]
fn credentials_go_the_same_way_if_they_are_this_provider_s() {
    let sealed = Sealed::new();
    let folders = sealed.folders();
    let twin = Twin::role(&folders, &sealed.keys, &ROLE);
    let plain = RoleFile::new(&folders, &ROLE);
    sealed.home.put(plain.path(), AWS_CLI_ROLE.replace("\"sso\"", "\"other\""));
    assert_eq!(twin.compare().unwrap(), Comparison::Neither);
    sealed.home.put(plain.path(), AWS_CLI_ROLE);
    assert!(twin.write(&folders, Form::Sealed).unwrap());
    assert_eq!(twin.remove(&folders, Form::Plain).unwrap(), Comparison::Equal);
    let role = sealed.role(&sealed.store());
    let RoleEntry::Found(found) = role.read() else { panic!("{role:?}") };
    assert_eq!(role.expires_at(), Some(Some(found.expires_at)));
}

/// Assumed roles, and what services gave: sealed too, and nothing of it is given to the AWS CLI.
#[test]
fn what_came_from_a_session_is_sealed_with_it() {
    let sealed = Sealed::new();
    let (folders, store) = (sealed.folders(), sealed.store());
    let hop = HopKey {
        role_arn: "arn:aws:iam::444455556666:role/Deploy",
        session_name: Some("ci"),
        external_id: None,
        duration_seconds: None,
    };
    let user = AssumedRoleUser {
        arn: "arn:aws:sts::444455556666:assumed-role/Deploy/ci",
        role_id: "A:ci",
    };
    let hops = [hop];
    let key = ChainKey { source: ROLE, hops: &hops };
    let [plain, own] = [&Store::Plain, &store]
        .map(|store| ChainFile::in_store(store, &folders, &key, "111122223333"));
    let key = ServiceTokenKey {
        issuer: Issuer::Role(ROLE),
        scope: "",
        endpoint: "https://api.example",
        region: "eu-west-1",
        purpose: ["codeartifact", "tools"],
    };
    let kept =
        KeptToken { user: None, token: secret("given"), expires_at: credentials().expires_at };
    let [plain_token, own_token] =
        [&Store::Plain, &store].map(|store| ServiceTokenFile::in_store(store, &folders, &key));
    let policies = ["0f".repeat(32)];
    let key = ScopedKey {
        issuer: Issuer::Role(ROLE),
        policies: &policies,
        duration_seconds: None,
        asker: Asker::Agent,
    };
    let [plain_scope, own_scope] = [&Store::Plain, &store]
        .map(|store| ScopedFile::in_store(store, &folders, &key, "111122223333", "ReadOnly"));
    // What has ended goes with the next write.
    let alive =
        RoleCredentials { expires_at: Timestamp::now().plus_seconds(3_600), ..credentials() };
    plain_scope.write(&folders, &alive).unwrap();
    plain.write(&folders, &credentials(), &hop, user).unwrap();
    plain_token.write(&folders, &kept).unwrap();
    let given = || fs::read_dir(folders.cli()).map_or(0, Iterator::count);
    assert_eq!(given(), 1);
    let twins = Twin::further(&folders, &sealed.keys, &SESSION);
    assert_eq!(twins.len(), 3);
    for twin in twins {
        assert!(twin.write(&folders, Form::Sealed).unwrap());
        assert_eq!(twin.remove(&folders, Form::Plain).unwrap(), Comparison::Equal);
    }
    assert_eq!(own_scope.read(), Some(alive));
    let listed = ScopedFile::list(&store, &folders, &SESSION);
    assert_eq!(listed.len(), 1);
    assert_eq!(ScopedFile::list(&Store::Plain, &folders, &SESSION), []);
    own_scope.write(&folders, &credentials()).unwrap();
    assert_eq!(own_scope.read(), None);
    assert_eq!(given(), 0, "the AWS CLI's copy has gone with ours");
    assert!(!plain.path().exists() && !plain_token.path().exists());
    assert_eq!((own.read(), own_token.read()), (Some(credentials()), Some(kept.clone())));
    own.write(&folders, &credentials(), &hop, user).unwrap();
    own_token.write(&folders, &kept).unwrap();
    assert_eq!((own.read(), given()), (Some(credentials()), 0));
    assert!(!contains(own_token.path(), "given") && !contains(own.path(), "made/up"));
    for twin in Twin::further(&folders, &sealed.keys, &SESSION) {
        assert!(twin.write(&folders, Form::Plain).unwrap());
        assert_eq!(twin.remove(&folders, Form::Sealed).unwrap(), Comparison::Equal);
    }
    assert_eq!((plain.read(), plain_token.read()), (Some(credentials()), Some(kept)));
    own.write(&folders, &credentials(), &hop, user).unwrap();
    assert_eq!(ChainFile::delete_all(&folders, &SESSION).unwrap(), 2, "both forms");
    assert_eq!(ServiceTokenFile::delete_all(&folders, &SESSION).unwrap(), 1);
}

#[test]
fn all_files_get_another_key() {
    let sealed = Sealed::new();
    let folders = sealed.folders();
    let place = sealed.write_token();
    let role = sealed.role(&sealed.store());
    role.write(&folders, &credentials()).unwrap();
    let lost = folders.sealed().join("client-lost");
    let other = Key::generate().unwrap();
    fs::write(&lost, sso_cp_vault::seal(&other, "client-lost", <_>::default(), b"x").unwrap())
        .unwrap();
    fs::write(folders.sealed().join("token-x.0123456789abcdef.sso-cp-tmp"), b"").unwrap();
    let new = Key::generate().unwrap();
    let done = reseal(&folders, &sealed.keys, &new, Duration::from_secs(1)).unwrap();
    assert_eq!((done.count, done.left), (2, vec![lost.clone()]));
    let ids = sealed_files(&folders).into_iter().map(|file| file.header.unwrap().key_id);
    assert_eq!(ids.collect::<Vec<_>>(), [other.id(), new.id(), new.id()]);
    assert!(place.entry().is_err(), "the old key opens nothing any more");
    sealed.keys.remember(&new);
    assert_eq!(place.read().unwrap().unwrap().token, granted());
    assert!(matches!(role.read(), RoleEntry::Found(found) if found == credentials()));
    assert_eq!(reseal(&folders, &sealed.keys, &new, Duration::from_secs(1)).unwrap().count, 0);
    // What is written while a new key is on its way is sealed with it as soon as the file names it.
    let former = Some(Former::new(&sealed.key, &new).unwrap());
    let file = KeyFile { id: new.id(), kept: KeptBy::SecretService(SecretService), former };
    key_file::write(&folders, &file).unwrap();
    assert_eq!(key_file::read(&folders).unwrap(), Some(file));
    assert_eq!(sealed.keys.current().unwrap(), new);
}

/// Anyone who can write the file chooses a program that runs as us.
#[test]
#[cfg(unix)]
fn a_command_counts_only_where_nobody_else_can_write_it() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let folders = home.folders();
    let words = vec!["/bin/true".to_owned()];
    let kept = KeptBy::Command(KeyCommand::new(words).unwrap());
    let id = Key::generate().unwrap().id();
    key_file::write(&folders, &KeyFile { id, kept, former: None }).unwrap();
    key_file::check_owner(&folders).unwrap();
    let path = key_file::path(&folders);
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o620)).unwrap();
    assert!(matches!(key_file::check_owner(&folders), Err(Error::WritableByOthers { .. })));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    if std::os::unix::fs::chown(&path, Some(65_534), None).is_ok() {
        let error = key_file::check_owner(&folders).unwrap_err();
        assert!(matches!(error, Error::OtherOwner { owner: 65_534, .. }), "{error:?}");
    }
}
