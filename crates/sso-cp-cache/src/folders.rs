//! The three folders below a home directory.

use std::io;
use std::path::{Path, PathBuf};

use sso_cp_files::can_rename_between;

use crate::chain_names::ChainKey;
use crate::error::{Error, Step};
use crate::names::{RegistrationKey, RoleKey, SessionKey};
use crate::service_token_names::ServiceTokenKey;

/// The AWS CLI's folder of credentials.
const CLI: [&str; 3] = [".aws", "cli", "cache"];

/// Where the files are. They hang off the home directory only: `AWS_CONFIG_FILE` does not move them,
/// in no AWS tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    home: PathBuf,
}

impl Folders {
    /// The folders below a home directory, which must be absolute. Nothing is created yet.
    pub fn below(home: &Path) -> Folders {
        Folders { home: home.to_owned() }
    }

    /// A token file: `~/.aws/sso/cache/HASH.json`.
    pub fn token_path(&self, key: &SessionKey<'_>) -> PathBuf {
        self.sso().join(key.hash() + ".json")
    }

    /// A client registration file, in the same folder.
    pub(crate) fn registration_path(&self, key: &RegistrationKey<'_>) -> PathBuf {
        self.sso().join(key.hash() + ".json")
    }

    /// A role-credential file: `~/.aws/cli/cache/HASH.json`.
    pub(crate) fn role_path(&self, key: &RoleKey<'_>) -> PathBuf {
        if let Some(name) = key.own_name() {
            return self.chains().join(name + ".json");
        }
        let name = key.hash() + ".json";
        // In one piece: every call needs this path, and joining it part by part would copy it twice.
        let folders = CLI.iter().map(|part| "/".len() + part.len()).sum::<usize>();
        let length = self.home.as_os_str().len() + folders + "/".len() + name.len();
        let mut path = PathBuf::with_capacity(length);
        path.push(&self.home);
        path.extend(CLI);
        path.push(name);
        path
    }

    /// The AWS CLI's folder of credentials.
    pub(crate) fn cli(&self) -> PathBuf {
        let mut folder = self.home.clone();
        folder.extend(CLI);
        folder
    }

    /// Our folder of credentials of assumed roles, which have no shared format with a safe name.
    pub(crate) fn chains(&self) -> PathBuf {
        self.own().join("chains")
    }

    /// The credentials of an assumed role.
    pub(crate) fn chain_path(&self, key: &ChainKey<'_>) -> PathBuf {
        self.chains().join(key.name() + ".json")
    }

    /// Our folder of credentials that are scoped down.
    pub(crate) fn scoped(&self) -> PathBuf {
        self.own().join("scoped")
    }

    /// Our folder of tokens that services gave for credentials.
    pub(crate) fn service_tokens(&self) -> PathBuf {
        self.own().join("tokens")
    }

    /// A token that a service gave.
    pub(crate) fn service_token_path(&self, key: &ServiceTokenKey<'_>) -> PathBuf {
        self.service_tokens().join(key.name() + ".json")
    }

    /// The folder of tokens and client registrations.
    pub(crate) fn sso(&self) -> PathBuf {
        self.home.join(".aws").join("sso").join("cache")
    }

    /// Our own folder, for locks, the index and assumed roles: the shared folders hold nothing of ours
    /// but shared formats.
    pub(crate) fn own(&self) -> PathBuf {
        self.home.join(".aws").join("sso-cp")
    }

    /// Our folder of sealed files, and of what says where their key is.
    pub(crate) fn sealed(&self) -> PathBuf {
        self.own().join("sealed")
    }

    /// A sealed token.
    pub(crate) fn sealed_token_path(&self, key: &SessionKey<'_>) -> PathBuf {
        self.sealed().join(format!("token-{}", key.hash()))
    }

    /// A sealed client registration.
    pub(crate) fn sealed_registration_path(&self, key: &RegistrationKey<'_>) -> PathBuf {
        self.sealed().join(format!("client-{}", key.hash()))
    }

    /// Sealed credentials of a role.
    pub(crate) fn sealed_role_path(&self, key: &RoleKey<'_>) -> PathBuf {
        let shared = || format!("role-{}", key.hash());
        self.sealed().join(key.own_name().map_or_else(shared, |name| format!("chain-{name}")))
    }

    /// Sealed credentials of an assumed role.
    pub(crate) fn sealed_chain_path(&self, key: &ChainKey<'_>) -> PathBuf {
        self.sealed().join(format!("chain-{}", key.name()))
    }

    /// Scoped credentials.
    pub(crate) fn scoped_path(&self, name: &str) -> PathBuf {
        self.scoped().join([name, ".json"].concat())
    }

    /// Sealed scoped credentials.
    pub(crate) fn sealed_scoped_path(&self, name: &str) -> PathBuf {
        self.sealed().join(["scoped-", name].concat())
    }

    /// The sealed token of a service.
    pub(crate) fn sealed_service_token_path(&self, key: &ServiceTokenKey<'_>) -> PathBuf {
        self.sealed().join(format!("service-token-{}", key.name()))
    }

    /// The index of a session's roles.
    pub(crate) fn index_path(&self, key: &SessionKey<'_>) -> PathBuf {
        self.own().join(format!("roles-{}.json", key.hash()))
    }

    /// How the last sign-in to a session ended, where it did not end well.
    pub(crate) fn sign_in_path(&self, key: &SessionKey<'_>) -> PathBuf {
        self.own().join(format!("sign-in-{}.json", key.hash()))
    }

    /// Which access portal the last sign-in to a session went to.
    pub(crate) fn portal_path(&self, key: &SessionKey<'_>) -> PathBuf {
        self.own().join(format!("portal-{}.json", key.hash()))
    }

    /// Which client was in use when a sign-in to a session timed out.
    pub(crate) fn suspect_path(&self, key: &SessionKey<'_>) -> PathBuf {
        self.own().join(format!("suspect-{}.json", key.hash()))
    }

    /// When the terminal was last told that a session needs a sign-in.
    pub(crate) fn notice_path(&self, key: &SessionKey<'_>) -> PathBuf {
        self.own().join(format!("notice-{}", key.hash()))
    }

    /// Where a file of the shared folders is kept until it is whole: other tools open every entry there,
    /// and end at the first that is not JSON (aws2-wrap, aws-sso-cred-restore, cdk-sso-sync). `folder` is
    /// where a link at the path leads to. None where our own folder cannot be had or is on another file
    /// system, from which nothing can be renamed.
    pub(crate) fn staging(&self, named: &Path, folder: &Path) -> Option<PathBuf> {
        let is_shared =
            named.parent().is_some_and(|parent| parent == self.sso() || parent == self.cli());
        let own = self.own();
        let is_usable = is_shared && self.make(&own).is_ok() && can_rename_between(&own, folder);
        is_usable.then_some(own)
    }

    /// Makes a folder below the home directory, 0700 whatever the umask, and leaves existing ones as
    /// they are. The home directory itself is never made.
    pub(crate) fn make(&self, folder: &Path) -> Result<(), Error> {
        let Ok(below) = folder.strip_prefix(&self.home) else { return Ok(()) };
        let mut path = self.home.clone();
        for part in below {
            path.push(part);
            make_private(&path).map_err(Error::io(Step::MakeFolder, folder))?;
        }
        Ok(())
    }
}

fn make_private(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    match sso_cp_files::create_private_folder_for_owner(path) {
        // Another process was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        done => done,
    }
}
