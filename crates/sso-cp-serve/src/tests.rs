//! The endpoint over real sockets.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use sso_cp_types::{RoleCredentials, Secret, Timestamp};

use crate::memory::Moment;
use crate::{Cause, Endpoint, Error, Freshness, Place, Refusal, Served, Serving};

const OCTETS: [u8; 32] = [0xa5; 32];

pub(crate) const FRESHNESS: Freshness =
    Freshness { fresh_seconds: 900, renew_seconds: 1200, stale_seconds: 120, retry_seconds: 60 };

pub(crate) fn served(expires_at: Timestamp) -> Served {
    served_as("ASIAEXAMPLEKEY000000", expires_at)
}

fn served_for(access_key_id: &str, seconds: i64) -> Served {
    served_as(access_key_id, Timestamp::now().plus_seconds(seconds))
}

fn served_as(access_key_id: &str, expires_at: Timestamp) -> Served {
    let credentials = RoleCredentials {
        access_key_id: access_key_id.to_owned(),
        secret_access_key: Secret::new("made/up".to_owned()),
        session_token: Secret::new("IQoMadeUp".to_owned()),
        expires_at,
    };
    Served::new(&credentials, "111122223333")
}

fn in_an_hour() -> Served {
    served(Timestamp::now().plus_seconds(3600))
}

/// New credentials are not asked for again within a minute.
fn a_minute_ago() -> Moment {
    let now = Moment::now();
    Moment { steady: now.steady.checked_sub(Duration::from_secs(61)).unwrap(), ..now }
}

fn refusal(cause: Cause) -> Refusal {
    Refusal { cause, message: "why".to_owned() }
}

/// An endpoint that answers, its port, and the paths and tokens of its roles.
struct Stand {
    serving: Serving,
    port: u16,
    places: Vec<(String, String)>,
}

impl Stand {
    fn of(places: Vec<Place>) -> Stand {
        let endpoint = Endpoint::bind(0, places, FRESHNESS).unwrap();
        let url = endpoint.url(&endpoint.places()[0]);
        let rest = url.strip_prefix("http://127.0.0.1:").unwrap();
        let port = rest.split('/').next().unwrap().parse().unwrap();
        let place = |place: &Place| (place.path().to_owned(), place.token().expose().to_owned());
        let places = endpoint.places().iter().map(place).collect();
        Stand { serving: endpoint.serve().unwrap(), port, places }
    }

    fn new() -> Stand {
        Stand::of(vec![Place::only(&OCTETS)])
    }

    fn with(served: Served) -> Stand {
        let stand = Stand::new();
        stand.serving.supply(0, Ok(served));
        stand
    }

    /// Roles with names, each with credentials and a token of its own.
    fn named(names: &[&str]) -> Stand {
        let numbered = names.iter().zip(0_u8..);
        let place = |(name, number): (&&str, u8)| Place::named(name, &[number; 32]).unwrap();
        let stand = Stand::of(numbered.map(place).collect());
        for number in 0..names.len() {
            stand.serving.supply(number, Ok(served_for(&format!("ASIA{number}"), 3600)));
        }
        stand
    }

    fn token(&self) -> &str {
        &self.places[0].1
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

    fn get_at(&self, path: &str, token: &str) -> String {
        self.ask(&format!("GET {path}"), &format!("Authorization: {token}\r\n"))
    }

    fn get(&self) -> String {
        let (path, token) = &self.places[0];
        self.get_at(path, token)
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
    let token = format!("Authorization: {}\r\n", stand.token());
    let half = format!("Authorization: {}\r\n", &stand.token()[..32]);
    let longer = format!("Authorization: {}0\r\n", stand.token());
    let bearer = format!("Authorization: Bearer {}\r\n", stand.token());
    let other_host = format!("{token}Host: evil.example:{}\r\n", stand.port);
    let two_hosts = format!("{token}Host: 127.0.0.1\r\nHost: 127.0.0.1\r\n");
    let no_name = format!("{token}Host: \r\n");
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
        ("GET /credentials", two_hosts.as_str(), 400),
        ("GET /credentials", no_name.as_str(), 403),
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
        assert!(!answer.contains(stand.token()), "{answer}");
    }
    let answer = stand.ask("GET /credentials", "");
    let body = "{\"Code\":\"Forbidden\",\"Message\":\"the Authorization header is not the token of this endpoint\"}";
    assert!(answer.ends_with(body), "{answer}");
}

#[test]
fn tokens_have_256_bits_and_the_port_is_ours_alone() {
    let stand = Stand::new();
    assert_eq!(stand.token(), "a5".repeat(32));
    assert!(matches!(
        Endpoint::bind(stand.port, vec![Place::only(&OCTETS)], FRESHNESS),
        Err(Error::Listen { .. })
    ));
}

#[test]
fn a_failure_has_the_shape_that_sdks_show() {
    for (cause, expected, code) in [
        (Cause::SignIn, 403, "SignInRequired"),
        (Cause::Refused, 403, "AccessDenied"),
        (Cause::Passing, 503, "ServiceUnavailable"),
        (Cause::Gone, 404, "NotFound"),
        (Cause::Local, 500, "InternalError"),
    ] {
        let stand = Stand::new();
        stand.serving.supply(0, Err(refusal(cause)));
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
        assert_eq!(stand.serving.wait_for_need(), 0);
        // Long enough for all of them to be waiting.
        thread::sleep(Duration::from_millis(200));
        // Strangers are answered meanwhile.
        assert_eq!(status(&stand.ask("GET /credentials", "")), 403);
        stand.serving.supply(0, Ok(in_an_hour()));
        for client in clients {
            assert_eq!(status(&client.join().unwrap()), 200);
        }
    });
}

