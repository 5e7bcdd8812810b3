//! The clients that tokens are for, each with something real behind it that checks what it is sent. What is not installed is
//! skipped, visibly.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use fake_identity_center::url_of_token;

use super::{line, token, world};
use crate::harness::{Ended, NOBODY, Ran, World, program, set_mode, skip, tests};

tests! {
    slow "tokens real-clients" => psql_opens_a_connection_with_a_token,
    slow "tokens real-clients" => redis_cli_opens_a_connection_with_a_token,
    slow "tokens real-clients" => docker_pulls_with_a_password_that_we_gave,
    slow "tokens real-clients" => cargo_asks_us_for_a_token,
    slow "tokens real-clients" => npm_sends_a_token,
}

const LIMIT: Duration = Duration::from_secs(60);

/// The first of these programs that is there: on the `PATH`, or in a folder of Debian's.
fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|folder| folder.join(name)).collect::<Vec<_>>();
    let of_debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let of_debian = of_debian.map(|version| version.path().join("bin").join(name));
    let found = of_debian.chain(on_path).find(|path| path.exists());
    if found.is_none() {
        skip(&format!("there is no {name}"));
    }
    found
}

/// A server that ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// Waits until somebody listens there.
fn wait_for(port: u16) {
    let started = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(started.elapsed() < LIMIT, "nobody listens on {port}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// A command of somebody who is not root where root runs the tests: servers of databases refuse to run as root.
fn ordinary(world: &World, program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C").current_dir(world.root());
    if crate::harness::is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// A folder that such a command may write.
fn folder_for(world: &World, name: &str) -> PathBuf {
    let folder = world.root().join(name);
    fs::create_dir(&folder).unwrap();
    set_mode(&folder, 0o700);
    if crate::harness::is_root() {
        crate::harness::give_all(&folder, NOBODY);
    }
    folder
}

fn psql_opens_a_connection_with_a_token() {
    let (Some(initdb), Some(postgres), Some(psql)) =
        (installed("initdb"), installed("postgres"), installed("psql"))
    else {
        return;
    };
    let world = world();
    let host = "prod.c0abc.eu-west-1.rds.amazonaws.com";
    let made = line(&token(&world, &format!("rds --hostname {host} --port 5432 --username app")));
    let (data, port) = (folder_for(&world, "postgres"), free_port());
    let mut command = ordinary(&world, &initdb);
    command.arg("-D").arg(&data).args([
        "--username=owner",
        "--auth-local=trust",
        "--auth-host=scram-sha-256",
        "--no-sync",
    ]);
    assert!(command.status().unwrap().success(), "initdb");
    let mut command = ordinary(&world, &postgres);
    command.arg("-D").arg(&data).args(["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]);
    command.args([
        "-c",
        &format!("port={port}"),
        "-c",
        &format!("unix_socket_directories={}", data.display()),
    ]);
    let _server = Server(command.spawn().unwrap());
    wait_for(port);
    let socket = data.to_string_lossy().into_owned();
    let as_owner = |statement: &str| {
        let mut command = ordinary(&world, &psql);
        command.args([
            "-h",
            &socket,
            "-p",
            &port.to_string(),
            "-U",
            "owner",
            "-d",
            "postgres",
            "-c",
            statement,
        ]);
        command.status().unwrap().success()
    };
    let started = Instant::now();
    while !as_owner("select 1") {
        assert!(started.elapsed() < LIMIT, "the server does not answer");
        thread::sleep(Duration::from_millis(50));
    }
    assert!(
        as_owner(&format!("create role app login password '{made}'")),
        "a role with the token for its password"
    );
    let connect = |password: &str| {
        let mut command = Command::new(&psql);
        command.args(["-h", "127.0.0.1", "-p", &port.to_string(), "-U", "app", "-d", "postgres"]);
        command.args(["-tAc", "select current_user"]).env_clear().env("PGPASSWORD", password);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Ran::of(command.spawn().unwrap(), Instant::now(), LIMIT)
    };
    let ran = connect(&made);
    assert_eq!((ran.ended, ran.stdout().trim()), (Ended::Code(0), "app"), "{ran}");
    assert_ne!(
        connect(&made[..made.len() - 1]).ended,
        Ended::Code(0),
        "the server looks at all of it"
    );
}

fn redis_cli_opens_a_connection_with_a_token() {
    let (Some(server), Some(client)) = (installed("redis-server"), installed("redis-cli")) else {
        return;
    };
    let world = world();
    let made = line(&token(&world, "elasticache --cluster my-cache --username user-01"));
    let (folder, port) = (folder_for(&world, "redis"), free_port());
    let mut command = ordinary(&world, &server);
    command
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--dir"])
        .arg(&folder);
    let _server = Server(command.spawn().unwrap());
    wait_for(port);
    let redis = |words: &[&str], password: Option<&str>| {
        let mut command = Command::new(&client);
        command.args(["-p", &port.to_string()]).env_clear();
        if let Some(password) = password {
            command.args(["--user", "user-01"]).env("REDISCLI_AUTH", password);
        }
        command.args(words).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Ran::of(command.spawn().unwrap(), Instant::now(), LIMIT)
    };
    let password = format!(">{made}");
    let made_user = redis(&["ACL", "SETUSER", "user-01", "on", &password, "~*", "+@all"], None);
    assert_eq!(made_user.stdout().trim(), "OK", "{made_user}");
    assert_eq!(redis(&["ACL", "SETUSER", "default", "off"], None).stdout().trim(), "OK");
    assert_eq!(redis(&["ACL", "WHOAMI"], Some(&made)).stdout().trim(), "user-01");
    let refused = redis(&["ACL", "WHOAMI"], Some(&made[1..]));
    assert!(!refused.stdout().contains("user-01"), "{refused}");
}

/// A request as it came: its first line, and the header that carries what was given.
struct Asked {
    line: String,
    headers: Vec<(String, String)>,
}

impl Asked {
    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// A server that answers each request by its first line, and tells the test of each.
fn serve(
    answer: impl Fn(&Asked) -> (u16, String) + Send + 'static,
) -> (u16, mpsc::Receiver<Asked>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, receiver) = mpsc::channel();
    // It ends with the process of the tests.
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let Some(asked) = read_head(&stream) else { continue };
            let (status, body) = answer(&asked);
            let head = format!(
                "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nApi-Version: 1.45\r\nOstype: linux\r\n\
                 Content-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            let _ = (&stream).write_all((head + &body).as_bytes());
            let _ = sender.send(asked);
        }
    });
    (port, receiver)
}

fn read_head(stream: &TcpStream) -> Option<Asked> {
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let line = lines.next()?;
    let headers: Vec<(String, String)> = lines
        .by_ref()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| {
            line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()))
        })
        .collect();
    Some(Asked { line, headers })
}

