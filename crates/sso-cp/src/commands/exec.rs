//! `sso-cp exec`: runs a command with credentials in its environment, or with an endpoint that renews
//! them.

mod child;
mod environment;
mod served;

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use child::not_started;

use crate::args::commands::Exec;
use crate::context::Context;
use crate::messages::failure::Failure;
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
    if flags.serve || flags.agent.is_some() {
        return served::run(context, command, core_limit);
    }
    let selected = context.provided()?;
    output::warn_of(&selected.warnings, || context.scene());
    environment::give_credentials(&mut command, &selected, context.env());
    environment::name_profile(&mut command, &context.selected());
    core_limit.restore();
    replace(command, context)
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
