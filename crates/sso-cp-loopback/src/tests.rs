//! Whole listeners, and raw TCP clients that behave well and badly.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use super::*;

const PATIENCE: Duration = Duration::from_secs(10);

const QUICK: Limits = Limits {
    connections: 16,
    head_time: Duration::from_millis(300),
    idle_time: Duration::from_millis(600),
};

/// Answers every request with its path, until the listener is no longer needed.
struct Server {
    port: u16,
    stop: std::sync::mpsc::Sender<()>,
    thread: Option<thread::JoinHandle<usize>>,
}

impl Server {
    fn start(limits: Limits, then: Then) -> Server {
        let listener = Listener::bind(0, limits, Hosts::Exact).unwrap();
        let port = listener.port();
        let (stop, stopped) = std::sync::mpsc::channel();
        let thread = thread::spawn(move || {
            let mut served = 0;
            while stopped.try_recv().is_err() {
                if let Some(exchange) = listener.next(Duration::from_millis(20)) {
                    let body = exchange.request().path().to_owned().into_bytes();
                    let headers = &[("Content-Type", "text/plain")];
                    let response = Response { status: Status::Ok, headers, body: &body, then };
                    let _ = exchange.answer(&response);
                    served += 1;
                }
            }
            served
        });
        Server { port, stop, thread: Some(thread) }
    }

    /// How many requests reached the consumer.
    fn served(mut self) -> usize {
        self.stop.send(()).unwrap();
        self.thread.take().unwrap().join().unwrap()
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    fn send(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect();
        // A refusal may come before everything is sent.
        let _ = stream.write_all(bytes);
        rest(&mut stream)
    }

    fn get(&self, path: &str) -> String {
        self.send(request(path, self.port).as_bytes())
    }
}

fn request(path: &str, port: u16) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n")
}

fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    String::from_utf8(bytes).unwrap()
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("none")
}

#[test]
fn a_request_gets_its_answer_to_the_byte() {
    let server = Server::start(Limits::SIGN_IN, Then::Close);
    assert_eq!(
        server.get("/hello?x"),
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\nConnection: close\r\n\r\n/hello"
    );
    assert_eq!(server.served(), 1);
}

