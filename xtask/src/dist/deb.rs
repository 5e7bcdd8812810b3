//! A package for Debian and what comes from it (deb(5), Debian policy): an ar archive of two tar archives.
//!
//! The program is static, so the package depends on nothing. Sums of the files are left out: dpkg works them out
//! itself when it unpacks a package without them, and MD5 has no other use here.

use super::calendar::Moment;
use super::deflate::gzip;
use super::files::Entry;
use super::payload::Payload;
use super::source::Source;
use super::tar::tar;
use crate::workspace::Outcome;

const MAINTAINER: &str = "The sso-cp developers <sso-cp@users.noreply.github.com>";

/// The package: its name and its bytes. `architecture` as Debian names it.
pub(super) fn package(
    source: &Source,
    architecture: &str,
    payload: &Payload,
) -> Outcome<(String, Vec<u8>)> {
    let files = files(source, payload)?;
    let control = vec![Entry::document("control", control(source, architecture, &files))];
    let members = [
        ("debian-binary", b"2.0\n".to_vec()),
        ("control.tar.gz", gzip(&tar(&control, "./", source.time)?)),
        ("data.tar.gz", gzip(&tar(&files, "./", source.time)?)),
    ];
    Ok((file_name(source, architecture), ar(&members, source.time)))
}

/// As Debian names its files.
pub(super) fn file_name(source: &Source, architecture: &str) -> String {
    format!("sso-cp_{}_{architecture}.deb", debian_version(source))
}

/// `-1`: the first package of this version.
fn debian_version(source: &Source) -> String {
    // A pre-release sorts before its release in Debian's order only after a tilde.
    format!("{}-1", source.version.replace('-', "~"))
}

/// Where Debian's policy and the shells' packages want each file.
fn files(source: &Source, payload: &Payload) -> Outcome<Vec<Entry>> {
    let text = |name: &str| payload.texts[name].as_slice();
    let script = |shell: &str| payload.completions[shell].as_slice();
    let doc = "usr/share/doc/sso-cp";
    Ok(vec![
        Entry::program("usr/bin/sso-cp", payload.program.as_slice()),
        Entry::document("usr/share/man/man1/sso-cp.1.gz", gzip(&payload.manual)),
        Entry::document("usr/share/bash-completion/completions/sso-cp", script("bash")),
        Entry::document("usr/share/zsh/vendor-completions/_sso-cp", script("zsh")),
        Entry::document("usr/share/fish/vendor_completions.d/sso-cp.fish", script("fish")),
        Entry::document(format!("{doc}/README.md.gz"), gzip(text("README.md"))),
        Entry::document(format!("{doc}/SECURITY.md"), text("SECURITY.md")),
        Entry::document(format!("{doc}/changelog.gz"), gzip(text("CHANGELOG.md"))),
        Entry::document(format!("{doc}/changelog.Debian.gz"), gzip(changelog(source).as_bytes())),
        Entry::document(format!("{doc}/copyright"), copyright(source, text("LICENSE-MIT"))?),
        Entry::document(format!("{doc}/THIRD-PARTY.txt.gz"), gzip(text("THIRD-PARTY.txt"))),
        Entry::document(
            format!("{doc}/COPYRIGHT-rust-library.html.gz"),
            gzip(text("COPYRIGHT-rust-library.html")),
        ),
    ])
}

fn control(source: &Source, architecture: &str, files: &[Entry]) -> String {
    // In KiB, each file rounded up, as Debian's own tool counts.
    let size: usize = files.iter().map(|file| file.bytes.len().div_ceil(1024)).sum();
    format!(
        "Package: sso-cp\nVersion: {}\nArchitecture: {architecture}\nMaintainer: {MAINTAINER}\n\
         Installed-Size: {size}\nSection: utils\nPriority: optional\nHomepage: {}\n\
         Description: AWS credentials from IAM Identity Center for everything that runs programs\n \
         A credential_process for the AWS SDKs and every tool that knows them: sign in\n \
         once in the browser, and each call is answered from a cache. It shares its\n \
         sign-in with the AWS CLI, through the same files.\n",
        debian_version(source),
        source.repository,
    )
}