fn client(world: &World, program: &Path, words: &[&str], env: &[(&str, String)]) -> Ran {
    let mut command = Command::new(program);
    command.args(words).env_clear().envs(&world.env).envs(env.iter().cloned());
    command.current_dir(world.work()).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    Ran::of(command.spawn().unwrap(), Instant::now(), LIMIT)
}

/// The client asks its helper, and sends the daemon what it was given.
fn docker_pulls_with_a_password_that_we_gave() {
    let Some(docker) = installed("docker") else { return };
    let world = world();
    let registry = "111122223333.dkr.ecr.eu-west-1.amazonaws.com";
    let helpers = world.root().join("bin");
    fs::create_dir(&helpers).unwrap();
    std::os::unix::fs::symlink(program(), helpers.join("docker-credential-sso-cp")).unwrap();
    world.put(
        ".docker/config.json",
        &format!("{{\"credHelpers\": {{\"{registry}\": \"sso-cp\"}}}}"),
    );
    let (port, asked) = serve(|asked| match asked.line.contains("/images/create") {
        true => (200, "{\"status\":\"Pull complete\"}\n".to_owned()),
        false => (200, "OK".to_owned()),
    });
    let path = format!("{}:/usr/bin:/bin", helpers.display());
    let env = [("PATH", path), ("DOCKER_HOST", format!("tcp://127.0.0.1:{port}"))];
    let image = format!("{registry}/app:1");
    let ran = client(&world, &docker, &["pull", &image], &env);
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    let pulled = asked.try_iter().find(|asked| asked.line.contains("/images/create")).unwrap();
    let auth =
        url_of_token(pulled.header("x-registry-auth").unwrap().trim_end_matches('=')).unwrap();
    let auth: serde_json::Value = serde_json::from_str(&auth).unwrap();
    assert_eq!(auth["username"], "AWS");
    assert_eq!(auth["password"].as_str().unwrap(), line(&token(&world, "ecr")));
    let ran = client(&world, &docker, &["logout", registry], &env);
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    // Nobody is signed in: docker pulls without a password and keeps the reason to itself, so we say it.
    world.run(&["logout", "--profile", "dev"]);
    let ran = client(&world, &docker, &["pull", &image], &env);
    assert!(ran.stderr().contains("hint: run `sso-cp login --profile dev`"), "{ran}");
}

