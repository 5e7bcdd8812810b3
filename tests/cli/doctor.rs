//! What a text cannot arrange for `doctor`: silence, clocks, AWS CLIs of all ages.

use std::time::Duration;

use crate::harness::{Ended, Ran, Run, World, closed_port, program, silent_listener, tests};

tests! {
    slow "contract d05" => endpoints_that_keep_silent_cost_ten_seconds_at_most,
    quick "contract d03 d26" => a_proxy_that_is_not_there_is_named,
    quick "contract" => no_token_is_ever_sent,
    quick "contract d29" => a_wrong_clock_is_measured,
    quick "contract" => old_aws_clis_are_told,
    quick "contract populate" => a_bare_name_is_well_where_the_profile_wants_it,
    quick "contract" => a_bare_name_in_quotes_keeps_its_arguments,
    quick "contract" => a_command_gets_one_correction,
    quick "contract" => a_path_with_blanks_is_quoted,
    quick "contract" => what_a_fix_uncovers_is_fixed_too,
    quick "contract" => a_misspelt_line_of_scopes_is_renamed,
    slow "contract" => an_aws_cli_that_hangs_is_left_alone,
}

/// Everything is well, but for what a test adds.
fn world() -> World {
    let mut world = World::new();
    world.put(
        ".aws/config",
        "[sso-session corp]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n\
         sso_registration_scopes = sso:account:access\n\n[profile dev]\nsso_cp_session = corp\n\
         sso_cp_account_id = 111122223333\nsso_cp_role_name = ReadOnly\n",
    );
    world.put_token("+1h");
    world.set("PATH", "/nowhere");
    world
}

/// The one finding of a check, as `verdict: reason`.
fn finding(ran: &Ran, check: &str) -> String {
    let found: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    let checks = found["checks"].as_array().unwrap();
    let of_check: Vec<_> = checks.iter().filter(|row| row["check"] == check).collect();
    assert!(of_check.len() == 1, "{check}: {ran}");
    let text = |key: &str| of_check[0][key].as_str().unwrap_or_default().to_owned();
    format!("{}: {}", text("verdict"), text("reason"))
}

fn doctor(world: &World) -> Ran {
    Run::new(["doctor", "--profile", "dev", "--json"].map(Into::into)).checked(world)
}

/// Puts us on the PATH, and gives the path.
fn install(world: &mut World, folder: &str) -> String {
    let bin = world.root().join(folder);
    std::fs::create_dir_all(&bin).unwrap();
    std::os::unix::fs::symlink(program(), bin.join("sso-cp")).unwrap();
    world.set("PATH", &bin.to_string_lossy());
    bin.join("sso-cp").to_string_lossy().into_owned()
}

/// Runs `doctor --fix --yes`, and gives the config file as it is then.
fn fixed(world: &World) -> (Ran, String) {
    let words = ["doctor", "--fix", "--yes"].map(Into::into);
    let (ran, _) = Run::new(words).that_may_save().run(world);
    (ran, std::fs::read_to_string(world.home(".aws/config")).unwrap())
}

/// The correction has the whole path, so nothing else is said of the bare name.
fn a_command_gets_one_correction() {
    let mut world = world();
    let path = install(&mut world, "bin");
    let config = std::fs::read_to_string(world.home(".aws/config")).unwrap();
    for command in [
        "sso-cp --profile dev | jq .",
        "sso-cp login --profile dev",
        "sso-cp i --profile=dev",
        "sso-cp --profile nobody",
    ] {
        world.put(".aws/config", &format!("{config}credential_process = {command}\n"));
        let ran = doctor(&world);
        let corrected = format!("write `credential_process = {path} --profile dev` below");
        let text = ran.stdout();
        assert!(text.contains(&corrected), "{command}: {ran}");
        assert_eq!(
            text.matches("write `credential_process").count(),
            text.matches(&corrected).count(),
            "{command}: {ran}"
        );
        assert!(!text.contains("PATH is shorter"), "{command}: {ran}");
        let (_, after) = fixed(&world);
        assert!(after.ends_with(&format!("= {path} --profile dev\n")), "{command}: {after}");
    }
}

