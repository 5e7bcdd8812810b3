//! TLS over a transport that stands, as one more transport for ureq.

use std::fmt;
use std::io::{Read, Write};
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use ureq::unversioned::transport::{
    Buffers, LazyBuffers, NextTimeout, Transport, TransportAdapter, time,
};

use crate::limits::{INPUT_BUFFER_BYTES, OUTPUT_BUFFER_BYTES};

/// A connection in TLS.
pub(crate) struct Secured {
    buffers: LazyBuffers,
    stream: StreamOwned<ClientConnection, TransportAdapter>,
}

impl Secured {
    /// The handshake with a host, which is in brackets if it is an IPv6 address.
    pub(crate) fn new(
        config: Arc<ClientConfig>,
        host: &str,
        transport: Box<dyn Transport>,
        timeout: NextTimeout,
    ) -> Result<Secured, ureq::Error> {
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let name = ServerName::try_from(bare.unwrap_or(host))
            .map_err(|_| ureq::Error::Tls("a certificate cannot name this host"))?;
        let mut connection = ClientConnection::new(config, name.to_owned())?;
        let mut socket = TransportAdapter::new(transport, Arc::new(time::Instant::now));
        socket.set_timeout(timeout);
        connection.complete_io(&mut socket)?;
        Ok(Secured {
            buffers: LazyBuffers::new(INPUT_BUFFER_BYTES, OUTPUT_BUFFER_BYTES),
            stream: StreamOwned::new(connection, socket),
        })
    }
}

impl Transport for Secured {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.stream.sock.set_timeout(timeout);
        Ok(self.stream.write_all(&self.buffers.output()[..amount])?)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        self.stream.sock.set_timeout(timeout);
        let amount = self.stream.read(self.buffers.input_append_buf())?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.sock.get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}

impl fmt::Debug for Secured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secured").finish_non_exhaustive()
    }
}
