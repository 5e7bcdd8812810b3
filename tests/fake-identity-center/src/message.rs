//! HTTP/1 messages as bytes: reading a client's request, asking the back end, laying out a reply.

use crate::percent::decode;
use crate::plan::{Framing, Plan};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};

/// The private header in which the back end tells the relay what to do.
pub(crate) const WIRE_HEADER: &str = "x-fake-wire";
/// More than any client of ours sends; real services stop at 8 or 16 KiB.
const HEAD_LIMIT: usize = 64 * 1024;
const BODY_LIMIT: usize = 1024 * 1024;
const HEADER_LIMIT: usize = 100;

/// A client's request.
pub(crate) struct Request {
    pub(crate) method: String,
    /// The whole request as the back end gets it.
    pub(crate) bytes: Vec<u8>,
    pub(crate) keep_alive: bool,
}

/// Why there is no request.
pub(crate) enum NoRequest {
    /// The client closed, went silent or broke off.
    Gone,
    /// The bytes are not a request that the stand-in takes; the status says why.
    Bad(u16),
}

impl From<io::Error> for NoRequest {
    fn from(_: io::Error) -> Self {
        Self::Gone
    }
}

/// Reads one request; what came after it stays in `buffer`.
pub(crate) fn read_request(
    stream: &mut (impl Read + Write),
    buffer: &mut Vec<u8>,
) -> Result<Request, NoRequest> {
    let head = loop {
        if let Some(head) = parse_head(buffer)? {
            break head;
        }
        if buffer.len() > HEAD_LIMIT {
            return Err(NoRequest::Bad(431));
        }
        read_more(stream, buffer)?;
    };
    if head.body_length > BODY_LIMIT {
        return Err(NoRequest::Bad(413));
    }
    if head.expects_continue {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    let end = head.length + head.body_length;
    while buffer.len() < end {
        read_more(stream, buffer)?;
    }
    let mut bytes = head.forwarded;
    bytes.extend_from_slice(&buffer[head.length..end]);
    buffer.drain(..end);
    Ok(Request { method: head.method, bytes, keep_alive: head.keep_alive })
}

fn read_more(stream: &mut impl Read, buffer: &mut Vec<u8>) -> Result<(), NoRequest> {
    let mut piece = [0; 16 * 1024];
    match stream.read(&mut piece)? {
        0 => Err(NoRequest::Gone),
        count => {
            buffer.extend_from_slice(&piece[..count]);
            Ok(())
        }
    }
}

struct Head {
    method: String,
    /// The head for the back end.
    forwarded: Vec<u8>,
    /// Its length as the client sent it.
    length: usize,
    body_length: usize,
    keep_alive: bool,
    expects_continue: bool,
}

/// None while the head is not complete.
fn parse_head(bytes: &[u8]) -> Result<Option<Head>, NoRequest> {
    let mut headers = [httparse::EMPTY_HEADER; HEADER_LIMIT];
    let mut request = httparse::Request::new(&mut headers);
    let length = match request.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(_) => return Err(NoRequest::Bad(400)),
    };
    let method = request.method.unwrap_or_default().to_owned();
    let mut head = Head {
        forwarded: format!("{method} {} HTTP/1.1\r\n", request.path.unwrap_or_default())
            .into_bytes(),
        method,
        length,
        body_length: 0,
        keep_alive: request.version == Some(1),
        expects_continue: false,
    };
    let mut lengths = 0;
    for header in request.headers.iter() {
        // The back end takes ASCII alone.
        let value = std::str::from_utf8(header.value).ok().filter(|text| text.is_ascii());
        let value = value.ok_or(NoRequest::Bad(400))?;
        match header.name.to_ascii_lowercase().as_str() {
            "content-length" => {
                lengths += 1;
                head.body_length = value.parse().map_err(|_| NoRequest::Bad(400))?;
            }
            "transfer-encoding" => return Err(NoRequest::Bad(411)),
            "connection" => {
                head.keep_alive = head.keep_alive && !value.eq_ignore_ascii_case("close");
                continue;
            }
            "expect" => {
                head.expects_continue = true;
                continue;
            }
            // The back end would answer in chunks, and the relay wants a length.
            "te" => continue,
            _ => {}
        }
        head.forwarded.extend_from_slice(format!("{}: {value}\r\n", header.name).as_bytes());
    }
    head.forwarded.extend_from_slice(b"Connection: close\r\n\r\n");
    match lengths {
        0 | 1 => Ok(Some(head)),
        _ => Err(NoRequest::Bad(400)),
    }
}

