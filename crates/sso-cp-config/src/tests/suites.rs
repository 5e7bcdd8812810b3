//! Vectors that others made; they are read where they lie and never copied.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{HOME, Scratch};
use crate::endpoint::{Service, Variants, aws_endpoint};
use crate::shared::Shared;
use crate::{Env, Error, Files, Names, Selection, names};

fn suite(name: &str) -> Option<Value> {
    mutations::suite(name).map(|text| serde_json::from_str(&text).unwrap())
}

/// What the suite calls a valid name; others may be kept, as the AWS CLI keeps them.
fn is_spec_name(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphanumeric() || "_-/.%@:+".contains(c))
}

fn settings(section: &crate::section::Section) -> BTreeMap<String, String> {
    section.settings().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

fn expected(output: &Value, kind: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let sections = output["config"].get(kind).cloned().unwrap_or_default();
    serde_json::from_value(sections).unwrap_or_default()
}

#[test]
fn the_grammar_suite_of_the_sdks() {
    let Some(suite) = suite("profile-parser-tests.json") else { return };
    let cases = suite["tests"].as_array().unwrap();
    assert!(cases.len() >= 60);
    for case in cases {
        let text = |key: &str| case["input"][key].as_str().unwrap_or("").to_owned();
        let scratch = Scratch::new()
            .with("config", text("configFile"))
            .with("credentials", text("credentialsFile"));
        let files = Files::locate(&Env::listed([(HOME, scratch.home())])).unwrap();
        if case["output"].get("errorContaining").is_some() {
            refuses_only_where_needed(case, &files);
            continue;
        }
        let Names { profiles, sessions } = names(&files).unwrap();
        let mut found = BTreeMap::new();
        for name in profiles.iter().filter(|name| is_spec_name(name)) {
            let section = Shared::for_profile(&files, name).unwrap().1.unwrap();
            found.insert(name.clone(), settings(&section));
        }
        assert_eq!(found, expected(&case["output"], "profiles"), "{case:#}");
        let mut found = BTreeMap::new();
        for name in &sessions {
            let section = Shared::for_session(&files).sso_session(name).unwrap().unwrap();
            found.insert(name.clone(), settings(&section));
        }
        assert_eq!(found, expected(&case["output"], "sso_sessions"), "{case:#}");
    }
}

/// A bad line is an error with its place where the section that it stands in is asked for, and none
/// where another one is.
fn refuses_only_where_needed(case: &Value, files: &Files) {
    let outside = ["Expected a profile definition"];
    let message = case["output"]["errorContaining"].as_str().unwrap();
    let asked = Shared::for_profile(files, "foo").map(|(_, profile)| profile.is_some());
    match asked {
        Err(Error::BadLine { line, .. }) => assert!(line >= 1, "{case:#}"),
        // Text before the first section belongs to nobody.
        Ok(false) => assert!(outside.contains(&message), "{case:#}"),
        // The AWS CLI and Go read `key : value`, and so do we.
        Ok(true) => assert_eq!(message, "Expected an '=' sign defining a property", "{case:#}"),
        Err(other) => panic!("{other}: {case:#}"),
    }
    let other = Shared::for_profile(files, "somebody-else").unwrap().1;
    assert!(other.is_none());
}

#[test]
fn the_file_location_suite_of_the_sdks() {
    let Some(suite) = suite("file-location-tests.json") else { return };
    let mut checked = 0;
    for case in suite["tests"].as_array().unwrap() {
        if case["platform"] != "linux" || cfg!(windows) {
            continue;
        }
        let variables = case["environment"].as_object().unwrap();
        let env = Env::listed(
            variables.iter().map(|(name, value)| (name.clone(), value.as_str().unwrap())),
        );
        let files = Files::locate(&env).unwrap();
        assert_eq!(files.config.to_str(), case["configLocation"].as_str(), "{case:#}");
        assert_eq!(files.credentials.to_str(), case["credentialsLocation"].as_str(), "{case:#}");
        if let Some(profile) = case["profile"].as_str() {
            assert_eq!(env.chosen_profile(), profile, "{case:#}");
        }
        checked += 1;
    }
    assert!(checked >= 4 || cfg!(windows));
}

#[test]
fn the_endpoint_rules_of_the_aws_cli() {
    for (name, service) in
        [("endpoints/sso.json", Service::Portal), ("endpoints/sso-oidc.json", Service::Oidc)]
    {
        let Some(suite) = suite(name) else { return };
        let cases = suite["testCases"].as_array().unwrap();
        assert!(cases.len() >= 40);
        for case in cases {
            check_endpoint_case(case, service);
        }
    }
}

fn check_endpoint_case(case: &Value, service: Service) {
    let parameters = &case["params"];
    let flag = |name: &str| parameters[name].as_bool().unwrap_or(false);
    let expected = case["expect"]["endpoint"]["url"].as_str();
    let Some(region) = parameters["Region"].as_str() else {
        // Without a region there is only the endpoint of one's own: our region is never missing.
        assert!(parameters.get("Endpoint").is_some() || expected.is_none(), "{case:#}");
        return;
    };
    let variants = Variants { fips: flag("UseFIPS"), dual_stack: flag("UseDualStack") };
    let Some(endpoint) = parameters["Endpoint"].as_str() else {
        let ours = aws_endpoint(service, region, variants);
        match expected {
            Some(url) => assert_eq!(ours, url, "{case:#}"),
            // The rules refuse variants that a partition does not have; we name the host that the
            // pattern gives, and its absence is AWS's to say.
            None => assert!(variants.fips || variants.dual_stack, "{case:#}"),
        }
        return;
    };
    let scratch = Scratch::new().with(
        "config",
        format!(
            "[sso-session s]\nsso_region = {region}\nsso_start_url = https://x.awsapps.com/start\n"
        ),
    );
    let env = Env::listed([
        (HOME, scratch.home().to_str().unwrap()),
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_USE_FIPS_ENDPOINT", if variants.fips { "true" } else { "false" }),
        ("AWS_USE_DUALSTACK_ENDPOINT", if variants.dual_stack { "true" } else { "false" }),
    ]);
    let files = Files::locate(&env).unwrap();
    let session = crate::session(&Selection::SsoSession("s".to_owned()), &files, &env);
    let endpoint = session.and_then(|session| match service {
        Service::Oidc => session.oidc(&env),
        _ => session.portal(&env),
    });
    match (expected, endpoint) {
        (Some(url), Ok(endpoint)) => assert_eq!(endpoint.url, url, "{case:#}"),
        (None, Err(Error::EndpointVariant { .. })) => {}
        (_, other) => panic!("{other:?}: {case:#}"),
    }
}
