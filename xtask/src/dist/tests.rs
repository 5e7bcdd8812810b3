//! What we write, read by the machine's own programs, where it has them.

use super::*;
use crate::workspace::{find_program, stdout_of};
use payload::tests::example;
use std::process::Command;

const FOLDER: &str = "sso-cp-0.1.0-x86_64-unknown-linux-musl";

pub(super) fn source() -> Source {
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
        "sso-cp-0.1.0-1.x86_64.rpm",
        "sso_cp-0.1.0-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.musllinux_1_1_x86_64.whl",
        "sso-cp-0.1.0-aarch64-unknown-linux-musl.tar.gz",
        "sso-cp-0.1.0-aarch64-unknown-linux-musl.cdx.json",
        "sso-cp_0.1.0-1_arm64.deb",
        "sso-cp-0.1.0-1.aarch64.rpm",
        "sso_cp-0.1.0-py3-none-manylinux2014_aarch64.manylinux_2_17_aarch64.musllinux_1_1_aarch64.whl",
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

/// A program that says what it is called with, in the place of ours.
fn speaking() -> payload::Payload {
    let program = b"#!/bin/sh\necho \"sso-cp 0.1.0 $*\"\n".to_vec();
    payload::Payload { program, ..example() }
}

/// Puts a file into a folder of its own, unless none of the programs is there.
fn placed(programs: &[&str], artefact: &Artefact) -> Option<(String, Scratch, PathBuf)> {
    let Some(program) = programs.iter().find_map(|name| find_program(name)) else {
        println!("SKIPPED: {} is not installed", programs.join(" or "));
        return None;
    };
    let scratch = Scratch::new().unwrap();
    let file = scratch.path().join(&artefact.0);
    fs::write(&file, &artefact.1).unwrap();
    Some((program.to_string_lossy().into_owned(), scratch, file))
}

fn says(program: PathBuf) -> String {
    stdout_of(Command::new(program).arg("--version")).unwrap()
}

fn of_this_machine() -> Target {
    let target = Target::of_this_machine().unwrap();
    // What is tested are packages for Linux, also where the tests run elsewhere.
    match target.system() {
        target::System::Linux => target,
        _ => Target::named("x86_64-unknown-linux-musl").unwrap(),
    }
}

#[test]
#[cfg(target_os = "linux")]
fn pip_and_uv_install_a_wheel_and_it_runs() {
    let wheel = wheel::wheel(&source(), &of_this_machine(), &speaking()).unwrap().unwrap();
    if let Some((python, scratch, file)) = placed(&["python3"], &wheel) {
        let venv = scratch.path().join("venv");
        let made = Command::new(python).args(["-m", "venv"]).arg(&venv).output().unwrap();
        if made.status.success() {
            let mut pip = Command::new(venv.join("bin/python"));
            pip.args(["-m", "pip", "install", "--no-index", "--no-cache-dir", "-q"]).arg(&file);
            let output = pip.output().unwrap();
            assert!(output.status.success(), "{output:?}");
            assert_eq!(says(venv.join("bin/sso-cp")), "sso-cp 0.1.0 --version\n");
            assert!(venv.join("share/man/man1/sso-cp.1").is_file());
        } else {
            println!("SKIPPED: python3 has no venv");
        }
    }
    if let Some((uv, scratch, file)) = placed(&["uv"], &wheel) {
        let tools = |name: &str| scratch.path().join(name);
        let mut install = Command::new(uv);
        install.args(["tool", "install", "--offline", "--no-cache"]).arg(&file);
        install.env("UV_TOOL_DIR", tools("tools")).env("UV_TOOL_BIN_DIR", tools("bin"));
        let output = install.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        assert_eq!(says(tools("bin").join("sso-cp")), "sso-cp 0.1.0 --version\n");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn npm_installs_a_package_and_it_runs() {
    let scratch = Scratch::new().unwrap();
    for name in ["README.md", "LICENSE-MIT", "LICENSE-APACHE"] {
        fs::write(scratch.path().join(name), name).unwrap();
    }
    let source = Source { root: scratch.path().into(), ..source() };
    let programs = [(of_this_machine(), speaking().program)];
    let package = (npm::file_name(&source), npm::package(&source, &programs).unwrap());
    let Some((npm, scratch, file)) = placed(&["npm"], &package) else { return };
    // Where scripts may not run, what stands there starts the program all the same.
    for (folder, flags) in [("usual", &[][..]), ("without", &["--ignore-scripts"])] {
        let prefix = scratch.path().join(folder);
        let mut install = Command::new(&npm);
        install.args(["install", "--global", "--offline", "--no-audit", "--no-fund"]).args(flags);
        install.arg("--prefix").arg(&prefix).arg(&file);
        install.env("npm_config_cache", scratch.path().join("cache"));
        let output = install.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        assert_eq!(says(prefix.join("bin/sso-cp")), "sso-cp 0.1.0 --version\n", "{folder}");
    }
}

#[test]
fn rpm_installs_a_package_and_it_runs() {
    let package = rpm::package(&source(), &of_this_machine(), &speaking()).unwrap().unwrap();
    let Some((rpm, scratch, file)) = placed(&["rpm"], &package) else { return };
    let rpm = |arguments: &[&str]| {
        let mut command = Command::new(&rpm);
        command.args(arguments).arg(&file);
        let output = command.output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        text
    };
    let said = rpm(&["-qip", "--nosignature"]);
    assert!(said.contains("Name        : sso-cp") && said.contains("MIT OR Apache-2.0"), "{said}");
    let checked = rpm(&["--checksig", "--nosignature"]);
    assert!(checked.contains("digests OK"), "{checked}");
    let listed = rpm(&["-qlp", "--nosignature"]);
    assert!(listed.contains("/usr/bin/sso-cp\n/usr/share/bash-completion"), "{listed}");
    let root = scratch.path().join("root");
    let (database, root_text) = (scratch.path().join("db"), root.to_string_lossy().into_owned());
    fs::create_dir_all(&root).unwrap();
    let database = database.to_string_lossy().into_owned();
    let flags = ["-i", "--nosignature", "--relocate", &format!("/usr={root_text}"), "--badreloc"];
    let is_root = stdout_of(Command::new("id").arg("-u")).unwrap().trim() == "0";
    if is_root {
        rpm(&[&flags[..], &["--dbpath", &database, "--nodeps"]].concat());
        assert_eq!(says(root.join("bin/sso-cp")), "sso-cp 0.1.0 --version\n");
    }
}

/// What `cargo binstall` makes of `crates/sso-cp/Cargo.toml` leads to the archives, and to the program in them.
#[test]
fn binstall_finds_the_archives() {
    let manifest = fs::read_to_string(root().join("crates/sso-cp/Cargo.toml")).unwrap();
    let value = |key: &str| {
        let line = manifest.lines().find_map(|line| line.strip_prefix(&format!("{key} = \"")));
        line.unwrap().trim_end_matches('"').to_owned()
    };
    for triple in RELEASED {
        let target = Target::named(triple).unwrap();
        let is_windows = target.system() == target::System::Windows;
        let expanded = |text: String| {
            text.replace("{ version }", "0.1.0")
                .replace("{ target }", triple)
                .replace("{ archive-suffix }", if is_windows { ".zip" } else { ".tar.gz" })
                .replace("{ bin }", "sso-cp")
                .replace("{ binary-ext }", if is_windows { ".exe" } else { "" })
        };
        let url = expanded(value("pkg-url"));
        assert_eq!(url.rsplit('/').next(), Some(&*target.archive_name(&source())), "{url}");
        assert!(url.starts_with("{ repo }/releases/download/v0.1.0/"), "{url}");
        let program = format!("{}/{}", target.stem(&source()), target.program_name());
        assert_eq!(expanded(value("bin-dir")), program);
    }
}
