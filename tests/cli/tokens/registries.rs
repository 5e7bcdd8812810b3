//! ECR and CodeArtifact: a password or a token that one call gives to all runs, and what they must not believe.

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use fake_identity_center::{Account, Setup};

use super::{line, run, token, with_services, world};
use crate::harness::{Ended, Ran, World, iso, now, tests};

tests! {
    quick "tokens" => one_call_serves_all_runs,
    quick "tokens" => twenty_runs_at_once_ask_once,
    quick "tokens" => a_token_that_ends_soon_is_asked_for_anew,
    quick "tokens" => what_still_lives_serves_while_the_service_is_away,
    quick "tokens" => each_role_region_and_domain_has_its_own,
    quick "tokens s-49" => a_logout_takes_the_tokens_of_its_session_alone,
    quick "tokens l05" => answers_that_nobody_should_give,
    quick "tokens l05" => what_the_role_may_not,
    quick "tokens" => the_endpoints_of_the_services,
    quick "tokens a13" => an_endpoint_over_plain_http,
    quick "tokens" => a_token_that_cannot_be_kept,
}

const ECR: &str = "ecr.GetAuthorizationToken";
const CODEARTIFACT: &str = "codeartifact.GetAuthorizationToken";

fn count(world: &World, operation: &str) -> usize {
    world.fake.operations().iter().filter(|found| *found == operation).count()
}

fn kept(world: &World) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(world.home(".aws/sso-cp/tokens")) else { return Vec::new() };
    entries.flatten().map(|entry| entry.path()).collect()
}

fn end_in(world: &World, seconds: i64) {
    for path in kept(world) {
        let mut file: serde_json::Value =
            serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        file["expiresAt"] = iso(now() + seconds).into();
        fs::write(path, file.to_string()).unwrap();
    }
}

fn one_call_serves_all_runs() {
    let world = world();
    for (words, operation) in [
        ("ecr", ECR),
        ("ecr --registry public.ecr.aws", "ecr-public.GetAuthorizationToken"),
        ("codeartifact --domain packages", CODEARTIFACT),
        ("codeartifact --domain packages --domain-owner 111122223333", CODEARTIFACT),
    ] {
        world.fake.clear_requests();
        let ran = token(&world, words);
        let given = line(&ran);
        assert!(given.starts_with("eyJSECRET") && ran.stderr().is_empty(), "{ran}");
        assert_eq!(line(&token(&world, words)), given);
        assert_eq!(count(&world, operation), 1, "{words}");
    }
    // For one registry and for all of the region it is the same.
    let registry = "ecr --registry https://111122223333.dkr.ecr.eu-west-1.amazonaws.com/v2/";
    world.fake.clear_requests();
    assert_eq!(line(&token(&world, registry)), line(&token(&world, "ecr")));
    assert_eq!(world.fake.operations(), [""; 0]);
}

fn twenty_runs_at_once_ask_once() {
    for (words, operation) in [("ecr", ECR), ("codeartifact --domain packages", CODEARTIFACT)] {
        let world = world();
        world.script(&format!("{operation}: normal delay=300ms"));
        let started = Instant::now();
        let children: Vec<_> =
            (0..20).map(|_| run(&world, words).command(&world).spawn().unwrap()).collect();
        let waiters: Vec<_> = children
            .into_iter()
            .map(|child| thread::spawn(move || Ran::of(child, started, Duration::from_secs(20))))
            .collect();
        let tokens: Vec<String> =
            waiters.into_iter().map(|waiter| line(&waiter.join().unwrap())).collect();
        assert!(tokens.iter().all(|token| *token == tokens[0]), "{tokens:?}");
        assert_eq!(count(&world, operation), 1);
        assert_eq!(count(&world, "portal.GetRoleCredentials"), 1);
    }
}

fn a_token_that_ends_soon_is_asked_for_anew() {
    let world = world();
    let given = line(&token(&world, "ecr"));
    end_in(&world, 16 * 60);
    assert_eq!(line(&token(&world, "ecr")), given);
    end_in(&world, 14 * 60);
    assert_ne!(line(&token(&world, "ecr")), given);
    assert_eq!(count(&world, ECR), 2);
}

