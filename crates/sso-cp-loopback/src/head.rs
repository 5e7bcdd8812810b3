//! Reading one request head, in bounded space and bounded time.

use std::io::{ErrorKind, Read};
use std::time::{Duration, Instant};

use crate::stream::Stream;
use crate::wiped::Wiped;
use crate::{Limits, Status};

/// Request line and headers together, in bytes. An AWS authorization code can be some 6 kB long;
/// what a browser adds of its own is about 1 kB.
pub(crate) const HEAD_LIMIT_BYTES: usize = 8 * 1024;

/// The bytes of one head, and whether the client sent more behind it, without waiting for an answer.
pub(crate) struct Head {
    pub(crate) bytes: Wiped,
    pub(crate) length: usize,
    pub(crate) more_follows: bool,
}

/// Why there is no head.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoHead {
    /// The client went away, or never said a word: it gets no answer.
    Silence,
    /// The client gets this status.
    Refused(Status),
}

/// Reads until the empty line. The first byte may take `limits.idle_time` (browsers open
/// connections ahead of need), the rest `limits.head_time` in all, however it dribbles in.
pub(crate) fn read(mut stream: &Stream, limits: &Limits) -> Result<Head, NoHead> {
    // One byte more than the limit tells a head that is too long from one that just fits.
    let mut bytes = Wiped::zeros(HEAD_LIMIT_BYTES + 1);
    let mut filled = 0;
    let mut deadline = Instant::now() + limits.idle_time;
    loop {
        let count = match read_some(&mut stream, &mut bytes[filled..], deadline) {
            Some(count) => count,
            None if filled == 0 => return Err(NoHead::Silence),
            None => return Err(NoHead::Refused(Status::RequestTimeout)),
        };
        if count == 0 {
            return Err(NoHead::Silence);
        }
        if filled == 0 {
            deadline = Instant::now() + limits.head_time;
            // Every method begins with a capital letter; a TLS ClientHello does not, and would
            // otherwise have us wait for an empty line that never comes.
            if !bytes[0].is_ascii_uppercase() {
                return Err(NoHead::Refused(Status::BadRequest));
            }
        }
        let searched = filled.saturating_sub(3);
        filled += count;
        if let Some(end) = end_of_head(&bytes[..filled], searched)
            && end <= HEAD_LIMIT_BYTES
        {
            return Ok(Head { bytes, length: end, more_follows: filled > end });
        }
        if filled > HEAD_LIMIT_BYTES {
            return Err(NoHead::Refused(too_long(&bytes)));
        }
    }
}

/// One `read` before the deadline. `None` when the time is over, 0 bytes when the client is gone.
fn read_some(stream: &mut &Stream, space: &mut [u8], deadline: Instant) -> Option<usize> {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        // A timeout of zero would mean none at all.
        if left < Duration::from_millis(1) {
            return None;
        }
        if stream.set_read_timeout(left).is_err() {
            return Some(0);
        }
        match stream.read(space) {
            Ok(count) => return Some(count),
            Err(error) => match error.kind() {
                // Which of the two a timeout is depends on the platform; the loop looks at the clock.
                ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted => {}
                _ => return Some(0),
            },
        }
    }
}

/// Where the head ends: behind the first empty line. Bare line feeds count, as RFC 9112 section 2.2
/// allows; the bytes before `from` hold no end.
fn end_of_head(bytes: &[u8], from: usize) -> Option<usize> {
    let line_feeds = (from..bytes.len()).filter(|&at| bytes[at] == b'\n');
    for at in line_feeds {
        let before = &bytes[..at];
        if before.ends_with(b"\n") || before.ends_with(b"\n\r") {
            return Some(at + 1);
        }
    }
    None
}

fn too_long(bytes: &[u8]) -> Status {
    if bytes.contains(&b'\n') { Status::HeadTooLarge } else { Status::UriTooLong }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_found_wherever_the_pieces_break() {
        let head = b"GET / HTTP/1.1\r\nHost: x\r\n\r\nmore";
        let end = head.len() - 4;
        for split in 1..end {
            assert_eq!(end_of_head(&head[..split], 0), None, "{split}");
            assert_eq!(end_of_head(head, split.saturating_sub(3)), Some(end), "{split}");
        }
        assert_eq!(end_of_head(b"GET / HTTP/1.1\n\n", 0), Some(16));
        assert_eq!(end_of_head(b"GET / HTTP/1.1\r\n", 0), None);
    }
}