#[test]
fn what_is_refused_never_reaches_the_consumer() {
    let server = Server::start(Limits::SIGN_IN, Then::Close);
    let port = server.port;
    let host = format!("Host: 127.0.0.1:{port}");
    let cases = [
        ("403", "GET /secret HTTP/1.1\r\nHost: evil.example\r\n\r\n".to_owned()),
        ("400", "GET /secret HTTP/1.1\r\n\r\n".to_owned()),
        (
            "405",
            format!("POST /secret HTTP/1.1\r\n{host}\r\nContent-Length: 99999999999\r\n\r\nbody"),
        ),
        ("405", format!("HEAD /secret HTTP/1.1\r\n{host}\r\n\r\n")),
        ("400", format!("GET http://127.0.0.1:{port}/secret HTTP/1.1\r\n{host}\r\n\r\n")),
        ("400", "secret\r\n\r\n".to_owned()),
        ("400", "SECRET secret\r\n\r\n".to_owned()),
        ("414", format!("GET /{} HTTP/1.1\r\n{host}\r\n\r\n", "s".repeat(9000))),
        ("431", format!("GET / HTTP/1.1\r\n{host}\r\nCookie: {}\r\n\r\n", "s".repeat(9000))),
    ];
    for (expected, bytes) in cases {
        let answer = server.send(bytes.as_bytes());
        assert_eq!(status(&answer), expected, "{bytes:.60}");
        assert!(answer.ends_with("\r\n\r\n") && !answer.contains("secret"), "{answer}");
    }
    let hello = [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".as_slice(), &[7; 500]].concat();
    assert_eq!(status(&server.send(&hello)), "400", "a TLS ClientHello");
    assert_eq!(server.served(), 0);
}

#[test]
fn a_head_of_exactly_8_kib_is_read() {
    let server = Server::start(Limits::SIGN_IN, Then::Close);
    let spare = 8 * 1024 - request("/", server.port).len();
    assert_eq!(status(&server.get(&format!("/{}", "x".repeat(spare)))), "200");
    assert_eq!(status(&server.get(&format!("/{}", "x".repeat(spare + 1)))), "431");
}

#[test]
fn nobody_listens_on_other_addresses_or_after_the_drop() {
    let listener = Listener::bind(0, Limits::SIGN_IN, Hosts::Exact).unwrap();
    let port = listener.port();
    assert!(matches!(Listener::bind(port, Limits::SIGN_IN, Hosts::Exact), Err(Error::Bind { .. })));
    if cfg!(target_os = "linux") {
        // Every 127.x address is this machine on Linux; only ours may answer.
        assert!(TcpStream::connect(("127.0.0.2", port)).is_err());
    }
    let mut idle = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let begun = Instant::now();
    drop(listener);
    // Not only after what it gives a thread that does not wake.
    assert!(begun.elapsed() < Duration::from_secs(1));
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
    idle.set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!(rest(&mut idle), "");
    Listener::bind(port, Limits::SIGN_IN, Hosts::Exact).unwrap();
}

#[test]
fn an_answer_survives_the_drop() {
    let listener = Listener::bind(0, Limits::SIGN_IN, Hosts::Exact).unwrap();
    let mut client = TcpStream::connect(("127.0.0.1", listener.port())).unwrap();
    client.write_all(request("/", listener.port()).as_bytes()).unwrap();
    let exchange = listener.next(PATIENCE).unwrap();
    drop(listener);
    let body = vec![b'x'; 10_000];
    let response = Response { status: Status::Ok, headers: &[], body: &body, then: Then::Close };
    exchange.answer(&response).unwrap();
    assert!(rest(&mut client).ends_with("xxx"));
}

#[test]
fn a_request_that_nobody_answers_gets_503_and_bad_headers_are_not_sent() {
    let listener = Listener::bind(0, Limits::SIGN_IN, Hosts::Exact).unwrap();
    let ask = || {
        let mut client = TcpStream::connect(("127.0.0.1", listener.port())).unwrap();
        client.write_all(request("/", listener.port()).as_bytes()).unwrap();
        client
    };
    let mut client = ask();
    drop(listener.next(PATIENCE).unwrap());
    assert_eq!(status(&rest(&mut client)), "503");
    let mut client = ask();
    let headers = &[("Location", "/\r\nSet-Cookie: x=y")];
    let response = Response { status: Status::Found, headers, body: b"", then: Then::Close };
    listener.next(PATIENCE).unwrap().answer(&response).unwrap_err();
    assert_eq!(status(&rest(&mut client)), "503");
}

#[test]
fn slow_and_silent_clients_delay_nobody() {
    let server = Server::start(Limits::SIGN_IN, Then::Close);
    let _idle: Vec<TcpStream> = (0..10).map(|_| server.connect()).collect();
    let mut slow = server.connect();
    slow.write_all(b"GET / HT").unwrap();
    let begun = Instant::now();
    assert_eq!(status(&server.get("/")), "200");
    assert!(begun.elapsed() < Limits::SIGN_IN.head_time, "{:?}", begun.elapsed());
}

#[test]
fn slow_and_silent_clients_are_closed() {
    let server = Server::start(QUICK, Then::Close);
    let mut idle: Vec<TcpStream> = (0..10).map(|_| server.connect()).collect();
    let mut dribbler = server.connect();
    dribbler.write_all(b"GET / HT").unwrap();
    let begun = Instant::now();
    // Bytes that keep coming do not extend the deadline.
    while begun.elapsed() < Duration::from_millis(250) {
        let _ = dribbler.write_all(b"T");
        thread::sleep(Duration::from_millis(30));
    }
    assert_eq!(status(&rest(&mut dribbler)), "408");
    assert!(idle.iter_mut().all(|stream| rest(stream).is_empty()));
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
}

#[test]
fn a_client_that_holds_all_connections_open_loses_the_oldest() {
    let limits = Limits { connections: 8, ..Limits::SIGN_IN };
    let server = Server::start(limits, Then::Close);
    let mut idle: Vec<TcpStream> = (0..100).map(|_| server.connect()).collect();
    assert_eq!(status(&server.get("/")), "200");
    assert_eq!(rest(&mut idle[0]), "");
    assert_eq!(server.served(), 1);
}

#[test]
fn more_requests_than_places_wait_their_turn() {
    let limits = Limits { connections: 4, ..Limits::SIGN_IN };
    let listener = Listener::bind(0, limits, Hosts::Exact).unwrap();
    let port = listener.port();
    let clients: Vec<_> = (0..20)
        .map(|_| {
            let mut client = TcpStream::connect(("127.0.0.1", port)).unwrap();
            client.set_read_timeout(Some(PATIENCE)).unwrap();
            client.write_all(request("/", port).as_bytes()).unwrap();
            thread::spawn(move || rest(&mut client))
        })
        .collect();
    for _ in 0..20 {
        thread::sleep(Duration::from_millis(2));
        let ok = Response { status: Status::Ok, headers: &[], body: b"", then: Then::Close };
        listener.next(PATIENCE).unwrap().answer(&ok).unwrap();
    }
    for client in clients {
        assert_eq!(status(&client.join().unwrap()), "200");
    }
}

#[test]
fn resets_and_half_closed_clients_do_no_harm() {
    let server = Server::start(QUICK, Then::Close);
    for round in 0..300 {
        let mut stream = server.connect();
        if round % 3 == 0 {
            // Answers that are never read make the kernel send a reset.
            let _ = stream.write_all(request("/", server.port).as_bytes());
        }
        if round % 3 == 1 {
            let _ = stream.write_all(b"GET");
            let _ = stream.shutdown(Shutdown::Write);
        }
        drop(stream);
    }
    assert_eq!(status(&server.get("/")), "200");
}

#[test]
fn a_connection_serves_many_requests_where_the_consumer_keeps_it() {
    let server = Server::start(Limits::ENDPOINT, Then::KeepOpen);
    let idle: Vec<TcpStream> = (0..200).map(|_| server.connect()).collect();
    let mut stream = server.connect();
    let begun = Instant::now();
    for round in 0..1000 {
        let path = format!("/{round:04}");
        stream.write_all(request(&path, server.port).as_bytes()).unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(path.as_bytes()) {
            let mut some = [0; 512];
            let count = stream.read(&mut some).unwrap();
            assert!(count > 0);
            answer.extend_from_slice(&some[..count]);
        }
        assert!(String::from_utf8_lossy(&answer).contains("Connection: keep-alive"));
    }
    // An answer that waits for an acknowledgement would take 40 milliseconds.
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    // What is sent ahead of the answer is not served on that connection.
    let two = request("/a", server.port).repeat(2);
    stream.write_all(two.as_bytes()).unwrap();
    let answer = rest(&mut stream);
    assert!(answer.contains("Connection: close") && answer.ends_with("/a"), "{answer}");
    drop(idle);
    assert_eq!(server.served(), 1001);
}

#[test]
fn random_bytes_on_the_wire_do_no_harm() {
    let server = Server::start(QUICK, Then::Close);
    let mut seed = 0x00c0_ffee_u64;
    for _ in 0..200 {
        let mut noise = [0_u8; 96];
        for byte in &mut noise {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            *byte = seed.to_be_bytes()[0];
        }
        let mut stream = server.connect();
        let _ = stream.write_all(&noise);
        let _ = stream.write_all(b"\r\n\r\n");
        let answer = rest(&mut stream);
        assert!(answer.is_empty() || status(&answer) == "400", "{answer}");
    }
    assert_eq!(status(&server.get("/")), "200");
    assert_eq!(server.served(), 1);
}

/// What passes a forwarder keeps the `Host` that the client sent to it.
#[test]
#[cfg(unix)]
fn a_unix_socket_serves_beside_the_port() {
    use std::os::unix::net::{UnixListener, UnixStream};
    let path = std::env::temp_dir().join(format!("sso-cp-loopback-{}", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let mut listener = Listener::bind(0, Limits::ENDPOINT, Hosts::Loopback).unwrap();
    let port = listener.port();
    listener.listen_at(UnixListener::bind(&path).unwrap()).unwrap();
    let ask = |host: &str| {
        let mut client = UnixStream::connect(&path).unwrap();
        client.set_read_timeout(Some(PATIENCE)).unwrap();
        write!(client, "GET /at HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
        client
    };
    let rest = |mut client: UnixStream| {
        let mut answer = String::new();
        client.read_to_string(&mut answer).unwrap();
        answer
    };
    let client = ask("127.0.0.1:9911");
    let exchange = listener.next(PATIENCE).unwrap();
    assert_eq!(exchange.request().path(), "/at");
    let ok = Response { status: Status::Ok, headers: &[], body: b"by file", then: Then::Close };
    exchange.answer(&ok).unwrap();
    assert!(rest(client).ends_with("by file"));
    assert_eq!(status(&rest(ask("evil.example"))), "403");
    let mut by_port = TcpStream::connect(("127.0.0.1", port)).unwrap();
    by_port.write_all(request("/at", port).as_bytes()).unwrap();
    listener.next(PATIENCE).unwrap().answer(&ok).unwrap();
    let begun = Instant::now();
    drop(listener);
    assert!(begun.elapsed() < Duration::from_secs(1));
    assert!(UnixStream::connect(&path).is_err(), "nobody listens any more");
    std::fs::remove_file(&path).unwrap();
}
