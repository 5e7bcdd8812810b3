//! What a coding agent gets by each of the ways that hand something out: its own, and no more.

use std::fs;
use std::process::Stdio;

use super::{
    CALL, READ, by_agent, calls, configure, count, nothing_from, parameter, signer, whole_key,
    world,
};
use crate::direct::{Lines, end, get, send};
use crate::harness::{Ended, Run, World, tests};

tests! {
    quick "j p04" => the_environment_of_an_agent_s_command,
    quick "j p04" => the_endpoint_of_an_agent_yields_scoped_credentials_alone,
    slow "j" => an_endpoint_whose_policy_goes_away,
    quick "j06" => every_way_to_credentials_is_scoped,
    quick "j06" => an_agent_s_tokens_are_not_a_person_s,
    quick "j07" => nothing_at_all_where_the_rule_is_deny,
    quick "j07" => no_browser_and_no_waiting_for_an_agent_with_a_rule,
    quick "j" => the_console_is_not_scoped_and_says_so,
    quick "j" => whole_credentials_go_to_sts_and_nowhere_else,
}

const RULE: &str = "sso_cp_agent_policy = read.json";
const REGISTRY: &str = "111122223333.dkr.ecr.eu-west-1.amazonaws.com";

fn exec(flags: &[&str], command: &[&str]) -> Run {
    let words = [&["exec", "--profile", "dev"], flags, &["--"], command].concat();
    Run::new(words.into_iter().map(Into::into))
}

fn with_registries(keys: &str) -> World {
    let mut world = world(keys);
    for service in ["ECR", "CODEARTIFACT"] {
        let url = world.fake.sts_url().to_owned();
        world.set(&format!("AWS_ENDPOINT_URL_{service}"), &url);
    }
    world
}

fn docker(agent: &str) -> Run {
    let words = ["docker-credential", "get", "--profile", "dev"];
    let run = Run::new(words.map(Into::into)).in_shell(&format!("echo {REGISTRY} | \"$@\""));
    run.with_env("CLAUDECODE", agent)
}

fn the_environment_of_an_agent_s_command() {
    let world = world(RULE);
    let script = "env; cat \"$AWS_CONFIG_FILE\" \"$AWS_SHARED_CREDENTIALS_FILE\"";
    let mut run = exec(&["--agent"], &["sh", "-c", script]);
    for name in [
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_SECURITY_TOKEN",
        "AWS_CREDENTIAL_FILE",
        "AWS_ROLE_ARN",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_BEARER_TOKEN_BEDROCK",
    ] {
        run = run.with_env(name, "LEFTOVER");
    }
    let ran = run.checked(&world);
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    let said = ran.stdout();
    for absent in
        ["LEFTOVER", "SECRET", "ASIA", "sso_cp_", "credential_process", "[profile", "corp"]
    {
        assert!(!said.contains(absent), "{absent}: {ran}");
    }
    for there in
        ["AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:", "[default]", "SSO_CP_PROFILE=dev"]
    {
        assert!(said.contains(there), "{there}: {ran}");
    }
    let description = parameter(&calls(&world)[0], "ScopedSessionDescription");
    assert_eq!(description.as_deref(), Some("agent:unnamed"));
}

