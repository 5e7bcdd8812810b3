//! What we write, read by the machine's own programs, where it has them.

use super::*;
use crate::workspace::{find_program, stdout_of};
use payload::tests::example;
use std::process::Command;

const FOLDER: &str = "sso-cp-0.1.0-x86_64-unknown-linux-musl";

fn source() -> Source {
    Source {
        root: "/checkout".into(),
        build_dir: "/build".into(),
        version: "0.1.0".into(),
        repository: "https://example.com".into(),
        time: 1_795_267_802,
        commit: "abc".into(),
    }
}

/// What a program of this machine says about a file; none, said aloud, where the machine does not have it.
fn said(program: &str, arguments: &[&str], artefact: &Artefact) -> Option<String> {
    if find_program(program).is_none() {
        println!("SKIPPED: {program} is not installed");
        return None;
    }
    let scratch = Scratch::new().unwrap();
    let file = scratch.path().join(&artefact.0);
    fs::write(&file, &artefact.1).unwrap();
    Some(stdout_of(Command::new(program).args(arguments).arg(file).env("TZ", "UTC")).unwrap())
}

#[test]
fn tar_lists_what_we_put_into_an_archive() {
    let target = Target::named("x86_64-unknown-linux-musl").unwrap();
    let archive = example().archive(&source(), &target).unwrap();
    assert_eq!(archive.0, format!("{FOLDER}.tar.gz"));

    let Some(listing) = said("tar", &["-tzf"], &archive) else { return };

    let names: Vec<&str> = listing.lines().collect();
    assert_eq!(names.len(), 15, "{listing}");
    for name in ["", "sso-cp", "sso-cp.1", "completions/", "completions/_sso-cp", "THIRD-PARTY.txt"]
    {
        assert!(names.contains(&format!("{FOLDER}/{name}").as_str()), "{name} in {listing}");
    }
}

#[test]
fn unzip_finds_an_archive_whole() {
    let target = Target::named("x86_64-pc-windows-msvc").unwrap();
    let archive = example().archive(&source(), &target).unwrap();

    let Some(report) = said("unzip", &["-t"], &archive) else { return };

    assert!(report.contains("sso-cp-0.1.0-x86_64-pc-windows-msvc/sso-cp.exe   OK"), "{report}");
    assert!(report.contains("No errors detected"), "{report}");
}

#[test]
fn dpkg_reads_a_package() {
    let mut payload = example();
    payload.texts.insert("LICENSE-MIT", b"Copyright (c) 2026 Us\n".to_vec());
    let package = deb::package(&source(), "amd64", &payload).unwrap();
    assert_eq!(package.0, "sso-cp_0.1.0-1_amd64.deb");

    let Some(fields) = said("dpkg-deb", &["--field"], &package) else { return };
    assert!(
        fields.starts_with("Package: sso-cp\nVersion: 0.1.0-1\nArchitecture: amd64\n"),
        "{fields}"
    );

    let listing = said("dpkg-deb", &["--contents"], &package).unwrap();
    assert_eq!(listing.lines().filter(|line| line.starts_with('-')).count(), 12, "{listing}");
    let program = listing.lines().find(|line| line.ends_with("./usr/bin/sso-cp")).unwrap();
    assert!(program.starts_with("-rwxr-xr-x root/root"), "{program}");
    assert!(program.contains("2026-11-21 13:30"), "{program}");
}

#[test]
fn only_a_whole_release_is_collected() {
    let scratch = Scratch::new().unwrap();
    let names = [
        "sso-cp-0.1.0-x86_64-unknown-linux-musl.tar.gz",
        "sso-cp-0.1.0-x86_64-unknown-linux-musl.cdx.json",
        "sso-cp_0.1.0-1_amd64.deb",
        "sso-cp-0.1.0-aarch64-unknown-linux-musl.tar.gz",
        "sso-cp-0.1.0-aarch64-unknown-linux-musl.cdx.json",
        "sso-cp_0.1.0-1_arm64.deb",
        "sso-cp-0.1.0-x86_64-apple-darwin.tar.gz",
        "sso-cp-0.1.0-x86_64-apple-darwin.cdx.json",
        "sso-cp-0.1.0-aarch64-apple-darwin.tar.gz",
        "sso-cp-0.1.0-aarch64-apple-darwin.cdx.json",
        "sso-cp-0.1.0-x86_64-pc-windows-msvc.zip",
        "sso-cp-0.1.0-x86_64-pc-windows-msvc.cdx.json",
    ];
    for name in names {
        let error = must_be_complete(&source(), scratch.path()).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{name} is not in ")), "{error}");
        fs::write(scratch.path().join(name), "").unwrap();
    }
    must_be_complete(&source(), scratch.path()).unwrap();
}
