//! Connections that are made ahead of the request that needs them, while another one is on its way.
//!
//! ureq's own pool cannot keep such a connection: before it uses one it takes unread bytes for the sign of a dead peer, and a
//! server of TLS 1.3 sends session tickets without being asked. So the connector keeps it itself.

use std::fmt;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use ureq::http::Uri;
use ureq::unversioned::transport::Transport;

use crate::dial::{Ways, label};
use crate::{Error, Event, Phase};

type Opened = Result<Box<dyn Transport>, Error>;

/// The connections that are under way, one per scheme, host and port.
#[derive(Default)]
pub(crate) struct Ahead {
    under_way: Mutex<Vec<UnderWay>>,
}

struct UnderWay {
    origin: String,
    receiver: Receiver<Opened>,
}

impl Ahead {
    /// Begins to connect. Where no thread can be had nothing happens, and the request connects for itself.
    pub(crate) fn begin(&self, ways: &Arc<Ways>, uri: &Uri, limit: Duration) {
        let origin = origin(uri);
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if under_way.iter().any(|one| one.origin == origin) {
            return;
        }
        let (sender, receiver) = mpsc::sync_channel(1);
        let (ways, target) = (ways.clone(), uri.clone());
        let open = move || {
            // Nobody listens any more where the request was never made: the connection is closed then.
            let _ = sender.send(ways.open(&target, limit));
        };
        if thread::Builder::new().name("ahead".to_owned()).spawn(open).is_ok() {
            under_way.push(UnderWay { origin, receiver });
        }
    }

    /// The connection that was begun for a host, waited for as long as the attempt may take. Its error is the
    /// attempt's. Nothing where none was begun.
    pub(crate) fn take(&self, ways: &Ways, uri: &Uri, limit: Duration) -> Option<Opened> {
        let receiver = self.remove(&origin(uri))?;
        let started = Instant::now();
        match receiver.recv_timeout(limit) {
            Ok(opened) => {
                ways.tell(&Event::TakenAhead { host: &label(uri), took: started.elapsed() });
                Some(opened)
            }
            Err(RecvTimeoutError::Timeout) => Some(Err(Error::TimedOut {
                phase: Phase::Connecting,
                awaited: "",
                host: label(uri),
                after: started.elapsed(),
            })),
            // Its thread has ended without a word: the request connects for itself.
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }

    fn remove(&self, origin: &str) -> Option<Receiver<Opened>> {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let place = under_way.iter().position(|one| one.origin == origin)?;
        Some(under_way.swap_remove(place).receiver)
    }
}

impl fmt::Debug for Ahead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ahead").finish_non_exhaustive()
    }
}

fn origin(uri: &Uri) -> String {
    format!("{}://{}", uri.scheme_str().unwrap_or_default(), label(uri).to_ascii_lowercase())
}
