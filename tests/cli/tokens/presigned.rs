//! The kinds without network.

use fake_identity_center::{Setup, TokenOf, url_of_token};

use super::{line, run, token, with_profile, world};
use crate::harness::{Ended, World, iso, now, tests};

tests! {
    quick "tokens" => each_kind_is_one_that_its_service_takes,
    quick "tokens" => a_cached_role_needs_no_network,
    quick "tokens l03" => credentials_that_end_soon_are_renewed_first,
    quick "tokens l03" => a_token_ends_with_credentials_that_cannot_be_renewed,
    quick "tokens l01" => without_a_region_there_is_no_token,
    quick "tokens l01" => a_region_that_is_none,
    quick "tokens l02" => the_host_s_region_counts,
    quick "tokens l04" => names_that_no_service_could_know,
    quick "tokens l04" => odd_names_are_escaped,
    quick "tokens l04" => ports_that_are_none,
    quick "tokens" => what_a_kind_cannot_do_without,
    quick "tokens" => an_endpoint_of_one_s_own_is_in_no_token,
    quick "tokens" => a_chain_s_role_makes_tokens_too,
    quick "tokens" => nobody_is_signed_in,
}

const RDS_HOST: &str = "prod.c0abc.eu-west-1.rds.amazonaws.com";

fn each_kind_is_one_that_its_service_takes() {
    let world = world();
    let who = "111122223333/AWSReservedSSO_ReadOnly_0123456789abcdef";
    let region = "eu-west-1";
    let dsql = "abc.dsql.eu-west-1.on.aws";
    for (words, of) in [
        (
            "rds --hostname prod.c0abc.eu-west-1.rds.amazonaws.com --port 5432 --username app"
                .to_owned(),
            TokenOf::Rds { host_and_port: &format!("{RDS_HOST}:5432"), user: "app", region },
        ),
        (
            format!("dsql --hostname {dsql}"),
            TokenOf::Dsql { host: dsql, action: "DbConnect", region },
        ),
        (
            format!("dsql --admin --hostname={dsql}"),
            TokenOf::Dsql { host: dsql, action: "DbConnectAdmin", region },
        ),
        (
            "elasticache --cluster My-Cache --username user-01".to_owned(),
            TokenOf::Cache {
                service: "elasticache",
                name: "my-cache",
                user: "user-01",
                serverless: false,
                region,
            },
        ),
        (
            "--serverless elasticache --cluster my-cache --username user-01".to_owned(),
            TokenOf::Cache {
                service: "elasticache",
                name: "my-cache",
                user: "user-01",
                serverless: true,
                region,
            },
        ),
        (
            "memorydb --cluster my-cluster --username user-01".to_owned(),
            TokenOf::Cache {
                service: "memorydb",
                name: "my-cluster",
                user: "user-01",
                serverless: false,
                region,
            },
        ),
        ("msk".to_owned(), TokenOf::Msk { region }),
        ("eks --cluster demo --format token".to_owned(), TokenOf::Eks { cluster: "demo", region }),
        ("msk --region us-east-2".to_owned(), TokenOf::Msk { region: "us-east-2" }),
    ] {
        let ran = token(&world, &words);
        assert_eq!(ran.stderr(), "", "{words}");
        assert_eq!(world.fake.speaker(&line(&ran), &of), Ok(who.to_owned()), "{words}");
    }
}

fn a_cached_role_needs_no_network() {
    let world = world();
    world.put_role("+1h");
    line(&token(&world, "eks --cluster demo --format token"));
    line(&token(&world, "msk"));
    assert_eq!(world.fake.operations(), [""; 0]);
}

/// The end of a document.
fn end_of(stdout: &str) -> String {
    let document: serde_json::Value = serde_json::from_str(stdout).unwrap();
    document["status"]["expirationTimestamp"].as_str().unwrap().to_owned()
}

fn credentials_that_end_soon_are_renewed_first() {
    let world = world();
    world.put_role("+14m");
    let ran = token(&world, "eks --cluster demo");
    assert_eq!(ran.stderr(), "");
    assert_eq!(world.fake.operations(), ["portal.GetRoleCredentials"]);
    let ends = end_of(&ran.stdout());
    assert!(ends >= iso(now() + 13 * 60) && ends <= iso(now() + 14 * 60), "{ends}");
}

fn a_token_ends_with_credentials_that_cannot_be_renewed() {
    let world = world();
    world.put_role("+5m");
    world.script("portal.*: status=503 repeat=forever");
    let ran = token(&world, "eks --cluster demo");
    assert!(ran.stderr().contains("cached credentials are used until"), "{ran}");
    let ends = end_of(&ran.stdout());
    assert!(ends <= iso(now() + 5 * 60), "{ends} is beyond the credentials' own end");
}

