//! Whole sign-ins, with raw TCP clients as the browser and as everybody else.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use sso_cp_types::Secret;
use zeroize::Zeroizing;

use super::*;
use crate::fresh::Fresh;
use crate::pkce::challenge_of;

const PATIENCE: Duration = Duration::from_secs(10);

/// `base64url` of 32 octets of value 1, and of 16 octets of value 2.
const STATE: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";
const LINK: &str = "/AgICAgICAgICAgICAgICAg";

fn start() -> SignIn {
    let fresh = Fresh {
        verifier: Zeroizing::new([0; 32]),
        state: Zeroizing::new([1; 32]),
        link: Zeroizing::new([2; 16]),
    };
    let client =
        Client { oidc_endpoint: "https://oidc.example", client_id: "made-up", scopes: &[] };
    Redirect::bind_with(0, &fresh).unwrap().start(&client).unwrap()
}

/// Sends bytes from a thread of its own, and gives the whole answer.
fn send(port: u16, bytes: Vec<u8>) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let _ = stream.write_all(&bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8(answer).unwrap()
    })
}

fn request(port: u16, target: &str, headers: &str) -> Vec<u8> {
    format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{headers}\r\n").into_bytes()
}

fn get(port: u16, target: &str) -> JoinHandle<String> {
    send(port, request(port, target, ""))
}

fn callback(query: &str) -> String {
    format!("/oauth/callback?{query}")
}

fn right() -> String {
    callback(&format!("code=made-up-SECRET&state={STATE}"))
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("none")
}

/// Polls until the client has its answer; nothing of it may end the sign-in.
fn stranger(sign_in: &mut SignIn, client: JoinHandle<String>) -> String {
    while !client.is_finished() {
        let progress = sign_in.poll(Duration::from_millis(5));
        assert!(matches!(progress, Progress::Waiting), "a stranger ended the sign-in");
    }
    client.join().unwrap()
}

fn outcome(sign_in: &mut SignIn) -> Outcome {
    match sign_in.poll(PATIENCE) {
        Progress::Done(outcome) => outcome,
        Progress::Waiting => panic!("no answer came"),
    }
}

fn code(outcome: Outcome) -> Secret {
    match outcome {
        Outcome::Granted(grant) => grant.code,
        Outcome::Refused(refusal) => panic!("{refusal:?}"),
    }
}

#[test]
fn the_right_redirect_ends_it_once_with_a_page() {
    let mut sign_in = start();
    let port = sign_in.port();
    let browser = send(port, request(port, &right(), "Sec-Fetch-Mode: navigate\r\n"));
    let Outcome::Granted(grant) = outcome(&mut sign_in) else { panic!("refused") };
    assert_eq!(grant.code.expose(), "made-up-SECRET");
    assert_eq!(grant.verifier.expose(), "A".repeat(43));
    assert_eq!(grant.redirect_uri, format!("http://127.0.0.1:{port}/oauth/callback"));
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "the port is still open");

    let page = browser.join().unwrap();
    let (head, body) = page.split_once("\r\n\r\n").unwrap();
    let length = format!("Content-Length: {}", body.len());
    assert_eq!(
        head.split("\r\n").collect::<Vec<_>>(),
        [
            "HTTP/1.1 200 OK",
            "Content-Type: text/html; charset=utf-8",
            "Cache-Control: no-store",
            "Referrer-Policy: no-referrer",
            "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
            "X-Content-Type-Options: nosniff",
            length.as_str(),
            "Connection: close",
        ]
    );
    assert!(body.contains("You approved") && !page.contains("SECRET") && !page.contains(STATE));

    assert!(matches!(sign_in.poll(Duration::from_millis(1)), Progress::Waiting));
    assert_eq!(sign_in.accept_pasted(&right()).unwrap_err(), PasteProblem::Finished);
}

#[test]
fn a_refusal_shows_its_page_and_echoes_nothing() {
    let mut sign_in = start();
    let query = format!("error=%3Cscript%3E&error_description=no%1b+way&state={STATE}");
    let browser = get(sign_in.port(), &callback(&query));
    let Outcome::Refused(refusal) = outcome(&mut sign_in) else { panic!("granted") };
    assert_eq!(refusal.error, "<script>");
    assert_eq!(refusal.description.as_deref(), Some("no\u{1b} way"));
    let page = browser.join().unwrap();
    assert_eq!(status(&page), "200");
    assert!(page.contains("not completed") && !page.contains("script") && !page.contains("way"));
}

