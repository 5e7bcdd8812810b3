//! Faults with their lines, and what lets every role be assumed.

use super::*;

fn faults(policy: &str) -> Vec<(usize, String)> {
    let (_, findings) = review(policy.as_bytes()).unwrap();
    findings.into_iter().map(|finding| (finding.line, finding.fault.to_string())).collect()
}

/// A policy of these statements, each in a line of its own from the second on.
fn policy(statements: &[&str]) -> String {
    format!("{{\"Version\":\"2012-10-17\",\"Statement\":[\n{}]}}", statements.join(",\n"))
}

#[test]
fn a_good_policy_has_no_faults() {
    assert_eq!(
        faults(&policy(&[
            r#"{"Sid":"Read","Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]}"#,
            r#"{"Effect":"Deny","NotAction":"s3:*","NotResource":"*","Condition":{"Bool":{"aws:ViaAWSMCPService":"true","a":[1,true]}}}"#,
        ])),
        []
    );
    let single = r#"{"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}"#;
    assert_eq!(faults(single), []);
}

#[test]
fn every_fault_is_named_with_its_line() {
    for (statement, expected) in [
        (r#"{"Effect":"Permit","Action":"s3:Get*","Resource":"*"}"#, {
            "`Effect` must be \"Allow\" or \"Deny\""
        }),
        (r#"{"Action":"s3:Get*","Resource":"*"}"#, "the statement has no `Effect`"),
        (r#"{"Effect":"Allow","Resource":"*"}"#, "the statement has no `Action`"),
        (r#"{"Effect":"Allow","Action":"s3:Get*"}"#, "the statement has no `Resource`"),
        (r#"{"Effect":"Deny","Action":"s3:a","NotAction":"s3:b","Resource":"*"}"#, {
            "the statement has both `Action` and `NotAction`"
        }),
        (r#"{"Effect":"Allow","Action":[],"Resource":"*"}"#, {
            "`Action` must be a text, or a list of texts that is not empty"
        }),
        (r#"{"Effect":"Allow","Action":["s3:a",1],"Resource":"*"}"#, {
            "`Action` must be a text, or a list of texts that is not empty"
        }),
        (r#"{"Effect":"Allow","Action":"GetObject","Resource":"*"}"#, {
            "the action `GetObject` names no service"
        }),
        (r#"{"Effect":"Allow","Action":"*:Get*","Resource":"*"}"#, {
            "the action `*:Get*` has a wildcard as its service, which IAM does not take"
        }),
        (r#"{"Effect":"Allow","Action":"s3:Get Object","Resource":"*"}"#, {
            "`s3:Get Object` is not an action"
        }),
        (r#"{"Effect":"Allow","Action":"s3:Get*","Resource":"my-bucket"}"#, {
            "the resource `my-bucket` is neither `*` nor an ARN"
        }),
        (r#"{"Effect":"Allow","Principal":"*","Action":"s3:Get*","Resource":"*"}"#, {
            "`Principal` belongs to policies of resources, not of sessions"
        }),
        (r#"{"Effect":"Allow","Actions":"s3:Get*","Action":"s3:Get*","Resource":"*"}"#, {
            "IAM does not know the member `Actions` here"
        }),
        (r#"{"Effect":"Allow","Effect":"Deny","Action":"s3:Get*","Resource":"*"}"#, {
            "the member `Effect` stands twice"
        }),
        (r#"{"Sid":"read only","Effect":"Allow","Action":"s3:Get*","Resource":"*"}"#, {
            "`Sid` must be letters and digits"
        }),
        (r#"{"Effect":"Allow","Action":"s3:Get*","Resource":"*","Condition":{"Bool":true}}"#, {
            "`Condition` must be an object of operators with keys and values"
        }),
    ] {
        assert_eq!(faults(&policy(&[statement])), [(2, expected.to_owned())], "{statement}");
    }
    let twice = r#"{"Sid":"A","Effect":"Allow","Action":"s3:Get*","Resource":"*"}"#;
    assert_eq!(
        faults(&policy(&[twice, twice])),
        [(3, "two statements have the Sid `A`".to_owned())]
    );
    let version = "{\"Version\":\n\"2026-01-01\",\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}}";
    assert_eq!(faults(version)[0].0, 2);
}

#[test]
fn a_scope_from_which_any_role_may_be_assumed_is_none() {
    const DENY: &str = r#"{"Effect":"Deny","Action":["iam:*","sts:AssumeRole"],"Resource":"*"}"#;
    for allow in [
        r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":["s3:*","STS:Assume*"],"Resource":["arn:aws:s3:::b","*"]}"#,
        r#"{"Effect":"Allow","Action":"sts:*","Resource":"arn:aws:iam::*:role/*"}"#,
        r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::b"}"#,
    ] {
        let found = faults(&policy(&[allow]));
        assert!(found.len() == 1 && found[0].1.contains("any role may be assumed"), "{found:?}");
        assert_eq!(faults(&policy(&[allow, DENY])), [], "{allow}");
        let condition =
            DENY.replace("}", ",\"Condition\":{\"Bool\":{\"aws:ViaAWSMCPService\":\"true\"}}}");
        assert_eq!(faults(&policy(&[allow, &condition])).len(), 1, "{condition}");
        let elsewhere = DENY.replace("\"*\"}", "\"arn:aws:iam::111122223333:role/*\"}");
        assert_eq!(faults(&policy(&[allow, &elsewhere])).len(), 1, "{elsewhere}");
    }
    for harmless in [
        r#"{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/*"}"#,
        r#"{"Effect":"Allow","Action":"sts:GetCallerIdentity","Resource":"*"}"#,
        r#"{"Effect":"Allow","NotAction":["iam:*","sts:Assume*"],"Resource":"*"}"#,
        r#"{"Effect":"Deny","Action":"*","Resource":"*"}"#,
    ] {
        assert_eq!(faults(&policy(&[harmless])), [], "{harmless}");
    }
}
