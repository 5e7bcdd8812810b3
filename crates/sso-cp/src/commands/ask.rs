//! Asking a person at a terminal.

use std::io::BufRead;

use crate::messages::failure::{Failure, Setup};
use crate::process::output;

/// One line from the terminal, which collects and echoes it by itself.
///
/// # Errors
///
/// The person has ended the questions, by Ctrl-D.
pub(crate) fn read_line(prompt: &str) -> Result<String, Failure> {
    output::say(prompt);
    let mut line = String::new();
    match std::io::stdin().lock().read_line(&mut line) {
        Ok(1..) => Ok(line.trim().to_owned()),
        Ok(0) | Err(_) => {
            output::say("\n");
            Err(Failure::Setup(Setup::Unanswered))
        }
    }
}
