//! What is given to users: the files, and where they stand in an archive.

use super::files::Entry;
use super::notices;
use super::packages::{Key, Package};
use super::source::Source;
use super::target::{System, Target};
use super::{deflate, program, tar, zip};
use crate::workspace::{Outcome, stdout_of};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The shells, and what each expects the file with completions to be called.
const SHELLS: [(&str, &str); 4] = [
    ("bash", "sso-cp.bash"),
    ("zsh", "_sso-cp"),
    ("fish", "sso-cp.fish"),
    ("powershell", "_sso-cp.ps1"),
];

/// The files of the checkout that go into every archive as they are.
const AS_THEY_ARE: [&str; 5] =
    ["README.md", "CHANGELOG.md", "SECURITY.md", "LICENSE-MIT", "LICENSE-APACHE"];

/// Everything that an archive or a package is filled with.
#[derive(Debug)]
pub(super) struct Payload {
    pub(super) program: Vec<u8>,
    pub(super) manual: Vec<u8>,
    /// By the shell's name.
    pub(super) completions: BTreeMap<&'static str, Vec<u8>>,
    /// By the file's name: texts for people.
    pub(super) texts: BTreeMap<&'static str, Vec<u8>>,
}

impl Payload {
    /// Takes the built program and collects what goes with it.
    pub(super) fn collect(
        source: &Source,
        target: &Target,
        built: &Path,
        packages: &BTreeMap<Key, Package>,
    ) -> Outcome<Self> {
        let runnable = program::runnable(source, built)?;
        let mut completions = BTreeMap::new();
        for (shell, _) in SHELLS {
            let script = stdout_of(Command::new(&runnable).args(["completions", shell]))?;
            completions.insert(shell, script.into_bytes());
        }
        let mut texts = BTreeMap::new();
        for name in AS_THEY_ARE {
            texts.insert(name, source.read(name)?);
        }
        texts.insert("THIRD-PARTY.txt", notices::third_party(source, target, packages)?.into());
        texts.insert("COPYRIGHT-rust-library.html", notices::standard_library()?);
        let manual = source.read("docs/sso-cp.1")?;
        Ok(Self { program: fs::read(built)?, manual, completions, texts })
    }

    /// The archive: its name, and its bytes.
    pub(super) fn archive(&self, source: &Source, target: &Target) -> Outcome<(String, Vec<u8>)> {
        let files = self.archive_files(target, &target.stem(source));
        let archive = match target.system() {
            System::Windows => zip::zip(&files, source.time)?,
            _ => deflate::gzip(&tar::tar(&files, "", source.time)?),
        };
        Ok((target.archive_name(source), archive))
    }

    /// One folder with everything in it, so that unpacking fills no folder of the user's.
    fn archive_files(&self, target: &Target, folder: &str) -> Vec<Entry> {
        let program = target.program_name();
        let mut files = vec![
            Entry::program(format!("{folder}/{program}"), self.program.as_slice()),
            Entry::document(format!("{folder}/sso-cp.1"), self.manual.as_slice()),
        ];
        for (shell, name) in SHELLS {
            let path = format!("{folder}/completions/{name}");
            files.push(Entry::document(path, self.completions[shell].as_slice()));
        }
        for (name, text) in &self.texts {
            files.push(Entry::document(format!("{folder}/{name}"), text.as_slice()));
        }
        files
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A payload of short texts.
    pub(in crate::dist) fn example() -> Payload {
        let texts = AS_THEY_ARE.iter().chain(&["THIRD-PARTY.txt", "COPYRIGHT-rust-library.html"]);
        Payload {
            program: b"program".to_vec(),
            manual: b".TH".to_vec(),
            completions: SHELLS
                .iter()
                .map(|(shell, _)| (*shell, shell.as_bytes().to_vec()))
                .collect(),
            texts: texts.map(|name| (*name, name.as_bytes().to_vec())).collect(),
        }
    }

    #[test]
    fn an_archive_has_everything_in_one_folder() {
        let target = Target::named("x86_64-pc-windows-msvc").unwrap();

        let files = example().archive_files(&target, "top");

        let mut paths: Vec<_> = files.iter().map(|file| file.path.as_str()).collect();
        paths.sort();
        let expected = [
            "top/CHANGELOG.md",
            "top/COPYRIGHT-rust-library.html",
            "top/LICENSE-APACHE",
            "top/LICENSE-MIT",
            "top/README.md",
            "top/SECURITY.md",
            "top/THIRD-PARTY.txt",
            "top/completions/_sso-cp",
            "top/completions/_sso-cp.ps1",
            "top/completions/sso-cp.bash",
            "top/completions/sso-cp.fish",
            "top/sso-cp.1",
            "top/sso-cp.exe",
        ];
        assert_eq!(paths, expected);
        let programs = files.iter().filter(|file| file.mode == crate::dist::files::Mode::Program);
        assert_eq!(programs.count(), 1);
    }
}
