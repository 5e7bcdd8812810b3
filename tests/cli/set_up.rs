//! Setting up: the questions of `sso-cp configure` at a pseudo-terminal, organisations of hundreds of accounts, many runs at once, and
//! what other people's programs make of what was written.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::thread::sleep;
use std::time::{Duration, Instant};

use fake_identity_center::{Auto, Setup};

use crate::harness::{Ended, Ran, Run, World, tests};
use crate::login::{Running, Terminal, approving, browse};
use crate::real_clients::{Client, aws_cli, boto3, js_sdk, rust_sdk};

tests! {
    quick "configure" => from_nothing_to_working_by_questions,
    slow "configure" => a_person_takes_longer_than_a_call_may,
    quick "configure" => an_account_is_found_among_many,
    quick "configure" => answers_that_cannot_be_used_are_asked_again,
    quick "configure" => sessions_that_there_are_are_offered,
    quick "configure" => a_portal_that_does_not_answer_is_asked_for_again,
    quick "configure" => a_legacy_profile_offers_what_it_has,
    quick "configure g14" => a_person_who_ends_the_questions_changes_nothing,
    quick "configure" => many_at_once_lose_nothing,
    quick "populate s-33" => mode_and_link_of_the_file_stay,
    quick "populate" => five_thousand_profiles_and_a_block,
    slow "list" => a_thousand_roles_at_the_pace_that_aws_allows,
    slow "configure populate migrate real-clients" => boto3_reads_what_was_written,
    slow "configure populate migrate real-clients" => the_aws_cli_reads_what_was_written,
    slow "configure populate migrate real-clients" => the_js_sdk_reads_what_was_written,
    slow "configure populate migrate real-clients" => the_rust_sdk_reads_what_was_written,
}

/// An empty home, and a person who approves everything.
fn nothing() -> World {
    World::bare(Setup { auto: Auto::Approve, ..Setup::default() })
}

fn config(world: &World) -> String {
    fs::read_to_string(world.home(".aws/config")).unwrap()
}

fn answer(terminal: &mut Terminal, question: &str, answer: &str) {
    terminal.wait_for(question);
    terminal.type_in(&format!("{answer}\n"));
}

fn from_nothing_to_working_by_questions() {
    let world = nothing();
    let mut terminal = Terminal::start(&world, &["configure", "--no-browser"]);
    answer(&mut terminal, "name for the sign-in", "corp");
    answer(&mut terminal, "start URL: ", "example.awsapps.com");
    answer(&mut terminal, "region of IAM Identity Center [us-east-1]: ", "");
    browse(&terminal.url());
    answer(&mut terminal, "account, by its number or a part of its name: ", "alpha");
    answer(&mut terminal, "role, by its number or a part of its name: ", "2");
    answer(&mut terminal, "name of the profile [ReadOnly-111122223333]: ", "alpha.ReadOnly");
    answer(&mut terminal, "region for the tools that use the profile [us-east-1]: ", "eu-west-1");
    assert_eq!(terminal.end(), 0, "{}", terminal.shown());
    let shown = terminal.shown();
    assert!(shown.contains("it works: role `ReadOnly` of account `111122223333`"), "{shown}");
    assert!(shown.contains("sso-cp whoami --profile alpha.ReadOnly"), "{shown}");
    // The sign-in on the way says nothing of a profile that nobody has named.
    assert!(!shown.contains("--profile default"), "{shown}");
    assert_eq!(
        world.words.reduce(&config(&world)),
        "[sso-session corp]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n\
         sso_registration_scopes = sso:account:access\n\n\
         [profile alpha.ReadOnly]\ncredential_process = {program} --profile alpha.ReadOnly\n\
         sso_cp_session = corp\nsso_cp_account_id = 111122223333\nsso_cp_role_name = ReadOnly\n\
         region = eu-west-1\n"
    );
    assert_eq!(world.run(&["--profile", "alpha.ReadOnly"]).key(), "ASIAFAKE000000000001");
}

