//! What profiles and flags scope credentials down to.

use std::path::{Path, PathBuf};

use super::{HOME, Scratch};
use crate::{
    AgentRule, AskingAgent, Env, Error, Files, Scope, ScopeFlags, Selection, Target, agent_name,
    target,
};

const BASE: &str = "[sso-session corp]\nsso_start_url = https://example.awsapps.com/start\n\
                    sso_region = us-gov-west-1\n[profile base]\nsso_session = corp\n\
                    sso_account_id = 111122223333\nsso_role_name = ReadOnly\n";
const CHAIN: &str = "[profile dev]\nrole_arn = arn:aws:iam::444455556666:role/Deploy\n\
                     source_profile = base\nregion = eu-west-1\n";

fn found(profile: &str, settings: &str, env: &[(&str, &str)]) -> Result<(Target, Env), Error> {
    let config = match profile {
        "base" => format!("{BASE}{settings}"),
        _ => format!("{BASE}{CHAIN}{settings}"),
    };
    let scratch = Scratch::new().with("config", config);
    let home = scratch.home().to_str().unwrap();
    let env = Env::listed(env.iter().copied().chain([(HOME, home)]));
    let files = Files::locate(&env).unwrap();
    let target = target(&Selection::Profile(profile.to_owned()), &files, &env)?;
    // The home is another one each time.
    let relative = |path: PathBuf| match path.strip_prefix(&files.home) {
        Ok(path) => Path::new("~").join(path),
        Err(_) => path,
    };
    let mut target = target;
    let own = match &mut target {
        Target::Role(role) => &mut role.scope,
        Target::Chain(chain) => &mut chain.scope,
    };
    if let Some(scope) = own {
        scope.policy = scope.policy.take().map(relative);
        if let Some(AgentRule::Policy(path)) = &mut scope.agent_rule {
            *path = relative(path.clone());
        }
    }
    Ok((target, env))
}

fn scope(profile: &str, settings: &str) -> Option<Scope> {
    found(profile, settings, &[]).unwrap().0.scope().cloned()
}

#[test]
fn a_profile_without_the_keys_is_not_scoped() {
    for settings in ["", "sso_cp_prompt = red\n", "sso_cp_registry = true\n"] {
        assert_eq!(scope("base", settings), None, "{settings}");
    }
}

#[test]
fn a_slip_in_a_key_or_a_value_that_is_missing_hands_nothing_out() {
    for (settings, odd, expected) in [
        ("sso_cp_scope_policy =\n", "sso_cp_scope_policy", "has no value"),
        ("sso_cp_agent_policy = \n", "sso_cp_agent_policy", "has no value"),
        ("sso_cp_scope_duration_seconds =\n", "sso_cp_scope_duration_seconds", "has no value"),
        ("sso_cp_scope_polcy = read.json\n", "sso_cp_scope_polcy", "is not known"),
        ("sso_cp_scope_duration = 900\n", "sso_cp_scope_duration", "is not known"),
        ("sso_cp_agent_polciy = deny\n", "sso_cp_agent_polciy", "is not known"),
        ("sso_cp_scopepolicy = read.json\n", "sso_cp_scopepolicy", "is not known"),
    ] {
        let Err(Error::BadValue { key, problem, .. }) = found("base", settings, &[]) else {
            panic!("{settings}")
        };
        assert_eq!(key, odd);
        assert!(problem.starts_with(expected), "{problem}");
    }
}

#[test]
fn the_keys_are_read_and_paths_lead_from_the_config_file() {
    let settings = "sso_cp_scope_policy = read.json\nsso_cp_scope_duration_seconds = 3600\n\
                    sso_cp_agent_policy = ~/agent.json\n";
    let expected = Scope {
        policy: Some("~/.aws/read.json".into()),
        duration_seconds: Some(3600),
        agent_rule: Some(AgentRule::Policy("~/agent.json".into())),
        agent: None,
    };
    assert_eq!(scope("base", settings), Some(expected.clone()));
    assert_eq!(scope("dev", settings), Some(expected), "the end of a chain");
    let absolute = scope("base", "sso_cp_scope_policy = /etc/a.json\nsso_cp_agent_policy = Deny\n");
    let absolute = absolute.unwrap();
    assert_eq!(absolute.policy.as_deref(), Some(Path::new("/etc/a.json")));
    assert_eq!(absolute.agent_rule, Some(AgentRule::Deny));
}

