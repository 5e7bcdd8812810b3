//! The line that says how long a sign-in still waits.

use std::process::Command;

use super::running::approving;
use super::terminal::{LOGIN, Terminal};
use super::web;
use crate::harness::{program, set_mode, tests};

tests! {
    quick "login" => progress_is_one_line_that_is_written_over,
    slow "contract" => doctor_says_what_it_waits_for,
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

/// The line is gone before the findings come.
fn doctor_says_what_it_waits_for() {
    let mut world = approving();
    let bin = world.root().join("bin");
    std::fs::create_dir_all(&bin).unwrap();
    let aws = bin.join("aws");
    std::fs::write(&aws, "#!/bin/sh\n/bin/sleep 2\necho aws-cli/2.36.7\n").unwrap();
    set_mode(&aws, 0o755);
    world.set("PATH", &format!("{}:/usr/bin:/bin", bin.display()));
    let mut terminal = Terminal::start(&world, &["doctor"]);
    terminal.wait_for("sso-cp: asking the AWS CLI for its version ...");
    terminal.end();
    let shown = terminal.shown();
    let (_, behind) = shown.rsplit_once("\r\u{1b}[K").unwrap();
    assert!(behind.contains("aws-cli/2.36.7 knows"), "{shown:?}");
    assert!(!behind.contains("asking the AWS CLI"), "{shown:?}");
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
