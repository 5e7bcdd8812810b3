//! A list to choose from, narrowed by typing: drawn on the person's terminal, never on stdout.
//!
//! `choices.rs` knows the rows and where the person is, `matching.rs` what fits, `keys.rs` what bytes of a terminal
//! mean, `frame.rs` what is to be seen; none of them reads or writes. `screen.rs` drives a terminal with them. Where
//! a terminal can only go on line by line (`TERM=dumb`, and on Windows, where safe code cannot have key by key),
//! `lines.rs` asks for a part of the name instead.

mod choices;
#[cfg(unix)]
mod frame;
#[cfg(unix)]
mod keys;
mod lines;
mod matching;
mod question;
#[cfg(unix)]
mod screen;

use std::io::IsTerminal;

use sso_cp_config::Env;

use crate::process::interrupt::Interrupt;
pub(crate) use choices::Details;
pub(crate) use question::{Columns, Picked, Question};

/// Whether a person sits at the terminal of stdin and sees that of stderr. A program that runs us has at least
/// one of them itself.
pub(crate) fn has_person() -> bool {
    std::io::stdin().is_terminal() && super::output::is_stderr_terminal()
}

/// Has the person choose.
pub(crate) fn pick(
    question: &Question<'_>,
    columns: Columns<impl Fn(usize) -> Details, impl FnMut(usize) -> String>,
    interrupt: &Interrupt,
    env: &Env,
) -> Picked {
    if !has_person() || question.names.is_empty() {
        return Picked::NoTerminal;
    }
    let is_dumb = env.text("TERM").is_none_or(|term| term == "dumb");
    if cfg!(windows) || is_dumb {
        return lines::pick(question, columns);
    }
    #[cfg(unix)]
    return screen::pick(question, columns, interrupt, env);
    #[cfg(not(unix))]
    return lines::pick(question, columns);
}
