//! One trial: a home, a sign-in or none, and a client that is used.

use super::client::{Client, Helper, Use};
use super::s3::S3;
use crate::scene::{ACCOUNT, PROFILE, ROLE, SESSION, Scene};
use crate::workspace::{Outcome, find_program};
use fake_identity_center::{Fake, START_URL, Setup, Tls};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

/// No client may take longer.
const LIMIT_SECONDS: &str = "60";
/// What is left of credentials that end soon.
const SOON_MS: u128 = 4 * 60 * 1000;
/// What the stand-in's cluster says where it takes a token.
const CLUSTER_VERSION: &str = "v1.33.0-fake";

pub(super) struct Trial<'a> {
    client: &'a Client,
    folder: &'a Path,
    program: &'a Path,
    place: PathBuf,
    fake: Fake,
    scene: Scene,
    is_endpoint: bool,
}

/// What came of it.
pub(super) struct Found {
    pub(super) version: Option<String>,
    pub(super) helper_runs: usize,
    keys: Vec<String>,
    is_unsigned: bool,
    has_our_words: bool,
}

/// The same in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Taken,
    Unsigned,
    Error { has_our_words: bool },
}

impl fmt::Display for Verdict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Verdict::Taken => "yes",
            Verdict::Unsigned => "**unsigned**",
            Verdict::Error { .. } => "no",
        })
    }
}

impl<'a> Trial<'a> {
    pub(super) fn new(
        client: &'a Client,
        folder: &'a Path,
        program: &'a Path,
        place: &Path,
    ) -> Outcome<Trial<'a>> {
        // kubectl runs no plugin for a cluster without TLS.
        let tls = if client.helper == Helper::Kubeconfig { Tls::Good } else { Tls::Off };
        let fake = Fake::start(Setup { tls, ..Setup::default() })?;
        let home = place.join("home");
        let scene = Scene::new(&home, &fake)?;
        let helper = place.join("helper");
        let words = match client.helper {
            Helper::Kubeconfig => "token eks --cluster demo --region eu-west-1",
            _ => "",
        };
        fs::write(
            &helper,
            format!(
                "#!/bin/sh\necho run >> {}\nexec {} {words} --profile {PROFILE}\n",
                place.join("runs").display(),
                program.display()
            ),
        )?;
        executable(&helper)?;
        let line = format!("credential_process = {} x\n", helper.display());
        let own = format!(
            "sso_cp_session = {SESSION}\nsso_cp_account_id = {ACCOUNT}\nsso_cp_role_name = {ROLE}\n"
        );
        scene.write_config(&format!(
            "[profile {PROFILE}]\n{line}{own}region = eu-west-1\n\n\
             [sso-session {SESSION}]\nsso_start_url = {START_URL}\nsso_region = us-east-1\n"
        ))?;
        match client.helper {
            Helper::CredentialsFile => {
                let text = format!("[{PROFILE}]\n{line}");
                fs::write(home.join(".aws").join("credentials"), text)?;
            }
            Helper::Kubeconfig => {
                fs::write(place.join("kubeconfig"), kubeconfig(&helper, fake.sso_url(), &scene))?;
            }
            Helper::Config | Helper::Unknown => {}
        }
        let place = place.to_owned();
        Ok(Trial { client, folder, program, place, fake, scene, is_endpoint: false })
    }

    pub(super) fn signed_in(self) -> Outcome<Self> {
        self.scene.sign_in(&self.fake)?;
        Ok(self)
    }

    /// The portal gives nothing that lives longer.
    pub(super) fn ending_soon(self) -> Outcome<Self> {
        let ends = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() + SOON_MS;
        let rule = format!("portal.GetRoleCredentials: expiration={ends} repeat=forever");
        self.fake.script(&rule).map_err(|error| error.to_string())?;
        Ok(self)
    }

    pub(super) fn at_the_endpoint(self) -> Self {
        Trial { is_endpoint: true, ..self }
    }

    /// Uses the client so often one after the other, by so many at once.
    pub(super) fn run(self, times: usize, at_once: usize) -> Outcome<Found> {
        let s3 = S3::start()?;
        let use_ = Use { times, at_once, s3: &s3.address };
        let Some(words) = self.client.words(self.folder, &self.place, use_) else {
            return Ok(Found::nothing());
        };
        let times = if self.client.repeats() { 1 } else { times };
        let at_once = if self.client.is_driven() { 1 } else { at_once };
        let mut text = String::new();
        for _ in 0..times {
            for output in self.outputs(&words, &s3, at_once)? {
                text += &String::from_utf8_lossy(&output.stdout);
                text += &String::from_utf8_lossy(&output.stderr);
            }
        }
        let runs = fs::read_to_string(self.place.join("runs")).unwrap_or_default();
        let is_key = |word: &&str| word.starts_with("ASIAFAKE") || *word == CLUSTER_VERSION;
        let told = text.split([' ', '=', '\n', '"']).filter(is_key).map(str::to_owned);
        let seen = s3.seen();
        let version = text.lines().find_map(|line| line.strip_prefix("version "));
        Ok(Found {
            version: version.map(str::to_owned).or_else(|| self.client.version(self.folder)),
            helper_runs: runs.lines().count(),
            keys: told.chain(seen.iter().flatten().cloned()).collect(),
            is_unsigned: seen.iter().any(Option::is_none),
            has_our_words: text.contains("nobody is signed in"),
        })
    }

    /// What that many processes at once say.
    fn outputs(&self, words: &[PathBuf], s3: &S3, at_once: usize) -> Outcome<Vec<Output>> {
        let mut children = Vec::with_capacity(at_once);
        for _ in 0..at_once {
            let mut command = self.command(words, s3)?;
            children.push(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?);
        }
        children.into_iter().map(|child| Ok(child.wait_with_output()?)).collect()
    }

    fn command(&self, words: &[PathBuf], s3: &S3) -> Outcome<Command> {
        let timeout = find_program("timeout").ok_or("no `timeout` on this machine")?;
        let mut command = match self.is_endpoint {
            true => {
                self.scene.command(self.program, &["exec", "--serve", "--profile", PROFILE, "--"])
            }
            false => self.scene.command(&timeout, &[LIMIT_SECONDS]),
        };
        if self.is_endpoint {
            command.arg(timeout).arg(LIMIT_SECONDS);
        } else {
            command.env("AWS_PROFILE", PROFILE);
        }
        command
            .args(words)
            .env("AWS_REGION", "eu-west-1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_SDK_LOAD_CONFIG", "1")
            .env("NODE_PATH", self.folder.join("node").join("node_modules"))
            .env("RESTIC_PASSWORD", "x")
            .env("PROBE_S3", &s3.address)
            .current_dir(&self.place)
            .stdin(Stdio::null());
        Ok(command)
    }
}

