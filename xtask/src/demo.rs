//! `cargo xtask demo`: the program's main job without an AWS account, step by step as a new user would type it.

use crate::browser;
use crate::scene::{ACCOUNT, PROFILE, ROLE, SESSION, Scene, mode};
use crate::scratch::Scratch;
use crate::workspace::{Outcome, cargo, output_of, run_shown, target_dir};
use argh::FromArgs;
use fake_identity_center::{Auto, Fake, START_URL, Setup};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};
use std::time::{Duration, Instant};

/// Show the main job without an AWS account: sign in, ask for credentials, ask again
#[derive(FromArgs)]
#[argh(subcommand, name = "demo")]
pub(crate) struct Demo {}

impl Demo {
    pub(crate) fn run(self) -> Outcome<ExitCode> {
        let program = build()?;
        let scratch = Scratch::new()?;
        let setup = Setup { auto: Auto::Approve, ..Setup::default() };
        let fake = Fake::start(setup)?;
        let scene = Scene::new(scratch.path(), &fake)?;
        Stage { program, fake, scene, step: 0 }.play()?;
        drop(scratch);
        println!(
            "\nThat was all. The throw-away home folder is gone, and so is the stand-in for AWS."
        );
        Ok(ExitCode::SUCCESS)
    }
}

/// Everything that the steps need.
struct Stage {
    program: PathBuf,
    fake: Fake,
    scene: Scene,
    step: u32,
}

/// What came of one call of the program.
struct Call {
    stdout: String,
    code: Option<i32>,
    took: Duration,
}

impl Stage {
    fn play(mut self) -> Outcome<()> {
        println!(
            "What follows happens in a throw-away home folder. AWS is a stand-in on this machine (127.0.0.1);"
        );
        println!("nothing leaves it, and nothing of yours is read or written.");

        self.title("A config file as you would write it");
        self.scene.write_config(&config())?;
        println!("   $ cat ~/.aws/config");
        indented(&config());
        println!(
            "   `credential_process` is how every AWS SDK and the AWS CLI ask us for credentials."
        );
        println!("   The keys that begin with `sso_cp_` are ours: the SDKs pass over them.");

        self.sign_in()?;
        self.ask()?;
        self.show_files()?;
        self.fail()?;
        self.sign_out()
    }

