//! What goes wrong when credentials are handed on: exported, served, or given to a command.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use super::system::{system, with_source};
use crate::messages::exit_code::Class;
use crate::messages::message::Message;
use crate::messages::text::{FIND_PROGRAM, LIST_FILE, shell_word, shown_path};

/// Why credentials could not be handed on.
#[derive(Debug)]
pub(crate) enum Direct {
    /// A credential would need quoting, which no AWS credential does.
    OddCredentials { field: &'static str },
    /// The credentials file has a section of that name which we did not write.
    ForeignSection { section: String, path: PathBuf, line: usize },
    /// The command cannot be started.
    Command { program: OsString, error: io::Error },
    /// The endpoint cannot be had.
    Endpoint { error: sso_cp_serve::Error },
    /// The operating system gives no random numbers.
    Random { error: sso_cp_login::Error },
    /// There is a file where an endpoint's token should go, and it holds something else.
    TokenFileTaken { path: PathBuf },
}

impl Direct {
    /// For a command that cannot be started, what a shell ends with too.
    pub(super) fn class(&self) -> Class {
        match self {
            Direct::OddCredentials { .. } => Class::Network,
            Direct::ForeignSection { .. } => Class::Config,
            Direct::Endpoint { error: sso_cp_serve::Error::Name { .. } } => Class::Usage,
            Direct::Command { error, .. } if error.kind() == io::ErrorKind::NotFound => {
                Class::NotFound
            }
            Direct::Command { .. } => Class::NotRun,
            Direct::Endpoint { .. } | Direct::Random { .. } | Direct::TokenFileTaken { .. } => {
                Class::Files
            }
        }
    }
}

pub(super) fn message(problem: &Direct, home: Option<&Path>) -> Message {
    match problem {
        Direct::OddCredentials { field } => Message::new(
            format!("the {field} holds characters that no AWS credential has"),
            "use `--format process`, which quotes what it prints",
        ),
        Direct::ForeignSection { section, path, line } => Message::new(
            format!(
                "[{}] in {}:{line} was not written by sso-cp, and stays",
                section,
                shown_path(path, home)
            ),
            "name another section: `--section NAME`",
        ),
        Direct::Command { program, error } => command(&program.to_string_lossy(), error),
        Direct::Endpoint { error: error @ sso_cp_serve::Error::Name { name } } => Message::new(
            format!("there is no endpoint: {error}"),
            format!("serve it alone: `sso-cp serve --profile {}`", shell_word(name)),
        ),
        Direct::Endpoint { error } => Message::new(
            format!("there is no endpoint: {}", with_source(error)),
            "run `sso-cp serve` without `--port`, for any free port",
        ),
        Direct::Random { error } => Message::new(
            format!("there is no endpoint: {}", with_source(error)),
            "see whether /dev/urandom can be read",
        ),
        Direct::TokenFileTaken { path } => Message::new(
            format!("{} holds something else than a token of ours", shown_path(path, home)),
            "name another file: `--token-file FILE`",
        ),
    }
}

/// STS does not take credentials that AWS has given.
pub(super) const NOT_BELIEVED: &str = "check the clock with `date -u`; if it is right, `sso-cp logout` and a new sign-in bring new ones";

fn command(program: &str, error: &io::Error) -> Message {
    match error.kind() {
        io::ErrorKind::NotFound => Message::new(
            format!("there is no command `{program}`"),
            format!("see `{FIND_PROGRAM} {}`", shell_word(program)),
        ),
        _ => Message::new(
            format!("the command `{program}` cannot be run: {}", system(error)),
            format!("see `{LIST_FILE} {}`", shell_word(program)),
        ),
    }
}
