//! Installs clients where they are missing.

use super::client::{Client, From, RUST_SDK};
use crate::bench::{RustTls, rust_sdk_client};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Whether what is there is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Any,
    Newest,
}

/// Installs a client. What cannot be installed is said, and is a gap in the table.
pub(super) fn install(client: &Client, folder: &Path, wanted: Wanted) {
    let is_there = match client.from {
        From::PyPi => packages(&[&[client.name], client.packages].concat(), folder, wanted),
        From::Script(_) => packages(client.packages, folder, wanted),
        From::Npm => library(client.name, folder),
        From::Layer(_) => client.packages.iter().all(|name| layer(name, folder, wanted)),
        From::System(_) => true,
        From::RustSdk => rust_sdk(folder, wanted),
    };
    if !is_there {
        eprintln!("NOT INSTALLED: {}", client.name);
    }
}

fn packages(names: &[&str], folder: &Path, wanted: Wanted) -> bool {
    let Some(mut pip) = pip(folder) else { return false };
    pip.args((wanted == Wanted::Newest).then_some("--upgrade"));
    succeeds(pip.args(names))
}

fn library(name: &str, folder: &Path) -> bool {
    let node = folder.join("node");
    let words = ["install", "--silent", "--no-audit", "--no-fund", name];
    fs::create_dir_all(&node).is_ok() && succeeds(Command::new("npm").args(words).current_dir(node))
}

fn rust_sdk(folder: &Path, wanted: Wanted) -> bool {
    let place = folder.join(RUST_SDK);
    let is_enough = wanted == Wanted::Any && place.is_file();
    let built = || rust_sdk_client(RustTls::Without).ok().flatten();
    is_enough || built().is_some_and(|program| fs::copy(program, place).is_ok())
}

/// AWS's packages for its CDK hold programs as archives for AWS Lambda. What they depend on is hundreds of megabytes, and not needed.
fn layer(name: &str, folder: &Path, wanted: Wanted) -> bool {
    const UNPACK: &str = include_str!("unpack.py");
    let place = folder.join("layers").join(name);
    if wanted == Wanted::Newest {
        let _ = fs::remove_dir_all(&place);
    }
    if place.join("layer").is_dir() {
        return true;
    }
    let Some(mut pip) = pip(folder) else { return false };
    succeeds(pip.arg("--no-deps").arg("--target").arg(&place).arg(name))
        && succeeds(Command::new(python(folder)).args(["-c", UNPACK]).arg(&place))
}

/// `pip install` in an environment of our own.
fn pip(folder: &Path) -> Option<Command> {
    let python = python(folder);
    let is_there = python.is_file()
        || succeeds(Command::new("python3").args(["-m", "venv"]).arg(folder.join("python")));
    let mut pip = Command::new(python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    is_there.then_some(pip)
}

fn python(folder: &Path) -> PathBuf {
    folder.join("python").join("bin").join("python")
}

fn succeeds(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).status().is_ok_and(|status| status.success())
}
