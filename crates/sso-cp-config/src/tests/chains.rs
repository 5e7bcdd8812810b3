//! Role chains as users write them, and what is refused.

use super::{HOME, Scratch};
use crate::endpoint::{Service, Variants, aws_endpoint};
use crate::{
    Chain, ChainProblem, Env, Error, Files, Selection, SessionName, Target, session, target,
};

const BASE: &str = "[sso-session corp]\nsso_start_url = https://example.awsapps.com/start\n\
                    sso_region = us-east-1\n[profile base]\nsso_session = corp\n\
                    sso_account_id = 111122223333\nsso_role_name = ReadOnly\n\
                    [services local]\nsts =\n  endpoint_url = http://127.0.0.1:7/sts/\n";
const ARN: &str = "role_arn = arn:aws:iam::444455556666:role/Deploy\n";

fn with(config: &str, env: &[(&str, &str)]) -> Result<Chain, Error> {
    let scratch = Scratch::new().with("config", format!("{BASE}{config}"));
    let home = scratch.home().to_str().unwrap();
    let env = Env::listed(env.iter().copied().chain([(HOME, home)]));
    let files = Files::locate(&env).unwrap();
    let selection = Selection::Profile("dev".to_owned());
    match target(&selection, &files, &env)? {
        Target::Chain(chain) => {
            let signs_in = session(&selection, &files, &env).unwrap();
            assert_eq!(signs_in, chain.source.session);
            assert_eq!(crate::sts(&selection, "us-west-1", &files, &env).unwrap(), chain.sts);
            Ok(chain)
        }
        other => panic!("{other:?}"),
    }
}

/// `[profile dev]` assuming a role from `base`, with more lines in it.
fn dev(settings: &str) -> String {
    format!("[profile dev]\n{ARN}source_profile = base\nregion = eu-west-1\n{settings}\n")
}

#[test]
fn a_chain_of_three_is_walked_from_its_source() {
    let chain = with(
        "[profile dev]\nrole_arn = arn:aws:iam::1234:role/path/C\nsource_profile = b\n\
         role_session_name = ci\nexternal_id = a/b:c\nduration_seconds = 900\nregion = eu-west-1\n\
         ca_bundle = /ca.pem\n\
         [profile b]\nrole_arn = arn:aws-cn:iam::1234:role/B\nsource_profile = a\nregion = bad/one\n\
         [profile a]\nrole_arn = arn:aws:iam::1234:role/A\nsource_profile = base\n",
        &[],
    )
    .unwrap();
    let profiles: Vec<_> = chain.hops.iter().map(|hop| &*hop.profile).collect();
    assert_eq!(profiles, ["a", "b", "dev"]);
    let last = chain.hops.last().unwrap();
    assert_eq!(chain.account_id(), last.account_id());
    assert_eq!(last.role_arn, "arn:aws:iam::1234:role/path/C");
    assert_eq!(
        (last.session_name.as_deref(), last.external_id.as_deref()),
        (Some("ci"), Some("a/b:c"))
    );
    assert_eq!((last.duration_seconds, last.account_id()), (Some(900), "1234"));
    assert_eq!(chain.hops[0].session_name, None);
    assert_eq!(chain.source.role_name, "ReadOnly");
    assert_eq!(chain.source.session.name, SessionName::Named("corp".to_owned()));
    // The selected profile says how the network is reached.
    assert!(chain.source.session.ca_bundle.is_some());
    assert_eq!(chain.sts.url, "https://sts.eu-west-1.amazonaws.com");
    assert_eq!((&*chain.sts.region, chain.region.as_deref()), ("eu-west-1", Some("eu-west-1")));
}