/// The standard profile without its region.
fn without_region() -> World {
    let world = world();
    let config = world.expand("{config}").replace("region = eu-west-1\n", "");
    world.put(".aws/config", &config);
    world
}

fn without_a_region_there_is_no_token() {
    let mut world = without_region();
    world.put_role("+1h");
    for words in [
        "eks --cluster demo",
        "msk",
        "rds --hostname db.example.com --port 5432 --username app",
        "dsql --hostname db.example.com",
        "elasticache --cluster c --username u",
        "memorydb --cluster c --username u",
        "ecr",
        "codeartifact --domain packages",
        "eks --cluster demo --setup",
    ] {
        let ran = token(&world, words);
        ran.failed(2, "no region is known");
        assert!(ran.stderr().contains("--region"), "{words}: {ran}");
    }
    assert_eq!(world.fake.operations(), [""; 0]);
    world.set("AWS_DEFAULT_REGION", "us-west-1");
    let url = url_of_token(&line(&token(&world, "msk"))).unwrap();
    assert!(url.starts_with("https://kafka.us-west-1.amazonaws.com/?"), "{url}");
    line(&token(&world, &format!("rds --hostname {RDS_HOST} --port 1 --username a")));
}

fn a_region_that_is_none() {
    let world = world();
    for region in ["x.evil.example/", "", "-", "123", "a b"] {
        let words = ["eks", "--cluster", "demo", &format!("--region={region}")];
        let ran = with_profile(words.map(str::to_owned).to_vec()).checked(&world);
        assert_eq!(ran.ended, Ended::Code(2), "{region}: {ran}");
    }
    let config = world.expand("{config}").replace("region = eu-west-1", "region = x.evil.example/");
    world.put(".aws/config", &config);
    let ran = token(&world, "eks --cluster demo");
    ran.failed(2, "`region` of profile `dev` is not a region");
    line(&token(&world, "eks --cluster demo --format token --region eu-west-1"));
}

fn the_host_s_region_counts() {
    let mut world = world();
    let host = "prod.c0abc.us-east-2.rds.amazonaws.com";
    let words = format!("rds --hostname {host} --port 5432 --username app");
    let of =
        TokenOf::Rds { host_and_port: &format!("{host}:5432"), user: "app", region: "us-east-2" };
    let ran = token(&world, &words);
    assert!(
        ran.stderr().contains("warning: the host is in `us-east-2`, so `eu-west-1` of the profile"),
        "{ran}"
    );
    assert!(world.fake.speaker(&line(&ran), &of).is_ok());
    let ran = token(&world, &format!("{words} --region us-west-2"));
    assert!(ran.stderr().contains("so `us-west-2` of `--region` is passed over"), "{ran}");
    assert!(world.fake.speaker(&line(&ran), &of).is_ok());
    let ran = token(&world, &format!("{words} --region us-east-2"));
    assert_eq!(ran.stderr(), "");
    world.set("AWS_REGION", "eu-west-2");
    let ran = token(&world, "dsql --hostname abc.dsql.eu-west-1.on.aws");
    assert_eq!(ran.stderr(), "", "the profile says the same");
}

fn names_that_no_service_could_know() {
    let world = world();
    let long = "x".repeat(300);
    for (kind, flag, names) in [
        ("eks", "--cluster", vec!["a b", "a/b", "\"a\"", "a\u{1b}[0m", "", &long]),
        (
            "elasticache --username u",
            "--cluster",
            vec!["a b", "a/b", "'a'", "c.cache.amazonaws.com", "", &long],
        ),
        ("memorydb --username u", "--cluster", vec!["a b", "a_b", "\"a\"", "a\nb", "", &long]),
        ("memorydb --cluster c", "--username", vec!["a\nb", "a\u{7}b", "", &long]),
        ("elasticache --cluster c", "--username", vec!["a\tb", "", &long]),
        ("rds --hostname h --port 1", "--username", vec!["a\nb", "\u{1b}[0m", "", &long]),
        (
            "rds --port 1 --username u",
            "--hostname",
            vec!["a b", "h/x", "https://h/", "h:5432", "h@x", "", &long],
        ),
        ("dsql", "--hostname", vec!["a b", "https://h", "h/?x", "", &long]),
        ("codeartifact", "--domain", vec!["a b", "A", "-a", "", &long]),
        ("codeartifact --domain d", "--domain-owner", vec!["1", "11112222333x", ""]),
        ("ecr", "--registry", vec!["docker.io", "evil.example", "", &long]),
    ] {
        for name in names {
            let mut words: Vec<String> = kind.split(' ').map(str::to_owned).collect();
            words.extend([flag.to_owned(), name.to_owned()]);
            let ran = with_profile(words).checked(&world);
            assert_eq!(ran.ended, Ended::Code(2), "{kind} {flag} {name:?}: {ran}");
        }
    }
    assert_eq!(world.fake.operations(), [""; 0]);
}

