//! Loopback listeners that misbehave in ways that the stand-in for AWS cannot: silent ones, full ones, and a proxy.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use socket2::{Domain, Socket, Type};

/// An address where nobody listens. It stays bound until the tests end, so that the system gives its port to nobody who
/// asks for any port; who asks for this one gets it.
pub(crate) fn closed_port() -> SocketAddr {
    static BOUND: Mutex<Vec<Socket>> = Mutex::new(Vec::new());
    let any: SocketAddr = ([127, 0, 0, 1], 0).into();
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("sockets are to be had");
    socket.set_reuse_address(true).expect("sockets can be set");
    socket.bind(&any.into()).expect("loopback ports are to be had");
    let address = socket.local_addr().ok().and_then(|address| address.as_socket());
    if let Ok(mut bound) = BOUND.lock() {
        bound.push(socket);
    }
    address.expect("it is bound")
}

/// A listener whose connections are made by the system, and that never says a word.
pub(crate) fn silent_listener() -> TcpListener {
    TcpListener::bind(("127.0.0.1", 0)).expect("loopback ports are to be had")
}

/// A listener with no room for another connection: Linux drops the SYN of the next one. Keep what is returned.
pub(crate) fn full_backlog() -> (SocketAddr, Vec<Socket>) {
    let socket = || Socket::new(Domain::IPV4, Type::STREAM, None).expect("sockets are to be had");
    let listener = socket();
    let any: SocketAddr = ([127, 0, 0, 1], 0).into();
    listener
        .bind(&any.into())
        .and_then(|()| listener.listen(0))
        .expect("loopback ports are to be had");
    let address =
        listener.local_addr().ok().and_then(|address| address.as_socket()).expect("it is bound");
    let mut held = vec![listener];
    // One connection fills a backlog of nought; the others make sure.
    for _ in 0..4 {
        let client = socket();
        client.set_nonblocking(true).expect("sockets can be set");
        let _ = client.connect(&address.into());
        held.push(client);
    }
    (address, held)
}

/// What a proxy does with CONNECT.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ProxyRule {
    /// Connects, wherever the client wants to go, to this one address.
    Tunnel(SocketAddr),
    /// Answers with this status line's number.
    Refuse(u16),
}

/// A small HTTP proxy that knows CONNECT alone.
pub(crate) struct Proxy {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    pub(crate) fn start(rule: ProxyRule) -> Proxy {
        let listener = silent_listener();
        let address = listener.local_addr().expect("it is bound");
        let heads = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&heads);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let log = Arc::clone(&log);
                thread::spawn(move || serve(client, rule, &log));
            }
        });
        Proxy { address, heads }
    }

    /// `127.0.0.1:PORT`
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The request heads that it saw.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().map(|heads| heads.clone()).unwrap_or_default()
    }
}

fn serve(mut client: TcpStream, rule: ProxyRule, log: &Mutex<Vec<String>>) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && client.read_exact(&mut byte).is_ok() {
        head.push(byte[0]);
    }
    if let Ok(mut log) = log.lock() {
        log.push(String::from_utf8_lossy(&head).into_owned());
    }
    let target = match rule {
        ProxyRule::Refuse(status) => {
            let _ = write!(
                client,
                "HTTP/1.1 {status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            );
            return;
        }
        ProxyRule::Tunnel(target) => TcpStream::connect(target),
    };
    let Ok(server) = target else { return };
    if client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").is_err() {
        return;
    }
    let (Ok(client_again), Ok(server_again)) = (client.try_clone(), server.try_clone()) else {
        return;
    };
    thread::spawn(move || pass(client_again, server_again));
    pass(server, client);
}

fn pass(mut from: TcpStream, mut to: TcpStream) {
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}
