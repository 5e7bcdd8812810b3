//! A home with a session that is sealed, or about to be. The kernel's keyring is everybody's of this user, so
//! what a home has put there is taken out with it.

use std::fs;
use std::ops::{Deref, DerefMut};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use fake_identity_center::Setup;

use crate::harness::{Ended, Ran, Run, World, program, skip};

pub(crate) const SESSION: [&str; 2] = ["--sso-session", "corp"];

/// A home whose session can be sealed by a command's key.
pub(crate) struct Home {
    pub(crate) world: World,
    /// A program that prints the key.
    pub(crate) command: PathBuf,
    /// The key in base64. Each home has one of its own: the kernel's keyring is the same for all.
    pub(crate) key: String,
    /// Another one.
    pub(crate) new_key: String,
}

impl Deref for Home {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl DerefMut for Home {
    fn deref_mut(&mut self) -> &mut World {
        &mut self.world
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // A test may go on as another user than it began as, and each user has a keyring.
        let mut lock = Command::new(program());
        let _ = lock.arg("lock").env_clear().envs(&self.world.env).output();
        if self.world.user.is_some() {
            let _ = Run::new(["lock"].map(Into::into)).command(&self.world).output();
        }
    }
}

impl Home {
    /// Signed in, and not sealed yet.
    pub(crate) fn plain() -> Home {
        Home::with(Setup::default())
    }

    /// The same with a stand-in that behaves otherwise.
    pub(crate) fn with(setup: Setup) -> Home {
        let world = World::with(setup);
        world.put_token("+1h");
        Home::of(world)
    }

    pub(crate) fn of(world: World) -> Home {
        let command = world.root().join("key-command");
        let [key, new_key] = ["KEY", "NEW"].map(made_key);
        script(&command, &format!("echo {key}"));
        Home { world, command, key, new_key }
    }

    /// Sealed, and unlocked as far as the kernel lets us.
    pub(crate) fn sealed() -> Home {
        let home = Home::plain();
        home.seal(&[]);
        home
    }

    /// The same, if the kernel keeps keys for us; containers often forbid that.
    pub(crate) fn unlocked() -> Option<Home> {
        let home = Home::sealed();
        home.is_unlocked().then_some(home).or_else(|| {
            skip("the kernel's keyring is closed here");
            None
        })
    }

    /// Whether the store is unlocked now.
    pub(crate) fn is_unlocked(&self) -> bool {
        self.status()["locked"] == false
    }

    /// Seals the session by the command's key.
    pub(crate) fn seal(&self, further: &[&str]) -> Ran {
        let command = self.command.to_string_lossy();
        let words = ["seal", "--key", "command", "--command", &command];
        self.ends_well(&[&words, &SESSION[..], further].concat())
    }

    /// Runs a command that must end well.
    #[track_caller]
    pub(crate) fn ends_well(&self, arguments: &[&str]) -> Ran {
        let ran = self.world.run(arguments);
        assert_eq!(ran.ended, Ended::Code(0), "{arguments:?}: {ran}");
        ran
    }

    /// What `status --json` says of the session, whatever its exit code.
    pub(crate) fn status(&self) -> serde_json::Value {
        let ran = self.world.run(&[&["status", "--json"], &SESSION[..]].concat());
        let found: serde_json::Value =
            serde_json::from_slice(&ran.stdout).unwrap_or_else(|_| panic!("{ran}"));
        found["sessions"][0].clone()
    }

    pub(crate) fn plain_token(&self) -> PathBuf {
        self.home(".aws/sso/cache/{token-file corp}")
    }

    pub(crate) fn sealed_token(&self) -> PathBuf {
        let plain = self.plain_token();
        let hash = plain.file_stem().unwrap().to_string_lossy().into_owned();
        self.home(&format!(".aws/sso-cp/sealed/token-{hash}"))
    }

    pub(crate) fn key_file(&self) -> PathBuf {
        self.home(".aws/sso-cp/sealed/key")
    }

    pub(crate) fn config(&self) -> String {
        fs::read_to_string(self.home(".aws/config")).unwrap()
    }

    /// What is cached of roles goes, so that the next call needs the token.
    pub(crate) fn forget_roles(&self) {
        let _ = fs::remove_dir_all(self.home(".aws/cli/cache"));
        for entry in fs::read_dir(self.home(".aws/sso-cp/sealed")).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with("role-") {
                fs::remove_file(entry.path()).unwrap();
            }
        }
    }

    /// The files below the home that hold this text, by their paths below it.
    pub(crate) fn files_with(&self, text: &str) -> Vec<String> {
        let (home, mut found) = (self.home(""), Vec::new());
        search(&home, text.as_bytes(), &mut |path| {
            let path = path.strip_prefix(&home).unwrap_or(path);
            found.push(path.to_string_lossy().into_owned());
        });
        found.sort();
        found
    }
}

/// 32 bytes in base64 that begin with a mark, and no two alike.
fn made_key(mark: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{mark}{:k>38}kA=", format!("{}k{number}", std::process::id()))
}

fn search(folder: &Path, text: &[u8], found: &mut impl FnMut(&Path)) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            search(&path, text, found);
        } else if fs::read(&path).unwrap().windows(text.len()).any(|window| window == text) {
            found(&path);
        }
    }
}

/// A program of the test's own, in sh.
pub(crate) fn script(path: &Path, body: &str) {
    fs::write(path, format!("#!/bin/sh\n{body}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Whether a program is installed, which is said where it is not.
pub(crate) fn is_installed(program: &str) -> bool {
    let found = std::env::var_os("PATH").is_some_and(|search| {
        std::env::split_paths(&search).any(|folder| folder.join(program).is_file())
    });
    if !found {
        skip(&format!("{program} is not installed"));
    }
    found
}
