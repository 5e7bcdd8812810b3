//! From the bytes of a head to a request that may reach the consumer.

use std::fmt;

use crate::head::Head;
use crate::wiped::Wiped;
use crate::{Hosts, Status};

/// More headers than any browser or SDK sends; the head's size bounds them anyway.
const MAX_HEADERS: usize = 64;

/// A `GET` that was addressed to us by the right name.
pub struct Request {
    target: Wiped,
    path_length: usize,
    authorization: Option<Wiped>,
    origin: Option<Wiped>,
    sec_fetch_mode: Option<Wiped>,
    pub(crate) wants_close: bool,
}

impl Request {
    /// The path as it was sent, percent-encoding and all: compare it exactly.
    pub fn path(&self) -> &str {
        text(&self.target[..self.path_length])
    }

    /// What follows the first `?`, as it was sent; `None` where there is no `?`.
    pub fn query(&self) -> Option<&str> {
        self.target.get(self.path_length + 1..).map(text)
    }

    /// The `Authorization` header's value.
    pub fn authorization(&self) -> Option<&[u8]> {
        self.authorization.as_deref()
    }

    /// The `Origin` header's value: present where a web page's script asks.
    pub fn origin(&self) -> Option<&[u8]> {
        self.origin.as_deref()
    }

    /// The `Sec-Fetch-Mode` header's value: `navigate` where a browser shows the answer as a page.
    pub fn sec_fetch_mode(&self) -> Option<&[u8]> {
        self.sec_fetch_mode.as_deref()
    }

    /// Checks a head and keeps what a consumer may want to see. `authority` is `127.0.0.1:PORT`.
    pub(crate) fn parse(head: &Head, hosts: Hosts, authority: &str) -> Result<Request, Status> {
        let mut slots = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut parsed = httparse::Request::new(&mut slots);
        match parsed.parse(&head.bytes[..head.length]) {
            Ok(httparse::Status::Complete(_)) => {}
            Err(httparse::Error::TooManyHeaders) => return Err(Status::HeadTooLarge),
            Ok(httparse::Status::Partial) | Err(_) => return Err(Status::BadRequest),
        }
        let (Some(method), Some(target), Some(version)) =
            (parsed.method, parsed.path, parsed.version)
        else {
            return Err(Status::BadRequest);
        };
        check_host(parsed.headers, hosts, authority)?;
        if method != "GET" {
            return Err(Status::MethodNotAllowed);
        }
        check_no_body(parsed.headers)?;
        // Neither `http://host/` (for proxies) nor `*`; a fragment never leaves a browser.
        if !target.starts_with('/') || target.contains('#') {
            return Err(Status::BadRequest);
        }
        let closes = single(parsed.headers, "connection")?.is_some_and(is_close);
        Ok(Request {
            target: wiped(target.as_bytes()),
            path_length: target.find('?').unwrap_or(target.len()),
            authorization: single(parsed.headers, "authorization")?.map(wiped),
            origin: single(parsed.headers, "origin")?.map(wiped),
            sec_fetch_mode: single(parsed.headers, "sec-fetch-mode")?.map(wiped),
            wants_close: closes || version == 0 || head.more_follows,
        })
    }
}

/// Tells nothing: the target may carry an authorization code.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Request(..)")
    }
}

fn check_host(
    headers: &[httparse::Header<'_>],
    hosts: Hosts,
    authority: &str,
) -> Result<(), Status> {
    match single(headers, "host")? {
        None => Err(Status::BadRequest),
        Some(host) if hosts.allow(host, authority) => Ok(()),
        Some(_) => Err(Status::Forbidden),
    }
}

/// A `GET` has no body here, so nothing is ever read behind a head.
fn check_no_body(headers: &[httparse::Header<'_>]) -> Result<(), Status> {
    let length = single(headers, "content-length")?;
    let chunked = single(headers, "transfer-encoding")?;
    match (length, chunked) {
        (None | Some(b"0"), None) => Ok(()),
        _ => Err(Status::BadRequest),
    }
}

/// A header's value; a header that is there twice has none, since two readers could take two.
fn single<'h>(headers: &[httparse::Header<'h>], name: &str) -> Result<Option<&'h [u8]>, Status> {
    let mut values = headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
    match (values.next(), values.next()) {
        (_, Some(_)) => Err(Status::BadRequest),
        (found, None) => Ok(found.map(|header| header.value)),
    }
}

fn is_close(value: &[u8]) -> bool {
    value.split(|&byte| byte == b',').any(|word| word.trim_ascii().eq_ignore_ascii_case(b"close"))
}

fn wiped(bytes: &[u8]) -> Wiped {
    let mut copy = Wiped::with_capacity(bytes.len());
    copy.extend(bytes);
    copy
}

