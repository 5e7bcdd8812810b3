//! The other tools: where they are, and the command that has each get credentials.
//!
//! The SDKs and the AWS CLI are found by the variables of `CONTRIBUTING.md`, or where `.ci/run` puts them; the others in `PATH`.

use super::timing::again;
use crate::scene::{PROFILE, Scene};
use crate::workspace::{Outcome, cargo, find_program, output_of, root, run, stdout_of, target_dir};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The profile with the standard keys, for the peers' own providers.
pub(super) const NATIVE: &str = "native";

/// What a tool is compared as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    AwsCli,
    Go,
    Sdk,
}

/// Whether the client with the Rust SDK speaks TLS, which takes minutes to build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RustTls {
    Without,
    With,
}

/// A tool that works here, and what it is asked to do.
pub(super) struct Client {
    pub(super) name: String,
    pub(super) family: Family,
    command: Command,
}

impl Client {
    pub(super) fn command(&self) -> Command {
        again(&self.command)
    }
}

/// Tools in Go. Their sign-ins are in stores of their own that cannot be filled without a person, so what is measured is their
/// start: the least that any call of theirs costs. With the word that has each say its version.
const IN_GO: [(&str, &str); 3] =
    [("aws-vault", "--version"), ("granted", "--version"), ("aws-sso", "version")];

const PYTHON: &str = "import boto3, sys
print(boto3.Session(profile_name=sys.argv[1]).get_credentials().get_frozen_credentials().access_key)";

const JAVASCRIPT: &str =
    "const { fromNodeProviderChain } = require('@aws-sdk/credential-providers');
fromNodeProviderChain({ profile: process.argv[1] })().then(
    (credentials) => console.log(credentials.accessKeyId),
    (error) => { console.error(String(error)); process.exit(1); });";

/// The SDKs that are found, each with its name and the command that has its own provider give credentials.
pub(super) fn own_providers(scene: &Scene, tls: RustTls) -> Outcome<Vec<(String, Command)>> {
    let sdks = [rust_sdk(scene, tls)?, js_sdk(scene)?, boto3(scene)?];
    let own = sdks.into_iter().flatten().map(|(name, mut command)| {
        command.env("AWS_PROFILE", NATIVE).arg(NATIVE);
        (name, command)
    });
    Ok(own.collect())
}

/// Every tool that is found and gives credentials; says of the others what is the matter.
pub(super) fn installed(scene: &Scene) -> Outcome<Vec<Client>> {
    let mut clients = Vec::new();
    let sdks = [
        ("the Rust SDK", rust_sdk(scene, RustTls::Without)),
        ("the JS SDK", js_sdk(scene)),
        ("boto3", boto3(scene)),
    ];
    for (what, sdk) in sdks {
        match sdk? {
            None => skip(what, "not installed"),
            Some((name, command)) => {
                for (profile, way) in [(NATIVE, "own provider"), (PROFILE, "through sso-cp")] {
                    let mut command = again(&command);
                    command.env("AWS_PROFILE", profile).arg(profile);
                    let name = format!("{name}, {way}");
                    clients
                        .extend(tried(Client { name, family: Family::Sdk, command }, "ASIAFAKE")?);
                }
            }
        }
    }
    match aws_cli(scene)? {
        None => skip("the AWS CLI", "version 2 is not installed"),
        Some(client) => clients.extend(tried(client, "ASIAFAKE")?),
    }
    for (name, version) in IN_GO {
        match find_program(name) {
            None => skip(name, "not installed"),
            Some(program) => {
                let command = scene.command(&program, &[version]);
                let name = format!("{name}, only its start");
                clients.extend(tried(Client { name, family: Family::Go, command }, "")?);
            }
        }
    }
    Ok(clients)
}

fn skip(what: &str, why: &str) {
    eprintln!("SKIPPED: {what} beside us: {why}");
}

/// The client, where it ends well and says what it should.
fn tried(client: Client, expected: &str) -> Outcome<Option<Client>> {
    let output = output_of(&mut client.command())?;
    if output.status.success() && String::from_utf8_lossy(&output.stdout).contains(expected) {
        return Ok(Some(client));
    }
    let said = String::from_utf8_lossy(&output.stderr);
    skip(&client.name, said.trim().lines().last().unwrap_or("it says nothing"));
    Ok(None)
}