/// Cargo takes what it reads for the header as it is, so a carriage return or a second line would be in it.
fn cargo_asks_us_for_a_token() {
    let Some(cargo) = installed("cargo") else { return };
    let world = world();
    let given = line(&token(&world, "codeartifact --domain packages"));
    let expected = given.clone();
    let (port, asked) = serve(move |asked| {
        if asked.header("authorization") != Some(&expected) {
            return (401, String::new());
        }
        match asked.line.contains("config.json") {
            true => (200, "{\"dl\":\"http://127.0.0.1:9/dl\",\"api\":\"http://127.0.0.1:9\",\"auth-required\":true}".to_owned()),
            false => (404, String::new()),
        }
    });
    world.put(
        "cargo/config.toml",
        &format!(
            "[registries.private]\nindex = \"sparse+http://127.0.0.1:{port}/index/\"\n\
             credential-provider = [\"cargo:token-from-stdout\", \"{}\", \"token\", \"codeartifact\", \"--profile\", \"dev\", \"--domain\", \"packages\"]\n",
            program().display()
        ),
    );
    let home = std::env::var("HOME").unwrap_or_default();
    let rustup = std::env::var("RUSTUP_HOME").unwrap_or(format!("{home}/.rustup"));
    let env = [
        ("CARGO_HOME", world.home("cargo").to_string_lossy().into_owned()),
        ("RUSTUP_HOME", rustup),
        ("CARGO_NET_RETRY", "0".to_owned()),
    ];
    let ran = client(&world, &cargo, &["info", "demo-crate", "--registry", "private"], &env);
    let accepted =
        asked.try_iter().filter(|asked| asked.header("authorization") == Some(&given)).count();
    assert!(accepted >= 1, "{ran}");
    assert!(
        ran.stderr().contains("demo-crate"),
        "the index was read, and has no such crate: {ran}"
    );
}

fn npm_sends_a_token() {
    let Some(npm) = installed("npm") else { return };
    let world = world();
    let given = line(&token(&world, "codeartifact --domain packages"));
    let expected = format!("Bearer {given}");
    let (port, asked) = serve(move |asked| {
        match asked.header("authorization") == Some(&expected) {
        true => (200, "{\"name\":\"demo\",\"dist-tags\":{\"latest\":\"1.2.3\"},\"versions\":{\"1.2.3\":{\"name\":\"demo\",\"version\":\"1.2.3\"}}}".to_owned()),
        false => (401, "{}".to_owned()),
    }
    });
    world.put(
        ".npmrc",
        &format!("registry=http://127.0.0.1:{port}/npm/repo/\n//127.0.0.1:{port}/npm/repo/:_authToken=${{CODEARTIFACT_AUTH_TOKEN}}\n"),
    );
    let env =
        [("CODEARTIFACT_AUTH_TOKEN", given), ("npm_config_update_notifier", "false".to_owned())];
    let ran = client(&world, &npm, &["view", "demo", "version"], &env);
    assert_eq!((ran.ended, ran.stdout().trim()), (Ended::Code(0), "1.2.3"), "{ran}");
    assert!(asked.try_iter().count() >= 1);
}