fn a_path_with_blanks_is_quoted() {
    let mut world = world();
    let path = install(&mut world, "my bin");
    // A link would lead to a folder without blanks.
    std::fs::remove_file(&path).unwrap();
    std::fs::copy(program(), &path).unwrap();
    let config = std::fs::read_to_string(world.home(".aws/config")).unwrap();
    for command in ["sso-cp --profile dev", "sso-cp login --profile dev"] {
        world.put(".aws/config", &format!("{config}credential_process = {command}\n"));
        let words = ["doctor", "--fix", "--yes"].map(Into::into);
        let run = Run::new(words).in_shell("shift; exec sso-cp \"$@\"").that_may_save();
        let (ran, _) = run.run(&world);
        let after = std::fs::read_to_string(world.home(".aws/config")).unwrap();
        assert!(after.ends_with(&format!("= \"{path}\" --profile dev\n")), "{after}{ran}");
        assert!(ran.stdout().contains("fix: move the program to a folder"), "{command}: {ran}");
    }
}

/// Nobody reads the profile before its header is right.
fn what_a_fix_uncovers_is_fixed_too() {
    let mut world = world();
    let path = install(&mut world, "bin");
    let config = std::fs::read_to_string(world.home(".aws/config")).unwrap();
    let config = config.replace("[profile dev]", "[profil dev]");
    world.put(".aws/config", &format!("{config}credential_process = sso-cp --profile dev\n"));
    let (ran, after) = fixed(&world);
    assert!(after.contains("[profile dev]"), "{after}");
    assert!(after.ends_with(&format!("= {path} --profile dev\n")), "{after}");
    assert_eq!(ran.stdout().matches("\n+++ ").count(), 2, "{ran}");
    assert!(ran.stderr().contains("0 modes; that shows more to fix:\n"), "{ran}");
    assert!(ran.stderr().ends_with("0 modes; this is left:\n"), "{ran}");
}

fn a_misspelt_line_of_scopes_is_renamed() {
    let world = world();
    let config = std::fs::read_to_string(world.home(".aws/config")).unwrap();
    let wrong = config.replace("sso_registration_scopes =", "sso_registration_scope =");
    world.put(".aws/config", &wrong);
    let found = Run::new(["doctor", "--json"].map(Into::into)).checked(&world);
    let reason =
        "it names no scopes: `sso_registration_scope` is not a key of AWS's, and nothing reads it";
    assert_eq!(finding(&found, "scope"), format!("warning: {reason}"));
    let text = found.stdout();
    let fix = "write `sso_registration_scopes` in line 4 of ~/.aws/config";
    assert_eq!(text.matches(fix).count(), 2, "{found}");
    assert_eq!(fixed(&world).1, config);
}

/// `populate --portable` writes the mark.
fn a_bare_name_is_well_where_the_profile_wants_it() {
    let mut world = world();
    install(&mut world, "bin");
    let config = std::fs::read_to_string(world.home(".aws/config")).unwrap();
    let bare = config + "credential_process = sso-cp --profile dev\n";
    for (mark, verdict) in [("", "warning"), ("sso_cp_portable = true\n", "ok")] {
        world.put(".aws/config", &[&bare, mark].concat());
        let found = finding(&doctor(&world), "process");
        assert!(found.starts_with(verdict), "{mark}: {found}");
    }
    assert!(finding(&doctor(&world), "grammar").starts_with("ok"));
}

/// Some tools run such a line, so what `--fix` makes of it must not lose what stands behind the name.
fn a_bare_name_in_quotes_keeps_its_arguments() {
    let mut world = world();
    install(&mut world, "bin");
    let config = std::fs::read_to_string(world.home(".aws/config")).unwrap();
    for name in ["'sso-cp'", "\"sso-cp\"", "s\"so-cp\""] {
        world.put(".aws/config", &format!("{config}credential_process = {name} --profile dev\n"));
        let words = ["doctor", "--fix", "--yes"].map(Into::into);
        Run::new(words).that_may_save().run(&world);
        let fixed = std::fs::read_to_string(world.home(".aws/config")).unwrap();
        let line = fixed.lines().last().unwrap_or_default();
        assert!(line.starts_with("credential_process = /"), "{name}: {fixed}");
        assert!(line.ends_with(" --profile dev"), "{name}: {fixed}");
    }
}

