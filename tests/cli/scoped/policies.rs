//! Files that are not a policy, policies that cannot be sent, and the limits of a life.

use std::fs;
use std::process::Command;

use super::{CALL, READ, calls, configure, count, nothing_from, parameter, world};
use crate::harness::{World, needs_root, set_mode, tests};

tests! {
    quick "j01" => what_cannot_be_a_policy_is_refused_with_its_reason,
    quick "j01" => two_thousand_and_forty_eight_characters_and_one_more,
    quick "j01" => a_policy_that_cannot_be_read,
    quick "j01 j02" => a_policy_that_goes_bad_while_scoped_keys_are_cached,
    quick "j01" => blanks_do_not_count_and_are_not_sent,
    quick "j01" => a_policy_behind_a_link_and_in_a_pipe,
    quick "j03" => lives_within_their_limits,
    quick "j03" => a_life_that_is_longer_than_the_role_s_is_cut,
}

/// A policy of so many characters without blanks.
fn of_length(characters: usize) -> String {
    let (start, end) = (
        r#"{"Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":["arn:aws:s3:::"#,
        r#""]}}"#,
    );
    let fill = "x".repeat(characters - start.len() - end.len());
    format!("{start}{fill}{end}")
}

#[track_caller]
fn refused(world: &World, word: &str) {
    nothing_from(&world.dev(), 3, word);
    nothing_from(&world.run(&["export", "--profile", "dev", "--format", "env"]), 3, word);
    assert_eq!(world.fake.operations(), [""; 0], "{word}");
}

fn what_cannot_be_a_policy_is_refused_with_its_reason() {
    let world = world("sso_cp_scope_policy = mine.json");
    world.put_role("+1h");
    refused(&world, "there is no policy ~/.aws/mine.json");
    for (bytes, word) in [
        (&b""[..], "it is empty"),
        (b"\n \n", "it is empty"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b"{} // why", "mine.json:1 cannot be used: it has a comment"),
        (b"{\n# why\n}", "mine.json:2 cannot be used: it has a comment"),
        (b"{\n/* why */}", "mine.json:2 cannot be used: it has a comment"),
        (b"{\"Statement\":[{}],}", "it is not JSON"),
        (b"{\"Statement\":[{}]} {}", "it is not JSON"),
        (b"{\"Statement\":[{\"Sid\":\"\0\"}]}", "it holds U+0000"),
        (b"\0", "it holds U+0000"),
        (
            "{\"Statement\":[{\"Sid\":\"\u{100}\"}]}".as_bytes(),
            "a character that STS does not take",
        ),
        (b"{\"Statement\":[{\"Sid\":\"\xff\"}]}", "it is not UTF-8"),
        (b"[]", "it is not a JSON object"),
        (b"\"x\"", "it is not a JSON object"),
        (b"{\"Version\":\"2012-10-17\"}", "it has no statement"),
        (b"{\"Statement\":[]}", "it has no statement"),
    ] {
        world.put_bytes(".aws/mine.json", bytes);
        refused(&world, word);
    }
    fs::remove_file(world.home(".aws/mine.json")).unwrap();
    fs::create_dir(world.home(".aws/mine.json")).unwrap();
    refused(&world, "~/.aws/mine.json is not a regular file");
    fs::remove_dir(world.home(".aws/mine.json")).unwrap();
    // Ten megabytes of a policy, and of nothing.
    let large = format!("{}{READ}", " ".repeat(10 << 20));
    for bytes in [large.as_bytes(), &vec![0; 10 << 20]] {
        world.put_bytes(".aws/mine.json", bytes);
        refused(&world, "~/.aws/mine.json");
    }
}

fn two_thousand_and_forty_eight_characters_and_one_more() {
    let world = world("sso_cp_scope_policy = mine.json");
    world.put_bytes(".aws/mine.json", of_length(2049).as_bytes());
    refused(&world, "it has 2049 characters without blanks, and STS takes 2048");
    world.put_bytes(".aws/mine.json", of_length(2048).as_bytes());
    world.dev().document();
    assert_eq!(parameter(&calls(&world)[0], "Policy").unwrap().len(), 2048);
    // Characters count, not bytes.
    let wide = of_length(2048).replace("xx", "\u{e9}\u{e9}");
    world.put_bytes(".aws/mine.json", wide.as_bytes());
    world.dev().document();
    assert_eq!(parameter(&calls(&world)[1], "Policy"), Some(wide));
}

