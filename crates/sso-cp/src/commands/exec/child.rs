//! A command of the person's that runs, or cannot.

use std::io;
use std::process::{Command, ExitCode};

use crate::messages::failure::{Direct, Failure};

/// A program that could not be started, as a shell would tell it.
pub(super) fn not_started(command: &Command, error: io::Error) -> Failure {
    let program = command.get_program().to_owned();
    Failure::Direct(Direct::Command { program, error })
}

/// As a shell tells it: the status, or 128 and the number of the signal.
#[cfg(unix)]
pub(super) fn exit_code(status: std::process::ExitStatus) -> ExitCode {
    use std::os::unix::process::ExitStatusExt;
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1);
    ExitCode::from(u8::try_from(code).unwrap_or(u8::MAX))
}

/// A Windows status has 32 bits, and an [`ExitCode`] eight: a program that crashed must not look like one that counted to 5.
#[cfg(not(unix))]
#[expect(clippy::exit, clippy::disallowed_methods, reason = "returning from main would cut it")]
pub(super) fn exit_code(status: std::process::ExitStatus) -> ExitCode {
    std::process::exit(status.code().unwrap_or(1))
}