#[test]
fn the_endpoint_follows_the_order_of_the_aws_cli() {
    let sts = |settings: &str, env: &[(&str, &str)]| {
        let config = format!("[profile dev]\n{ARN}source_profile = base\n{settings}\n");
        let sts = with(&config, env).unwrap().sts;
        (sts.url, sts.region)
    };
    let pair = |url: &str, region: &str| (url.to_owned(), region.to_owned());
    let env = [("AWS_REGION", "eu-west-2"), ("AWS_DEFAULT_REGION", "eu-west-3")];
    assert_eq!(sts("", &env), pair("https://sts.eu-west-2.amazonaws.com", "eu-west-2"));
    assert_eq!(sts("", &env[1..]), pair("https://sts.eu-west-3.amazonaws.com", "eu-west-3"));
    let here = "region = cn-north-1";
    assert_eq!(sts(here, &env), pair("https://sts.cn-north-1.amazonaws.com.cn", "cn-north-1"));
    assert_eq!(sts("region = aws-global", &[]), pair("https://sts.amazonaws.com", "us-east-1"));
    let services = "region = eu-west-1\nservices = local";
    assert_eq!(sts(services, &[]), pair("http://127.0.0.1:7/sts", "eu-west-1"));
    let variable = [("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:8/")];
    assert_eq!(sts(services, &variable), pair("http://127.0.0.1:8", "eu-west-1"));
}

/// What botocore's endpoint rules make of the same regions.
#[test]
fn aws_s_own_hosts() {
    let plain = Variants::default();
    let fips = Variants { fips: true, ..plain };
    let dual = Variants { dual_stack: true, ..plain };
    for (region, variants, url) in [
        ("us-east-1", plain, "https://sts.us-east-1.amazonaws.com"),
        ("us-east-1", fips, "https://sts-fips.us-east-1.amazonaws.com"),
        ("us-gov-west-1", fips, "https://sts.us-gov-west-1.amazonaws.com"),
        ("us-east-1", dual, "https://sts.us-east-1.api.aws"),
        ("eusc-de-east-1", plain, "https://sts.eusc-de-east-1.amazonaws.eu"),
        ("aws-global", plain, "https://sts.amazonaws.com"),
        ("aws-global", fips, "https://sts-fips.us-east-1.amazonaws.com"),
    ] {
        assert_eq!(aws_endpoint(Service::Sts, region, variants), url);
    }
}

#[test]
fn what_the_sdks_disagree_on_is_refused() {
    let keys = "aws_access_key_id = AKIA\naws_secret_access_key = x\n";
    let alone = |settings: &str| format!("[profile dev]\nregion = eu-west-1\n{ARN}{settings}\n");
    for (config, wanted) in [
        (alone("sso_session = corp\nsso_account_id = 1\nsso_role_name = R"), ChainProblem::SsoKeys),
        (alone("source_profile = dev\nsso_account_id = 1"), ChainProblem::OwnSource),
        (dev("sso_session = corp\ncredential_process = x"), ChainProblem::CredentialProcess),
        (dev("credential_process = sso-cp --profile dev"), ChainProblem::CredentialProcess),
        (dev("credential_source = Environment"), ChainProblem::TwoSources),
        (alone("credential_source = EcsContainer"), ChainProblem::CredentialSource),
        (dev("mfa_serial = arn:aws:iam::1:mfa/x"), ChainProblem::Mfa),
        (alone("web_identity_token_file = /x"), ChainProblem::WebIdentity),
        (alone("source_profile = dev"), ChainProblem::OwnSource),
        (alone(&format!("source_profile = dev\n{keys}")), ChainProblem::OwnSource),
        (alone(&format!("source_profile = k\n[profile k]\n{keys}")), ChainProblem::StaticKeys),
        (
            alone(&format!("source_profile = base\n[profile base]\n{keys}")),
            ChainProblem::StaticKeys,
        ),
    ] {
        match with(&config, &[]) {
            Err(Error::Chain { problem, .. }) => assert_eq!(problem, wanted, "{config}"),
            other => panic!("{config}: {other:?}"),
        }
    }
}

