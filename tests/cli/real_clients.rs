//! The clients that people have: each resolves a profile whose `credential_process` is our program, and the files are shared both
//! ways. `CONTRIBUTING.md` says by which variables they are found; what is missing is skipped, visibly.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fake_identity_center::Auto;

use crate::auto_login::{first_opened, install_browser};
use crate::harness::{Ended, Ran, World, program, skip, tests};
use crate::login::{Running, browse};

tests! {
    slow "real-clients" => boto3_runs_us,
    slow "real-clients" => boto3_uses_the_token_that_we_renewed,
    slow "real-clients" => the_js_sdk_runs_us,
    slow "real-clients" => the_js_sdk_uses_the_token_that_we_renewed,
    slow "real-clients" => the_rust_sdk_runs_us,
    slow "real-clients" => the_rust_sdk_uses_the_token_that_we_renewed,
    slow "real-clients" => the_aws_cli_runs_us,
    slow "real-clients" => the_aws_cli_uses_the_token_that_we_renewed,
    slow "real-clients" => the_aws_cli_reads_the_role_that_we_cached,
    slow "real-clients" => we_read_the_role_that_the_aws_cli_cached,
    slow "real-clients" => the_aws_cli_is_signed_out_when_we_sign_out,
    slow "real-clients" => we_are_signed_out_when_the_aws_cli_signs_out,
    slow "real-clients" => clients_show_what_we_say,
    slow "real-clients login" => we_use_the_sign_in_of_the_aws_cli,
    slow "real-clients login" => the_aws_cli_uses_our_sign_in_and_our_client,
}

/// How long a client may take: Python alone needs seconds where ten of them start at once.
const LIMIT: Duration = Duration::from_secs(60);

/// A client that can be started here.
pub(crate) struct Client {
    program: PathBuf,
    /// What stands before the profile's name.
    arguments: Vec<String>,
    env: Vec<(&'static str, String)>,
}

const PYTHON: &str = "
import boto3, sys
credentials = boto3.Session(profile_name=sys.argv[1]).get_credentials().get_frozen_credentials()
print(credentials.access_key, getattr(credentials, 'account_id', None))
";

const JAVASCRIPT: &str = "
const { fromNodeProviderChain } = require('@aws-sdk/credential-providers');
fromNodeProviderChain({ profile: process.argv[1] })().then(
    (credentials) => console.log(credentials.accessKeyId, credentials.accountId ?? ''),
    (error) => { console.error(String(error)); process.exit(1); });
";

fn variable(name: &str) -> Option<String> {
    let value = std::env::var(name).ok().filter(|value| !value.is_empty());
    if value.is_none() {
        skip(&format!("{name} does not name the client"));
    }
    value
}

pub(crate) fn boto3() -> Option<Client> {
    let program = variable("SSO_CP_TEST_PYTHON")?.into();
    Some(Client { program, arguments: vec!["-c".to_owned(), PYTHON.to_owned()], env: Vec::new() })
}

pub(crate) fn js_sdk() -> Option<Client> {
    let modules = variable("SSO_CP_TEST_NODE_MODULES")?;
    let arguments = vec!["-e".to_owned(), JAVASCRIPT.to_owned()];
    Some(Client { program: "node".into(), arguments, env: vec![("NODE_PATH", modules)] })
}

pub(crate) fn rust_sdk() -> Option<Client> {
    let program = variable("SSO_CP_TEST_RUST_SDK")?.into();
    Some(Client { program, arguments: Vec::new(), env: Vec::new() })
}

/// Asks STS who it is, which the stand-in answers only to anyone who signs with a key that it gave out.
pub(crate) fn aws_cli(world: &World) -> Option<Client> {
    let program = variable("SSO_CP_TEST_AWS_CLI")?.into();
    let words = [
        "sts",
        "get-caller-identity",
        "--region",
        "us-east-1",
        "--endpoint-url",
        world.fake.sts_url(),
        "--profile",
    ];
    Some(Client { program, arguments: words.map(str::to_owned).to_vec(), env: Vec::new() })
}

impl Client {
    /// As it would be spawned, for tests that watch the process themselves.
    pub(crate) fn command(&self, world: &World, profile: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).env_clear().envs(&world.env).env("AWS_PROFILE", profile);
        command
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .envs(self.env.iter().map(|(name, value)| (name, value)));
        if !self.arguments.is_empty() {
            command.arg(profile);
        }
        command
            .current_dir(world.work())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, world: &World, profile: &str) -> Ran {
        let (mut command, started) = (self.command(world, profile), Instant::now());
        let child =
            command.spawn().unwrap_or_else(|error| panic!("{}: {error}", self.program.display()));
        Ran::of(child, started, LIMIT)
    }

    pub(crate) fn succeeds(&self, world: &World, profile: &str) -> String {
        let ran = self.run(world, profile);
        assert_eq!(ran.ended, Ended::Code(0), "{ran}");
        ran.stdout().trim().to_owned()
    }
}

