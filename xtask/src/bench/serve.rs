//! The endpoint's table: cached answers per second, beside a server that does nothing but send a file.

use super::home;
use super::report::Report;
use super::subject::Subject;
use super::table::{Table, at_least, count, ratio};
use crate::scene::{ACCOUNT, PROFILE, ROLE, SESSION, Scene};
use crate::workspace::Outcome;
use fake_identity_center::{Fake, Setup};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};
use std::{fs, thread};

/// Clients that ask at once.
const CLIENTS: usize = 8;
/// How long they ask, each time.
const TIME: Duration = Duration::from_secs(1);
/// The rows take turns so often.
const ROUNDS: usize = 3;
/// What an endpoint must reach on two cores, from memory, over connections that are kept open.
const GOAL: f64 = 5000.0;

/// How many profiles one endpoint serves in the second table, and by how much it may be slower then.
const MANY: usize = 50;
const MANY_GOAL: f64 = 0.9;

/// Whether a client keeps its connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Connections {
    Kept,
    New,
}

pub(super) fn section(report: &mut Report, subjects: &[Subject], scratch: &Path) -> Outcome<()> {
    let fake = Fake::start(Setup::default())?;
    let names: Vec<String> = (1..MANY).map(|number| format!("many-{number}")).collect();
    let names: Vec<&str> = [PROFILE].into_iter().chain(names.iter().map(String::as_str)).collect();
    let mut config = home::config(home::FEW);
    for name in &names[1..] {
        config += &format!(
            "\n[profile {name}]\nsso_cp_session = {SESSION}\nsso_cp_account_id = {ACCOUNT}\nsso_cp_role_name = {ROLE}\n"
        );
    }
    let scene = home::signed_in(&scratch.join("serve"), &fake, &config)?;
    let head = ["program", "connections", "a second", "a file, sent by threads", "ratio", "goal"];
    let mut table = Table::new(&head);
    let mut many = Table::new(&["program", "profiles", "a second", "with one", "ratio", "goal"]);
    for subject in subjects {
        rows(subject, &scene, &scratch.join("answer"), &mut table)?;
        many.row(many_row(subject, &scene, &names)?);
    }
    report.section(
        "The endpoint",
        format!(
            "`sso-cp serve`, asked by {CLIENTS} clients as fast as they can. Answers a second, the median of {ROUNDS} rounds, beside a server\n\
             that does nothing but send the same bytes from a file.\n\n{table}\n\
             With {MANY} profiles at one endpoint, the last of them asked, in turns with an endpoint of one:\n\n{many}"
        ),
    );
    Ok(())
}

/// One build's endpoint in turns with a server that sends its answer from a file.
fn rows(subject: &Subject, scene: &Scene, file: &Path, table: &mut Table) -> Outcome<()> {
    let endpoint = Endpoint::start(subject, scene, &[PROFILE])?;
    fs::write(file, ask(&endpoint.address, &endpoint.request)?)?;
    let baseline = serve_file(file.to_owned())?;
    for (name, connections) in [("kept", Connections::Kept), ("a new one each", Connections::New)] {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(answers_a_second(&endpoint.address, &endpoint.request, connections)?);
            theirs.push(answers_a_second(&baseline, &endpoint.request, connections)?);
        }
        let (ours, theirs) = (median(ours), median(theirs));
        let goal = match connections {
            Connections::Kept => at_least(ours, GOAL, ""),
            Connections::New => String::new(),
        };
        let [rate, file_rate] = [ours, theirs].map(|rate| count(Some(rate as u64)));
        table.row([subject.name(), name.to_owned(), rate, file_rate, ratio(ours / theirs), goal]);
    }
    Ok(())
}

/// One build's endpoint of many profiles in turns with its endpoint of one.
fn many_row(subject: &Subject, scene: &Scene, names: &[&str]) -> Outcome<[String; 6]> {
    let one = Endpoint::start(subject, scene, &[PROFILE])?;
    let many = Endpoint::start(subject, scene, names)?;
    let (mut of_many, mut of_one) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        of_many.push(answers_a_second(&many.address, &many.request, Connections::Kept)?);
        of_one.push(answers_a_second(&one.address, &one.request, Connections::Kept)?);
    }
    let (of_many, of_one) = (median(of_many), median(of_one));
    let [rate, rate_of_one] = [of_many, of_one].map(|rate| count(Some(rate as u64)));
    let quotient = of_many / of_one;
    let goal = at_least(quotient, MANY_GOAL, "");
    Ok([subject.name(), names.len().to_string(), rate, rate_of_one, ratio(quotient), goal])
}

/// A running `sso-cp serve`. Dropped, it is stopped.
struct Endpoint {
    child: Child,
    address: String,
    /// The whole request, token included.
    request: String,
}

impl Endpoint {
    /// Serves these profiles; the last of them is asked.
    fn start(subject: &Subject, scene: &Scene, names: &[&str]) -> Outcome<Endpoint> {
        let named = names.iter().flat_map(|name| ["--profile", name]);
        let words: Vec<&str> = ["serve"].into_iter().chain(named).collect();
        let mut command = scene.command(&subject.program, &words);
        let mut child = command.stdout(Stdio::piped()).spawn()?;
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
        let rest = url.strip_prefix("http://").ok_or("an odd URL")?;
        let (address, path) = rest.split_once('/').ok_or("an odd URL")?;
        let request =
            format!("GET /{path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: {token}\r\n\r\n");
        Ok(Endpoint { child, address: address.to_owned(), request })
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server that reads the file for each request and sends it as it stands, head and all.
fn serve_file(file: PathBuf) -> Outcome<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?.to_string();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let file = file.clone();
            thread::spawn(move || {
                let mut stream = stream;
                let mut head = [0; 1024];
                while stream.read(&mut head).is_ok_and(|count| count > 0) {
                    let sent = fs::read(&file).and_then(|bytes| stream.write_all(&bytes));
                    if sent.is_err() {
                        return;
                    }
                }
            });
        }
    });
    Ok(address)
}

fn answers_a_second(address: &str, request: &str, connections: Connections) -> Outcome<f64> {
    let started = Instant::now();
    let client = || -> Outcome<usize> {
        let mut count = 0;
        let mut stream = connect(address)?;
        while started.elapsed() < TIME {
            if connections == Connections::New {
                stream = connect(address)?;
            }
            exchange(&mut stream, request)?;
            count += 1;
        }
        Ok(count)
    };
    thread::scope(|scope| {
        let clients: Vec<_> =
            (0..CLIENTS).map(|_| scope.spawn(|| client().map_err(|e| e.to_string()))).collect();
        let mut sum = 0;
        for client in clients {
            sum += client.join().map_err(|_| "a client panicked")??;
        }
        Ok(sum as f64 / started.elapsed().as_secs_f64())
    })
}

fn connect(address: &str) -> Outcome<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

fn ask(address: &str, request: &str) -> Outcome<Vec<u8>> {
    exchange(&mut connect(address)?, request)
}

/// One request and its whole answer, which fits into one read nearly always.
fn exchange(stream: &mut TcpStream, request: &str) -> Outcome<Vec<u8>> {
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

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
