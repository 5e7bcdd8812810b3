//! `cargo xtask order`: writes `crates/sso-cp/release.ld`, by which the linker puts what a cached call runs in one place.
//!
//! The program has two megabytes, of which a cached call runs a twentieth. Strewn over the whole, that would be a page fault for
//! each stretch of it. The names come from callgrind; what they are made different by from build to build (hashes of crates,
//! numbers) is left open, so that the file stays good until the code of the call changes. Where a name is gone, nothing breaks:
//! that function lies elsewhere, and `cargo xtask budget` shows the page faults.

use crate::bench::{FEW, Subject, warm_home};
use crate::binaries::Build;
use crate::scene::{PROFILE, SESSION, Scene, random_key};
use crate::scratch::Scratch;
use crate::workspace::{Outcome, find_program, output_of, root};
use argh::FromArgs;
use fake_identity_center::{Fake, Setup};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Write the linker script that keeps the code of a cached call together
#[derive(FromArgs)]
#[argh(subcommand, name = "order")]
pub(crate) struct Order {}

/// What runs before `main`, which callgrind knows by no name of its own.
const BEFORE_MAIN: [&str; 4] =
    ["__init_libc", "__libc_start_main", "libc_start_main_stage2", "static_init_tls"];

impl Order {
    pub(crate) fn run(self) -> Outcome<ExitCode> {
        let valgrind = find_program("valgrind").ok_or("no `valgrind` on this machine")?;
        let mut subjects = Vec::new();
        for build in [Build::Musl, Build::Plain] {
            if !build.is_possible()? {
                return Err("both builds count: run `rustup target add` for musl first".into());
            }
            subjects.push(Subject { build, program: build.with_names()?, empty: PathBuf::new() });
        }
        let scratch = Scratch::new()?;
        let fake = Fake::start(Setup::default())?;
        let home = warm_home(&scratch.path().join("home"), &fake, &subjects, FEW)?;

        let mut patterns: BTreeSet<String> = BEFORE_MAIN.map(str::to_owned).into();
        for subject in &subjects {
            let call = home.command(&subject.program, &["--profile", PROFILE]);
            let found = profile(&valgrind, &call, &scratch.path().join("profile"))?;
            // The functions of a C library that is not in the program cannot be moved.
            let is_in_it = |name: &String| {
                subject.build == Build::Musl || name.starts_with("_ZN") || name.starts_with("_R")
            };
            patterns.extend(found.into_iter().filter(is_in_it));
        }
        let sealed = sealed(&valgrind, &home, &subjects, scratch.path())?;
        let sealed: BTreeSet<String> = sealed.difference(&patterns).cloned().collect();
        let path = root().join("crates/sso-cp/release.ld");
        fs::write(&path, script(&patterns, &sealed))?;
        let (names, further) = (patterns.len(), sealed.len());
        println!("{}: {names} names, and {further} of sealed sessions", path.display());
        Ok(ExitCode::SUCCESS)
    }
}

/// The patterns of a session of which everything is sealed; nothing where the kernel keeps no key.
fn sealed(
    valgrind: &Path,
    home: &Scene,
    subjects: &[Subject],
    scratch: &Path,
) -> Outcome<BTreeSet<String>> {
    let Some(first) = subjects.first() else { return Ok(BTreeSet::new()) };
    let key = scratch.join("key");
    fs::write(&key, random_key()?)?;
    let key_command = format!("cat {}", key.display());
    let seal = ["seal", "--sso-session", SESSION, "--all-credentials", "--command", &key_command];
    let call = |program: &Path| home.command(program, &["--profile", PROFILE]);
    let is_sealed = output_of(&mut home.command(&first.program, &seal))?.status.success()
        && output_of(&mut call(&first.program))?.status.success();
    if !is_sealed {
        println!("SKIPPED: what calls of sealed sessions run: the kernel's keyring is closed here");
        return Ok(BTreeSet::new());
    }
    let mut patterns = BTreeSet::new();
    for subject in subjects.iter().filter(|subject| subject.build == Build::Musl) {
        patterns.extend(profile(valgrind, &call(&subject.program), &scratch.join("sealed"))?);
    }
    output_of(&mut home.command(&first.program, &["lock"]))?;
    Ok(patterns)
}

/// The patterns of all functions that a call runs.
fn profile(valgrind: &Path, call: &Command, report: &Path) -> Outcome<Vec<String>> {
    let mut tool = Command::new(valgrind);
    tool.args(["--tool=callgrind", "--demangle=no"]);
    tool.arg(format!("--callgrind-out-file={}", report.display()));
    tool.arg(call.get_program()).args(call.get_args()).env_clear();
    tool.envs(call.get_envs().filter_map(|(name, value)| Some((name, value?))));
    match output_of(&mut tool)?.status.success() {
        true => Ok(functions(&fs::read_to_string(report)?)),
        false => Err("the call failed under callgrind".into()),
    }
}