#[test]
fn the_source_of_a_chain_scopes_nothing() {
    let base = BASE.to_owned() + "sso_cp_scope_policy = read.json\n";
    let scratch = Scratch::new().with("config", base + CHAIN);
    let env = Env::listed([(HOME, scratch.home().to_str().unwrap())]);
    let files = Files::locate(&env).unwrap();
    let chain = target(&Selection::Profile("dev".to_owned()), &files, &env).unwrap();
    assert_eq!(chain.scope(), None);
}

#[test]
fn a_life_has_limits() {
    for text in ["899", "129601", "0", "-1", "+900", "15m", "900.0", "99999999999"] {
        let settings = format!("sso_cp_scope_duration_seconds = {text}\n");
        let Err(Error::BadValue { key, problem, .. }) = found("base", &settings, &[]) else {
            panic!("{text}")
        };
        assert_eq!(key, "sso_cp_scope_duration_seconds");
        assert_eq!(problem, "must be 900 to 129600 seconds", "{text}");
    }
    for seconds in [900, 129_600] {
        let settings = format!("sso_cp_scope_duration_seconds = {seconds}\n");
        assert_eq!(scope("base", &settings).unwrap().duration_seconds, Some(seconds));
    }
}

#[test]
fn flags_count_before_the_profile_but_not_before_its_rule_for_agents() {
    let settings = "sso_cp_scope_policy = read.json\nsso_cp_scope_duration_seconds = 3600\n\
                    sso_cp_agent_policy = deny\n";
    let (target, _) = found("base", settings, &[]).unwrap();
    let flags = ScopeFlags {
        policy: Some("here.json".into()),
        duration_seconds: None,
        agent: Some(AskingAgent::Unnamed),
    };
    let expected = Scope {
        policy: Some("here.json".into()),
        duration_seconds: Some(3600),
        agent_rule: Some(AgentRule::Deny),
        agent: Some(AskingAgent::Unnamed),
    };
    assert_eq!(target.scoped_by(&flags).scope(), Some(&expected));
}

#[test]
fn a_session_is_scoped_down_in_a_region_and_never_at_the_global_endpoint() {
    let url = |profile: &str, settings: &str, env: &[(&str, &str)]| {
        let (target, env) = found(profile, settings, env).unwrap();
        let sts = target.scoping_sts(&env).unwrap();
        format!("{} {}", sts.url, sts.region)
    };
    let fips = ("AWS_USE_FIPS_ENDPOINT", "true");
    let dual_stack = ("AWS_USE_DUALSTACK_ENDPOINT", "true");
    for (profile, settings, env, expected) in [
        ("base", "", &[][..], "https://sts.us-gov-west-1.amazonaws.com us-gov-west-1"),
        ("base", "region = eu-west-1\n", &[], "https://sts.eu-west-1.amazonaws.com eu-west-1"),
        ("base", "region = aws-global\n", &[], "https://sts.us-east-1.amazonaws.com us-east-1"),
        (
            "base",
            "region = us-west-2\n",
            &[fips],
            "https://sts-fips.us-west-2.amazonaws.com us-west-2",
        ),
        ("base", "", &[fips], "https://sts.us-gov-west-1.amazonaws.com us-gov-west-1"),
        ("base", "region = us-west-2\n", &[dual_stack], "https://sts.us-west-2.api.aws us-west-2"),
        ("dev", "", &[], "https://sts.eu-west-1.amazonaws.com eu-west-1"),
        ("dev", "region = aws-global\n", &[], "https://sts.us-east-1.amazonaws.com us-east-1"),
        ("base", "", &[("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:7")], {
            "http://127.0.0.1:7 us-gov-west-1"
        }),
    ] {
        assert_eq!(url(profile, settings, env), expected, "{profile} {settings}");
    }
    let (target, env) = found("base", "region = nowhere/\n", &[]).unwrap();
    assert!(matches!(target.scoping_sts(&env), Err(Error::BadInput { .. })));
}

#[test]
fn an_agent_s_name_is_made_to_fit_cloudtrail() {
    for (name, expected) in [
        ("claude-code", "claude-code"),
        ("claude-code_2-1-170_agent", "claude-code_2-1-170_agent"),
        ("amp@1.2", "amp@1.2"),
        (" a b\n\u{6f22}\"é ", "a-b----"),
        ("", ""),
    ] {
        assert_eq!(agent_name(name), expected);
    }
    assert_eq!(agent_name(&"x".repeat(500)).len(), 64);
}
