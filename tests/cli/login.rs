//! `sso-cp login`, with the stand-in's pages and a plain HTTP client in place of the person's browser. Contents:
//!
//! - `code`: the whole walk by the browser: files, requests, who is signed in already, `--force`, two at once.
//! - `answers`: what AWS, the disk and the person may say in between, and what the run says then.
//! - `strangers`: anyone else who knocks at the port while a sign-in waits.
//! - `browsers`: opening one, or not: `BROWSER`, SSH, containers; what other users of the machine may see.
//! - `device`: signing in by a code, and legacy profiles.
//! - `families`: portals with an IPv4 and a dual-stack name.
//! - `vanity`: start URLs on other people's hosts.
//! - `progress`: the line that says how long it waits.
//! - `terminal`: a person at a pseudo-terminal: pasted addresses, progress, Ctrl-C.
//! - `chromium`: the whole flow in a real browser, where one is installed.

mod answers;
mod browsers;
mod chromium;
mod code;
mod device;
mod families;
mod progress;
mod running;
mod strangers;
mod terminal;
mod vanity;
mod web;

use crate::harness::Test;
pub(crate) use running::{Running, approving};
pub(crate) use terminal::Terminal;
pub(crate) use web::browse;

pub(crate) fn tests() -> Vec<Test> {
    [
        code::tests(),
        answers::tests(),
        strangers::tests(),
        browsers::tests(),
        device::tests(),
        families::tests(),
        vanity::tests(),
        progress::tests(),
        terminal::tests(),
        chromium::tests(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