fn a_policy_that_cannot_be_read() {
    if !needs_root() {
        return;
    }
    let mut world = world("sso_cp_scope_policy = read.json");
    set_mode(&world.home(".aws/read.json"), 0);
    world.as_ordinary_user();
    refused(&world, "permission denied");
}

fn a_policy_that_goes_bad_while_scoped_keys_are_cached() {
    let world = world("sso_cp_scope_policy = read.json");
    let key = world.dev().key();
    world.fake.clear_requests();
    fs::remove_file(world.home(".aws/read.json")).unwrap();
    refused(&world, "there is no policy");
    world.put_bytes(".aws/read.json", b"{");
    refused(&world, "it is not JSON");
    world.put_bytes(".aws/read.json", READ.as_bytes());
    assert_eq!(world.dev().key(), key, "the same policy, the same credentials");
    world.put_bytes(".aws/read.json", READ.replace("s3", "ec2").as_bytes());
    assert_ne!(world.dev().key(), key);
    assert_eq!(count(&world, CALL), 1);
    assert_eq!(count(&world, "portal.GetRoleCredentials"), 0);
}

fn blanks_do_not_count_and_are_not_sent() {
    let world = world("sso_cp_scope_policy = mine.json");
    let pretty = READ.replace(',', ",\r\n\t  ").replace('{', "{\n ");
    world.put_bytes(".aws/mine.json", format!("{}{pretty}\n\n", " ".repeat(3000)).as_bytes());
    let key = world.dev().key();
    assert_eq!(parameter(&calls(&world)[0], "Policy").as_deref(), Some(READ));
    world.put_bytes(".aws/mine.json", READ.as_bytes());
    assert_eq!(world.dev().key(), key, "blanks make no other scope");
    // A blank within a text is part of it.
    world.put_bytes(
        ".aws/mine.json",
        READ.replace("\"Effect\"", "\"Sid\":\"a b\",\"Effect\"").as_bytes(),
    );
    assert_ne!(world.dev().key(), key);
}

fn a_policy_behind_a_link_and_in_a_pipe() {
    let world = world("sso_cp_scope_policy = link.json");
    std::os::unix::fs::symlink("read.json", world.home(".aws/link.json")).unwrap();
    world.dev().document();
    world.fake.clear_requests();
    fs::remove_file(world.home(".aws/link.json")).unwrap();
    let made = Command::new("mkfifo").arg(world.home(".aws/link.json")).status().unwrap();
    assert!(made.success());
    refused(&world, "~/.aws/link.json is not a regular file");
}

fn lives_within_their_limits() {
    let world = world("sso_cp_scope_policy = read.json");
    for text in ["899", "0", "-1", "129601", "15m", "", "+900", "9e2"] {
        let ran = world.run(&["--profile", "dev", &format!("--scope-duration={text}")]);
        nothing_from(&ran, 2, "`--scope-duration` must be 900 to 129600 seconds");
    }
    assert_eq!(world.fake.operations(), [""; 0]);
    world.run(&["--profile", "dev", "--scope-duration", "900"]).document();
    world.run(&["--profile", "dev"]).document();
    let sent: Vec<Option<String>> =
        calls(&world).iter().map(|call| parameter(call, "DurationSeconds")).collect();
    assert_eq!(sent, [Some("900".to_owned()), None]);
    configure(&world, "sso_cp_scope_policy = read.json\nsso_cp_scope_duration_seconds = 899");
    nothing_from(&world.dev(), 3, "must be 900 to 129600 seconds");
}

fn a_life_that_is_longer_than_the_role_s_is_cut() {
    let world = world("sso_cp_scope_duration_seconds = 129600");
    world.dev().document();
    let calls = calls(&world);
    let seconds: i64 = parameter(&calls[0], "DurationSeconds").unwrap().parse().unwrap();
    assert!((3_000..3_600).contains(&seconds), "{seconds}");
    assert_eq!(parameter(&calls[0], "Policy"), None);
    world.fake.clear_requests();
    world.dev().document();
    assert_eq!(world.fake.operations(), [""; 0]);
}
