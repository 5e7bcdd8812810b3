use std::thread;
use std::time::{Duration, Instant};

use sso_cp_http::{Client, Error, Reply, Retry, Settings};

use crate::server::{Server, get, reply, within};

fn send(server: &Server, retry: Retry, milliseconds: u64) -> Result<Reply, Error> {
    Client::new(Settings::default()).send(&get(&server.url()), retry, within(milliseconds))
}

/// Fails twice by `failure` and then replies.
fn failing_twice(failure: String) -> Server {
    Server::http(move |number, stream| match number {
        0 | 1 if failure.is_empty() => Err(std::io::ErrorKind::ConnectionReset.into()),
        0 | 1 => stream.write_all(failure.as_bytes()),
        _ => stream.write_all(reply("200 OK", "", "{}").as_bytes()),
    })
}

/// The pauses between attempts are real, so cases run beside each other.
fn at_once<T: Send, const N: usize>(cases: [T; N], check: impl Fn(T) + Sync) {
    let check = &check;
    thread::scope(|scope| {
        for case in cases {
            scope.spawn(move || check(case));
        }
    });
}

#[test]
fn what_passes_is_tried_three_times() {
    let throttled = reply("429 Slow", "x-amz-retry-after: 10\r\n", "");
    let busy = reply("503 Busy", "", "busy");
    let cases = [
        (Retry::Always, busy.clone()),
        (Retry::Unambiguous, busy),
        (Retry::Always, throttled.clone()),
        (Retry::Unambiguous, throttled),
    ];
    at_once(cases, |(retry, failure)| {
        let server = failing_twice(failure);
        assert_eq!(send(&server, retry, 20_000).unwrap().status, 200);
        assert_eq!(server.requests().len(), 3);
    });
}

#[test]
fn a_lost_answer_repeats_only_what_is_idempotent() {
    let server = failing_twice(String::new());
    assert_eq!(send(&server, Retry::Always, 20_000).unwrap().status, 200);
    let server = failing_twice(String::new());
    let error = send(&server, Retry::Unambiguous, 20_000).unwrap_err();
    assert!(matches!(error, Error::CutShort { .. }), "{error:?}");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_silent_host_repeats_only_what_is_idempotent() {
    let server = Server::http(|_, _| Ok(()));
    let error = send(&server, Retry::Unambiguous, 300).unwrap_err();
    assert!(matches!(error, Error::TimedOut { .. }), "{error:?}");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn the_last_reply_is_given_after_three_attempts() {
    at_once([500, 502, 503, 504], |status| {
        let server = Server::replying(reply(&format!("{status} Oops"), "", "why"));
        let reply = send(&server, Retry::Always, 20_000).unwrap();
        assert_eq!((reply.status, &reply.body[..]), (status, &b"why"[..]));
        assert_eq!(server.requests().len(), 3);
    });
}

#[test]
fn what_stands_is_not_repeated() {
    for status in ["200 OK", "400 Bad", "401 No", "403 No", "404 No", "501 No"] {
        let server = Server::replying(reply(status, "", ""));
        send(&server, Retry::Always, 5000).unwrap();
        assert_eq!(server.requests().len(), 1, "{status}");
    }
    let server = Server::replying(reply("503 Busy", "", ""));
    assert_eq!(send(&server, Retry::Never, 5000).unwrap().status, 503);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_wait_beyond_the_deadline_is_not_begun() {
    let started = Instant::now();
    for header in [
        "Retry-After: 3600\r\n",
        "x-amz-retry-after: 3600000\r\n",
        "Retry-After: 99999999999999999999\r\n",
    ] {
        let server = Server::replying(reply("429 Slow", header, "{}"));
        assert_eq!(send(&server, Retry::Always, 20_000).unwrap().status, 429);
        assert_eq!(server.requests().len(), 1);
    }
    // Each of them would have taken the whole deadline.
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_wait_that_fits_is_kept() {
    let server = Server::http(|number, stream| match number {
        0 => stream.write_all(reply("429 Slow", "Retry-After: 1\r\n", "").as_bytes()),
        _ => stream.write_all(reply("200 OK", "", "{}").as_bytes()),
    });
    let started = Instant::now();
    assert_eq!(send(&server, Retry::Always, 20_000).unwrap().status, 200);
    assert!(started.elapsed() >= Duration::from_secs(1));
}
