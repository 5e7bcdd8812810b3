//! The checkout and its cargo: where things are, and how other programs are run from here.

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What a command of xtask comes to. The error is a sentence for the person at the terminal.
pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

/// The checkout's top folder.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the checkout")
}

/// The cargo that runs us, at the checkout's top folder.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Where cargo puts what it builds.
pub(crate) fn target_dir() -> Outcome<PathBuf> {
    let output = stdout_of(cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: serde_json::Value = serde_json::from_str(&output)?;
    let folder =
        metadata["target_directory"].as_str().ok_or("cargo metadata names no target folder")?;
    Ok(folder.into())
}

/// Runs a command, its output going where ours goes; an error unless it succeeds.
pub(crate) fn run(command: &mut Command) -> Outcome<()> {
    let status = command.status().map_err(|error| format!("{}: {error}", shown(command)))?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("{}: {status}", shown(command)).into()),
    }
}

/// The program that was run has said what went wrong.
#[derive(Debug)]
pub(crate) struct Told;

impl std::fmt::Display for Told {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}

impl Error for Told {}

/// As [`run`], for a command that says by itself why it fails.
pub(crate) fn run_shown(command: &mut Command) -> Outcome<()> {
    let status = command.status().map_err(|error| format!("{}: {error}", shown(command)))?;
    if status.success() { Ok(()) } else { Err(Told.into()) }
}

/// Runs a command and gives its stdout; an error with its stderr unless it succeeds.
pub(crate) fn stdout_of(command: &mut Command) -> Outcome<String> {
    let output = output_of(command)?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => {
            let said = String::from_utf8_lossy(&output.stderr);
            Err(format!("{}: {}: {}", shown(command), output.status, said.trim()).into())
        }
    }
}

/// Runs a command without input and gives all that it said; an error only where it cannot be started.
pub(crate) fn output_of(command: &mut Command) -> Outcome<Output> {
    let output = command.stdin(Stdio::null()).output();
    output.map_err(|error| format!("{}: {error}", shown(command)).into())
}

/// The program of that name in `PATH`.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(name).with_extension(env::consts::EXE_EXTENSION))
        .find(|program| program.is_file())
}

/// A command as one would type it, for messages.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
