use std::thread;
use std::time::Duration;

use mutations::Dice;
use sso_cp_http::{Body, Client, Error, Method, Phase, Request, Retry, Settings};

use crate::server::{Server, get, once, once_by, reply, within};

#[test]
fn a_request_is_what_aws_expects_and_a_reply_is_read() {
    let headers = "Content-Type: application/json; charset=utf-8\r\nX-Amzn-RequestId: id-1\r\n\
                   x-amzn-errortype: E:x\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
    let server = Server::replying(reply("403 Forbidden", headers, "{}"));
    let reply = once(&server.url(), 2000).unwrap();
    assert_eq!((reply.status, &reply.body[..]), (403, &b"{}"[..]));
    assert_eq!(reply.content_type.as_deref(), Some("application/json"));
    assert_eq!(reply.request_id.as_deref(), Some("id-1"));
    assert_eq!(reply.error_type.as_deref(), Some("E:x"));
    assert_eq!(reply.date, Some(784_111_777));
    assert!(reply.clock_skew_seconds().unwrap() < 0);
    let request = server.requests()[0].to_ascii_lowercase();
    assert!(request.starts_with("get /path?query=querysecret http/1.1\r\n"), "{request}");
    for line in [
        "x-amz-sso_bearer_token: bearersecret\r\n",
        "x-further: headersecret\r\n",
        "user-agent: sso-cp/",
    ] {
        assert!(request.contains(line), "{request}");
    }
    for line in ["accept-encoding", "content-", "expect", "cookie", "authorization"] {
        assert!(!request.contains(line), "{request}");
    }
}

#[test]
fn a_post_has_a_length_and_a_type() {
    let server = Server::replying(reply("200 OK", "", ""));
    let client = Client::new(Settings::default());
    let url = server.url();
    let post = |body| {
        let request =
            Request { method: Method::Post, body, headers: &[], bearer: None, ..get(&url) };
        client.send(&request, Retry::Never, within(2000)).unwrap()
    };
    post(Some(Body::Json("{\"a\":1}")));
    post(Some(Body::Form("a=1")));
    post(None);
    let requests = server.requests();
    let requests: Vec<_> = requests.iter().map(|text| text.to_ascii_lowercase()).collect();
    assert!(requests[0].contains("content-type: application/json\r\n"), "{}", requests[0]);
    assert!(
        requests[0].contains("content-length: 7\r\n") && requests[0].ends_with("\r\n\r\n{\"a\":1}")
    );
    assert!(
        requests[1].contains("content-type: application/x-www-form-urlencoded; charset=utf-8\r\n")
    );
    assert!(requests[2].contains("content-length: 0\r\n"), "{}", requests[2]);
    assert!(!requests[2].contains("content-type"));
    assert_eq!(server.connections(), 1, "a connection is used again");
}

#[test]
fn a_reply_that_is_cut_is_never_used() {
    for cut in [
        "",
        "HTTP/1.1 200 O",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":1}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n{\"a\":1",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n{\"a\":1}\r\n",
    ] {
        let server = Server::http(move |_, stream| {
            stream.write_all(cut.as_bytes())?;
            Err(std::io::ErrorKind::ConnectionAborted.into())
        });
        let error = once(&server.url(), 2000).unwrap_err();
        assert!(matches!(error, Error::CutShort { awaited: "accounts", .. }), "{cut:?}: {error:?}");
        assert!(!error.is_before_sending());
    }
}

#[test]
fn slow_replies_are_bounded_in_all_and_not_per_read() {
    for (first, phase) in [
        ("HTTP/1.1 200 OK\r\nX-Long: ", Phase::Answer),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", Phase::Body),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n", Phase::Body),
        ("HTTP/1.1 200 OK\r\n\r\n", Phase::Body),
    ] {
        let server = Server::http(move |_, stream| {
            stream.write_all(first.as_bytes())?;
            loop {
                stream.write_all(b"x")?;
                thread::sleep(Duration::from_millis(50));
            }
        });
        let error = once(&server.url(), 400).unwrap_err();
        let Error::TimedOut { phase: seen, awaited: "accounts", after, .. } = &error else {
            panic!("{error:?}")
        };
        assert_eq!(*seen, phase);
        assert!(*after >= Duration::from_millis(390));
    }
}

