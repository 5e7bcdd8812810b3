//! A listener that answers as a test says, and remembers what it was sent.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use sso_cp_http::{Client, Error, Method, Named, Proxies, Reply, Request, Retry, Roots, Settings};

pub(crate) trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

pub(crate) struct Server {
    pub(crate) port: u16,
    requests: Arc<Mutex<Vec<String>>>,
    connections: Arc<Mutex<usize>>,
}

impl Server {
    /// Answers the n-th request, from 0, by `answer`, and goes on listening on the same connection.
    pub(crate) fn http(
        answer: impl Fn(usize, &mut dyn Stream) -> io::Result<()> + Send + Sync + 'static,
    ) -> Server {
        Server::start(move |stream, requests| serve(&mut { stream }, requests, &answer))
    }

    /// Answers every request with this.
    pub(crate) fn replying(reply: impl Into<String>) -> Server {
        let reply = reply.into();
        Server::http(move |_, stream| stream.write_all(reply.as_bytes()))
    }

    /// HTTPS with a certificate.
    pub(crate) fn https(identity: Identity, reply: &'static str) -> Server {
        Server::start(move |stream, requests| {
            let mut stream = identity.accept(stream);
            serve(&mut stream, requests, &|_, stream| stream.write_all(reply.as_bytes()))
        })
    }

    /// Hands every connection over.
    pub(crate) fn start(
        handle: impl Fn(TcpStream, &Mutex<Vec<String>>) -> io::Result<()> + Send + Sync + 'static,
    ) -> Server {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let server = Server {
            port: listener.local_addr().unwrap().port(),
            requests: Arc::default(),
            connections: Arc::default(),
        };
        let (requests, connections) = (server.requests.clone(), server.connections.clone());
        let handle = Arc::new(handle);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                *connections.lock().unwrap() += 1;
                let (handle, requests) = (handle.clone(), requests.clone());
                thread::spawn(move || handle(stream, &requests));
            }
        });
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/path?query=QUERYSECRET", self.port)
    }

    pub(crate) fn https_url(&self) -> String {
        format!("https://localhost:{}/path?query=QUERYSECRET", self.port)
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }
}

fn serve(
    stream: &mut dyn Stream,
    requests: &Mutex<Vec<String>>,
    answer: &dyn Fn(usize, &mut dyn Stream) -> io::Result<()>,
) -> io::Result<()> {
    loop {
        let request = read_request(stream)?;
        let number = {
            let mut requests = requests.lock().unwrap();
            requests.push(request);
            requests.len() - 1
        };
        answer(number, stream)?;
    }
}

/// The head, and the body that it announces.
pub(crate) fn read_request(stream: &mut dyn Stream) -> io::Result<String> {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        request.push(byte[0]);
    }
    let head = String::from_utf8(request).unwrap();
    let length = head.to_ascii_lowercase();
    let length = length.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body)?;
    Ok(head + &String::from_utf8(body).unwrap())
}

/// A reply with a length.
pub(crate) fn reply(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n{headers}\r\n{body}", body.len())
}

pub(crate) fn get(url: &str) -> Request<'_> {
    Request {
        method: Method::Get,
        url,
        bearer: Some("BEARERSECRET"),
        headers: &[("x-further", "HEADERSECRET")],
        body: None,
        awaited: "accounts",
    }
}

pub(crate) fn within(milliseconds: u64) -> Instant {
    Instant::now() + Duration::from_millis(milliseconds)
}

/// What a busy machine may take beside the time that an attempt was given. Whatever hangs takes longer.
const SLACK: Duration = Duration::from_secs(2);

/// One attempt with a plain client, and an error that holds no secret.
pub(crate) fn once(url: &str, milliseconds: u64) -> Result<Reply, Error> {
    once_by(&Client::new(Settings::default()), url, milliseconds)
}

pub(crate) fn once_by(client: &Client, url: &str, milliseconds: u64) -> Result<Reply, Error> {
    let started = Instant::now();
    let outcome = client.send(&get(url), Retry::Never, within(milliseconds));
    let took = started.elapsed();
    assert!(took < Duration::from_millis(milliseconds) + SLACK, "took {took:?}: {outcome:?}");
    assert!(!format!("{client:?} {outcome:?}").contains("SECRET"), "{outcome:?}");
    if let Err(error) = &outcome {
        assert!(!error.to_string().contains("SECRET") && !error.to_string().contains("/path"));
    }
    outcome
}

pub(crate) fn proxies(value: String) -> Proxies {
    Proxies { https: Some(Named { name: "https_proxy".to_owned(), value }), no_proxy: None }
}

/// An authority of our own, in a file.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub(crate) pem: String,
}

impl Authority {
    pub(crate) fn new() -> Authority {
        Authority::named("authority")
    }

    pub(crate) fn named(name: &str) -> Authority {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        Authority { issuer: Issuer::new(params, key), pem }
    }

    /// Roots that hold this authority alone.
    pub(crate) fn roots(&self, name: &str) -> Roots {
        Roots::File { path: file(name, &self.pem), named_by: "AWS_CA_BUNDLE".to_owned() }
    }

    pub(crate) fn identity(&self, host: &str) -> Identity {
        self.identity_of(CertificateParams::new([host.to_owned()]).unwrap())
    }

    pub(crate) fn identity_of(&self, params: CertificateParams) -> Identity {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        Identity(Arc::new(config))
    }
}

/// A certificate and its key.
#[derive(Clone)]
pub(crate) struct Identity(Arc<ServerConfig>);

impl Identity {
    pub(crate) fn accept<S: Stream>(&self, stream: S) -> StreamOwned<ServerConnection, S> {
        StreamOwned::new(ServerConnection::new(self.0.clone()).unwrap(), stream)
    }
}

pub(crate) fn file(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    path
}
