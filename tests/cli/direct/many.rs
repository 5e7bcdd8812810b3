//! `serve` with several profiles, at a Unix socket, and in front of clients that send odd heads.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::process::Child;
use std::time::{Duration, Instant};

use super::{Lines, end, get, ours, send, signed_in};
use crate::harness::{Ended, World, tests};

tests! {
    quick "contract m04" => each_profile_has_its_own_path_and_token,
    quick "contract" => the_lines_of_one_profile_are_found_by_its_name,
    quick "contract m04" => two_hundred_profiles,
    quick "contract m04" => a_profile_that_is_removed_and_others_that_go_on,
    quick "contract m04" => a_slow_role_keeps_no_other_waiting,
    quick "contract" => a_client_that_hangs_up_after_a_second,
    quick "contract" => what_cannot_be_served_begins_nothing,
    quick "contract m05" => hosts_origins_and_health,
    quick "contract s-30" => a_socket_beside_the_port,
    quick "contract m06" => a_socket_that_cannot_be,
    quick "contract s-59" => a_token_file_that_others_touch_while_we_serve,
}

/// A name that needs everything that a URL has to encode, as it stands in a header.
const ODD: &str = "my/team 100%2F é";

/// The config with these profiles besides `dev`, all of the same role.
fn with_profiles(world: &World, names: &[&str]) {
    let mut config = String::from("{config}\n");
    for name in names {
        let _ = write!(
            config,
            "[profile \"{name}\"]\nsso_cp_session = corp\nsso_cp_account_id = 111122223333\n\
             sso_cp_role_name = ReadOnly\nregion = eu-central-1\n\n"
        );
    }
    world.put(".aws/config", &config);
}

/// What is printed for one profile.
#[derive(Debug)]
struct Block {
    name: String,
    url: String,
    token: String,
}

struct Endpoint {
    child: Child,
    blocks: Vec<Block>,
}

impl Endpoint {
    fn start(world: &World, names: &[&str], flags: &[&str]) -> Endpoint {
        let named = names.iter().flat_map(|name| ["--profile", name]);
        let words: Vec<&str> =
            ["serve"].into_iter().chain(named).chain(flags.iter().copied()).collect();
        let mut child = ours(&words).command(world).spawn().unwrap();
        let mut lines = Lines::of(&mut child);
        let mut after = |start: &str| {
            let line = lines.next();
            line.strip_prefix(start).unwrap_or_else(|| panic!("{start}: {line}")).to_owned()
        };
        let mut blocks = Vec::new();
        for number in 0..names.len() {
            if number > 0 {
                after("");
            }
            let name = if names.len() > 1 { after("# profile ") } else { String::new() };
            after(
                "unset AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
            );
            let url = after("export AWS_CONTAINER_CREDENTIALS_FULL_URI=");
            let token = after("export AWS_CONTAINER_AUTHORIZATION_TOKEN=");
            let region = after("export AWS_REGION=");
            assert_eq!(after("export AWS_DEFAULT_REGION="), region);
            blocks.push(Block { name, url, token });
        }
        Endpoint { child, blocks }
    }

    fn base(&self) -> &str {
        let after_scheme = self.blocks[0].url[7..].find('/').unwrap() + 7;
        &self.blocks[0].url[..after_scheme]
    }

    fn stop(self) {
        send("TERM", self.child.id());
        assert_eq!(end(self.child).ended, Ended::Code(143));
    }
}

