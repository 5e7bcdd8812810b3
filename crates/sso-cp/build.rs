//! Links Linux releases so that they start fast: a start is most of what a cached call costs.
//!
//! What it does, each measured (CHANGELOG.md):
//!
//! - **No unwinding tables.** Releases are built with `panic = "abort"`, and the panic hook ends the
//!   process before that, so nobody ever reads the tables. rustc writes them all the same, for
//!   backtraces, and the standard library brings its own: a tenth of the program.
//! - **Packed relocations**, a thirtieth of the usual ones, and read at every start.
//! - **The warm code in one place** (`release.ld`): what a cached call runs would otherwise lie
//!   strewn over two megabytes, and each stretch of it costs a page fault.
//! - **Each piece of code once**: what differs only in its types is often the same to the processor.
//! - **No libgcc_s** with glibc: the standard library asks it for backtraces alone, yet loading it
//!   costs a tenth of a cached call. The same code comes from the static library beside it.
//! - **No unwinder** with musl: without tables it finds nothing, and it is a fiftieth of the program.
//!
//! Who has chosen a linker, or flags for one, gets what that makes of it: mold knows no such scripts.

use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=release.ld");
    if variable("PROFILE") != "release" || has_linker_of_its_own() {
        return;
    }
    let is_x86_64 = variable("CARGO_CFG_TARGET_ARCH") == "x86_64";
    match (variable("CARGO_CFG_TARGET_OS").as_str(), variable("CARGO_CFG_TARGET_ENV").as_str()) {
        ("linux", "musl") => link_for_musl(),
        ("linux", "gnu") if is_x86_64 => link_for_glibc(),
        _ => {}
    }
}

/// GNU ld would miss the tables that musl's start-up files refer to.
fn link_for_musl() {
    if link_with_rust_lld() {
        link_with("-Wl,--pack-dyn-relocs=relr");
        // Each part begins with a page of its own: what is relocated touches a page less so, whatever stands before it.
        link_with("-Wl,-z,separate-loadable-segments");
        link_with_script();
        leave_out_the_unwinder();
    }
}

/// What the standard library asks of an unwinder, for backtraces. Without tables the answer is always that there are no frames,
/// so a function that does nothing gives it; what could follow on a frame never runs, and would end the process.
fn leave_out_the_unwinder() {
    link_with("-Wl,--defsym=_Unwind_Backtrace=getpid");
    for name in [
        "GetDataRelBase",
        "GetIP",
        "GetIPInfo",
        "GetLanguageSpecificData",
        "GetRegionStart",
        "GetTextRelBase",
        "Resume",
        "SetGR",
        "SetIP",
    ] {
        link_with(&format!("-Wl,--defsym=_Unwind_{name}=abort"));
    }
}

fn link_for_glibc() {
    link_with_rust_lld();
    link_with_script();
    if variable("HOST") != variable("TARGET") {
        return;
    }
    // glibc reads packed relocations since 2.36.
    if glibc_version().is_some_and(|version| version >= (2, 36)) {
        link_with("-Wl,-z,pack-relative-relocs");
    }
    if has_static_libgcc() {
        println!("cargo::rustc-link-lib=static=gcc_eh");
    }
}

fn link_with_script() {
    let script = Path::new(&variable("CARGO_MANIFEST_DIR")).join("release.ld");
    link_with(&format!("-Wl,-T,{}", script.display()));
    link_with("-Wl,--no-eh-frame-hdr");
}

fn link_with(argument: &str) {
    println!("cargo::rustc-link-arg-bin=sso-cp={argument}");
}

/// With the copy of LLD that comes with rustc, if it does; it keeps one of what is there twice.
fn link_with_rust_lld() -> bool {
    let Some(folder) = rust_lld() else { return false };
    link_with(&format!("-B{}", folder.display()));
    link_with("-fuse-ld=lld");
    link_with("-Wl,--icf=all");
    true
}

/// The folder with the copy of LLD that comes with rustc, in the form that a C compiler calls.
fn rust_lld() -> Option<PathBuf> {
    let sysroot =
        PathBuf::from(said_by(Command::new(variable("RUSTC")).args(["--print", "sysroot"]))?);
    let folder = sysroot.join("lib/rustlib").join(variable("HOST")).join("bin/gcc-ld");
    folder.join("ld.lld").is_file().then_some(folder)
}

/// The version of the C library of this machine, which the program will run on.
fn glibc_version() -> Option<(u32, u32)> {
    let said = said_by(Command::new("getconf").arg("GNU_LIBC_VERSION"))?;
    let (major, minor) = said.strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// A C compiler prints the path of a library that it has, and the bare name of one that it has not.
fn has_static_libgcc() -> bool {
    let asked = said_by(Command::new("cc").arg("-print-file-name=libgcc_eh.a"));
    asked.is_some_and(|path| Path::new(&path).is_absolute())
}

fn said_by(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

fn has_linker_of_its_own() -> bool {
    let flags = variable("CARGO_ENCODED_RUSTFLAGS");
    // `-C link-arg=x` is two of them, `-Clink-arg=x` is one.
    let mut flags = flags.split('\u{1f}').map(|flag| flag.trim_start_matches("-C"));
    !variable("RUSTC_LINKER").is_empty() || flags.any(|flag| flag.starts_with("link"))
}

#[expect(clippy::disallowed_methods, reason = "cargo tells a build script everything this way")]
fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}
