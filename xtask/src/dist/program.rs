//! Builds the program so that the same commit gives the same bytes, wherever it is built.
//!
//! | what would differ | what we do about it |
//! | --- | --- |
//! | paths of the checkout, of cargo's packages and of the toolchain, in messages of panics | they are mapped to fixed ones |
//! | the same in C code (`ring`) | the same, by the C compiler |
//! | `const-random`, under `rust-ini`, rolls a number when it is compiled | its seed is given |
//! | flags in the environment | they are taken out |
//! | time in the headers of Windows programs | linkers are told to leave it out (`target.rs`) |
//!
//! What still decides the bytes is the versions of Rust and of the C compiler and linker: the SBOM names them.

use super::packages::packages;
use super::source::{Source, cargo_in};
use super::target::{System, Target};
use crate::workspace::{Outcome, output_of, run, stdout_of};
use serde_json::Value;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// A folder of this machine, and what stands for it in the program.
type Mapping = (PathBuf, String);

/// The built program.
pub(super) fn build(source: &Source, target: &Target) -> Outcome<PathBuf> {
    target.must_be_installed()?;
    let mappings = mappings(source, target)?;
    let mut command = cargo_in(&source.root);
    command.args(["build", "--release", "--locked", "--package", "sso-cp"]);
    command.args(["--target", target.triple()]).arg("--target-dir").arg(&source.build_dir);
    command.arg("--config").arg(rust_flags(target, &mappings));
    set_environment(&mut command, source, target, &mappings);
    run(&mut command)?;

    let folder = source.build_dir.join(target.triple()).join("release");
    let program = folder.join(target.program_name());
    must_be_clean(&fs::read(&program)?, target, &mappings)?;
    Ok(program)
}

/// A program of the same commit that runs here: this one if it does, else one built for machines such as this.
pub(super) fn runnable(source: &Source, program: &Path) -> Outcome<PathBuf> {
    let output = output_of(Command::new(program).arg("--version"));
    match output.is_ok_and(|output| output.status.success()) {
        true => Ok(program.into()),
        false => build(source, &Target::of_this_machine()?),
    }
}

/// The versions of what decides the bytes, besides the commit.
pub(super) fn compilers(target: &Target) -> Outcome<Vec<(&'static str, String)>> {
    let mut compilers = vec![("rustc", stdout_of(Command::new("rustc").arg("--version"))?)];
    if let Some(compiler) = target.c_compiler() {
        let said = stdout_of(Command::new(compiler).arg("--version"))?;
        compilers.push(("C compiler", said.lines().next().unwrap_or_default().to_owned()));
    }
    Ok(compilers.into_iter().map(|(name, version)| (name, version.trim().to_owned())).collect())
}

/// The longest come last where one is within another, for the last mapping that fits wins.
fn mappings(source: &Source, target: &Target) -> Outcome<Vec<Mapping>> {
    let toolchain = stdout_of(Command::new("rustc").args(["--print", "sysroot"]))?;
    let toolchain = PathBuf::from(toolchain.trim());
    let mut mappings = vec![
        (toolchain.join("lib/rustlib/src/rust"), standard_library()?),
        (toolchain, "/rust".into()),
        (source.root.clone(), "/sso-cp".into()),
        (source.build_dir.clone(), "/build".into()),
    ];
    // The folder that cargo unpacks into is named after the registry, which may be a mirror.
    let packages = packages(source, target)?;
    let theirs = packages.values().filter(|package| !package.is_ours);
    let parents = theirs.filter_map(|package| package.folder.parent());
    mappings.extend(parents.map(|folder| (folder.to_owned(), "/packages".into())));
    mappings.sort_by_key(|(folder, _)| (folder.as_os_str().len(), folder.clone()));
    mappings.dedup();
    Ok(mappings)
}

/// What the standard library's sources are called where they are not installed, which they may be.
fn standard_library() -> Outcome<String> {
    let said = stdout_of(Command::new("rustc").arg("-vV"))?;
    let hash = said.lines().find_map(|line| line.strip_prefix("commit-hash: "));
    Ok(format!("/rustc/{}", hash.ok_or("rustc names no commit")?))
}

/// The flags as a setting of cargo, which adds them to those of the checkout's own configuration.
fn rust_flags(target: &Target, mappings: &[Mapping]) -> String {
    let mut flags = target.flags();
    for (folder, name) in mappings {
        flags.push(format!("--remap-path-prefix={}={name}", folder.display()));
    }
    // A list of strings is written in TOML as it is in JSON.
    format!("target.{}.rustflags={}", target.triple(), Value::from(flags))
}

