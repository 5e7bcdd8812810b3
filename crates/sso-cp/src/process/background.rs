//! Processes of our own that outlive the one that starts them.

use std::io;
use std::process::{Command, Stdio};

/// This program once more, without a stream of its caller's.
///
/// # Errors
///
/// The system does not say where this program is.
pub(crate) fn program() -> io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    #[cfg(windows)]
    {
        use std::os::windows::process::CommandExt;
        /// `CREATE_NO_WINDOW` of the Windows API: a console of its own that nobody sees, so that neither Ctrl-C nor the
        /// end of the caller's window reaches it.
        const NO_WINDOW: u32 = 0x0800_0000;
        command.creation_flags(NO_WINDOW);
    }
    Ok(command)
}

/// Leaves the session and the process group of the caller, so that nothing that is sent to these comes here.
#[cfg(unix)]
pub(crate) fn leave_session() {
    // Anyone who leads a group already cannot, and needs not.
    let _ = rustix::process::setsid();
}

#[cfg(not(unix))]
pub(crate) fn leave_session() {}
