//! The process and its surroundings: the streams, the terminal, signals, core files. No command is known
//! here.

pub(crate) mod background;
pub(crate) mod browser;
pub(crate) mod debug;
pub(crate) mod harden;
pub(crate) mod interrupt;
pub(crate) mod lines;
pub(crate) mod output;
pub(crate) mod passphrase;
pub(crate) mod picker;
pub(crate) mod progress;
pub(crate) mod screen;
