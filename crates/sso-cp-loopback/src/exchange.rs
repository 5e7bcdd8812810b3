//! What the consumer gets and gives: a request, and the answer to it.

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use crate::stream::Stream;
use crate::wiped::Wiped;
use crate::{Peer, Request, Status, peer};

/// An answer is a few kilobytes, which the kernel's buffer takes at once. Only a client that asks
/// and asks without ever reading can make us wait, and then not for long.
const WRITE_TIME: Duration = Duration::from_millis(250);

/// A request that waits for its answer. Dropped without one, the client gets a 503.
pub struct Exchange {
    pub(crate) request: Request,
    pub(crate) stream: Arc<Stream>,
    pub(crate) answered: SyncSender<Then>,
}

/// What is sent back. `Content-Length` and `Connection` are added to the headers.
#[derive(Clone, Copy)]
pub struct Response<'a> {
    /// The status line.
    pub status: Status,
    /// Names and values of the headers; no line breaks or other control characters in them.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body, whole.
    pub body: &'a [u8],
    /// What becomes of the connection.
    pub then: Then,
}

/// What becomes of the connection after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// It is closed, and the client is told so.
    Close,
    /// The client may ask again on it, unless it said that it would not.
    KeepOpen,
}

impl Exchange {
    /// What the client asked.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// Who has made the connection. Reads the kernel's table of sockets, so it is for requests that matter.
    pub fn peer(&self) -> Peer {
        peer::peer(&self.stream)
    }

    /// Sends the answer. It is in the kernel's hands when this returns, so the program may end right
    /// afterwards.
    ///
    /// # Errors
    ///
    /// The client is gone or does not read, which a consumer can ignore; or a header holds a control
    /// character (`InvalidInput`), in which case the client gets a 503.
    pub fn answer(self, response: &Response<'_>) -> io::Result<()> {
        let then = match response.then {
            Then::KeepOpen if !self.request.wants_close => Then::KeepOpen,
            _ => Then::Close,
        };
        let bytes = encode(&Response { then, ..*response })?;
        let sent = send(&self.stream, &bytes);
        // The connection's thread waits for this; if it is gone, so is the connection.
        let _ = self.answered.send(if sent.is_ok() { then } else { Then::Close });
        sent
    }
}

/// Tells nothing: the request may carry an authorization code.
impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Exchange(..)")
    }
}

/// The listener's own answer to what it refuses: a status and nothing else, so that no byte of a
/// request can come back and a `HEAD` gets no body.
pub(crate) fn refuse(stream: &Stream, status: Status) -> io::Result<()> {
    let headers: &[_] = match status {
        Status::MethodNotAllowed => &[("Allow", "GET"), ("Cache-Control", "no-store")],
        _ => &[("Cache-Control", "no-store")],
    };
    send(stream, &encode(&Response { status, headers, body: b"", then: Then::Close })?)
}

fn send(mut stream: &Stream, bytes: &[u8]) -> io::Result<()> {
    stream.set_write_timeout(WRITE_TIME)?;
    stream.write_all(bytes)
}

fn encode(response: &Response<'_>) -> io::Result<Wiped> {
    let mut head = format!("HTTP/1.1 {}\r\n", response.status.line());
    for (name, value) in response.headers {
        if name.chars().chain(value.chars()).any(char::is_control) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "a header with a control character",
            ));
        }
        head.extend([name, ": ", value, "\r\n"]);
    }
    head.push_str(&format!("Content-Length: {}\r\n", response.body.len()));
    head.push_str(match response.then {
        Then::Close => "Connection: close\r\n\r\n",
        Then::KeepOpen => "Connection: keep-alive\r\n\r\n",
    });
    // One buffer and one write: a head alone in a packet would wait for its acknowledgement.
    let mut bytes = Wiped::with_capacity(head.len() + response.body.len());
    bytes.extend(head.as_bytes());
    bytes.extend(response.body);
    Ok(bytes)
}