/// The 18 s that a credential call has begin with the call: neither the questions nor the browser count.
fn a_person_takes_longer_than_a_call_may() {
    const LONGER: Duration = Duration::from_secs(21);
    let by_questions = || {
        let world = nothing();
        let mut terminal = Terminal::start(&world, &["configure", "--no-browser"]);
        answer(&mut terminal, "name for the sign-in", "corp");
        answer(&mut terminal, "start URL: ", "https://example.awsapps.com/start");
        answer(&mut terminal, "region of IAM Identity Center [us-east-1]: ", "us-east-1");
        let url = terminal.url();
        sleep(LONGER);
        browse(&url);
        answer(&mut terminal, "account, by its number", "alpha");
        answer(&mut terminal, "role, by its number", "ReadOnly");
        answer(&mut terminal, "[ReadOnly-111122223333]: ", "alpha.ReadOnly");
        answer(&mut terminal, "the profile [us-east-1]: ", "none");
        assert_eq!(terminal.end(), 0, "{}", terminal.shown());
        assert_eq!(world.run(&["--profile", "alpha.ReadOnly"]).ended, Ended::Code(0));
    };
    let by_flags = || {
        let world = nothing();
        let mut arguments = vec!["configure", "--profile", "dev", "--no-browser"];
        arguments.extend(["--sso-session", "corp", "--sso-region", "us-east-1"]);
        arguments.extend(["--start-url", "https://example.awsapps.com/start"]);
        arguments.extend(["--account-id", "111122223333", "--role-name", "ReadOnly"]);
        let running = Running::of(Run::new(arguments.into_iter().map(Into::into)).command(&world));
        let url = running.url();
        sleep(LONGER);
        browse(&url);
        assert_eq!(running.end_without_rules().ended, Ended::Code(0));
        assert_eq!(world.run(&["--profile", "dev"]).ended, Ended::Code(0));
    };
    std::thread::scope(|scope| {
        scope.spawn(by_questions);
        scope.spawn(by_flags);
    });
}

fn an_account_is_found_among_many() {
    let setup = Setup { auto: Auto::Approve, ..Setup::many_accounts(40, 60) };
    let world = World::with(setup);
    world.put_token("+1h");
    let mut terminal = Terminal::start(&world, &["configure", "--sso-session", "corp"]);
    terminal.wait_for("listing roles: ");
    terminal.wait_for("and 20 more");
    answer(&mut terminal, "of its name: ", "nobody");
    answer(&mut terminal, "no account has `nobody`", "team-01");
    answer(&mut terminal, "team-019", "TEAM-012");
    answer(&mut terminal, "account: team-012", "read");
    answer(&mut terminal, "name of the profile [ReadOnly-", "x");
    answer(&mut terminal, "the profile [us-east-1]: ", "");
    assert_eq!(terminal.end(), 0, "{}", terminal.shown());
    assert!(config(&world).contains("[profile x]\n"));
}

fn answers_that_cannot_be_used_are_asked_again() {
    let world = nothing();
    let mut terminal = Terminal::start(&world, &["configure", "--no-login"]);
    answer(&mut terminal, "name for the sign-in, such as your company's [my-sso]: ", "my team");
    answer(&mut terminal, "`my team` may have letters", "corp");
    answer(&mut terminal, "start URL: ", "");
    answer(&mut terminal, "an answer is needed here", "http://example.awsapps.com");
    answer(&mut terminal, "must begin with `https://`", "nonsense");
    answer(&mut terminal, "`nonsense` is not a start URL", "https://example.awsapps.com/start");
    answer(&mut terminal, "region of IAM Identity Center [us-east-1]: ", "frankfurt");
    answer(&mut terminal, "`frankfurt` is not a region, which looks like `us-east-1`", "us-east-1");
    answer(&mut terminal, "account id: ", "111122223333");
    answer(&mut terminal, "role name: ", "ReadOnly");
    answer(&mut terminal, "[ReadOnly-111122223333]: ", "");
    answer(&mut terminal, "the profile [us-east-1]: ", "none");
    assert_eq!(terminal.end(), 0, "{}", terminal.shown());
    assert!(terminal.shown().contains("sign in by `sso-cp login --sso-session corp`"));
    assert_eq!(world.fake.operations().len(), 0);
}

