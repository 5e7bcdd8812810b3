//! Config files as users have them, and what comes out.

use super::{HOME, Scratch};
use crate::{Env, Error, Files, Role, Selection, SessionName, role, session};

const SESSION: &str = "[sso-session corp]\nsso_start_url = https://example.awsapps.com/start\n\
                       sso_region = us-east-1\n";

fn resolve_with(config: &str, env: &[(&str, &str)]) -> Result<Role, Error> {
    let scratch = Scratch::new().with("config", config);
    let home = scratch.home().to_str().unwrap();
    let env = Env::listed(env.iter().copied().chain([(HOME, home)]));
    let files = Files::locate(&env).unwrap();
    role(&Selection::Profile("dev".to_owned()), &files, &env)
}

fn resolve(config: &str) -> Result<Role, Error> {
    resolve_with(config, &[])
}

fn dev(settings: &str) -> String {
    format!("{SESSION}[profile dev]\n{settings}")
}

#[test]
fn private_keys_come_first() {
    let role = resolve(&dev(
        "sso_cp_session = corp\nsso_cp_account_id = 000011112222\nsso_cp_role_name = Own\n\
         sso_session = gone\nsso_account_id = 1\nsso_role_name = Other\n\
         credential_process = sso-cp --profile dev\n",
    ))
    .unwrap();
    assert_eq!((&*role.account_id, &*role.role_name), ("000011112222", "Own"));
    assert_eq!(role.session.name, SessionName::Named("corp".to_owned()));
    let portal = role.session.portal(&Env::listed([("X", "")])).unwrap();
    assert_eq!(portal.url, "https://portal.sso.us-east-1.amazonaws.com");
}

#[test]
fn standard_and_legacy_keys_name_a_role() {
    let standard =
        resolve(&dev("sso_session=corp\nsso_account_id=1\nsso_role_name=R\nregion=eu-west-1\n"))
            .unwrap();
    assert_eq!(standard.region.as_deref(), Some("eu-west-1"));
    let legacy = resolve(
        "[profile dev]\nsso_start_url = https://example.awsapps.com/start/#/\n\
         sso_region = cn-north-1\nsso_account_id = 1\nsso_role_name = R\n",
    )
    .unwrap();
    assert_eq!(legacy.session.name, SessionName::Legacy);
    assert_eq!(legacy.session.start_url, "https://example.awsapps.com/start/#/");
    let oidc = legacy.session.oidc(&Env::listed([("X", "")])).unwrap();
    assert_eq!(oidc.url, "https://oidc.cn-north-1.amazonaws.com.cn");
}

/// `aws login` has a sign-in of its own, which counts only where there is no other.
#[test]
fn a_profile_of_aws_login_is_known() {
    for settings in ["login_session = x\n", "login_session = x\ncredential_process = y\n"] {
        let error = resolve(&dev(settings)).unwrap_err();
        assert!(matches!(error, Error::LoginProfile { place } if place.section == "profile dev"));
    }
    let role =
        dev("login_session = x\nsso_session = corp\nsso_account_id = 1\nsso_role_name = R\n");
    assert_eq!(resolve(&role).unwrap().role_name, "R");
}

#[test]
fn a_missing_key_is_named() {
    for (settings, wanted) in [
        ("sso_session = corp\nsso_role_name = R\n", "sso_account_id"),
        ("sso_session = corp\nsso_account_id = 1\n", "sso_role_name"),
        ("sso_account_id = 1\nsso_role_name = R\n", "sso_session"),
        ("sso_start_url = https://x.awsapps.com/start\n", "sso_region"),
        ("sso_region = us-east-1\n", "sso_start_url"),
        ("sso_cp_session = corp\nsso_cp_role_name = R\n", "sso_cp_account_id"),
        ("sso_cp_account_id = 1\nsso_cp_role_name = R\n", "sso_cp_session"),
    ] {
        match resolve(&dev(settings)) {
            Err(Error::MissingKey { key, .. }) => assert_eq!(key, wanted),
            other => panic!("{settings}: {other:?}"),
        }
    }
}

#[test]
fn a_contradiction_names_both_values() {
    let config = dev("sso_session=corp\nsso_region=eu-west-1\nsso_account_id=1\nsso_role_name=R\n");
    match resolve(&config) {
        Err(Error::Conflict(conflict)) => {
            assert_eq!(
                (conflict.key, &*conflict.in_profile, &*conflict.in_session),
                ("sso_region", "eu-west-1", "us-east-1")
            );
        }
        other => panic!("{other:?}"),
    }
    let same = dev("sso_session=corp\nsso_region=us-east-1\nsso_account_id=1\nsso_role_name=R\n");
    assert!(resolve(&same).is_ok());
}

#[test]
fn a_region_that_leads_elsewhere_is_refused() {
    for region in ["x.evil.example/#", "us-east-1@evil", "-a", "a-", "123", &"a".repeat(64)] {
        let config = format!(
            "[profile dev]\nsso_start_url=https://x.awsapps.com/start\nsso_region={region}\n\
             sso_account_id=1\nsso_role_name=R\n"
        );
        match resolve(&config) {
            Err(Error::BadValue { key, .. }) => assert_eq!(key, "sso_region"),
            other => panic!("{region}: {other:?}"),
        }
    }
}

#[test]
fn a_start_url_must_be_https() {
    for url in ["http://x.awsapps.com/start", "ftp://x", "x.awsapps.com/start", "https://a b/"] {
        let config = format!(
            "[profile dev]\nsso_start_url={url}\nsso_region=us-east-1\nsso_account_id=1\n\
             sso_role_name=R\n"
        );
        match resolve(&config) {
            Err(Error::BadValue { key, .. }) => assert_eq!(key, "sso_start_url"),
            other => panic!("{url}: {other:?}"),
        }
    }
}

