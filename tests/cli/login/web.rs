//! A browser of a few lines: it gets pages, follows redirects, and knows the query of an address.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// A page, or whatever came instead.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Page {
    fn parse(bytes: &[u8]) -> Page {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Page { status, head: head.to_owned(), body: body.to_owned() }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Where the link with this id leads.
    pub(crate) fn link(&self, id: &str) -> String {
        let from = self.body.find(&format!("id=\"{id}\"")).expect("the page has the link");
        let target = self.body[from..].split('"').nth(3).expect("the link has an address");
        target.replace("&amp;", "&")
    }
}

/// `127.0.0.1:4711` and `/path?query` of an address.
pub(crate) fn split(url: &str) -> (String, String) {
    let rest = url.strip_prefix("http://").unwrap_or_else(|| panic!("no http address: {url}"));
    let (host, target) = rest.split_once('/').unwrap_or((rest, ""));
    (host.to_owned(), format!("/{target}"))
}

/// Sends bytes and reads what comes back, until the other side closes.
pub(crate) fn exchange(host: &str, bytes: &[u8]) -> std::io::Result<Page> {
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    stream.write_all(bytes)?;
    let mut received = Vec::new();
    stream.read_to_end(&mut received)?;
    Ok(Page::parse(&received))
}

pub(crate) fn request(method: &str, host: &str, target: &str, further: &str) -> Vec<u8> {
    format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{further}\r\n")
        .into_bytes()
}

/// One page, no redirect followed.
pub(crate) fn get(url: &str) -> Page {
    let (host, target) = split(url);
    exchange(&host, &request("GET", &host, &target, ""))
        .unwrap_or_else(|error| panic!("{url}: {error}"))
}

/// Where the address redirects to.
pub(crate) fn redirect_of(url: &str) -> String {
    let page = get(url);
    assert_eq!(page.status, 302, "{page:?}");
    page.header("Location").expect("a redirect leads somewhere").to_owned()
}

/// Follows redirects to a page.
pub(crate) fn browse(url: &str) -> Page {
    let mut url = url.to_owned();
    for _ in 0..5 {
        let page = get(&url);
        match page.header("Location") {
            Some(next) if page.status == 302 => url = next.to_owned(),
            _ => return page,
        }
    }
    panic!("too many redirects, the last to {url}")
}

/// A parameter of an address, decoded.
pub(crate) fn parameter(url: &str, name: &str) -> String {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let found = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
    decode(found.unwrap_or_else(|| panic!("{url} has no {name}")))
}

pub(crate) fn decode(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).expect("two hexadecimal digits"));
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).expect("it is UTF-8")
}

/// Everything that is not a letter or a digit, encoded.
pub(crate) fn encode(text: &str) -> String {
    let one = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}
