//! Modes and owners of the shared files, the cache folders and what is in them.
//!
//! A group-writable config file lets others choose which program runs as the user; a token that
//! others can read is a sign-in that others have. Nothing is changed here: WSL's drives and some
//! containers show 0777 for everything, and their users know.

#[cfg(not(unix))]
use super::check::Finding;
#[cfg(not(unix))]
use super::scene::Scene;
#[cfg(unix)]
pub(super) use unix::look;

/// Windows keeps other users out by inherited access rules.
#[cfg(not(unix))]
pub(super) fn look(_scene: &Scene<'_>, _findings: &mut Vec<Finding>) {}

#[cfg(unix)]
mod unix {
    use std::collections::BTreeSet;
    use std::fs::{self, Metadata};
    use std::os::unix::fs::MetadataExt;
    use std::path::{Path, PathBuf};

    use sso_cp_types::sort_by_text;

    use super::super::check::{Check, Class, Finding, ModeChange};
    use super::super::scene::Scene;
    use super::super::scoping;
    use crate::messages::failure::system;
    use crate::messages::text::{shell_word, shown_path};

    const ROOT: u32 = 0;
    const STICKY: u32 = 0o1000;
    const OTHERS_WRITE: u32 = 0o022;
    const OTHERS_ANYTHING: u32 = 0o077;
    /// The folders on the way to our files, below the home.
    const FOLDERS: [&str; 9] = [
        ".aws",
        ".aws/sso",
        ".aws/sso/cache",
        ".aws/cli",
        ".aws/cli/cache",
        ".aws/sso-cp",
        ".aws/sso-cp/chains",
        ".aws/sso-cp/scoped",
        ".aws/sso-cp/tokens",
    ];
    /// Those that hold tokens, client registrations and credentials.
    const SECRETS: [&str; 5] = [
        ".aws/sso/cache",
        ".aws/cli/cache",
        ".aws/sso-cp/chains",
        ".aws/sso-cp/scoped",
        ".aws/sso-cp/tokens",
    ];
    /// A cache folder of more files than this is not looked through to its end.
    const MAX_FILES: usize = 10_000;
    /// As many names are shown of files with the same mode.
    const NAMES_TOLD: usize = 3;

    /// Looks at everything that is there; what is missing is made with the right mode one day.
    pub(crate) fn look(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
        let user = rustix::process::geteuid().as_raw();
        let files = scene.context.files();
        let look = Look { home: &files.home, user };
        let before = findings.len();
        look.shared_file(
            &files.config,
            OTHERS_WRITE,
            "go-w",
            |_| "change which program runs".to_owned(),
            findings,
        );
        let keys = |mode| format!("{} the keys in it", what_others_may(mode));
        look.shared_file(&files.credentials, OTHERS_ANYTHING, "600", keys, findings);
        for policy in scoping::policy_files(scene) {
            let danger = |_| "choose what scoped credentials may do".to_owned();
            look.shared_file(&policy, OTHERS_WRITE, "go-w", danger, findings);
            look.folder_of_policy(&policy, findings);
        }
        for folder in FOLDERS {
            look.folder(&files.home.join(folder), findings);
        }
        for folder in SECRETS {
            look.files_in(&files.home.join(folder), findings);
        }
        if findings.len() == before {
            findings.push(
                Check::Permissions.ok("~/.aws", "others can neither read secrets nor change files"),
            );
        }
    }

    struct Look<'a> {
        home: &'a Path,
        user: u32,
    }

    impl Look<'_> {
        fn shared_file(
            &self,
            path: &Path,
            loose: u32,
            mode: &str,
            danger: impl Fn(u32) -> String,
            findings: &mut Vec<Finding>,
        ) {
            let Ok(metadata) = fs::metadata(path) else { return };
            if !metadata.is_file() {
                // Nobody's mode is to be changed for it, that of a device least of all.
                return;
            }
            let subject = self.shown(path);
            if metadata.mode() & loose != 0 {
                let finding = Check::Permissions.warning(
                    &subject,
                    format!(
                        "its mode {} lets others {}",
                        octal(metadata.mode()),
                        danger(metadata.mode())
                    ),
                    self.command(&format!("chmod {mode}"), path),
                );
                findings.push(finding.with_modes(vec![without(loose, path)]));
            }
            if self.is_foreign(&metadata) {
                findings.push(Check::Permissions.warning(
                    &subject,
                    format!("it belongs to another user (id {})", metadata.uid()),
                    self.command("ls -l", path),
                ));
            }
        }

        fn folder(&self, path: &Path, findings: &mut Vec<Finding>) {
            let subject = self.shown(path);
            let metadata = match fs::metadata(path) {
                Ok(metadata) => metadata,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
                Err(error) => {
                    findings.push(Check::Permissions.failure(
                        Class::Files,
                        subject,
                        format!("cannot be looked at: {}", system(&error)),
                        self.command("ls -ld", path),
                    ));
                    return;
                }
            };
            if !metadata.is_dir() {
                let fix = self.command("ls -ld", path);
                findings.push(Check::Permissions.failure(
                    Class::Files,
                    subject,
                    "is not a folder",
                    fix,
                ));
                return;
            }
            self.mode_and_owner(path, &metadata, findings);
        }

        /// A folder of the person's own choice, where nothing of ours is saved.
        fn folder_of_policy(&self, policy: &Path, findings: &mut Vec<Finding>) {
            let Some(folder) = policy.parent() else { return };
            let is_told = FOLDERS.iter().any(|known| folder == self.home.join(known));
            if let Ok(metadata) = fs::metadata(folder)
                && !is_told
            {
                self.open_to_others(folder, &metadata, findings);
            }
        }

        fn open_to_others(&self, path: &Path, metadata: &Metadata, findings: &mut Vec<Finding>) {
            if metadata.mode() & OTHERS_WRITE != 0 && metadata.mode() & STICKY == 0 {
                let finding = Check::Permissions.warning(
                    self.shown(path),
                    format!(
                        "its mode {} lets others replace the files in it",
                        octal(metadata.mode())
                    ),
                    self.command("chmod go-w", path),
                );
                findings.push(finding.with_modes(vec![without(OTHERS_WRITE, path)]));
            }
        }

        fn mode_and_owner(&self, path: &Path, metadata: &Metadata, findings: &mut Vec<Finding>) {
            let subject = self.shown(path);
            self.open_to_others(path, metadata, findings);
            if self.is_foreign(metadata) {
                findings.push(Check::Permissions.failure(
                    Class::Files,
                    &subject,
                    format!(
                        "it belongs to another user (id {}), so nothing is saved there",
                        metadata.uid()
                    ),
                    self.command("ls -ld", path),
                ));
            } else if metadata.mode() & 0o200 == 0 && self.user != ROOT {
                let finding = Check::Permissions.warning(
                    &subject,
                    format!("its mode {} lets nobody save anything there", octal(metadata.mode())),
                    self.command("chmod u+w", path),
                );
                let mode = ModeChange { add: 0o200, ..without(0, path) };
                findings.push(finding.with_modes(vec![mode]));
            } else if let Err(error) = rustix::fs::access(path, rustix::fs::Access::WRITE_OK) {
                // `sudo aws ...` leaves folders of root behind; some homes are read-only on purpose.
                let reason = format!("nothing can be saved there: {}", system(&error.into()));
                let fix = self.command("ls -ld", path);
                findings.push(Check::Permissions.warning(&subject, reason, fix));
            }
        }

        /// The tokens, registrations and credentials in a folder.
        fn files_in(&self, folder: &Path, findings: &mut Vec<Finding>) {
            let Ok(entries) = fs::read_dir(folder) else { return };
            let (mut loose, mut foreign) = (Vec::new(), Vec::new());
            for path in entries.flatten().take(MAX_FILES).map(|entry| entry.path()) {
                let Ok(metadata) = fs::metadata(&path) else { continue };
                let is_secret = path.extension().is_some_and(|extension| extension == "json");
                if !metadata.is_file() || !is_secret {
                    continue;
                }
                if metadata.mode() & OTHERS_ANYTHING != 0 {
                    loose.push((path.clone(), metadata.mode()));
                }
                // Not even root's is replaced.
                if self.user != ROOT && metadata.uid() != self.user {
                    foreign.push(path);
                }
            }
            let subject = self.shown(folder);
            if !loose.is_empty() {
                let fix = format!("{}/*.json", self.command("chmod 600", folder));
                let modes = modes(&loose);
                let mut loose: Vec<PathBuf> = loose.into_iter().map(|(path, _)| path).collect();
                let reason = format!("{modes} {}", names(&mut loose));
                let modes = loose.iter().map(|path| without(OTHERS_ANYTHING, path)).collect();
                let finding = Check::Permissions.warning(&subject, reason, fix);
                findings.push(finding.with_modes(modes));
            }
            if !foreign.is_empty() {
                let fix = self.command("ls -l", folder);
                let reason =
                    format!("another user owns {}, so it cannot be renewed", names(&mut foreign));
                findings.push(Check::Permissions.failure(Class::Files, &subject, reason, fix));
            }
        }

        /// Root may write everything, and gives what it makes to the folder's owner. What root owns may
        /// be the machine's way to share a file.
        fn is_foreign(&self, metadata: &Metadata) -> bool {
            self.user != ROOT && metadata.uid() != self.user && metadata.uid() != ROOT
        }

        fn shown(&self, path: &Path) -> String {
            shown_path(path, Some(self.home))
        }

        fn command(&self, command: &str, path: &Path) -> String {
            let shown = self.shown(path);
            match shown.strip_prefix("~/") {
                Some(rest) => format!("{command} ~/{}", shell_word(rest)),
                None => format!("{command} {}", shell_word(&shown)),
            }
        }
    }

    /// The mode of a file without some of its bits.
    fn without(bits: u32, path: &Path) -> ModeChange {
        ModeChange { path: path.to_owned(), keep: !bits, add: 0 }
    }

    fn octal(mode: u32) -> String {
        format!("{:04o}", mode & 0o7777)
    }

    /// By the bits of the group and of everybody.
    fn what_others_may(mode: u32) -> &'static str {
        match (mode & 0o044 != 0, mode & OTHERS_WRITE != 0) {
            (true, true) => "read and change",
            (false, true) => "change",
            (true, false) => "read",
            (false, false) => "run",
        }
    }

    /// The modes of several files, each once, and what they come to.
    fn modes(files: &[(PathBuf, u32)]) -> String {
        let modes: BTreeSet<String> = files.iter().map(|(_, mode)| octal(*mode)).collect();
        let (word, verb) = if modes.len() == 1 { ("mode", "lets") } else { ("modes", "let") };
        let modes: Vec<String> = modes.into_iter().take(NAMES_TOLD).collect();
        let all = files.iter().fold(0, |all, (_, mode)| all | mode);
        format!("{word} {} {verb} others {}", modes.join(", "), what_others_may(all))
    }

    fn names(paths: &mut Vec<PathBuf>) -> String {
        sort_by_text(paths, |path| path.to_string_lossy().into_owned());
        let name =
            |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let told: Vec<String> = paths.iter().take(NAMES_TOLD).map(name).collect();
        match paths.len() - told.len() {
            0 => told.join(", "),
            more => format!("{} and {more} more", told.join(", ")),
        }
    }
}