/// `configure export-credentials` prints what our program prints.
fn aws_cli(scene: &Scene) -> Outcome<Option<Client>> {
    let named = env::var_os("SSO_CP_TEST_AWS_CLI").map(PathBuf::from);
    for program in
        named.into_iter().chain(find_program("aws")).chain([PathBuf::from("/usr/bin/aws")])
    {
        if !program.is_file() {
            continue;
        }
        let said = stdout_of(&mut scene.command(&program, &["--version"])).unwrap_or_default();
        let Some(version) = said.strip_prefix("aws-cli/2") else { continue };
        let version = version.split_whitespace().next().unwrap_or_default();
        let words = ["configure", "export-credentials", "--profile", NATIVE];
        let name = format!("AWS CLI 2{version}, cached");
        let command = scene.command(&program, &words);
        return Ok(Some(Client { name, family: Family::AwsCli, command }));
    }
    Ok(None)
}

/// A name with a version, and a command that lacks only the profile.
type Sdk = Outcome<Option<(String, Command)>>;

fn boto3(scene: &Scene) -> Sdk {
    let Some(python) = installed_at("SSO_CP_TEST_PYTHON", "python/bin/python") else {
        return Ok(None);
    };
    let version = ["-c", "import boto3; print(boto3.__version__)"];
    let version = stdout_of(&mut scene.command(&python, &version))?;
    let mut command = scene.command(&python, &["-c", PYTHON]);
    command.env("AWS_EC2_METADATA_DISABLED", "true");
    Ok(Some((format!("boto3 {}", version.trim()), command)))
}

fn js_sdk(scene: &Scene) -> Sdk {
    let (Some(modules), Some(node)) =
        (installed_at("SSO_CP_TEST_NODE_MODULES", "node/node_modules"), find_program("node"))
    else {
        return Ok(None);
    };
    let manifest = modules.join("@aws-sdk/credential-providers/package.json");
    let manifest: serde_json::Value = serde_json::from_str(&fs::read_to_string(manifest)?)?;
    let version = manifest["version"].as_str().ok_or("the JS SDK has no version")?;
    let mut command = scene.command(&node, &["-e", JAVASCRIPT]);
    command.env("NODE_PATH", modules).env("AWS_EC2_METADATA_DISABLED", "true");
    Ok(Some((format!("JS SDK {version}"), command)))
}

fn rust_sdk(scene: &Scene, tls: RustTls) -> Sdk {
    let Some(program) = rust_sdk_client(tls)? else { return Ok(None) };
    let mut command = scene.command(&program, &[]);
    command.env("AWS_EC2_METADATA_DISABLED", "true");
    Ok(Some((format!("Rust SDK {}", rust_sdk_version()?), command)))
}

/// Built for this, since the tests' own build is not optimised. None where that fails, which is told.
pub(crate) fn rust_sdk_client(tls: RustTls) -> Outcome<Option<PathBuf>> {
    let (name, features): (_, &[&str]) = match tls {
        RustTls::Without => ("rust-sdk", &[]),
        RustTls::With => ("rust-sdk-tls", &["--features", "tls"]),
    };
    let target = target_dir()?.join("bench").join(name);
    eprintln!("building: a client with the Rust SDK");
    let mut build = cargo();
    build.args(["build", "--quiet", "--release", "--locked", "--manifest-path"]);
    build.arg(rust_sdk_folder().join("Cargo.toml")).arg("--target-dir").arg(&target).args(features);
    if let Err(error) = run(&mut build) {
        eprintln!("SKIPPED: the Rust SDK beside us: {error}");
        return Ok(None);
    }
    let program = target.join("release").join("rust-sdk-client");
    Ok(Some(program.with_extension(env::consts::EXE_EXTENSION)))
}

/// The SDK has no version of its own; this is that of the package that programs begin with.
pub(crate) fn rust_sdk_version() -> Outcome<String> {
    let lock = fs::read_to_string(rust_sdk_folder().join("Cargo.lock"))?;
    Ok(locked_version(&lock, "aws-config").ok_or("the Rust SDK has no version")?.to_owned())
}

fn rust_sdk_folder() -> PathBuf {
    root().join("tests").join("real-clients").join("rust-sdk")
}

/// What the variable names, or where `.ci/run` puts it.
fn installed_at(variable: &str, place: &str) -> Option<PathBuf> {
    let named = env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    let caches = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(Path::new(&env::var_os("HOME")?).join(".cache")));
    named.or_else(|| Some(caches?.join("sso-cp-ci").join(place))).filter(|path| path.exists())
}

/// The version of a package in a lock file.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let (_, after) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    after.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_file_tells_a_packages_version() {
        let lock = "[[package]]\nname = \"aws-config-x\"\nversion = \"9.9.9\"\n\n[[package]]\nname = \"aws-config\"\nversion = \"1.8.2\"\n";
        assert_eq!(locked_version(lock, "aws-config"), Some("1.8.2"));
        assert_eq!(locked_version(lock, "aws"), None);
    }
}
