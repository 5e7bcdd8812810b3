//! Docker's protocol, as docker-credential-helpers documents it, and whose credentials a registry gets.

use std::fs::File;
use std::io::Write;
use std::process::Stdio;
use std::time::{Duration, Instant};

use fake_identity_center::{Account, Setup};

use super::with_services;
use crate::harness::{Ended, Ran, Run, World, program, tests};

tests! {
    quick "tokens l06" => every_form_of_a_registry_is_answered,
    quick "tokens l06" => what_is_not_ecr_s_is_not_found,
    quick "tokens l06" => store_and_erase_change_nothing,
    quick "tokens" => by_the_name_that_docker_knows,
    quick "tokens" => the_profile_is_the_one_of_the_account,
    quick "tokens" => of_several_profiles_one_is_marked,
    quick "tokens" => the_public_registry_belongs_to_nobody,
    quick "tokens" => a_failure_is_on_both_streams,
}

const ALPHA: &str = "111122223333.dkr.ecr.eu-west-1.amazonaws.com";
const BETA: &str = "444455556666.dkr.ecr.eu-west-1.amazonaws.com";
const NOT_FOUND: &str = "credentials not found in native keychain\n";

/// Two accounts: `dev` is the one profile of the first.
fn world(more: &str) -> World {
    let setup = Setup {
        accounts: vec![
            Account::new("111122223333", "alpha", &["ReadOnly", "Push"]),
            Account::new("444455556666", "beta", &["ReadOnly", "Push"]),
        ],
        ..Setup::default()
    };
    let world = with_services(World::with(setup));
    world.put(".aws/config", &format!("{{config}}\n{more}"));
    world.put_token("+1h");
    world
}

fn profile(name: &str, account: &str, role: &str, more: &str) -> String {
    format!(
        "[profile {name}]\nsso_session = corp\nsso_account_id = {account}\nsso_role_name = {role}\n{more}\n"
    )
}

fn docker(world: &World, action: &str, input: &[u8]) -> Ran {
    call(world, Run::new(["docker-credential", action].map(Into::into)), input)
}

fn call(world: &World, run: Run, input: &[u8]) -> Ran {
    let path = world.root().join("stdin");
    File::create(&path).unwrap().write_all(input).unwrap();
    run.with_stdin(Stdio::from(File::open(path).unwrap())).that_may_save().checked(world)
}

fn get(world: &World, server: &str) -> Ran {
    docker(world, "get", server.as_bytes())
}

/// The user and the password of an answer.
#[track_caller]
fn answer(ran: &Ran, server: &str) -> String {
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    assert!(ran.stdout().ends_with("}\n") && ran.stdout().lines().count() == 1, "{ran}");
    let answer: serde_json::Value = serde_json::from_str(&ran.stdout()).unwrap();
    assert_eq!((&answer["ServerURL"], &answer["Username"]), (&server.into(), &"AWS".into()));
    answer["Secret"].as_str().unwrap().to_owned()
}

/// Whose credentials have signed the last call of ECR.
fn signer(world: &World) -> String {
    let requests = world.fake.requests();
    let mut asked = requests.iter().rev();
    asked
        .find(|request| request.operation == "portal.GetRoleCredentials")
        .map(|request| request.target.clone())
        .unwrap_or_default()
}

fn every_form_of_a_registry_is_answered() {
    let world = world("");
    for server in [
        ALPHA,
        "https://111122223333.dkr.ecr.eu-west-1.amazonaws.com",
        "https://111122223333.dkr.ecr.eu-west-1.amazonaws.com/v2/",
        "111122223333.dkr.ecr.eu-west-1.amazonaws.com:443/app",
        "111122223333.dkr.ecr-fips.us-east-1.amazonaws.com",
        "111122223333.dkr-ecr.eu-west-1.on.aws",
        "111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn",
    ] {
        let ran = get(&world, server);
        assert!(answer(&ran, server).starts_with("eyJSECRET"), "{ran}");
        assert_eq!(ran.stderr(), "", "{server}");
        assert_eq!(answer(&get(&world, &format!("{server}\n")), server), answer(&ran, server));
    }
}

