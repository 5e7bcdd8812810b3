//! The endpoint's table: cached answers per second, beside a server that does nothing but send a file.

mod endpoint;
mod load;
mod many;

use super::report::Report;
use super::subject::Subject;
use super::table::{Table, at_least, count, ratio};
use crate::scene::{PROFILE, Scene};
use crate::workspace::Outcome;
use endpoint::{Endpoint, connect, exchange};
use fake_identity_center::{Fake, Setup};
use load::{CLIENTS, Connections, answers_per_second, median};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, thread};

/// How long they ask, each time.
const TIME: Duration = Duration::from_secs(1);
/// The rows take turns so often.
const ROUNDS: usize = 3;
/// What an endpoint must reach on two cores, from memory, over connections that are kept open.
const GOAL: f64 = 5000.0;

pub(super) fn section(report: &mut Report, subjects: &[Subject], scratch: &Path) -> Outcome<()> {
    let fake = Fake::start(Setup::default())?;
    let (scene, names) = many::scene(&scratch.join("serve"), &fake)?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let head = ["program", "connections", "per second", "a file, sent by threads", "ratio", "goal"];
    let mut table = Table::new(&head);
    let mut beside = many::table();
    for subject in subjects {
        rows(subject, &scene, &scratch.join("answer"), &mut table)?;
        many::row(subject, &scene, &names, &mut beside)?;
    }
    report.section(
        "The endpoint",
        format!(
            "`sso-cp serve`, asked by {CLIENTS} clients as fast as they can. Answers per second, the median of {ROUNDS} rounds, beside a server\n\
             that does nothing but send the same bytes from a file.\n\n{table}\n\
             With {} profiles at one endpoint, the last of them asked, in turns with an endpoint of one: the ratio is the median of {} pairs of\n\
             turns. Instructions are those of the endpoint, by callgrind, one client asking.\n\n{beside}",
            many::MANY,
            many::PAIRS,
        ),
    );
    Ok(())
}

/// One build's endpoint in turns with a server that sends its answer from a file.
fn rows(subject: &Subject, scene: &Scene, file: &Path, table: &mut Table) -> Outcome<()> {
    let endpoint = Endpoint::start(subject, scene, &[PROFILE])?;
    fs::write(file, exchange(&mut connect(&endpoint.address)?, &endpoint.request)?)?;
    let baseline = serve_file(file.to_owned())?;
    for (name, connections) in [("kept", Connections::Kept), ("a new one each", Connections::New)] {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(answers_per_second(&endpoint.address, &endpoint.request, connections, TIME)?);
            theirs.push(answers_per_second(&baseline, &endpoint.request, connections, TIME)?);
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