fn set_environment(command: &mut Command, source: &Source, target: &Target, mappings: &[Mapping]) {
    for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CFLAGS"] {
        command.env_remove(name);
    }
    command.env("CONST_RANDOM_SEED", "sso-cp");
    command.env("SOURCE_DATE_EPOCH", source.time.to_string());
    // Apple's linker otherwise writes the times of object files.
    command.env("ZERO_AR_DATE", "1");
    let name = target.triple().replace('-', "_");
    if let Some(compiler) = target.c_compiler() {
        command.env(format!("CC_{name}"), compiler);
    }
    if let Some(linker) = target.linker() {
        command.env(format!("CARGO_TARGET_{}_LINKER", name.to_uppercase()), linker);
    }
    if !target.triple().ends_with("msvc") {
        command.env(format!("CFLAGS_{name}"), c_flags(target, mappings));
    }
}

fn c_flags(target: &Target, mappings: &[Mapping]) -> String {
    let mapped = mappings
        .iter()
        .filter(|(folder, _)| !folder.to_string_lossy().contains(' ')) // the variable is split at blanks
        .map(|(folder, name)| format!("-ffile-prefix-map={}={name}", folder.display()));
    // Some distributions' compilers call glibc's checking functions by default, which musl does not have.
    let fortify = (target.system() == System::Linux).then(|| "-U_FORTIFY_SOURCE".to_owned());
    mapped.chain(fortify).collect::<Vec<_>>().join(" ")
}

/// No path of this machine may be in the program, and a Linux program needs nothing from the system.
fn must_be_clean(program: &[u8], target: &Target, mappings: &[Mapping]) -> Outcome<()> {
    // A home folder of `/` would be found in every link.
    let home = env::home_dir().filter(|home| home.parent().is_some());
    for folder in mappings.iter().map(|(folder, _)| folder).chain(&home) {
        let folder = format!("{}{MAIN_SEPARATOR}", folder.display());
        if contains(program, folder.as_bytes()) {
            return Err(format!("the program contains the path {folder}").into());
        }
    }
    match target.system() == System::Linux && asks_for_a_loader(program)? {
        true => Err("the program is not static: it names a dynamic loader".into()),
        false => Ok(()),
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Whether a 64-bit little-endian ELF file has a program header of the type `PT_INTERP`.
fn asks_for_a_loader(program: &[u8]) -> Outcome<bool> {
    const PT_INTERP: u64 = 3;
    let number = |at: usize, length: usize| -> Outcome<u64> {
        let bytes = program.get(at..at + length).ok_or("the program is cut short")?;
        Ok(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    };
    if !program.starts_with(b"\x7fELF\x02\x01") {
        return Err("the program is not a 64-bit ELF file".into());
    }
    let (start, size, count) = (number(32, 8)?, number(54, 2)?, number(56, 2)?);
    for header in 0..count {
        if number(usize::try_from(start + header * size)?, 4)? == PT_INTERP {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header of an ELF file, and one program header of that type.
    fn elf(kind: u8) -> Vec<u8> {
        let mut file = vec![0; 64 + 56];
        file[..6].copy_from_slice(b"\x7fELF\x02\x01");
        (file[32], file[54], file[56]) = (64, 56, 1);
        file[64] = kind;
        file
    }

    #[test]
    fn a_dynamic_program_is_told_from_a_static_one() {
        assert!(asks_for_a_loader(&elf(3)).unwrap());
        assert!(!asks_for_a_loader(&elf(1)).unwrap());
        assert!(asks_for_a_loader(&elf(1)[..70]).is_ok());
        assert!(asks_for_a_loader(&elf(1)[..60]).is_err());
        assert!(asks_for_a_loader(b"MZ").is_err());
    }

    #[test]
    fn a_path_of_this_machine_is_found() {
        let linux = Target::named("x86_64-unknown-linux-musl").unwrap();
        let mappings: [Mapping; 1] = [("/home/someone/sso-cp".into(), "/sso-cp".into())];
        let mut program = elf(1);
        assert!(must_be_clean(&program, &linux, &mappings).is_ok());

        program.extend(b"/home/someone/sso-cp/src/main.rs");

        assert!(must_be_clean(&program, &linux, &mappings).is_err());
    }

    #[test]
    fn flags_are_a_setting_of_cargo() {
        let mac = Target::named("aarch64-apple-darwin").unwrap();

        let flags = rust_flags(&mac, &[("/a b".into(), "/x".into())]);

        assert_eq!(
            flags,
            r#"target.aarch64-apple-darwin.rustflags=["--remap-path-prefix=/a b=/x"]"#
        );
    }
}
