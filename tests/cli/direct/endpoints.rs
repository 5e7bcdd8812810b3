//! `serve`: what it prints and leaves, who gets an answer, and new credentials in time.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Child;
use std::time::{Duration, Instant};

use super::{Lines, end, get, ours, send, signed_in};
use crate::harness::{Ended, Ran, World, tests};

tests! {
    quick "contract" => the_lines_and_the_answer,
    quick "contract s-30" => a_token_in_a_file,
    quick "contract" => a_token_behind_a_link,
    quick "contract" => a_token_file_that_is_somebody_else_s,
    quick "contract" => a_port_that_is_taken,
    quick "f11" => signals_end_it,
    quick "contract" => one_role_and_no_other,
    quick "contract e01" => many_clients_and_one_call,
    quick "contract" => a_failure_is_told_and_a_sign_in_is_found,
    slow "contract" => new_credentials_ahead_of_need,
    quick "contract" => answers_while_aws_hangs,
}

/// An endpoint that runs.
pub(super) struct Endpoint {
    child: Child,
    url: String,
    token: String,
}

impl Endpoint {
    fn start(world: &World, flags: &[&str]) -> Endpoint {
        Endpoint::of("dev", world, flags)
    }

    pub(super) fn of(profile: &str, world: &World, flags: &[&str]) -> Endpoint {
        let words = [&["serve", "--profile", profile], flags].concat();
        let mut child = ours(&words).command(world).spawn().unwrap();
        let mut lines = Lines::of(&mut child);
        let mut value = |start: &str| {
            let line = lines.next();
            line.strip_prefix(start).unwrap_or_else(|| panic!("{line}")).to_owned()
        };
        value("unset AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_CONTAINER_AUTHORIZATION_TOKEN");
        let url = value("export AWS_CONTAINER_CREDENTIALS_FULL_URI=");
        let token = value("export AWS_CONTAINER_AUTHORIZATION_TOKEN");
        Endpoint { child, url, token: token.split_once('=').unwrap().1.to_owned() }
    }

    pub(super) fn get(&self) -> (u16, serde_json::Value) {
        let (status, body) = get(&self.url, &self.token);
        (status, serde_json::from_str(&body).unwrap())
    }

    fn key(&self) -> String {
        let (status, body) = self.get();
        assert_eq!(status, 200, "{body}");
        body["AccessKeyId"].as_str().unwrap().to_owned()
    }

    pub(super) fn stop(self) -> Ran {
        send("TERM", self.child.id());
        end(self.child)
    }
}

fn the_lines_and_the_answer() {
    let world = signed_in();
    let endpoint = Endpoint::start(&world, &[]);
    assert!(endpoint.url.starts_with("http://127.0.0.1:"), "{}", endpoint.url);
    assert_eq!(endpoint.token.len(), 64);
    let (status, body) = endpoint.get();
    assert_eq!(status, 200);
    let members: Vec<&String> = body.as_object().unwrap().keys().collect();
    let expected = ["AccessKeyId", "AccountId", "Expiration", "SecretAccessKey", "Token"];
    assert_eq!(members, expected);
    assert_eq!(body["AccountId"], "111122223333");
    assert!(body["Expiration"].as_str().unwrap().ends_with('Z'), "{body}");
    let (status, body) = get(&endpoint.url, "wrong");
    assert_eq!(status, 403);
    assert!(body.contains("\"Code\":\"Forbidden\""), "{body}");
    let other = Endpoint::start(&world, &[]);
    assert_ne!(other.token, endpoint.token);
    other.stop();
    let ran = endpoint.stop();
    assert_eq!((ran.ended, ran.stderr()), (Ended::Code(143), String::new()), "{ran}");
}

fn a_token_in_a_file() {
    let world = signed_in();
    let path = world.root().join("a token");
    for signal in ["TERM", "INT", "HUP"] {
        let flag = format!("--token-file={}", path.display());
        let endpoint = Endpoint::start(&world, &[&flag]);
        assert_eq!(endpoint.token, format!("'{}'", path.display()));
        let token = fs::read_to_string(&path).unwrap();
        assert_eq!((token.len(), token.trim().len()), (64, 64), "no line break");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
        assert_eq!(get(&endpoint.url, &token).0, 200);
        send(signal, endpoint.child.id());
        let ran = end(endpoint.child);
        assert!(!path.exists(), "{signal}");
        let hint = "hint: run `unset AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE` where these were exported\n";
        assert_eq!(ran.stderr(), hint, "{signal}");
    }
    // What a killed one left behind is replaced.
    fs::write(&path, "0".repeat(64)).unwrap();
    Endpoint::start(&world, &["--token-file", path.to_str().unwrap()]).stop();
    assert!(!path.exists());
}

