//! Programs that print a key or take one: bounded in time and in what they print, and never shown.

use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread::{Builder, JoinHandle, sleep};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::error::ChildProblem;

/// More than this is not a key.
const MAX_BYTES: usize = 1024;
/// How often it is looked whether the program has ended.
const LOOK_PAUSE: Duration = Duration::from_millis(5);

/// Whether the program may talk to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    /// It may ask at the terminal, in whose foreground it stays.
    OfTheTerminal,
    /// It may not: in a group of its own the terminal stops it, and the time ends it.
    Own,
}

/// Runs a program to its end, gives it `input` on stdin, and gives what it printed on stdout. Its
/// stderr is thrown away: it may say anything.
pub(crate) fn run(
    words: &[impl AsRef<std::ffi::OsStr>],
    input: Option<&[u8]>,
    group: Group,
    patience: Duration,
) -> Result<Zeroizing<Vec<u8>>, ChildProblem> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(ChildProblem::NotStarted(io::ErrorKind::InvalidInput.into()));
    };
    let stdin = if input.is_some() { Stdio::piped() } else { Stdio::null() };
    let mut command = Command::new(program);
    command.args(arguments).stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::null());
    settle_group(&mut command, group);
    let mut child = command.spawn().map_err(ChildProblem::NotStarted)?;
    let until = Instant::now() + patience;
    let outcome =
        talk(&mut child, input).and_then(|reader| finish(&mut child, reader, until, patience));
    if outcome.is_err() {
        end(&mut child, group);
    }
    outcome
}

/// What a program prints, as soon as it is complete or too much.
type Printed = JoinHandle<io::Result<Zeroizing<Vec<u8>>>>;

fn talk(child: &mut Child, input: Option<&[u8]>) -> Result<Printed, ChildProblem> {
    if let (Some(mut stdin), Some(input)) = (child.stdin.take(), input) {
        // A key fits into any pipe. A program that does not want it says so by how it ends.
        let _ = stdin.write_all(input);
    }
    let stdout = child.stdout.take();
    let read = move || {
        // One byte more than is allowed tells that there is more.
        let mut printed = Zeroizing::new(Vec::with_capacity(MAX_BYTES + 1));
        if let Some(stdout) = stdout {
            stdout.take(MAX_BYTES as u64 + 1).read_to_end(&mut printed)?;
        }
        Ok(printed)
    };
    Builder::new().spawn(read).map_err(ChildProblem::Unreadable)
}

/// Waits for both: anyone who has the other end of the pipe may keep it open after the program's end. Looking
/// now and then takes less code than a channel, and nobody notices five milliseconds.
fn finish(
    child: &mut Child,
    reader: Printed,
    until: Instant,
    patience: Duration,
) -> Result<Zeroizing<Vec<u8>>, ChildProblem> {
    while !reader.is_finished() {
        pause(until, patience)?;
    }
    let printed = reader.join().unwrap_or_else(|_| Err(io::ErrorKind::BrokenPipe.into()));
    let printed = printed.map_err(ChildProblem::Unreadable)?;
    if printed.len() > MAX_BYTES {
        return Err(ChildProblem::TooLong { limit_bytes: MAX_BYTES });
    }
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(printed),
            Ok(Some(status)) => return Err(ChildProblem::Failed { code: status.code() }),
            Ok(None) => pause(until, patience)?,
            Err(error) => return Err(ChildProblem::Unreadable(error)),
        }
    }
}

/// A moment, as long as the time has not passed.
fn pause(until: Instant, patience: Duration) -> Result<(), ChildProblem> {
    if Instant::now() >= until {
        return Err(ChildProblem::TimedOut(patience));
    }
    sleep(LOOK_PAUSE);
    Ok(())
}

/// Ends a program that is of no use any more, with what it has started where it has a group of its own.
fn end(child: &mut Child, group: Group) {
    if child.try_wait().is_ok_and(|status| status.is_some()) {
        return;
    }
    #[cfg(unix)]
    if group == Group::Own
        && let Ok(id) = i32::try_from(child.id())
        && let Some(id) = rustix::process::Pid::from_raw(id)
    {
        let _ = rustix::process::kill_process_group(id, rustix::process::Signal::KILL);
    }
    #[cfg(not(unix))]
    let _ = group;
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(unix)]
fn settle_group(command: &mut Command, group: Group) {
    use std::os::unix::process::CommandExt;
    if group == Group::Own {
        command.process_group(0);
    }
}

#[cfg(windows)]
fn settle_group(command: &mut Command, group: Group) {
    use std::os::windows::process::CommandExt;
    /// `CREATE_NO_WINDOW` of the Windows API: there is no console to ask at.
    const NO_WINDOW: u32 = 0x0800_0000;
    if group == Group::Own {
        command.creation_flags(NO_WINDOW);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(300);
    const LONG: Duration = Duration::from_secs(60);

    fn shell(script: &str, patience: Duration) -> Result<Zeroizing<Vec<u8>>, ChildProblem> {
        run(&["/bin/sh", "-c", script], None, Group::Own, patience)
    }

    #[test]
    fn output_is_what_it_prints_and_nothing_else() {
        assert_eq!(**shell("echo x; echo y >&2", LONG).unwrap(), *b"x\n");
        assert_eq!(**shell("cat", LONG).unwrap(), *b"", "stdin is closed");
        let echoed = run(&["/bin/cat"], Some(b"secret"), Group::OfTheTerminal, LONG).unwrap();
        assert_eq!(**echoed, *b"secret");
        assert!(run(&["/bin/true"], Some(b"secret"), Group::Own, LONG).is_ok());
    }

    #[test]
    fn what_goes_wrong_is_told_apart() {
        let missing = run(&["/nowhere/x"], None, Group::Own, LONG).unwrap_err();
        assert!(matches!(missing, ChildProblem::NotStarted(_)), "{missing:?}");
        let nothing: [&str; 0] = [];
        assert!(run(&nothing, None, Group::Own, LONG).is_err());
        let failed = shell("echo x; exit 3", LONG).unwrap_err();
        assert!(matches!(failed, ChildProblem::Failed { code: Some(3) }), "{failed:?}");
        let signal = shell("kill -TERM $$", LONG).unwrap_err();
        assert!(matches!(signal, ChildProblem::Failed { code: None }), "{signal:?}");
        let much = shell("yes", LONG).unwrap_err();
        assert!(matches!(much, ChildProblem::TooLong { .. }), "{much:?}");
    }

    #[test]
    fn nothing_is_waited_for_in_vain() {
        let begun = Instant::now();
        // The second keeps stdout open in a child of its own, the third closes it and stays.
        for hanging in ["sleep 60", "sleep 60 & sleep 60", "exec >&-; sleep 60"] {
            let error = shell(hanging, SHORT).unwrap_err();
            assert!(matches!(error, ChildProblem::TimedOut(_)), "{hanging}: {error:?}");
        }
        // What it leaves running keeps stdout open, and the end is never seen.
        let left = shell("sleep 60 & echo x", SHORT).unwrap_err();
        assert!(matches!(left, ChildProblem::TimedOut(_)), "{left:?}");
        assert!(begun.elapsed() < Duration::from_secs(30));
    }
}