fn each_profile_has_its_own_path_and_token() {
    let world = signed_in();
    with_profiles(&world, &["prod", ODD]);
    let endpoint = Endpoint::start(&world, &["dev", "prod", ODD], &[]);
    let blocks = &endpoint.blocks;
    let base = endpoint.base();
    assert_eq!(blocks[0].url, format!("{base}/profile/dev"));
    assert_eq!(blocks[2].url, format!("{base}/profile/my%2Fteam%20100%252F%20%C3%A9"));
    for (number, block) in blocks.iter().enumerate() {
        assert_eq!(get(&block.url, &block.token).0, 200, "{block:?}");
        let other = &blocks[(number + 1) % blocks.len()];
        assert_eq!(get(&block.url, &other.token).0, 403, "{block:?}");
        assert_eq!(get(&block.url, "").0, 403, "{block:?}");
    }
    let [dev, odd] = [&blocks[0].token, &blocks[2].token];
    for (path, token) in [
        ("/credentials", dev),
        ("/profile/", dev),
        ("/profile/other", dev),
        ("/profile/dev/", dev),
        ("/profile/../dev", dev),
        ("/profile/%2e%2e/dev", dev),
        ("/profile/my/team%20100%252F%20%C3%A9", odd),
        ("/profile/my%2Fteam%20100%2F%20%C3%A9", odd),
    ] {
        assert_eq!(get(&format!("{base}{path}"), token).0, 404, "{path}");
    }
    let small = blocks[2].url.replace("%2F", "%2f").replace("%C3%A9", "%c3%a9");
    assert_eq!(get(&small, odd).0, 200, "clients may encode in small letters");
    endpoint.stop();
}

/// The recipe of `docs/commands/serve.md`.
fn the_lines_of_one_profile_are_found_by_its_name() {
    let world = signed_in();
    with_profiles(&world, &["prod"]);
    let endpoint = Endpoint::start(&world, &["dev", "prod"], &[]);
    let names: Vec<&str> = endpoint.blocks.iter().map(|block| &*block.name).collect();
    assert_eq!(names, ["dev", "prod"]);
    endpoint.stop();
    let alone = Endpoint::start(&world, &["prod"], &[]);
    assert!(alone.blocks[0].url.ends_with("/credentials"), "{:?}", alone.blocks);
    alone.stop();
}