fn the_endpoint_of_an_agent_yields_scoped_credentials_alone() {
    let world = world(RULE);
    let whole = world.dev().key();
    let script = "echo $AWS_CONTAINER_CREDENTIALS_FULL_URI; echo $AWS_CONTAINER_AUTHORIZATION_TOKEN; exec sleep 30";
    for (flags, name) in [(&["--agent"][..], "agent:unnamed"), (&["--agent", "pi"], "agent:pi")] {
        world.fake.clear_requests();
        let _ = fs::remove_dir_all(world.home(".aws/sso-cp/scoped"));
        let mut child = exec(flags, &["sh", "-c", script]).command(&world).spawn().unwrap();
        let mut lines = Lines::of(&mut child);
        let (url, token) = (lines.next(), lines.next());
        for _ in 0..2 {
            let (status, body) = get(&url, &token);
            assert_eq!(status, 200, "{body}");
            assert!(!body.contains(&whole) && body.contains("ASIA"), "{body}");
        }
        assert_eq!(get(&url, "another").0, 403);
        assert_ne!(get(&url.replace("/credentials", "/profile/dev"), &token).0, 200);
        send("TERM", child.id());
        end(child);
        let description = parameter(&calls(&world)[0], "ScopedSessionDescription");
        assert_eq!(description.as_deref(), Some(name));
    }
    // Without a rule and without a policy it would be everything.
    configure(&world, "");
    let ran = exec(&["--agent"], &["true"]).checked(&world);
    nothing_from(&ran, 3, "nothing says what an agent may do");
    let path = world.home(".aws/read.json").to_string_lossy().into_owned();
    let ran = exec(&["--agent", "--scope-policy", &path], &["true"]).checked(&world);
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
}

/// What was handed out serves to its end; nothing wider takes its place.
fn an_endpoint_whose_policy_goes_away() {
    let world = world(RULE);
    let whole = world.dev().key();
    // The endpoint fetches anew at each request that finds less than a minute.
    world.script(&format!(
        "{CALL}: element=Expiration={}",
        crate::harness::iso(crate::harness::now() + 20)
    ));
    let script = "echo $AWS_CONTAINER_CREDENTIALS_FULL_URI; echo $AWS_CONTAINER_AUTHORIZATION_TOKEN; exec sleep 60";
    let mut child = exec(&["--agent"], &["sh", "-c", script]).command(&world).spawn().unwrap();
    let mut lines = Lines::of(&mut child);
    let (url, token) = (lines.next(), lines.next());
    fs::remove_file(world.home(".aws/read.json")).unwrap();
    std::thread::sleep(std::time::Duration::from_secs(22));
    let (status, body) = get(&url, &token);
    assert!(status >= 400 && !body.contains(&whole) && !body.contains("ASIA"), "{status} {body}");
    world.put_bytes(".aws/read.json", READ.as_bytes());
    send("TERM", child.id());
    end(child);
}

fn every_way_to_credentials_is_scoped() {
    let world = with_registries(RULE);
    let whole = world.dev().key();
    for arguments in [
        &["--profile", "dev"][..],
        &["export", "dev"],
        &["export", "dev", "--format", "env"],
        &["export", "dev", "--format", "sts"],
        &["export", "dev", "--format", "ini"],
        &["exec", "dev", "--", "env"],
        &["token", "eks", "--cluster", "c", "--profile", "dev"],
        &["token", "msk", "--profile", "dev", "--region", "eu-west-1"],
        &[
            "token",
            "rds",
            "--hostname",
            "db.abc.eu-west-1.rds.amazonaws.com",
            "--username",
            "u",
            "--port",
            "5432",
            "--profile",
            "dev",
        ],
        &["token", "dsql", "--hostname", "abc.dsql.eu-west-1.on.aws", "--profile", "dev"],
        &[
            "token",
            "elasticache",
            "--cluster",
            "c",
            "--username",
            "u",
            "--profile",
            "dev",
            "--region",
            "eu-west-1",
        ],
        &[
            "token",
            "memorydb",
            "--cluster",
            "c",
            "--username",
            "u",
            "--profile",
            "dev",
            "--region",
            "eu-west-1",
        ],
        &["whoami", "dev"],
    ] {
        world.fake.clear_requests();
        let ran = by_agent(arguments).checked(&world);
        assert_eq!(ran.ended, Ended::Code(0), "{arguments:?}: {ran}");
        let decoded = String::from_utf8_lossy(&decoded(&ran.stdout())).into_owned();
        assert!(
            !ran.stdout().contains(&whole) && !decoded.contains(&whole),
            "{arguments:?}: {ran}"
        );
        let signed = world.fake.requests();
        let by_whole = signed.iter().filter(|request| signer(request) == whole);
        assert!(by_whole.into_iter().all(|request| request.operation == CALL), "{arguments:?}");
        let persons = Run::new(arguments.iter().map(Into::into)).checked(&world);
        assert_eq!(persons.ended, Ended::Code(0), "{persons}");
        if arguments[0] != "whoami" {
            assert_ne!(persons.stdout(), ran.stdout(), "{arguments:?}");
        }
    }
}