#[test]
fn a_chain_needs_an_end_and_a_region() {
    let from = |source: &str| {
        format!("[profile dev]\nregion = eu-west-1\n{ARN}source_profile = {source}\n")
    };
    let circle = format!(
        "{}[profile a]\n{ARN}source_profile = b\n[profile b]\n{ARN}source_profile = a\n",
        from("a")
    );
    match with(&circle, &[]) {
        Err(Error::ChainCycle { profiles }) => assert_eq!(profiles, ["a", "b", "a"]),
        other => panic!("{other:?}"),
    }
    match with(&from("bose"), &[]) {
        Err(Error::NoSource { source, near, .. }) => {
            assert_eq!((&*source, near.names), ("bose", vec!["base".to_owned()]))
        }
        other => panic!("{other:?}"),
    }
    let nothing = with(&format!("[profile dev]\n{ARN}"), &[]).unwrap_err();
    assert!(matches!(nothing, Error::MissingKey { key: "source_profile", .. }));
    let empty = with(&format!("{}[profile x]\nregion = a\n", from("x")), &[]).unwrap_err();
    assert!(matches!(empty, Error::NoSsoSettings { .. }));
    let nowhere = with(&format!("[profile dev]\n{ARN}source_profile = base\n"), &[]).unwrap_err();
    assert!(matches!(nowhere, Error::NoRegion { .. }));
}

#[test]
fn values_keep_aws_s_limits() {
    let long = "x".repeat(65);
    for (key, good, bad) in [
        (
            "role_session_name",
            vec!["ab", "a.b@example.com", "_+=,-"],
            vec!["a", "a b", "a/b", "é.", &long],
        ),
        ("external_id", vec!["ab", "a:/b_+=,.@-", &long], vec!["a", "a b", "a\\b"]),
        (
            "duration_seconds",
            vec!["900", "3600"],
            vec!["899", "3601", "43200", "1h", "-900", "9999999999"],
        ),
        (
            "role_arn",
            vec!["arn:aws:iam::444455556666:role/a/b", "arn:aws-us-gov:iam::444455556666:role/x"],
            vec![
                "arn:aws:iam::444455556666:user/x",
                "arn:aws:iam::444455556666:role/",
                "arn:aws:iam::abc:role/Deploy-it-all",
                "arn:aws:sts::444455556666:assumed-role/x/y",
                "arn:aws:iam::444455556666:role/a b",
                "Deploy",
            ],
        ),
    ] {
        for value in good {
            assert!(with(&dev(&format!("{key} = {value}")), &[]).is_ok(), "{key} = {value}");
        }
        for value in bad {
            match with(&dev(&format!("{key} = {value}")), &[]) {
                Err(Error::BadValue { key: named, .. }) => assert_eq!(named, key),
                other => panic!("{key} = {value}: {other:?}"),
            }
        }
    }
}

/// As in the AWS CLI, boto3, Go, JS and Rust.
#[test]
fn a_chain_wins_over_standard_and_legacy_keys() {
    let whole = "sso_session = corp\nsso_account_id = 1\nsso_role_name = R";
    for beside in
        ["sso_session = gone", whole, "sso_start_url = x\nsso_region = y", "sso_account_id = 1"]
    {
        let chain = with(&dev(beside), &[]).unwrap();
        assert_eq!((&*chain.source.role_name, chain.hops.len()), ("ReadOnly", 1), "{beside}");
    }
    // In the middle of a chain too.
    let middle = format!("[profile mid]\n{ARN}source_profile = base\n{whole}\n");
    let chain = with(&format!("{middle}{}source_profile = mid\n", dev("")), &[]).unwrap();
    assert_eq!(chain.hops.len(), 2);
}

/// Our private keys come before `role_arn`: the contract's order.
#[test]
fn private_keys_win_over_a_chain() {
    let scratch = Scratch::new().with(
        "config",
        format!("{BASE}[profile dev]\nsso_cp_session = corp\nsso_cp_account_id = 1\nsso_cp_role_name = R\n{ARN}"),
    );
    let env = Env::listed([(HOME, scratch.home())]);
    let files = Files::locate(&env).unwrap();
    let target = target(&Selection::Profile("dev".to_owned()), &files, &env).unwrap();
    assert!(matches!(target, Target::Role(role) if role.role_name == "R"));
}