/// A home with two profiles for one role: `dev` runs us, `native` is for the clients' own SSO providers.
pub(crate) fn world() -> World {
    let world = World::new();
    world.put(
        ".aws/config",
        &format!(
            "[profile dev]\ncredential_process = {} --profile dev\nregion = us-east-1\nsso_cp_session = corp\n\
             sso_cp_account_id = 111122223333\nsso_cp_role_name = ReadOnly\n\n\
             [profile native]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = ReadOnly\nregion = us-east-1\n\n\
             [sso-session corp]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n\
             sso_registration_scopes = sso:account:access\n",
            program().display()
        ),
    );
    // Releases of the AWS CLI that do not know the endpoint variables find the stand-in by a rule set of the user's own.
    let rules = format!(
        "{{\"version\":\"1.0\",\"parameters\":{{\"Region\":{{\"type\":\"String\",\"builtIn\":\"AWS::Region\",\"required\":false,\
         \"documentation\":\"\"}}}},\"rules\":[{{\"conditions\":[],\"type\":\"endpoint\",\"endpoint\":{{\"url\":\"{}\",\
         \"properties\":{{}},\"headers\":{{}}}}}}]}}",
        world.fake.sso_url()
    );
    for service in ["sso", "sso-oidc"] {
        world.put(&format!(".aws/models/{service}/2019-06-10/endpoint-rule-set-1.json"), &rules);
    }
    world
}

/// The client gets the very key that we fetched, and a second client the same one from the cache.
fn runs_us(client: &Client, expected: &str) {
    let world = world();
    world.put_token("-1h");
    assert_eq!(client.succeeds(&world, "dev"), expected);
    assert_eq!(client.succeeds(&world, "dev"), expected);
    assert_eq!(
        world.fake.operations(),
        ["oidc.CreateToken/refresh_token", "portal.GetRoleCredentials"]
    );
    assert_eq!(world.dev().key(), "ASIAFAKE000000000001");
}

/// We renew; the client's own SSO provider then goes straight to the portal.
fn uses_our_token(client: &Client, expected: &str) {
    let world = world();
    world.put_token("-1h");
    world.dev().document();
    world.fake.clear_requests();
    fs::remove_dir_all(world.home(".aws/cli")).unwrap();
    assert_eq!(client.succeeds(&world, "native"), expected);
    assert_eq!(world.fake.operations(), ["portal.GetRoleCredentials"]);
}

fn boto3_runs_us() {
    let Some(client) = boto3() else { return };
    runs_us(&client, "ASIAFAKE000000000001 111122223333");
}

fn boto3_uses_the_token_that_we_renewed() {
    let Some(client) = boto3() else { return };
    uses_our_token(&client, "ASIAFAKE000000000002 111122223333");
}

fn the_js_sdk_runs_us() {
    let Some(client) = js_sdk() else { return };
    runs_us(&client, "ASIAFAKE000000000001 111122223333");
}

fn the_js_sdk_uses_the_token_that_we_renewed() {
    let Some(client) = js_sdk() else { return };
    // Its own provider does not say the account.
    uses_our_token(&client, "ASIAFAKE000000000002");
}

fn the_rust_sdk_runs_us() {
    let Some(client) = rust_sdk() else { return };
    runs_us(&client, "ASIAFAKE000000000001");
}

fn the_rust_sdk_uses_the_token_that_we_renewed() {
    let Some(client) = rust_sdk() else { return };
    uses_our_token(&client, "ASIAFAKE000000000002");
}

/// The operations that the stand-in saw, and the key that STS was last asked with.
fn signed_with(world: &World) -> (Vec<String>, String) {
    let requests = world.fake.requests();
    let header =
        requests.last().and_then(|request| request.header("authorization")).unwrap_or_default();
    let key = header.split("Credential=").nth(1).and_then(|rest| rest.split('/').next());
    (world.fake.operations(), key.unwrap_or_default().to_owned())
}

fn the_aws_cli_runs_us() {
    let world = world();
    let Some(client) = aws_cli(&world) else { return };
    world.put_token("-1h");
    client.succeeds(&world, "dev");
    let (operations, key) = signed_with(&world);
    assert_eq!(
        operations,
        ["oidc.CreateToken/refresh_token", "portal.GetRoleCredentials", "sts.GetCallerIdentity"]
    );
    assert_eq!(key, world.dev().key());
}

fn the_aws_cli_uses_the_token_that_we_renewed() {
    let world = world();
    let Some(client) = aws_cli(&world) else { return };
    world.put_token("-1h");
    world.dev().document();
    world.fake.clear_requests();
    fs::remove_dir_all(world.home(".aws/cli")).unwrap();
    client.succeeds(&world, "native");
    let (operations, key) = signed_with(&world);
    assert_eq!(operations, ["portal.GetRoleCredentials", "sts.GetCallerIdentity"]);
    assert_eq!(key, "ASIAFAKE000000000002");
}

