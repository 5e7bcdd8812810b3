//! Which connections are open, and which of them gives way when there are too many.

use std::net::Shutdown;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::stream::Stream;

/// How long a connection keeps its place anyone else who comes: a client that has just connected has
/// its request on the way, and even a busy machine runs its thread within this time.
const GRACE: Duration = Duration::from_millis(50);

/// The open connections of one listener, never more than `limit`.
pub(crate) struct Seats {
    limit: usize,
    table: Mutex<Table>,
}

/// One connection's place; dropping it gives the place back.
pub(crate) struct Seat {
    seats: Arc<Seats>,
    number: u64,
    pub(crate) stream: Arc<Stream>,
}

/// What a connection is doing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// It waits for the client's bytes; it may have to give way to others.
    Reading,
    /// Its request is with the consumer: it is left alone.
    Answering,
    /// It has its answer and lingers for a moment until the client has read it.
    Finishing,
}

#[derive(Default)]
struct Table {
    /// How many places were given in all; names the next one.
    given: u64,
    open: Vec<Open>,
}

struct Open {
    number: u64,
    stream: Arc<Stream>,
    phase: Phase,
    since: Instant,
}

impl Seats {
    pub(crate) fn new(limit: usize) -> Seats {
        Seats { limit, table: Mutex::default() }
    }

    /// Hangs up on everybody who still waits to say something.
    pub(crate) fn close_readers(&self) {
        for open in self.table().open.iter().filter(|open| open.phase == Phase::Reading) {
            hang_up(&open.stream);
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        // Nothing panics while it holds the lock, and if it did, the table would still be whole.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// A place for a new connection. Where all are taken, the connection that has been silent for
    /// longest loses its own: an honest client sends its request within milliseconds, so anyone who
    /// holds connections open to keep others out only hangs up on himself. `None` while everybody
    /// has a request with the consumer, or has only just come.
    pub(crate) fn take(seats: &Arc<Seats>, stream: &Arc<Stream>) -> Option<Seat> {
        let mut table = seats.table();
        if table.open.len() >= seats.limit {
            table.evict()?;
        }
        table.given += 1;
        let number = table.given;
        let since = Instant::now();

        table.open.push(Open { number, stream: Arc::clone(stream), phase: Phase::Reading, since });
        drop(table);
        Some(Seat { seats: Arc::clone(seats), number, stream: Arc::clone(stream) })
    }

    /// Notes what the connection does now. `None` where it has lost its place meanwhile.
    pub(crate) fn enter(&self, phase: Phase) -> Option<()> {
        let mut table = self.seats.table();
        let open = table.open.iter_mut().find(|open| open.number == self.number)?;
        (open.phase, open.since) = (phase, Instant::now());
        Some(())
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.seats.table().open.retain(|open| open.number != self.number);
    }
}

impl Table {
    /// Hangs up on the longest silent connection and frees its place.
    fn evict(&mut self) -> Option<()> {
        let may_go = |open: &Open| open.phase != Phase::Answering && open.since.elapsed() >= GRACE;
        let silent = self.open.iter().enumerate().filter(|(_, open)| may_go(open));
        let (place, _) = silent.min_by_key(|(_, open)| open.since)?;
        hang_up(&self.open.swap_remove(place).stream);
        Some(())
    }
}

/// Wakes the connection's thread, which then ends by itself. An error means that the client has hung
/// up already.
fn hang_up(stream: &Stream) {
    let _ = stream.shutdown(Shutdown::Both);
}
