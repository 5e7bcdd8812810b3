//! Connecting to one of several addresses: RFC 8305, section 5, "happy eyeballs".
//!
//! The next address is tried where the one before has failed, or has not answered for a quarter of a second, and the
//! first that answers counts. So a network whose IPv6 is dead costs 250 ms and not seconds.

use std::io;
use std::net::SocketAddr;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use ureq::Timeout;
use ureq::http::Uri;
use ureq::unversioned::transport::{Connector, TcpConnector, Transport};

use super::step::Step;
use crate::resolve;

/// RFC 8305, section 8: the "Connection Attempt Delay".
const HEAD_START: Duration = Duration::from_millis(250);

/// Why no address has answered.
#[derive(Debug)]
pub(super) enum NoConnection {
    /// The time is up.
    TimedOut,
    /// What the last address that failed has answered.
    Failed(io::Error),
}

type Connected = Result<Box<dyn Transport>, NoConnection>;

/// Connects to the first of the addresses that answers, until a moment.
///
/// One address is asked in this thread. With more of them each has a thread of its own, and one that is still
/// waiting when another has answered is left to its time limit.
pub(super) fn connect(uri: &Uri, addresses: &[SocketAddr], until: Instant) -> Connected {
    match addresses {
        [] => Err(NoConnection::Failed(io::ErrorKind::NotConnected.into())),
        [only] => ask(uri, *only, until),
        several => race(uri, several, until),
    }
}

fn race(uri: &Uri, addresses: &[SocketAddr], until: Instant) -> Connected {
    let (sender, receiver) = mpsc::channel();
    let mut failure = NoConnection::TimedOut;
    let mut running = 0;
    for address in addresses {
        if Instant::now() >= until {
            break;
        }
        if start(uri, *address, until, &sender).is_err() {
            // No thread can be had: one after the other.
            match ask(uri, *address, until) {
                Ok(transport) => return Ok(transport),
                Err(error) => failure = error,
            }
            continue;
        }
        running += 1;
        match next(&receiver, until.min(Instant::now() + HEAD_START)) {
            Some(Ok(transport)) => return Ok(transport),
            Some(Err(error)) => {
                failure = error;
                running -= 1;
            }
            None => {}
        }
    }
    while running > 0 {
        match next(&receiver, until) {
            Some(Ok(transport)) => return Ok(transport),
            Some(Err(error)) => failure = error,
            None => return Err(NoConnection::TimedOut),
        }
        running -= 1;
    }
    Err(failure)
}

fn start(
    uri: &Uri,
    address: SocketAddr,
    until: Instant,
    sender: &Sender<Connected>,
) -> io::Result<()> {
    let (uri, sender) = (uri.clone(), sender.clone());
    let attempt = move || {
        // Nobody listens any more where another address was faster: the connection is closed then.
        let _ = sender.send(ask(&uri, address, until));
    };
    thread::Builder::new().name("connect".to_owned()).spawn(attempt).map(drop)
}

/// The next outcome, if one comes until a moment.
fn next(receiver: &Receiver<Connected>, until: Instant) -> Option<Connected> {
    receiver.recv_timeout(until.saturating_duration_since(Instant::now())).ok()
}

fn ask(uri: &Uri, address: SocketAddr, until: Instant) -> Connected {
    let step = Step::until(until);
    let mut details = step.details(uri);
    details.addrs = resolve::in_ureq_form(&[address]);
    match Connector::<()>::connect(&TcpConnector::default(), &details, None) {
        Ok(Some(transport)) => Ok(Box::new(transport)),
        Ok(None) => Err(NoConnection::Failed(io::ErrorKind::NotConnected.into())),
        Err(ureq::Error::Timeout(Timeout::Connect)) => Err(NoConnection::TimedOut),
        Err(ureq::Error::Io(error)) => Err(NoConnection::Failed(error)),
        Err(other) => Err(NoConnection::Failed(io::Error::other(other))),
    }
}
