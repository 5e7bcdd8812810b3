//! A passphrase that a person types, unseen, at the terminal of stdin.

use std::thread::sleep;
use std::time::{Duration, Instant};

use sso_cp_types::Secret;

use super::interrupt::Interrupt;
use super::lines::Lines;
use super::output;

/// Nobody notices a fiftieth of a second after the return key.
const LOOK_PAUSE: Duration = Duration::from_millis(20);

/// How a question for a passphrase ended.
pub(crate) enum Typed {
    /// What the person has typed; it may be empty.
    Passphrase(Secret),
    /// There is no terminal to ask at.
    NoTerminal,
    /// Nobody has answered in time.
    NoAnswer,
}

/// Asks once. The question should hold the word "passphrase".
pub(crate) fn ask(question: &str, patience: Duration, interrupt: &Interrupt) -> Typed {
    // The terminal is told not to echo before anybody can begin to type.
    let Some(mut lines) = Lines::open(interrupt) else { return Typed::NoTerminal };
    output::say(question);
    let until = Instant::now() + patience;
    let typed = loop {
        match lines.next() {
            Some(line) => break Typed::Passphrase(Secret::new(line)),
            None if Instant::now() < until => sleep(LOOK_PAUSE),
            None => break Typed::NoAnswer,
        }
    };
    // The return key was not echoed either.
    output::say("\n");
    typed
}