/// Never empty for what is not: the parser gave the target as a str, and it is cut at an ASCII `?`.
fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AUTHORITY: &str = "127.0.0.1:4711";

    fn parse(text: &[u8]) -> Result<Request, Status> {
        let head = Head { bytes: wiped(text), length: text.len(), more_follows: false };
        Request::parse(&head, Hosts::Exact, AUTHORITY)
    }

    fn with(line: &str, headers: &str) -> Result<Request, Status> {
        parse(format!("{line}\r\n{headers}\r\n").as_bytes())
    }

    const HOST: &str = "Host: 127.0.0.1:4711\r\n";

    #[test]
    fn the_consumer_sees_path_query_and_three_headers() {
        let headers =
            format!("{HOST}ORIGIN: null\r\nauthorization: abc\r\nSec-Fetch-Mode: cors\r\n");
        let request = with("GET /a%2Fb?c=d?e HTTP/1.1", &headers).unwrap();
        assert_eq!(request.path(), "/a%2Fb");
        assert_eq!(request.query(), Some("c=d?e"));
        assert_eq!(request.authorization(), Some(&b"abc"[..]));
        assert_eq!(request.origin(), Some(&b"null"[..]));
        assert_eq!(request.sec_fetch_mode(), Some(&b"cors"[..]));
        assert_eq!(format!("{request:?}"), "Request(..)");
        let plain = with("GET / HTTP/1.1", HOST).unwrap();
        assert_eq!((plain.path(), plain.query(), plain.origin()), ("/", None, None));
        assert_eq!(with("GET /? HTTP/1.1", HOST).unwrap().query(), Some(""));
        assert_eq!(with("GET /?é=ß HTTP/1.1", HOST).unwrap().query(), Some("é=ß"));
    }

    #[test]
    fn the_host_must_be_ours_to_the_letter() {
        for bad in ["evil.example:4711", "localhost:4711", "127.0.0.1", "127.0.0.1:80", ""] {
            let refused = with("GET / HTTP/1.1", &format!("Host: {bad}\r\n"));
            assert_eq!(refused.unwrap_err(), Status::Forbidden, "{bad}");
        }
        let twice = format!("{HOST}{HOST}");
        assert_eq!(with("GET / HTTP/1.1", "").unwrap_err(), Status::BadRequest);
        assert_eq!(with("GET / HTTP/1.1", &twice).unwrap_err(), Status::BadRequest);
    }

    #[test]
    fn only_a_plain_get_passes() {
        for method in ["POST", "HEAD", "OPTIONS", "PUT", "DELETE", "CONNECT", "GETS"] {
            let refused = with(&format!("{method} / HTTP/1.1"), HOST);
            assert_eq!(refused.unwrap_err(), Status::MethodNotAllowed, "{method}");
        }
        for target in ["http://127.0.0.1:4711/", "*", "x", "/#f", "127.0.0.1:4711"] {
            let refused = with(&format!("GET {target} HTTP/1.1"), HOST);
            assert_eq!(refused.unwrap_err(), Status::BadRequest, "{target}");
        }
        for header in ["Content-Length: 5", "Content-Length: -1", "Transfer-Encoding: chunked"] {
            let refused = with("GET / HTTP/1.1", &format!("{HOST}{header}\r\n"));
            assert_eq!(refused.unwrap_err(), Status::BadRequest, "{header}");
        }
        with("GET / HTTP/1.1", &format!("{HOST}Content-Length: 0\r\n")).unwrap();
    }

    #[test]
    fn headers_that_decide_are_not_repeated() {
        for name in ["Authorization", "Origin", "Sec-Fetch-Mode", "Content-Length"] {
            let headers = format!("{HOST}{name}: 0\r\n{name}: 0\r\n");
            assert_eq!(with("GET / HTTP/1.1", &headers).unwrap_err(), Status::BadRequest, "{name}");
        }
        let many = format!("{HOST}{}", "A: b\r\n".repeat(MAX_HEADERS));
        assert_eq!(with("GET / HTTP/1.1", &many).unwrap_err(), Status::HeadTooLarge);
    }

    #[test]
    fn who_wants_to_close_is_closed() {
        assert!(with("GET / HTTP/1.0", HOST).unwrap().wants_close);
        assert!(!with("GET / HTTP/1.1", HOST).unwrap().wants_close);
        let close = format!("{HOST}Connection: TE, Close\r\n");
        assert!(with("GET / HTTP/1.1", &close).unwrap().wants_close);
    }

    #[test]
    fn no_bytes_make_it_panic() {
        let good =
            format!("GET /oauth/callback?code=a&state=b HTTP/1.1\r\n{HOST}Origin: x\r\n\r\n");
        let closing =
            format!("GET / HTTP/1.0\r\n{HOST}Authorization: a\r\nConnection: close\r\n\r\n");
        mutations::each(20_000, &[good.as_bytes(), closing.as_bytes()], |bytes| {
            if let Ok(request) = parse(bytes) {
                assert!(request.path().starts_with('/'));
                let _ = (request.query(), request.origin());
            }
        });
    }
}
