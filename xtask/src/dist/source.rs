//! What a release is made from: a checkout at one commit.

use crate::workspace::{Outcome, stdout_of};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A checkout, and where it is built. Everything about a release follows from its commit, but for the compilers.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) root: PathBuf,
    /// A target folder of our own: cargo would take over what it built elsewhere with another seed (`program.rs`).
    pub(super) build_dir: PathBuf,
    pub(super) version: String,
    /// Where the project lives, with nothing after it.
    pub(super) repository: String,
    /// When it was committed, in seconds since 1970: the time of every file.
    pub(super) time: u64,
    pub(super) commit: String,
}

impl Source {
    pub(super) fn at(root: &Path, build_dir: &Path) -> Outcome<Self> {
        let metadata = cargo_json(root, &["metadata", "--no-deps"])?;
        let package = metadata["packages"]
            .as_array()
            .and_then(|packages| packages.iter().find(|package| package["name"] == "sso-cp"))
            .ok_or("there is no package sso-cp in the checkout")?;
        let field = |name: &str| {
            package[name].as_str().map(str::to_owned).ok_or(format!("sso-cp has no {name}"))
        };
        let last = git(root, &["log", "-1", "--format=%ct %H"])?;
        let (time, commit) = last.split_once(' ').ok_or("git log said something odd")?;
        Ok(Self {
            root: root.into(),
            build_dir: build_dir.into(),
            version: field("version")?,
            repository: field("repository")?,
            time: time.parse()?,
            commit: commit.into(),
        })
    }

    /// The bytes of one of its files.
    pub(super) fn read(&self, path: &str) -> Outcome<Vec<u8>> {
        fs::read(self.root.join(path)).map_err(|error| format!("{path}: {error}").into())
    }

    /// Whether files differ from the commit, or are not in it.
    pub(super) fn is_changed(&self) -> Outcome<bool> {
        Ok(!git(&self.root, &["status", "--porcelain"])?.is_empty())
    }

    /// A fresh clone of the commit.
    pub(super) fn cloned_to(&self, root: &Path, build_dir: &Path) -> Outcome<Self> {
        let to = root.to_str().ok_or("the path of a clone must be Unicode")?;
        git(&self.root, &["clone", "--quiet", "--no-checkout", ".", to])?;
        git(root, &["checkout", "--quiet", "--detach", &self.commit])?;
        Self::at(root, build_dir)
    }

    /// What the names of all files begin with.
    pub(super) fn name(&self) -> String {
        format!("sso-cp-{}", self.version)
    }
}

fn git(folder: &Path, arguments: &[&str]) -> Outcome<String> {
    let said = stdout_of(Command::new("git").arg("-C").arg(folder).args(arguments))?;
    Ok(said.trim().to_owned())
}

/// What a command of cargo says as JSON, about the lock file's packages.
pub(super) fn cargo_json(root: &Path, arguments: &[&str]) -> Outcome<Value> {
    let mut command = cargo_in(root);
    command.args(arguments).args(["--locked", "--format-version", "1"]);
    Ok(serde_json::from_str(&stdout_of(&mut command)?)?)
}

/// The cargo that runs us, in another checkout.
pub(super) fn cargo_in(root: &Path) -> Command {
    let mut command = crate::workspace::cargo();
    command.current_dir(root);
    command
}
