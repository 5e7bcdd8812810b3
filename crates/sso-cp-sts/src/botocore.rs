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

use crate::form;
use crate::sign::form_post;

/// Reads requests, one a line with tabs between the fields, and prints the header for each.
const SIGNER: &str = r#"
import datetime, sys
import botocore.auth, botocore.awsrequest, botocore.credentials
for line in sys.stdin.readlines():
    key, secret, token, region, url, date, form = line.rstrip("\n").split("\t")
    moment = datetime.datetime.strptime(date, "%Y-%m-%dT%H:%M:%SZ")
    botocore.auth.get_current_datetime = lambda *_, **__: moment
    request = botocore.awsrequest.AWSRequest(method="POST", url=url, data=form.encode())
    request.headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
    credentials = botocore.credentials.Credentials(key, secret, token)
    botocore.auth.SigV4Auth(credentials, "sts", region).add_auth(request)
    print(request.headers["Authorization"])
"#;

struct Case {
    signer: RoleCredentials,
    region: &'static str,
    url: &'static str,
    at: Timestamp,
    form: String,
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
        let ours = form_post(&case.signer, case.url, case.region, &case.form, case.at);
        assert_eq!(*ours.authorization, theirs, "{}", line(case));
    }
}

fn line(case: &Case) -> String {
    let Case { signer, region, url, at, form } = case;
    let RoleCredentials { access_key_id, secret_access_key, session_token, .. } = signer;
    let (secret, token) = (secret_access_key.expose(), session_token.expose());
    format!("{access_key_id}\t{secret}\t{token}\t{region}\t{url}\t{at}\t{form}\n")
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
            form: form(&[
                ("Action", "AssumeRole"),
                ("RoleArn", &text(60)),
                ("ExternalId", &text(9)),
            ]),
        })
        .collect()
}
