//! Lines that a person types or pastes at the terminal of stdin while something else goes on.
//!
//! A terminal cuts lines at 4,096 bytes (Linux) or 1,024 (macOS) while it collects them itself, and a
//! pasted address may be longer. So it is told to hand over every byte and to echo none: what is
//! pasted is a secret. It is put back on every way out: by the drop, and where a signal or a panic
//! ends the process, by what [`Interrupt`] puts right.

use std::io::IsTerminal;

use zeroize::Zeroizing;

use super::interrupt::{self, Interrupt};

/// More than any line that is of use; the rest of such a line is dropped.
const MAX_LINE_BYTES: usize = 32 * 1024;

/// The terminal of stdin, handing over its bytes as they come.
pub(crate) struct Lines<'a> {
    #[cfg_attr(not(unix), allow(dead_code, reason = "there is nothing to put back"))]
    interrupt: &'a Interrupt,
    line: Zeroizing<Vec<u8>>,
}

impl<'a> Lines<'a> {
    /// Takes the terminal over. `None` where stdin is not a terminal, or belongs to another job of the
    /// shell: then nothing is ever read.
    pub(crate) fn open(interrupt: &'a Interrupt) -> Option<Lines<'a>> {
        if !std::io::stdin().is_terminal() {
            return None;
        }
        take_over(interrupt)?;
        Some(Lines { interrupt, line: Zeroizing::new(Vec::with_capacity(MAX_LINE_BYTES)) })
    }

    /// The next line that is complete, without waiting for it.
    pub(crate) fn next(&mut self) -> Option<Zeroizing<String>> {
        let mut byte = [0];
        while read(&mut byte) == Some(1) {
            if let Some(line) = self.take(byte[0]) {
                return Some(line);
            }
        }
        None
    }

    /// What a terminal would do by itself: rub out a letter or the line, and end it.
    fn take(&mut self, byte: u8) -> Option<Zeroizing<String>> {
        const BACKSPACE: u8 = 0x08;
        const DELETE: u8 = 0x7f;
        const CONTROL_U: u8 = 0x15;
        match byte {
            b'\n' | b'\r' => {
                let line = without_paste_marks(&String::from_utf8_lossy(&self.line));
                self.line.clear();
                return Some(line);
            }
            BACKSPACE | DELETE => {
                self.line.pop();
            }
            CONTROL_U => self.line.clear(),
            // It never grows beyond what was taken at first, so no copy of it is left behind.
            _ if self.line.len() < MAX_LINE_BYTES => self.line.push(byte),
            _ => {}
        }
        None
    }
}

/// Some terminals wrap what is pasted into these, if a program before us has asked for it.
fn without_paste_marks(line: &str) -> Zeroizing<String> {
    let line = line.strip_prefix("\u{1b}[200~").unwrap_or(line);
    Zeroizing::new(line.strip_suffix("\u{1b}[201~").unwrap_or(line).to_owned())
}

#[cfg(unix)]
impl Drop for Lines<'_> {
    fn drop(&mut self) {
        let mut held = self.interrupt.hold();
        if let Some(before) = held.terminal() {
            interrupt::restore(&before);
        }
    }
}

#[cfg(unix)]
fn take_over(interrupt: &Interrupt) -> Option<()> {
    use rustix::termios::{
        LocalModes, OptionalActions, SpecialCodeIndex, tcgetattr, tcgetpgrp, tcsetattr,
    };
    /// No key: Linux's `_POSIX_VDISABLE`; elsewhere it is all ones.
    const DISABLED: u8 = if cfg!(target_os = "linux") { 0 } else { 0xff };
    let stdin = std::io::stdin();
    // Changing the terminal from the background would stop us.
    if tcgetpgrp(&stdin).is_ok_and(|group| group != rustix::process::getpgrp()) {
        return None;
    }
    let before = tcgetattr(&stdin).ok()?;
    let mut during = before.clone();
    during.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ECHONL);
    // Reading gives what is there and never waits.
    during.special_codes[SpecialCodeIndex::VMIN] = 0;
    during.special_codes[SpecialCodeIndex::VTIME] = 0;
    // Ctrl-C is all that is needed; these two would leave the terminal as it is now.
    during.special_codes[SpecialCodeIndex::VQUIT] = DISABLED;
    during.special_codes[SpecialCodeIndex::VSUSP] = DISABLED;
    let mut held = interrupt.hold();
    tcsetattr(&stdin, OptionalActions::Now, &during).ok()?;
    held.leave_terminal(before);
    Some(())
}

#[cfg(unix)]
fn read(bytes: &mut [u8]) -> Option<usize> {
    rustix::io::read(std::io::stdin(), bytes).ok()
}

/// Windows has no such mode within safe calls; there nothing is pasted.
#[cfg(not(unix))]
fn take_over(_interrupt: &Interrupt) -> Option<()> {
    None
}

#[cfg(not(unix))]
fn read(_bytes: &mut [u8]) -> Option<usize> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(bytes: &[u8]) -> Vec<String> {
        let interrupt = Interrupt::default();
        let mut lines = Lines { interrupt: &interrupt, line: Zeroizing::default() };
        bytes.iter().filter_map(|byte| lines.take(*byte)).map(|line| line.to_string()).collect()
    }

    #[test]
    fn lines_end_and_can_be_mended() {
        assert_eq!(typed(b"one\ntwo\r"), ["one", "two"]);
        assert_eq!(typed(b"on\x7f\x7f\x7f\x7ftwo\x08\n"), ["tw"]);
        assert_eq!(typed(b"wrong\x15right\n"), ["right"]);
        assert_eq!(typed(b"\x1b[200~pasted\x1b[201~\n"), ["pasted"]);
        assert_eq!(typed(b"\xff\n"), ["\u{fffd}"]);
        assert_eq!(typed(b"no end"), [""; 0]);
    }

    #[test]
    fn a_line_without_end_takes_no_more_than_its_space() {
        let mut bytes = vec![b'x'; 2 * MAX_LINE_BYTES];
        bytes.push(b'\n');
        assert_eq!(typed(&bytes)[0].len(), MAX_LINE_BYTES);
    }
}
