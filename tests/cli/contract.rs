//! What the contract says about help, `--debug` and texts that are too long for a case.

use crate::harness::{Ended, Run, World, tests};

tests! {
    quick "contract" => help_is_a_result,
    quick "contract" => sixty_profiles_fit_eighty_columns,
    quick "contract" => names_are_those_of_the_file,
    quick "contract s-37" => debug_tells_events_from_a_list,
    quick "contract" => debug_by_the_environment,
}

/// Sixty legacy profiles with long names, sixty of a session where nobody is signed in, and one whose names are wider than they have letters.
fn many_profiles() -> String {
    let mut config = "[sso-session corp]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n\
         sso_registration_scopes = sso:account:access\n"
        .to_owned();
    for number in (0..60).rev() {
        config.push_str(&format!(
            "[profile legacy-{number:02}-of-the-department-of-long-names-and-longer-ones]\n\
             sso_start_url = https://a-company-with-a-long-name.awsapps.com/start\nsso_region = us-east-1\n\
             sso_account_id = 111122223333\nsso_role_name = AWSAdministratorAccessWithALongName\n\
             [profile new-{number:02}]\nsso_cp_session = corp\nsso_cp_account_id = 444455556666\n\
             sso_cp_role_name = ReadOnly\n"
        ));
    }
    config
        + "[profile '漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字']\nsso_cp_session = corp\nsso_cp_account_id = 444455556666\nsso_cp_role_name = ReadOnly\n"
}

fn sixty_profiles_fit_eighty_columns() {
    let mut world = World::new();
    world.put(".aws/config", &many_profiles());
    world.set("PATH", "/nowhere");
    for (columns, most) in [(Some("80"), 80), (None, 80), (Some("70"), 70)] {
        match columns {
            Some(columns) => world.set("COLUMNS", columns),
            None => world.unset("COLUMNS"),
        }
        for command in ["status", "profiles", "doctor"] {
            let text = world.run(&[command]).stdout();
            // A command is never cut: it is to be copied.
            let lines = text
                .lines()
                .filter(|line| !line.contains("sso-cp login --profile legacy"))
                .filter(|line| !line.trim_start().starts_with('`'));
            let wide = { lines }.find(|line| {
                let doubled = line.chars().filter(|letter| *letter >= '\u{4e00}').count();
                line.chars().count() + doubled > most
            });
            assert_eq!(wide, None, "{text}");
        }
    }
    let profiles = world.run(&["profiles"]).stdout();
    assert!(profiles.contains('…') && profiles.contains("444455556666"), "{profiles}");
    let names: Vec<&str> = profiles.lines().skip(1).take(60).map(|line| &line[..9]).collect();
    assert!(names.is_sorted(), "{profiles}");
    assert_eq!(
        profiles.matches("hint: run `sso-cp login --sso-session corp`").count(),
        1,
        "{profiles}"
    );
    assert_eq!(profiles.matches("nobody is signed in").count(), 2, "{profiles}");
    let doctor = world.run(&["doctor"]).stdout();
    assert_eq!(doctor.matches("fix: sso-cp migrate").count(), 1, "{doctor}");
    assert!(doctor.lines().count() < 40, "{doctor}");
    // For programs nothing is cut.
    let json = world.run(&["profiles", "--json"]).stdout();
    assert!(json.contains("legacy-59-of-the-department-of-long-names-and-longer-ones"), "{json}");
}

fn names_are_those_of_the_file() {
    let world = World::new();
    world.put(".aws/config", &many_profiles());
    let names = world.run(&["profiles", "--names"]).stdout();
    let lines: Vec<&str> = names.lines().collect();
    assert_eq!(lines[..2], ["legacy-59-of-the-department-of-long-names-and-longer-ones", "new-59"]);
    assert_eq!(lines.len(), 121);
    assert_eq!(world.run(&["profiles", "--names", "NEW-0"]).stdout().lines().count(), 10);
    let some = world.run(&["profiles", "new-1"]).stdout();
    assert!(
        some.contains("new-12 ") && !some.contains("new-22") && !some.contains("legacy"),
        "{some}"
    );
    let by_role = world.run(&["profiles", "--json", "AWSAdministrator"]).stdout();
    assert!(by_role.contains("legacy-00") && !by_role.contains("new-00"), "{by_role}");
    let none = world.run(&["profiles", "frobnicate"]);
    assert_eq!(
        (none.ended, none.stdout()),
        (
            Ended::Code(0),
            "no profile has `frobnicate`; run `sso-cp profiles` to see all\n".to_owned()
        )
    );
}

/// On stdout, in lines that fit a terminal, with every flag and every exit code.
fn help_is_a_result() {
    let world = World::bare(fake_identity_center::Setup::default());
    for flag in ["--help", "-h"] {
        let ran = world.run(&[flag]);
        assert_eq!((ran.ended, ran.stderr()), (Ended::Code(0), String::new()), "{ran}");
        let text = ran.stdout();
        assert!(text.starts_with("Usage: sso-cp "), "{ran}");
        for word in [
            "--profile",
            "--sso-session",
            "--account-id",
            "--role-name",
            "--debug",
            "--version",
            "--help",
            "credential_process = sso-cp --profile dev",
        ] {
            assert!(text.contains(word), "{word}: {ran}");
        }
        let codes = text.lines().find(|line| line.starts_with("Exit codes: ")).unwrap_or_default();
        for code in 2..=7 {
            assert!(codes.contains(&format!(" {code} ")), "{code}: {ran}");
        }
        assert!(text.lines().all(|line| line.len() <= 80), "{ran}");
    }
}

/// Each line is one of these; numbers, hosts and names are all that varies.
fn debug_tells_events_from_a_list() {
    const STARTS: [&str; 11] = [
        "connecting to 127.0.0.1",
        "using the connection to 127.0.0.1",
        "account 111122223333, role ReadOnly, region us-east-1",
        "holding the session's lock",
        "attempt ",
        "127.0.0.1 has 1 address ",
        "connected to 127.0.0.1",
        "status ",
        "token renewed until ",
        "waiting ",
        "token good until ",
    ];
    let world = World::new();
    world.put_token("-1h");
    world.script("portal.*: status=503");
    let ran = world.run(&["--profile", "dev", "--debug"]);
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    let text = ran.stderr();
    for line in text.lines() {
        let event = line.strip_prefix("sso-cp: debug: ").unwrap_or_else(|| panic!("{ran}"));
        assert!(STARTS.iter().any(|start| event.starts_with(start)), "{event}");
        // Paths are shown without their queries, which may hold secrets.
        assert!(!event.contains('?'), "{event}");
    }
    assert!(text.contains("GET 127.0.0.1") && text.contains("/federation/credentials"), "{ran}");
}

fn debug_by_the_environment() {
    let world = World::new();
    world.put_role("+1h");
    for (value, is_on) in [("1", true), ("0", false), ("", false)] {
        let run = Run::new(["--profile", "dev"].map(Into::into)).with_env("SSO_CP_DEBUG", value);
        let (ran, _) = run.run(&world);
        assert_eq!(ran.ended, Ended::Code(0), "{ran}");
        assert_eq!(ran.stderr().contains("sso-cp: debug: "), is_on, "{value}: {ran}");
    }
}
