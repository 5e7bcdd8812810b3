//! A running `sso-cp serve`, and asking it.

use super::super::subject::Subject;
use crate::scene::Scene;
use crate::workspace::Outcome;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::{Duration, Instant};

/// Dropped, it is stopped.
pub(super) struct Endpoint {
    child: Child,
    pub(super) address: String,
    /// The whole request for the last profile, token included.
    pub(super) request: String,
    /// From asking for the process to having its lines.
    pub(super) start_time: Duration,
}

impl Endpoint {
    /// Serves these profiles; the last of them is asked.
    pub(super) fn start(subject: &Subject, scene: &Scene, names: &[&str]) -> Outcome<Endpoint> {
        Endpoint::start_by(&subject.program, &[], scene, names)
    }

    /// The same under valgrind, which counts instructions.
    pub(super) fn start_counted(
        valgrind: &Path,
        subject: &Subject,
        scene: &Scene,
        names: &[&str],
    ) -> Outcome<Endpoint> {
        let program = subject.program.to_str().ok_or("the program's path is not Unicode")?;
        let words = ["--tool=callgrind", "--callgrind-out-file=/dev/null", program];
        Endpoint::start_by(valgrind, &words, scene, names)
    }

    fn start_by(
        program: &Path,
        before: &[&str],
        scene: &Scene,
        names: &[&str],
    ) -> Outcome<Endpoint> {
        let named = names.iter().flat_map(|name| ["--profile", name]);
        let words: Vec<&str> = before.iter().copied().chain(["serve"]).chain(named).collect();
        let started = Instant::now();
        let mut command = scene.command(program, &words);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let mut lines = BufReader::new(child.stdout.take().ok_or("it has no stdout")?).lines();
        let mut value = |name: &str| -> Outcome<String> {
            loop {
                let line = lines.next().ok_or("the endpoint did not start")??;
                if let Some(value) = line.strip_prefix(name) {
                    return Ok(value.to_owned());
                }
            }
        };
        let (mut url, mut token) = (String::new(), String::new());
        for _ in names {
            url = value("export AWS_CONTAINER_CREDENTIALS_FULL_URI=")?;
            token = value("export AWS_CONTAINER_AUTHORIZATION_TOKEN=")?;
        }
        let start_time = started.elapsed();
        let rest = url.strip_prefix("http://").ok_or("an odd URL")?;
        let (address, path) = rest.split_once('/').ok_or("an odd URL")?;
        let request =
            format!("GET /{path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: {token}\r\n\r\n");
        Ok(Endpoint { child, address: address.to_owned(), request, start_time })
    }

    /// Asks it, one question after the other on one connection.
    pub(super) fn ask(&self, times: usize) -> Outcome<()> {
        let mut stream = connect(&self.address)?;
        for _ in 0..times {
            exchange(&mut stream, &self.request)?;
        }
        Ok(())
    }

    /// Ends it as a person does, and gives what it, or the tool around it, said on stderr.
    pub(super) fn ended(mut self) -> Outcome<String> {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status()?;
        let stderr: Option<ChildStderr> = self.child.stderr.take();
        let mut text = String::new();
        stderr.ok_or("it has no stderr")?.read_to_string(&mut text)?;
        Ok(text)
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(super) fn connect(address: &str) -> Outcome<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// One request and its whole answer, which fits into one read nearly always.
pub(super) fn exchange(stream: &mut TcpStream, request: &str) -> Outcome<Vec<u8>> {
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    while !answer.ends_with(b"}") {
        match stream.read(&mut piece)? {
            0 => return Err("the endpoint hung up".into()),
            count => answer.extend_from_slice(&piece[..count]),
        }
    }
    match answer.starts_with(b"HTTP/1.1 200 OK\r\n") {
        true => Ok(answer),
        false => Err("the endpoint gave no credentials".into()),
    }
}
