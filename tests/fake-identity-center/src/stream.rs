//! A client's connection, plain or TLS.

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// How long a client may be silent where the relay reads or does not take what it writes.
const IDLE: Duration = Duration::from_secs(120);
/// How long an orderly close waits for the client's own close.
const LAST_WORDS: Duration = Duration::from_millis(500);

pub(crate) enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Stream {
    /// The handshake comes with the first read.
    pub(crate) fn new(socket: TcpStream, tls: Option<&Arc<ServerConfig>>) -> io::Result<Self> {
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(IDLE))?;
        socket.set_write_timeout(Some(IDLE))?;
        let Some(config) = tls else { return Ok(Self::Plain(socket)) };
        let connection = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
        Ok(Self::Tls(Box::new(StreamOwned::new(connection, socket))))
    }

    fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(socket) => socket,
            Self::Tls(tls) => &tls.sock,
        }
    }

    /// Says goodbye, then takes what the client still sends: closing with unread bytes would reset the connection.
    pub(crate) fn close(mut self) {
        if let Self::Tls(tls) = &mut self {
            tls.conn.send_close_notify();
            // Not a flush, which would go on with a handshake that failed. The client may be gone already.
            while tls.conn.wants_write() && tls.conn.write_tls(&mut tls.sock).is_ok() {}
        }
        let socket = self.socket();
        let quiet = socket
            .shutdown(Shutdown::Write)
            .and_then(|()| socket.set_read_timeout(Some(LAST_WORDS)));
        if quiet.is_ok() {
            drop(io::copy(&mut socket.take(1 << 20), &mut io::sink()));
        }
    }

    /// Ends the connection with a TCP reset. Every other handle of the socket must be gone.
    pub(crate) fn reset(self) {
        // Without the option the close is an orderly one, which no test mistakes for a reset.
        drop(socket2::SockRef::from(self.socket()).set_linger(Some(Duration::ZERO)));
    }

    /// Sends nothing more and waits until the client goes away.
    pub(crate) fn stall(&mut self) {
        let mut ignored = [0; 4096];
        if self.socket().set_read_timeout(None).is_ok() {
            while matches!(self.read(&mut ignored), Ok(1..)) {}
        }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.read(buffer),
            Self::Tls(tls) => tls.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.write(bytes),
            Self::Tls(tls) => tls.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(socket) => socket.flush(),
            Self::Tls(tls) => tls.flush(),
        }
    }
}
