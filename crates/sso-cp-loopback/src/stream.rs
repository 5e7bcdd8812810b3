//! One connection, by TCP or by a Unix socket.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// A connection, whichever way it came.
#[derive(Debug)]
pub(crate) enum Stream {
    /// To the port.
    Tcp(TcpStream),
    /// To the socket file.
    #[cfg(unix)]
    Unix(UnixStream),
}

impl Stream {
    /// Sends each answer at once: it is one write, so there is nothing to collect.
    pub(crate) fn send_at_once(&self) -> io::Result<()> {
        match self {
            Stream::Tcp(stream) => stream.set_nodelay(true),
            #[cfg(unix)]
            Stream::Unix(_) => Ok(()),
        }
    }

    pub(crate) fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        match self {
            Stream::Tcp(stream) => stream.shutdown(how),
            #[cfg(unix)]
            Stream::Unix(stream) => stream.shutdown(how),
        }
    }

    pub(crate) fn set_read_timeout(&self, time: Duration) -> io::Result<()> {
        match self {
            Stream::Tcp(stream) => stream.set_read_timeout(Some(time)),
            #[cfg(unix)]
            Stream::Unix(stream) => stream.set_read_timeout(Some(time)),
        }
    }

    pub(crate) fn set_write_timeout(&self, time: Duration) -> io::Result<()> {
        match self {
            Stream::Tcp(stream) => stream.set_write_timeout(Some(time)),
            #[cfg(unix)]
            Stream::Unix(stream) => stream.set_write_timeout(Some(time)),
        }
    }
}

impl Read for &Stream {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Tcp(stream) => (&*stream).read(space),
            #[cfg(unix)]
            Stream::Unix(stream) => (&*stream).read(space),
        }
    }
}

impl Write for &Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Tcp(stream) => (&*stream).write(bytes),
            #[cfg(unix)]
            Stream::Unix(stream) => (&*stream).write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