#[test]
fn strangers_are_refused_without_a_page_and_it_goes_on() {
    let mut sign_in = start();
    let port = sign_in.port();
    let host = format!("Host: 127.0.0.1:{port}\r\n");
    let right_line = |method: &str| format!("{method} {} HTTP/1.1\r\n", right());
    let slashes = format!("//oauth{}", right().strip_prefix("/oauth").unwrap());
    let dotted = right().replace("/oauth", "/./oauth");
    let extra_slash = right().replace('?', "/?");
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("404", request(port, "/", "")),
        ("404", request(port, "/favicon.ico", "")),
        ("404", request(port, &slashes, "")),
        ("404", request(port, &dotted, "")),
        ("404", request(port, &extra_slash, "")),
        ("404", request(port, &right().replace("oauth", "OAuth"), "")),
        ("404", request(port, &right().replace("callback", "c%61llback"), "")),
        ("405", format!("{}{host}Content-Length: 0\r\n\r\n", right_line("POST")).into()),
        ("405", format!("{}{host}\r\n", right_line("HEAD")).into()),
        ("405", format!("{}{host}\r\n", right_line("OPTIONS")).into()),
        ("403", format!("{}Host: evil.example:{port}\r\n\r\n", right_line("GET")).into()),
        ("403", format!("{}Host: localhost:{port}\r\n\r\n", right_line("GET")).into()),
        ("400", format!("{}\r\n", right_line("GET")).into()),
        ("403", request(port, &right(), "Sec-Fetch-Mode: no-cors\r\n")),
        ("403", request(port, &right(), "Sec-Fetch-Mode: cors\r\n")),
        ("400", request(port, "/oauth/callback", "")),
        ("400", request(port, &callback("code=a"), "")),
        ("400", request(port, &callback("error=access_denied"), "")),
        ("400", request(port, &callback("error=access_denied&state=wrong"), "")),
        ("400", request(port, &callback(&format!("code=a&code=b&state={STATE}")), "")),
        ("400", request(port, &callback(&format!("code=a&state=x&state={STATE}")), "")),
        ("400", request(port, &callback(&format!("state={STATE}")), "")),
        (
            "414",
            request(port, &callback(&format!("code={}&state={STATE}", "x".repeat(10_000))), ""),
        ),
        ("431", request(port, &right(), &format!("Cookie: {}\r\n", "x".repeat(9000)))),
    ];
    for (expected, bytes) in cases {
        let shown = String::from_utf8_lossy(&bytes).chars().take(90).collect::<String>();
        let answer = stranger(&mut sign_in, send(port, bytes));
        assert_eq!(status(&answer), expected, "{shown}");
        assert!(answer.ends_with("\r\n\r\n"), "a body for {shown}");
    }
    let browser = get(port, &right());
    assert_eq!(code(outcome(&mut sign_in)).expose(), "made-up-SECRET");
    assert_eq!(status(&browser.join().unwrap()), "200");
}

#[test]
fn a_thousand_wrong_states_do_not_hinder_the_right_one() {
    let mut sign_in = start();
    let port = sign_in.port();
    let storm = thread::spawn(move || {
        for round in 0..1000 {
            let target = callback(&format!("code=a&state={round}"));
            assert_eq!(status(&get(port, &target).join().unwrap()), "400");
        }
        get(port, &right()).join().unwrap()
    });
    assert_eq!(code(outcome(&mut sign_in)).expose(), "made-up-SECRET");
    assert_eq!(status(&storm.join().unwrap()), "200");
}

