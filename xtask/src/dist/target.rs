//! What a release is made for, and what a build needs to be told for each.

use super::source::Source;
use crate::workspace::{Outcome, stdout_of};
use std::env::consts::{ARCH, OS};
use std::path::PathBuf;
use std::process::Command;

/// The targets of a release, all of which `--collect` wants.
pub(super) const RELEASED: [&str; 5] = [
    "x86_64-unknown-linux-musl",
    "aarch64-unknown-linux-musl",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum System {
    /// Linux with musl, linked statically: one file for every distribution.
    Linux,
    MacOs,
    Windows,
}

/// A target as rustc names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    triple: String,
    system: System,
}

impl Target {
    pub(super) fn named(triple: &str) -> Outcome<Self> {
        let system = match triple.split_once('-').map(|(_, rest)| rest) {
            Some("unknown-linux-musl") => System::Linux,
            Some("apple-darwin") => System::MacOs,
            Some("pc-windows-msvc" | "pc-windows-gnu") => System::Windows,
            _ => {
                let known = RELEASED.join(", ");
                return Err(
                    format!("no releases are made for {triple}; they are for {known}").into()
                );
            }
        };
        Ok(Self { triple: triple.into(), system })
    }

    /// The one for machines such as this.
    pub(super) fn of_this_machine() -> Outcome<Self> {
        let rest = match OS {
            "linux" => "unknown-linux-musl",
            "macos" => "apple-darwin",
            "windows" => "pc-windows-msvc",
            _ => return Err(format!("no releases are made for {OS}; name a target").into()),
        };
        Self::named(&format!("{ARCH}-{rest}"))
    }

    pub(super) fn triple(&self) -> &str {
        &self.triple
    }

    pub(super) fn system(&self) -> System {
        self.system
    }

    /// The processor, as rustc names it.
    pub(super) fn processor(&self) -> &str {
        self.triple.split('-').next().unwrap_or_default()
    }

    /// The processor, as Debian names it; none for a target of which no package is made.
    pub(super) fn debian_architecture(&self) -> Option<&'static str> {
        match (self.system, self.processor()) {
            (System::Linux, "x86_64") => Some("amd64"),
            (System::Linux, "aarch64") => Some("arm64"),
            _ => None,
        }
    }

    pub(super) fn program_name(&self) -> &'static str {
        if self.system == System::Windows { "sso-cp.exe" } else { "sso-cp" }
    }

    /// The archive: a form that the system opens by itself.
    pub(super) fn archive_name(&self, source: &Source) -> String {
        let ending = if self.system == System::Windows { "zip" } else { "tar.gz" };
        format!("{}.{ending}", self.stem(source))
    }

    /// The SBOM, with the ending that CycloneDX recommends.
    pub(super) fn list_name(&self, source: &Source) -> String {
        format!("{}.cdx.json", self.stem(source))
    }

    /// What its files' names begin with, and the folder in its archive.
    pub(super) fn stem(&self, source: &Source) -> String {
        format!("{}-{}", source.name(), self.triple)
    }

    /// An error that says how to mend it unless rustup has installed the target's standard library.
    pub(super) fn must_be_installed(&self) -> Outcome<()> {
        let mut rustc = Command::new("rustc");
        let folder = stdout_of(rustc.args(["--print", "target-libdir", "--target", &self.triple]))?;
        match PathBuf::from(folder.trim()).is_dir() {
            true => Ok(()),
            false => Err(format!("run `rustup target add {}` first", self.triple).into()),
        }
    }

    /// What rustc needs to know, besides where things are.
    ///
    /// Static programs are position independent on x86-64 alone: for arm64 rustc makes no others (1.95).
    pub(super) fn flags(&self) -> Vec<String> {
        let flags: &[&str] = match (self.system, self.triple.as_str()) {
            // `.cargo/config.toml` has them too, and says why.
            (System::Linux, _) => &[
                "--cfg",
                "sha1_backend=\"soft\"",
                "--cfg",
                "sha2_backend=\"soft\"",
                "--cfg",
                "sha2_backend_soft=\"compact\"",
            ],
            (System::MacOs, _) => &[],
            // No redistributable package to install, and no time in the header.
            (_, "x86_64-pc-windows-msvc" | "aarch64-pc-windows-msvc") => {
                &["-C", "target-feature=+crt-static", "-C", "link-arg=/Brepro"]
            }
            _ => &["-C", "link-arg=-Wl,--no-insert-timestamp"],
        };
        flags.iter().map(|flag| (*flag).to_owned()).collect()
    }

    /// The C compiler for `ring`: plain gcc on such a machine, Debian's cross compiler elsewhere.
    pub(super) fn c_compiler(&self) -> Option<String> {
        match (self.system, self.processor()) {
            (System::Linux, processor) if processor == ARCH && OS == "linux" => Some("gcc".into()),
            (System::Linux, processor) => Some(format!("{processor}-linux-gnu-gcc")),
            _ => None,
        }
    }

    /// The linker, where it is another than rustc would take.
    pub(super) fn linker(&self) -> Option<String> {
        self.c_compiler().filter(|compiler| compiler != "gcc")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_released_target_is_known_and_others_are_not() {
        for triple in RELEASED {
            assert_eq!(Target::named(triple).unwrap().triple(), triple);
        }
        assert!(Target::named("x86_64-unknown-linux-gnu").is_err());
        assert!(Target::named("").is_err());
    }

    #[test]
    fn debian_packages_are_for_linux_alone_and_named_in_debians_way() {
        let architectures =
            RELEASED.map(|triple| Target::named(triple).unwrap().debian_architecture());

        assert_eq!(architectures, [Some("amd64"), Some("arm64"), None, None, None]);
    }

    #[test]
    fn programs_end_in_exe_on_windows_alone() {
        let names = RELEASED.map(|triple| Target::named(triple).unwrap().program_name());

        assert_eq!(names, ["sso-cp", "sso-cp", "sso-cp", "sso-cp", "sso-cp.exe"]);
    }
}
