//! Opening a file for reading without ever waiting for it.

use std::fs::File;
use std::io;
use std::path::Path;

/// Opens a file for reading, and never waits: not for the writer of a FIFO either.
///
/// Every cached call opens up to three files. The standard library asks for the flag that keeps them from
/// child processes a second time where the C library is musl, a system call each.
///
/// # Errors
///
/// The system's own.
#[cfg(unix)]
pub fn open(path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let opened = rustix::io::retry_on_intr(|| rustix::fs::open(path, flags, Mode::empty()))?;
    Ok(File::from(opened))
}

/// Opens a file for reading; a folder too, so that it can be distinguished from what is denied us.
///
/// # Errors
///
/// The system's own.
#[cfg(windows)]
pub fn open(path: &Path) -> io::Result<File> {
    use std::os::windows::fs::OpenOptionsExt;
    /// `FILE_FLAG_BACKUP_SEMANTICS` of the Windows API.
    const FOLDERS_TOO: u32 = 0x0200_0000;
    std::fs::OpenOptions::new().read(true).custom_flags(FOLDERS_TOO).open(path)
}
