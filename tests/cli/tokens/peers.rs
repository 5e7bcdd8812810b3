//! What others sign in the same second is the same token: botocore's, and that of AWS's signer for Kafka. What is not installed is skipped,
//! visibly.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fake_identity_center::url_of_token;

use super::{line, token, world};
use crate::harness::{Ended, Ran, World, skip, tests};

tests! {
    slow "tokens real-clients" => botocore_makes_the_same_tokens,
    slow "tokens real-clients" => aws_s_signer_for_kafka_makes_the_same_token,
}

const LIMIT: Duration = Duration::from_secs(60);

/// Signs what we have signed, with botocore's own code, its clock set to the date in our token. One line of
/// `KIND DATE REGION ARGUMENTS...` each; the credentials come from the environment.
const BOTOCORE: &str = r#"
import base64, datetime, os, sys
import boto3, botocore.auth, botocore.session
from botocore.credentials import Credentials
from botocore.signers import RequestSigner

def at(date):
    moment = datetime.datetime.strptime(date, "%Y%m%dT%H%M%SZ")
    botocore.auth.get_current_datetime = lambda *_, **__: moment

def signer(service, region):
    session = boto3.Session(region_name=region)
    return RequestSigner(session.client("sts").meta.service_model.service_id, region, service, "v4",
                         session.get_credentials(), session.events)

def presigned(service, region, url, headers={}, expires=900):
    request = {"method": "GET", "url": url, "body": {}, "headers": headers, "context": {}}
    return signer(service, region).generate_presigned_url(request, region_name=region, expires_in=expires, operation_name="")

for line in sys.stdin.read().splitlines():
    kind, date, region, *rest = line.split("\t")
    at(date)
    client = lambda name: boto3.Session(region_name=region).client(name)
    if kind == "rds":
        print(client("rds").generate_db_auth_token(rest[0], int(rest[1]), rest[2], Region=region))
    elif kind == "dsql":
        print(client("dsql").generate_db_connect_auth_token(rest[0], region))
    elif kind == "dsql-admin":
        print(client("dsql").generate_db_connect_admin_auth_token(rest[0], region))
    elif kind in ("elasticache", "memorydb"):
        print(presigned(kind, region, f"http://{rest[0]}/?Action=connect{rest[2]}&User={rest[1]}")[len("http://"):])
    elif kind == "eks":
        url = f"https://sts.{region}.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15"
        url = presigned("sts", region, url, {"x-k8s-aws-id": rest[0]}, 60)
        print("k8s-aws-v1." + base64.urlsafe_b64encode(url.encode()).decode().rstrip("="))
"#;

/// AWS's own library for Kafka, its clock set likewise.
const KAFKA: &str = r#"
import datetime, sys
import botocore.auth
from botocore.credentials import Credentials
date, region, key, secret, session = sys.stdin.read().splitlines()
moment = datetime.datetime.strptime(date, "%Y%m%dT%H%M%SZ")
botocore.auth.get_current_datetime = lambda *_, **__: moment
from aws_msk_iam_sasl_signer import MSKAuthTokenProvider
import botocore.credentials
class Ours(botocore.credentials.CredentialProvider):
    def load(self): return Credentials(key, secret, session)
print(MSKAuthTokenProvider.generate_auth_token_from_credentials_provider(region, Ours())[0])
"#;

fn python() -> Option<PathBuf> {
    let found = std::env::var_os("SSO_CP_TEST_PYTHON").map(PathBuf::from);
    if found.is_none() {
        skip("SSO_CP_TEST_PYTHON does not name a Python with boto3");
    }
    found
}

