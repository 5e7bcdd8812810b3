//! Kernel locks between processes of ours: released when the holder dies, never deleted, waited for
//! up to a deadline and then done without.

use std::convert::Infallible;
use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use sso_cp_files::is_ours_alone;

use crate::chain_names::ChainKey;
use crate::names::{RoleKey, SessionKey, hash_of_path};
use crate::scoped_names::ScopedKey;
use crate::service_token_names::ServiceTokenKey;
use crate::write::sweep;
use crate::{Folders, key_file, owner};

/// The first wait for a holder; a role call takes some tens of milliseconds.
const FIRST_WAIT: Duration = Duration::from_millis(2);
/// Later waits grow to this, so that a hundred waiters do not keep a processor busy.
const LONGEST_WAIT: Duration = Duration::from_millis(25);

/// What a lock is for.
#[derive(Debug, Clone, Copy)]
pub enum Lock<'a> {
    /// Renewing or replacing the token of a session.
    Session(SessionKey<'a>),
    /// Fetching the credentials of a role.
    Role(RoleKey<'a>),
    /// Assuming a role.
    Chain(ChainKey<'a>),
    /// Scoping a role's credentials down.
    Scoped(ScopedKey<'a>),
    /// Asking a service for a token.
    ServiceToken(ServiceTokenKey<'a>),
    /// Changing the index of a session's roles.
    Index(SessionKey<'a>),
    /// A person's sign-in that is under way: one browser at a time.
    SignIn(SessionKey<'a>),
    /// Editing one of the shared config files, wherever it is.
    SharedFile(&'a Path),
    /// Changing the key of the sealed store.
    Store,
    /// Sealing the file of that name in the folder of sealed files anew. It is the lock of whatever the
    /// file is about.
    Sealed(&'a str),
}

/// How waiting for a lock ended.
#[derive(Debug)]
#[must_use = "dropping it lets the next process in"]
pub enum Locked {
    /// We hold it until this is dropped.
    Held {
        /// Nothing but the lock: closing the file releases it.
        file: File,
        /// Whether somebody else had it first, and so probably did the work.
        waited: bool,
    },
    /// The holder did not let go in time; the work goes on without the lock.
    TimedOut,
    /// There is no lock to be had: the folder is read-only, or the file system has none.
    Unavailable,
}

/// How waiting for a lock ended, for somebody who needs the work done and not the lock.
#[derive(Debug)]
pub enum Turn<T> {
    /// Somebody else has done the work.
    Done(T),
    /// The work is ours to do.
    Ours(Locked),
}

impl Locked {
    /// Whether nobody else of ours can be at the same work.
    pub fn is_held(&self) -> bool {
        matches!(self, Locked::Held { .. })
    }
}

impl Lock<'_> {
    /// Takes the lock, waiting until `deadline` for anyone who has it. With the lock in hand, leftovers
    /// of killed writers of the same file are removed.
    pub fn take(&self, folders: &Folders, deadline: Instant) -> Locked {
        match self.take_unless(folders, deadline, || None::<Infallible>) {
            Turn::Ours(locked) => locked,
            Turn::Done(never) => match never {},
        }
    }

    /// Takes the lock, or finds while it waits that the work is done: a hundred waiters then go on
    /// at once, and not one after the other with the lock in hand.
    pub fn take_unless<T>(
        &self,
        folders: &Folders,
        deadline: Instant,
        look: impl FnMut() -> Option<T>,
    ) -> Turn<T> {
        let Files { name, target, sealed } = self.files(folders);
        let turn = match open(folders, &folders.own().join(name)) {
            Some(file) => wait(file, deadline, look),
            None => Turn::Ours(Locked::Unavailable),
        };
        if let Turn::Ours(locked) = &turn {
            for target in [target, sealed].into_iter().flatten() {
                sweep(folders, &target, locked.is_held());
            }
        }
        turn
    }

    /// The name that its work has: `role-HASH`.
    pub(crate) fn name(&self, folders: &Folders) -> String {
        let name = self.files(folders).name;
        name.strip_suffix(".lock").unwrap_or(&name).to_owned()
    }

    /// The name of the lock file, and what is written by its holder.
    fn files(&self, folders: &Folders) -> Files {
        let of = |kind: &str, name: &str| format!("{kind}-{name}.lock");
        match self {
            Lock::Session(key) => Files {
                name: of("session", &key.hash()),
                target: Some(folders.token_path(key)),
                sealed: Some(folders.sealed_token_path(key)),
            },
            Lock::Role(key) => Files {
                name: match key.own_name() {
                    Some(name) => of("chain", &name),
                    None => of("role", &key.hash()),
                },
                target: Some(folders.role_path(key)),
                sealed: Some(folders.sealed_role_path(key)),
            },
            Lock::Chain(key) => Files {
                name: of("chain", &key.name()),
                target: Some(folders.chain_path(key)),
                sealed: Some(folders.sealed_chain_path(key)),
            },
            Lock::Scoped(key) => Files {
                name: of("scoped", &key.name()),
                target: Some(folders.scoped_path(&key.name())),
                sealed: Some(folders.sealed_scoped_path(&key.name())),
            },
            Lock::ServiceToken(key) => Files {
                name: of("token", &key.name()),
                target: Some(folders.service_token_path(key)),
                sealed: Some(folders.sealed_service_token_path(key)),
            },
            Lock::Index(key) => Files::plain(of("roles", &key.hash()), folders.index_path(key)),
            Lock::SignIn(key) => {
                Files::plain(of("sign-in", &key.hash()), folders.sign_in_path(key))
            }
            Lock::SharedFile(path) => {
                Files::plain(of("edit", &hash_of_path(path)), path.to_path_buf())
            }
            Lock::Store => Files::plain("store.lock".to_owned(), key_file::path(folders)),
            Lock::Sealed(name) => Files {
                name: lock_of_sealed(name),
                target: None,
                sealed: Some(folders.sealed().join(name)),
            },
        }
    }
}

/// What a lock is about.
struct Files {
    /// The lock file's name.
    name: String,
    /// What its holder writes, in its plain form.
    target: Option<PathBuf>,
    /// The same, sealed.
    sealed: Option<PathBuf>,
}

impl Files {
    fn plain(name: String, target: PathBuf) -> Files {
        Files { name, target: Some(target), sealed: None }
    }
}

/// The lock of what a sealed file is about, by the file's name.
fn lock_of_sealed(name: &str) -> String {
    let kinds = [("token-", "session-"), ("service-token-", "token-")];
    let own =
        kinds.iter().find_map(|(kind, lock)| Some(format!("{lock}{}", name.strip_prefix(kind)?)));
    own.unwrap_or_else(|| name.to_owned()) + ".lock"
}

/// Whether nobody has told the terminal about this session for so long, by the note that this leaves.
/// Of many processes at once, one is told yes; without a place for the note, none.
pub fn first_notice(folders: &Folders, session: &SessionKey<'_>, pause: Duration) -> bool {
    first_since(folders, &folders.notice_path(session), pause)
}

/// Whether nobody has said yes here for so long. Of many processes at once, one does.
pub(crate) fn first_since(folders: &Folders, path: &Path, pause: Duration) -> bool {
    // A new file is empty. A moment in the future is a clock that was set back.
    let is_recent = |metadata: Metadata| {
        let age = metadata.modified().ok().and_then(|modified| modified.elapsed().ok());
        metadata.len() > 0 && age.is_some_and(|age| age < pause)
    };
    // Most who ask come too late, and need not open it.
    if std::fs::symlink_metadata(path).is_ok_and(is_recent) {
        return false;
    }
    let Some(mut file) = open(folders, path) else { return false };
    let is_first = file.try_lock().is_ok() && !file.metadata().is_ok_and(is_recent);
    is_first && mark(&mut file)
}

/// From now on somebody has said yes there.
pub(crate) fn note_now(folders: &Folders, path: &Path) {
    if let Some(mut file) = open(folders, path) {
        mark(&mut file);
    }
}

/// Writing anything at all gives a file its new time.
fn mark(file: &mut File) -> bool {
    file.write_all(b"\n").is_ok()
}

fn wait<T>(file: File, deadline: Instant, mut look: impl FnMut() -> Option<T>) -> Turn<T> {
    let mut pause = FIRST_WAIT;
    let mut waited = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Turn::Ours(Locked::Held { file, waited }),
            Err(TryLockError::Error(_)) => return Turn::Ours(Locked::Unavailable),
            Err(TryLockError::WouldBlock) => waited = true,
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Turn::Ours(Locked::TimedOut);
        }
        sleep(pause.min(left));
        pause = (pause * 2).min(LONGEST_WAIT);
        if let Some(done) = look() {
            return Turn::Done(done);
        }
    }
}

/// Opens, or makes, a lock file. A link, a file of another user, one with a second name, or anything else that is not a
/// plain file of ours is not a lock; nor is anything made in a folder of another user.
fn open(folders: &Folders, path: &Path) -> Option<File> {
    owner::check_way(path).ok()?;
    folders.make(&folders.own()).ok()?;
    if std::fs::symlink_metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return None;
    }
    let file = match options().create_new(true).open(path) {
        Ok(file) => {
            settle_new(&file, path);
            file
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            options().open(path).ok()?
        }
        Err(_) => return None,
    };
    is_ours_alone(&file, path).then_some(file)
}

/// A lock file that root made in another user's home, or that an odd umask closed to its owner, would keep the next
/// runs from ever locking. Where this fails they do without, as always.
fn settle_new(file: &File, path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let _ = file.set_permissions(std::fs::Permissions::from_mode(0o600));
    }
    #[cfg(not(unix))]
    let _ = file;
    let _ = sso_cp_files::give_to_owner_of_parent(file, path);
}

#[cfg(unix)]
fn options() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
    options.read(true).write(true).mode(0o600).custom_flags(flags);
    options
}

#[cfg(not(unix))]
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    options
}