fn what_still_lives_serves_while_the_service_is_away() {
    let world = world();
    let given = line(&token(&world, "ecr"));
    end_in(&world, 10 * 60);
    world.script("ecr.*: status=503 repeat=forever");
    let ran = token(&world, "ecr");
    assert_eq!(line(&ran), given);
    assert!(ran.stderr().contains("warning: the token that is kept serves until"), "{ran}");
    assert_eq!(ran.stderr().lines().count(), 1, "{ran}");
    end_in(&world, 60);
    token(&world, "ecr").failed(6, "AWS is failing");
    // A plain no is not a reason to go on.
    end_in(&world, 10 * 60);
    world.fake.clear_script();
    world.script("ecr.*: error=AccessDeniedException");
    token(&world, "ecr").failed(5, "AWS refuses");
}

fn each_role_region_and_domain_has_its_own() {
    let setup = Setup {
        domains: vec![
            ("111122223333".to_owned(), "packages".to_owned()),
            ("111122223333".to_owned(), "others".to_owned()),
            ("444455556666".to_owned(), "packages".to_owned()),
        ],
        accounts: vec![Account::new("111122223333", "alpha", &["ReadOnly", "Push"])],
        ..Setup::default()
    };
    let world = with_services(World::with(setup));
    let push = "\n[profile push]\nsso_cp_session = corp\nsso_cp_account_id = 111122223333\nsso_cp_role_name = Push\nregion = eu-west-1\n";
    world.put(".aws/config", &format!("{{config}}{push}"));
    world.put_token("+1h");
    let mut seen = Vec::new();
    for words in [
        "ecr",
        "ecr --region us-east-1",
        "ecr --registry 111122223333.dkr.ecr.us-west-2.amazonaws.com --region us-west-2",
        "codeartifact --domain packages",
        "codeartifact --domain others",
        "codeartifact --domain packages --domain-owner 444455556666",
        "codeartifact --domain packages --region eu-central-1",
    ] {
        seen.push(line(&token(&world, words)));
    }
    seen.push(line(&world.run(&["token", "ecr", "--profile", "push"])));
    let mut different = seen.clone();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), seen.len(), "{seen:?}");
    assert_eq!(kept(&world).len(), seen.len());
}

fn a_logout_takes_the_tokens_of_its_session_alone() {
    let world = world();
    line(&token(&world, "ecr"));
    line(&token(&world, "codeartifact --domain packages"));
    let other =
        world.put(".aws/sso-cp/tokens/0123456789abcdef0123456789abcdef01234567-x.json", "{}");
    let ran = world.run(&["logout", "--profile", "dev"]);
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    assert!(ran.stderr().contains("; 2 tokens of registries are removed"), "{ran}");
    assert_eq!(kept(&world), [other]);
    token(&world, "ecr").failed(4, "nobody is signed in");
}

fn answers_that_nobody_should_give() {
    let world = world();
    let other = "set=/authorizationData/0/proxyEndpoint=\"https://444455556666.dkr.ecr.eu-west-1.amazonaws.com\"";
    for (words, operation, script, said) in [
        ("ecr", ECR, "set=/authorizationData=[]", "`authorizationData`"),
        ("ecr", ECR, "unset=/authorizationData", "`authorizationData`"),
        ("ecr", ECR, "set=/authorizationData=7", "`authorizationData`"),
        ("ecr", ECR, "unset=/authorizationData/0/authorizationToken", "`authorizationToken`"),
        // AWSmade-up: no colon; a colon and nothing; not base64 at all; a line break in the password.
        (
            "ecr",
            ECR,
            "set=/authorizationData/0/authorizationToken=\"QVdTbWFkZS11cA==\"",
            "`authorizationToken`",
        ),
        (
            "ecr",
            ECR,
            "set=/authorizationData/0/authorizationToken=\"QVdTOg==\"",
            "`authorizationToken`",
        ),
        ("ecr", ECR, "set=/authorizationData/0/authorizationToken=\"!\"", "`authorizationToken`"),
        (
            "ecr",
            ECR,
            "set=/authorizationData/0/authorizationToken=\"QVdTOmEKYg==\"",
            "`authorizationToken`",
        ),
        ("ecr", ECR, "set=/authorizationData/0/expiresAt=1700000000.5", "already expired"),
        ("ecr", ECR, "set=/authorizationData/0/expiresAt=1e300", "`expiresAt`"),
        ("ecr", ECR, "unset=/authorizationData/0/expiresAt", "`expiresAt`"),
        ("ecr", ECR, other, "`proxyEndpoint`"),
        ("ecr", ECR, "body=<html> content-type=text/html", "proxy or captive portal"),
        ("ecr", ECR, "redirect=https://evil.example/", "redirects"),
        (
            "codeartifact --domain packages",
            CODEARTIFACT,
            "unset=/authorizationToken",
            "`authorizationToken`",
        ),
        (
            "codeartifact --domain packages",
            CODEARTIFACT,
            "set=/authorizationToken=\"a\\nb\"",
            "`authorizationToken`",
        ),
        (
            "codeartifact --domain packages",
            CODEARTIFACT,
            "set=/authorizationToken=\"\"",
            "`authorizationToken`",
        ),
        ("codeartifact --domain packages", CODEARTIFACT, "set=/expiration=0", "already expired"),
        (
            "codeartifact --domain packages",
            CODEARTIFACT,
            "set=/expiration=\"soon\"",
            "`expiration`",
        ),
        (
            "codeartifact --domain packages",
            CODEARTIFACT,
            "error=ValidationException",
            "ValidationException",
        ),
    ] {
        world.fake.clear_script();
        world.script(&format!("{operation}: {script}"));
        run(&world, words).that_may_save().checked(&world).failed(6, said);
        assert!(kept(&world).is_empty(), "{script}: nothing is kept");
    }
}

