//! Anyone else who knocks at the port while a sign-in waits: pages in the browser, scanners, other programs.

use std::fs;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::running::{Running, approving};
use super::web::{self, exchange, request};
use crate::harness::{Ended, needs_root, tests};

tests! {
    quick "s-01 s-02" => the_port_is_of_this_machine_alone,
    quick "g05 s-04 s-05 s-06 s-07 s-08 s-14" => wrong_requests_never_end_the_sign_in,
    slow "s-06" => a_thousand_wrong_states,
    slow "g06 s-10" => idle_and_slow_connections_delay_nobody,
    quick "g08 s-09" => a_second_answer_comes_too_late,
    quick "s-12 s-13" => the_page_is_static_and_strict,
    quick "s-38 s-54" => another_user_of_the_machine_gets_nothing,
}

fn the_port_is_of_this_machine_alone() {
    let world = approving();
    let sign_in = Running::start(&world, &[]);
    let port: u16 = sign_in.listener().rsplit(':').next().unwrap().parse().unwrap();
    let table = fs::read_to_string("/proc/net/tcp").unwrap();
    let suffix = format!(":{port:04X}");
    // The third field is the other side, the fourth the state; 0A is LISTEN.
    let listening = |line: &&str| line.split_whitespace().nth(3) == Some("0A");
    let bound = |line: &str| line.split_whitespace().nth(1).map(str::to_owned);
    let sockets = |table: &str| -> Vec<String> {
        let addresses = table.lines().filter(listening).filter_map(bound);
        addresses.filter(|address| address.ends_with(&suffix)).collect()
    };
    assert_eq!(sockets(&table), [format!("0100007F{suffix}")], "127.0.0.1 and nothing else");
    assert_eq!(sockets(&fs::read_to_string("/proc/net/tcp6").unwrap_or_default()), [""; 0]);
    assert!(TcpStream::connect(("127.0.0.2", port)).is_err());
    assert!(TcpListener::bind(("127.0.0.1", port)).is_err(), "nobody can take the port over");
    sign_in.browse();
    assert_eq!(sign_in.end().ended, Ended::Code(0));
}

fn wrong_requests_never_end_the_sign_in() {
    let world = approving();
    let sign_in = Running::start(&world, &[]);
    let host = sign_in.listener();
    let (_, right) = web::split(&sign_in.callback("code=x"));
    let path = "/oauth/callback";
    let get = |target: &str| request("GET", &host, target, "");
    let state = right.split(['=', '&']).nth(1).unwrap();
    let port = host.rsplit(':').next().unwrap();
    let cases = [
        (get(&format!("{path}?code=x&state=wrong")), 400),
        (get(&format!("{path}?code=x")), 400),
        (get(&format!("{path}?code=x&state=")), 400),
        (get(&format!("{right}&state={state}")), 400),
        (get(&format!("{right}&code=y")), 400),
        (get(&format!("{path}?error=access_denied")), 400),
        (get(&format!("{path}?error=access_denied&state=wrong")), 400),
        (get(&format!("{path}?state={state}")), 400),
        (get(&format!("{path}/?{}", &right[path.len() + 1..])), 404),
        (get(&format!("/{right}")), 404),
        (get(&right.replace("callback", "Callback")), 404),
        (get("/"), 404),
        (get("/favicon.ico"), 404),
        (get("/.well-known/appspecific/com.chrome.devtools.json"), 404),
        (request("POST", &host, &right, "Content-Length: 0\r\n"), 405),
        (request("HEAD", &host, &right, ""), 405),
        (request("OPTIONS", &host, &right, ""), 405),
        (request("GET", &format!("evil.example:{port}"), &right, ""), 403),
        (request("GET", &format!("localhost:{port}"), &right, ""), 403),
        (request("GET", "127.0.0.1", &right, ""), 403),
        (request("GET", &host, &right, "Sec-Fetch-Mode: no-cors\r\n"), 403),
        (request("GET", &host, &right, "Sec-Fetch-Mode: cors\r\n"), 403),
    ];
    for (bytes, status) in cases {
        let page = exchange(&host, &bytes).unwrap();
        assert_eq!(page.status, status, "{}", String::from_utf8_lossy(&bytes));
        assert_eq!(page.body, "", "{page:?}");
    }
    sign_in.browse();
    let ran = sign_in.end();
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    let tokens = world.fake.operations().into_iter().filter(|name| name.contains("CreateToken"));
    assert_eq!(tokens.count(), 1);
}