fn odd_names_are_escaped() {
    let world = world();
    for user in ["a b/c&d=e%f", "jörg", "jane.doe+test@example.com", "\"quoted\"", "it's", "100%"]
    {
        let words = ["rds", "--hostname", RDS_HOST, "--port", "5432", "--username", user];
        let ran = with_profile(words.map(str::to_owned).to_vec()).checked(&world);
        let host_and_port = format!("{RDS_HOST}:5432");
        let of = TokenOf::Rds { host_and_port: &host_and_port, user, region: "eu-west-1" };
        assert!(world.fake.speaker(&line(&ran), &of).is_ok(), "{user}");
    }
}

fn ports_that_are_none() {
    let world = world();
    for port in ["0", "65536", "-1", "+1", "5432 ", "x", "1e3", "99999999999999999999"] {
        let words = ["rds", "--hostname", "h", "--username", "u", &format!("--port={port}")];
        let ran = with_profile(words.map(str::to_owned).to_vec()).checked(&world);
        ran.failed(2, "`--port` takes a number from 1 to 65535");
    }
}

fn what_a_kind_cannot_do_without() {
    let world = world();
    for (words, flag) in [
        ("eks", "--cluster"),
        ("eks --setup", "--cluster"),
        ("rds --port 1 --username u", "--hostname"),
        ("rds --hostname h --username u", "--port"),
        ("rds --hostname h --port 1", "--username"),
        ("dsql", "--hostname"),
        ("elasticache --username u", "--cluster"),
        ("elasticache --cluster c", "--username"),
        ("memorydb --username u", "--cluster"),
        ("memorydb --cluster c", "--username"),
        ("codeartifact", "--domain"),
    ] {
        let ran = token(&world, words);
        ran.failed(2, &format!("needs `{flag}`"));
        let hint = ran.stderr().lines().nth(1).unwrap_or_default().to_owned();
        let kind = words.split(' ').next().unwrap();
        assert!(hint.starts_with(&format!("hint: write `sso-cp token {kind} ")), "{ran}");
    }
    for (words, said) in [
        ("", "`token` needs a kind"),
        ("ekss --cluster demo", "there is no kind of `token` called `ekss`"),
        ("rds --cluster demo", "there is no flag `--cluster` here"),
        ("eks --cluster", "`--cluster` needs a value"),
        ("eks --cluster a --cluster b", "given twice"),
        ("eks --cluster demo stray", "takes no `stray`"),
        ("eks --cluster demo --format yaml", "exec-credential, token"),
    ] {
        run(&world, words).checked(&world).failed(2, said);
    }
}

fn an_endpoint_of_one_s_own_is_in_no_token() {
    let mut world = world();
    world.put_role("+1h");
    world.set("AWS_ENDPOINT_URL", "http://{fake}");
    let of = |world: &World| {
        let token = line(&token(world, "eks --cluster demo --format token"));
        url_of_token(&token).unwrap()
    };
    assert!(of(&world).starts_with("https://sts.eu-west-1.amazonaws.com/?"));
    world.unset("AWS_ENDPOINT_URL");
    for service in ["SSO", "SSO_OIDC", "STS", "ECR", "ECR_PUBLIC", "CODEARTIFACT", "EKS"] {
        world.unset(&format!("AWS_ENDPOINT_URL_{service}"));
    }
    world.set("AWS_USE_FIPS_ENDPOINT", "true");
    assert!(of(&world).starts_with("https://sts-fips.eu-west-1.amazonaws.com/?"));
}

fn a_chain_s_role_makes_tokens_too() {
    let world = super::with_services(World::with(Setup::default()));
    world.put(
        ".aws/config",
        "{config}\n[profile chain]\nrole_arn = arn:aws:iam::444455556666:role/Deploy\nsource_profile = dev\nregion = eu-west-1\n",
    );
    world.put_token("+1h");
    let ran = world.run(&["token", "msk", "--profile", "chain"]);
    let speaker = world.fake.speaker(&line(&ran), &TokenOf::Msk { region: "eu-west-1" });
    assert_eq!(speaker, Ok("444455556666/Deploy".to_owned()));
}

fn nobody_is_signed_in() {
    let world = super::with_services(World::new());
    for words in ["eks --cluster demo", "msk", "ecr", "codeartifact --domain packages"] {
        let ran = token(&world, words);
        ran.failed(4, "sso-cp login");
    }
    assert_eq!(world.fake.operations(), [""; 0]);
}
