//! Leaves the unwinding tables out of releases for glibc on x86-64.
//!
//! Releases are built with `panic = "abort"`, and the panic hook ends the process before that, so
//! nobody ever reads the tables. rustc writes them all the same, for backtraces, and the standard
//! library brings its own: a tenth of the program.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=no-unwinding.ld");
    if !is_release_for_glibc() || has_linker_of_its_own() {
        return;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("no-unwinding.ld");
    for argument in [format!("-Wl,-T,{}", script.display()), "-Wl,--no-eh-frame-hdr".to_owned()] {
        println!("cargo::rustc-link-arg-bin=sso-cp={argument}");
    }
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
