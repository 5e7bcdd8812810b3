//! Credentials for everything else: shells and files (`export`), commands (`exec`), the endpoint (`serve`), real clients of it.

mod commands;
mod endpoints;
mod exports;
mod forms;
mod many;
mod sdks;

use std::io::{BufRead, BufReader, Read};
use std::net::TcpStream;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use crate::harness::{Ran, Run, Test, World};

pub(crate) fn tests() -> Vec<Test> {
    [
        exports::tests(),
        commands::tests(),
        endpoints::tests(),
        forms::tests(),
        many::tests(),
        sdks::tests(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// How long anything here may take.
const LIMIT: Duration = Duration::from_secs(20);

/// Where everybody is signed in and nothing is cached.
fn signed_in() -> World {
    let world = World::new();
    world.put_token("+1h");
    world
}

/// The arguments, for the standard profile.
fn ours(arguments: &[&str]) -> Run {
    Run::new(arguments.iter().map(Into::into))
}

fn exec(flags: &[&str], command: &[&str]) -> Run {
    let words = [&["exec", "--profile", "dev"], flags, &["--"], command].concat();
    ours(&words)
}

pub(crate) fn send(signal: &str, process: u32) {
    let sent = Command::new("kill").arg(format!("-{signal}")).arg(process.to_string()).status();
    assert!(sent.unwrap().success());
}

/// The lines that a child prints while it runs.
pub(crate) struct Lines(BufReader<std::process::ChildStdout>);

impl Lines {
    pub(crate) fn of(child: &mut Child) -> Lines {
        Lines(BufReader::new(child.stdout.take().unwrap()))
    }

    pub(crate) fn next(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

/// Waits for a child whose stdout somebody else reads.
pub(crate) fn end(child: Child) -> Ran {
    Ran::of(child, Instant::now(), LIMIT)
}

/// What an endpoint answers: status and body.
pub(crate) fn get(url: &str, authorization: &str) -> (u16, String) {
    use std::io::Write;
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let head = format!(
        "GET /{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {authorization}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}