/// Tokens of EKS and Kafka are base64 of a URL with the key in it.
fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0u32, 0);
    for letter in text.trim().trim_start_matches("k8s-aws-v1.").bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'-' | b'+' => 62,
            b'_' | b'/' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    bytes
}

/// Each is made with the credentials of the person who asks, and kept for nobody else.
fn an_agent_s_tokens_are_not_a_person_s() {
    for words in [&["token", "ecr"][..], &["token", "codeartifact", "--domain", "packages"]] {
        let world = with_registries(RULE);
        let words = [words, &["--profile", "dev"]].concat();
        let of_person = || Run::new(words.iter().map(Into::into)).checked(&world).stdout();
        let of_agent = || by_agent(&words).checked(&world).stdout();
        let (person, agent) = (of_person(), of_agent());
        assert!(person.contains("SECRET") && agent.contains("SECRET"));
        assert_ne!(person, agent, "{words:?}");
        assert_eq!((of_person(), of_agent()), (person, agent), "{words:?}");
        let requests = world.fake.requests().into_iter();
        let is_token = |request: &fake_identity_center::Recorded| {
            request.operation.contains("GetAuthorizationToken")
        };
        let signers: Vec<String> =
            requests.filter(is_token).map(|request| signer(&request)).collect();
        let whole = whole_key(&world);
        assert!(signers.len() == 2 && signers[0] == whole && signers[1] != whole, "{signers:?}");
    }
    let world = with_registries(RULE);
    let (person, agent) = (docker("").checked(&world), docker("1").checked(&world));
    assert_eq!((person.ended, agent.ended), (Ended::Code(0), Ended::Code(0)), "{person}{agent}");
    assert_ne!(person.stdout(), agent.stdout());
    // What is cached serves no agent whose policy is gone.
    fs::remove_file(world.home(".aws/read.json")).unwrap();
    let ran = docker("1").checked(&world);
    assert!(ran.ended == Ended::Code(1) && ran.stdout().contains("there is no policy"), "{ran}");
}

fn nothing_at_all_where_the_rule_is_deny() {
    let world = with_registries(RULE);
    // All that can be cached is there.
    for run in [by_agent, |arguments: &[&str]| Run::new(arguments.iter().map(Into::into))] {
        run(&["--profile", "dev"]).checked(&world).document();
        run(&["token", "ecr", "--profile", "dev"]).checked(&world);
        run(&["token", "codeartifact", "--domain", "packages", "--profile", "dev"]).checked(&world);
    }
    configure(&world, "sso_cp_agent_policy = DENY");
    world.fake.clear_requests();
    for arguments in [
        &["--profile", "dev"][..],
        &["export", "dev", "--format", "env"],
        &["exec", "dev", "--", "env"],
        &["exec", "dev", "--serve", "--", "env"],
        &["exec", "dev", "--agent", "--", "env"],
        &["exec", "dev", "--scope-policy", "/dev/null", "--", "env"],
        &["serve", "dev"],
        &["whoami", "dev"],
        &["token", "ecr", "--profile", "dev"],
        &["token", "codeartifact", "--domain", "packages", "--profile", "dev"],
        &["token", "eks", "--cluster", "c", "--profile", "dev"],
        &["token", "msk", "--profile", "dev"],
    ] {
        let ran = by_agent(arguments).checked(&world);
        nothing_from(&ran, 5, "profile `dev` gives nothing to a coding agent");
        assert!(ran.stderr().contains("hint: let a person run `sso-cp"), "{ran}");
    }
    let ran = docker("1").checked(&world);
    assert!(ran.ended == Ended::Code(1) && ran.stdout().contains("gives nothing"), "{ran}");
    let ran = Run::new(["--profile", "dev", "--agent"].map(Into::into)).checked(&world);
    nothing_from(&ran, 5, "and `unnamed` is one");
    assert_eq!(world.fake.operations(), [""; 0]);
    world.dev().document();
}