fn what_is_not_ecr_s_is_not_found() {
    let world = world("");
    let long = "a".repeat(1 << 20);
    for server in [
        "",
        "\n",
        "https://index.docker.io/v1/",
        "111122223333.dkr.ecr.eu-west-1.amazonaws.com.evil.example",
        "https://evil.example/111122223333.dkr.ecr.eu-west-1.amazonaws.com",
        "user@111122223333.dkr.ecr.eu-west-1.amazonaws.com",
        "\u{1b}[0m",
        &long,
    ] {
        let ran = get(&world, server);
        assert_eq!((ran.ended, &*ran.stdout(), &*ran.stderr()), (Ended::Code(1), NOT_FOUND, ""));
    }
    let ran = docker(&world, "get", &[0xff, 0xfe, 0]);
    assert_eq!((ran.ended, &*ran.stdout()), (Ended::Code(1), NOT_FOUND));
    assert_eq!(world.fake.operations(), [""; 0]);
}

fn store_and_erase_change_nothing() {
    let world = world("");
    let stored = format!("{{\"ServerURL\":\"{ALPHA}\",\"Username\":\"AWS\",\"Secret\":\"x\"}}");
    let long = vec![b'x'; 1 << 20];
    for (action, input) in [
        ("store", stored.as_bytes()),
        ("store", b""),
        ("store", &long),
        ("erase", ALPHA.as_bytes()),
    ] {
        let ran = docker(&world, action, input);
        assert_eq!(
            (ran.ended, &*ran.stdout(), &*ran.stderr()),
            (Ended::Code(0), "", ""),
            "{action}"
        );
    }
    let ran = docker(&world, "list", b"");
    assert_eq!((ran.ended, &*ran.stdout()), (Ended::Code(0), "{}\n"));
    assert!(docker(&world, "version", b"").stdout().starts_with("sso-cp "));
    for words in [&["docker-credential"][..], &["docker-credential", "put"]] {
        world.run(words).failed(2, "get, store, erase, list and version");
    }
    assert_eq!(world.fake.operations(), [""; 0]);
}