#[test]
fn a_redirect_is_an_error_and_nobody_follows_it() {
    let other = Server::replying(reply("200 OK", "", "{}"));
    for status in [301, 302, 303, 307, 308] {
        let location = format!("Location: http://localhost:{}/SECRET?SECRET\r\n", other.port);
        let server = Server::replying(reply(&format!("{status} Moved"), &location, "moved"));
        let error = once(&server.url(), 2000).unwrap_err();
        let Error::Redirected { status: seen, to, .. } = &error else { panic!("{error:?}") };
        assert_eq!((*seen, to.clone()), (status, Some(format!("localhost:{}", other.port))));
    }
    for location in
        ["", "Location: /relative\r\n", "Location: \u{1}\r\n", "Location: http://SECRET@/\r\n"]
    {
        let server = Server::replying(reply("302 Found", location, ""));
        let error = once(&server.url(), 2000).unwrap_err();
        assert!(!matches!(error, Error::Redirected { to: Some(_), .. }), "{error:?}");
    }
    assert_eq!(other.connections(), 0);
}

#[test]
fn a_huge_reply_is_refused() {
    for head in [
        "HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX-Long: ",
    ] {
        let server = Server::http(move |_, stream| {
            stream.write_all(head.as_bytes())?;
            loop {
                stream.write_all(&[b'x'; 4096])?;
            }
        });
        let error = once(&server.url(), 2000).unwrap_err();
        assert!(matches!(error, Error::TooLarge { .. }), "{head:?}: {error:?}");
    }
    let largest = "x".repeat(1 << 20);
    let server = Server::replying(reply("200 OK", "", &largest));
    assert_eq!(once(&server.url(), 2000).unwrap().body.len(), 1 << 20);
}

#[test]
fn odd_but_whole_replies_are_read() {
    for odd in [
        "HTTP/1.0 200 OK\r\n\r\n{}",
        "HTTP/1.0 200 OK\r\ncontent-LENGTH: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;x=y\r\n{\r\n1\r\n}\r\n0\r\nT: r\r\n\r\n",
    ] {
        let server = Server::http(move |_, stream| {
            stream.write_all(odd.as_bytes())?;
            Err(std::io::ErrorKind::ConnectionAborted.into())
        });
        let reply = once(&server.url(), 2000).unwrap_or_else(|error| panic!("{odd:?}: {error:?}"));
        assert_eq!((reply.status, &reply.body[..]), (200, &b"{}"[..]), "{odd:?}");
    }
}

#[test]
fn what_is_no_http_is_an_error() {
    for (odd, after) in [
        ("SSH-2.0-OpenSSH\r\n", true),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x", true),
        ("HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}", true),
        ("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n{}", true),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", true),
        ("HTTP/1.1 999 OK\r\nContent-Length: 2\r\n\r\n{}", true),
        ("\0\0\0\0", false),
    ] {
        let server = Server::http(move |_, stream| {
            stream.write_all(odd.as_bytes())?;
            Err(std::io::ErrorKind::ConnectionAborted.into())
        });
        let error = once(&server.url(), 2000).unwrap_err();
        let is_odd = matches!(error, Error::NotHttp { .. } | Error::CutShort { .. });
        assert!(is_odd && (!after || matches!(error, Error::NotHttp { .. })), "{odd:?}: {error:?}");
    }
}

/// Mangled replies by the hundred: nothing panics, nothing hangs. The seed is fixed.
#[test]
fn no_reply_makes_the_client_panic_or_hang() {
    const GOOD: &[&str] = &[
        "HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\n{\"a\":1}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: http://localhost/\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 429 Slow\r\nRetry-After: 3\r\n\r\n{}",
        "HTTP/1.1 204 None\r\nContent-Length: 5\r\n\r\nabcde",
    ];
    const ODD: &[u8] = b"\0\r\n :;,09-\xff\x80HTTP/";
    let server = Server::http(move |number, stream| {
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ (number as u64 + 1));
        let mut bytes = GOOD[number % GOOD.len()].as_bytes().to_vec();
        for _ in 0..=dice.roll(3) {
            let at = dice.roll(bytes.len());
            match dice.roll(4) {
                0 => bytes[at] = ODD[dice.roll(ODD.len())],
                1 => bytes.insert(at, ODD[dice.roll(ODD.len())]),
                2 => drop(bytes.remove(at)),
                _ => bytes.truncate(at.max(1)),
            }
        }
        stream.write_all(&bytes)?;
        Err(std::io::ErrorKind::ConnectionAborted.into())
    });
    let client = Client::new(Settings::default());
    let url = server.url();
    for _ in 0..600 {
        let _ = once_by(&client, &url, 1000);
    }
}
