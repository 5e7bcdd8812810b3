//! The two streams: stdout in one write at the very end, stderr in short whole lines.

use std::io::{self, Write};

use crate::messages::failure::Failure;

/// Takes the cursor to the start of its line and wipes the line (ECMA-48's EL).
pub(crate) const WIPE_LINE: &str = "\r\u{1b}[K";

/// Prints the result. A half-written document would end up in an SDK's error message, secrets
/// included, so it goes out in one write, or not at all.
pub(crate) fn print(bytes: &[u8]) -> Result<(), Failure> {
    write_all(bytes).map_err(Failure::Stdout)
}

/// Past the standard library's buffer, which would be made for this one write.
#[cfg(unix)]
fn write_all(mut bytes: &[u8]) -> io::Result<()> {
    let stdout = rustix::stdio::stdout();
    while !bytes.is_empty() {
        match rustix::io::write(stdout, bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = &bytes[written..],
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn write_all(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()
}

/// Says something on stderr. Nobody may be listening, which changes nothing.
pub(crate) fn say(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
