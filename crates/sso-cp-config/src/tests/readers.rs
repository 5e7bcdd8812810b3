//! Who gets credentials by a profile before a change, and who would not after it.

use super::{HOME, Scratch};
use crate::{Change, Document, Env, Files, SectionEdit, SectionName, Tool};
use Tool::{AwsCli, Go, Js, Ruby, Rust};

const SSO: &str = "sso_account_id = 111122223333\nsso_role_name = R\n";
const CORP: &str = "sso_start_url = https://corp.awsapps.com/start\nsso_region = us-east-1\n";

fn document(config: &str, credentials: &str) -> (Document, Document) {
    let scratch = Scratch::new().with("config", config).with("credentials", credentials);
    let files = Files::locate(&Env::listed([(HOME, scratch.home())])).unwrap();
    (Document::config(&files).unwrap(), Document::credentials(&files).unwrap())
}

/// The tools that lose profile `dev` by changes in it.
#[track_caller]
fn lost(config: &str, changes: &[Change]) -> Vec<Tool> {
    let (mut document, credentials) = document(config, "");
    let section = SectionName::Profile("dev".to_owned());
    document.edit(&[SectionEdit { section, changes: changes.to_vec() }]).unwrap();
    let lost = document.lost_readers(credentials.contents()).unwrap();
    assert!(lost.iter().all(|lost| lost.profile == "dev"), "{lost:?}");
    lost.into_iter().flat_map(|lost| lost.tools).collect()
}

fn to_session(name: &str) -> [Change; 2] {
    let (old, key) = ("sso_start_url".to_owned(), "sso_session".to_owned());
    [Change::Rename { old, key, value: name.to_owned() }, Change::remove("sso_region")]
}

#[test]
fn a_session_that_a_tool_does_not_see_loses_that_tool() {
    let legacy = format!("[profile dev]\n{CORP}{SSO}");
    for (header, who) in [
        ("sso-session corp", &[][..]),
        ("sso-session \"corp\"", &[Go, Rust, Ruby]),
        ("sso-session  corp", &[Js, Ruby]),
        ("sso-session corp~1", &[Rust, Js]),
    ] {
        let config = format!("{legacy}[{header}]\n{CORP}");
        let name = if header.ends_with("~1") { "corp~1" } else { "corp" };
        assert_eq!(lost(&config, &to_session(name)), who, "{header}");
    }
    let blank = format!("{legacy}[sso-session \"my corp\"]\n{CORP}");
    assert_eq!(lost(&blank, &to_session("my corp")), [Go, Rust, Js, Ruby]);
    assert_eq!(lost(&legacy, &to_session("nobody")), Tool::ALL);
}

#[test]
fn who_got_nothing_before_loses_nothing() {
    // JS takes no profile with a comment right behind its bracket.
    let config = format!("[profile dev]# mine\n{CORP}{SSO}");
    let gone = [Change::remove("sso_role_name")];
    assert_eq!(lost(&config, &gone), [AwsCli, Go, Rust, Ruby]);
    assert!(lost(&config.replace(SSO, ""), &gone).is_empty());
    // The AWS CLI reads nothing of a file with the same section twice.
    let twice = format!("{config}[profile x]\na = 1\n[profile x]\n");
    assert_eq!(lost(&twice, &gone), [Go, Rust, Ruby]);
}

#[test]
fn another_way_to_the_same_credentials_loses_nobody() {
    let config = format!("[profile dev]\n{CORP}{SSO}");
    let ours = [
        Change::remove("sso_start_url"),
        Change::remove("sso_region"),
        Change::remove("sso_account_id"),
        Change::remove("sso_role_name"),
        Change::set("credential_process", "sso-cp --profile dev"),
    ];
    assert!(lost(&config, &ours).is_empty());
    // With one standard key left over, all but JS try it by themselves.
    let [first, second, third, _, process] = ours;
    assert_eq!(lost(&config, &[first, second, third, process]), [AwsCli, Go, Rust, Ruby]);
    let chain = "[profile dev]\nrole_arn = arn:aws:iam::1:role/R\nsource_profile = x\n";
    assert!(lost(chain, &[Change::set("region", "eu-west-1")]).is_empty());
}

#[test]
fn blind_are_those_that_read_the_file_and_not_the_profile() {
    let process = "credential_process = sso-cp --profile dev\n";
    for (config, credentials, who) in [
        (format!("[profile dev]\n{process}"), "", &[][..]),
        (format!("[profile dev]#\n{process}"), "", &[Js]),
        (format!("[profile 'dev']\n{process}"), "", &[Go, Rust, Ruby]),
        (format!("[profile dev]\n{process}[profile x]\n[profile x]\n"), "", &[]),
        ("[profile dev]\nCredential_Process = x\n".to_owned(), "", &[Js, Ruby]),
        ("[profile dev]\nregion = x\n".to_owned(), "", &Tool::ALL),
        ("[profile dev]\nregion = x\n".to_owned(), "[dev]\naws_access_key_id = A\n", &[]),
    ] {
        let (document, credentials) = document(&config, credentials);
        assert_eq!(document.blind_tools("dev", credentials.contents()).unwrap(), who, "{config}");
    }
    let both = "[default]\ncredential_process = a\n[profile default]\ncredential_process = b\n";
    let (document, credentials) = document(both, "");
    assert!(document.contents().has_two_defaults());
    let blind = document.blind_tools("default", credentials.contents()).unwrap();
    assert_eq!(blind, [Ruby]);
    let both = "[profile default]\ncredential_process = a\n[default]\ncredential_process = b\n";
    let (document, credentials) = self::document(both, "");
    let blind = document.blind_tools("default", credentials.contents()).unwrap();
    assert_eq!(blind, [AwsCli, Ruby]);
}