fn sessions_that_there_are_are_offered() {
    let world = approving();
    world.put_token("+1h");
    let mut terminal = Terminal::start(&world, &["configure", "--account-id", "444455556666"]);
    terminal.wait_for("1  corp");
    answer(&mut terminal, "or the name of a new session [1]: ", "");
    terminal.wait_for("the only role: ReadOnly");
    answer(&mut terminal, "[ReadOnly-444455556666]: ", "dev");
    answer(&mut terminal, "profile `dev` exists; change it? (y or n) [n]: ", "");
    answer(&mut terminal, "(y or n) [n]: \nname of the profile", "dev");
    answer(
        &mut terminal,
        "(y or n) [n]: \nname of the profile [ReadOnly-444455556666]: dev\nprofile `dev` exists",
        "y",
    );
    answer(&mut terminal, "the profile [eu-west-1]: ", "");
    assert_eq!(terminal.end(), 0, "{}", terminal.shown());
    assert!(config(&world).contains("sso_cp_account_id = 444455556666\n"));
    assert!(!config(&world).contains("111122223333"));
}

/// What does not work is asked again, with the answers so far; nobody begins anew for a slip.
fn a_portal_that_does_not_answer_is_asked_for_again() {
    let world = nothing();
    world.script("oidc.RegisterClient: error=InvalidRequestException description=\"no instance\"");
    let mut terminal = Terminal::start(&world, &["configure", "--no-browser"]);
    answer(&mut terminal, "such as your company's [my-sso]: ", "corp");
    answer(&mut terminal, "start URL: ", "example.awsapps.com/start");
    answer(&mut terminal, "region of IAM Identity Center [us-east-1]: ", "eu-west-1");
    answer(&mut terminal, "no instance\nname for the sign-in, such as your company's [corp]: ", "");
    answer(&mut terminal, "start URL [https://example.awsapps.com/start]: ", "");
    answer(&mut terminal, "region of IAM Identity Center [eu-west-1]: ", "us-east-1");
    browse(&terminal.url());
    answer(&mut terminal, "account, by its number or a part of its name: ", "alpha");
    answer(&mut terminal, "role, by its number or a part of its name: ", "2");
    answer(&mut terminal, "name of the profile [ReadOnly-111122223333]: ", "x");
    answer(&mut terminal, "the profile [us-east-1]: ", "");
    assert_eq!(terminal.end(), 0, "{}", terminal.shown());
    assert!(config(&world).contains("sso_region = us-east-1\n"));
}

/// A legacy profile has answers already.
fn a_legacy_profile_offers_what_it_has() {
    let world = nothing();
    let old = "[profile old]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n\
               sso_account_id = 111122223333\nsso_role_name = ReadOnly\nregion = eu-north-1\n";
    world.put(".aws/config", old);
    for profile in [&["--profile", "old"][..], &[]] {
        let arguments = [&["configure", "--no-login"], profile].concat();
        let mut terminal = Terminal::start(&world, &arguments);
        answer(&mut terminal, "such as your company's [example]: ", "");
        answer(&mut terminal, "start URL [https://example.awsapps.com/start]: ", "");
        answer(&mut terminal, "region of IAM Identity Center [us-east-1]: ", "");
        if profile.is_empty() {
            answer(&mut terminal, "account id: ", "12");
            answer(
                &mut terminal,
                "`12` is not an account id, which has twelve digits\naccount id: ",
                "1111-2222-3333",
            );
            answer(&mut terminal, "role name: ", "ReadOnly");
            answer(&mut terminal, "name of the profile [ReadOnly-111122223333]: ", "old");
            answer(&mut terminal, "profile `old` exists; change it? (y or n) [n]: ", "y");
        }
        if !profile.is_empty() {
            answer(&mut terminal, "account id [111122223333]: ", "");
            answer(&mut terminal, "role name [ReadOnly]: ", "");
        }
        answer(&mut terminal, "the profile [eu-north-1]: ", "");
        assert_eq!(terminal.end(), 0, "{}", terminal.shown());
        let text = config(&world);
        // Once more, everything is there.
        let mut terminal =
            Terminal::start(&world, &["configure", "--no-login", "--profile", "old"]);
        for question in ["new session [1]: ", "[111122223333]: ", "[ReadOnly]: ", "[eu-north-1]: "]
        {
            answer(&mut terminal, question, "");
        }
        assert_eq!((terminal.end(), config(&world)), (0, text.clone()), "{}", terminal.shown());
        assert!(
            text.contains("region = eu-north-1\n") && text.contains("sso_cp_session = example\n"),
            "{text}"
        );
        world.put(".aws/config", old);
    }
}