fn what_the_role_may_not() {
    let world = world();
    let denied =
        "error=AccessDeniedException description=\"User is not authorized to perform this\"";
    for (words, operation, hint) in [
        ("ecr", ECR, "`ecr:GetAuthorizationToken`"),
        ("ecr --registry public.ecr.aws", "ecr-public.*", "`sts:GetServiceBearerToken`"),
        ("codeartifact --domain packages", CODEARTIFACT, "`sts:GetServiceBearerToken`"),
    ] {
        world.script(&format!("{operation}: {denied}"));
        let ran = run(&world, words).that_may_save().checked(&world);
        ran.failed(5, hint);
        assert!(ran.stderr().contains("User is not authorized to perform this"), "{ran}");
    }
    let ran = run(&world, "codeartifact --domain nowhere").that_may_save().checked(&world);
    ran.failed(5, "check `--domain`, `--domain-owner` and `--region`");
    world.script("ecr.*: error=InvalidSignatureException");
    token(&world, "ecr").failed(6, "date -u");
    assert!(kept(&world).is_empty());
}

fn the_endpoints_of_the_services() {
    let mut world = World::new();
    world.put_token("+1h");
    // A port where nobody listens for everything, and the stand-in for one service by the config file.
    let services = "\nservices = local\n\n[services local]\necr =\n  endpoint_url = http://{fake}\n\n[sso-session corp]";
    let config =
        world.expand("{config}").replacen("\n[sso-session corp]", &world.expand(services), 1);
    world.put(".aws/config", &config);
    line(&token(&world, "ecr"));
    world.set("AWS_ENDPOINT_URL_CODEARTIFACT", "http://{fake}");
    line(&token(&world, "codeartifact --domain packages"));
    // The variable for everything comes before the config file.
    world.set("AWS_ENDPOINT_URL", "http://127.0.0.1:9/");
    world.set("AWS_ENDPOINT_URL_EKS", "http://{fake}");
    assert_eq!(token(&world, "eks --setup --cluster demo").ended, Ended::Code(0));
    token(&world, "ecr --region us-east-1").failed(6, "127.0.0.1:9");
}

fn an_endpoint_over_plain_http() {
    for (service, words) in [
        ("ECR", "ecr"),
        ("ECR_PUBLIC", "ecr --registry public.ecr.aws"),
        ("CODEARTIFACT", "codeartifact --domain packages"),
        ("EKS", "eks --setup --cluster demo"),
    ] {
        let mut world = world();
        world.set(&format!("AWS_ENDPOINT_URL_{service}"), "http://10.0.0.1/");
        token(&world, words).failed(3, "plain http");
        assert_eq!(world.fake.operations(), [""; 0]);
    }
}

fn a_token_that_cannot_be_kept() {
    let world = world();
    world.put(".aws/sso-cp/tokens", "a file in the way");
    let ran = token(&world, "ecr");
    line(&ran);
    assert!(
        ran.stderr().contains("warning: the token is not kept, and the next run asks again"),
        "{ran}"
    );
}
