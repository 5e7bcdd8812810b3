//! The tunnel through a proxy: `CONNECT`, RFC 9110 section 9.3.6.

use std::io::{self, Read, Write};
use std::sync::Arc;

use ureq::unversioned::transport::time::Instant;
use ureq::unversioned::transport::{Buffers, NextTimeout, Transport, TransportAdapter};

use crate::request::user_agent;
use crate::{Phase, ProxyTrouble};

/// A proxy has little to say: its head may have this many bytes.
const MAX_HEAD_BYTES: usize = 8 << 10;

type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// Asks the proxy at the other end of `transport` for a tunnel to `target`, `host:port`.
///
/// The time limit covers the whole exchange, however slowly the bytes come.
pub(crate) fn open(
    transport: Box<dyn Transport>,
    target: &str,
    authorization: Option<&str>,
    timeout: NextTimeout,
    clock: Clock,
) -> Result<Box<dyn Transport>, ProxyTrouble> {
    let mut stream = TransportAdapter::new(transport, clock);
    stream.set_timeout(timeout);
    let status = exchange(&mut stream, target, authorization).map_err(trouble)?;
    match status {
        200..=299 => Ok(Box::new(Tunnel(stream.into_inner()))),
        _ => Err(ProxyTrouble::Refused(status)),
    }
}

fn exchange(
    stream: &mut TransportAdapter,
    target: &str,
    authorization: Option<&str>,
) -> io::Result<u16> {
    let agent = user_agent();
    let mut request = zeroize::Zeroizing::new(format!(
        "CONNECT {target} HTTP/1.1\r\nHost: {target}\r\nUser-Agent: {agent}\r\n"
    ));
    if let Some(authorization) = authorization {
        request.push_str("Proxy-Authorization: Basic ");
        request.push_str(authorization);
        request.push_str("\r\n");
    }
    request.push_str("\r\n");
    stream.write_all(request.as_bytes())?;
    // Byte by byte out of a buffer: what follows the head belongs to the tunnel.
    let mut head = Vec::with_capacity(256);
    while !head.ends_with(b"\r\n\r\n") && !head.ends_with(b"\n\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
        if head.len() > MAX_HEAD_BYTES {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "its answer is too long"));
        }
    }
    status(&head)
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "its answer is not HTTP"))
}

/// The three digits of `HTTP/1.1 200 Connection established`.
fn status(head: &[u8]) -> Option<u16> {
    let line = head.strip_prefix(b"HTTP/1.")?.get(1..)?.strip_prefix(b" ")?;
    let digits = line.get(..3)?;
    digits.iter().all(u8::is_ascii_digit).then(|| str::from_utf8(digits).ok()?.parse().ok())?
}

fn trouble(error: io::Error) -> ProxyTrouble {
    match ureq::Error::from(error) {
        ureq::Error::Timeout(_) => ProxyTrouble::TimedOut(Phase::Tunnelling),
        ureq::Error::Io(error) => ProxyTrouble::Broken(error),
        other => ProxyTrouble::Broken(io::Error::other(other)),
    }
}

/// TLS with the proxy is not TLS with the host: this transport says so, or the request would go
/// through the tunnel in the clear.
#[derive(Debug)]
struct Tunnel(Box<dyn Transport>);

impl Transport for Tunnel {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.0.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.0.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        self.0.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.0.is_open()
    }

    fn is_tls(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::status;

    #[test]
    fn the_status_of_a_proxy_is_read() {
        assert_eq!(status(b"HTTP/1.1 200 OK\r\n\r\n"), Some(200));
        assert_eq!(status(b"HTTP/1.0 407\r\n\r\n"), Some(407));
        for bad in ["", "HTTP/1.1", "HTTP/1.1 2x0 OK", "HTTP/1.1 -20 ", "SSH-2.0-x", "HTTP/1.1 20"]
        {
            assert_eq!(status(bad.as_bytes()), None, "{bad}");
        }
    }
}
