//! How the program is built to be measured, and an empty Rust program built the same way beside it.

use crate::workspace::{Outcome, cargo, run, stdout_of, target_dir};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The C library that a Linux program is linked with: it decides most of what starting costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Build {
    /// Plain `cargo build --release`: on Linux dynamically linked glibc, as `cargo install` gives it.
    Plain,
    /// Static musl, position independent with packed relocations: what Linux releases are.
    Musl,
}

/// The target of Linux releases.
const MUSL: &str = "x86_64-unknown-linux-musl";

impl Build {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Musl => "musl",
        }
    }

    /// Whether this machine's toolchain can make it.
    pub(crate) fn is_possible(self) -> Outcome<bool> {
        match self {
            Self::Plain => Ok(true),
            Self::Musl => {
                let folder = stdout_of(Command::new("rustc").args([
                    "--print",
                    "target-libdir",
                    "--target",
                    MUSL,
                ]))?;
                Ok(PathBuf::from(folder.trim()).is_dir())
            }
        }
    }

    /// Builds `sso-cp` and gives its path.
    pub(crate) fn program(self) -> Outcome<PathBuf> {
        self.built(&mut cargo(), &target_dir()?)
    }

    /// As [`Build::program`], but with the names of its functions, in a folder of its own.
    pub(crate) fn with_names(self) -> Outcome<PathBuf> {
        let folder = target_dir()?.join("order");
        let mut command = cargo();
        command.env("CARGO_PROFILE_RELEASE_STRIP", "none").env("CARGO_TARGET_DIR", &folder);
        self.built(&mut command, &folder)
    }

    fn built(self, command: &mut Command, target_dir: &Path) -> Outcome<PathBuf> {
        command.args(["build", "--release", "--package", "sso-cp"]);
        let folder = match self {
            Self::Plain => target_dir.join("release"),
            Self::Musl => {
                command.args(["--target", MUSL]).args(without_our_paths().into_iter().flatten());
                target_dir.join(MUSL).join("release")
            }
        };
        run(command)?;
        Ok(folder.join("sso-cp").with_extension(std::env::consts::EXE_EXTENSION))
    }

    /// Builds a program that does nothing, with the settings of the release profile, and gives its path.
    pub(crate) fn empty_program(self) -> Outcome<PathBuf> {
        let folder = target_dir()?.join("bench");
        fs::create_dir_all(&folder)?;
        let source = folder.join("empty.rs");
        fs::write(&source, "fn main() {}\n")?;
        let program = folder.join(format!("empty-{}", self.name()));

        let mut command = Command::new("rustc");
        command.args(["--edition", "2024", "-C", "opt-level=z", "-C", "lto=fat"]);
        command.args(["-C", "codegen-units=1", "-C", "panic=abort"]);
        command.args(["-C", "strip=symbols"]).arg(&source).arg("-o").arg(&program);
        if self == Self::Musl {
            command.args(["--target", MUSL, "-C", "link-arg=-Wl,-z,pack-relative-relocs"]);
        }
        run(&mut command)?;
        Ok(program)
    }
}

/// As releases are built: panics name their lines, and where cargo unpacks packages would add to the program what that path
/// is long.
fn without_our_paths() -> Option<[String; 2]> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")))?;
    let flag = format!("--remap-path-prefix={}=/packages", home.join("registry/src").display());
    let flags = serde_json::Value::from(vec![flag]);
    Some(["--config".to_owned(), format!("target.{MUSL}.rustflags={flags}")])
}

/// The third-party packages that are linked into the program, as releases for Linux are built.
pub(crate) fn linked_packages() -> Outcome<usize> {
    let mut command = cargo();
    command.args([
        "tree",
        "--package",
        "sso-cp",
        "--target",
        MUSL,
        "--edges",
        "normal,no-proc-macro",
        "--prefix",
        "none",
    ]);
    let tree = stdout_of(command.args(["--format", "{p}"]))?;
    // A repeated package is shown with a star, one of ours with its folder in brackets.
    let names =
        tree.lines().map(|line| line.trim_end_matches(" (*)")).filter(|name| !name.contains('('));
    Ok(names.collect::<BTreeSet<_>>().len())
}
