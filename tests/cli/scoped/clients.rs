//! Real SDKs with scoped credentials, and botocore's own signer and parser against the stand-in. What is missing is skipped,
//! visibly; `CONTRIBUTING.md` says by which variables they are found.

use std::fs;

use super::{CALL, LIST, READ, calls, count, signer, whole_key};
use crate::harness::{Ended, Ran, Run, World, skip, tests};
use crate::real_clients::{Client, boto3, js_sdk, rust_sdk};

tests! {
    slow "j real-clients" => boto3_makes_the_call_and_reads_the_answers,
    slow "j real-clients" => boto3_runs_us_and_gets_scoped_ones,
    slow "j real-clients" => the_js_sdk_runs_us_and_gets_scoped_ones,
    slow "j real-clients" => the_rust_sdk_runs_us_and_gets_scoped_ones,
    slow "j p04 real-clients" => boto3_as_an_agent_s_command,
    slow "j p04 real-clients" => the_js_sdk_as_an_agent_s_command,
    slow "j p04 real-clients" => the_rust_sdk_as_an_agent_s_command,
    slow "j real-clients" => boto3_is_the_same_caller_with_scoped_ones,
}

/// Scopes the session of the environment down, again and again, and prints what each answer is read as.
const CALLS: &str = "
import boto3, botocore.exceptions, json, os, sys
sts = boto3.client('sts', region_name='eu-west-1', endpoint_url=os.environ['AWS_ENDPOINT_URL_STS'])
if not hasattr(sts, 'get_scoped_credentials'):
    print('unknown'); sys.exit(0)
def call(sts, **parameters):
    try:
        answer = sts.get_scoped_credentials(**parameters)
    except botocore.exceptions.ClientError as error:
        print(error.response['Error']['Code'], error.response['ResponseMetadata']['HTTPStatusCode'])
        return None
    credentials, about = answer['Credentials'], answer['SessionInfo']
    left = (credentials['Expiration'] - credentials['Expiration'].now(credentials['Expiration'].tzinfo)).total_seconds()
    print(answer['ScopedPoliciesCount'], about['Arn'].split(':')[4], round(left / 60), answer['SessionTokenSize'] > 0,
          0 <= answer['SessionTokenUtilization'] <= 100, ':' in about['ScopedSessionId'], 'SourceIdentity' in answer)
    return boto3.client('sts', region_name='eu-west-1', endpoint_url=os.environ['AWS_ENDPOINT_URL_STS'],
        aws_access_key_id=credentials['AccessKeyId'], aws_secret_access_key=credentials['SecretAccessKey'],
        aws_session_token=credentials['SessionToken'])
policy = json.dumps(json.loads(sys.argv[1]), indent=2)
call(sts, ScopedSessionDescription='neither of the two')
call(sts, Policy='{}')
call(sts, Policy=policy, DurationSeconds=129600)
one = call(sts, Policy=policy, DurationSeconds=1800, MinimumSessionTokenSize=1024, ScopedSessionDescription='agent: one')
two = call(one, Policy=policy)
three = call(two, Policy=policy, DurationSeconds=900)
call(three, Policy=policy)
call(three, DurationSeconds=300)
";

fn boto3_makes_the_call_and_reads_the_answers() {
    let Ok(python) = std::env::var("SSO_CP_TEST_PYTHON") else {
        return skip("SSO_CP_TEST_PYTHON does not name the client");
    };
    let world = super::world("");
    let ran = exec(&[], &[&python, "-c", CALLS, READ]).run(&world).0;
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    if ran.stdout() == "unknown\n" {
        return skip("this boto3 does not know GetScopedCredentials yet");
    }
    let expected = "ValidationError 400\nMalformedPolicyDocument 400\nInsufficientSessionLifetime 400\n\
                    1 111122223333 30 True True True False\n2 111122223333 30 True True True False\n\
                    3 111122223333 15 True True True False\nAccessDenied 403\n\
                    3 111122223333 5 True True True False\n";
    assert_eq!(ran.stdout(), expected, "{ran}");
}

/// `dev` runs us by its full path and is scoped.
fn scoped_world() -> World {
    let world = crate::real_clients::world();
    let config = fs::read_to_string(world.home(".aws/config")).unwrap();
    let scoped =
        config.replacen("sso_cp_session", "sso_cp_scope_policy = read.json\nsso_cp_session", 1);
    world.put(".aws/config", &scoped);
    world.put_bytes(".aws/read.json", READ.as_bytes());
    world.put_bytes(".aws/list.json", LIST.as_bytes());
    world.put_token("+1h");
    world
}

