//! A first day: an empty home, `sso-cp configure`, a person who takes their time, and the first tool. What goes wrong before anything is
//! written says how to go on with what was answered.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use fake_identity_center::{Auto, Setup};

use crate::harness::{Ended, Ran, Run, World, shell_words, skip, tests};
use crate::login::{Terminal, browse};

tests! {
    slow "configure real-clients" => from_an_empty_home_to_boto3_with_a_slow_sign_in,
    quick "configure" => a_sign_in_that_fails_is_gone_on_with,
    quick "configure" => answers_are_kept_where_the_sign_in_fails,
    quick "configure" => a_browser_elsewhere_is_left_for_a_code,
    quick "configure" => a_role_that_is_refused_names_no_session_that_no_file_has,
    quick "configure" => scopes_that_aws_does_not_know_are_left_out,
    quick "configure" => a_token_that_aws_has_forgotten_is_replaced,
    quick "configure" => twice_is_as_good_as_once,
    quick "configure g14" => control_c_at_each_question_changes_nothing,
}

const FLAGS: [&str; 11] = [
    "configure",
    "--sso-session",
    "corp",
    "--start-url",
    "https://example.awsapps.com/start",
    "--sso-region",
    "us-east-1",
    "--account-id",
    "111122223333",
    "--role-name",
    "ReadOnly",
];

fn nothing(auto: Auto) -> World {
    World::bare(Setup { auto, ..Setup::default() })
}

fn answer(terminal: &mut Terminal, question: &str, answer: &str) {
    terminal.wait_for(question);
    terminal.type_in(&format!("{answer}\n"));
}

/// The last command that begins so, as words.
fn hinted(text: &str, start: &str) -> Vec<String> {
    let at = text.rfind(start).unwrap_or_else(|| panic!("no `{start}`:\n{text}"));
    let command = text[at..].split(['`', '\n']).next().unwrap_or_default();
    shell_words(command.trim_end()).unwrap()[1..].to_vec()
}

fn type_in(world: &World, words: &[String]) -> Ran {
    Run::new(words.iter().map(Into::into)).that_may_save().run(world).0
}

fn assert_unknown_session_is_not_named(text: &str) {
    for command in ["sso-cp login", "sso-cp list", "sso-cp whoami", "in the config file"] {
        assert!(!text.contains(command), "{command} would not know the session:\n{text}");
    }
}

const PYTHON: &str = "
import boto3
session = boto3.Session()
print(session.profile_name, session.region_name, session.get_credentials().get_frozen_credentials().access_key)
";

/// The browser takes longer than a call may, and the questions too.
fn from_an_empty_home_to_boto3_with_a_slow_sign_in() {
    const LONGER: Duration = Duration::from_secs(22);
    let mut world = nothing(Auto::Manual);
    world.set("COLUMNS", "80");
    let mut terminal = Terminal::start(&world, &["configure", "--no-browser"]);
    terminal.resize(80, 24);
    answer(&mut terminal, "name for the sign-in", "corp");
    answer(&mut terminal, "start URL: ", "example.awsapps.com/start");
    answer(&mut terminal, "region of IAM Identity Center [us-east-1]: ", "");
    let url = terminal.url();
    sleep(LONGER);
    world.fake.set_auto(Auto::Approve);
    browse(&url);
    answer(&mut terminal, "account, by its number or a part of its name: ", "alpha");
    answer(&mut terminal, "role, by its number or a part of its name: ", "ReadOnly");
    answer(&mut terminal, "name of the profile [ReadOnly-111122223333]: ", "dev");
    answer(&mut terminal, "the profile [us-east-1]: ", "eu-west-1");
    assert_eq!(terminal.end(), 0, "{}", terminal.shown());
    let shown = terminal.shown();
    let whoami = type_in(&world, &hinted(&shown, "sso-cp whoami"));
    assert_eq!(whoami.ended, Ended::Code(0), "{whoami}");
    let Some(python) = std::env::var_os("SSO_CP_TEST_PYTHON").filter(|path| !path.is_empty())
    else {
        return skip("SSO_CP_TEST_PYTHON does not name the client");
    };
    let mut command = Command::new(python);
    command.args(["-c", PYTHON]).env_clear().envs(&world.env).env("AWS_PROFILE", "dev");
    command
        .current_dir(world.work())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let ran = Ran::of(command.spawn().unwrap(), Instant::now(), Duration::from_secs(60));
    assert_eq!(ran.stdout(), "dev eu-west-1 ASIAFAKE000000000001\n", "{ran}");
}