#[test]
fn the_credentials_file_wins_key_by_key() {
    let scratch = Scratch::new()
        .with("config", dev("sso_session=corp\nsso_account_id=1\nsso_role_name=R\n"))
        .with("credentials", "[dev]\nsso_role_name = Winner\n");
    let env = Env::listed([(HOME, scratch.home())]);
    let files = Files::locate(&env).unwrap();
    let role = role(&Selection::Profile("dev".to_owned()), &files, &env).unwrap();
    assert_eq!((&*role.account_id, &*role.role_name), ("1", "Winner"));
}

#[test]
fn a_bad_line_elsewhere_takes_nothing_away() {
    let mut config = b"junk\n[profile other]\nno delimiter\n = x\n[profile broken\nk=v\n".to_vec();
    config.extend(b"\xff\xfe\n");
    config.extend(dev("sso_session=corp\nsso_account_id=1\nsso_role_name=R\n").bytes());
    config.extend(b"[profile last]\n\xff\xff junk");
    let scratch = Scratch::new().with("config", config);
    let env = Env::listed([(HOME, scratch.home())]);
    let files = Files::locate(&env).unwrap();
    assert!(role(&Selection::Profile("dev".to_owned()), &files, &env).is_ok());
}

#[test]
fn a_bad_line_in_the_profile_is_named_by_its_number() {
    for ending in ["\n", "\r\n", "\r"] {
        let text = dev("sso_session=corp\n\n# comment\nnonsense\nsso_account_id=1\n");
        match resolve(&text.replace('\n', ending)) {
            Err(Error::BadLine { line, .. }) => assert_eq!(line, 8, "{ending:?}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn nested_keys_never_leak_and_odd_characters_stay() {
    let role = resolve(&dev(
        "s3 =\n  region = leaked\n  sso_role_name = Leaked\nsso_session = corp # comment\n\
         sso_account_id = 1\nsso_role_name = a\\\nregion = \"quo%41ted\"\n",
    ))
    .unwrap();
    assert_eq!(role.role_name, "a\\");
    assert_eq!(role.region.as_deref(), Some("\"quo%41ted\""));
}

#[test]
fn names_are_offered_for_a_misspelled_one() {
    let scratch = Scratch::new().with("config", "[profile develop]\n[profile prod]\n[default]\n");
    let env = Env::listed([(HOME, scratch.home())]);
    let files = Files::locate(&env).unwrap();
    match role(&Selection::Profile("devlop".to_owned()), &files, &env) {
        Err(Error::NoProfile { near, .. }) => assert_eq!(near.names, ["develop"]),
        other => panic!("{other:?}"),
    }
    match session(&Selection::SsoSession("corp".to_owned()), &files, &env) {
        Err(Error::NoSession { session, profile: None, .. }) => assert_eq!(session, "corp"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn endpoints_follow_the_order_of_the_aws_cli() {
    let services = "services = local\nendpoint_url = https://profile.example\n\
                    sso_session=corp\nsso_account_id=1\nsso_role_name=R\n\
                    [services local]\nsso =\n  endpoint_url = http://127.0.0.1:1/svc/\n";
    let urls = |env: &[(&str, &str)]| {
        let session = resolve_with(&dev(services), env).unwrap().session;
        let env = Env::listed(env.iter().copied());
        (session.portal(&env).unwrap().url, session.oidc(&env).unwrap().url)
    };
    let pair = |portal: &str, oidc: &str| (portal.to_owned(), oidc.to_owned());
    assert_eq!(urls(&[]), pair("http://127.0.0.1:1/svc", "https://profile.example"));
    assert_eq!(
        urls(&[("AWS_ENDPOINT_URL", "https://all.example/")]),
        pair("https://all.example", "https://all.example")
    );
    assert_eq!(
        urls(&[
            ("AWS_ENDPOINT_URL", "https://all.example"),
            ("AWS_ENDPOINT_URL_SSO", "http://localhost:8080")
        ]),
        pair("http://localhost:8080", "https://all.example")
    );
    assert_eq!(
        urls(&[("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"), ("AWS_ENDPOINT_URL", "ftp://x")]),
        pair("https://portal.sso.us-east-1.amazonaws.com", "https://oidc.us-east-1.amazonaws.com")
    );
}

#[test]
fn tokens_never_travel_over_plain_http() {
    let config = dev("sso_session=corp\nsso_account_id=1\nsso_role_name=R\n");
    for url in [
        "http://10.0.0.1",
        "http://localhost.evil.example",
        "ftp://127.0.0.1",
        "nonsense",
        "https://user:password@host.example",
        "https://host.example/?q",
    ] {
        let env = [("AWS_ENDPOINT_URL_SSO", url)];
        let session = resolve_with(&config, &env).unwrap().session;
        let error = session.portal(&Env::listed(env)).unwrap_err();
        assert!(matches!(error, Error::BadInput { .. }), "{url}: {error:?}");
        assert!(!error.to_string().contains("password@"), "{error}");
    }
}

#[test]
fn the_last_of_many_sessions_and_a_profile_behind_a_long_line_are_found() {
    let mut config = String::new();
    for n in 0..3000 {
        config.push_str(&format!(
            "[sso-session s{n}]\nsso_start_url = https://s{n}.awsapps.com/start\n\
             sso_region = us-east-1\n"
        ));
    }
    config.push_str(&format!("# {}\n", "[".repeat(200_000)));
    config.push_str("[profile dev]\nsso_session=s2999\nsso_account_id=1\nsso_role_name=R\n");
    let role = resolve(&config).unwrap();
    assert_eq!(role.session.start_url, "https://s2999.awsapps.com/start");
}
