//! Setting up roles of account access manager, and what `doctor` says of its endpoint.

use std::fs;

use fake_identity_center::{Auto, Setup};

use crate::entitled::{ARN, login, run, scopes_of_last_registration, signed_in};
use crate::harness::{Ended, World, closed_port, tests};
use crate::login::{Terminal, approving, browse};

tests! {
    quick "contract entitled configure" => configure_takes_it_by_flags,
    quick "contract entitled configure" => a_sign_in_of_before_is_made_anew,
    quick "contract entitled configure" => without_signing_in_it_says_how,
    quick "contract entitled configure" => of_the_two_kinds_a_profile_is_one,
    quick "contract entitled configure" => the_tenant_of_the_session_serves,
    quick "contract entitled configure" => what_has_the_wrong_form_is_refused,
    quick "contract entitled configure" => scopes_that_aws_does_not_know,
    quick "contract entitled configure" => questions_list_both_kinds,
    quick "contract entitled configure" => questions_make_a_sign_in_of_before_anew,
    quick "contract entitled configure" => two_regions_of_one_tenant_are_refused,
    quick "contract entitled configure" => questions_ask_for_what_nothing_lists,
    quick "contract entitled doctor" => doctor_asks_its_endpoint,
}

const BY_FLAGS: [&str; 9] = [
    "configure",
    "--profile",
    "aam",
    "--sso-session",
    "corp",
    "--tenant-id",
    "aa-example",
    "--role-arn",
    ARN,
];

fn with_endpoint(mut world: World) -> World {
    let url = world.fake.account_access_url().to_owned();
    world.set("AWS_ENDPOINT_URL_ACCOUNT_ACCESS_RUNTIME", &url);
    world
}

/// The standard config, which knows nothing of it; somebody who approves everything.
fn world() -> World {
    with_endpoint(World::with(Setup { auto: Auto::Approve, ..Setup::default() }))
}

fn config(world: &World) -> String {
    fs::read_to_string(world.home(".aws/config")).unwrap()
}

/// What stands below a profile's header.
fn profile(world: &World, name: &str) -> String {
    let config = config(world);
    let (_, after) = config.split_once(&format!("[profile {name}]\n")).unwrap();
    after.split("\n[").next().unwrap().trim().to_owned()
}

fn configure(world: &World, further: &[&str]) -> crate::harness::Ran {
    let words = [&BY_FLAGS[..], &["--use-device-code", "--no-browser"], further].concat();
    run(&words).that_may_save().run(world).0
}

fn configure_takes_it_by_flags() {
    let world = world();
    let ran = configure(&world, &["--region", "eu-west-1"]);
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    assert!(ran.stderr().contains("it works: role `team/Developer` of account `111122223333`"));
    let scopes = r#"["sso:account:access","account_access:read_only","account_access:assume"]"#;
    assert_eq!(scopes_of_last_registration(&world), scopes, "{ran}");
    let written = profile(&world, "aam");
    let expected = format!(
        "sso_cp_session = corp\nsso_cp_tenant_id = aa-example\nsso_cp_role_arn = {ARN}\nregion = eu-west-1"
    );
    assert!(written.ends_with(&expected), "{written}");
    // The session's own line stays: nobody else's sign-in has these scopes.
    assert!(config(&world).contains("sso_registration_scopes = sso:account:access\n"));
    world.run(&["--profile", "aam"]).key();
    // The same again changes nothing and asks nobody.
    let (before, asked) = (config(&world), world.fake.operations().len());
    assert_eq!(configure(&world, &[]).ended, Ended::Code(0));
    assert_eq!(config(&world), before);
    assert_eq!(world.fake.operations().len(), asked);
}

