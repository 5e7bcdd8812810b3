//! The browser of a demo that has no person: it opens a link and goes where it is sent.

use crate::workspace::Outcome;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// From the link to the stand-in's answer, back to the program that waits, and one to spare.
const MAX_PAGES: usize = 4;
const PATIENCE: Duration = Duration::from_secs(10);

/// Opens a loopback link, follows its redirects, and gives the title of the page where they end.
pub(crate) fn open(link: &str) -> Outcome<String> {
    let mut link = link.to_owned();
    for _ in 0..MAX_PAGES {
        let answer = get(&link)?;
        let location = answer.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("location").then(|| value.trim().to_owned())
        });
        match location {
            Some(next) => link = next,
            None => return Ok(title(&answer).to_owned()),
        }
    }
    Err("the sign-in leads from page to page without an end".into())
}

fn get(link: &str) -> Outcome<String> {
    let rest = link.strip_prefix("http://").ok_or("only this machine's own links are opened")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn title(page: &str) -> &str {
    let after = page.split_once("<title>").map_or("", |(_, after)| after);
    after.split("</title>").next().unwrap_or_default()
}
