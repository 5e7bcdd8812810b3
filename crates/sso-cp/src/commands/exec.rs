//! `sso-cp exec`: runs a command with credentials in its environment, or with an endpoint that renews
//! them.

mod environment;
mod served;

use std::ffi::OsString;
use std::io;
use std::process::{Command, ExitCode};

use crate::args::commands::Exec;
use crate::context::Context;
use crate::messages::failure::{Direct, Failure};
use crate::messages::usage::no_command;
use crate::process::harden::CoreLimit;
use crate::process::output;

/// Runs the command. Where that works, this returns only with `--serve`.
pub(crate) fn run(
    context: &Context,
    flags: &Exec,
    command: &[OsString],
    core_limit: &CoreLimit,
) -> Result<ExitCode, Failure> {
    let Some((program, arguments)) = command.split_first() else {
        return Err(no_command(""));
    };
    let mut command = Command::new(program);
    command.args(arguments);
    if flags.serve {
        return served::run(context, command, core_limit);
    }
    let selected = context.provided()?;
    output::warn_of(&selected.warnings, || context.scene());
    environment::give_credentials(&mut command, &selected, context.env());
    core_limit.restore();
    replace(command, context)
}

/// A program that could not be started, as a shell would tell it.
fn not_started(command: &Command, error: io::Error) -> Failure {
    let program = command.get_program().to_owned();
    Failure::Direct(Direct::Command { program, error })
}

/// The command takes our place: the same process, terminal and parent. The standard library gives it
/// the usual signals back, SIGPIPE above all, which it had switched off for us.
#[cfg(unix)]
fn replace(mut command: Command, _context: &Context) -> Result<ExitCode, Failure> {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    Err(not_started(&command, error))
}

/// Windows has no such call: we wait, leave Ctrl-C to the command, and end with its status.
#[cfg(not(unix))]
fn replace(mut command: Command, context: &Context) -> Result<ExitCode, Failure> {
    let interrupt = context.interrupt();
    let mut held = interrupt.hold();
    let mut child = command.spawn().map_err(|error| not_started(&command, error))?;
    held.note_child(Some(()));
    drop(held);
    let status = child.wait().map_err(|error| not_started(&command, error))?;
    Ok(exit_code(status))
}

/// As a shell tells it: the status, or 128 and the number of the signal.
#[cfg(unix)]
fn exit_code(status: std::process::ExitStatus) -> ExitCode {
    use std::os::unix::process::ExitStatusExt;
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1);
    ExitCode::from(u8::try_from(code).unwrap_or(u8::MAX))
}

/// A Windows status has 32 bits, and an [`ExitCode`] eight: a program that crashed must not look like one that counted to 5.
#[cfg(not(unix))]
#[expect(clippy::exit, clippy::disallowed_methods, reason = "returning from main would cut it")]
fn exit_code(status: std::process::ExitStatus) -> ExitCode {
    std::process::exit(status.code().unwrap_or(1))
}
