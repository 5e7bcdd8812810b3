use crate::client::{Reply, connect, exchange, get, request};
use fake_identity_center::{Fake, Setup, Tls};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{ErrorKind, Read, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

const TARGET: &str = "/assignment/accounts";

fn scripted(script: &str) -> Fake {
    let fake = Fake::start(Setup::default()).unwrap();
    fake.script(script).unwrap();
    fake
}

/// The usual reply is a 401 with this body; any reply serves to see what the relay does to it.
fn body_length() -> usize {
    get(&scripted(""), TARGET).body.len()
}

#[test]
fn replies_are_dropped_reset_and_cut() {
    let usual = request("GET", TARGET, &[], "");
    let (bytes, ended) = exchange(&scripted("*: drop"), &usual);
    assert_eq!((bytes.len(), ended.unwrap()), (0, 0));
    let (bytes, ended) = exchange(&scripted("*: reset"), &usual);
    assert_eq!((bytes.len(), ended.unwrap_err().kind()), (0, ErrorKind::ConnectionReset));
    let (bytes, ended) = exchange(&scripted("*: truncate-head=12"), &usual);
    assert_eq!((bytes.as_slice(), ended.unwrap()), (&b"HTTP/1.1 401"[..], 12));
    let (bytes, ended) = exchange(&scripted("*: truncate=7"), &usual);
    let reply = Reply::parse(&bytes);
    assert!(ended.is_ok());
    assert_eq!(
        (reply.body.len(), reply.header("Content-Length").unwrap()),
        (7, &*body_length().to_string())
    );
}

#[test]
fn a_stall_lasts_until_the_client_goes() {
    let fake = scripted("*: stall\n*: truncate=5 stall");
    for expected in [ErrorKind::WouldBlock, ErrorKind::WouldBlock] {
        let mut stream = connect(&fake);
        stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        stream.write_all(&request("GET", TARGET, &[], "")).unwrap();
        let mut bytes = Vec::new();
        let kind = stream.read_to_end(&mut bytes).unwrap_err().kind();
        assert!(kind == expected || kind == ErrorKind::TimedOut);
    }
    assert_eq!(fake.operations().len(), 2);
}

#[test]
fn time_can_be_stretched() {
    let start = Instant::now();
    assert_eq!(get(&scripted("*: delay=300ms"), TARGET).status, 401);
    assert!(start.elapsed() >= Duration::from_millis(300));
    let start = Instant::now();
    let reply = get(&scripted("*: drip-body=20/30ms"), TARGET);
    assert_eq!(reply.body.len(), body_length());
    assert!(start.elapsed() >= Duration::from_millis(30 * (reply.body.len() as u64 / 20)));
    assert_eq!(get(&scripted("*: drip=50/1ms"), TARGET).body.len(), body_length());
}

#[test]
fn framing_can_be_wrong() {
    let reply = get(&scripted("*: content-length=1073741824"), TARGET);
    assert_eq!(
        (reply.header("Content-Length"), reply.body.len()),
        (Some("1073741824"), body_length())
    );
    let reply = get(&scripted("*: chunked"), TARGET);
    assert!(reply.header("Content-Length").is_none() && reply.body.ends_with(b"\r\n0\r\n\r\n"));
    let fake = scripted("*: endless");
    let mut stream = connect(&fake);
    stream.write_all(&request("GET", TARGET, &[], "")).unwrap();
    let mut bytes = vec![0; 4 << 20];
    stream.read_exact(&mut bytes).unwrap();
    drop(stream);
    let reply =
        get(&scripted("*: header=Content-Length:1 no-header=Date version=HTTP/1.0"), TARGET);
    assert!(reply.head.starts_with("HTTP/1.0 401"));
    assert_eq!(reply.head.matches("Content-Length").count(), 2);
    assert_eq!(reply.header("Date"), None);
}

#[test]
fn a_lost_reply_does_not_undo_the_operation() {
    use crate::client::post;
    use fake_identity_center::Seed;
    for (script, lives) in [
        ("*: drop", false),
        ("*: drop perform=no", true),
        ("*: status=503", true),
        ("*: status=503 perform=yes", false),
    ] {
        let fake = scripted(script);
        let token = fake.seed_token(&Seed::default()).access_token;
        let header = [("x-amz-sso_bearer_token", token.as_str())];
        if script.contains("drop") {
            assert!(exchange(&fake, &request("POST", "/logout", &header, "")).0.is_empty());
        } else {
            assert_eq!(post(&fake, "/logout", &header, "").status, 503);
        }
        assert_eq!(fake.is_live(&token), lives, "{script}");
    }
}

#[test]
fn connections_are_kept() {
    let fake = scripted("portal.*: truncate=3\nportal.*: normal");
    let usual = format!("GET {TARGET} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    let mut stream = connect(&fake);
    stream.write_all(usual.repeat(2).as_bytes()).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    assert_eq!(fake.operations().len(), 1, "the cut reply ends the connection");
    let mut stream = connect(&fake);
    let last = usual.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    stream.write_all(format!("{usual}{usual}{last}").as_bytes()).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    assert_eq!(String::from_utf8(bytes).unwrap().matches("HTTP/1.1 401").count(), 3);
}

#[test]
fn rude_clients_are_survived() {
    let fake = Fake::start(Setup::default()).unwrap();
    let idle: Vec<_> = (0..50).map(|_| connect(&fake)).collect();
    for _ in 0..200 {
        let stream = connect(&fake);
        socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    }
    for _ in 0..50 {
        let mut stream = connect(&fake);
        stream.write_all(&request("GET", TARGET, &[], "")).unwrap();
        socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    }
    let client_hello = b"\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03";
    for rude in [
        &client_hello[..],
        b"\0\0\0\0",
        b"GET\r\n\r\n",
        "GET /\u{e9} HTTP/1.1\r\nA: \u{e9}\r\n\r\n".as_bytes(),
    ] {
        assert_eq!(Reply::parse(&exchange(&fake, rude).0).status, 400);
    }
    let huge = b"POST /token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999\r\n\r\n";
    assert_eq!(Reply::parse(&exchange(&fake, huge).0).status, 413);
    let twice = b"POST /token HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx";
    assert_eq!(Reply::parse(&exchange(&fake, twice).0).status, 400);
    let endless_head = [b"GET / HTTP/1.1\r\nA: ".to_vec(), vec![b'a'; 70_000]].concat();
    assert_eq!(Reply::parse(&exchange(&fake, &endless_head).0).status, 431);
    assert_eq!(get(&fake, TARGET).status, 401);
    drop(idle);
}

/// What a TLS client that trusts the given CA gets.
fn tls_status(mode: Tls) -> Result<u16, String> {
    let fake = Fake::start(Setup { tls: mode, ..Setup::default() }).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(fake.ca_pem().unwrap().as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(connection, connect(&fake));
    stream.write_all(&request("GET", TARGET, &[], "")).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    Ok(Reply::parse(&bytes).status)
}

#[test]
fn certificates_are_good_or_bad_as_asked() {
    assert_eq!(tls_status(Tls::Good), Ok(401));
    let rows = [
        (Tls::Expired, "expired"),
        (Tls::WrongHost, "not valid for name"),
        (Tls::UnknownCa, "UnknownIssuer"),
        (Tls::SelfSigned, "invalid peer certificate"),
    ];
    for (mode, reason) in rows {
        let error = tls_status(mode).unwrap_err();
        assert!(error.contains(reason), "{mode:?}: {error}");
    }
}

#[test]
fn faults_reach_tls_clients_too_and_plain_ones_are_refused() {
    let fake = Fake::start(Setup { tls: Tls::Good, ..Setup::default() }).unwrap();
    let (bytes, _) = exchange(&fake, &request("GET", TARGET, &[], ""));
    assert!(!bytes.starts_with(b"HTTP/"));
    assert!(fake.operations().is_empty());
}

#[test]
fn a_dropped_stand_in_lets_go() {
    let fake = scripted("*: stall");
    let mut stream = connect(&fake);
    stream.write_all(&request("GET", TARGET, &[], "")).unwrap();
    assert!(fake.wait_for("portal.ListAccounts", 1, Duration::from_secs(10)));
    let start = Instant::now();
    drop(fake);
    let mut bytes = Vec::new();
    // Closed or reset, but at once.
    drop(stream.read_to_end(&mut bytes));
    assert!(bytes.is_empty() && start.elapsed() < Duration::from_secs(5));
}