fn two_hundred_profiles() {
    let world = signed_in();
    let names: Vec<String> = (0..200).map(|number| format!("p{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    with_profiles(&world, &names);
    let endpoint = Endpoint::start(&world, &names, &[]);
    let tokens: std::collections::BTreeSet<&str> =
        endpoint.blocks.iter().map(|block| &*block.token).collect();
    assert_eq!(tokens.len(), 200);
    for block in [&endpoint.blocks[0], &endpoint.blocks[117], &endpoint.blocks[199]] {
        assert_eq!(get(&block.url, &block.token).0, 200, "{block:?}");
    }
    assert_eq!(world.fake.operations(), ["portal.GetRoleCredentials"], "it is one role");
    endpoint.stop();
}

fn a_profile_that_is_removed_and_others_that_go_on() {
    let world = signed_in();
    with_profiles(&world, &["prod", "test"]);
    // Nobody has asked for this one before.
    let config = fs::read_to_string(world.home(".aws/config")).unwrap();
    let config = config.replacen("ReadOnly", "AdministratorAccess", 1);
    world.put(".aws/config", &config);
    let endpoint = Endpoint::start(&world, &["prod", "test", "dev"], &[]);
    world.put(".aws/config", &config.replace("[profile dev]", "[profile gone]"));
    let [prod, test, dev] = &endpoint.blocks[..] else { panic!() };
    let (status, body) = get(&dev.url, &dev.token);
    assert_eq!(status, 404, "{body}");
    assert!(body.contains("no profile `dev`"), "{body}");
    assert_eq!(get(&prod.url, &prod.token).0, 200);
    assert_eq!(get(&test.url, &test.token).0, 200);
    endpoint.stop();
}

/// AWS says nothing about one role; the next one has its answer meanwhile.
fn a_slow_role_keeps_no_other_waiting() {
    let world = signed_in();
    with_profiles(&world, &["prod", "test"]);
    // `prod` is fetched at the start; the others share their role with nobody.
    let config = fs::read_to_string(world.home(".aws/config")).unwrap();
    let config = config.replacen("ReadOnly", "AdministratorAccess", 1);
    let (before, test) = config.split_once("[profile \"test\"]").unwrap();
    let test = test.replace("111122223333", "444455556666");
    world.put(".aws/config", &format!("{before}[profile \"test\"]{test}"));
    let endpoint = Endpoint::start(&world, &["prod", "test", "dev"], &[]);
    world.script("portal.GetRoleCredentials: stall");
    let [_, test, dev] = &endpoint.blocks[..] else { panic!() };
    let _waiting = ask(&test.url, &test.token);
    assert!(world.fake.wait_for("portal.GetRoleCredentials", 2, Duration::from_secs(5)));
    let started = Instant::now();
    assert_eq!(get(&dev.url, &dev.token).0, 200);
    assert!(started.elapsed() < Duration::from_secs(3));
    endpoint.stop();
}

/// As Ruby, pyarrow, DuckDB and the JS SDK v2 do, twice and more, before AWS has answered: the next one has the credentials.
fn a_client_that_hangs_up_after_a_second() {
    let world = signed_in();
    with_profiles(&world, &["prod"]);
    let config = fs::read_to_string(world.home(".aws/config")).unwrap();
    world.put(".aws/config", &config.replacen("ReadOnly", "AdministratorAccess", 1));
    let endpoint = Endpoint::start(&world, &["prod", "dev"], &[]);
    world.script("portal.GetRoleCredentials: delay=2500ms");
    let dev = &endpoint.blocks[1];
    for _ in 0..2 {
        let mut stream = ask(&dev.url, &dev.token);
        stream.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
        assert!(stream.read(&mut [0]).is_err(), "nothing has come");
    }
    assert_eq!(get(&dev.url, &dev.token).0, 200);
    assert_eq!(world.fake.operations(), ["portal.GetRoleCredentials"; 2], "one for each role");
    endpoint.stop();
}

/// Sends a request without waiting for its answer.
fn ask(url: &str, token: &str) -> TcpStream {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {token}\r\n\r\n")
        .unwrap();
    stream
}

fn what_cannot_be_served_begins_nothing() {
    let world = signed_in();
    with_profiles(&world, &["prod", ".."]);
    let run = |words: &[&str]| ours(&[&["serve"], words].concat()).that_may_save().checked(&world);
    run(&["--profile", "dev", "--profile", "prdo"]).failed(3, "no profile `prdo`");
    run(&["--profile", "dev", "--profile", "dev"]).failed(2, "the profile `dev` is named twice");
    run(&["--profile", "dev", "--profile"]).failed(2, "`--profile` needs a value");
    run(&["--profile", "dev", "--profile", "prod", "--token-file", "t"])
        .failed(2, "`--token-file` holds one token");
    run(&["--profile", "dev", "--profile", ".."]).failed(2, "cannot be part of a URL");
    run(&["prod", "--profile", "dev", "--profile", "x"]).failed(2, "selection flags contradict it");
}

fn hosts_origins_and_health() {
    let world = signed_in();
    let endpoint = Endpoint::start(&world, &["dev"], &[]);
    let Block { url, token, .. } = &endpoint.blocks[0];
    let address = url.strip_prefix("http://").unwrap().split('/').next().unwrap();
    let status = |path: &str, head: &str| -> u16 {
        let mut stream = TcpStream::connect(address).unwrap();
        let sent = write!(stream, "GET {path} HTTP/1.1\r\n{head}Connection: close\r\n\r\n");
        sent.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap_or("0").parse().unwrap()
    };
    let with_token =
        |head: &str| status("/credentials", &format!("{head}Authorization: {token}\r\n"));
    for host in
        ["127.0.0.1", "127.0.0.1:1", address, "localhost", "LOCALHOST:80", "[::1]", "[::1]:9"]
    {
        assert_eq!(with_token(&format!("Host: {host}\r\n")), 200, "{host}");
    }
    for head in [
        "Host: evil.example\r\n",
        "Host: evil.example:80\r\n",
        "Host: 127.0.0.1.evil.example\r\n",
        "Host: 10.0.0.1\r\n",
        "Host:\r\n",
        "",
        "Host: localhost\r\nHost: localhost\r\n",
        "Host: localhost\r\nHost: evil.example\r\n",
        "Host: localhost\r\nOrigin: http://localhost\r\n",
        "Host: localhost\r\nOrigin: null\r\n",
    ] {
        let got = with_token(head);
        assert!((400..=403).contains(&got), "{got} {head:?}");
    }
    assert_eq!(status("/healthz", "Host: localhost\r\n"), 200, "no token is needed");
    assert_eq!(status("/healthz", "Host: evil.example\r\n") / 100, 4);
    assert_eq!(status("/healthz", "Host: localhost\r\nOrigin: http://x\r\n"), 403);
    let (_, body) = get(&format!("http://{address}/healthz"), "");
    assert_eq!(body, r#"{"Status":"ok"}"#);
    endpoint.stop();
}

/// A private folder for sockets: paths to them must be short.
fn folder(world: &World, mode: u32) -> std::path::PathBuf {
    let folder = world.root().join(format!("s{mode:o}"));
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
    folder
}

fn a_socket_beside_the_port() {
    let world = signed_in();
    with_profiles(&world, &["prod"]);
    let path = folder(&world, 0o700).join("s");
    let flag = format!("--unix-socket={}", path.display());
    let endpoint = Endpoint::start(&world, &["dev", "prod"], &[&flag]);
    let metadata = fs::metadata(&path).unwrap();
    assert!(metadata.file_type().is_socket());
    assert_eq!(metadata.permissions().mode() & 0o7777, 0o600);
    for block in &endpoint.blocks {
        let path_of_url = &block.url[endpoint.base().len()..];
        let mut stream = UnixStream::connect(&path).unwrap();
        let Block { token, .. } = block;
        // As a forwarder inside a container passes it on.
        write!(
            stream,
            "GET {path_of_url} HTTP/1.1\r\nHost: 127.0.0.1:9911\r\nAuthorization: {token}\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("AccessKeyId"), "{answer}");
        assert_eq!(get(&block.url, token).0, 200, "the port answers too");
    }
    endpoint.stop();
    assert!(!path.exists(), "it goes with the endpoint");
}

fn a_socket_that_cannot_be() {
    let world = signed_in();
    let private = folder(&world, 0o700);
    let taken = private.join("taken");
    fs::write(&taken, "mine").unwrap();
    let long = private.join("x".repeat(200));
    let open = folder(&world, 0o777).join("s");
    let missing = private.join("missing/s");
    for (path, said) in [
        (&taken, "address already in use"),
        (&long, "cannot make the socket"),
        (&open, "other users may write in"),
        (&missing, "no such file or directory"),
    ] {
        let words = ["serve", "--profile", "dev", "--unix-socket", path.to_str().unwrap()];
        let ran = ours(&words).that_may_save().checked(&world);
        ran.failed(7, said);
    }
    assert_eq!(fs::read_to_string(&taken).unwrap(), "mine");
    assert!(!open.exists());
}

/// It is removed, or another endpoint puts its own there: ours goes on, and takes nothing with it that is not ours.
fn a_token_file_that_others_touch_while_we_serve() {
    let world = signed_in();
    let path = world.root().join("token");
    let flag = format!("--token-file={}", path.display());
    for other in [None, Some("f".repeat(64))] {
        let words = ["serve", "--profile", "dev", &flag];
        let mut child = ours(&words).command(&world).spawn().unwrap();
        let mut lines = Lines::of(&mut child);
        assert!(lines.next().starts_with("unset "));
        let line = lines.next();
        let url = line.split_once('=').unwrap().1;
        lines.next();
        let token = fs::read_to_string(&path).unwrap();
        fs::remove_file(&path).unwrap();
        if let Some(other) = &other {
            fs::write(&path, other).unwrap();
        }
        assert_eq!(get(url, &token).0, 200);
        send("TERM", child.id());
        assert_eq!(end(child).ended, Ended::Code(143));
        assert_eq!(fs::read_to_string(&path).ok(), other);
        let _ = fs::remove_file(&path);
    }
}
