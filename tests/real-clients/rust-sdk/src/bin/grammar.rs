//! What the Rust SDK reads in config files: a JSON list of paths on stdin, what each file holds on stdout.

use std::collections::BTreeMap;
use std::io::Read;

use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_runtime::env_config::section::EnvConfigSections;
use aws_runtime::env_config::source;
use aws_types::os_shim_internal::{Env, Fs};

/// The sections of a file by their titles, or nothing where the SDK refuses the file.
type Found = Option<BTreeMap<String, BTreeMap<String, String>>>;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    // The SDK gives a section's value by its key, and no list of keys.
    let keys: Vec<String> = std::env::args().skip(1).collect();
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).expect("stdin is readable");
    let paths: Vec<String> = serde_json::from_str(&text).expect("stdin is a list of paths");
    let mut files = Vec::new();
    for path in paths {
        files.push(read(&path, &keys).await);
    }
    let version = format!("aws-runtime {}", version_of("aws-runtime"));
    println!("{}", serde_json::json!({ "version": version, "files": files }));
}

async fn read(path: &str, keys: &[String]) -> Found {
    let files = EnvConfigFiles::builder().with_file(EnvConfigFileKind::Config, path).build();
    let source = source::load(&Env::from_slice(&[]), &Fs::real(), &files).await.ok()?;
    let sections = EnvConfigSections::parse(source).ok()?;
    let settings = |get: &dyn Fn(&str) -> Option<String>| {
        keys.iter().filter_map(|key| Some((key.clone(), get(key)?))).collect::<BTreeMap<_, _>>()
    };
    let profiles = sections.profiles().map(|name| {
        let profile = sections.get_profile(name);
        let get = |key: &str| profile.and_then(|profile| profile.get(key)).map(str::to_owned);
        (format!("profile {name}"), settings(&get))
    });
    let sessions = sections.sso_sessions().map(|name| {
        let session = sections.sso_session(name);
        let get = |key: &str| session.and_then(|session| session.get(key)).map(str::to_owned);
        (format!("sso-session {name}"), settings(&get))
    });
    Some(profiles.chain(sessions).collect())
}

/// The version of a package that this program was built with.
fn version_of(package: &str) -> &'static str {
    let lock = include_str!("../../Cargo.lock");
    let entry = lock.split_once(&format!("name = \"{package}\"\nversion = \""));
    entry.and_then(|(_, rest)| rest.split('"').next()).unwrap_or("of unknown version")
}
