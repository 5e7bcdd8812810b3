//! Assumed roles: in files of our own, and for the AWS CLI where the session has a name of its own.

use super::*;
use crate::{AssumedRoleUser, ChainFile, ChainKey, HopKey, PersonFile};

const DEPLOY: HopKey<'static> = HopKey {
    role_arn: "arn:aws:iam::444455556666:role/Deploy",
    session_name: None,
    external_id: None,
    duration_seconds: None,
};
const NAMED: HopKey<'static> = HopKey { session_name: Some("ci"), ..DEPLOY };
const USER: AssumedRoleUser<'static> = AssumedRoleUser {
    arn: "arn:aws:sts::444455556666:assumed-role/Deploy/ci",
    role_id: "AROAX:ci",
};

fn credentials(access_key_id: &str) -> RoleCredentials {
    RoleCredentials {
        access_key_id: access_key_id.to_owned(),
        secret_access_key: Secret::new("made/up".to_owned()),
        session_token: Secret::new("IQoMadeUp".to_owned()),
        expires_at: Timestamp::parse("2026-11-21T03:00:00Z").unwrap(),
    }
}

fn file(home: &Home, hop: &HopKey<'_>) -> ChainFile {
    let hops = [*hop];
    ChainFile::new(&home.folders(), &ChainKey { source: ROLE, hops: &hops }, "444455556666")
}

#[test]
fn what_is_written_reads_back_and_is_not_shared_without_a_name() {
    let home = Home::new();
    let file = file(&home, &DEPLOY);
    assert_eq!(file.read(), None);
    file.write(&home.folders(), &credentials("ASIA1"), &DEPLOY, USER).unwrap();
    assert_eq!(file.read(), Some(credentials("ASIA1")));
    assert!(!home.folders().cli().exists());
    let hops = [DEPLOY];
    let key = ChainKey { source: ROLE, hops: &hops };
    assert_eq!(ChainFile::new(&home.folders(), &key, "000000000000").read(), None);
    for broken in ["", "{", "[]", "null", r#"{"Credentials": {}}"#, r#"{"Credentials": 7}"#] {
        home.put(file.path(), broken);
        assert_eq!(file.read(), None, "{broken}");
    }
}

#[test]
fn a_session_with_a_name_is_written_for_the_aws_cli_and_never_read_from_it() {
    let home = Home::new();
    let file = file(&home, &NAMED);
    let shared = home.folders().cli().join(NAMED.aws_cli_hash() + ".json");
    home.put(&shared, r#"{"Credentials": {"AccessKeyId": "of another source"}}"#);
    assert_eq!(file.read(), None);
    file.write(&home.folders(), &credentials("ASIA1"), &NAMED, USER).unwrap();
    assert_eq!(
        fs::read_to_string(&shared).unwrap(),
        r#"{"Credentials": {"AccessKeyId": "ASIA1", "SecretAccessKey": "made/up", "SessionToken": "IQoMadeUp", "Expiration": "2026-11-21T03:00:00+00:00", "AccountId": "444455556666"}, "AssumedRoleUser": {"AssumedRoleId": "AROAX:ci", "Arn": "arn:aws:sts::444455556666:assumed-role/Deploy/ci"}}"#
    );
}

#[test]
fn a_logout_takes_what_came_from_its_session_and_nothing_else() {
    let home = Home::new();
    let folders = home.folders();
    let person = PersonFile::new(&folders, &ROLE);
    person.write(&folders, "ASIA0", "alice").unwrap();
    assert_eq!(person.read("ASIA0").as_deref(), Some("alice"));
    assert_eq!(person.read("ASIA1"), None);
    file(&home, &DEPLOY).write(&folders, &credentials("ASIA1"), &DEPLOY, USER).unwrap();
    file(&home, &NAMED).write(&folders, &credentials("ASIA2"), &NAMED, USER).unwrap();
    let other = RoleKey { session: SessionKey::Named("other"), ..ROLE };
    let hops = [NAMED];
    let kept = ChainFile::new(&folders, &ChainKey { source: other, hops: &hops }, "444455556666");
    kept.write(&folders, &credentials("ASIA3"), &NAMED, USER).unwrap();
    let shared = folders.cli().join(NAMED.aws_cli_hash() + ".json");
    assert_eq!(ChainFile::delete_all(&folders, &SESSION).unwrap(), 2);
    assert!(kept.read().is_some() && shared.exists(), "it holds the other session's");
    assert_eq!(person.read("ASIA0"), None);
    assert_eq!(ChainFile::delete_all(&folders, &other.session).unwrap(), 1);
    assert!(!shared.exists() && kept.read().is_none());
    assert_eq!(ChainFile::delete_all(&folders, &SESSION).unwrap(), 0);
}

#[test]
fn a_broken_own_file_leads_nowhere() {
    let home = Home::new();
    let victim = home.folders().own().join("x.json");
    home.put(&victim, r#"{"Credentials": {"AccessKeyId": "A", "SecretAccessKey": "", "SessionToken": "", "Expiration": "", "AccountId": ""}}"#);
    let own = file(&home, &DEPLOY).path().to_owned();
    let text = fs::read_to_string(&victim).unwrap();
    home.put(&own, text.replacen("{", r#"{"AwsCliFile": "../../sso-cp/x.json", "#, 1));
    ChainFile::delete_all(&home.folders(), &SESSION).unwrap();
    assert!(victim.exists() && !own.exists());
}
