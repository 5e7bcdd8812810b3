//! A client of a few lines that sends what it is told and closes.

use fake_identity_center::Fake;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self { status, head, body: bytes[end + 4..].to_vec() }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn text(&self, member: &str) -> String {
        self.json()[member].as_str().unwrap().to_owned()
    }

    pub(crate) fn page(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The exception, as the SDKs find it.
    pub(crate) fn error(&self) -> String {
        let kind = self.header("x-amzn-ErrorType").unwrap_or_default();
        kind.split(':').next().unwrap_or_default().to_owned()
    }
}

pub(crate) fn connect(fake: &Fake) -> TcpStream {
    let address = fake.sso_url().split_once("://").unwrap().1.to_owned();
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// Sends bytes and reads until the stand-in closes or resets; what arrived, and how it ended.
pub(crate) fn exchange(fake: &Fake, bytes: &[u8]) -> (Vec<u8>, std::io::Result<usize>) {
    let mut stream = connect(fake);
    stream.write_all(bytes).unwrap();
    let mut received = Vec::new();
    let ended = stream.read_to_end(&mut received);
    (received, ended)
}

pub(crate) fn request(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text =
        format!("{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if method == "POST" {
        text.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    format!("{text}\r\n{body}").into_bytes()
}

pub(crate) fn get(fake: &Fake, target: &str) -> Reply {
    Reply::parse(&exchange(fake, &request("GET", target, &[], "")).0)
}

pub(crate) fn get_with(fake: &Fake, target: &str, headers: &[(&str, &str)]) -> Reply {
    Reply::parse(&exchange(fake, &request("GET", target, headers, "")).0)
}

pub(crate) fn get_with_token(fake: &Fake, target: &str, token: &str) -> Reply {
    let bytes = request("GET", target, &[("x-amz-sso_bearer_token", token)], "");
    Reply::parse(&exchange(fake, &bytes).0)
}

pub(crate) fn post(fake: &Fake, target: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    Reply::parse(&exchange(fake, &request("POST", target, headers, body)).0)
}

pub(crate) fn post_json(fake: &Fake, target: &str, body: &Value) -> Reply {
    post(fake, target, &[("Content-Type", "application/json")], &body.to_string())
}