fn no_browser_and_no_waiting_for_an_agent_with_a_rule() {
    let world = world(RULE);
    fs::remove_file(world.home(".aws/sso/cache/{token-file corp}")).unwrap();
    for arguments in [
        &["login", "dev"][..],
        &["login", "dev", "--force"],
        &["login", "dev", "--no-browser"],
        &["login", "dev", "--use-device-code"],
        &["console", "dev"],
    ] {
        let ran = by_agent(arguments).within(std::time::Duration::from_secs(5)).checked(&world);
        nothing_from(&ran, 4, "no browser is opened for the coding agent `claude-code`");
        assert!(!ran.stderr().contains("http"), "{ran}");
    }
    let ran = by_agent(&["--profile", "dev", "--auto-login", "--wait", "600"])
        .within(std::time::Duration::from_secs(5))
        .checked(&world);
    nothing_from(&ran, 4, "no browser is opened for a coding agent");
    assert!(ran.stderr().contains("hint: run `sso-cp login --profile dev`"), "{ran}");
    let asked = world.fake.operations();
    assert!(asked.iter().all(|asked| asked == "oidc.RegisterClient"), "{asked:?}");
}

fn the_console_is_not_scoped_and_says_so() {
    const WARNING: &str = "warning: the console is not scoped";
    let world = world("");
    let console = |world: &World| world.run(&["console", "dev", "--print"]);
    assert!(!console(&world).stderr().contains(WARNING));
    for keys in ["sso_cp_scope_policy = read.json", "sso_cp_scope_duration_seconds = 3600"] {
        configure(&world, keys);
        let ran = console(&world);
        assert_eq!(ran.ended, Ended::Code(0), "{ran}");
        assert!(ran.stderr().contains(WARNING) && ran.stdout().contains("/#/console?"), "{ran}");
    }
}

/// The stand-in has seen every request: none but those that scope down was made with the role's own.
fn whole_credentials_go_to_sts_and_nowhere_else() {
    let world = with_registries("sso_cp_scope_policy = read.json");
    for arguments in [
        &["--profile", "dev"][..],
        &["whoami", "dev"],
        &["token", "ecr", "--profile", "dev"],
        &["token", "codeartifact", "--domain", "packages", "--profile", "dev"],
        &["exec", "dev", "--agent", "--", "true"],
    ] {
        let ran = world.run(arguments);
        assert_eq!(ran.ended, Ended::Code(0), "{arguments:?}: {ran}");
    }
    docker("").with_stdin(Stdio::null()).checked(&world);
    let whole = whole_key(&world);
    let requests = world.fake.requests();
    let by_whole: Vec<&str> = requests
        .iter()
        .filter(|request| signer(request) == whole)
        .map(|request| &*request.operation)
        .collect();
    assert!(
        !by_whole.is_empty() && by_whole.iter().all(|operation| *operation == CALL),
        "{by_whole:?}"
    );
    // Nor is their token in any other request, wherever it might stand.
    let token = by_whole_token(&requests, &whole);
    for request in requests.iter().filter(|request| request.operation != CALL) {
        let all = format!("{request:?}");
        assert!(!all.contains(&token) && !all.contains(&whole), "{}", request.operation);
    }
    assert!(count(&world, "ecr.GetAuthorizationToken") > 0);
}

fn by_whole_token(requests: &[fake_identity_center::Recorded], whole: &str) -> String {
    let call = requests.iter().find(|request| signer(request) == whole).unwrap();
    call.header("x-amz-security-token").unwrap().to_owned()
}