fn a_thousand_wrong_states() {
    let world = approving();
    let sign_in = Running::start(&world, &[]);
    let host = sign_in.listener();
    for index in 0..1000 {
        let target = format!("/oauth/callback?code=x&state={index}");
        assert_eq!(exchange(&host, &request("GET", &host, &target, "")).unwrap().status, 400);
    }
    sign_in.browse();
    assert_eq!(sign_in.end().ended, Ended::Code(0));
}

fn idle_and_slow_connections_delay_nobody() {
    let world = approving();
    let sign_in = Running::start(&world, &[]);
    let host = sign_in.listener();
    let idle: Vec<_> = (0..50).map(|_| TcpStream::connect(&host).unwrap()).collect();
    let mut slow: Vec<_> = (0..20).map(|_| TcpStream::connect(&host).unwrap()).collect();
    for stream in &mut slow {
        stream.write_all(b"GET /oauth/callback?code=x HT").unwrap();
    }
    // A browser that tries TLS first, and one that goes away at once.
    let mut hello = TcpStream::connect(&host).unwrap();
    hello.write_all(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03").unwrap();
    drop(TcpStream::connect(&host).unwrap());
    sleep(Duration::from_millis(200));
    let asked = Instant::now();
    sign_in.browse();
    let ran = sign_in.end();
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    assert!(asked.elapsed() < Duration::from_secs(6), "{:?}", asked.elapsed());
    drop((idle, slow, hello));
}

fn a_second_answer_comes_too_late() {
    let world = approving();
    world.script("oidc.CreateToken: delay=500ms");
    let sign_in = Running::start(&world, &[]);
    let host = sign_in.listener();
    let callback = web::redirect_of(&sign_in.url());
    assert_eq!(web::get(&callback).status, 200);
    let (_, target) = web::split(&callback);
    assert!(exchange(&host, &request("GET", &host, &target, "")).is_err(), "the port is closed");
    assert_eq!(sign_in.end().ended, Ended::Code(0));
    let tokens = world.fake.operations().into_iter().filter(|name| name.contains("CreateToken"));
    assert_eq!(tokens.count(), 1);
}

fn the_page_is_static_and_strict() {
    let world = approving();
    let sign_in = Running::start(&world, &[]);
    let page = sign_in.browse();
    for (name, value) in [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
        (
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        ),
        ("X-Content-Type-Options", "nosniff"),
        ("Connection", "close"),
    ] {
        assert_eq!(page.header(name), Some(value), "{name}");
    }
    assert!(!page.body.contains("SECRET"), "nothing of the request comes back");
    assert_eq!(sign_in.end().ended, Ended::Code(0));
}

/// Who saw the link or the address in a list of processes, and is faster than the browser.
fn another_user_of_the_machine_gets_nothing() {
    if !cfg!(target_os = "linux") {
        println!(
            "SKIPPED: another_user_of_the_machine_gets_nothing: nothing tells whose a connection is"
        );
        return;
    }
    if !needs_root() {
        return;
    }
    let mut world = approving();
    world.as_ordinary_user();
    let sign_in = Running::start(&world, &["--no-browser"]);
    let (host, right) = web::split(&sign_in.callback("code=x"));
    assert!(answer_to_another_user(&host, &right).starts_with("HTTP/1.1 403"));
    sign_in.browse();
    assert_eq!(sign_in.end().ended, Ended::Code(0));
}

/// Nothing is said of the connections of root, who runs this test: so the stranger is a shell of a third user.
fn answer_to_another_user(host: &str, target: &str) -> String {
    const DAEMON: u32 = 1;
    let (address, port) = host.split_once(':').unwrap();
    let script = format!(
        "exec 3<>/dev/tcp/{address}/{port}; printf 'GET {} HTTP/1.1\\r\\nHost: {host}\\r\\n\\r\\n' >&3; head -n 1 <&3",
        target.replace('%', "%%")
    );
    let ran = Command::new("bash").args(["-c", &script]).uid(DAEMON).output();
    String::from_utf8(ran.unwrap().stdout).unwrap()
}
