//! What the contract says about help, `--debug` and texts that are too long for a case.

use crate::harness::{Ended, Run, World, tests};

tests! {
    quick "contract" => help_is_a_result,
    quick "contract s-37" => debug_tells_events_from_a_list,
    quick "contract" => debug_by_the_environment,
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
