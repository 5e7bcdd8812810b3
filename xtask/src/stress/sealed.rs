//! A home whose session is sealed, and what is done to its store.

use super::house::House;
use crate::scene::random_key;
use crate::workspace::Outcome;
use fake_identity_center::Seed;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

pub(super) const CALL: [&str; 2] = ["--profile", "dev"];
const SESSION: [&str; 2] = ["--sso-session", "corp"];
pub(super) const SEALED: &str = ".aws/sso-cp/sealed";
const CONFIG: &str = ".aws/config";

/// A house with two programs that print a key. The key that is in use is printed by one of them; a new one
/// takes its place in the other.
pub(super) struct SealedHouse {
    pub(super) house: House,
    pub(super) home: PathBuf,
    keys: [PathBuf; 2],
}

/// What is done to the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Seal,
    SealAll,
    Unseal,
    NewKey,
}

impl SealedHouse {
    /// Signed in, and not sealed yet.
    pub(super) fn new(program: &Path, home: &Path) -> Outcome<SealedHouse> {
        let house = House::new(program, home)?;
        house.forgive_repeated_renewals();
        house.scene.sign_in(&house.fake)?;
        let keys = ["key-1", "key-2"].map(|name| home.join(name));
        for key in &keys {
            fs::write(key, random_key()?)?;
        }
        Ok(SealedHouse { house, home: home.to_owned(), keys })
    }

    /// Seals for the first time. Gives whether the kernel keeps the key, without which no call finds it.
    pub(super) fn seal(&self) -> Outcome<bool> {
        let mut words = ["seal", "--command", ""].to_vec();
        let command = cat(&self.keys[0]);
        words[2] = &command;
        self.ends_well(&[&words, &SESSION[..]].concat())?;
        Ok(self.status()?["locked"] == false)
    }

    /// Begins a step. A new key is put where its command finds it first.
    pub(super) fn start(&self, step: Step) -> Outcome<Child> {
        match step {
            Step::Seal => self.house.start(&[&["seal"], &SESSION[..]].concat()),
            Step::SealAll => {
                self.house.start(&[&["seal", "--all-credentials"], &SESSION[..]].concat())
            }
            Step::Unseal => self.house.start(&[&["unseal"], &SESSION[..]].concat()),
            Step::NewKey => {
                let used = fs::read_to_string(self.home.join(SEALED).join("key"))?;
                let free = self.keys.iter().find(|key| !used.contains(&*key.to_string_lossy()));
                let free = free.ok_or("one key is free")?;
                fs::write(free, random_key()?)?;
                self.house.start(&["seal", "--new-key", "--command", &cat(free)])
            }
        }
    }

    /// Waits for a step and looks at what it says. Gives its exit code, and none where it was killed.
    pub(super) fn finish(&self, child: Child) -> Outcome<Option<i32>> {
        let output = child.wait_with_output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        let keys = self.keys.iter().filter_map(|key| fs::read_to_string(key).ok());
        if said.contains("SECRET") || keys.into_iter().any(|key| said.contains(key.trim())) {
            self.house.report("a secret is on stderr");
        }
        let code = output.status.code();
        if said.contains("panicked") || matches!(code, Some(1 | 2 | 101)) {
            self.house.report(&format!("a step ended with {code:?}: {said}"));
        }
        Ok(code)
    }

    /// The kernel's keyring is everybody's of this user; what this house has put there goes.
    pub(super) fn lock(&self) -> Outcome<()> {
        self.ends_well(&["lock"])
    }

    fn ends_well(&self, arguments: &[&str]) -> Outcome<()> {
        match self.finish(self.house.start(arguments)?)? {
            Some(0) => Ok(()),
            code => Err(format!("{arguments:?} ended with {code:?}").into()),
        }
    }

    /// What `status --json` says of the session.
    pub(super) fn status(&self) -> Outcome<Value> {
        let status = self.house.start(&[&["status", "--json"], &SESSION[..]].concat())?;
        let status: Value = serde_json::from_slice(&status.wait_with_output()?.stdout)?;
        Ok(status["sessions"][0].clone())
    }

    pub(super) fn sealed_token(&self) -> PathBuf {
        let plain = self.house.token_path();
        let hash = plain.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        self.home.join(SEALED).join(format!("token-{hash}"))
    }

    /// Whether the token is there in one form. Looked at again, for it may move between two looks.
    pub(super) fn has_token(&self) -> bool {
        let forms = [self.house.token_path(), self.sealed_token()];
        (0..4).any(|_| forms.iter().any(|path| path.exists()))
    }

    pub(super) fn is_sealed(&self) -> bool {
        let config = fs::read_to_string(self.home.join(CONFIG)).unwrap_or_default();
        config.contains("sso_cp_store")
    }

    /// The next call has to ask AWS.
    pub(super) fn forget_roles(&self) {
        self.house.forget_roles_but_leftovers();
        for entry in fs::read_dir(self.home.join(SEALED)).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !name.contains('.') && (name.starts_with("role-") || name.starts_with("chain-")) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// The AWS CLI signs in to the same session, as it writes: in place, without a lock, in two pieces.
    pub(super) fn aws_cli_signs_in(&self) -> Outcome<()> {
        use std::io::Write;
        let token = self.house.fake.seed_token(&Seed::default()).token_file();
        let (one, other) = token.as_bytes().split_at(token.len() / 2);
        let path = self.house.token_path();
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = fs::File::create(path)?;
        file.write_all(one)?;
        sleep(Duration::from_millis(3));
        Ok(file.write_all(other)?)
    }

    /// Reports every file of the home that has a secret of the stand-in in clear.
    pub(super) fn report_secrets_in_clear(&self) -> Outcome<()> {
        const MARK: &[u8] = b"SECRET";
        for (path, _) in self.house.scene.files()? {
            let bytes = fs::read(self.home.join(&path)).unwrap_or_default();
            if bytes.windows(MARK.len()).any(|window| window == MARK) {
                self.house.report(&format!("a secret is in clear in {path}"));
            }
        }
        Ok(())
    }

    /// A call that AWS must answer gets credentials with the token.
    pub(super) fn is_signed_in(&self, what: &str) -> Outcome<()> {
        if !self.has_token() {
            return Err(format!("the token is gone after {what}").into());
        }
        self.forget_roles();
        if !self.house.finish(self.house.start(&CALL)?, Instant::now())? {
            self.house.report(&format!("no credentials after {what}"));
        }
        Ok(())
    }
}

fn cat(key: &Path) -> String {
    format!("cat {}", key.display())
}