/// A reply of the back end, without the headers that belong to the connection.
pub(crate) struct Reply {
    status: u16,
    reason: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    pub(crate) plan: Plan,
}

impl Reply {
    /// A reply of the relay's own.
    pub(crate) fn plain(status: u16, text: &str) -> Self {
        let headers = vec![("Content-Type".to_owned(), b"text/plain".to_vec())];
        let body = format!("{text}\n").into_bytes();
        Self { status, reason: text.to_owned(), headers, body, plan: Plan::default() }
    }

    /// Passes a request to the back end and takes the whole reply.
    pub(crate) fn ask(back_end: SocketAddr, request: &Request) -> io::Result<Self> {
        let mut stream = TcpStream::connect(back_end)?;
        stream.set_nodelay(true)?;
        stream.write_all(&request.bytes)?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        Self::parse(&bytes).ok_or_else(|| io::Error::other("the back end's reply is not one"))
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut headers = [httparse::EMPTY_HEADER; HEADER_LIMIT];
        let mut response = httparse::Response::new(&mut headers);
        let Ok(httparse::Status::Complete(length)) = response.parse(bytes) else { return None };
        let mut reply = Self {
            status: response.code?,
            reason: response.reason.unwrap_or_default().to_owned(),
            headers: Vec::new(),
            body: bytes[length..].to_vec(),
            plan: Plan::default(),
        };
        for header in response.headers.iter() {
            match header.name.to_ascii_lowercase().as_str() {
                WIRE_HEADER => {
                    let words = decode(std::str::from_utf8(header.value).ok()?)?;
                    reply.plan = Plan::parse(&words).ok()?;
                }
                "content-length" | "connection" | "server" | "transfer-encoding" => {}
                _ => reply.headers.push((header.name.to_owned(), header.value.to_vec())),
            }
        }
        Some(reply)
    }

    /// Head and body as bytes, framed as the plan says.
    pub(crate) fn layout(&self, method: &str, keep_alive: bool) -> (Vec<u8>, Vec<u8>) {
        let version = self.plan.version.as_deref().unwrap_or("HTTP/1.1");
        let mut head = format!("{version} {} {}\r\n", self.status, self.reason).into_bytes();
        let added = self.plan.add.iter().map(|(name, value)| (name, value.as_bytes()));
        let own = self.headers.iter().map(|(name, value)| (name, value.as_slice()));
        let own = own.filter(|(name, _)| !self.plan.remove.contains(&name.to_ascii_lowercase()));
        for (name, value) in own.chain(added) {
            head.extend_from_slice(name.as_bytes());
            head.extend_from_slice(b": ");
            head.extend_from_slice(value);
            head.extend_from_slice(b"\r\n");
        }
        match self.plan.framing {
            Framing::Length => line(&mut head, &format!("Content-Length: {}", self.body.len())),
            Framing::FalseLength(length) => line(&mut head, &format!("Content-Length: {length}")),
            Framing::Chunked => line(&mut head, "Transfer-Encoding: chunked"),
            Framing::Endless => {}
        }
        line(&mut head, if keep_alive { "Connection: keep-alive" } else { "Connection: close" });
        line(&mut head, "");
        let body = match (method, self.plan.framing) {
            ("HEAD", _) => Vec::new(),
            (_, Framing::Chunked) => chunks(&self.body),
            _ => self.body.clone(),
        };
        (head, body)
    }
}

fn line(head: &mut Vec<u8>, text: &str) {
    head.extend_from_slice(text.as_bytes());
    head.extend_from_slice(b"\r\n");
}

/// Chunks of a size that makes even a short body come in several.
fn chunks(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for chunk in body.chunks(100) {
        bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        bytes.extend_from_slice(chunk);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    bytes
}
