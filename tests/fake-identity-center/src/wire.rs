//! The relay that clients connect to. It stands in front of tiny_http because a test wants replies that no HTTP server
//! would send, and because tiny_http's listener was seen to have stopped for good, in the middle of a run of tests.

use crate::message::{NoRequest, Reply, read_request};
use crate::plan::{Drip, Ending, Framing, Plan};
use crate::stream::Stream;
use rustls::ServerConfig;
use std::collections::HashMap;
use std::io::{self, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// More connections at once than any test opens; one more is closed at once.
const CONNECTION_LIMIT: usize = 512;
/// How often a sleeping connection looks whether the stand-in has stopped.
const STEP: Duration = Duration::from_millis(20);

/// A running relay; it stops when it is dropped.
pub(crate) struct Relay {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    back_end: SocketAddr,
    tls: Option<Arc<ServerConfig>>,
    /// A handle of every open connection, so that the relay can end them.
    live: Mutex<HashMap<u64, TcpStream>>,
    stopped: AtomicBool,
}

impl Relay {
    /// Serves a listener with the back end's answers.
    pub(crate) fn start(
        listener: TcpListener,
        back_end: SocketAddr,
        tls: Option<Arc<ServerConfig>>,
    ) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let live = Mutex::new(HashMap::new());
        let shared = Arc::new(Shared { back_end, tls, live, stopped: AtomicBool::new(false) });
        let of_thread = Arc::clone(&shared);
        thread::Builder::new()
            .name("relay".to_owned())
            .spawn(move || accept(&listener, &of_thread))?;
        Ok(Self { address, shared })
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // A connection of our own wakes the accepting thread; without it that thread just lives on, idle.
        drop(TcpStream::connect(self.address));
        for socket in self.shared.live().values() {
            drop(socket.shutdown(Shutdown::Both));
        }
    }
}

impl Shared {
    fn live(&self) -> MutexGuard<'_, HashMap<u64, TcpStream>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// Sleeps, but not longer than the stand-in lives.
    fn sleep(&self, time: Duration) -> io::Result<()> {
        let end = Instant::now() + time;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match (self.stopped(), left.is_zero()) {
                (true, _) => return Err(io::Error::other("the stand-in has stopped")),
                (false, true) => return Ok(()),
                (false, false) => thread::sleep(left.min(STEP)),
            }
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut count = 0;
    for socket in listener.incoming() {
        if shared.stopped() {
            return;
        }
        // A connection that is gone before it was accepted, or no file descriptors for the moment.
        let Ok(socket) = socket else {
            thread::sleep(STEP);
            continue;
        };
        count += 1;
        let mut live = shared.live();
        if live.len() >= CONNECTION_LIMIT {
            continue;
        }
        let Ok(handle) = socket.try_clone() else { continue };
        live.insert(count, handle);
        drop(live);
        let (of_thread, id) = (Arc::clone(shared), count);
        let thread = thread::Builder::new().spawn(move || connection(socket, id, &of_thread));
        if thread.is_err() {
            shared.live().remove(&count);
        }
    }
}

fn connection(socket: TcpStream, id: u64, shared: &Shared) {
    let ended = Stream::new(socket, shared.tls.as_ref())
        .map(|mut stream| (serve(&mut stream, shared), stream));
    // The other handle must be gone before the end, or the end would not reach the client.
    shared.live().remove(&id);
    match ended {
        Ok((Ok(Ending::Reset), stream)) => stream.reset(),
        Ok((Ok(_), stream)) => stream.close(),
        _ => {}
    }
}

/// Answers requests until the connection ends, and tells how it is to end. An error means that it is over already.
fn serve(stream: &mut Stream, shared: &Shared) -> io::Result<Ending> {
    let mut buffer = Vec::new();
    loop {
        let request = match read_request(stream, &mut buffer) {
            Ok(request) => request,
            Err(NoRequest::Gone) => return Ok(Ending::Close),
            Err(NoRequest::Bad(status)) => {
                let (head, body) = Reply::plain(status, "Bad Request").layout("GET", false);
                stream.write_all(&[head, body].concat())?;
                return Ok(Ending::Close);
            }
        };
        let reply = Reply::ask(shared.back_end, &request)
            .unwrap_or_else(|_| Reply::plain(502, "the back end of the stand-in does not answer"));
        let plan = &reply.plan;
        shared.sleep(plan.delay)?;
        while plan.hold.as_ref().is_some_and(|file| file.exists()) {
            shared.sleep(STEP)?;
        }
        let keep_alive = request.keep_alive && plan.ending == Ending::KeepAlive;
        if !plan.silent {
            let (head, body) = reply.layout(&request.method, keep_alive);
            send(stream, &head, &body, plan, shared)?;
        }
        match plan.ending {
            Ending::KeepAlive if keep_alive => {}
            Ending::KeepAlive => return Ok(Ending::Close),
            Ending::Stall => {
                stream.stall();
                return Ok(Ending::Close);
            }
            ending => return Ok(ending),
        }
    }
}

fn send(
    stream: &mut Stream,
    head: &[u8],
    body: &[u8],
    plan: &Plan,
    shared: &Shared,
) -> io::Result<()> {
    if let Some(limit) = plan.head_limit {
        return write(stream, &head[..limit.min(head.len())], plan.head_drip, shared);
    }
    let body = &body[..plan.body_limit.unwrap_or(body.len()).min(body.len())];
    if plan.head_drip.is_none() && plan.body_drip.is_none() {
        // One write, as servers do: a client must not come to rely on a pause after the head.
        write(stream, &[head, body].concat(), None, shared)?;
    } else {
        write(stream, head, plan.head_drip, shared)?;
        write(stream, body, plan.body_drip, shared)?;
    }
    while plan.framing == Framing::Endless && !shared.stopped() {
        stream.write_all(&[b' '; 16 * 1024])?;
    }
    Ok(())
}

fn write(stream: &mut Stream, bytes: &[u8], drip: Option<Drip>, shared: &Shared) -> io::Result<()> {
    let Some(drip) = drip else {
        stream.write_all(bytes)?;
        return stream.flush();
    };
    for piece in bytes.chunks(drip.bytes) {
        stream.write_all(piece)?;
        stream.flush()?;
        shared.sleep(drip.every)?;
    }
    Ok(())
}