    /// The program opens a browser; here its link is opened by the demo, and the stand-in approves.
    fn sign_in(&mut self) -> Outcome<()> {
        self.title("Sign in, once a working day");
        let arguments = ["login", "--sso-session", SESSION, "--no-browser"];
        println!("   $ sso-cp {}", arguments.join(" "));
        let mut login = self.scene.command(&self.program, &arguments);
        let mut child = login.stdin(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let stderr = child.stderr.take().ok_or("stderr is a pipe, so it is there")?;
        for line in BufReader::new(stderr).lines() {
            let line = line?;
            indented(&line);
            if line.starts_with("http://") {
                let title = browser::open(&line)?;
                println!("   (the demo opens that link and approves; the last page says: {title})");
            }
        }
        expect("signing in to succeed", child.wait()?.success())
    }

    fn ask(&mut self) -> Outcome<()> {
        self.title("The first call asks AWS");
        let first = self.call(&["--profile", PROFILE])?;
        show_credentials(&first)?;
        let asked = self.role_requests();
        expect("the first call to ask AWS once", asked == 1)?;

        self.title("Each further call is answered from the cache");
        let second = self.call(&["--profile", PROFILE])?;
        show_credentials(&second)?;
        expect("the same credentials again", first.stdout == second.stdout)?;
        expect("the second call to leave AWS alone", self.role_requests() == asked)
    }

    fn show_files(&mut self) -> Outcome<()> {
        self.title(
            "What is on the disk now: the AWS CLI's own files, those with secrets for you alone",
        );
        println!("   $ find ~/.aws -type f -exec ls -l {{}} +");
        for (path, metadata) in self.scene.files()? {
            let mode = mode(&metadata);
            println!("   {mode:4} {:6} bytes  ~/{path}", metadata.len());
            let holds_secrets = path.contains("cache");
            expect(
                "files with secrets to be private",
                !holds_secrets || ["0600", ""].contains(&mode.as_str()),
            )?;
        }
        Ok(())
    }

    fn fail(&mut self) -> Outcome<()> {
        self.title("Where a person is needed, the message says what to type");
        let call = self.call(&["--profile", "elsewhere"])?;
        expect("exit code 4 and nothing on stdout", call.code == Some(4) && call.stdout.is_empty())
    }

    fn sign_out(&mut self) -> Outcome<()> {
        self.title("Who is signed in, and the end of it");
        let status = self.call(&["status"])?;
        indented(&status.stdout);
        expect("a status", status.code == Some(0))?;
        let out = self.call(&["logout", "--sso-session", SESSION])?;
        expect("signing out to succeed", out.code == Some(0))?;
        let after = self.call(&["status", "--sso-session", SESSION])?;
        indented(&after.stdout);
        expect("nobody to be signed in", after.code == Some(4))
    }

    fn title(&mut self, text: &str) {
        self.step += 1;
        println!("\n{}. {text}\n", self.step);
    }

    /// Runs the program as one would type it, and shows what it said on stderr, its exit code and its time.
    fn call(&self, arguments: &[&str]) -> Outcome<Call> {
        println!("   $ sso-cp {}", arguments.join(" "));
        let start = Instant::now();
        let output = output_of(&mut self.scene.command(&self.program, arguments))?;
        let took = start.elapsed();
        indented(&String::from_utf8_lossy(&output.stderr));
        let call =
            Call { stdout: String::from_utf8(output.stdout)?, code: output.status.code(), took };
        if call.code != Some(0) {
            println!(
                "   (exit code {})",
                call.code.map_or("none".to_owned(), |code| code.to_string())
            );
        }
        Ok(call)
    }

    fn role_requests(&self) -> usize {
        self.fake
            .operations()
            .iter()
            .filter(|operation| *operation == "portal.GetRoleCredentials")
            .count()
    }
}

pub(crate) fn build() -> Outcome<PathBuf> {
    println!("Building sso-cp (the first time takes a minute or two) ...");
    run_shown(cargo().args(["build", "--release", "--package", "sso-cp"]))?;
    let program =
        Path::new("release").join("sso-cp").with_extension(std::env::consts::EXE_EXTENSION);
    Ok(target_dir()?.join(program))
}

fn config() -> String {
    format!(
        "[sso-session {SESSION}]
sso_start_url = {START_URL}
sso_region = us-east-1
sso_registration_scopes = sso:account:access

[profile {PROFILE}]
sso_cp_session = {SESSION}
sso_cp_account_id = {ACCOUNT}
sso_cp_role_name = {ROLE}
credential_process = sso-cp --profile {PROFILE}
region = eu-west-1

[sso-session partner]
sso_start_url = https://partner.awsapps.com/start
sso_region = eu-central-1
sso_registration_scopes = sso:account:access

[profile elsewhere]
sso_cp_session = partner
sso_cp_account_id = 444455556666
sso_cp_role_name = ReadOnly
credential_process = sso-cp --profile elsewhere
"
    )
}

/// Shows a credential document one member a line, secrets shortened.
fn show_credentials(call: &Call) -> Outcome<()> {
    expect("exit code 0", call.code == Some(0))?;
    let document: Value = serde_json::from_str(&call.stdout)?;
    let members = document.as_object().ok_or("stdout is not JSON object")?;
    for (name, value) in members {
        match value.as_str() {
            Some(secret) if ["SecretAccessKey", "SessionToken"].contains(&name.as_str()) => {
                let start: String = secret.chars().take(12).collect();
                println!("   {name}: \"{start}...\" ({} characters)", secret.len());
            }
            _ => println!("   {name}: {value}"),
        }
    }
    println!("   (took {:.1} ms)", call.took.as_secs_f64() * 1000.0);
    expect(
        "an access key of the stand-in's",
        document["AccessKeyId"].as_str().is_some_and(|id| id.starts_with("ASIAFAKE")),
    )
}

/// The demo is a test as well: it ends where something is not as it says.
fn expect(what: &str, is_so: bool) -> Outcome<()> {
    match is_so {
        true => Ok(()),
        false => Err(format!("the demo expected {what}").into()),
    }
}

fn indented(text: &str) {
    for line in text.lines() {
        println!("{}", format!("   {line}").trim_end());
    }
}