fn the_aws_cli_reads_the_role_that_we_cached() {
    let world = world();
    let Some(client) = aws_cli(&world) else { return };
    world.put_token("+1h");
    let ours = world.dev().key();
    world.fake.clear_requests();
    client.succeeds(&world, "native");
    assert_eq!(signed_with(&world), (vec!["sts.GetCallerIdentity".to_owned()], ours));
}

fn we_read_the_role_that_the_aws_cli_cached() {
    let world = world();
    let Some(client) = aws_cli(&world) else { return };
    world.put_token("+1h");
    client.succeeds(&world, "native");
    let (operations, theirs) = signed_with(&world);
    assert_eq!(operations, ["portal.GetRoleCredentials", "sts.GetCallerIdentity"]);
    world.fake.clear_requests();
    assert_eq!(world.dev().key(), theirs);
    assert_eq!(world.fake.operations(), [""; 0]);
}

/// The credentials that it has cached go too, though no index of ours knows them: its profile does.
fn the_aws_cli_is_signed_out_when_we_sign_out() {
    let world = world();
    let Some(client) = aws_cli(&world) else { return };
    world.put_token("+1h");
    client.succeeds(&world, "native");
    let ran = world.run(&["logout", "--sso-session", "corp"]);
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    assert!(ran.stderr().contains("1 cached role"), "{ran}");
    let ran = client.run(&world, "native");
    assert_ne!(ran.ended, Ended::Code(0), "{ran}");
}

fn we_are_signed_out_when_the_aws_cli_signs_out() {
    let world = world();
    let Some(mut client) = aws_cli(&world) else { return };
    world.put_token("+1h");
    world.dev().document();
    client.arguments = ["sso", "logout", "--profile"].map(str::to_owned).to_vec();
    client.succeeds(&world, "native");
    assert!(world.fake.operations().contains(&"portal.Logout".to_owned()));
    let ran = world.run(&["status", "--profile", "dev", "--json"]);
    assert_eq!(ran.ended, Ended::Code(4), "{ran}");
    assert!(ran.stdout().contains("\"state\":\"signed-out\""), "{ran}");
    assert!(ran.stdout().contains("\"roles\":[]"), "{ran}");
}

/// Where a person has to sign in, the hint reaches the person through the client.
fn clients_show_what_we_say() {
    let world = world();
    let clients = [boto3(), aws_cli(&world)];
    for client in clients.iter().flatten() {
        let ran = client.run(&world, "dev");
        assert_ne!(ran.ended, Ended::Code(0), "{ran}");
        assert!(ran.stderr().contains("sso-cp login --profile dev"), "{ran}");
    }
}

/// `aws sso login`, with a person who approves everything.
fn sign_in_by_the_aws_cli(world: &World, client: &Client) {
    let _ = fs::remove_file(world.root().join("browser.opened"));
    let mut command = Command::new(&client.program);
    command.args(["sso", "login", "--sso-session", "corp"]).env_clear().envs(&world.env);
    command.current_dir(world.work()).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    browse(&first_opened(world).1);
    let ran = Ran::of(child, Instant::now(), LIMIT);
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
}

/// A world for it. Releases before 2.22 sign in by a code, and have a client of another kind.
fn world_with_a_browser() -> Option<(World, Client)> {
    let mut world = world();
    let client = aws_cli(&world)?;
    let output = Command::new(&client.program).arg("--version").output().unwrap();
    let version = String::from_utf8_lossy(&output.stdout).into_owned();
    let minor = version.strip_prefix("aws-cli/2.").and_then(|rest| rest.split('.').next());
    if minor.and_then(|minor| minor.parse::<u32>().ok()).is_none_or(|minor| minor < 22) {
        skip("this AWS CLI does not sign in by a browser");
        return None;
    }
    world.fake.set_auto(Auto::Approve);
    install_browser(&mut world);
    Some((world, client))
}

fn we_use_the_sign_in_of_the_aws_cli() {
    let Some((world, client)) = world_with_a_browser() else { return };
    sign_in_by_the_aws_cli(&world, &client);
    world.fake.clear_requests();
    world.dev().document();
    assert_eq!(world.fake.operations(), ["portal.GetRoleCredentials"]);
    let ran = Running::start(&world, &[]).end();
    assert!(ran.stderr().contains("already signed in to sso-session `corp`"), "{ran}");
}

fn the_aws_cli_uses_our_sign_in_and_our_client() {
    let Some((world, client)) = world_with_a_browser() else { return };
    let sign_in = Running::start(&world, &["--no-browser"]);
    sign_in.browse();
    assert_eq!(sign_in.end().ended, Ended::Code(0));
    client.succeeds(&world, "native");
    sign_in_by_the_aws_cli(&world, &client);
    let operations = world.fake.operations();
    let count = |name: &str| operations.iter().filter(|found| *found == name).count();
    assert_eq!(count("oidc.RegisterClient"), 1, "one client for both");
    assert_eq!(count("oidc.CreateToken/authorization_code"), 2);
}