/// Its renewals would keep the scopes that it had.
fn a_sign_in_of_before_is_made_anew() {
    let world = world();
    assert_eq!(login(&world, &[]).ended, Ended::Code(0));
    assert_eq!(scopes_of_last_registration(&world), r#"["sso:account:access"]"#);
    let ran = configure(&world, &[]);
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    let scopes = r#"["sso:account:access","account_access:read_only","account_access:assume"]"#;
    assert_eq!(scopes_of_last_registration(&world), scopes, "{ran}");
}

fn without_signing_in_it_says_how() {
    let world = world();
    let ran = configure(&world, &["--no-login"]);
    assert!(ran.stderr().contains("sign in by `sso-cp login --sso-session corp`\n"), "{ran}");
    assert_eq!(world.fake.operations(), [""; 0]);
    let world = self::world();
    login(&world, &[]);
    let ran = configure(&world, &["--no-login"]);
    let said = "sign in by `sso-cp login --sso-session corp --force`\n";
    assert!(ran.stderr().contains(said), "{ran}");
    // As it says.
    assert_eq!(login(&world, &["--force"]).ended, Ended::Code(0));
    world.run(&["--profile", "aam"]).key();
}

fn of_the_two_kinds_a_profile_is_one() {
    let world = with_endpoint(signed_in());
    world.put(".aws/config", "{config}");
    let by = |words: &[&str]| {
        let ran =
            run(&[&["configure", "--profile", "dev", "--sso-session", "corp"], words].concat())
                .checked(&world);
        assert_eq!(ran.ended, Ended::Code(0), "{ran}");
        profile(&world, "dev")
    };
    let portal = "https://aa-example.account-access.eu-central-1.app.aws/#/console";
    let written = by(&["--no-login", "--tenant-id", portal, "--role-arn", ARN]);
    assert!(!written.contains("sso_cp_account_id") && !written.contains("sso_cp_role_name"));
    assert!(written.contains("sso_cp_tenant_id = aa-example\n"), "{written}");
    assert!(written.contains("sso_cp_tenant_region = eu-central-1\n"), "{written}");
    let written = by(&["--account-id", "111122223333", "--role-name", "ReadOnly"]);
    assert!(!written.contains("tenant") && !written.contains("arn"), "{written}");
    world.dev().key();
}

fn the_tenant_of_the_session_serves() {
    let world = with_endpoint(signed_in());
    let config = world.expand("{config}") + "sso_cp_tenant_id = aa-example\n";
    world.put(".aws/config", &config);
    let words = ["configure", "--profile", "aam", "--sso-session", "corp", "--role-arn", ARN];
    let ran = run(&words).checked(&world);
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    world.run(&["--profile", "aam"]).key();
    // Named again it is the same one, in the Region that the session says.
    world.put(".aws/config", &(config + "sso_cp_tenant_region = eu-central-1\n"));
    let ran = run(&[&words[..], &["--no-login", "--tenant-id", "aa-example"]].concat());
    assert_eq!(ran.checked(&world).ended, Ended::Code(0));
    let written = profile(&world, "aam");
    assert!(written.contains("sso_cp_tenant_region = eu-central-1\n"), "{written}");
}

fn what_has_the_wrong_form_is_refused() {
    let world = world();
    for (words, said) in [
        (
            &["--tenant-id", "example", "--role-arn", ARN][..],
            "`--tenant-id` is not a tenant id, such as `aa-gyxmap389`: `example`",
        ),
        (&["--tenant-id", "aa-UPPER", "--role-arn", ARN], "is not a tenant id"),
        (
            &["--tenant-id", "https://d-1.awsapps.com/start", "--role-arn", ARN],
            "is not a tenant id",
        ),
        (
            &["--tenant-id", "aa-x", "--role-arn", "arn:aws:iam::1:user/x"],
            "`--role-arn` is not an ARN of a role",
        ),
        (
            &["--tenant-id", "aa-x", "--role-arn", "team/Developer"],
            "`--role-arn` is not an ARN of a role",
        ),
        (&["--role-arn", ARN], "and `--tenant-id` must be given"),
        (&["--tenant-id", "aa-x"], "and `--role-arn` must be given"),
        (
            &["--tenant-id", "aa-x", "--role-arn", ARN, "--role-name", "R"],
            "are for a permission set",
        ),
    ] {
        let ran = run(&[&["configure", "--sso-session", "corp"], words].concat()).checked(&world);
        ran.failed(2, said);
    }
    let expected = world.expand("{config}");
    assert_eq!(config(&world), expected);
    for (keys, said) in [
        ("sso_cp_tenant_id = example", "is not a tenant id, such as `aa-gyxmap389`: `example`"),
        ("sso_cp_tenant_id = aa-x\nsso_cp_tenant_region = a b", "`sso_cp_tenant_region`"),
        ("sso_cp_tenant_id = aa-x\nsso_cp_account_id = 1", "contradicts `sso_cp_role_arn`"),
        ("sso_cp_tenant_id = aa-x\nsso_cp_duration_seconds = 899", "must be 900 to 43200"),
        ("sso_cp_role_name = R", "`sso_cp_role_name`"),
        ("region = eu-west-1", "`sso_cp_tenant_id`"),
    ] {
        let section =
            format!("\n[profile aam]\nsso_cp_session = corp\nsso_cp_role_arn = {ARN}\n{keys}\n");
        world.put(".aws/config", &format!("{{config}}{section}"));
        world.run(&["--profile", "aam"]).failed(3, said);
    }
}

fn scopes_that_aws_does_not_know() {
    let world = world();
    world.script("oidc.RegisterClient: error=InvalidScopeException description=\"No such scope\"");
    let ran = configure(&world, &[]);
    ran.failed(4, "AWS does not take the scopes of sso-session `corp`: No such scope\n");
    assert!(ran.stderr().contains("hint: take out `--tenant-id`\n"), "{ran}");
    assert_eq!(config(&world), world.expand("{config}"));
}

fn questions_list_both_kinds() {
    let world = with_endpoint(signed_in());
    let config = world.expand("{config}") + "sso_cp_tenant_id = aa-example\n";
    world.put(".aws/config", &config);
    let mut terminal = Terminal::start(&world, &["configure", "--sso-session", "corp"]);
    let mut answer = |question: &str, answer: &str| {
        terminal.wait_for(question);
        terminal.type_in(&format!("{answer}\n"));
    };
    answer("account, by its number or a part of its name: ", "alpha");
    answer("role, by its number or a part of its name: ", "IAM role");
    answer("name of the profile [Developer-111122223333]: ", "");
    answer("region for the tools that use the profile", "");
    assert_eq!(terminal.end(), 0, "{}", terminal.shown());
    let shown = terminal.shown();
    assert!(
        shown.contains("team/Developer (IAM role)") && shown.contains("777788889999"),
        "{shown}"
    );
    world.run(&["--profile", "Developer-111122223333"]).key();
}

/// Although only the file names the tenant.
fn questions_make_a_sign_in_of_before_anew() {
    let world = world();
    assert_eq!(login(&world, &[]).ended, Ended::Code(0));
    let config = world.expand("{config}") + "sso_cp_tenant_id = aa-example\n";
    world.put(".aws/config", &config);
    let words = ["configure", "--sso-session", "corp", "--use-device-code", "--no-browser"];
    let mut terminal = Terminal::start(&world, &words);
    terminal.wait_for("account, by its number or a part of its name: ");
    assert!(terminal.shown().contains("777788889999"), "{}", terminal.shown());
    let scopes = r#"["sso:account:access","account_access:read_only","account_access:assume"]"#;
    assert_eq!(scopes_of_last_registration(&world), scopes);
    assert!(!terminal.shown().contains("warning"), "{}", terminal.shown());
    terminal.signal("INT");
    terminal.end();
}

/// One rule for those who read the file and for `configure`.
fn two_regions_of_one_tenant_are_refused() {
    let world = world();
    let tenant = "sso_cp_tenant_id = https://aa-example.account-access.eu-central-1.app.aws\n";
    let config = world.expand("{config}") + tenant;
    let both = config.clone() + "sso_cp_tenant_region = us-east-1\n";
    let words = ["configure", "--profile", "aam", "--sso-session", "corp", "--role-arn", ARN];
    let no_login = [&words[..], &["--no-login"]].concat();
    let said = "is `us-east-1`, and the address in `sso_cp_tenant_id` is in `eu-central-1`\n";
    world.put(".aws/config", &both);
    let by_id = [&no_login[..], &["--tenant-id", "aa-example"]].concat();
    for words in [&["--profile", "dev"][..], &words, &no_login, &by_id] {
        run(words).checked(&world).failed(3, said);
    }
    assert_eq!(self::config(&world), both);
    // The address alone says the Region, named again or not.
    for words in [&no_login, &by_id] {
        world.put(".aws/config", &config);
        assert_eq!(run(words).checked(&world).ended, Ended::Code(0));
        let written = profile(&world, "aam");
        assert!(written.contains("sso_cp_tenant_region = eu-central-1\n"), "{written}");
    }
}

fn questions_ask_for_what_nothing_lists() {
    let world = with_endpoint(approving());
    let words = ["configure", "--sso-session", "corp", "--no-browser", "--role-arn", ARN];
    let mut terminal = Terminal::start(&world, &words);
    terminal.wait_for("tenant of account access manager, or its portal's address: ");
    terminal.type_in("d-123\n");
    terminal.wait_for("that is not a tenant id");
    terminal.type_in("aa-example\n");
    browse(&terminal.url());
    terminal.wait_for("name of the profile [Developer-111122223333]: ");
    terminal.type_in("aam\n");
    terminal.wait_for("region for the tools that use the profile");
    terminal.type_in("\n");
    assert_eq!(terminal.end(), 0, "{}", terminal.shown());
    assert!(profile(&world, "aam").contains("sso_cp_tenant_id = aa-example"));
}

fn doctor_asks_its_endpoint() {
    let mut world = with_endpoint(signed_in());
    let config = world.expand("{config}").replace("= sso-cp", "= /bin/sh");
    let aam = format!(
        "\n[profile aam]\nsso_cp_session = corp\nsso_cp_tenant_id = aa-example\nsso_cp_role_arn = {ARN}\n"
    );
    world.put(".aws/config", &(config + &aam));
    world.set("PATH", "/nowhere");
    let asked = |world: &World| world.fake.account_access_url().to_owned();
    let ran = run(&["doctor", "aam"]).checked(&world);
    let line = format!("ok       endpoint: {}: can be reached", asked(&world));
    assert!(ran.stdout().contains(&line), "{ran}");
    assert!(world.fake.requests().iter().all(|it| it.header("authorization").is_none()), "{ran}");
    let closed = format!("http://{}", closed_port());
    world.set("AWS_ENDPOINT_URL_ACCOUNT_ACCESS_RUNTIME", &closed);
    for words in [&["doctor", "aam"][..], &["doctor"]] {
        let ran = run(words).checked(&world);
        let line = format!("failure  endpoint: {closed}: cannot connect to 127.0.0.1");
        assert!(ran.stdout().contains(&line), "{ran}");
        assert_eq!(ran.ended, Ended::Code(6), "{ran}");
    }
    // A profile that does not use it does not need it.
    let ran = run(&["doctor", "dev"]).checked(&world);
    assert!(!ran.stdout().contains(&closed), "{ran}");
}