fn endpoints_that_keep_silent_cost_ten_seconds_at_most() {
    let mut world = world();
    let silent = [silent_listener(), silent_listener()];
    for (name, listener) in
        ["AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC"].into_iter().zip(&silent)
    {
        world.set(name, &format!("http://{}", listener.local_addr().unwrap()));
    }
    let ran = Run::new(["doctor".into()]).checked(&world);
    assert_eq!(ran.ended, Ended::Code(6), "{ran}");
    assert!(ran.took < Duration::from_secs(10), "{ran}");
    assert_eq!(ran.stdout().matches("failure  endpoint: ").count(), 2, "{ran}");
}

fn a_proxy_that_is_not_there_is_named() {
    let mut world = world();
    world.unset("AWS_ENDPOINT_URL_SSO");
    world.unset("AWS_ENDPOINT_URL_SSO_OIDC");
    world.set("HTTPS_PROXY", &format!("http://user:SECRET@{}", closed_port()));
    let ran = Run::new(["doctor".into()]).checked(&world);
    assert_eq!(ran.ended, Ended::Code(6), "{ran}");
    let text = ran.stdout();
    assert_eq!(text.matches("of `HTTPS_PROXY` takes no connection").count(), 1, "{ran}");
    assert!(!text.contains("SECRET"), "{ran}");
}

fn no_token_is_ever_sent() {
    let world = world();
    let ran = doctor(&world);
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    let requests = format!("{:?}", world.fake.requests());
    let token = world.expand("{access-token}");
    assert!(!requests.is_empty() && !requests.contains(&token), "{requests}");
    assert!(!ran.stdout().contains("SECRET"), "{ran}");
}

fn a_wrong_clock_is_measured() {
    let world = world();
    assert_eq!(finding(&doctor(&world), "clock"), "ok: agrees with AWS's");
    world.script("sts.: date=+1h");
    let ran = doctor(&world);
    assert_eq!(ran.ended, Ended::Code(6), "{ran}");
    let clock = finding(&ran, "clock");
    assert!(clock.starts_with("failure: this machine's clock is 1 h behind AWS's"), "{ran}");
}

/// Puts a script in the place of the AWS CLI.
fn aws(world: &mut World, script: &str) {
    use std::os::unix::fs::PermissionsExt;
    let bin = world.root().join("bin");
    std::fs::create_dir_all(&bin).unwrap();
    let path = bin.join("aws");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    let bin = bin.to_string_lossy().into_owned();
    world.set("PATH", &bin);
}

fn old_aws_clis_are_told() {
    let mut world = world();
    for (says, verdict) in [
        ("aws-cli/2.36.7 Python/3.11.7 Linux/6.1", "ok: aws-cli/2.36.7 knows [sso-session]"),
        ("aws-cli/2.8.13 Python/3.9", "warning: aws-cli/2.8.13 knows no [sso-session]"),
        (
            "aws-cli/1.44.1 Python/3.11",
            "warning: aws-cli/1.44.1 is version 1, which cannot sign in",
        ),
        ("something else", "warning: it is not an AWS CLI that tells its version"),
    ] {
        aws(&mut world, &format!("echo '{says}'"));
        let ran = doctor(&world);
        assert_eq!(ran.ended, Ended::Code(0), "{ran}");
        assert_eq!(finding(&ran, "aws-cli"), verdict, "{ran}");
    }
}

fn an_aws_cli_that_hangs_is_left_alone() {
    let mut world = world();
    aws(&mut world, "exec /bin/sleep 30");
    let ran = doctor(&world);
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    assert!(ran.took < Duration::from_secs(8), "{ran}");
    assert_eq!(finding(&ran, "aws-cli"), "warning: it does not tell its version in time");
}