/// The `Host` of awscrt has no port, that of a forwarder has another one, and the SDKs of a container
/// ask where AWS's own agents are.
#[test]
fn every_name_of_loopback_is_answered() {
    let stand = Stand::with(in_an_hour());
    for host in ["127.0.0.1", "127.0.0.1:9911", "localhost", "::1", "[::1]:80", "169.254.170.2"] {
        let headers = format!("Authorization: {}\r\nHost: {host}\r\n", stand.token());
        let answer = stand.ask("GET /credentials", &headers);
        assert_eq!(status(&answer), 200, "{host}: {answer}");
    }
}

#[test]
fn each_role_has_a_path_and_a_token_of_its_own() {
    let stand = Stand::named(&["dev", "a/b", "100%", "my dev"]);
    let paths: Vec<&str> = stand.places.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["/profile/dev", "/profile/a%2Fb", "/profile/100%25", "/profile/my%20dev"]);
    for (number, (path, _)) in stand.places.iter().enumerate() {
        for (other, (_, token)) in stand.places.iter().enumerate() {
            let answer = stand.get_at(path, token);
            let expected = if number == other { 200 } else { 403 };
            assert_eq!(status(&answer), expected, "{path}: {answer}");
            assert_eq!(answer.contains(&format!("\"ASIA{number}\"")), number == other);
        }
    }
    let token = &stand.places[0].1;
    for path in ["/credentials", "/profile/prod", "/profile/a/b", "/profile/dev/", "/profile/", "/"]
    {
        assert_eq!(status(&stand.get_at(path, token)), 404, "{path}");
        assert_eq!(status(&stand.get_at(path, "wrong")), 404, "{path}");
    }
}

#[test]
fn health_is_told_to_everybody_but_web_pages() {
    let stand = Stand::new();
    let answer = stand.ask("GET /healthz", "");
    assert!(answer.ends_with("{\"Status\":\"ok\"}"), "{answer}");
    assert_eq!(status(&stand.ask("GET /healthz", "Origin: null\r\n")), 403);
    assert_eq!(status(&stand.ask("GET /healthz", "Host: evil.example\r\n")), 403);
    assert_eq!(status(&stand.ask("GET /healthz?x", "")), 404);
}

/// Two that fetch get two roles, and a role that is being fetched is nobody's else.
#[test]
fn each_role_is_fetched_once_and_slow_ones_hold_up_no_other() {
    let stand = Stand::named(&["slow", "quick"]);
    for role in [0, 1] {
        stand.serving.supply_at(role, Ok(served_for(&format!("old{role}"), 600)), a_minute_ago());
    }
    thread::scope(|scope| {
        let [slow, quick] = [0, 1].map(|role| {
            let (path, token) = &stand.places[role];
            scope.spawn(|| stand.get_at(path, token))
        });
        let mut needed = [stand.serving.wait_for_need(), stand.serving.wait_for_need()];
        needed.sort_unstable();
        assert_eq!(needed, [0, 1]);
        stand.serving.supply(1, Ok(served_for("new1", 3600)));
        assert!(quick.join().unwrap().contains("\"new1\""));
        // Nobody has supplied the other one: it is answered with what there is.
        assert!(slow.join().unwrap().contains("\"old0\""));
    });
}

/// Ruby, pyarrow, DuckDB and the JS SDK v2 hang up after one second.
#[test]
fn what_still_lives_is_handed_out_before_a_client_hangs_up() {
    let stand = Stand::new();
    stand.serving.supply_at(0, Ok(served_for("ASIA", 600)), a_minute_ago());
    for _ in 0..2 {
        let started = Instant::now();
        let mut stream = TcpStream::connect(("127.0.0.1", stand.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
        let token = stand.token();
        let head = format!(
            "GET /credentials HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {token}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut some = [0; 512];
        let count = stream.read(&mut some).unwrap();
        assert!(some[..count].starts_with(b"HTTP/1.1 200 "));
        assert!(started.elapsed() < Duration::from_millis(800), "{:?}", started.elapsed());
    }
}

/// They leave without their answer, again and again, and the next one is served.
#[test]
fn clients_that_hang_up_do_no_harm() {
    let stand = Stand::new();
    let head = format!(
        "GET /credentials HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {}\r\n\r\n",
        stand.token()
    );
    for _ in 0..20 {
        let mut stream = TcpStream::connect(("127.0.0.1", stand.port)).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
    }
    assert_eq!(stand.serving.wait_for_need(), 0);
    stand.serving.supply(0, Ok(in_an_hour()));
    assert_eq!(status(&stand.get()), 200);
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
