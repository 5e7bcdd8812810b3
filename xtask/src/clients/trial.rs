//! One trial: a home, a sign-in or none, and a client that is used.

use super::client::{Client, From};
use super::s3::S3;
use crate::scene::{ACCOUNT, PROFILE, ROLE, SESSION, Scene};
use crate::workspace::{Outcome, find_program};
use fake_identity_center::{Fake, START_URL, Setup};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

/// No client may take longer.
const LIMIT_SECONDS: &str = "60";
/// What is left of credentials that end soon.
const SOON_MS: u128 = 4 * 60 * 1000;

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
        let fake = Fake::start(Setup::default())?;
        let home = place.join("home");
        let scene = Scene::new(&home, &fake)?;
        let helper = place.join("helper");
        let log = place.join("runs");
        fs::write(
            &helper,
            format!(
                "#!/bin/sh\necho run >> {}\nexec {} --profile {PROFILE}\n",
                log.display(),
                program.display()
            ),
        )?;
        executable(&helper)?;
        let helper = helper.display();
        let own = format!(
            "sso_cp_session = {SESSION}\nsso_cp_account_id = {ACCOUNT}\nsso_cp_role_name = {ROLE}\n"
        );
        scene.write_config(&format!(
            "[profile {PROFILE}]\ncredential_process = {helper} x\n{own}region = eu-west-1\n\n\
             [sso-session {SESSION}]\nsso_start_url = {START_URL}\nsso_region = us-east-1\n"
        ))?;
        // restic reads nothing else.
        if client.name == "restic" {
            let text = format!("[{PROFILE}]\ncredential_process = {helper} x\n");
            fs::write(home.join(".aws").join("credentials"), text)?;
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

    pub(super) fn run(self, uses: usize, threads: usize) -> Outcome<Found> {
        let s3 = S3::start()?;
        let words = self.client.words(self.folder, &self.place, uses, threads, &s3.address);
        let Some(words) = words else { return Ok(Found::nothing()) };
        let mut text = String::new();
        // A program of the system is used once; a driver repeats by itself.
        let times = if matches!(self.client.from, From::Path("ruby", ..) | From::PyPi | From::Npm) {
            1
        } else {
            uses
        };
        for _ in 0..times {
            let output = self.command(&words, &s3)?.output()?;
            text += &String::from_utf8_lossy(&output.stdout);
            text += &String::from_utf8_lossy(&output.stderr);
        }
        let runs = fs::read_to_string(self.place.join("runs")).unwrap_or_default();
        let is_key = |word: &&str| word.starts_with("ASIAFAKE");
        let told = text.split([' ', '=', '\n', '"']).filter(is_key).map(str::to_owned);
        let seen = s3.seen();
        let version = text.lines().find_map(|line| line.strip_prefix("version "));
        Ok(Found {
            version: version.map(str::to_owned).or_else(|| self.client.version()),
            helper_runs: runs.lines().count(),
            keys: told.chain(seen.iter().flatten().cloned()).collect(),
            is_unsigned: seen.iter().any(Option::is_none),
            has_our_words: text.contains("nobody is signed in"),
        })
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
            .stdin(std::process::Stdio::null());
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

#[cfg(unix)]
fn executable(path: &Path) -> Outcome<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o755))?)
}

#[cfg(not(unix))]
fn executable(_: &Path) -> Outcome<()> {
    Ok(())
}