#[test]
fn idle_slow_and_mad_clients_do_not_delay_the_right_one() {
    let mut sign_in = start();
    let port = sign_in.port();
    let connect = || TcpStream::connect(("127.0.0.1", port)).unwrap();
    let idle: Vec<TcpStream> = (0..50).map(|_| connect()).collect();
    let mut dribblers: Vec<TcpStream> = (0..10).map(|_| connect()).collect();
    for dribbler in &mut dribblers {
        dribbler.write_all(b"GET /oauth/callback?code=").unwrap();
    }
    let mut mad = connect();
    mad.write_all(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03").unwrap();
    for _ in 0..50 {
        let reset = connect();
        let _ = reset.shutdown(Shutdown::Both);
    }
    let begun = Instant::now();
    let browser = get(port, &right());
    for dribbler in &mut dribblers {
        dribbler.write_all(b"x").unwrap();
    }
    assert_eq!(code(outcome(&mut sign_in)).expose(), "made-up-SECRET");
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    assert_eq!(status(&browser.join().unwrap()), "200");
    drop(idle);
}

#[test]
fn the_local_link_leads_to_the_authorize_url_once() {
    let mut sign_in = start();
    let port = sign_in.port();
    assert_eq!(sign_in.local_link().expose(), format!("http://127.0.0.1:{port}{LINK}"));
    for wrong in ["/", "/AgICAgICAgICAgICAgICAA", &LINK[..22], &format!("{LINK}A")] {
        assert_eq!(status(&stranger(&mut sign_in, get(port, wrong))), "404", "{wrong}");
    }
    let image = send(port, request(port, LINK, "Sec-Fetch-Mode: no-cors\r\n"));
    assert_eq!(status(&stranger(&mut sign_in, image)), "403");
    let answer = stranger(&mut sign_in, get(port, LINK));
    let expected = format!(
        "HTTP/1.1 302 Found\r\nLocation: {}\r\nCache-Control: no-store\r\n\
         Referrer-Policy: no-referrer\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        sign_in.authorize_url().expose()
    );
    assert_eq!(answer, expected);
    assert_eq!(status(&stranger(&mut sign_in, get(port, LINK))), "404");
}

#[test]
fn the_authorize_url_carries_this_sign_ins_values() {
    let sign_in = start();
    let url = sign_in.authorize_url().expose();
    let challenge = challenge_of(&Secret::new("A".repeat(43)));
    assert!(
        url.starts_with("https://oidc.example/authorize?response_type=code&client_id=made-up&")
    );
    assert!(url.contains(&format!("&state={STATE}&")) && url.ends_with(&challenge));
    assert!(url.contains(&format!("127.0.0.1%3A{}%2Foauth%2Fcallback", sign_in.port())));
    assert!(!url.contains(&"A".repeat(43)), "the verifier must stay here");
    assert_eq!(format!("{:?}", sign_in.authorize_url()), "Secret(..)");
}

#[test]
fn a_pasted_address_ends_it_as_the_redirect_does() {
    let mut sign_in = start();
    let port = sign_in.port();
    for (text, problem) in [
        ("hello", PasteProblem::NotAnAddress),
        ("http://127.0.0.1:1/oauth/callback?code=a&state=other", PasteProblem::OtherSignIn),
        ("?code=a", PasteProblem::NoState),
    ] {
        assert_eq!(sign_in.accept_pasted(text).unwrap_err(), problem);
    }
    let url = sign_in.authorize_url().expose().to_owned();
    assert_eq!(sign_in.accept_pasted(&url).unwrap_err(), PasteProblem::SignInLink);
    let long = "%2B".repeat(2400);
    let address = format!("http://127.0.0.1:{port}/oauth/callback?code={long}&state={STATE}");
    assert!(address.len() > 6000);
    let pasted = sign_in.accept_pasted(&address).unwrap();
    assert_eq!(code(pasted).expose(), "+".repeat(2400));
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "the port is still open");
}

#[test]
fn an_answer_before_anybody_waits_is_not_lost() {
    let redirect = Redirect::bind_with(0, &Fresh::draw().unwrap()).unwrap();
    let early = get(redirect.port(), "/early");
    let scopes = ["a:b".to_owned()];
    let client = Client { oidc_endpoint: "https://o.example", client_id: "x", scopes: &scopes };
    let mut sign_in = redirect.start(&client).unwrap();
    assert_eq!(status(&stranger(&mut sign_in, early)), "404");
}

#[test]
fn a_taken_port_and_a_bad_endpoint_are_told() {
    let redirect = Redirect::bind(0).unwrap();
    let taken = Redirect::bind(redirect.port());
    assert!(matches!(taken, Err(Error::Redirect { .. })));
    let client = Client { oidc_endpoint: "nonsense", client_id: "x", scopes: &[] };
    assert!(matches!(redirect.start(&client), Err(Error::Endpoint { .. })));
}

#[test]
fn two_sign_ins_share_nothing() {
    let client = Client { oidc_endpoint: "https://o.example", client_id: "x", scopes: &[] };
    let urls: Vec<String> = (0..2)
        .map(|_| Redirect::bind(0).unwrap().start(&client).unwrap())
        .map(|sign_in| sign_in.authorize_url().expose().to_owned())
        .collect();
    let values = |url: &str, name: &str| {
        let parsed = url::Url::parse(url).unwrap();
        parsed.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned()
    };
    for name in ["state", "code_challenge"] {
        assert_ne!(values(&urls[0], name), values(&urls[1], name));
    }
}