fn by_code() -> Vec<String> {
    FLAGS.iter().chain(&["--use-device-code"]).map(|word| (*word).to_owned()).collect()
}

fn a_sign_in_that_fails_is_gone_on_with() {
    for (script, code) in [
        ("oidc.RegisterClient: error=InvalidRequestException description=\"no instance\"", 4),
        ("oidc.StartDeviceAuthorization: error=InvalidRequestException", 4),
        ("oidc.CreateToken: error=ExpiredTokenException", 4),
        ("oidc.CreateToken: error=AccessDeniedException", 4),
        ("oidc.RegisterClient: status=503 repeat=forever", 6),
    ] {
        let world = nothing(Auto::Approve);
        world.script(script);
        let words = by_code();
        let failed = type_in(&world, &words);
        assert_eq!(failed.ended, Ended::Code(code), "{script}: {failed}");
        assert_unknown_session_is_not_named(&failed.stderr());
        let again = hinted(&failed.stderr(), "sso-cp configure");
        let sorted = |words: &[String]| words.iter().cloned().collect::<BTreeSet<String>>();
        let lost: Vec<String> = sorted(&words).difference(&sorted(&again)).cloned().collect();
        assert!(lost.is_empty(), "{lost:?} is lost: {failed}");
        world.fake.clear_script();
        let done = type_in(&world, &again);
        assert_eq!(done.ended, Ended::Code(0), "{again:?}: {done}");
    }
}

fn answers_are_kept_where_the_sign_in_fails() {
    let world = nothing(Auto::Deny);
    let mut terminal =
        Terminal::start(&world, &["configure", "--no-browser", "--region", "eu-west-1"]);
    answer(&mut terminal, "name for the sign-in", "corp");
    answer(&mut terminal, "start URL: ", "example.awsapps.com/start");
    answer(&mut terminal, "region of IAM Identity Center [us-east-1]: ", "");
    browse(&terminal.url());
    assert_eq!(terminal.end(), 4, "{}", terminal.shown());
    assert_unknown_session_is_not_named(&terminal.shown());
    assert!(!world.home(".aws/config").exists());
    let again = hinted(&terminal.shown(), "sso-cp configure");
    world.fake.set_auto(Auto::Approve);
    let again: Vec<&str> = again.iter().map(String::as_str).collect();
    let mut terminal = Terminal::start(&world, &again);
    browse(&terminal.url());
    answer(&mut terminal, "account, by its number or a part of its name: ", "alpha");
    answer(&mut terminal, "role, by its number or a part of its name: ", "ReadOnly");
    answer(&mut terminal, "name of the profile [ReadOnly-111122223333]: ", "dev");
    assert_eq!(terminal.end(), 0, "{}", terminal.shown());
    assert!(!terminal.shown().contains("start URL"), "{}", terminal.shown());
    assert_eq!(world.dev().ended, Ended::Code(0));
}

fn a_browser_elsewhere_is_left_for_a_code() {
    let mut world = nothing(Auto::Approve);
    world.set("SSH_CONNECTION", "192.0.2.7 50000 192.0.2.8 22");
    let mut terminal = Terminal::start(&world, &FLAGS);
    terminal.url();
    assert_unknown_session_is_not_named(&terminal.shown());
    let by_code = hinted(&terminal.shown(), "sso-cp configure");
    terminal.type_in("\u{3}");
    assert_eq!(terminal.end(), 130, "{}", terminal.shown());
    let done = type_in(&world, &by_code);
    assert_eq!(done.ended, Ended::Code(0), "{by_code:?}: {done}");
}

