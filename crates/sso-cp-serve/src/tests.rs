//! The endpoint over real sockets.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use sso_cp_types::{RoleCredentials, Secret, Timestamp};

use crate::{Cause, Endpoint, Error, Refusal, Served, Serving};

const OCTETS: [u8; 32] = [0xa5; 32];

pub(crate) fn served(expires_at: Timestamp) -> Served {
    let credentials = RoleCredentials {
        access_key_id: "ASIAEXAMPLEKEY000000".to_owned(),
        secret_access_key: Secret::new("made/up".to_owned()),
        session_token: Secret::new("IQoMadeUp".to_owned()),
        expires_at,
    };
    Served::new(&credentials, "111122223333")
}

fn in_an_hour() -> Served {
    served(Timestamp::now().plus_seconds(3600))
}

fn refusal(cause: Cause) -> Refusal {
    Refusal { cause, message: "why".to_owned() }
}

/// An endpoint that answers, its port and its token.
struct Stand {
    serving: Serving,
    port: u16,
    token: String,
}

impl Stand {
    fn new() -> Stand {
        let endpoint = Endpoint::bind(0, &OCTETS).unwrap();
        let url = endpoint.url();
        let rest = url.strip_prefix("http://127.0.0.1:").unwrap();
        let port = rest.strip_suffix("/credentials").unwrap().parse().unwrap();
        let token = endpoint.token().expose().to_owned();
        Stand { serving: endpoint.serve().unwrap(), port, token }
    }

    fn with(served: Served) -> Stand {
        let stand = Stand::new();
        stand.serving.supply(Ok(served));
        stand
    }