impl Found {
    fn nothing() -> Found {
        Found {
            version: None,
            helper_runs: 0,
            keys: Vec::new(),
            is_unsigned: false,
            has_our_words: false,
        }
    }

    pub(super) fn verdict(&self) -> Verdict {
        match (self.keys.is_empty(), self.is_unsigned) {
            (false, _) => Verdict::Taken,
            (true, true) => Verdict::Unsigned,
            (true, false) => Verdict::Error { has_our_words: self.has_our_words },
        }
    }
}

/// A kubeconfig file with our plugin for the stand-in's cluster.
fn kubeconfig(helper: &Path, server: &str, scene: &Scene) -> String {
    let plugin = serde_json::json!({
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": helper,
        "interactiveMode": "IfAvailable",
    });
    let cluster =
        serde_json::json!({ "server": server, "certificate-authority": scene.ca_bundle() });
    let names = serde_json::json!({ "cluster": "demo", "user": "demo" });
    serde_json::json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "demo",
        "clusters": [{ "name": "demo", "cluster": cluster }],
        "users": [{ "name": "demo", "user": { "exec": plugin } }],
        "contexts": [{ "name": "demo", "context": names }],
    })
    .to_string()
}

#[cfg(unix)]
fn executable(path: &Path) -> Outcome<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o755))?)
}

#[cfg(not(unix))]
fn executable(_: &Path) -> Outcome<()> {
    Ok(())
}
