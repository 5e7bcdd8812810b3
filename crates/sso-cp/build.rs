//! Makes releases for glibc on x86-64 small: without unwinding tables, and with packed relocations.
//!
//! Releases are built with `panic = "abort"`, and the panic hook ends the process before that, so
//! nobody ever reads the tables. rustc writes them all the same, for backtraces, and the standard
//! library brings its own: a tenth of the program.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=no-unwinding.ld");
    if !is_release_for_glibc() || has_linker_of_its_own() {
        return;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("no-unwinding.ld");
    link_with(&format!("-Wl,-T,{}", script.display()));
    link_with("-Wl,--no-eh-frame-hdr");
    if packs_relocations() {
        link_with("-Wl,-z,pack-relative-relocs");
    }
}

fn link_with(argument: &str) {
    println!("cargo::rustc-link-arg-bin=sso-cp={argument}");
}

/// Whether the C library of this machine, which the program will run on, reads packed relocations:
/// glibc since 2.36. They are a thirtieth of the usual ones, and read at every start.
fn packs_relocations() -> bool {
    const FIRST: (u32, u32) = (2, 36);
    if variable("HOST") != variable("TARGET") {
        return false;
    }
    let Ok(output) = Command::new("getconf").arg("GNU_LIBC_VERSION").output() else { return false };
    let said = String::from_utf8_lossy(&output.stdout);
    let version = said.trim().strip_prefix("glibc ").and_then(|version| {
        let (major, minor) = version.split_once('.')?;
        Some((major.parse().ok()?, minor.parse().ok()?))
    });
    version.is_some_and(|version: (u32, u32)| version >= FIRST)
}

/// musl's own start-up files refer to the tables, so there they stay.
fn is_release_for_glibc() -> bool {
    let is = |name: &str, value: &str| variable(name).is_some_and(|found| found == value);
    is("PROFILE", "release")
        && is("CARGO_CFG_TARGET_OS", "linux")
        && is("CARGO_CFG_TARGET_ENV", "gnu")
        && is("CARGO_CFG_TARGET_ARCH", "x86_64")
}

/// LLD and GNU ld know such scripts, mold does not: who has chosen a linker gets what it makes.
fn has_linker_of_its_own() -> bool {
    let flags = variable("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    variable("RUSTC_LINKER").is_some() || flags.contains("link")
}

#[expect(clippy::disallowed_methods, reason = "cargo tells a build script everything this way")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