    fn ask(&self, line: &str, headers: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let host = if headers.contains("Host:") {
            String::new()
        } else {
            format!("Host: 127.0.0.1:{}\r\n", self.port)
        };
        write!(stream, "{line} HTTP/1.1\r\n{host}{headers}Connection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn get(&self) -> String {
        self.ask("GET /credentials", &format!("Authorization: {}\r\n", self.token))
    }
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

#[test]
fn the_right_request_gets_the_credentials() {
    let expires_at = Timestamp::now().plus_seconds(3600);
    let stand = Stand::with(served(expires_at));
    let answer = stand.get();
    assert_eq!(status(&answer), 200, "{answer}");
    assert!(answer.contains("Content-Type: application/json\r\n"), "{answer}");
    assert!(answer.contains("Cache-Control: no-store\r\n"), "{answer}");
    let body = format!(
        "{{\"AccessKeyId\":\"ASIAEXAMPLEKEY000000\",\"SecretAccessKey\":\"made/up\",\
         \"Token\":\"IQoMadeUp\",\"Expiration\":\"{expires_at}\",\"AccountId\":\"111122223333\"}}"
    );
    assert!(answer.ends_with(&body), "{answer}");
    assert!(expires_at.to_string().ends_with('Z'));
}

#[test]
fn nobody_else_gets_them() {
    let stand = Stand::with(in_an_hour());
    let token = format!("Authorization: {}\r\n", stand.token);
    let half = format!("Authorization: {}\r\n", &stand.token[..32]);
    let longer = format!("Authorization: {}0\r\n", stand.token);
    let bearer = format!("Authorization: Bearer {}\r\n", stand.token);
    let other_host = format!("{token}Host: evil.example:{}\r\n", stand.port);
    let by_name = format!("{token}Host: localhost:{}\r\n", stand.port);
    let page = format!("{token}Origin: http://127.0.0.1:{}\r\n", stand.port);
    let sandboxed = format!("{token}Origin: null\r\n");
    let twice = format!("{token}{token}");
    for (line, headers, expected) in [
        ("GET /credentials", "", 403),
        ("GET /credentials", "Authorization: \r\n", 403),
        ("GET /credentials", half.as_str(), 403),
        ("GET /credentials", longer.as_str(), 403),
        ("GET /credentials", bearer.as_str(), 403),
        ("GET /credentials", other_host.as_str(), 403),
        ("GET /credentials", by_name.as_str(), 403),
        ("GET /credentials", page.as_str(), 403),
        ("GET /credentials", sandboxed.as_str(), 403),
        ("GET /credentials", twice.as_str(), 400),
        ("POST /credentials", token.as_str(), 405),
        ("PUT /credentials", token.as_str(), 405),
        ("OPTIONS /credentials", token.as_str(), 405),
        ("GET /", token.as_str(), 404),
        ("GET /credentials/", token.as_str(), 404),
        ("GET //credentials", token.as_str(), 404),
        ("GET /credentials?role=other", token.as_str(), 404),
        ("GET /credentials/other", token.as_str(), 404),
    ] {
        let answer = stand.ask(line, headers);
        assert_eq!(status(&answer), expected, "{line} {headers}: {answer}");
        assert!(!answer.contains("made/up") && !answer.contains("IQoMadeUp"), "{answer}");
        assert!(!answer.contains(&stand.token), "{answer}");
    }
    let answer = stand.ask("GET /credentials", "");
    let body = "{\"Code\":\"Forbidden\",\"Message\":\"the Authorization header is not the token of this endpoint\"}";
    assert!(answer.ends_with(body), "{answer}");
}

#[test]
fn tokens_have_256_bits_and_the_port_is_ours_alone() {
    let stand = Stand::new();
    assert_eq!(stand.token, "a5".repeat(32));
    assert!(matches!(Endpoint::bind(stand.port, &OCTETS), Err(Error::Listen { .. })));
}

#[test]
fn a_failure_has_the_shape_that_sdks_show() {
    for (cause, expected, code) in [
        (Cause::SignIn, 403, "SignInRequired"),
        (Cause::Refused, 403, "AccessDenied"),
        (Cause::Passing, 503, "ServiceUnavailable"),
        (Cause::Local, 500, "InternalError"),
    ] {
        let stand = Stand::new();
        stand.serving.supply(Err(refusal(cause)));
        let answer = stand.get();
        assert_eq!(status(&answer), expected);
        let body = format!("{{\"Code\":\"{code}\",\"Message\":\"why\"}}");
        assert!(answer.ends_with(&body), "{answer}");
    }
}

#[test]
fn many_who_ask_at_once_need_one_supply() {
    let stand = Stand::new();
    thread::scope(|scope| {
        let clients: Vec<_> = (0..20).map(|_| scope.spawn(|| stand.get())).collect();
        stand.serving.wait_for_need();
        // Long enough for all of them to be waiting.
        thread::sleep(Duration::from_millis(200));
        // Strangers are answered meanwhile.
        assert_eq!(status(&stand.ask("GET /credentials", "")), 403);
        stand.serving.supply(Ok(in_an_hour()));
        for client in clients {
            assert_eq!(status(&client.join().unwrap()), 200);
        }
    });
}

#[test]
fn what_still_lives_is_handed_out_within_two_seconds() {
    let stand = Stand::with(served(Timestamp::now().plus_seconds(600)));
    // The first minute after a supply asks for nothing; a failure ends it.
    stand.serving.supply(Err(refusal(Cause::Passing)));
    let started = Instant::now();
    assert_eq!(status(&stand.get()), 200);
    assert!(started.elapsed() < Duration::from_secs(1));
}

#[test]
fn two_hundred_idle_connections_do_no_harm() {
    let stand = Stand::with(in_an_hour());
    let mut idle: Vec<TcpStream> =
        (0..200).map(|_| TcpStream::connect(("127.0.0.1", stand.port)).unwrap()).collect();
    for stream in idle.iter_mut().take(100) {
        stream.write_all(b"GET /credentials HT").unwrap();
    }
    for _ in 0..50 {
        assert_eq!(status(&stand.get()), 200);
    }
    drop(idle);
}