fn a_role_that_is_refused_names_no_session_that_no_file_has() {
    let world = nothing(Auto::Approve);
    let words = by_code();
    let wrong: Vec<String> = words.iter().map(|word| word.replace("ReadOnly", "Nobody")).collect();
    let failed = type_in(&world, &wrong);
    failed.failed(5, "check `--account-id` and `--role-name`");
    assert_unknown_session_is_not_named(&failed.stderr());
    assert!(!world.home(".aws/config").exists());
    // The sign-in is there, and the next try needs none.
    assert_eq!(type_in(&world, &words).ended, Ended::Code(0));
}

fn scopes_that_aws_does_not_know_are_left_out() {
    let world = nothing(Auto::Approve);
    let words: Vec<String> = FLAGS
        .iter()
        .chain(&["--use-device-code", "--scopes", "sso:account:access,no:such"])
        .map(|word| (*word).to_owned())
        .collect();
    world.script("oidc.RegisterClient: error=InvalidScopeException");
    let failed = type_in(&world, &words);
    failed.failed(4, "leave `--scopes` out");
    let done = type_in(&world, &hinted(&failed.stderr(), "sso-cp configure"));
    assert_eq!(done.ended, Ended::Code(0), "{done}");
}

/// No other command could end that sign-in, for none knows the session.
fn a_token_that_aws_has_forgotten_is_replaced() {
    let world = nothing(Auto::Approve);
    world.put_token("+1h");
    world.fake.revoke(&world.expand("{access-token}"));
    let words = by_code();
    let done = type_in(&world, &words);
    assert_eq!(done.ended, Ended::Code(0), "{done}");
}

fn twice_is_as_good_as_once() {
    let world = nothing(Auto::Approve);
    let config = || std::fs::read_to_string(world.home(".aws/config")).unwrap();
    let mut written = String::new();
    for round in 0..2 {
        let mut terminal = Terminal::start(&world, &["configure", "--no-browser"]);
        match round {
            0 => {
                answer(&mut terminal, "name for the sign-in", "corp");
                answer(&mut terminal, "start URL: ", "https://example.awsapps.com/start/#/");
                answer(&mut terminal, "region of IAM Identity Center [us-east-1]: ", "");
                browse(&terminal.url());
            }
            _ => answer(&mut terminal, "or the name of a new session [1]: ", ""),
        }
        answer(&mut terminal, "account, by its number or a part of its name: ", "alpha");
        answer(&mut terminal, "role, by its number or a part of its name: ", "ReadOnly");
        answer(&mut terminal, "name of the profile [ReadOnly-111122223333]: ", "");
        if round == 1 {
            answer(&mut terminal, "exists; change it? (y or n) [n]: ", "y");
        }
        answer(&mut terminal, "the profile [us-east-1]: ", "");
        assert_eq!(terminal.end(), 0, "{}", terminal.shown());
        match round {
            0 => written = config(),
            _ => assert_eq!(config(), written),
        }
    }
}

fn control_c_at_each_question_changes_nothing() {
    const QUESTIONS: [(&str, &str); 7] = [
        ("name for the sign-in", "corp"),
        ("start URL: ", "example.awsapps.com/start"),
        ("region of IAM Identity Center [us-east-1]: ", ""),
        ("account id: ", "111122223333"),
        ("role name: ", "ReadOnly"),
        ("name of the profile [ReadOnly-111122223333]: ", ""),
        ("the profile [us-east-1]: ", ""),
    ];
    for stop in 0..QUESTIONS.len() {
        let world = nothing(Auto::Approve);
        let mut terminal = Terminal::start(&world, &["configure", "--no-login"]);
        for (question, text) in &QUESTIONS[..stop] {
            answer(&mut terminal, question, text);
        }
        terminal.wait_for(QUESTIONS[stop].0);
        terminal.type_in("\u{3}");
        assert_eq!(terminal.end(), 130, "{}", terminal.shown());
        assert!(terminal.is_sane());
        assert!(!world.home(".aws/config").exists());
    }
}