fn a_person_who_ends_the_questions_changes_nothing() {
    const CONTROL_C: &str = "\u{3}";
    const CONTROL_D: &str = "\u{4}";
    for (key, code) in [(CONTROL_C, 130), (CONTROL_D, 2)] {
        let world = nothing();
        let mut terminal = Terminal::start(&world, &["configure"]);
        answer(&mut terminal, "name for the sign-in", "corp");
        terminal.wait_for("start URL: ");
        terminal.type_in(key);
        assert_eq!(terminal.end(), code, "{}", terminal.shown());
        assert!(terminal.is_sane());
        assert!(!world.home(".aws/config").exists());
    }
}

fn many_at_once_lose_nothing() {
    let world = World::new();
    let profiles: Vec<String> = (0..12).map(|number| format!("profile-{number}")).collect();
    std::thread::scope(|scope| {
        for profile in &profiles {
            let command = Run::new(
                [
                    "configure",
                    "--sso-session",
                    "corp",
                    "--account-id",
                    "1",
                    "--role-name",
                    "R",
                    "--no-login",
                    "--profile",
                    profile,
                ]
                .map(Into::into),
            );
            let mut command = command.command(&world);
            scope.spawn(move || {
                let ran =
                    Ran::of(command.spawn().unwrap(), Instant::now(), Duration::from_secs(20));
                assert_eq!(ran.ended, Ended::Code(0), "{ran}");
            });
        }
    });
    let config = config(&world);
    for profile in &profiles {
        assert_eq!(config.matches(&format!("[profile {profile}]\n")).count(), 1, "{config}");
    }
    assert_eq!(fs::read_dir(world.home(".aws")).unwrap().flatten().count(), 2);
}

fn mode_and_link_of_the_file_stay() {
    let mut world = World::new();
    world.put_token("+1h");
    world.also_writable.push("dotfiles".into());
    let text = config(&world);
    let file = world.put("dotfiles/aws-config", &text);
    crate::harness::set_mode(&file, 0o640);
    fs::remove_file(world.home(".aws/config")).unwrap();
    symlink("../dotfiles/aws-config", world.home(".aws/config")).unwrap();
    let command = ["populate", "--sso-session", "corp"].map(Into::into);
    let mut command = Run::new(command).command(&world);
    let ran = Ran::of(command.spawn().unwrap(), Instant::now(), Duration::from_secs(20));
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    assert!(world.home(".aws/config").is_symlink());
    assert_eq!(file.metadata().unwrap().mode() & 0o777, 0o640);
    assert!(fs::read_to_string(file).unwrap().starts_with(&text));
}

