//! Scoped credentials, and what a coding agent gets, as far as a text cannot say it. Contents:
//!
//! - `policies`: files of every kind that are not a policy, and limits.
//! - `failing`: STS away, credentials that end, chains, layers.
//! - `agents`: `exec --agent`, `serve`, tokens, Docker: each gets its own and no more.
//! - `ways`: account access manager, endpoints of many roles, fetching ahead.
//! - `clients`: real SDKs with scoped credentials, and where the role's own ones went.

mod agents;
mod clients;
mod failing;
mod policies;
mod ways;

use std::fs;
use std::path::PathBuf;

use fake_identity_center::Recorded;

use crate::harness::{Ran, Run, Test, World, iso, now};

pub(crate) fn tests() -> Vec<Test> {
    [agents::tests(), clients::tests(), failing::tests(), policies::tests(), ways::tests()]
        .into_iter()
        .flatten()
        .collect()
}

const CALL: &str = "sts.GetScopedCredentials";
const READ: &str = r#"{"Statement":[{"Effect":"Allow","Action":["s3:Get*","sts:GetScopedCredentials"],"Resource":"*"}]}"#;
const LIST: &str = r#"{"Statement":[{"Effect":"Allow","Action":"s3:List*","Resource":"*"}]}"#;

/// The profile `dev` with these keys more, two policies beside it, and somebody who is signed in.
fn world(keys: &str) -> World {
    let world = World::new();
    configure(&world, keys);
    world.put_bytes(".aws/read.json", READ.as_bytes());
    world.put_bytes(".aws/list.json", LIST.as_bytes());
    world.put_token("+1h");
    world
}

fn configure(world: &World, keys: &str) {
    let config = world.expand("{config}");
    world.put(
        ".aws/config",
        &config.replacen("[profile dev]\n", &format!("[profile dev]\n{keys}\n"), 1),
    );
}

/// The same call by a coding agent.
fn by_agent(arguments: &[&str]) -> Run {
    Run::new(arguments.iter().map(Into::into)).with_env("CLAUDECODE", "1")
}

fn count(world: &World, operation: &str) -> usize {
    world.fake.operations().iter().filter(|found| *found == operation).count()
}

/// The calls that scope something down, as they were sent.
fn calls(world: &World) -> Vec<Recorded> {
    let requests = world.fake.requests().into_iter();
    requests.filter(|request| request.operation == CALL).collect()
}

/// A parameter of a call's form.
fn parameter(call: &Recorded, name: &str) -> Option<String> {
    let text = call.text();
    let value = text.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")))?;
    let (mut bytes, mut rest) = (Vec::new(), value.bytes());
    while let Some(byte) = rest.next() {
        let mut digit = || char::from(rest.next().unwrap()).to_digit(16).unwrap();
        match byte {
            b'%' => bytes.push(u8::try_from(digit() * 16 + digit()).unwrap()),
            byte => bytes.push(byte),
        }
    }
    Some(String::from_utf8(bytes).unwrap())
}

/// Whose credentials signed a request.
fn signer(request: &Recorded) -> String {
    let authorization = request.header("authorization").unwrap_or_default();
    let credential = authorization.split("Credential=").nth(1).unwrap_or_default();
    credential.split('/').next().unwrap_or_default().to_owned()
}

/// The files of scoped credentials.
fn kept(world: &World) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(world.home(".aws/sso-cp/scoped")) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// Moves the end of all scoped credentials to so many seconds from now.
fn end_in(world: &World, seconds: i64) {
    kept(world).iter().for_each(|path| set_end(path, seconds));
}

fn set_end(path: &std::path::Path, seconds: i64) {
    let mut file: serde_json::Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    file["Credentials"]["Expiration"] = iso(now() + seconds).into();
    fs::write(path, file.to_string()).unwrap();
}

/// The access key of the role's own credentials, which the AWS CLI shares.
fn whole_key(world: &World) -> String {
    let entries = fs::read_dir(world.home(".aws/cli/cache")).unwrap().flatten();
    let path = entries.map(|entry| entry.path()).next().unwrap();
    let file: serde_json::Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    file["Credentials"]["AccessKeyId"].as_str().unwrap().to_owned()
}

/// Asserts that the run has failed and handed nothing out.
#[track_caller]
fn nothing_from(ran: &Ran, code: i32, word: &str) {
    ran.failed(code, word);
    assert!(ran.stdout.is_empty() && !ran.stderr().contains("ASIA"), "{ran}");
}
