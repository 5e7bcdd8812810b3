//! Leaves the unwinding tables out of Linux releases.
//!
//! Releases are built with `panic = "abort"`, and the panic hook ends the process before that, so
//! nobody ever reads the tables. rustc writes them all the same, for backtraces, and the standard
//! library brings its own: a tenth of the program.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=no-unwinding.ld");
    if !is("CARGO_CFG_TARGET_OS", "linux") || !is("PROFILE", "release") {
        return;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("no-unwinding.ld");
    for argument in [format!("-Wl,-T,{}", script.display()), "-Wl,--no-eh-frame-hdr".to_owned()] {
        println!("cargo::rustc-link-arg-bin=sso-cp={argument}");
    }
}

#[expect(clippy::disallowed_methods, reason = "cargo tells a build script everything this way")]
fn is(name: &str, value: &str) -> bool {
    std::env::var(name).is_ok_and(|found| found == value)
}
