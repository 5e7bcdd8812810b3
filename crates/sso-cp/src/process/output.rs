//! The two streams: stdout in one write at the very end, stderr in short whole lines.

#![expect(clippy::disallowed_methods, reason = "the one place that prints")]

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use sso_cp_config::Env;
use sso_cp_provider::Warning;
use tz::TimeZone;

use crate::messages::failure::{Failure, warning_words};
use crate::messages::local_time::LocalTime;
use crate::messages::page::{Colours, News, Page, painted};
use crate::messages::scene::Scene;
use crate::messages::text::clean;

/// Takes the cursor to the start of its line and wipes the line (ECMA-48's EL).
pub(crate) const WIPE_LINE: &str = "\r\u{1b}[K";

/// As every terminal begins.
const USUAL_WIDTH: usize = 80;
/// In less, no table can be read.
const NARROWEST: usize = 20;

/// Nobody takes the result.
#[derive(Debug)]
pub(crate) struct StdoutError(io::Error);

impl From<StdoutError> for Failure {
    fn from(error: StdoutError) -> Failure {
        Failure::Stdout(error.0)
    }
}

/// Prints the result. A half-written document would end up in an SDK's error message, secrets
/// included, so it goes out in one write, or not at all.
pub(crate) fn print(bytes: &[u8]) -> Result<(), StdoutError> {
    write_all(bytes).map_err(StdoutError)
}

/// Whether another program takes the result, so that a person does not see it.
pub(crate) fn is_taken() -> bool {
    use std::io::IsTerminal;
    !io::stdout().is_terminal()
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

/// Says what went wrong, and gives the exit code.
pub(crate) fn report(failure: &Failure, scene: &Scene) -> ExitCode {
    let colours = colours(is_stderr_terminal(), &Env::process());
    say(&painted(&failure.lines(scene), News::Bad, colours));
    ExitCode::from(failure.exit_code())
}

/// Says what went well, and what to do next.
pub(crate) fn tell(text: &str, env: &Env) {
    say(&painted(text, News::Good, colours(is_stderr_terminal(), env)));
}

/// What a text for people is made for: the terminal, or the width that `COLUMNS` says, and 80 columns
/// where nothing says anything.
pub(crate) fn page(env: &Env) -> Page {
    Page {
        width: width_of_stdout(env).max(NARROWEST),
        colours: colours(is_stdout_terminal(), env),
        local: local_time(env),
    }
}

/// The zone of `TZ`, in any form that POSIX knows; without one, the system's.
pub(crate) fn local_time(env: &Env) -> LocalTime {
    let zone = env.text("TZ").unwrap_or_else(|| "localtime".to_owned());
    LocalTime::new(TimeZone::from_posix_tz(&zone).ok())
}

fn width_of_stdout(env: &Env) -> usize {
    let of_terminal = || terminal_columns().filter(|columns| *columns > 0);
    let said = || env.text("COLUMNS")?.parse().ok();
    of_terminal().or_else(said).unwrap_or(USUAL_WIDTH)
}

#[cfg(unix)]
fn terminal_columns() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    Some(usize::from(size.ws_col))
}

#[cfg(not(unix))]
fn terminal_columns() -> Option<usize> {
    None
}

/// Colours on a terminal that can show them, unless `NO_COLOR` says otherwise.
fn colours(is_terminal: bool, env: &Env) -> Colours {
    let is_dumb = env.raw("TERM").is_some_and(|term| term == "dumb");
    match is_terminal && env.raw("NO_COLOR").is_none() && !is_dumb {
        true => Colours::On,
        false => Colours::Off,
    }
}

/// Whether lines on stderr can be written over: on a terminal that can do more than go on.
pub(crate) fn can_rewrite_stderr(env: &Env) -> bool {
    let is_dumb = env.text("TERM").is_none_or(|term| term == "dumb");
    is_stderr_terminal() && !is_dumb
}

/// Whether a person sees the result as it comes.
pub(crate) fn is_stdout_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether a person sees stderr as it comes.
pub(crate) fn is_stderr_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Says something that the person should know although all went well. At the end of a run, so that a
/// failure is not buried under it.
pub(crate) fn warn(warning: &str) {
    say(&format!("sso-cp: warning: {}\n", clean(warning)));
}

/// Says what came with a result. The scene is made only where there is something to say.
pub(crate) fn warn_of(warnings: &[Warning], scene: impl FnOnce() -> Scene) {
    if warnings.is_empty() {
        return;
    }
    let scene = scene();
    for one in warnings {
        warn(&warning_words(one, &scene));
    }
}

/// The same beside a document that a program reads: not where both go to one place, for a caller who reads
/// them as one (the older SDK for C++) would find no document there.
pub(crate) fn warn_beside_document(warnings: &[Warning], scene: impl FnOnce() -> Scene) {
    if !warnings.is_empty() && !are_joined() {
        warn_of(warnings, scene);
    }
}

/// Whether stdout and stderr are one pipe, socket or file. A terminal shows both to a person.
#[cfg(unix)]
pub(crate) fn are_joined() -> bool {
    use rustix::fs::{FileType, fstat};
    let (Ok(stdout), Ok(stderr)) = (fstat(rustix::stdio::stdout()), fstat(rustix::stdio::stderr()))
    else {
        return false;
    };
    let is_device = FileType::from_raw_mode(stdout.st_mode) == FileType::CharacterDevice;
    !is_device && (stdout.st_dev, stdout.st_ino) == (stderr.st_dev, stderr.st_ino)
}

/// Windows does not tell by safe code.
#[cfg(not(unix))]
pub(crate) fn are_joined() -> bool {
    false
}

/// What the person should know of a run, said at its end if it ends well.
#[derive(Debug, Default)]
pub(crate) struct Warnings(Vec<String>);

impl Warnings {
    pub(crate) fn warn(&mut self, warning: &str) {
        self.0.push(clean(warning));
    }

    /// What came with credentials.
    pub(crate) fn warn_of(&mut self, warnings: &[Warning], scene: &Scene) {
        self.0.extend(warnings.iter().map(|one| clean(&warning_words(one, scene))));
    }

    /// Says them, beside a document or a token that a program reads.
    pub(crate) fn say(&self) {
        if self.0.is_empty() || are_joined() {
            return;
        }
        self.0.iter().for_each(|warning| warn(warning));
    }
}
