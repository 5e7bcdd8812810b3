//! The port: bound, accepting, and closed when dropped.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
#[cfg(unix)]
use std::os::unix::net::{UnixListener, UnixStream};
#[cfg(unix)]
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::connection::converse;
use crate::limits::Rules;
use crate::seats::{Seat, Seats};
use crate::stream::Stream;
use crate::{Error, Exchange, Hosts, Limits};

/// A connection's thread needs a few kilobytes; debug builds need more. Only touched pages cost.
const STACK_BYTES: usize = 256 * 1024;

/// When `accept` fails because files or memory ran out, trying again at once would only spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// How soon to look again for a place, when everybody waits for the consumer or has only just come.
/// Until then, new connections wait in the kernel's queue.
const FULL_PAUSE: Duration = Duration::from_millis(1);

/// How long dropping a listener tries to wake the accepting thread, where even that fails.
const CLOSE_TIME: Duration = Duration::from_secs(1);
const CLOSE_PAUSE: Duration = Duration::from_millis(1);

/// A bound port of 127.0.0.1. Dropping it closes the port at once; answers that were given are still
/// delivered.
pub struct Listener {
    port: u16,
    requests: Receiver<Exchange>,
    sender: SyncSender<Exchange>,
    shared: Arc<Shared>,
    accepting: Vec<(Door, JoinHandle<()>)>,
}

struct Shared {
    rules: Rules,
    seats: Arc<Seats>,
    closing: AtomicBool,
}

/// Where a thread accepts, for anyone who must wake it.
enum Door {
    Port(u16),
    #[cfg(unix)]
    Path(PathBuf),
}

impl Listener {
    /// Binds 127.0.0.1, and nothing else: not `localhost`, which can be another address, and not all
    /// interfaces, which would let the whole network in (RFC 8252 section 8.3). Port 0 lets the
    /// operating system choose. The socket stays bound until the drop, so nobody can take the port
    /// over in between.
    ///
    /// Nobody else can listen on the same port meanwhile. On Unix, std sets `SO_REUSEADDR`, which
    /// lets a port be bound again while old connections fade, but never twice at once. On Windows it
    /// would allow exactly that, and std leaves it off there. Only a program of the same user that
    /// asks for it could still squeeze in; shutting that out takes `SO_EXCLUSIVEADDRUSE`, for which
    /// there is no safe call.
    ///
    /// # Errors
    ///
    /// [`Error::Bind`] where the port is taken or listening is forbidden, [`Error::Thread`] where the
    /// operating system has no thread for us.
    pub fn bind(port: u16, limits: Limits, hosts: Hosts) -> Result<Listener, Error> {
        let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .and_then(|socket| Ok((socket.local_addr()?, socket)));
        let (address, socket) = bound.map_err(|source| Error::Bind { port, source })?;
        let shared = Arc::new(Shared {
            rules: Rules { limits, hosts, authority: address.to_string() },
            seats: Arc::new(Seats::new(limits.connections)),
            closing: AtomicBool::new(false),
        });
        let (sender, requests) = sync_channel(limits.connections);
        let port = address.port();
        let mut listener = Listener { port, requests, sender, shared, accepting: Vec::new() };
        listener.open(Door::Port(port), move || Ok(Stream::Tcp(socket.accept()?.0)))?;
        Ok(listener)
    }

    /// Listens at a Unix socket too, with the same limits and the same checks: a forwarder passes on
    /// the `Host` that it was asked for.
    ///
    /// # Errors
    ///
    /// [`Error::Thread`] where the operating system has no thread for us.
    #[cfg(unix)]
    pub fn listen_at(&mut self, socket: UnixListener) -> Result<(), Error> {
        let address = socket.local_addr().ok();
        let path = address.and_then(|address| address.as_pathname().map(PathBuf::from));
        let accept = move || Ok(Stream::Unix(socket.accept()?.0));
        self.open(Door::Path(path.unwrap_or_default()), accept)
    }

    /// The port, also where the operating system chose it.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The next valid request, or `None` if there is none before `timeout` is over.
    pub fn next(&self, timeout: Duration) -> Option<Exchange> {
        // The other error, that nobody will ever send, cannot be: we hold a sender ourselves.
        self.requests.recv_timeout(timeout).ok()
    }

    fn open(
        &mut self,
        door: Door,
        accept: impl Fn() -> io::Result<Stream> + Send + 'static,
    ) -> Result<(), Error> {
        let (shared, sender) = (Arc::clone(&self.shared), self.sender.clone());
        let thread = thread::Builder::new()
            .name("loopback".to_owned())
            .stack_size(STACK_BYTES)
            .spawn(move || accept_until_closed(&accept, &shared, &sender))
            .map_err(|source| Error::Thread { source })?;
        self.accepting.push((door, thread));
        Ok(())
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.shared.closing.store(true, Ordering::SeqCst);
        self.shared.seats.close_readers();
        // A thread sits in `accept`: a connection of our own wakes it, and it drops the socket. The
        // deadline is for a machine that is out of sockets, and for a socket file that somebody has
        // replaced: there the thread is left behind.
        let deadline = Instant::now() + CLOSE_TIME;
        for (door, accepting) in self.accepting.drain(..) {
            let mut is_woken = false;
            while !accepting.is_finished() && Instant::now() < deadline {
                is_woken = is_woken || door.knock().is_ok();
                thread::sleep(CLOSE_PAUSE);
            }
        }
        // Anyone who was accepted while we were closing.
        self.shared.seats.close_readers();
    }
}

impl Door {
    fn knock(&self) -> io::Result<()> {
        match self {
            Door::Port(port) => {
                let address = SocketAddr::from((Ipv4Addr::LOCALHOST, *port));
                TcpStream::connect_timeout(&address, ACCEPT_PAUSE).map(drop)
            }
            #[cfg(unix)]
            Door::Path(path) => UnixStream::connect(path).map(drop),
        }
    }
}

fn accept_until_closed(
    accept: &impl Fn() -> io::Result<Stream>,
    shared: &Arc<Shared>,
    consumer: &SyncSender<Exchange>,
) {
    loop {
        let accepted = accept();
        if shared.closing.load(Ordering::SeqCst) {
            return;
        }
        match accepted {
            Ok(stream) => start_connection(stream, shared, consumer),
            Err(error) if is_one_clients_fault(&error) => {}
            Err(_) => thread::sleep(ACCEPT_PAUSE),
        }
    }
}

/// A client that resets its connection before we accept it shows as an error of `accept`.
fn is_one_clients_fault(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::Interrupted
    )
}

/// Where there is no thread for it, the connection is simply closed.
fn start_connection(stream: Stream, shared: &Arc<Shared>, consumer: &SyncSender<Exchange>) {
    let stream = Arc::new(stream);
    let seat = loop {
        if let Some(seat) = Seat::take(&shared.seats, &stream) {
            break seat;
        }
        if shared.closing.load(Ordering::SeqCst) {
            return;
        }
        thread::sleep(FULL_PAUSE);
    };
    let (shared, consumer) = (Arc::clone(shared), consumer.clone());
    let _ = thread::Builder::new()
        .name("loopback client".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(move || converse(&seat, &shared.rules, &consumer));
}
