//! Real clients that find the endpoint by themselves under `exec --serve`, with a `[default]` profile in their way. What is
//! missing is skipped, visibly; `CONTRIBUTING.md` says by which variables they are found.

use super::{exec, signed_in};
use crate::harness::{Ended, Run, World, skip, tests};

tests! {
    slow "p04 real-clients" => boto3_renews_at_the_endpoint,
    slow "p04 real-clients" => the_js_sdk_renews_at_the_endpoint,
    slow "p04 real-clients" => the_rust_sdk_renews_at_the_endpoint,
    slow "p04 real-clients" => the_aws_cli_finds_the_endpoint,
    quick "p04 real-clients" => awscrt_sends_no_port_and_is_answered,
    slow "real-clients" => boto3_takes_the_environment,
}

/// Both begin to ask again at less than five minutes; the endpoint is content for a minute.
const PYTHON: &str = "
import boto3, time
credentials = boto3.Session().get_credentials()
print(credentials.method, credentials.get_frozen_credentials().access_key)
time.sleep(62)
print(credentials.get_frozen_credentials().access_key)
";

const JAVASCRIPT: &str = "
const { fromNodeProviderChain } = require('@aws-sdk/credential-providers');
const provider = fromNodeProviderChain({});
const wait = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
(async () => {
    console.log('chain', (await provider()).accessKeyId);
    await wait(62);
    await provider();
    await wait(2);
    console.log((await provider()).accessKeyId);
})().catch((error) => { console.error(String(error)); process.exit(1); });
";

fn variable(name: &str) -> Option<String> {
    let value = std::env::var(name).ok().filter(|value| !value.is_empty());
    if value.is_none() {
        skip(&format!("{name} does not name the client"));
    }
    value
}

/// A `[default]` with keys, which every SDK would take before it asks an endpoint.
fn world() -> World {
    let world = signed_in();
    world.put(
        ".aws/config",
        "{config}\n[default]\naws_access_key_id = AKIASECRET\naws_secret_access_key = SECRET\n",
    );
    world.put(
        ".aws/credentials",
        "[default]\naws_access_key_id = AKIASECRET\naws_secret_access_key = SECRET\n",
    );
    world
}

fn under_an_endpoint(command: &[&str]) -> Run {
    exec(&["--serve"], command)
        .with_env("AWS_EC2_METADATA_DISABLED", "true")
        .within(std::time::Duration::from_secs(120))
}

/// The first key, and another one after the first came to its end.
fn renews(run: Run, first_word: &str) {
    let world = world();
    world.script("portal.GetRoleCredentials: expiration={ms+4m}");
    let ran = run.run(&world).0;
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    let expected = format!("{first_word} ASIAFAKE000000000001\nASIAFAKE000000000002\n");
    assert_eq!(ran.stdout(), expected.trim_start(), "{ran}");
}

fn boto3_renews_at_the_endpoint() {
    let Some(python) = variable("SSO_CP_TEST_PYTHON") else { return };
    renews(under_an_endpoint(&[&python, "-c", PYTHON]), "container-role");
}

fn the_js_sdk_renews_at_the_endpoint() {
    let Some(modules) = variable("SSO_CP_TEST_NODE_MODULES") else { return };
    let run = under_an_endpoint(&["node", "-e", JAVASCRIPT]).with_env("NODE_PATH", modules);
    renews(run, "chain");
}

fn the_rust_sdk_renews_at_the_endpoint() {
    let Some(program) = variable("SSO_CP_TEST_RUST_SDK") else { return };
    renews(under_an_endpoint(&[&program, "62"]), "");
}

fn the_aws_cli_finds_the_endpoint() {
    let Some(program) = variable("SSO_CP_TEST_AWS_CLI") else { return };
    let world = world();
    let words = [&*program, "sts", "get-caller-identity", "--endpoint-url", world.fake.sts_url()];
    let ran = under_an_endpoint(&words).run(&world).0;
    assert!(ran.stdout().contains("\"Account\": \"111122223333\""), "{ran}");
}

/// mountpoint-s3 and PyTorch's S3 connector are built on it. Its `Host` has no port.
fn awscrt_sends_no_port_and_is_answered() {
    let Some(python) = variable("SSO_CP_TEST_PYTHON") else { return };
    let has_it = std::process::Command::new(&python).args(["-c", "import awscrt"]).output();
    if !has_it.is_ok_and(|output| output.status.success()) {
        return skip("that Python has no awscrt");
    }
    let code = "
from awscrt import auth, io
bootstrap = io.ClientBootstrap(io.EventLoopGroup(1), io.DefaultHostResolver(io.EventLoopGroup(1)))
provider = auth.AwsCredentialsProvider.new_default_chain(bootstrap)
print(provider.get_credentials().result(30).access_key_id)
";
    let ran = under_an_endpoint(&[&python, "-c", code]).run(&world()).0;
    assert_eq!(ran.stdout(), "ASIAFAKE000000000001\n", "{ran}");
}

/// Keys in the environment win over a `[default]`, and the profile that was chosen is gone.
fn boto3_takes_the_environment() {
    let Some(python) = variable("SSO_CP_TEST_PYTHON") else { return };
    let code = "import boto3; s = boto3.Session(); c = s.get_credentials(); print(c.method, c.access_key, s.region_name)";
    let run = exec(&[], &[&python, "-c", code]).with_env("AWS_PROFILE", "default");
    let ran = run.run(&world()).0;
    assert_eq!(ran.stdout(), "env ASIAFAKE000000000001 eu-west-1\n", "{ran}");
}