/// The one entry that Debian's tools want; what changed is in the other changelog.
fn changelog(source: &Source) -> String {
    let date = Moment::of(source.time).rfc_5322(source.time);
    let version = debian_version(source);
    format!(
        "sso-cp ({version}) unstable; urgency=medium\n\n  * Release {}.\n\n -- {MAINTAINER}  {date}\n",
        source.version
    )
}

/// In Debian's machine-readable form, which writes empty lines as dots. Policy wants the Apache licence named by its place.
fn copyright(source: &Source, mit: &[u8]) -> Outcome<String> {
    let mit = std::str::from_utf8(mit)?;
    let holder = mit.lines().find_map(|line| line.strip_prefix("Copyright (c) "));
    let holder = holder.ok_or("LICENSE-MIT names no holder")?;
    let mit: Vec<String> = mit
        .trim_end()
        .lines()
        .map(|line| if line.is_empty() { " .".into() } else { format!(" {line}") })
        .collect();
    Ok(format!(
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\
         Upstream-Name: sso-cp\nSource: {}\nComment: the program contains the work of others, whose notices are in\n \
         THIRD-PARTY.txt.gz and COPYRIGHT-rust-library.html.gz beside this file\n\n\
         Files: *\nCopyright: {holder}\nLicense: Expat or Apache-2.0\n\n\
         License: Expat\n{}\n\nLicense: Apache-2.0\n \
         The text is in /usr/share/common-licenses/Apache-2.0 on Debian systems.\n",
        source.repository,
        mit.join("\n"),
    ))
}

/// The plain form of Unix: a header of 60 bytes before each member, members at even places.
fn ar(members: &[(&str, Vec<u8>)], time: u64) -> Vec<u8> {
    let mut archive = b"!<arch>\n".to_vec();
    for (name, bytes) in members {
        let header =
            format!("{name:<16}{time:<12}{:<6}{:<6}{:<8}{:<10}`\n", 0, 0, 100_644, bytes.len());
        archive.extend(header.as_bytes());
        archive.extend(bytes);
        if archive.len() % 2 == 1 {
            archive.push(b'\n');
        }
    }
    archive
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dist::payload::tests::example;

    fn source(version: &str) -> Source {
        Source {
            root: "/checkout".into(),
            build_dir: "/build".into(),
            version: version.into(),
            repository: "https://example.com".into(),
            time: 0,
            commit: "abc".into(),
        }
    }

    #[test]
    fn members_of_an_ar_archive_have_headers_and_even_places() {
        let archive = ar(&[("a", b"123".to_vec()), ("b", b"4".to_vec())], 7);

        let text = String::from_utf8(archive).unwrap();
        let header = |name, size| {
            format!("{name}               7           0     0     100644  {size}         `\n")
        };
        assert_eq!(text, format!("!<arch>\n{}123\n{}4\n", header("a", 3), header("b", 1)));
        assert_eq!(header("a", 3).len(), 60);
    }

    #[test]
    fn files_are_where_debian_wants_them() {
        let mut payload = example();
        payload.texts.insert("LICENSE-MIT", b"MIT\n\nCopyright (c) 2026 Us\n".to_vec());

        let files = files(&source("0.1.0"), &payload).unwrap();

        let paths: Vec<_> = files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths.len(), 12);
        assert_eq!(files[0].mode.bits(), 0o755);
        assert!(files[1..].iter().all(|file| file.mode.bits() == 0o644));
        let copyright = files.iter().find(|file| file.path.ends_with("/copyright")).unwrap();
        let text = String::from_utf8(copyright.bytes.clone()).unwrap();
        assert!(text.contains("\nCopyright: 2026 Us\n"), "{text}");
        assert!(text.contains("License: Expat\n MIT\n .\n Copyright (c) 2026 Us\n\n"), "{text}");
    }

    #[test]
    fn the_control_file_has_what_dpkg_asks_for() {
        let files = [Entry::document("a", vec![0; 1025]), Entry::document("b", "x")];

        let text = control(&source("1.0.0-rc.1"), "arm64", &files);

        for line in
            ["Package: sso-cp", "Version: 1.0.0~rc.1-1", "Architecture: arm64", "Installed-Size: 3"]
        {
            assert!(text.lines().any(|found| found == line), "{line} in {text}");
        }
        assert!(text.ends_with("\n"));
    }
}
