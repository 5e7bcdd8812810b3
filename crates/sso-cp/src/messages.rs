//! Every word that a person reads, as text. Nothing here prints, asks the system, or knows a command.

pub(crate) mod browser_problem;
pub(crate) mod diff;
pub(crate) mod event;
pub(crate) mod exit_code;
pub(crate) mod failure;
pub(crate) mod local_time;
pub(crate) mod message;
pub(crate) mod page;
pub(crate) mod scene;
pub(crate) mod signing_in;
pub(crate) mod span;
pub(crate) mod store;
pub(crate) mod table;
pub(crate) mod text;
pub(crate) mod token_file;
pub(crate) mod tools;
pub(crate) mod usage;