fn by_the_name_that_docker_knows() {
    let world = world("");
    let link = world.root().join("docker-credential-sso-cp");
    std::os::unix::fs::symlink(program(), &link).unwrap();
    for (action, expected) in [("get", "{\"ServerURL\":"), ("list", "{}\n"), ("erase", "")] {
        let path = world.root().join("stdin");
        File::create(&path).unwrap().write_all(ALPHA.as_bytes()).unwrap();
        let mut command = std::process::Command::new(&link);
        command.arg(action).env_clear().envs(&world.env).current_dir(world.work());
        command.stdin(File::open(path).unwrap()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let ran = Ran::of(command.spawn().unwrap(), Instant::now(), Duration::from_secs(20));
        assert_eq!(ran.ended, Ended::Code(0), "{action}: {ran}");
        assert!(ran.stdout().starts_with(expected), "{action}: {ran}");
    }
}

fn the_profile_is_the_one_of_the_account() {
    let chain = "[profile deploy]\nrole_arn = arn:aws:iam::777788889999:role/Deploy\nsource_profile = dev\nregion = eu-west-1\n";
    let mut setup = Setup::default();
    setup
        .assumable
        .push(fake_identity_center::AssumableRole::new("arn:aws:iam::777788889999:role/Deploy"));
    let mut world = with_services(World::with(setup));
    let beta = profile("beta", "444455556666", "ReadOnly", "");
    world.put(".aws/config", &format!("{{config}}\n{beta}\n{chain}"));
    world.put_token("+1h");
    // Whatever the shell has chosen: the account is what counts.
    world.set("AWS_PROFILE", "dev");
    answer(&get(&world, BETA), BETA);
    assert!(signer(&world).contains("account_id=444455556666"), "{}", signer(&world));
    answer(&get(&world, ALPHA), ALPHA);
    assert!(signer(&world).contains("account_id=111122223333"), "{}", signer(&world));
    let of_chain = "777788889999.dkr.ecr.eu-west-1.amazonaws.com";
    answer(&get(&world, of_chain), of_chain);
    assert!(world.fake.operations().iter().any(|operation| operation == "sts.AssumeRole"));
    // An account of which there is no profile: by the profile of the shell, else not at all.
    let strange = "000011112222.dkr.ecr.eu-west-1.amazonaws.com";
    answer(&get(&world, strange), strange);
    world.unset("AWS_PROFILE");
    let ran = get(&world, strange);
    assert_eq!(ran.ended, Ended::Code(1));
    assert!(ran.stdout().contains("no profile is of account `000011112222`"), "{ran}");
    // By hand, the flags say whose.
    let by_hand = ["docker-credential", "get", "--profile", "beta"].map(Into::into);
    answer(&call(&world, Run::new(by_hand), strange.as_bytes()), strange);
}

fn of_several_profiles_one_is_marked() {
    let push = |more: &str| profile("push", "111122223333", "Push", more);
    let mut several = world(&push(""));
    let ran = get(&several, ALPHA);
    assert_eq!(ran.ended, Ended::Code(1), "{ran}");
    assert!(ran.stdout().contains("has several profiles: `dev`, `push`"), "{ran}");
    assert!(ran.stdout().contains("sso_cp_registry = true"), "{ran}");
    several.set("AWS_PROFILE", "push");
    answer(&get(&several, ALPHA), ALPHA);
    assert!(signer(&several).contains("role_name=Push"), "{}", signer(&several));
    let marked = world(&push("sso_cp_registry = true"));
    answer(&get(&marked, ALPHA), ALPHA);
    assert!(signer(&marked).contains("role_name=Push"), "{}", signer(&marked));
    // The same role under two names is not a question.
    let twin = world(&profile("twin", "111122223333", "ReadOnly", "region = us-east-1"));
    answer(&get(&twin, ALPHA), ALPHA);
}

fn the_public_registry_belongs_to_nobody() {
    let mut nobody = world("");
    let ran = get(&nobody, "public.ecr.aws");
    assert_eq!(
        (ran.ended, &*ran.stdout()),
        (Ended::Code(1), NOT_FOUND),
        "docker then pulls without"
    );
    nobody.set("AWS_PROFILE", "dev");
    for server in ["public.ecr.aws", "https://public.ecr.aws/", "ecr-public.aws.com"] {
        answer(&get(&nobody, server), server);
    }
    let marked = world(&profile("push", "444455556666", "Push", "sso_cp_registry = true"));
    answer(&get(&marked, "public.ecr.aws"), "public.ecr.aws");
    assert!(signer(&marked).contains("role_name=Push"), "{}", signer(&marked));
}

fn a_failure_is_on_both_streams() {
    let world = with_services(World::new());
    let ran = get(&world, ALPHA);
    assert_eq!(ran.ended, Ended::Code(1), "{ran}");
    assert!(
        ran.stdout().contains("nobody is signed in")
            && ran.stdout().contains("sso-cp login --profile dev"),
        "{ran}"
    );
    assert_eq!(ran.stdout().lines().count(), 1, "{ran}");
    world.put_token("+1h");
    for (script, said) in [
        ("ecr.*: error=AccessDeniedException", "ecr:GetAuthorizationToken"),
        ("ecr.*: set=/authorizationData=[]", "`authorizationData`"),
        ("ecr.*: status=503 repeat=3", "AWS is failing"),
    ] {
        world.script(script);
        let ran = get(&world, ALPHA);
        assert_eq!(ran.ended, Ended::Code(1), "{ran}");
        assert!(ran.stdout().contains(said) && ran.stderr().contains(said), "{ran}");
    }
    world.put_bytes(".aws/config", b"[profile x\n");
    assert_eq!(get(&world, ALPHA).ended, Ended::Code(1));
}
