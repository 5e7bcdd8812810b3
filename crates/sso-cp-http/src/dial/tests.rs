//! What a socket test from outside cannot set up: a name with two addresses, and the system's roots.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use ureq::Agent;
use ureq::unversioned::transport::{ConnectionDetails, Connector};

use super::*;
use crate::connector::Dial;
use crate::resolve::NoLookup;

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

fn dial(beliefs: Beliefs, on_event: Option<fn(&Event<'_>)>) -> Dial {
    let ways = Ways { proxies: Proxies::default(), beliefs, on_event };
    Dial { ways: Arc::new(ways), ahead: None }
}

fn get(connector: impl Connector, url: &str) -> Result<u16, ureq::Error> {
    let config = Agent::config_builder().proxy(None).timeout_global(Some(Duration::from_secs(6)));
    let agent = Agent::with_parts(config.build(), connector, NoLookup);
    Ok(agent.get(url).call()?.status().as_u16())
}

fn read_head(stream: &mut impl Read) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count == 1) {
        head.push(byte[0]);
    }
}

static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn record(event: &Event<'_>) {
    let event = format!("{event:?}");
    SEEN.lock().unwrap().push(event.split(' ').next().unwrap().to_owned());
}

#[test]
fn the_system_s_store_decides_where_there_is_one() {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = params.self_signed(&key).unwrap();
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &issuer).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let server = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let server = Arc::new(server);
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = ServerConnection::new(server.clone()).unwrap();
            let mut stream = StreamOwned::new(connection, stream);
            read_head(&mut stream);
            let _ = stream.write_all(OK);
        }
    });
    let certificate = authority.der().clone();
    let by_system = dial(Beliefs::with_system(certificate), Some(record));
    assert_eq!(get(by_system, &url).unwrap(), 200);
    assert_eq!(*SEEN.lock().unwrap(), ["Resolved", "Connected", "Verifying", "Secured"]);
    let other = KeyPair::generate().unwrap();
    let other = CertificateParams::new([]).unwrap().self_signed(&other).unwrap();
    let other = other.der().clone();
    for beliefs in [Beliefs::with_system(other), Beliefs::without_system()] {
        let error = get(dial(beliefs, None), &url).unwrap_err().to_string();
        assert!(error.contains("issuer"), "{error}");
    }
}

/// Only Linux has an address on this machine that is as dead as a network.
#[cfg(target_os = "linux")]
mod two_addresses {
    use std::net::{SocketAddr, TcpStream};

    use socket2::{Domain, Socket, Type};

    use super::*;
    use crate::Roots;

    /// Connects to addresses that no resolver gives.
    #[derive(Debug)]
    struct WithAddresses(Dial, Vec<SocketAddr>);

    impl Connector for WithAddresses {
        type Out = Box<dyn Transport>;

        fn connect(
            &self,
            details: &ConnectionDetails<'_>,
            _: Option<()>,
        ) -> Result<Option<Self::Out>, ureq::Error> {
            let started = Instant::now();
            let until = started + *details.timeout.after;
            let walk = Walk { ways: &self.0.ways, uri: details.uri, started, until };
            let connected =
                walk.connect(details.uri, &self.1).map_err(|trouble| walk.error_of_host(trouble));
            connected.map(Some).map_err(|error| ureq::Error::Other(Box::new(error)))
        }
    }

    /// On Linux, a listener whose queue is full drops what else comes, as a network does whose IPv6 is dead.
    #[test]
    fn a_dead_address_does_not_hide_a_good_one() {
        let hole = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        hole.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
        hole.listen(0).unwrap();
        let dead = hole.local_addr().unwrap().as_socket().unwrap();
        let fill = |_| TcpStream::connect_timeout(&dead, Duration::from_millis(100)).ok();
        let _full: Vec<_> = (0..4).map_while(fill).collect();

        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let good = listener.local_addr().unwrap();
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                read_head(&mut stream);
                let _ = stream.write_all(OK);
            }
        });
        let started = Instant::now();
        let beliefs = Beliefs::new(&Roots::Bundled).unwrap();
        let connector = WithAddresses(dial(beliefs, None), vec![dead, good]);
        assert_eq!(get(connector, "http://localhost/").unwrap(), 200);
        // A quarter of a second, and what a busy machine adds.
        let took = started.elapsed();
        assert!((Duration::from_millis(250)..Duration::from_secs(2)).contains(&took), "{took:?}");
    }
}

#[test]
fn of_several_addresses_the_first_that_answers_counts() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let good = listener.local_addr().unwrap();
    let closed = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let uri = "http://localhost/".parse().unwrap();
    let until = Instant::now() + Duration::from_secs(5);
    for addresses in
        [vec![good], vec![closed, good], vec![good, closed], vec![closed, closed, good]]
    {
        assert!(race::connect(&uri, &addresses, until).is_ok(), "{addresses:?}");
    }
    for addresses in [vec![], vec![closed], vec![closed, closed]] {
        let failed = race::connect(&uri, &addresses, until);
        assert!(matches!(failed, Err(NoConnection::Failed(_))), "{addresses:?}");
    }
    let over = race::connect(&uri, &[good, closed], Instant::now());
    assert!(matches!(over, Err(NoConnection::TimedOut)));
}
