use std::net::TcpListener;
use std::time::{Duration, Instant};

use sso_cp_http::{Client, Error, Phase, Retry, Settings};

use crate::server::{Server, get, once, within};

fn refused_url() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    format!("http://{}/", listener.local_addr().unwrap())
}

#[test]
fn a_refused_connection_is_tried_three_times() {
    let started = Instant::now();
    let client = Client::new(Settings::default());
    let error = client.send(&get(&refused_url()), Retry::Always, within(20_000)).unwrap_err();
    assert!(matches!(&error, Error::Unreachable { host, .. } if host.starts_with("127.0.0.1:")));
    assert!(error.is_before_sending() && !error.is_configuration());
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_name_that_does_not_exist_is_named() {
    // A label may have 63 characters: the resolver refuses this without asking anybody.
    let host = format!("{}.example", "a".repeat(64));
    let error = once(&format!("https://{host}/"), 5000).unwrap_err();
    assert!(matches!(&error, Error::Unresolved { host: seen, .. } if *seen == host), "{error:?}");
}

#[test]
fn a_host_that_never_answers_is_waited_for_until_the_deadline() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let error = once(&format!("http://{address}/"), 200).unwrap_err();
    assert!(matches!(error, Error::TimedOut { phase: Phase::Answer, .. }), "{error:?}");
    let error = once(&format!("https://{address}/"), 200).unwrap_err();
    assert!(matches!(error, Error::TimedOut { phase: Phase::Handshaking, .. }), "{error:?}");
    assert!(error.is_before_sending());
}

#[test]
fn a_deadline_that_has_passed_sends_nothing() {
    let server = Server::replying("");
    let error = once(&server.url(), 0).unwrap_err();
    assert!(matches!(error, Error::TimedOut { phase: Phase::Connecting, .. }), "{error:?}");
    assert!(error.is_before_sending());
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_bad_url_or_value_is_the_configuration_s_fault() {
    assert!(once("http://portal.example/", 100).unwrap_err().is_configuration());
    let server = Server::replying("");
    let client = Client::new(Settings::default());
    let url = server.url();
    let request = sso_cp_http::Request { bearer: Some("SECRET\r\nx: y"), ..get(&url) };
    let error = client.send(&request, Retry::Always, within(1000)).unwrap_err();
    assert!(error.is_configuration() && !error.to_string().contains("SECRET"));
    assert_eq!(server.connections(), 0);
}

/// Only Linux has an address on this machine that is as dead as a network.
#[cfg(target_os = "linux")]
mod dead_addresses {
    use std::io;
    use std::net::{SocketAddr, TcpStream};

    use socket2::{Domain, Socket, Type};

    use super::*;

    /// A listener whose queue is full: Linux drops what else comes, as a dead network does.
    fn black_hole(address: SocketAddr) -> io::Result<(Socket, Vec<TcpStream>)> {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
        socket.bind(&address.into())?;
        socket.listen(0)?;
        let address = socket.local_addr()?.as_socket().unwrap();
        let connect = |_| TcpStream::connect_timeout(&address, Duration::from_millis(100)).ok();
        Ok((socket, (0..4).map_while(connect).collect()))
    }

    #[test]
    fn a_dead_address_ends_with_the_deadline() {
        let (hole, _full) = black_hole("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = hole.local_addr().unwrap().as_socket().unwrap();
        let error = once(&format!("http://{address}/"), 500).unwrap_err();
        assert!(matches!(error, Error::TimedOut { phase: Phase::Connecting, .. }), "{error:?}");
    }
}