/// A client that is given the profile gets the scoped key; one call of each kind serves two of them.
fn gets_scoped_ones(client: &Client) {
    let world = scoped_world();
    let first = client.succeeds(&world, "dev");
    assert_eq!(client.succeeds(&world, "dev"), first);
    let whole = whole_key(&world);
    assert!(first.starts_with("ASIA") && !first.contains(&whole), "{first}, {whole}");
    assert_eq!(world.fake.operations(), ["portal.GetRoleCredentials", CALL]);
    assert!(first.starts_with(&world.dev().key()));
}

fn boto3_runs_us_and_gets_scoped_ones() {
    let Some(client) = boto3() else { return };
    gets_scoped_ones(&client);
}

fn the_js_sdk_runs_us_and_gets_scoped_ones() {
    let Some(client) = js_sdk() else { return };
    gets_scoped_ones(&client);
}

fn the_rust_sdk_runs_us_and_gets_scoped_ones() {
    let Some(client) = rust_sdk() else { return };
    gets_scoped_ones(&client);
}

fn exec(flags: &[&str], command: &[&str]) -> Run {
    let words = [&["exec", "--profile", "dev"], flags, &["--"], command].concat();
    let run = Run::new(words.into_iter().map(Into::into));
    run.with_env("AWS_EC2_METADATA_DISABLED", "true").within(std::time::Duration::from_secs(60))
}

/// Keys and a profile that every SDK would take first are in the way, and a whole set is cached.
fn as_an_agent_s_command(run: impl Fn(Run) -> Run, command: &[&str]) {
    let world = super::world("sso_cp_agent_policy = read.json");
    let whole = world.dev().key();
    let config = fs::read_to_string(world.home(".aws/config")).unwrap();
    let keys = "[default]\naws_access_key_id = AKIASECRET\naws_secret_access_key = SECRET\n";
    world.put(".aws/config", &format!("{config}\n{keys}"));
    world.put(".aws/credentials", keys);
    let run = run(exec(&["--agent", "tester"], command));
    let run = run.with_env("AWS_PROFILE", "dev").with_env("AWS_ACCESS_KEY_ID", "AKIASECRET");
    let ran: Ran = run.with_env("AWS_SECRET_ACCESS_KEY", "SECRET").run(&world).0;
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    assert!(ran.stdout().contains("ASIA") && !ran.stdout().contains(&whole), "{ran}");
    assert_eq!(count(&world, CALL), 1);
    assert_eq!(signer(&calls(&world)[0]), whole);
}

fn boto3_as_an_agent_s_command() {
    let Ok(python) = std::env::var("SSO_CP_TEST_PYTHON") else {
        return skip("SSO_CP_TEST_PYTHON does not name the client");
    };
    let code = "import boto3; c = boto3.Session().get_credentials(); print(c.method, c.get_frozen_credentials().access_key)";
    as_an_agent_s_command(|run| run, &[&python, "-c", code]);
}

fn the_js_sdk_as_an_agent_s_command() {
    let Ok(modules) = std::env::var("SSO_CP_TEST_NODE_MODULES") else {
        return skip("SSO_CP_TEST_NODE_MODULES does not name the client");
    };
    let code = "require('@aws-sdk/credential-providers').fromNodeProviderChain({})().then((c) => console.log(c.accessKeyId))";
    as_an_agent_s_command(|run| run.with_env("NODE_PATH", &modules), &["node", "-e", code]);
}

fn the_rust_sdk_as_an_agent_s_command() {
    let Ok(program) = std::env::var("SSO_CP_TEST_RUST_SDK") else {
        return skip("SSO_CP_TEST_RUST_SDK does not name the client");
    };
    as_an_agent_s_command(|run| run, &[&program]);
}

/// Nothing in the ARN tells that it is scoped.
fn boto3_is_the_same_caller_with_scoped_ones() {
    let Ok(python) = std::env::var("SSO_CP_TEST_PYTHON") else {
        return skip("SSO_CP_TEST_PYTHON does not name the client");
    };
    let world = super::world("sso_cp_agent_policy = read.json");
    let code = "import boto3, os; print(boto3.client('sts', region_name='eu-west-1', \
                endpoint_url=os.environ['AWS_ENDPOINT_URL_STS']).get_caller_identity()['Arn'])";
    let arn = |flags: &[&str]| {
        let ran = exec(flags, &[&python, "-c", code]).run(&world).0;
        assert_eq!(ran.ended, Ended::Code(0), "{ran}");
        ran.stdout()
    };
    assert_eq!(arn(&["--agent"]), arn(&[]));
    let requests = world.fake.requests();
    let signers: Vec<String> = requests
        .iter()
        .filter(|request| request.operation == "sts.GetCallerIdentity")
        .map(signer)
        .collect();
    let whole = whole_key(&world);
    assert!(signers.len() == 2 && signers[0] != whole && signers[1] == whole, "{signers:?}");
}