/// A link to the token that a killed endpoint left: the token goes too, however the end comes.
fn a_token_behind_a_link() {
    let world = signed_in();
    let (link, file) = (world.root().join("link"), world.root().join("file"));
    for signal in ["TERM", "INT"] {
        fs::write(&file, "0".repeat(64)).unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let endpoint = Endpoint::start(&world, &["--token-file", link.to_str().unwrap()]);
        let token = fs::read_to_string(&file).unwrap();
        assert_eq!(get(&endpoint.url, &token).0, 200);
        send(signal, endpoint.child.id());
        end(endpoint.child);
        assert!(!file.exists() && fs::symlink_metadata(&link).is_err(), "{signal}");
    }
}

fn a_token_file_that_is_somebody_else_s() {
    let world = signed_in();
    let path = world.root().join("id_rsa");
    fs::write(&path, "mine").unwrap();
    let words = ["serve", "--profile", "dev", "--token-file", path.to_str().unwrap()];
    let ran = ours(&words).that_may_save().checked(&world);
    ran.failed(7, "something else than a token");
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
}

fn a_port_that_is_taken() {
    let world = signed_in();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let words = ["serve", "--profile", "dev", "--port", &port];
    let bound = format!(
        "sso-cp: there is no endpoint: port {port} of 127.0.0.1 cannot be bound: address already in use\n"
    );
    ours(&words).that_may_save().checked(&world).failed(7, &bound);
    drop(taken);
    let endpoint = Endpoint::start(&world, &["--port", &port]);
    assert!(endpoint.url.contains(&format!(":{port}/")), "{}", endpoint.url);
    endpoint.stop();
}

fn signals_end_it() {
    for (signal, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let world = signed_in();
        let endpoint = Endpoint::start(&world, &[]);
        send(signal, endpoint.child.id());
        let ran = end(endpoint.child);
        assert_eq!(ran.ended, Ended::Code(code), "{ran}");
        assert!(ran.took < Duration::from_secs(1), "{ran}");
    }
}

fn one_role_and_no_other() {
    let world = signed_in();
    let endpoint = Endpoint::start(&world, &[]);
    let base = endpoint.url.strip_suffix("/credentials").unwrap();
    for path in
        ["/", "/credentials/dev", "/credentials?profile=other", "/role-arn/x", "/latest/meta-data/"]
    {
        assert_eq!(get(&format!("{base}{path}"), &endpoint.token).0, 404, "{path}");
    }
    endpoint.stop();
}

/// Credentials that are over as soon as they come: everybody asks, one call goes out at a time.
fn many_clients_and_one_call() {
    let world = signed_in();
    world.script(
        "portal.GetRoleCredentials: expiration={ms+1m}\nportal.GetRoleCredentials: delay=500ms",
    );
    let endpoint = Endpoint::start(&world, &[]);
    let keys: Vec<String> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..30).map(|_| scope.spawn(|| endpoint.key())).collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    assert_eq!(world.fake.operations(), ["portal.GetRoleCredentials"; 2]);
    endpoint.stop();
}

fn a_failure_is_told_and_a_sign_in_is_found() {
    let world = signed_in();
    world.script("portal.GetRoleCredentials: expiration={ms+1m}");
    let endpoint = Endpoint::start(&world, &[]);
    let token_file = world.put_token("-1h no-refresh");
    let (status, body) = endpoint.get();
    assert_eq!((status, body["Code"].as_str().unwrap()), (403, "SignInRequired"));
    assert_eq!(
        body["Message"],
        "the sign-in for sso-session `corp` has expired; run `sso-cp login --sso-session corp`"
    );
    fs::remove_file(token_file).unwrap();
    world.put_token("+1h");
    // The failure is reported for two seconds to anyone who repeats his request.
    assert_eq!(endpoint.get().0, 403);
    std::thread::sleep(Duration::from_millis(2100));
    endpoint.key();
    endpoint.stop();
}

/// Nobody asks, and there are new ones all the same.
fn new_credentials_ahead_of_need() {
    let world = signed_in();
    world.script("portal.GetRoleCredentials: expiration={ms+15m20s}");
    let endpoint = Endpoint::start(&world, &[]);
    let first = endpoint.key();
    let calls = || world.fake.operations().len();
    assert_eq!(calls(), 1);
    // They are content with what they have for a minute, and then renew below fifteen.
    let started = Instant::now();
    while calls() < 2 {
        assert!(started.elapsed() < Duration::from_secs(90), "nothing was renewed");
        std::thread::sleep(Duration::from_millis(200));
    }
    std::thread::sleep(Duration::from_millis(500));
    assert_ne!(endpoint.key(), first);
    assert_eq!(calls(), 2, "clients that ask cause no call");
    endpoint.stop();
}

/// Usable credentials are handed out to a client that hangs up after one second, whatever AWS does.
fn answers_while_aws_hangs() {
    let world = signed_in();
    world.script("portal.GetRoleCredentials: expiration={ms+10m}\nportal.*: stall repeat=forever");
    let endpoint = Endpoint::start(&world, &[]);
    for _ in 0..3 {
        let started = Instant::now();
        endpoint.key();
        assert!(started.elapsed() < Duration::from_secs(1));
    }
    endpoint.stop();
}
