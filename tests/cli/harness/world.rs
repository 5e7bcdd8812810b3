//! One test's world: a throw-away home, an empty working directory, and a stand-in for AWS.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use fake_identity_center::{Fake, Setup};

use super::run::{Ran, Run};
use super::time::now;
use super::words::{CONFIG, Words};

/// The user who owns nothing.
pub(crate) const NOBODY: u32 = 65534;

/// A home with its stand-in. All of it is gone when it is dropped.
pub(crate) struct World {
    pub(crate) fake: Fake,
    pub(crate) words: Words,
    /// What the program finds in its environment, but for HOME and the rest that is always there.
    pub(crate) env: BTreeMap<OsString, OsString>,
    /// Who runs the program; none for anyone who runs the tests.
    pub(crate) user: Option<u32>,
    /// Folders below the home that hold caches too, because links lead there.
    pub(crate) also_writable: Vec<PathBuf>,
    root: PathBuf,
}

impl World {
    /// A world with the standard config and a stand-in of the standard setup.
    pub(crate) fn new() -> World {
        World::with(Setup::default())
    }

    /// A world with the standard config.
    pub(crate) fn with(setup: Setup) -> World {
        let world = World::bare(setup);
        world.put(".aws/config", CONFIG);
        world
    }

    /// A world with an empty home.
    pub(crate) fn bare(setup: Setup) -> World {
        let root = new_folder();
        let home = root.join("home");
        fs::create_dir(&home).expect("the folder is new");
        fs::create_dir(root.join("work")).expect("the folder is new");
        let fake = Fake::start(setup).expect("loopback ports are to be had");
        fake.write_ca(&root.join("fake-ca.pem")).expect("the folder is ours");
        let words = Words::new(now(), &home.to_string_lossy(), &fake);
        let mut env = BTreeMap::new();
        let mut set = |name: &str, value: &OsStr| env.insert(name.into(), value.to_owned());
        set("HOME", home.as_os_str());
        set("TZ", "UTC0".as_ref());
        // Paths and ports are of another length on each machine, and lines would break elsewhere.
        set("COLUMNS", "400".as_ref());
        set("PATH", &std::env::var_os("PATH").unwrap_or_default());
        set("AWS_ENDPOINT_URL_SSO", fake.sso_url().as_ref());
        set("AWS_ENDPOINT_URL_SSO_OIDC", fake.oidc_url().as_ref());
        set("AWS_ENDPOINT_URL_STS", fake.sts_url().as_ref());
        if fake.ca_pem().is_some() {
            set("AWS_CA_BUNDLE", root.join("fake-ca.pem").as_os_str());
        }
        World { fake, words, env, user: None, also_writable: Vec::new(), root }
    }

    /// The home directory, or something below it. Words in braces are expanded.
    pub(crate) fn home(&self, below: &str) -> PathBuf {
        let below = self.expand(below);
        if below.is_empty() { self.root.join("home") } else { self.root.join("home").join(below) }
    }

    /// Where the program is started.
    pub(crate) fn work(&self) -> PathBuf {
        self.root.join("work")
    }

    /// A folder for what is neither home nor working directory.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn expand(&self, text: &str) -> String {
        self.words.expand(text, &self.fake)
    }

    /// Writes a file below the home, private as the AWS CLI's are, with words in braces expanded. Gives its path.
    pub(crate) fn put(&self, below: &str, text: &str) -> PathBuf {
        self.put_bytes(below, self.expand(text).as_bytes())
    }

    /// Writes a file below the home as it stands.
    pub(crate) fn put_bytes(&self, below: &str, bytes: &[u8]) -> PathBuf {
        let path = self.home(below);
        self.make_folder_of(&path);
        fs::write(&path, bytes).expect("the home is ours");
        set_mode(&path, 0o600);
        self.give(&path);
        path
    }

    /// The token file of the session `corp`: `put_token("-1h")` for one that is over and can be renewed.
    pub(crate) fn put_token(&self, words: &str) -> PathBuf {
        self.put(".aws/sso/cache/{token-file corp}", &format!("{{token {words}}}"))
    }

    /// The role-credential file of the standard profile.
    pub(crate) fn put_role(&self, time: &str) -> PathBuf {
        self.put(
            ".aws/cli/cache/{role-file corp 111122223333 ReadOnly}",
            &format!("{{role {time}}}"),
        )
    }

    /// Makes the folders above a path, with the mode that they usually have.
    pub(crate) fn make_folder_of(&self, path: &Path) {
        let folder = path.parent().expect("files stand in folders");
        let missing: Vec<&Path> =
            folder.ancestors().take_while(|folder| !folder.exists()).collect();
        for folder in missing.into_iter().rev() {
            fs::create_dir(folder).expect("the home is ours");
            self.give(folder);
        }
    }

    /// From now on the program runs as an ordinary user, because root may read and write everything. The home becomes his.
    pub(crate) fn as_ordinary_user(&mut self) {
        if is_root() {
            self.user = Some(NOBODY);
            give_all(&self.home(""), NOBODY);
            give_all(&self.work(), NOBODY);
        }
    }

    fn give(&self, path: &Path) {
        if let Some(user) = self.user {
            chown(path, Some(user), Some(user)).expect("we are root");
        }
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        let value = self.expand(value);
        self.env.insert(name.into(), value.into());
    }

    pub(crate) fn unset(&mut self, name: &str) {
        self.env.remove(OsStr::new(name));
    }

    /// Runs the program and checks what every run must keep.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Run::new(arguments.iter().map(Into::into)).checked(self)
    }

    /// The usual call: `sso-cp --profile dev`.
    pub(crate) fn dev(&self) -> Ran {
        self.run(&["--profile", "dev"])
    }

    /// Runs a shell line in which `"$@"` is the usual call; for limits, umasks and closed streams.
    pub(crate) fn dev_in_shell(&self, line: &str) -> Ran {
        Run::new(["--profile", "dev"].map(OsString::from)).in_shell(line).checked(self)
    }

    /// Adds rules to the stand-in's script.
    pub(crate) fn script(&self, text: &str) {
        let text = self.expand(text);
        self.fake.script(&text).unwrap_or_else(|error| panic!("{error}"));
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::process::Command::new("chmod").arg("-R").arg("u+rwX").arg(&self.root).output();
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// Whether the tests run as root. A new file tells it without a package.
pub(crate) fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    static IS_ROOT: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    *IS_ROOT.get_or_init(|| {
        let folder = new_folder();
        let owner = fs::metadata(&folder).expect("it was just made").uid();
        let _ = fs::remove_dir(folder);
        owner == 0
    })
}

/// An empty folder that other users may enter.
fn new_folder() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("sso-cp-cli-{}-{count}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir(&folder).expect("the temporary folder can be written");
    set_mode(&folder, 0o755);
    folder.canonicalize().expect("it was just made")
}

pub(crate) fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("the file is ours");
}

/// Gives a folder and all below it to a user.
pub(crate) fn give_all(path: &Path, user: u32) {
    let _ = std::os::unix::fs::lchown(path, Some(user), Some(user));
    let is_folder = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir());
    if is_folder {
        fs::read_dir(path)
            .expect("it can be read")
            .flatten()
            .for_each(|entry| give_all(&entry.path(), user));
    }
}
