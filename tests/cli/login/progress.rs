//! The line that says how long a sign-in still waits.

use std::process::Command;

use super::running::approving;
use super::terminal::{LOGIN, Terminal};
use super::web;
use crate::harness::{program, tests};

tests! {
    quick "login" => progress_is_one_line_that_is_written_over,
    quick "login" => a_dumb_terminal_gets_no_progress_line,
}

fn progress_is_one_line_that_is_written_over() {
    let world = approving();
    let mut terminal = Terminal::start(&world, &LOGIN);
    let url = terminal.url();
    terminal.wait_for("(9 min 59 s left, Ctrl-C stops)");
    terminal.wait_for("(9 min 58 s left, Ctrl-C stops)");
    let shown = terminal.shown();
    let progress = &shown[shown.find("\r\u{1b}[K").unwrap()..];
    assert!(!progress.contains('\n'), "{progress:?}");
    web::browse(&url);
    assert_eq!(terminal.end(), 0);
}

fn a_dumb_terminal_gets_no_progress_line() {
    let world = approving();
    let mut command = Command::new("setsid");
    command.args(["--ctty", "--wait", "env", "TERM=dumb"]).arg(program()).args(LOGIN);
    let mut terminal = Terminal::of(&world, command);
    terminal.wait_for("--use-device-code");
    let shown = terminal.shown();
    let url = shown.lines().find(|line| line.starts_with("http")).unwrap();
    web::browse(url);
    assert_eq!(terminal.end(), 0);
    assert!(!terminal.shown().contains('\u{1b}'), "{:?}", terminal.shown());
}
