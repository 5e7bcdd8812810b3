use std::io::Write;
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use sso_cp_http::{Client, Error, Phase, Proxies, ProxyTrouble, Roots, Settings};

use crate::server::{Authority, Server, once_by, proxies, read_request};

const URL: &str = "https://portal.example/path?query=QUERYSECRET";
const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

fn client(proxies: Proxies, roots: Roots) -> Client {
    Client::new(Settings { proxies, roots, on_event: None })
}

fn trouble(value: String, milliseconds: u64) -> ProxyTrouble {
    let error = once_by(&client(proxies(value), Roots::Bundled), URL, milliseconds).unwrap_err();
    assert!(error.is_before_sending() && !error.is_configuration());
    match error {
        Error::Proxy { proxy, named_by, trouble } => {
            assert!(proxy.starts_with("127.0.0.1:"), "{proxy}");
            assert_eq!(named_by, "https_proxy");
            trouble
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_proxy_that_refuses_is_named_without_its_password() {
    for (status, text) in
        [(407, "HTTP/1.1 407 Auth\r\nX: y\r\n\r\nno"), (403, "HTTP/1.0 403 No\n\n")]
    {
        let proxy = Server::replying(text);
        let seen = trouble(format!("http://user:SECRET@127.0.0.1:{}/", proxy.port), 2000);
        assert!(matches!(seen, ProxyTrouble::Refused(seen) if seen == status), "{seen:?}");
        let request = &proxy.requests()[0];
        assert!(
            request
                .starts_with("CONNECT portal.example:443 HTTP/1.1\r\nHost: portal.example:443\r\n")
        );
        assert!(request.contains("Proxy-Authorization: Basic dXNlcjpTRUNSRVQ=\r\n"), "{request}");
        assert!(!request.contains("BEARERSECRET") && !request.contains("/path"));
    }
}

#[test]
fn a_proxy_that_is_down_silent_or_odd_is_an_error() {
    let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let down = trouble(format!("127.0.0.1:{port}"), 2000);
    assert!(matches!(down, ProxyTrouble::Unreachable(_)), "{down:?}");

    let dripping = Server::http(|_, stream| {
        loop {
            stream.write_all(b"x")?;
            thread::sleep(Duration::from_millis(50));
        }
    });
    let slow = trouble(format!("127.0.0.1:{}", dripping.port), 300);
    assert!(matches!(slow, ProxyTrouble::TimedOut(Phase::Tunnelling)), "{slow:?}");

    for odd in ["", "SSH-2.0\r\n\r\n", "HTTP/1.1 xyz\r\n\r\n", "HTTP/1.1 200 OK\r\n"] {
        let proxy = Server::http(move |_, stream| {
            stream.write_all(odd.as_bytes())?;
            Err(std::io::ErrorKind::ConnectionAborted.into())
        });
        let broken = trouble(format!("127.0.0.1:{}", proxy.port), 2000);
        assert!(matches!(broken, ProxyTrouble::Broken(_)), "{broken:?}");
    }

    let endless = Server::http(|_, stream| {
        loop {
            stream.write_all(&[b'x'; 4096])?;
        }
    });
    let broken = trouble(format!("127.0.0.1:{}", endless.port), 2000);
    assert!(matches!(broken, ProxyTrouble::Broken(_)), "{broken:?}");
}

#[test]
fn socks_is_refused_and_never_bypassed() {
    let server = Server::replying("");
    for scheme in ["socks5", "socks5h", "socks4", "SOCKS"] {
        let value = format!("{scheme}://user:SECRET@127.0.0.1:{}", server.port);
        let error = once_by(&client(proxies(value), Roots::Bundled), URL, 2000).unwrap_err();
        assert!(matches!(&error, Error::BadProxy { named_by, .. } if named_by == "https_proxy"));
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn requests_go_through_the_tunnel_in_tls() {
    let authority = Authority::new();
    let portal = authority.identity("portal.example");
    let proxy = Server::start(move |mut stream, requests| {
        requests.lock().unwrap().push(read_request(&mut stream)?);
        stream.write_all(b"HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n")?;
        let mut inner = portal.accept(stream);
        requests.lock().unwrap().push(read_request(&mut inner)?);
        inner.write_all(OK)
    });
    let by_proxy =
        client(proxies(format!("http://127.0.0.1:{}", proxy.port)), authority.roots("tunnel.pem"));
    assert_eq!(once_by(&by_proxy, URL, 3000).unwrap().status, 200);
    let requests = proxy.requests();
    assert!(requests[0].starts_with("CONNECT portal.example:443 "));
    assert!(!requests[0].contains("Proxy-Authorization"));
    assert!(requests[1].starts_with("GET /path?query=QUERYSECRET HTTP/1.1\r\n"));
}

#[test]
fn a_proxy_may_speak_tls_itself() {
    let authority = Authority::new();
    let (outer, portal) = (authority.identity("localhost"), authority.identity("portal.example"));
    let proxy = Server::start(move |stream, requests| {
        let mut stream = outer.accept(stream);
        requests.lock().unwrap().push(read_request(&mut stream)?);
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
        let mut inner = portal.accept(stream);
        requests.lock().unwrap().push(read_request(&mut inner)?);
        inner.write_all(OK)
    });
    let value = format!("https://localhost:{}", proxy.port);
    let by_proxy = client(proxies(value), authority.roots("tls-proxy.pem"));
    assert_eq!(once_by(&by_proxy, URL, 3000).unwrap().status, 200);
    assert!(proxy.requests()[1].starts_with("GET /path"));
}

#[test]
fn this_machine_is_reached_directly() {
    let proxy = Server::replying("HTTP/1.1 407 Auth\r\n\r\n");
    let server = Server::replying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let by_proxy = client(proxies(format!("127.0.0.1:{}", proxy.port)), Roots::Bundled);
    assert_eq!(once_by(&by_proxy, &server.url(), 2000).unwrap().status, 200);
    assert_eq!(proxy.connections(), 0);
}
