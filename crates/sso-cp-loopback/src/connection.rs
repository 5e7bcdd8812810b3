//! The life of one connection, in a thread of its own.

use std::io::Read;
use std::net::Shutdown;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::{Duration, Instant};

use crate::exchange::refuse;
use crate::head::{self, NoHead};
use crate::limits::Rules;
use crate::seats::{Phase, Seat};
use crate::stream::Stream;
use crate::{Exchange, Request, Status, Then};

/// How long, and for how many bytes, we go on reading from a client that has its answer. Closing
/// with unread bytes would send a reset, which can destroy the answer on its way.
const LINGER_TIME: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 64 * 1024;

/// Reads requests and hands the valid ones over, until somebody closes.
pub(crate) fn converse(seat: &Seat, rules: &Rules, consumer: &SyncSender<Exchange>) {
    // Without it answers only come later.
    let _ = seat.stream.send_at_once();
    loop {
        let status = match one_exchange(seat, rules, consumer) {
            Next::AskAgain => match seat.enter(Phase::Reading) {
                Some(()) => continue,
                None => return,
            },
            Next::Finish => None,
            Next::Refuse(status) => Some(status),
            Next::HangUp => return,
        };
        let refused = status.map_or(Ok(()), |status| refuse(&seat.stream, status));
        // Neither a client that is gone nor one that has lost its place is waited for.
        if refused.is_ok() && seat.enter(Phase::Finishing).is_some() {
            linger(&seat.stream);
        }
        return;
    }
}

enum Next {
    AskAgain,
    Finish,
    Refuse(Status),
    HangUp,
}

fn one_exchange(seat: &Seat, rules: &Rules, consumer: &SyncSender<Exchange>) -> Next {
    let head = match head::read(&seat.stream, &rules.limits) {
        Ok(head) => head,
        Err(NoHead::Silence) => return Next::HangUp,
        Err(NoHead::Refused(status)) => return Next::Refuse(status),
    };
    let request = match Request::parse(&head, rules.hosts, &rules.authority) {
        Ok(request) => request,
        Err(status) => return Next::Refuse(status),
    };
    drop(head);
    if seat.enter(Phase::Answering).is_none() {
        return Next::HangUp;
    }
    let (answered, answer) = sync_channel(1);
    let exchange = Exchange { request, stream: Arc::clone(&seat.stream), answered };
    // The channel has room for every connection that has a place: it can only be closed, not full.
    if consumer.try_send(exchange).is_err() {
        return Next::Refuse(Status::ServiceUnavailable);
    }
    match answer.recv() {
        Ok(Then::KeepOpen) => Next::AskAgain,
        Ok(Then::Close) => Next::Finish,
        // The consumer dropped the exchange.
        Err(_) => Next::Refuse(Status::ServiceUnavailable),
    }
}

/// Says that nothing more will come, and waits for the client to have heard it.
fn linger(mut stream: &Stream) {
    if stream.shutdown(Shutdown::Write).is_err() {
        return;
    }
    let deadline = Instant::now() + LINGER_TIME;
    let mut discarded = 0;
    let mut scratch = [0; 1024];
    while discarded < LINGER_BYTES {
        let left = deadline.saturating_duration_since(Instant::now());
        if left < Duration::from_millis(1) || stream.set_read_timeout(left).is_err() {
            return;
        }
        match stream.read(&mut scratch) {
            Ok(0) | Err(_) => return,
            Ok(count) => discarded += count,
        }
    }
}
