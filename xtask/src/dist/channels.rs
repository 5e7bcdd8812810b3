//! For package managers that fetch archives themselves: a formula for Homebrew and a manifest for Scoop.
//!
//! Scoop and not winget for Windows: its manifest is one file that can be part of the release and be installed from there,
//! while winget's are three that must first be taken into a repository of Microsoft's.

use super::source::Source;
use super::sums::sha256;
use super::target::{RELEASED, System, Target};
use crate::workspace::Outcome;
use serde_json::json;
use std::fs;
use std::path::Path;

pub(super) const FORMULA: &str = "sso-cp.rb";
pub(super) const MANIFEST: &str = "sso-cp.json";

/// An archive of the release that is in the folder.
struct Archive {
    target: Target,
    url: String,
    sum: String,
}

/// Writes both for the archives in the folder, each where there is something for it.
pub(super) fn write(source: &Source, folder: &Path) -> Outcome<()> {
    let archives = archives(source, folder)?;
    let (windows, unix): (Vec<Archive>, Vec<Archive>) =
        archives.into_iter().partition(|archive| archive.target.system() == System::Windows);
    if !unix.is_empty() {
        fs::write(folder.join(FORMULA), formula(source, &unix))?;
    }
    if let Some(archive) = windows.first() {
        fs::write(folder.join(MANIFEST), manifest(source, archive)?)?;
    }
    Ok(())
}

fn archives(source: &Source, folder: &Path) -> Outcome<Vec<Archive>> {
    let mut archives = Vec::new();
    for triple in RELEASED {
        let target = Target::named(triple)?;
        let name = target.archive_name(source);
        let url = format!("{}/releases/download/v{}/{name}", source.repository, source.version);
        if let Ok(bytes) = fs::read(folder.join(name)) {
            archives.push(Archive { target, url, sum: sha256(&bytes) });
        }
    }
    Ok(archives)
}

fn formula(source: &Source, archives: &[Archive]) -> String {
    let places: Vec<String> = [("macos", System::MacOs), ("linux", System::Linux)]
        .into_iter()
        .filter_map(|(name, system)| {
            let mut of_system =
                archives.iter().filter(|archive| archive.target.system() == system).peekable();
            of_system.peek()?;
            let processors: String = of_system.map(processor).collect();
            Some(format!("  on_{name} do\n{processors}  end\n"))
        })
        .collect();
    format!(
        r##"# Made by `cargo xtask dist` for each release.
class SsoCp < Formula
  desc "AWS credentials from IAM Identity Center for everything that can run a program"
  homepage "{}"
  version "{}"
  license any_of: ["MIT", "Apache-2.0"]

{}
  def install
    bin.install "sso-cp"
    man1.install "sso-cp.1"
    bash_completion.install "completions/sso-cp.bash" => "sso-cp"
    zsh_completion.install "completions/_sso-cp"
    fish_completion.install "completions/sso-cp.fish"
    doc.install Dir["*.md", "LICENSE-*", "THIRD-PARTY.txt", "COPYRIGHT-rust-library.html"]
  end

  test do
    assert_match version.to_s, shell_output("#{{bin}}/sso-cp --version")
  end
end
"##,
        source.repository,
        source.version,
        places.join("\n"),
    )
}

fn processor(archive: &Archive) -> String {
    let name = if archive.target.processor() == "aarch64" { "arm" } else { "intel" };
    format!(
        "    on_{name} do\n      url \"{}\"\n      sha256 \"{}\"\n    end\n",
        archive.url, archive.sum
    )
}

fn manifest(source: &Source, archive: &Archive) -> Outcome<String> {
    let manifest = json!({
        "version": source.version,
        "description": "AWS credentials from IAM Identity Center for everything that can run a program",
        "homepage": source.repository,
        "license": "MIT|Apache-2.0",
        "architecture": {"64bit": {"url": archive.url, "hash": archive.sum, "extract_dir": archive.target.stem(source)}},
        "bin": archive.target.program_name(),
        "notes": "Completions for PowerShell: sso-cp completions powershell | Out-String | Invoke-Expression",
    });
    Ok(serde_json::to_string_pretty(&manifest)? + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    fn source() -> Source {
        Source {
            root: "/checkout".into(),
            build_dir: "/build".into(),
            version: "0.1.0".into(),
            repository: "https://example.com/sso-cp".into(),
            time: 0,
            commit: "abc".into(),
        }
    }

    #[test]
    fn a_formula_has_each_archive_under_its_system_and_processor() {
        let scratch = Scratch::new().unwrap();
        for triple in &RELEASED[..4] {
            fs::write(scratch.path().join(format!("sso-cp-0.1.0-{triple}.tar.gz")), *triple)
                .unwrap();
        }

        write(&source(), scratch.path()).unwrap();

        let text = fs::read_to_string(scratch.path().join(FORMULA)).unwrap();
        let (_, systems) = text.split_once("  on_macos do\n").unwrap();
        let (macos, linux) = systems.split_once("  on_linux do\n").unwrap();
        for (part, system) in [(macos, "apple-darwin"), (linux, "unknown-linux-musl")] {
            for (name, processor) in [("intel", "x86_64"), ("arm", "aarch64")] {
                let triple = format!("{processor}-{system}");
                let url = format!(
                    "https://example.com/sso-cp/releases/download/v0.1.0/sso-cp-0.1.0-{triple}.tar.gz"
                );
                let sum = sha256(triple.as_bytes());
                let block = format!(
                    "    on_{name} do\n      url \"{url}\"\n      sha256 \"{sum}\"\n    end\n"
                );
                assert!(part.contains(&block), "{block} in {text}");
            }
        }
        assert!(!scratch.path().join(MANIFEST).exists());
    }

    #[test]
    fn a_manifest_has_the_archive_for_windows() {
        let scratch = Scratch::new().unwrap();
        fs::write(scratch.path().join("sso-cp-0.1.0-x86_64-pc-windows-msvc.zip"), "zip").unwrap();

        write(&source(), scratch.path()).unwrap();

        let text = fs::read_to_string(scratch.path().join(MANIFEST)).unwrap();
        let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
        let archive = &manifest["architecture"]["64bit"];
        assert_eq!(archive["hash"], sha256(b"zip"));
        assert_eq!(archive["extract_dir"], "sso-cp-0.1.0-x86_64-pc-windows-msvc");
        assert_eq!(manifest["bin"], "sso-cp.exe");
        assert!(!scratch.path().join(FORMULA).exists());
    }
}
