//! `sso-cp exec --serve`: we stay as the command's parent and answer at the endpoint while it runs.
//!
//! The command is in our process group and on our terminal, as below a shell: Ctrl-C and Ctrl-Z reach
//! both of us, and we leave Ctrl-C to it. SIGTERM and SIGHUP are passed on.

use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, ExitStatus};
use std::thread;
use std::time::Duration;

use sso_cp_cache::PassingFolder;
use sso_cp_config::Selection;
use sso_cp_serve::Error;
use sso_cp_types::Secret;

use super::child::{exit_code, not_started};
use super::environment;
use crate::commands::endpoint;
use crate::context::Context;
use crate::messages::failure::{Direct, Failure};
use crate::process::harden::{self, CoreLimit};
use crate::process::interrupt::{Interrupt, Passing};
use crate::process::output;

/// How long a renewal that is under way may keep a command's end from anyone who waits for it. A renewal
/// takes some tenths of a second.
const LAST_TOKEN: Duration = Duration::from_secs(3);

pub(super) fn run(
    context: &Context,
    mut command: Command,
    core_limit: &CoreLimit,
) -> Result<ExitCode, Failure> {
    let interrupt = context.interrupt();
    let contexts = [context.clone()];
    let (known, warnings) = endpoint::at_hand(&contexts)?;
    output::warn_of(&warnings, || context.scene());
    let region = known[0].region.clone();
    let endpoint = endpoint::bind(0, &[])?;
    let _passing = interrupt.passing_guard();
    let place = &endpoint.places()[0];
    let files = PrivateFiles::make(context, interrupt, place.token())?;
    let paths = [&*files.config, &*files.credentials, &*files.token];
    environment::give_endpoint(&mut command, &endpoint.url(place), place.token(), paths);
    environment::name_profile(&mut command, &context.selected());
    environment::give_region(&mut command, region.as_deref(), context.env());
    let serving = endpoint::serve(endpoint, known)?;
    thread::Builder::new()
        .name("renewing".to_owned())
        .spawn(move || endpoint::keep_supplied(&serving, &contexts))
        .map_err(|source| Failure::Direct(Direct::Endpoint { error: Error::Thread { source } }))?;
    let status = run_to_its_end(command, interrupt, core_limit)?;
    interrupt.wind_up(LAST_TOKEN);
    Ok(exit_code(status))
}

/// The config files that the command finds instead of the person's, with no secret in them, and the token.
struct PrivateFiles {
    config: PathBuf,
    credentials: PathBuf,
    token: PathBuf,
}

impl PrivateFiles {
    fn make(
        context: &Context,
        interrupt: &Interrupt,
        token: &Secret,
    ) -> Result<PrivateFiles, Failure> {
        let settings = match context.selected() {
            Selection::Profile(profile) => {
                sso_cp_config::settings_as_default(&profile, context.files())?
            }
            _ => "[default]\n".to_owned(),
        };
        let mut held = interrupt.hold();
        let temporary = context.env().temporary_folder();
        let mut folder = PassingFolder::within(&temporary, context.folders())?;
        let config = folder.write("config", settings.as_bytes())?;
        let credentials = folder.write("credentials", b"")?;
        // Without a line break: SDKs send what stands there, to the last byte.
        let token = folder.write("token", token.expose().as_bytes())?;
        held.leave_behind(Passing::Folder(folder));
        Ok(PrivateFiles { config, credentials, token })
    }
}

/// Starts the command and waits for it.
fn run_to_its_end(
    mut command: Command,
    interrupt: &Interrupt,
    core_limit: &CoreLimit,
) -> Result<ExitStatus, Failure> {
    leave_quitting_to_the_command();
    let mut held = interrupt.hold();
    core_limit.restore();
    let spawned = command.spawn();
    harden::forbid_core_files();
    let child = spawned.map_err(|error| not_started(&command, error))?;
    note(&mut held, Some(&child));
    drop(held);
    wait(child, interrupt).map_err(|error| not_started(&command, error))
}

/// Ctrl-\ reaches us too, and would end us before the command has ended in its own way.
#[cfg(unix)]
fn leave_quitting_to_the_command() {
    use signal_hook::consts::SIGQUIT;
    let _ = signal_hook::flag::register(SIGQUIT, std::sync::Arc::default());
}

#[cfg(unix)]
fn note(held: &mut crate::process::interrupt::Held<'_>, child: Option<&Child>) {
    held.note_child(child.map(rustix::process::Pid::from_child));
}

/// Waits without taking the status, so that the process id still means the command for anyone who passes
/// a signal on.
#[cfg(unix)]
fn wait(mut child: Child, interrupt: &Interrupt) -> std::io::Result<ExitStatus> {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    let child_id = || WaitId::Pid(Pid::from_child(&child));
    while matches!(waitid(child_id(), options), Err(rustix::io::Errno::INTR)) {}
    let mut held = interrupt.hold();
    let status = child.wait();
    note(&mut held, None);
    status
}

#[cfg(not(unix))]
fn leave_quitting_to_the_command() {}

#[cfg(not(unix))]
fn note(held: &mut crate::process::interrupt::Held<'_>, child: Option<&Child>) {
    held.note_child(child.map(|_| ()));
}

#[cfg(not(unix))]
fn wait(mut child: Child, interrupt: &Interrupt) -> std::io::Result<ExitStatus> {
    let status = child.wait();
    note(&mut interrupt.hold(), None);
    status
}