/// The functions of a profile: lines `fn=(NUMBER) NAME`, and where the name was given before, for a caller or a callee, without.
fn functions(profile: &str) -> Vec<String> {
    let numbered = |line: &str, key: &str| {
        let rest = line.strip_prefix(key)?.strip_prefix("=(")?;
        let (number, name) = rest.split_once(')')?;
        Some((number.parse::<u32>().ok()?, name.trim().to_owned()))
    };
    let named: std::collections::HashMap<u32, String> = profile
        .lines()
        .filter_map(|line| numbered(line, "fn").or_else(|| numbered(line, "cfn")))
        .filter(|(_, name)| !name.is_empty())
        .collect();
    let run = profile.lines().filter_map(|line| numbered(line, "fn"));
    run.filter_map(|(number, _)| pattern(named.get(&number)?)).collect()
}

/// What matches a function's symbol in any build. None for what is not a symbol.
fn pattern(symbol: &str) -> Option<String> {
    // callgrind's mark of recursion.
    let symbol = symbol.split('\'').next().unwrap_or_default();
    let is_symbol = |c: char| c.is_ascii_alphanumeric() || "_.$".contains(c);
    if symbol.is_empty() || symbol.starts_with("0x") || !symbol.chars().all(is_symbol) {
        return None;
    }
    if symbol.starts_with("_ZN") {
        let name = symbol.rsplit_once("17h").map_or(symbol, |(name, _)| name);
        return Some(format!("{name}*"));
    }
    if symbol.starts_with("_R") {
        let crates = opened(symbol, "Cs", 6..=14);
        let back_references = opened(&crates, "B", 0..=2);
        let numbered = back_references.rsplit_once('.').map_or(&*back_references, |(name, _)| name);
        return Some(format!("{}*", numbered.trim_end_matches('*')));
    }
    Some(symbol.to_owned())
}

/// The symbol with `*` for each `start`, letters or digits of that number, and `_`: what Rust's mangling calls a crate's
/// disambiguator, and a reference to an earlier part of the name.
fn opened(symbol: &str, start: &str, letters: std::ops::RangeInclusive<usize>) -> String {
    let mut opened = String::new();
    let mut rest = symbol;
    while let Some((before, after)) = rest.split_once(start) {
        opened.push_str(before);
        let end = after.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(after.len());
        match after[end..].strip_prefix('_') {
            Some(tail) if letters.contains(&end) => {
                opened.push('*');
                rest = tail;
            }
            _ => {
                opened.push_str(start);
                rest = after;
            }
        }
    }
    opened + rest
}

/// What every cached call runs, and behind it, so that it costs the others nothing, what those of sealed sessions do.
fn script(patterns: &BTreeSet<String>, sealed: &BTreeSet<String>) -> String {
    let mut script = String::from(
        "/* Written by `cargo xtask order`. Added to the linker's own script for releases: see build.rs. */\n\
         SECTIONS { /DISCARD/ : { *(.eh_frame) *(.gcc_except_table .gcc_except_table.*) } } INSERT AFTER .text;\n\
         SECTIONS { .text.warm : {\n\
         *libc.a:__set_thread_area.lo(.text) *libc.a:memcpy.lo(.text) *libc.a:memmove.lo(.text) *libc.a:memset.lo(.text)\n",
    );
    for pattern in patterns.iter().chain(sealed) {
        script += &format!("*(.text.{pattern} .text.unlikely.{pattern})\n");
    }
    script + "} } INSERT BEFORE .text;\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_from_build_to_build_is_left_open() {
        for (symbol, expected) in [
            ("_ZN13sso_cp_config4scan4scan17h897e5ae6475f5bffE", "_ZN13sso_cp_config4scan4scan*"),
            (
                "_RNvMs4_NtCs2Nb3gJ4iU0I_5alloc7raw_vecNtB5_11RawVecInner11finish_growCs8w4ax0dKNtV_5gimli",
                "_RNvMs4_Nt*5alloc7raw_vecNt*11RawVecInner11finish_grow*5gimli*",
            ),
            (
                "_RNvMNtCs2Nb3gJ4iU0I_5alloc6stringNtB2_6String4push.273",
                "_RNvMNt*5alloc6stringNt*6String4push*",
            ),
            ("alloc_slot'2", "alloc_slot"),
        ] {
            assert_eq!(pattern(symbol).as_deref(), Some(expected));
        }
        for no_symbol in ["(below main)", "0x0000000000023bb9", ""] {
            assert_eq!(pattern(no_symbol), None, "{no_symbol}");
        }
    }

    #[test]
    fn functions_are_those_that_ran_wherever_their_names_stand() {
        let profile =
            "events: Ir\nfn=(1) main\n1 2\ncfn=(2) memcpy\ncalls=1 1\nfn=(2)\n1 1\ncfn=(3) gone\n";
        assert_eq!(functions(profile), ["main", "memcpy"]);
    }
}