/// Runs a script of Python's with these lines on stdin, as anyone who `world` is.
fn ask_python(python: &Path, script: &str, world: &World, lines: &str) -> Ran {
    let document = world.dev().document();
    let text = |member: &str| document[member].as_str().unwrap().to_owned();
    let mut command = Command::new(python);
    command.args(["-c", script]).env_clear().envs(&world.env);
    for service in ["SSO", "SSO_OIDC", "STS", "ECR", "ECR_PUBLIC", "CODEARTIFACT", "EKS"] {
        command.env_remove(format!("AWS_ENDPOINT_URL_{service}"));
    }
    command.env("AWS_ACCESS_KEY_ID", text("AccessKeyId"));
    command.env("AWS_SECRET_ACCESS_KEY", text("SecretAccessKey"));
    command.env("AWS_SESSION_TOKEN", text("SessionToken")).current_dir(world.work());
    // Beside awscrt, botocore spells the same token in another order.
    command.env("BOTO_DISABLE_CRT", "true");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let started = Instant::now();
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    Ran::of(child, started, LIMIT)
}

/// `X-Amz-Date` of a token.
fn date_of(token: &str) -> String {
    let url = url_of_token(token).unwrap_or_else(|| token.to_owned());
    url.split("X-Amz-Date=").nth(1).unwrap().split('&').next().unwrap().to_owned()
}

fn botocore_makes_the_same_tokens() {
    let Some(python) = python() else { return };
    let world = world();
    let host = "prod.c0abc.eu-west-1.rds.amazonaws.com";
    let dsql = "abcdefghijklmnopqrst012345.dsql.eu-west-1.on.aws";
    let mut ours = Vec::new();
    let mut lines = String::new();
    for (words, kind, rest) in [
        (
            format!("rds --hostname {host} --port 5432 --username app"),
            "rds",
            format!("{host}\t5432\tapp"),
        ),
        (
            format!("rds --hostname {host} --port 443 --username a+b@c"),
            "rds",
            format!("{host}\t443\ta+b@c"),
        ),
        (format!("dsql --hostname {dsql}"), "dsql", dsql.to_owned()),
        (format!("dsql --hostname {dsql} --admin"), "dsql-admin", dsql.to_owned()),
        (
            "elasticache --cluster my-cache --username u-1".to_owned(),
            "elasticache",
            "my-cache\tu-1\t".to_owned(),
        ),
        (
            "elasticache --cluster my-cache --username u-1 --serverless".to_owned(),
            "elasticache",
            "my-cache\tu-1\t&ResourceType=ServerlessCache".to_owned(),
        ),
        (
            "memorydb --cluster my-cluster --username u-1".to_owned(),
            "memorydb",
            "my-cluster\tu-1\t".to_owned(),
        ),
        ("eks --cluster demo --format token".to_owned(), "eks", "demo".to_owned()),
    ] {
        let made = line(&token(&world, &words));
        lines.push_str(&format!("{kind}\t{}\teu-west-1\t{rest}\n", date_of(&made)));
        ours.push(made);
    }
    let ran = ask_python(&python, BOTOCORE, &world, &lines);
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    let theirs: Vec<String> = ran.stdout().lines().map(str::to_owned).collect();
    assert_eq!(theirs.len(), ours.len(), "{ran}");
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert_eq!(ours, theirs);
    }
}

fn aws_s_signer_for_kafka_makes_the_same_token() {
    let Some(python) = python() else { return };
    let has =
        Command::new(&python).args(["-c", "import aws_msk_iam_sasl_signer"]).output().unwrap();
    if !has.status.success() {
        return skip("that Python has no aws_msk_iam_sasl_signer");
    }
    let world = world();
    let ours = line(&token(&world, "msk"));
    let document = world.dev().document();
    let text = |member: &str| document[member].as_str().unwrap().to_owned();
    let lines = format!(
        "{}\neu-west-1\n{}\n{}\n{}\n",
        date_of(&ours),
        text("AccessKeyId"),
        text("SecretAccessKey"),
        text("SessionToken")
    );
    let ran = ask_python(&python, KAFKA, &world, &lines);
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    // Everything but the name of the program that made it.
    let signed = |token: &str| {
        let url = url_of_token(token.trim()).unwrap();
        let (signed, agent) = url.rsplit_once("&User-Agent=").unwrap();
        (signed.to_owned(), agent.to_owned())
    };
    let ((ours, our_name), (theirs, _)) = (signed(&ours), signed(&ran.stdout()));
    assert_eq!(ours, theirs);
    assert!(our_name.starts_with("sso-cp%2F"), "{our_name}");
}
