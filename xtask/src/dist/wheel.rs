//! A wheel for Python's installers (`pip`, `uv tool`, `pipx`): the program as a script of the package, without any Python
//! (PEP 427, and PyPA's specifications of metadata and RECORD).
//!
//! The program is static, so it runs on every Linux: with glibc as old as installers know, and with musl.

use super::files::Entry;
use super::payload::Payload;
use super::source::Source;
use super::target::{System, Target};
use super::zip::zip;
use crate::workspace::Outcome;
use sha2::{Digest, Sha256};

/// The wheel: its name and its bytes. None for a target that has no release for Python.
pub(super) fn wheel(
    source: &Source,
    target: &Target,
    payload: &Payload,
) -> Outcome<Option<(String, Vec<u8>)>> {
    let Some(name) = file_name(source, target) else { return Ok(None) };
    let stem = format!("sso_cp-{}", version(source));
    let mut files = files(&stem, payload);
    let info = format!("{stem}.dist-info");
    let platforms = platforms(target).join("\nTag: py3-none-");
    files.push(Entry::document(
        format!("{info}/WHEEL"),
        format!(
            "Wheel-Version: 1.0\nGenerator: sso-cp\nRoot-Is-Purelib: false\n\
             Tag: py3-none-{platforms}\n"
        ),
    ));
    files.push(Entry::document(format!("{info}/METADATA"), metadata(source, payload)?));
    let record = format!("{info}/RECORD");
    let lines: String = files.iter().map(line).collect();
    files.push(Entry::document(record.clone(), format!("{lines}{record},,\n")));
    Ok(Some((name, zip(&files, source.time)?)))
}

/// As installers read it: each part between dashes means something.
pub(super) fn file_name(source: &Source, target: &Target) -> Option<String> {
    if target.system() != System::Linux {
        return None;
    }
    Some(format!("sso_cp-{}-py3-none-{}.whl", version(source), platforms(target).join(".")))
}

fn platforms(target: &Target) -> Vec<String> {
    let processor = target.processor();
    ["manylinux2014", "manylinux_2_17", "musllinux_1_1"]
        .map(|platform| format!("{platform}_{processor}"))
        .to_vec()
}

/// As Python writes versions (PEP 440): a release candidate has neither dash nor dot before its number.
fn version(source: &Source) -> String {
    source.version.replace("-rc.", "rc").replace("-beta.", "b").replace("-alpha.", "a")
}

fn files(stem: &str, payload: &Payload) -> Vec<Entry> {
    let share = format!("{stem}.data/data/share");
    let script = |shell: &str| payload.completions[shell].as_slice();
    let mut files = vec![
        Entry::program(format!("{stem}.data/scripts/sso-cp"), payload.program.as_slice()),
        Entry::document(format!("{share}/man/man1/sso-cp.1"), payload.manual.as_slice()),
        Entry::document(format!("{share}/bash-completion/completions/sso-cp"), script("bash")),
        Entry::document(format!("{share}/zsh/site-functions/_sso-cp"), script("zsh")),
        Entry::document(format!("{share}/fish/vendor_completions.d/sso-cp.fish"), script("fish")),
    ];
    for name in ["LICENSE-MIT", "LICENSE-APACHE", "THIRD-PARTY.txt"] {
        let path = format!("{stem}.dist-info/licenses/{name}");
        files.push(Entry::document(path, payload.texts[name].as_slice()));
    }
    files
}

fn metadata(source: &Source, payload: &Payload) -> Outcome<String> {
    Ok(format!(
        "Metadata-Version: 2.1\nName: sso-cp\nVersion: {}\n\
         Summary: AWS credentials from IAM Identity Center, for everything that can run a program\n\
         Home-page: {}\nLicense: MIT OR Apache-2.0\nDescription-Content-Type: text/markdown\n\n{}",
        version(source),
        source.repository,
        std::str::from_utf8(&payload.texts["README.md"])?,
    ))
}

/// A file with its sum and its size. Installers compare both.
fn line(file: &Entry) -> String {
    let sum = base64(&Sha256::digest(&file.bytes));
    format!("{},sha256={sum},{}\n", file.path, file.bytes.len())
}

/// RFC 4648, section 5, without padding, as RECORD wants it.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let number = (0..3).fold(0_usize, |number, at| {
            number << 8 | usize::from(three.get(at).copied().unwrap_or(0))
        });
        let letters = (0..=three.len()).map(|at| LETTERS[number >> (18 - 6 * at) & 63]);
        text.extend(letters.map(char::from));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_written_as_record_wants_them() {
        for (text, expected) in
            [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("\u{7f}\u{7f}?~~", "f38_fn4")]
        {
            assert_eq!(base64(text.as_bytes()), expected, "{text}");
        }
    }
}
