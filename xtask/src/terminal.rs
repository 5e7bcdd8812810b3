//! A pseudo-terminal, for what the program does at one.

use crate::scene::Scene;
use crate::workspace::Outcome;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The last bytes of a frame of the list of profiles, but for the place of the cursor: the rest of the screen is cleared.
const FRAME: &[u8] = b"\x1b[J";

/// Our end of it, and the program's.
pub(crate) struct Terminal {
    master: File,
    slave: File,
}

impl Terminal {
    pub(crate) fn open(columns: u16, rows: u16) -> Outcome<Terminal> {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
        grantpt(&master)?;
        unlockpt(&master)?;
        let name = ptsname(&master, Vec::new())?.into_string()?;
        let slave = OpenOptions::new().read(true).write(true).open(name)?;
        let size = Winsize { ws_col: columns, ws_row: rows, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&slave, size)?;
        Ok(Terminal { master: File::from(master), slave })
    }

    /// Starts a program there, as the only one.
    pub(crate) fn start(
        &self,
        scene: &Scene,
        program: &Path,
        arguments: &[&str],
    ) -> Outcome<Child> {
        let mut command: Command = scene.command("setsid".as_ref(), &["--ctty", "--wait"]);
        command.arg(program).args(arguments).env("TERM", "xterm");
        let stream = || self.slave.try_clone().map(Stdio::from);
        Ok(command.stdin(stream()?).stdout(stream()?).stderr(stream()?).spawn()?)
    }

    /// What a person types.
    pub(crate) fn type_in(&mut self, keys: &[u8]) -> Outcome<()> {
        Ok(self.master.write_all(keys)?)
    }

    /// Reads until there is enough of it.
    pub(crate) fn read_until(&mut self, is_enough: impl Fn(&[u8]) -> bool) -> Outcome<Vec<u8>> {
        let mut seen = Vec::new();
        let mut chunk = [0; 16 * 1024];
        while !is_enough(&seen) {
            let count = self.master.read(&mut chunk)?;
            seen.extend_from_slice(&chunk[..count]);
        }
        Ok(seen)
    }

    /// Reads until a frame of the list of profiles has ended, and gives what was read.
    pub(crate) fn await_frame(&mut self) -> Outcome<Vec<u8>> {
        self.read_until(|seen| {
            // The cursor's place follows in the same write.
            let end = seen.windows(FRAME.len()).rposition(|part| part == FRAME);
            end.is_some_and(|at| seen[at + FRAME.len()..].ends_with(b"H"))
        })
    }

    /// Everything that a program which has ended wrote there: a mark of ours is read behind it.
    pub(crate) fn rest(&mut self) -> Outcome<Vec<u8>> {
        const MARK: u8 = 0;
        (&self.slave).write_all(&[MARK])?;
        let mut seen = self.read_until(|seen| seen.contains(&MARK))?;
        seen.retain(|byte| *byte != MARK);
        Ok(seen)
    }
}