fn five_thousand_profiles_and_a_block() {
    let world = World::new();
    world.put_token("+1h");
    let mut text = config(&world);
    for number in 0..5000 {
        text.push_str(&format!("\n[profile mine-{number}]\nregion = eu-west-1\noutput = json\n"));
    }
    world.put(".aws/config", &text);
    let ran = world.run(&["populate", "--sso-session", "corp"]);
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    assert!(config(&world).starts_with(&text));
    let ran = world.run(&["populate", "--sso-session", "corp"]);
    assert!(ran.stderr().contains("is up to date"), "{ran}");
    // Unoptimised, and beside other tests. `cargo xtask bench` has the real number.
    assert!(ran.took < Duration::from_secs(30), "{ran}");
}

/// The stand-in refuses whatever comes faster than the limit. On a busy machine requests may bunch up on
/// their way, and those refusals are none of the limiter's; without it there are a hundred for each answer.
fn a_thousand_roles_at_the_pace_that_aws_allows() {
    const ACCOUNTS: usize = 250;
    const ANSWERS: usize = ACCOUNTS + ACCOUNTS.div_ceil(100);
    const TOO_MANY_REQUESTS: u16 = 429;
    let setup =
        Setup { portal_requests_per_second: Some(20), ..Setup::many_accounts(ACCOUNTS, 1000) };
    let world = World::with(setup);
    world.put_token("+1h");
    let ran = Run::new(["list", "--sso-session", "corp", "--json"].map(Into::into))
        .within(Duration::from_secs(300))
        .checked(&world);
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    let list: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    let accounts = list["accounts"].as_array().unwrap();
    let roles: usize = accounts.iter().map(|it| it["roles"].as_array().unwrap().len()).sum();
    assert_eq!((accounts.len(), roles), (ACCOUNTS, 1000));
    let statuses: Vec<u16> = world.fake.requests().iter().map(|request| request.status).collect();
    let count = |wanted: u16| statuses.iter().filter(|status| **status == wanted).count();
    assert_eq!(count(200), ANSWERS, "nothing is asked twice");
    assert!(count(TOO_MANY_REQUESTS) < ANSWERS, "{} refusals", count(TOO_MANY_REQUESTS));
}

/// A home in which one profile each was configured, populated and migrated.
fn written() -> World {
    let world = World::bare(Setup::default());
    world.put(
        ".aws/config",
        "# mine\n[profile old]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n\
         sso_account_id = 111122223333\nsso_role_name = ReadOnly\n\
         credential_process = aws-sso-util credential-process --profile old\nregion = us-east-1\n",
    );
    let ok = |arguments: &[&str]| {
        let ran = world.run(arguments);
        assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    };
    ok(&["migrate"]);
    world.put(".aws/sso/cache/{token-file example}", "{token +1h}");
    let session = ["--sso-session", "example"];
    let role = ["--account-id", "111122223333", "--role-name", "ReadOnly", "--region", "us-east-1"];
    ok(&[&["configure", "--profile", "new"][..], &session, &role].concat());
    ok(&[&["populate", "--region", "us-east-1"][..], &session].concat());
    world
}

fn reads_what_was_written(client: &Client, world: &World) {
    for profile in ["old", "new", "alpha.ReadOnly"] {
        let said = client.succeeds(world, profile);
        assert!(said.contains("ASIAFAKE") || said.contains("111122223333"), "{profile}: {said}");
    }
    // All three are one role, and it was fetched once.
    let fetched = world.fake.operations();
    let fetched = fetched.iter().filter(|name| *name == "portal.GetRoleCredentials");
    assert_eq!(fetched.count(), 1);
}

fn boto3_reads_what_was_written() {
    let Some(client) = boto3() else { return };
    reads_what_was_written(&client, &written());
}

fn the_aws_cli_reads_what_was_written() {
    let world = written();
    let Some(client) = aws_cli(&world) else { return };
    reads_what_was_written(&client, &world);
}

fn the_js_sdk_reads_what_was_written() {
    let Some(client) = js_sdk() else { return };
    reads_what_was_written(&client, &written());
}

fn the_rust_sdk_reads_what_was_written() {
    let Some(client) = rust_sdk() else { return };
    reads_what_was_written(&client, &written());
}
