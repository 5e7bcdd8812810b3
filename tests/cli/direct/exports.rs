//! `export`: shells that evaluate it, curl that signs with it, and the section that it keeps in the credentials file.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use super::{ours, signed_in};
use crate::harness::{Ended, Run, World, program, skip, tests};

tests! {
    quick "contract" => shells_take_it,
    quick "contract" => zsh_takes_it,
    quick "contract" => fish_takes_it,
    quick "contract" => powershell_takes_it,
    quick "contract" => curl_signs_with_it,
    quick "contract s-30" => a_section_of_ones_own,
    quick "contract" => many_sections_at_once,
    quick "f01" => stdout_that_is_closed,
}

/// A line of a shell that evaluates an export and shows what came of it.
fn evaluated(shell: &str, line: &str) {
    if Command::new(shell).arg("--version").output().is_err() {
        return skip(&format!("{shell} is not installed"));
    }
    let world = World::new();
    world.put_role("+1h");
    let output = Command::new(shell)
        .args(["-c", line])
        .env_clear()
        .envs(&world.env)
        .env("SSO_CP", program())
        .current_dir(world.work())
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    let expected = "ASIACACHED0000000000 SECRETcached/key SECRETcached/token 20";
    assert!(shown.starts_with(expected), "{shell}: {output:?}");
}

const POSIX: &str = "eval \"$($SSO_CP export --profile dev --format env)\"; \
    sh -c 'echo $AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY $AWS_SESSION_TOKEN $AWS_CREDENTIAL_EXPIRATION'";

fn shells_take_it() {
    evaluated("bash", POSIX);
    let posix_only = format!("exec /bin/sh -c '{}'", POSIX.replace('\'', "'\\''"));
    evaluated("bash", &posix_only);
}

fn zsh_takes_it() {
    evaluated("zsh", POSIX);
}

fn fish_takes_it() {
    evaluated(
        "fish",
        "$SSO_CP export --profile dev --format fish | source; \
         sh -c 'echo $AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY $AWS_SESSION_TOKEN $AWS_CREDENTIAL_EXPIRATION'",
    );
}

fn powershell_takes_it() {
    evaluated(
        "pwsh",
        "& $Env:SSO_CP export --profile dev --format powershell | Out-String | Invoke-Expression; \
         \"$Env:AWS_ACCESS_KEY_ID $Env:AWS_SECRET_ACCESS_KEY $Env:AWS_SESSION_TOKEN $Env:AWS_CREDENTIAL_EXPIRATION\"",
    );
}

/// The stand-in checks the signature with the key that it gave out.
fn curl_signs_with_it() {
    let knows = Command::new("curl").args(["--help", "all"]).output();
    if !knows.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("--aws-sigv4")) {
        return skip("there is no curl that knows --aws-sigv4");
    }
    let world = signed_in();
    let line = format!(
        "eval \"$(\"$1\" export --profile dev --format env)\"; curl -sS --aws-sigv4 aws:amz:us-east-1:sts \
         --user \"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\" -H \"x-amz-security-token: $AWS_SESSION_TOKEN\" \
         -H 'Content-Type: application/x-www-form-urlencoded' \
         -d 'Action=GetCallerIdentity&Version=2011-06-15' {}/",
        world.fake.sts_url()
    );
    let ran = ours(&[]).in_shell(&line).checked(&world);
    assert!(ran.stdout().contains("<Account>111122223333</Account>"), "{ran}");
}

/// The home of a run that may write the credentials file.
fn with_credentials_file() -> World {
    let mut world = World::new();
    world.put_role("+1h");
    world.also_writable.push(".aws/credentials".into());
    world
}

fn write_section(section: &str) -> Run {
    ours(&["export", "--profile", "dev", "--format", "ini", "--write", "--section", section])
}

fn a_section_of_ones_own() {
    let world = with_credentials_file();
    let path = world.home(".aws/credentials");
    let ran = ours(&["export", "--profile", "dev", "--format", "ini", "--write"]).checked(&world);
    assert_eq!((ran.ended, ran.stdout()), (Ended::Code(0), String::new()), "{ran}");
    let said = "sso-cp: wrote section [dev] of ~/.aws/credentials\n\
                sso-cp: its keys win over profile `dev` in the AWS CLI, boto3, Go, JS and Ruby until they are removed; \
                `--section NAME` names another section\n";
    assert_eq!(ran.stderr(), said, "{ran}");
    let fresh = fs::read_to_string(&path).unwrap();
    let start = "[dev]\n# written by sso-cp export --write, which replaces it\n# expires 20";
    assert!(fresh.starts_with(start), "{fresh}");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);

    // Everything else keeps every byte, and the file its link.
    let before = b"\xef\xbb\xbf# \xff odd\r\n[other]\r\nx=1 ; y\r\n";
    let real = world.put_bytes("dotfiles/credentials", before);
    fs::remove_file(&path).unwrap();
    symlink(&real, &path).unwrap();
    let mut world = world;
    world.also_writable.push("dotfiles".into());
    for _ in 0..2 {
        let ran = write_section("served").checked(&world);
        assert_eq!(ran.ended, Ended::Code(0));
        assert_eq!(ran.stderr(), "sso-cp: wrote section [served] of ~/.aws/credentials\n");
        let after = fs::read(&real).unwrap();
        let ours = after.strip_prefix(before.as_slice()).expect("what was there stays");
        let ours = String::from_utf8_lossy(ours);
        assert!(ours.starts_with("\r\n[served]\r\n# written"), "{ours:?}");
        assert_eq!(ours.matches("aws_session_token = SECRETcached/token\r\n").count(), 1);
        assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
    }
}

fn many_sections_at_once() {
    let world = with_credentials_file();
    let children: Vec<_> = (0..8)
        .map(|number| write_section(&format!("s{number}")).command(&world).spawn().unwrap())
        .collect();
    for child in children {
        assert_eq!(super::end(child).ended, Ended::Code(0));
    }
    let text = fs::read_to_string(world.home(".aws/credentials")).unwrap();
    for number in 0..8 {
        assert_eq!(text.matches(&format!("[s{number}]\n")).count(), 1, "{text}");
    }
}

fn stdout_that_is_closed() {
    let world = World::new();
    world.put_role("+1h");
    for format in ["process", "env", "ini"] {
        let run = ours(&["export", "--profile", "dev", "--format", format]);
        run.in_shell("exec \"$@\" >/dev/full").checked(&world).failed(7, "no space left");
    }
}
