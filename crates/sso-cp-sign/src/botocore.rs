//! Our signature beside botocore's, over a few hundred made-up requests. The client is not part of
//! the repository: `SSO_CP_TEST_PYTHON` names a Python that has it.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test reads its own variable and says what it skips"
)]

use std::io::Write;
use std::process::{Command, Stdio};

use sso_cp_types::{RoleCredentials, Secret, Timestamp, percent_encode};

use crate::{Request, Scope, Signer, presign, sign};

/// Reads requests, one per line with tabs between the fields, and prints the header and the presigned
/// URL for each.
const SIGNER: &str = r#"
import datetime, sys
import botocore.auth, botocore.awsrequest, botocore.credentials
for line in sys.stdin.readlines():
    key, secret, token, region, url, date, body, query = line.rstrip("\n").split("\t")
    moment = datetime.datetime.strptime(date, "%Y-%m-%dT%H:%M:%SZ")
    botocore.auth.get_current_datetime = lambda *_, **__: moment
    request = botocore.awsrequest.AWSRequest(method="POST", url=url, data=body.encode())
    request.headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
    credentials = botocore.credentials.Credentials(key, secret, token)
    botocore.auth.SigV4Auth(credentials, "sts", region).add_auth(request)
    presigned = botocore.awsrequest.AWSRequest(method="GET", url=url + "?" + query)
    presigned.headers["x-k8s-aws-id"] = region
    botocore.auth.SigV4QueryAuth(credentials, "rds-db", region, expires=60).add_auth(presigned)
    print(request.headers["Authorization"] + "\t" + presigned.url)
"#;

struct Case {
    signer: RoleCredentials,
    region: &'static str,
    url: &'static str,
    at: Timestamp,
    form: String,
    /// The values of `Action` and `DBUser`.
    query: [String; 2],
}

#[test]
fn botocore_signs_alike() {
    let Some(python) = std::env::var_os("SSO_CP_TEST_PYTHON") else {
        println!("SKIPPED: botocore_signs_alike: SSO_CP_TEST_PYTHON names no Python with boto3");
        return;
    };
    let cases = cases();
    let mut child = Command::new(python)
        .args(["-c", SIGNER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines: String = cases.iter().map(line).collect();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let printed = String::from_utf8(output.stdout).unwrap();
    let theirs: Vec<&str> = printed.lines().collect();
    assert_eq!(theirs.len(), cases.len());
    for (case, theirs) in cases.iter().zip(theirs) {
        assert_eq!(ours(case), theirs, "{}", line(case));
    }
}

/// The header and the URL, as the Python prints them.
fn ours(case: &Case) -> String {
    let (signer, region, at) = (Signer::from(&case.signer), case.region, case.at);
    let post = Request {
        method: "POST",
        url: case.url,
        query: &[],
        headers: &[("content-type", "application/x-www-form-urlencoded; charset=utf-8")],
        body: &case.form,
    };
    let signed = sign(&post, &signer, &Scope { region, service: "sts", at });
    let query = query(case);
    let headers = [("x-k8s-aws-id", region)];
    let get = Request { method: "GET", query: &query, headers: &headers, body: "", ..post };
    let presigned = presign(&get, &signer, &Scope { region, service: "rds-db", at }, 60);
    format!("{}\t{}", *signed.authorization, *presigned.url)
}

fn query(case: &Case) -> [(&str, &str); 2] {
    [("Action", case.query[0].as_str()), ("DBUser", case.query[1].as_str())]
}

fn line(case: &Case) -> String {
    let Case { signer, region, url, at, form, .. } = case;
    let RoleCredentials { access_key_id, secret_access_key, session_token, .. } = signer;
    let (secret, token) = (secret_access_key.expose(), session_token.expose());
    let query = crate::canonical::query(query(case).into_iter());
    let query = &*query;
    format!("{access_key_id}\t{secret}\t{token}\t{region}\t{url}\t{at}\t{form}\t{query}\n")
}

/// Made up from a fixed seed, so that a failure can be looked at again.
fn cases() -> Vec<Case> {
    const COUNT: usize = 400;
    const VISIBLE: &[u8] = b"abcXYZ019/+=_-.~%&?:;,!$*()@";
    let mut dice = mutations::Dice(0x2545_f491_4f6c_dd1d);
    let mut text = |longest: usize| -> String {
        let length = 1 + dice.roll(longest);
        (0..length).map(|_| char::from(VISIBLE[dice.roll(VISIBLE.len())])).collect()
    };
    let urls = [
        "https://sts.eu-west-1.amazonaws.com/",
        "https://sts.amazonaws.com/",
        "http://127.0.0.1:8080/",
        "http://127.0.0.1:8080/some/path/",
        "https://host.example:8443/a%20b/~c/",
    ];
    let regions = ["eu-west-1", "us-east-1", "cn-north-1", "us-gov-west-1"];
    (0..COUNT)
        .map(|index| Case {
            signer: RoleCredentials {
                access_key_id: format!("ASIA{}", percent_encode(&text(16)).replace('%', "")),
                secret_access_key: Secret::new(text(100)),
                session_token: Secret::new(text(1500)),
                expires_at: Timestamp::MAX,
            },
            region: regions[index % regions.len()],
            url: urls[index % urls.len()],
            at: Timestamp::from_unix_seconds(i64::try_from(index).unwrap() * 7_654_321).unwrap(),
            form: format!("Action=AssumeRole&ExternalId={}", percent_encode(&text(60))),
            query: [text(9), text(60)],
        })
        .collect()
}
