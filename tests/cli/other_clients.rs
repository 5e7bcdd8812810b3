//! Clients that AWS does not make, and those that go their own way to a helper: restic, which reads it from the credentials file
//! alone, and the SDK for Ruby, which runs it twice for each request. What is missing is skipped, visibly.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::{Ended, Ran, World, program, skip, tests};

tests! {
    slow "real-clients" => restic_runs_us_from_the_credentials_file,
    slow "real-clients" => restic_goes_on_unsigned_where_we_fail,
    slow "real-clients" => ruby_runs_us,
    slow "real-clients" => ruby_shows_what_we_say,
}

const LIMIT: Duration = Duration::from_secs(120);

/// Whether a client can be started here; Ruby alone is not its SDK.
fn is_there(words: &[&str]) -> bool {
    let asked = Command::new(words[0]).args(&words[1..]).stdin(Stdio::null()).output();
    let is_there = asked.is_ok_and(|output| output.status.success());
    if !is_there {
        skip(&format!("`{}` cannot be run", words.join(" ")));
    }
    is_there
}

fn run(world: &World, words: &[&str], env: &[(&str, &str)]) -> Ran {
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).env_clear().envs(&world.env).envs(env.iter().copied());
    command.env("AWS_EC2_METADATA_DISABLED", "true").current_dir(world.work());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Ran::of(command.spawn().unwrap(), Instant::now(), LIMIT)
}

/// An S3 that has nothing, and remembers the key of each request; none of those without a signature.
struct S3 {
    address: String,
    keys: Arc<Mutex<Vec<Option<String>>>>,
}

impl S3 {
    fn start() -> S3 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let keys = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&keys);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if let Some(key) = answer(stream) {
                    seen.lock().unwrap().push(key);
                }
            }
        });
        S3 { address, keys }
    }

    fn keys(&self) -> Vec<Option<String>> {
        self.keys.lock().unwrap().clone()
    }
}

fn answer(mut stream: TcpStream) -> Option<Option<String>> {
    const BODY: &str = "<Error><Code>NoSuchKey</Code><Message>nothing</Message></Error>";
    let (mut head, mut piece) = (Vec::new(), [0; 4096]);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut piece) {
            Ok(count @ 1..) => head.extend_from_slice(&piece[..count]),
            _ => return None,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let body = if head.starts_with("HEAD ") { "" } else { BODY };
    let status = "HTTP/1.1 404 Not Found\r\nContent-Type: application/xml\r\nConnection: close";
    let _ = write!(stream, "{status}\r\nContent-Length: {}\r\n\r\n{body}", BODY.len());
    let key = head.split("Credential=").nth(1).and_then(|rest| rest.split('/').next());
    Some(key.map(str::to_owned))
}

/// restic reads no `~/.aws/config`; its role is there all the same, for us.
fn restic(world: &World) -> Option<(S3, Ran)> {
    is_there(&["restic", "version"]).then_some(())?;
    let helper = format!("credential_process = {} --profile dev\n", program().display());
    world.put(".aws/credentials", &format!("[backup]\n{helper}"));
    let s3 = S3::start();
    let repository = format!("s3:http://{}/bucket", s3.address);
    let words = ["restic", "--no-cache", "-r", &repository, "cat", "config"];
    let ran = run(world, &words, &[("AWS_PROFILE", "backup"), ("RESTIC_PASSWORD", "x")]);
    assert_ne!(ran.ended, Ended::TimedOut, "{ran}");
    Some((s3, ran))
}

fn restic_runs_us_from_the_credentials_file() {
    let world = World::new();
    world.put_token("+1h");
    let Some((s3, ran)) = restic(&world) else { return };
    let keys = s3.keys();
    let ours = |key: &Option<String>| key.as_deref() == Some("ASIAFAKE000000000001");
    assert!(!keys.is_empty() && keys.iter().all(ours), "{keys:?}: {ran}");
    assert_eq!(world.fake.operations(), ["portal.GetRoleCredentials"]);
    // No other role of the file is asked for.
    assert_eq!(fs::read_dir(world.home(".aws/cli/cache")).unwrap().count(), 1);
}

/// As the recipe says: this is what a person sees then, and why `exec --serve` says more.
fn restic_goes_on_unsigned_where_we_fail() {
    let world = World::new();
    let Some((s3, ran)) = restic(&world) else { return };
    let keys = s3.keys();
    assert!(!keys.is_empty() && keys.iter().all(Option::is_none), "{keys:?}: {ran}");
}

const RUBY: &str = "
require 'aws-sdk-core'
sts = Aws::STS::Client.new(region: 'us-east-1', endpoint: ARGV[0])
puts sts.get_caller_identity.account, sts.get_caller_identity.account
";

fn ruby(world: &World) -> Option<Ran> {
    is_there(&["ruby", "-e", "require 'aws-sdk-core'"]).then_some(())?;
    let config = world.expand("{config}");
    let ours = format!("= {} --profile", program().display());
    world.put(".aws/config", &config.replace("= sso-cp --profile", &ours));
    Some(run(world, &["ruby", "-e", RUBY, world.fake.sts_url()], &[("AWS_PROFILE", "dev")]))
}

fn ruby_runs_us() {
    let world = World::new();
    world.put_token("+1h");
    let Some(ran) = ruby(&world) else { return };
    assert_eq!(ran.stdout(), "111122223333\n111122223333\n", "{ran}");
    assert_eq!(ran.stderr(), "", "{ran}");
    let count = |name: &str| world.fake.operations().iter().filter(|it| *it == name).count();
    assert_eq!(count("portal.GetRoleCredentials"), 1, "the second run is a cached one");
    assert_eq!(count("sts.GetCallerIdentity"), 2);
}

/// It hands its stderr on to us.
fn ruby_shows_what_we_say() {
    let world = World::new();
    let Some(ran) = ruby(&world) else { return };
    assert_ne!(ran.ended, Ended::Code(0), "{ran}");
    assert!(ran.stderr().contains("hint: run `sso-cp login --profile dev`"), "{ran}");
}
